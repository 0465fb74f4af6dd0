// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cmath>
#include <numbers>
#include <string>

#include "forameter/agreement/readings.hpp"

/// Contours of made-up raters: ellipses on sagittal and axial images.
namespace forameter::agreement::testing {

/// A foramen's outline on the sagittal slice at `x` mm (negative: the patient's right), its middle at the
/// height of its level; semi-axes in mm, front to back and foot to head.
struct Drawing {
    std::string rater = "r1";
    std::string study = "1.1";
    anatomy::Cell cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    double x = -15.0;
    double halfDepth = 5.0, halfHeight = 9.0;
    double back = 0.0;                       ///< mm by which the middle is shifted to the back
    std::optional<anatomy::Level> drawnAt{}; ///< the level outlined, where that is not the cell's
    int day = 0;
};

inline double heightOf(anatomy::Level level) {
    return -36.0 * static_cast<double>(static_cast<int>(level));
}

inline protocol::Contour draw(const Drawing& d) {
    static int count = 0;
    protocol::Contour c;
    c.id = ContourId("id-" + std::to_string(1000000 + ++count));
    c.study = StudyUid(d.study);
    c.image = {SeriesUid(d.study + ".1"), SopUid(d.study + ".1." + std::to_string(100 + std::lround(d.x))),
               1};
    c.cell = d.cell;
    c.rater = d.rater;
    c.created = Timestamp{} + std::chrono::days(d.day);
    c.curve.kind = geometry::CurveKind::Polygon;
    const double z = heightOf(d.drawnAt.value_or(d.cell.level));
    constexpr int kPoints = 240;
    for (int i = 0; i < kPoints; ++i) {
        const double t = 2.0 * std::numbers::pi * i / kPoints;
        c.curve.points.push_back(
            {d.x, 40.0 + d.back + d.halfDepth * std::cos(t), z + d.halfHeight * std::sin(t)});
    }
    return c;
}

/// The dural sac as a circle on an axial image.
inline protocol::Contour drawSac(const std::string& rater, const std::string& study, double radius) {
    Drawing d{.rater = rater, .study = study, .cell = anatomy::Cell::canal(anatomy::Level::L3_L4)};
    protocol::Contour c = draw(d);
    c.image.series = SeriesUid(study + ".2");
    for (auto& p : c.curve.points) {
        const double t = std::atan2(p.z - heightOf(d.cell.level), (p.y - 40.0) * d.halfHeight / d.halfDepth);
        p = {radius * std::cos(t), 60.0 + radius * std::sin(t), heightOf(d.cell.level)};
    }
    return c;
}

/// Contours of one sitting.
inline std::vector<Reading> asReadings(std::vector<protocol::Contour> contours) {
    const auto occasions = occasionsOf(contours, std::vector<std::size_t>(contours.size(), 0));
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < contours.size(); ++i)
        readings.push_back({std::move(contours[i]), occasions[i]});
    return readings;
}

inline Readings prepared(std::vector<protocol::Contour> contours, std::vector<Reference> references = {}) {
    ReadingsInput input;
    input.readings = asReadings(std::move(contours));
    input.references = std::move(references);
    return prepare(input).value();
}

} // namespace forameter::agreement::testing
