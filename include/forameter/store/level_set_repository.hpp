// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/core/time.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// One version of a study's levels. A draft (not confirmed) may be incomplete; nothing is measured while the
/// current version is a draft.
struct StoredLevelSet {
    LevelSetId id;
    StudyUid study;
    int version = 0;
    anatomy::LevelSet levels;
    bool confirmed = false;
    RaterId rater; ///< who marked or confirmed
    Timestamp time;
};

/// The levels of a study: shared by its raters, versioned. Confirming levels whose vertebrae are called
/// otherwise than in the last confirmed version (relabelling) moves contours and cell states with their
/// discs: in the same transaction each gets a new version with the name that its disc has now. One undo
/// reverses it all.
class LevelSetRepository {
public:
    explicit LevelSetRepository(const Store& store) : m_database(store.database()) {}

    /// The current version, draft or confirmed; none where nobody has marked any level (or it was all
    /// undone).
    [[nodiscard]] Result<std::optional<StoredLevelSet>> current(const StudyUid& study) const;
    /// The current version if it is confirmed.
    [[nodiscard]] Result<std::optional<StoredLevelSet>> confirmed(const StudyUid& study) const;
    [[nodiscard]] Result<std::vector<StoredLevelSet>> history(const StudyUid& study) const;

    /// Keeps marks that are not confirmed yet: one step of undo per call. `basedOn` is the version they
    /// change (0: the first); Conflict where somebody else was faster.
    [[nodiscard]] Result<StoredLevelSet> saveDraft(const StudyUid& study, const anatomy::LevelSet& levels,
                                                   const RaterId& rater, int basedOn);
    /// Confirms; fails where anatomy::validate does, where a mark is more than 80 mm away from every image of
    /// the study, or where a contour's disc would be left without a name.
    [[nodiscard]] Result<StoredLevelSet> confirm(const StudyUid& study, const anatomy::LevelSet& levels,
                                                 const RaterId& rater, int basedOn);

private:
    Database& m_database;
};

} // namespace forameter::store
