// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"

namespace forameter::geometry {

/// Of the two ways around a closed curve from one place to another. Equally long ones: the shorter is the
/// counter-clockwise one (x right, y up) from the first place.
enum class Way { Shorter, Longer };

/// How far a spline from takeArc() may stray from its parts, mm.
inline constexpr double kTakenArcTolerance = 0.005;

/// `curve` with a stretch replaced by an arc of `other`: the arc runs from the place of `other` nearest to
/// `from` to that nearest to `to`, `way` around; it replaces the stretch of `curve` between the places
/// nearest to the arc's ends, on the side where the arc's middle lies nearer. Both ends are joined by
/// straight lines where the curves do not meet. A polygon where both are polygons (exact), else a spline with
/// corners at the joints. Fails where one of the curves is not valid, both ends fall together, or the result
/// would cross itself.
[[nodiscard]] Result<PlaneCurve> takeArc(const PlaneCurve& curve, const PlaneCurve& other, PlanePoint from,
                                         PlanePoint to, Way way = Way::Shorter);

} // namespace forameter::geometry
