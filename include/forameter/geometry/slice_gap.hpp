// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "forameter/geometry/image_plane.hpp"

namespace forameter::geometry {

/// mm along the normal and in the plane; thinner slices are not made.
inline constexpr double kSamePlace = 0.05;
/// Whether two slices of one stack are pictures of one place, of which the first counts.
[[nodiscard]] inline bool atOnePlace(const ImagePlane& a, const ImagePlane& b) {
    const PatientVector apart = b.origin() - a.origin();
    const double along = dot(apart, a.normal());
    return std::abs(along) < kSamePlace && length(apart - along * a.normal()) < kSamePlace;
}

/// How many steps lie in a gap between two slices of one stack that lacks one or two there: 2 or 3, within 3
/// % of a step (and 0.03 mm, for the jitter of written positions). None for any other gap: wider ones lie
/// between stacks.
[[nodiscard]] inline std::optional<int> stepsInGap(double gap, double step) {
    for (const int k : {2, 3})
        if (step > 0.0 && std::abs(gap / k - step) <= std::max(0.03 * step, 0.03)) return k;
    return std::nullopt;
}

} // namespace forameter::geometry
