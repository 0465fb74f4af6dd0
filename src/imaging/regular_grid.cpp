// SPDX-License-Identifier: Apache-2.0
#include "regular_grid.hpp"

#include <algorithm>
#include <cmath>

#include "forameter/geometry/slice_gap.hpp"

namespace forameter::imaging {
namespace {

using geometry::ImagePlane;
using geometry::PatientVector;

constexpr double kDirectionTolerance =
    5e-4;                                  // per component: orientations are written with six digits at best
constexpr double kSpacingTolerance = 1e-4; // relative
constexpr double kInPlaneTolerance = 0.1;  // mm
constexpr double kStepTolerance = 0.05;    // of the step

bool sameDirection(const PatientVector& a, const PatientVector& b) {
    return std::max({std::abs(a.x - b.x), std::abs(a.y - b.y), std::abs(a.z - b.z)}) < kDirectionTolerance;
}

bool sameSpacing(double a, double b) {
    return std::abs(a - b) <= kSpacingTolerance * a;
}

bool sameShape(const ImagePlane& a, const ImagePlane& b) {
    return a.columns() == b.columns() && a.rows() == b.rows() &&
           sameSpacing(a.rowSpacing(), b.rowSpacing()) && sameSpacing(a.columnSpacing(), b.columnSpacing()) &&
           sameDirection(a.rowDirection(), b.rowDirection()) &&
           sameDirection(a.columnDirection(), b.columnDirection());
}

} // namespace

std::optional<RegularGrid> regularGrid(std::span<const ImagePlane> planes) {
    if (planes.size() < 2) return std::nullopt;
    const auto& first = planes.front();
    const auto normal = first.normal();
    const auto whole = planes.back().origin() - first.origin();
    const double step = dot(whole, normal) / static_cast<double>(planes.size() - 1);
    if (std::abs(step) < geometry::kSamePlace) return std::nullopt;

    for (std::size_t i = 0; i < planes.size(); ++i) {
        if (!sameShape(first, planes[i])) return std::nullopt;
        const auto deviation = planes[i].origin() - first.origin() - static_cast<double>(i) * step * normal;
        const double along = dot(deviation, normal);
        if (std::abs(along) > kStepTolerance * std::abs(step)) return std::nullopt;
        if (length(deviation - along * normal) > kInPlaneTolerance) return std::nullopt;
    }
    return RegularGrid{step * normal};
}

} // namespace forameter::imaging
