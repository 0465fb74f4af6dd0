// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "forameter/store/contour_repository.hpp"

namespace forameter::store {

/// A row of contour_version.
struct ContourRow {
    std::int64_t id = 0;
    std::int64_t studyId = 0;
    std::int64_t seriesId = 0;
    std::optional<std::int64_t> levelSetId;
    StoredContour stored;
    std::string actor;
    std::optional<std::int64_t> stepId;
    std::optional<std::int64_t> readingId;
    std::int64_t audit = 0;
};

[[nodiscard]] std::string contentHash(const ContourRow& row);
[[nodiscard]] std::string subjectOf(const ContourRow& row);
/// The same delineation: all but uuid, time of creation and note of origin; points within 1e-6 mm.
[[nodiscard]] bool sameContent(const protocol::Contour& a, const protocol::Contour& b);

/// What contours are read from, to be followed by conditions: v is a version, o the contour's first one, s
/// and e are study and series, l and g level set and reading, if any. Contours are found by the study, rater
/// or reading of their first version: only that is in those indexes.
inline constexpr std::string_view kFromContours =
    " FROM contour_version o JOIN contour_version v ON v.contour = o.contour AND v.study_id = o.study_id AND "
    "v.rater = o.rater JOIN study s ON s.id = v.study_id JOIN series e ON e.id = v.series_id LEFT JOIN "
    "assignment g ON g.id = v.reading_id LEFT JOIN level_set l ON l.id = v.level_set_id WHERE o.version = 1 "
    "AND ";
/// True for a version that no later one has replaced (it may say deleted).
inline constexpr std::string_view kNewestContour =
    "v.version = (SELECT MAX(n.version) FROM contour_version n WHERE n.contour = o.contour)";

/// Calls `each` for every row of `where` (behind kFromContours). A row that cannot be read is Corrupt and
/// ends it, unless `broken` is given, which is told instead.
[[nodiscard]] Result<> forEachContour(Connection& sql, std::string_view where, const QVariantList& args,
                                      const std::function<void(ContourRow)>& each,
                                      const std::function<void(const std::string& subject)>& broken = {});
[[nodiscard]] Result<std::vector<ContourRow>> contourRows(Connection& sql, std::string_view where,
                                                          const QVariantList& args);
/// The newest version of a contour, deleted or not.
[[nodiscard]] Result<std::optional<ContourRow>> newestContour(Connection& sql, const ContourId& id);

/// Writes the row and its audit row; fills id, actor, time and audit.
[[nodiscard]] Result<> append(Transaction& change, ContourRow& row, std::string_view action);

} // namespace forameter::store
