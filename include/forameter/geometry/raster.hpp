// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/geometry/closed_curve.hpp"

namespace forameter::geometry {

using Mask = Grid<std::uint8_t>; ///< 0 or 1

/// Pixels of the plane whose centre lies inside the curve (even-odd rule; splines to 1e-5 mm). A centre
/// exactly on the curve belongs to the pixel's region to its right or below, so that neighbouring curves
/// share no pixel. Curves with non-finite points cover nothing.
[[nodiscard]] Mask rasterize(const PlaneCurve& curve, const ImagePlane& plane);

/// Number of such pixels times the area of one: the gridded area that stands beside the exact one.
[[nodiscard]] SquareMillimetres pixelArea(const PlaneCurve& curve, const ImagePlane& plane);

/// Outlines of the set pixels at half height between pixel centres (marching squares), as polygons in plane
/// mm, largest first; holes are left out. `spacing` in mm per column (x) and row (y), `origin` the plane
/// point of pixel (0, 0).
[[nodiscard]] std::vector<PlaneCurve> outlines(GridView<const std::uint8_t> mask, PlanePoint origin,
                                               PlanePoint spacing);

/// Outlines of a soft map at `level`, linear between pixel centres; beyond the border the map is taken as 0.
/// NaN counts as outside.
[[nodiscard]] std::vector<PlaneCurve> outlines(GridView<const float> field, float level, PlanePoint origin,
                                               PlanePoint spacing);

/// A subset of the polygon's points whose polygon stays within `tolerance` mm of the given one
/// (Douglas-Peucker), simple where that one is simple.
[[nodiscard]] PlaneCurve simplified(const PlaneCurve& polygon, double tolerance);

/// A spline with few points, taken from the polygon's, that stays within `tolerance` mm of it (both ways);
/// sharp bends become corners. Simple where the polygon is simple.
[[nodiscard]] PlaneCurve splineThrough(const PlaneCurve& polygon, double tolerance);

} // namespace forameter::geometry
