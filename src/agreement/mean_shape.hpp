// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::agreement {

struct MeanShape {
    geometry::Mask mask; ///< pixels of the rectangle whose centre has a negative mean distance
    std::vector<geometry::PlaneCurve>
        outlines; ///< the zero level as polygons in plane mm, largest first; holes are left out
};

/// Where the mean of the signed distances to the curves (negative inside) is zero, in the rectangle of pixels
/// that holds all curves: exact distances (splines to 1 µm) at points at most `kMeanShapeStep` mm apart,
/// linear between them.
inline constexpr double kMeanShapeStep = 0.2;
[[nodiscard]] MeanShape meanShape(std::span<const geometry::PlaneCurve> curves,
                                  const geometry::ImagePlane& image, int column, int row, int columns,
                                  int rows);

} // namespace forameter::agreement
