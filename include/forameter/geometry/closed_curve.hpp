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
/// Polygon: straight edges. Spline: centripetal Catmull-Rom (knots spaced by the square root of chord length;
/// Yuksel, Schaefer, Keyser 2011), which neither loops nor cusps within a segment; moving a point changes
/// four segments. At a `corner` the curve has a kink: it leaves along the chord to the neighbour, so that
/// between two corners it is straight. Repeated points count once. `Point` is PlanePoint while drawing and
/// PatientPoint in the record.
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
/// One segment per point, from points[i] to points[i + 1]; exact (the curve is its Beziers). Fewer than 3
/// points give none. From a neighbour at distance d0^2, over a segment of chord d1^2 from P1 to P2, the first
/// inner control point is P1 + d1/3 * ((P1 - P0)/d0 - (P2 - P0)/(d0 + d1) + (P2 - P1)/d1), the second one its
/// mirror image.
[[nodiscard]] std::vector<Bezier> beziers(const PlaneCurve& curve);

/// The curve at parameter t (0..1) of a segment; (0, 0) where there is no such segment.
[[nodiscard]] PlanePoint pointAt(const PlaneCurve& curve, std::size_t segment, double t);

/// A polygon that stays within `tolerance` mm of the curve, with the curve's points among its own; a
/// polygon's points as they are.
[[nodiscard]] std::vector<PlanePoint> flatten(const PlaneCurve& curve, double tolerance = 0.005);

/// Nearest place on the curve, to 1e-6 mm. A curve without segments gives its nearest point, one without
/// points an infinite distance.
struct NearestPoint {
    std::size_t segment = 0;
    double t = 0.0;
    PlanePoint point;
    double distance = 0.0; ///< mm
};
[[nodiscard]] NearestPoint nearestPoint(const PlaneCurve& curve, PlanePoint to);

/// Limits of a curve: far beyond any delineation, and low enough that no input can keep the program busy for
/// long.
inline constexpr std::size_t kMaxPoints = 20'000;
inline constexpr double kMaxCoordinate = 10'000.0; ///< mm

/// Why a curve cannot be a measurement: fewer than 3 different points, non-finite points, more than
/// kMaxPoints or beyond kMaxCoordinate, corners out of range or order, or it crosses or touches itself
/// (message names where, in plane mm). Curves of less than 1 mm² are valid but `isTiny`.
[[nodiscard]] Result<> validate(const PlaneCurve& curve);
/// Where the curve crosses or touches itself; none for a simple curve, and none for one beyond the limits
/// above. Splines are looked at to 1 µm.
[[nodiscard]] std::optional<PlanePoint> selfIntersection(const PlaneCurve& curve);
[[nodiscard]] bool isTiny(const PlaneCurve& curve);

/// A plane through a patient curve where no image is known: Newell's normal, origin at the mean, x axis to
/// the patient's left or to the back, whichever lies nearer to the plane, y axis to the feet or the back; one
/// pixel of 1 mm. Fails where the points are collinear, or off the plane by more than 0.1 mm.
[[nodiscard]] Result<ImagePlane> fittedPlane(const PatientCurve& curve);

} // namespace forameter::geometry
