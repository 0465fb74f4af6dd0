// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/core/time.hpp"
#include "forameter/protocol/measured.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/store/store.hpp"
#include "forameter/workspace/signal.hpp"
#include "forameter/workspace/study_rights.hpp"

namespace forameter::workspace {

/// Whether what was drawn is safe. Shown at all times; there is no Save button.
struct SaveState {
    enum class Kind { NothingYet, Stored, Failed };
    Kind kind = Kind::NothingYet;
    Timestamp at{};          ///< of the last commit
    std::size_t waiting = 0; ///< edits that are only in memory
    std::string text;        ///< "all strokes stored 10:42:07" (local time), "2 edits not stored"
    std::string banner;      ///< Failed: what happened and what to do; else ""
};

/// What one rater has recorded of one study: levels, contours, marks on cells, and undo. Every change is
/// committed to the store before the call returns. A contour that cannot be stored (disk full, locked,
/// read-only) stays in memory, is shown like any other, and waits for retry(); levels and marks that cannot
/// be stored are refused.
class Record {
public:
    /// Reads what is stored. The store must outlive the record.
    [[nodiscard]] static Result<std::unique_ptr<Record>> open(const store::Store& store, StudyUid study,
                                                              RaterId rater);
    ~Record();

    [[nodiscard]] const StudyUid& study() const;
    [[nodiscard]] const RaterId& rater() const;
    /// As they were when the record was opened.
    [[nodiscard]] const StudyRights& rights() const;
    /// What CC means here: as the round says whose reading this is, else the dural sac.
    [[nodiscard]] anatomy::Quantity quantity() const;
    /// The image on which the round wants this cell drawn; none where the rater chooses. Asks the store.
    [[nodiscard]] std::optional<ImageId> fixedImage(const anatomy::Cell& cell) const;

    /// The current levels, draft or confirmed; none before the first click.
    [[nodiscard]] const std::optional<anatomy::LevelSet>& levels() const;
    [[nodiscard]] bool levelsConfirmed() const;
    /// The levels that were confirmed last, where the current ones are a draft that changes them.
    [[nodiscard]] std::optional<anatomy::LevelSet> lastConfirmedLevels() const;
    [[nodiscard]] Result<> saveDraftLevels(const anatomy::LevelSet& levels);
    [[nodiscard]] Result<> confirmLevels(const anatomy::LevelSet& levels);

    struct Entry {
        protocol::Contour contour;
        int version = 0; ///< stored versions so far
        bool stored = true;
    };
    [[nodiscard]] const std::vector<Entry>& contours() const;
    [[nodiscard]] const Entry* contour(const anatomy::Cell& cell) const; ///< null where there is none
    /// Makes this the contour of its cell. The contour's id, rater and time are set here. Fails only where it
    /// may not be a measurement at all (levels not confirmed, crossing, image not measurable); a failed save
    /// is kept, see saveState(). `known`: what was measured of it for the screen.
    [[nodiscard]] Result<> save(protocol::Contour contour, const protocol::Measured* known = nullptr);
    [[nodiscard]] Result<> remove(const anatomy::Cell& cell);

    struct Mark {
        anatomy::Cell cell;
        protocol::CellState state = protocol::CellState::Todo; ///< NotAssessable or NotCovered
        std::string reason;
    };
    [[nodiscard]] const Mark* mark(const anatomy::Cell& cell) const;
    /// NotAssessable (reason needed), NotCovered, or Todo, which takes a mark back. A contour of the cell is
    /// removed first.
    [[nodiscard]] Result<> setMark(const anatomy::Cell& cell, protocol::CellState state, std::string reason);
    [[nodiscard]] protocol::CellState state(const anatomy::Cell& cell) const;

    // Undo and redo of everything above, without limit and across restarts.
    [[nodiscard]] std::optional<std::string>
    undoText() const; ///< "Draw right foramen L4–L5"; none where there is nothing to undo
    [[nodiscard]] std::optional<std::string> redoText() const;
    /// The cell that changed; none for levels.
    Result<std::optional<anatomy::Cell>> undo();
    Result<std::optional<anatomy::Cell>> redo();

    [[nodiscard]] const SaveState& saveState() const;
    /// Stores what waits, in order; stops at the first that still fails. Does not wait for other programs: it
    /// is cheap to ask every second.
    Result<> retry();
    /// Reads the store again (another program wrote to it).
    Result<> refresh();

    Signal<> changed;        ///< contours, marks or undo
    Signal<> undone, redone; ///< before the `changed` of that step
    Signal<> levelsChanged;  ///< before `changed`
    Signal<> saveChanged;

private:
    struct State;
    explicit Record(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
