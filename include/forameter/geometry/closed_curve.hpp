// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/geometry/point.hpp"

namespace forameter::geometry {

enum class CurveKind { Polygon, Spline };

/// A rater's delineation: a closed curve through its points, in one plane. The first point is not repeated.
/// Polygon: straight edges. Spline: centripetal Catmull-Rom (knots spaced by the square root of chord length; Yuksel, Schaefer,
/// Keyser 2011), which neither loops nor cusps within a segment; at a `corner` the curve has a kink (one-sided tangents).
/// `Point` is PlanePoint while drawing and PatientPoint in the record.
template <class Point>
struct BasicCurve {
    CurveKind kind = CurveKind::Spline;
    std::vector<Point> points;
    std::vector<std::size_t> corners; ///< indices into points, ascending; spline only

    friend bool operator==(const BasicCurve&, const BasicCurve&) = default;
};
using PlaneCurve = BasicCurve<PlanePoint>;     ///< mm in an image's plane
using PatientCurve = BasicCurve<PatientPoint>; ///< mm, DICOM LPS

[[nodiscard]] PatientCurve toPatient(const PlaneCurve& curve, const ImagePlane& plane);
/// Projects every point onto the plane.
[[nodiscard]] PlaneCurve toPlane(const PatientCurve& curve, const ImagePlane& plane);

/// One cubic Bezier segment of a curve; a polygon's edge has its inner control points on the chord.
struct Bezier {
    PlanePoint p0, p1, p2, p3;

    [[nodiscard]] PlanePoint at(double t) const;
};
/// One segment per point, from points[i] to points[i + 1]; exact (the curve is its Beziers). Fewer than 3 points give none.
[[nodiscard]] std::vector<Bezier> beziers(const PlaneCurve& curve);

/// The same spline after adding a point at parameter t of segment i (0..1): editing starts from an unchanged polyline nearby.
[[nodiscard]] PlanePoint pointAt(const PlaneCurve& curve, std::size_t segment, double t);

/// A polygon that stays within `tolerance` mm of the curve; a polygon's own points as they are.
[[nodiscard]] std::vector<PlanePoint> flatten(const PlaneCurve& curve, double tolerance = 0.005);

/// Nearest place on the curve.
struct NearestPoint {
    std::size_t segment = 0;
    double t = 0.0;
    PlanePoint point;
    double distance = 0.0; ///< mm
};
[[nodiscard]] NearestPoint nearestPoint(const PlaneCurve& curve, PlanePoint to);

/// Why a curve cannot be a measurement: fewer than 3 points, non-finite points, corners out of range, or it crosses or touches
/// itself (message names where, in mm). Curves of less than 1 mm² are valid but `isTiny`.
[[nodiscard]] Result<> validate(const PlaneCurve& curve);
/// Where the curve crosses itself; none for a simple curve.
[[nodiscard]] std::optional<PlanePoint> selfIntersection(const PlaneCurve& curve);
[[nodiscard]] bool isTiny(const PlaneCurve& curve);

/// A plane through a patient curve where no image is known: Newell's normal, origin at the mean, x axis across the patient or
/// to the back, whichever lies nearer to the plane. Fails where the points are collinear, or off the plane by more than 0.1 mm.
[[nodiscard]] Result<ImagePlane> fittedPlane(const PatientCurve& curve);

} // namespace forameter::geometry
