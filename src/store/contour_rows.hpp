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

/// A row of contour_version with its newest area.
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
    std::optional<std::int64_t> areaAudit; ///< equals `audit` unless the area was measured anew later
};

/// Covers the row and the area that was written with it.
[[nodiscard]] std::string contentHash(const ContourRow& row);
[[nodiscard]] std::string subjectOf(const ContourRow& row);
/// The same delineation: all but uuid, time of creation and note of origin; points within 1e-6 mm.
[[nodiscard]] bool sameContent(const protocol::Contour& a, const protocol::Contour& b);

/// Calls `each` for every row of `where` (over v: contour_version, s: study, e: series). A row that cannot be
/// read is Corrupt and ends it, unless `broken` is given, which is told instead.
[[nodiscard]] Result<> forEachContour(Connection& sql, std::string_view where, const QVariantList& args,
                                      const std::function<void(ContourRow)>& each,
                                      const std::function<void(const std::string& subject)>& broken = {});
[[nodiscard]] Result<std::vector<ContourRow>> contourRows(Connection& sql, std::string_view where,
                                                          const QVariantList& args);
/// True for a version that no later one has replaced (it may say deleted).
inline constexpr std::string_view kNewestContour =
    "NOT EXISTS (SELECT 1 FROM contour_version n WHERE n.contour = v.contour AND n.version > v.version)";
/// The newest version of a contour, deleted or not.
[[nodiscard]] Result<std::optional<ContourRow>> newestContour(Connection& sql, const ContourId& id);

/// Writes the row, its area and their audit row; fills id, actor, time and audit.
[[nodiscard]] Result<> append(Transaction& change, ContourRow& row, std::string_view action);

} // namespace forameter::store
