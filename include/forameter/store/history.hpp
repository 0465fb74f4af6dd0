// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/time.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

enum class StepKind { Contour, Levels, CellState };

/// One thing that a rater did and can take back: a stroke, a change of levels, a mark on a cell.
struct UndoStep {
    StepKind kind = StepKind::Contour;
    std::string description;           ///< "Draw right foramen L4–L5", "Confirm levels"
    std::optional<anatomy::Cell> cell; ///< where to look, as the cell was called then
    Timestamp time;                    ///< when it was done
};

/// Undo and redo of one rater in one study: linear, unlimited, kept in the store and so across restarts.
/// Taking a step back appends new versions that restore what was before; nothing is lost. A new edit ends the
/// redo branch.
class History {
public:
    explicit History(const Store& store) : m_database(store.database()) {}

    /// What undo() and redo() would do now; none where there is nothing.
    [[nodiscard]] Result<std::optional<UndoStep>> nextUndo(const StudyUid& study, const RaterId& rater) const;
    [[nodiscard]] Result<std::optional<UndoStep>> nextRedo(const StudyUid& study, const RaterId& rater) const;

    /// Takes the last step back (or does it again) and says which; none where there is nothing. Conflict
    /// where somebody else has changed the same contour or levels since.
    [[nodiscard]] Result<std::optional<UndoStep>> undo(const StudyUid& study, const RaterId& rater);
    [[nodiscard]] Result<std::optional<UndoStep>> redo(const StudyUid& study, const RaterId& rater);

private:
    Database& m_database;
};

} // namespace forameter::store
