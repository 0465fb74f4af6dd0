// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/core/time.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/protocol/interchange.hpp"
#include "forameter/protocol/measured.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// One version of a contour with its area as stored beside it.
struct StoredContour {
    protocol::Contour contour;
    int version = 0;      ///< 1, 2, ...
    bool deleted = false; ///< this version says that the contour is gone
    std::optional<LevelSetId>
        levelSet; ///< the confirmed levels that its level name refers to; none for an import without levels
    std::optional<protocol::Measurement> measurement; ///< none where not assessable or deleted
    int areaAlgorithm = 0;                            ///< geometry::kAreaAlgorithmVersion at the time
    Timestamp time;                                   ///< when this version was written
    std::optional<AssignmentId> reading; ///< the case of a round that it belongs to; none outside rounds
};

/// All that is named must hold. (The initialisers let callers name single fields.)
struct ContourFilter {
    std::optional<StudyUid> study = {};
    std::optional<RaterId> rater = {};
    std::optional<protocol::Source> source = {};
    std::optional<anatomy::Cell> cell = {};
    std::optional<ImageId> image = {};
    std::optional<AssignmentId> reading = {};
    /// Name of the round that the reading belongs to; "": it belongs to none.
    std::optional<std::string> round = {};
};

/// Answer of an import, as in the command line contract. Reasons are those of the contract's list.
struct ImportedContours {
    std::size_t added = 0, changed = 0, unchanged = 0;
    std::vector<protocol::RefusedContour> refused;
    std::vector<protocol::RefusedContour> warnings; ///< of contours that were taken
};

/// Contours are versions: saving, deleting, relabelling and undoing each append one, with its area, in one
/// durable transaction.
class ContourRepository {
public:
    explicit ContourRepository(const Store& store) : m_database(store.database()) {}

    /// Keeps a finished stroke: one step of undo for contour.rater. `basedOn` is the version it changes, 0
    /// for a new contour; Conflict where that is no longer the current one. Refused: levels not confirmed, an
    /// image that is unknown or not measurable, whatever protocol::validate refuses, another rater's name
    /// (NotAllowed). A "not assessable"/"not covered" mark of the cell is taken back. `known` spares the
    /// measuring where it is of this curve on the image as the store knows it.
    [[nodiscard]] Result<StoredContour> save(const protocol::Contour& contour, int basedOn,
                                             const protocol::Measured* known = nullptr);
    /// Appends the version that says deleted; a step of undo.
    [[nodiscard]] Result<StoredContour> remove(const ContourId& id, int basedOn);

    /// The current version; NotFound where there is none, it is deleted, or the actor may not see it.
    [[nodiscard]] Result<StoredContour> find(const ContourId& id) const;
    /// Current contours, in order of study, level, structure, side, then age.
    [[nodiscard]] Result<std::vector<StoredContour>> current(const ContourFilter& filter) const;
    /// All versions, deleted ones too, contour by contour from version 1.
    [[nodiscard]] Result<std::vector<StoredContour>> versions(const ContourFilter& filter) const;
    [[nodiscard]] Result<std::size_t> count(const ContourFilter& filter) const;
    /// Whose current contours those are that people drew, or made of a model's; by name.
    [[nodiscard]] Result<std::vector<RaterId>> raters(const ContourFilter& filter) const;

    /// Takes a read document in one transaction: a new uuid is added; a known one with other content becomes
    /// a new version; one with the same content (points within 1e-6 mm) is unchanged, and so is a new uuid
    /// whose content its rater already has on that image. Needs no confirmed levels, since the document names
    /// them. Not part of anybody's undo. With DryRun only the answer is worked out.
    enum class Mode { Write, DryRun };
    [[nodiscard]] Result<ImportedContours> import(const protocol::ReadContours& document,
                                                  Mode mode = Mode::Write, const Watch& watch = {});

private:
    Database& m_database;
};

} // namespace forameter::store
