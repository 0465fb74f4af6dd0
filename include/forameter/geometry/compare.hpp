// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/core/quantity.hpp"
#include "forameter/geometry/closed_curve.hpp"

namespace forameter::geometry {

/// Overlap and boundary distances of two simple curves on one plane, of the curves themselves and not of pixels.
struct Comparison {
    SquareMillimetres areaA, areaB, intersection;
    double dice = 0.0;  ///< 2 |A and B| / (|A| + |B|)
    Millimetres hd;     ///< Hausdorff distance between the boundaries
    Millimetres hd95;   ///< larger of the two directed 95th percentiles, weighted by boundary length
    Millimetres assd;   ///< both directed integrals of distance over both lengths
};
/// Splines are flattened to 1 µm first; the result is exact for the polygons then compared, except that HD95 and ASSD sample each
/// boundary every 0.02 mm or finer.
[[nodiscard]] Comparison compare(const PlaneCurve& a, const PlaneCurve& b);

/// Set operations on simple polygons (splines are flattened): the loops of the result, outer ones counter-clockwise, holes clockwise,
/// largest first.
enum class SetOperation { Union, Intersection, Difference };
[[nodiscard]] std::vector<PlaneCurve> combine(const PlaneCurve& a, const PlaneCurve& b, SetOperation operation);

/// Signed distance of a point to the curve, mm: negative inside.
[[nodiscard]] Millimetres signedDistance(const PlaneCurve& curve, PlanePoint point);
[[nodiscard]] bool contains(const PlaneCurve& curve, PlanePoint point);

} // namespace forameter::geometry
