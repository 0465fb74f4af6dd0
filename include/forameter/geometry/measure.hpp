// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "forameter/core/quantity.hpp"
#include "forameter/geometry/closed_curve.hpp"

namespace forameter::geometry {

/// Bumped whenever an area of the same curve could come out different; stored with every area. 2: the pixel
/// area of a spline with a straight stretch along a row of centres is that of a polygon's edge; in 1 it hung
/// on rounding.
inline constexpr int kAreaAlgorithmVersion = 2;

/// Enclosed area by Green's theorem, exact for polygons and, segment by segment in closed form, for cubic
/// Beziers. The curve is taken as simple; a curve that crosses itself has no area (validate first).
[[nodiscard]] SquareMillimetres area(const PlaneCurve& curve);

/// The area that a closed polygon encloses: positive where it runs counter-clockwise (x right, y up).
[[nodiscard]] SquareMillimetres signedArea(std::span<const PlanePoint> polygon);

/// Arc length; splines by Gauss-Legendre quadrature to 1e-9 relative.
[[nodiscard]] Millimetres perimeter(const PlaneCurve& curve);

/// Centre of the enclosed area; of the points where there is none.
[[nodiscard]] PlanePoint centroid(const PlaneCurve& curve);

/// Greatest and least distance between parallel tangents (Feret); exact for polygons, splines to 2e-4 mm.
struct Feret {
    Millimetres max, min;
};
[[nodiscard]] Feret feret(const PlaneCurve& curve);

/// Extent of the curve along a direction of its plane (need not be unit length), mm.
[[nodiscard]] Millimetres extent(const PlaneCurve& curve, PlanePoint direction);

/// Extents along the patient's axes as projected onto the plane: `ap` front to back, `transverse` right to
/// left, `craniocaudal` foot to head. None where the axis stands more than 60 degrees off the plane.
struct AnatomicalExtents {
    std::optional<Millimetres> ap, transverse, craniocaudal;
};
[[nodiscard]] AnatomicalExtents anatomicalExtents(const PlaneCurve& curve, const ImagePlane& plane);

} // namespace forameter::geometry
