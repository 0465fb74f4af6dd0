// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "forameter/core/quantity.hpp"
#include "forameter/geometry/closed_curve.hpp"

namespace forameter::geometry {

/// Overlap and boundary distances of two simple curves on one plane, of the curves themselves and not of
/// pixels.
struct Comparison {
    SquareMillimetres areaA, areaB, intersection;
    double dice = 0.0; ///< 2 |A and B| / (|A| + |B|)
    Millimetres hd;    ///< Hausdorff distance between the boundaries
    Millimetres hd95;  ///< larger of the two directed 95th percentiles, weighted by boundary length
    Millimetres assd;  ///< both directed integrals of distance over both lengths
};
/// Exact for polygons: the distance to a polygon along a straight edge is a lower envelope of square roots of
/// quadratics, whose maxima, level sets and integrals have closed forms. Splines are flattened to 1 µm first.
/// Both curves must pass validate(); others give NaN.
[[nodiscard]] Comparison compare(const PlaneCurve& a, const PlaneCurve& b);

enum class SetOperation { Union, Intersection, Difference };
/// Set operation on the regions inside two curves (splines are flattened to 1 µm): simple loops, outer
/// ones counter-clockwise (positive Green area), holes clockwise, largest first. Points of the inputs are
/// kept exactly; crossings are exact to 1e-8 of the extent. A curve that crosses itself counts as everything
/// it winds around.
[[nodiscard]] std::vector<PlaneCurve> combine(const PlaneCurve& a, const PlaneCurve& b,
                                              SetOperation operation);
/// The same for regions of several loops: holes run against their outer loop.
[[nodiscard]] std::vector<PlaneCurve> combine(std::span<const PlaneCurve> a, std::span<const PlaneCurve> b,
                                              SetOperation operation);

/// The region of all places for which accepted(pattern) holds, bit j of the pattern saying whether curve j
/// contains the place (even-odd rule). At most 64 curves; a curve that does not enclose anything contains no
/// place. accepted(0) must be false. Loops as above.
[[nodiscard]] std::vector<PlaneCurve> combine(std::span<const PlaneCurve> curves,
                                              const std::function<bool(std::uint64_t pattern)>& accepted);

/// Signed distance of a point to the curve, mm: negative inside (even-odd rule, splines to 1e-4 mm).
[[nodiscard]] Millimetres signedDistance(const PlaneCurve& curve, PlanePoint point);
[[nodiscard]] bool contains(const PlaneCurve& curve, PlanePoint point);

} // namespace forameter::geometry
