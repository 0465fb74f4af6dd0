// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/image_plane.hpp"

namespace forameter::proposal {

/// A connected piece (over edges) of a probability map at a level and above.
struct Region {
    std::vector<std::size_t> pixels; ///< places in the map
    double area = 0.0;               ///< mm²
    geometry::PatientPoint center;
};

/// All pieces of at least `leastArea` mm², largest first.
[[nodiscard]] std::vector<Region> regionsOf(const Grid<float>& map, const geometry::ImagePlane& plane,
                                            double leastArea, double level);

/// The outline of a region as few points on the acquired image's plane, mm in it: the map's `level`, at
/// which the region was found, sub-pixel, of that region alone, holes filled. None where it encloses next to nothing.
[[nodiscard]] std::optional<geometry::PlaneCurve> outlineOf(const Region& region, const Grid<float>& map,
                                                            const geometry::ImagePlane& plane,
                                                            const geometry::ImagePlane& acquired, double level);

} // namespace forameter::proposal
