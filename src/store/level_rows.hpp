// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "forameter/store/level_set_repository.hpp"

namespace forameter::store {

/// A row of level_set. `withdrawn`: the version that says that nothing is marked (the first marks were
/// undone).
struct LevelRow {
    std::int64_t id = 0;
    std::int64_t studyId = 0;
    StoredLevelSet set;
    bool withdrawn = false;
    std::optional<std::int64_t>
        referenceId; ///< of a draft: the confirmed version whose names contours bear meanwhile
    std::optional<std::string> reference; ///< its uuid
    std::string actor;
    std::optional<std::int64_t> stepId;
    std::int64_t audit = 0;
};

[[nodiscard]] std::string contentHash(const LevelRow& row);
[[nodiscard]] std::string subjectOf(const LevelRow& row);
/// Same marks and standing, whatever the version.
[[nodiscard]] bool sameContent(const LevelRow& a, const LevelRow& b);

/// Rows for `where` (over l: level_set, s: study), e.g. "l.study_id = ? ORDER BY l.version". Corrupt where
/// marks cannot be read.
[[nodiscard]] Result<std::vector<LevelRow>> levelRows(Connection& sql, std::string_view where,
                                                      const QVariantList& args);
[[nodiscard]] Result<std::optional<LevelRow>> levelRow(Connection& sql, std::string_view where,
                                                       const QVariantList& args);

/// The newest version, withdrawn or not.
[[nodiscard]] Result<std::optional<LevelRow>> newestLevels(Connection& sql, std::int64_t studyId);
/// The confirmed levels that the names of contours refer to now, also while a draft is newer.
[[nodiscard]] Result<std::optional<LevelRow>> referenceLevels(Connection& sql, std::int64_t studyId);
[[nodiscard]] Result<std::optional<LevelRow>> referenceOf(Connection& sql,
                                                          const std::optional<LevelRow>& newest);

/// Asks whether the actor may draft or confirm levels of this study, which depends on whether it has any.
[[nodiscard]] Result<> demandLevels(Connection& sql, const Actor& actor, const StudyUid& study,
                                    std::int64_t studyId);

/// Writes the row with its audit row; fills id, actor, time, audit and a new uuid.
[[nodiscard]] Result<> append(Transaction& change, LevelRow& row, std::string_view action);
/// The same, but it keeps its uuid.
[[nodiscard]] Result<> appendAsIs(Transaction& change, LevelRow& row, std::string_view action);

} // namespace forameter::store
