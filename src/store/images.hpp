// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "contour_rows.hpp"
#include "forameter/store/study.hpp"

namespace forameter::store {

/// A series as stored, with its row ids.
struct SeriesRow {
    std::int64_t id = 0;
    std::int64_t studyId = 0;
    StudyUid study;
    SeriesRecord series;
    std::vector<std::optional<Weighting>> found; ///< per stack: what intake said
    std::int64_t audit = 0;
};
/// Rows for `where` over e: series.
[[nodiscard]] Result<std::vector<SeriesRow>> seriesRows(Connection& sql, std::string_view where,
                                                        const QVariantList& args);
[[nodiscard]] std::string contentHash(const SeriesRow& row);

/// Where a contour may be drawn.
struct ImagePlace {
    std::int64_t studyId = 0;
    std::int64_t seriesId = 0;
    geometry::ImagePlane image;
    geometry::ImagePlane middle; ///< the middle image of its stack
    geometry::Plane plane = geometry::Plane::Oblique;
    std::optional<Weighting> weighting;
};

/// Finds images of studies, remembering the series that were asked for last.
class Images {
public:
    explicit Images(Connection& sql) : m_sql(&sql) {}
    /// UnknownImage where the store has no such image in this study; NoSpacing where it must not be measured
    /// on.
    [[nodiscard]] Result<ImagePlace> find(const StudyUid& study, const ImageId& image);

private:
    Connection* m_sql;
    std::map<SeriesUid, std::optional<SeriesRow>> m_known;
};

/// Measures a row's curve anew on its image, where it has an area at all.
[[nodiscard]] Result<> measureOnImage(Connection& sql, ContourRow& row);

} // namespace forameter::store
