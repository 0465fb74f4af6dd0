// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/measure.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numbers>

#include "forameter/geometry/raster.hpp"
#include "shapes.hpp"

namespace forameter::geometry {
namespace {

using namespace shapes;
constexpr double kPi = std::numbers::pi;

double polygonArea(int n, double r) {
    return 0.5 * n * r * r * std::sin(2.0 * kPi / n);
}

TEST(Area, OfARegularPolygonMatchesTheClosedFormTo1em9) {
    for (const int n : {3, 4, 5, 6, 17, 80, 1000}) {
        const auto curve = ellipse(CurveKind::Polygon, n, 8.0, 8.0, {123.4, -567.8});
        EXPECT_NEAR(area(curve).value() / polygonArea(n, 8.0), 1.0, 1e-9) << n;
    }
}

TEST(Area, OfASplineCircleOf16PointsIsWithinOnePerMille) {
    const auto curve = ellipse(CurveKind::Spline, 16, 7.0, 7.0, {40.0, 60.0});
    EXPECT_NEAR(area(curve).value() / (kPi * 49.0), 1.0, 1e-3);
    EXPECT_NEAR(perimeter(curve).value() / (2.0 * kPi * 7.0), 1.0, 1e-3);
    // ... and the chords of the same points are not: 2.5 % too small.
    EXPECT_NEAR(area(ellipse(CurveKind::Polygon, 16, 7.0, 7.0)).value() / (kPi * 49.0), 0.9745, 1e-4);
}

TEST(Area, OfASplineIsThatOfItsFlattenedPolygonInTheLimit) {
    Random random(7);
    for (int k = 0; k < 20; ++k) {
        auto curve = blob(random, CurveKind::Spline, 9, 10.0, {200.0, 300.0});
        curve.corners = {2, 3, 6};
        const PlaneCurve fine{CurveKind::Polygon, flatten(curve, 1e-7), {}};
        EXPECT_NEAR(area(curve).value() / area(fine).value(), 1.0, 1e-6);
        EXPECT_NEAR(perimeter(curve).value() / perimeter(fine).value(), 1.0, 1e-6);
        EXPECT_NEAR(centroid(curve).x, centroid(fine).x, 1e-5);
        EXPECT_NEAR(centroid(curve).y, centroid(fine).y, 1e-5);
    }
}

TEST(Area, OfSplineEllipsesConvergesToTheClosedForm) {
    EXPECT_NEAR(area(ellipse(CurveKind::Spline, 32, 9.0, 5.0, {}, 0.4)).value() / (kPi * 45.0), 1.0, 1e-3);
    EXPECT_NEAR(area(ellipse(CurveKind::Spline, 64, 9.0, 5.0, {}, 0.4)).value() / (kPi * 45.0), 1.0, 2e-4);
}

TEST(Area, IsInvariantUnderMotionPointOrderAndStartPoint) {
    Random random(11);
    for (const CurveKind kind : {CurveKind::Polygon, CurveKind::Spline}) {
        const PlaneCurve curve = blob(random, kind, 14, 9.0, {10.0, 20.0});
        const double expected = area(curve).value(), around = perimeter(curve).value();
        PlaneCurve moved = curve;
        for (PlanePoint& p : moved.points)
            p = {0.6 * p.x - 0.8 * p.y + 1000.0, 0.8 * p.x + 0.6 * p.y - 500.0};
        EXPECT_NEAR(area(moved).value() / expected, 1.0, 1e-11);
        EXPECT_NEAR(perimeter(moved).value() / around, 1.0, 1e-9);
        PlaneCurve reversed = curve;
        std::reverse(reversed.points.begin(), reversed.points.end());
        EXPECT_NEAR(area(reversed).value() / expected, 1.0, 1e-12);
        PlaneCurve rotated = curve;
        std::rotate(rotated.points.begin(), rotated.points.begin() + 5, rotated.points.end());
        EXPECT_NEAR(area(rotated).value() / expected, 1.0, 1e-12);
    }
}

TEST(Area, IsTheSameInThePatientOnAnyObliquePlane) {
    const auto curve = ellipse(CurveKind::Spline, 20, 8.0, 5.0, {60.0, 70.0}, 0.3);
    for (const double tilt : {0.0, 0.35, 1.1}) {
        const auto plane =
            ImagePlane::create(
                {{5, -90, 40}, {std::cos(tilt), std::sin(tilt), 0}, {0, 0, -1}, 0.55, 0.9, 256, 200})
                .value();
        const PlaneCurve again = toPlane(toPatient(curve, plane), plane);
        EXPECT_NEAR(area(again).value() / area(curve).value(), 1.0, 1e-12);
        const auto fitted = fittedPlane(toPatient(curve, plane)).value();
        EXPECT_NEAR(area(toPlane(toPatient(curve, plane), fitted)).value() / area(curve).value(), 1.0, 1e-12);
    }
}

TEST(Area, OfPixelsAgreesWithTheCurveWithinTheBorder) {
    const auto plane = ImagePlane::create({{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, 0.8, 0.4, 300, 200})
                           .value(); // non-square pixels
    const auto curve = ellipse(CurveKind::Spline, 24, 15.0, 10.0, {60.0, 80.0});
    EXPECT_NEAR(pixelArea(curve, plane).value() / area(curve).value(), 1.0, 0.01);
}

TEST(Centroid, OfARectangleIsItsMiddle) {
    const PlanePoint c = centroid(rectangle(3, 4, 13, 10));
    EXPECT_NEAR(c.x, 8.0, 1e-12);
    EXPECT_NEAR(c.y, 7.0, 1e-12);
    const PlanePoint s = centroid(ellipse(CurveKind::Spline, 12, 6, 6, {-30, 12}));
    EXPECT_NEAR(s.x, -30.0, 1e-9);
    EXPECT_NEAR(s.y, 12.0, 1e-9);
}

TEST(FeretDiameters, OfEllipsesAndRectanglesMatchTheClosedForm) {
    const Feret e = feret(ellipse(CurveKind::Spline, 64, 9.0, 5.0, {30, 40}, 0.7));
    EXPECT_NEAR(e.max.value(), 18.0, 2e-3);
    EXPECT_NEAR(e.min.value(), 10.0, 5e-3);
    const Feret r = feret(rectangle(0, 0, 8, 6));
    EXPECT_NEAR(r.max.value(), 10.0, 1e-12);
    EXPECT_NEAR(r.min.value(), 6.0, 1e-12);
    const Feret t = feret(polygon({{0, 0}, {4, 0}, {0, 3}}));
    EXPECT_NEAR(t.max.value(), 5.0, 1e-12);
    EXPECT_NEAR(t.min.value(), 2.4, 1e-12); // height on the hypotenuse
}

TEST(FeretDiameters, MatchTryingAllPairsAndDirections) {
    Random random(3);
    for (int k = 0; k < 50; ++k) {
        const auto curve = blob(random, CurveKind::Polygon, 7 + k % 20, 10.0);
        double greatest = 0.0, least = 1e9;
        for (const PlanePoint p : curve.points)
            for (const PlanePoint q : curve.points)
                greatest = std::max(greatest, length(p - q));
        for (int d = 0; d < 20000; ++d)
            least = std::min(least,
                             extent(curve, {std::cos(kPi * d / 20000), std::sin(kPi * d / 20000)}).value());
        EXPECT_NEAR(feret(curve).max.value(), greatest, 1e-12);
        EXPECT_LE(feret(curve).min.value(), least + 1e-12);
        EXPECT_NEAR(feret(curve).min.value(), least, 2e-3);
    }
}

TEST(Extent, OfASplineIncludesItsBulges) {
    Random random(5);
    for (int k = 0; k < 20; ++k) {
        const auto curve = blob(random, CurveKind::Spline, 8, 10.0);
        const PlanePoint direction{random(-1, 1), random(-1, 1)};
        double low = 1e9, high = -1e9;
        for (const PlanePoint p : flatten(curve, 1e-8)) {
            low = std::min(low, dot(p, direction) / length(direction));
            high = std::max(high, dot(p, direction) / length(direction));
        }
        EXPECT_NEAR(extent(curve, direction).value(), high - low,
                    1e-5); // the polygon has at most 1000 pieces per segment
    }
}

TEST(AnatomicalExtents, FollowThePatientsAxes) {
    const auto curve = rectangle(10, 20, 22, 38); // 12 mm along rows, 18 mm along columns
    const auto sagittal = ImagePlane::create({{0, 0, 0}, {0, 1, 0}, {0, 0, -1}, 0.5, 0.5, 100, 100}).value();
    const auto s = anatomicalExtents(curve, sagittal);
    EXPECT_NEAR(s.ap.value().value(), 12.0, 1e-12);
    EXPECT_NEAR(s.craniocaudal.value().value(), 18.0, 1e-12);
    EXPECT_FALSE(s.transverse);
    const auto axial = ImagePlane::create({{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, 0.5, 0.5, 100, 100}).value();
    const auto a = anatomicalExtents(curve, axial);
    EXPECT_NEAR(a.transverse.value().value(), 12.0, 1e-12);
    EXPECT_NEAR(a.ap.value().value(), 18.0, 1e-12);
    EXPECT_FALSE(a.craniocaudal);
    // Prone: rows and columns run the other way, the extents do not change.
    const auto prone = ImagePlane::create({{0, 0, 0}, {-1, 0, 0}, {0, -1, 0}, 0.5, 0.5, 100, 100}).value();
    EXPECT_EQ(anatomicalExtents(curve, prone).ap, a.ap);
}

TEST(Measures, OfNothingAreZeroAndOfNonsenseDoNotHang) {
    const PlaneCurve none{CurveKind::Spline, {}, {}}, two{CurveKind::Spline, {{0, 0}, {5, 5}}, {}};
    EXPECT_EQ(area(none).value(), 0.0);
    EXPECT_EQ(area(two).value(), 0.0);
    EXPECT_EQ(perimeter(two).value(), 0.0);
    EXPECT_EQ(feret(none).max.value(), 0.0);
    EXPECT_EQ(extent(two, {1, 0}).value(), 0.0);
    const double nan = std::nan("");
    for (const CurveKind kind : {CurveKind::Polygon, CurveKind::Spline}) {
        for (const PlaneCurve& curve :
             {PlaneCurve{kind, {{0, 0}, {nan, 1}, {2, 2}, {3, 0}}, {}},
              PlaneCurve{kind, {{0, 0}, {1e300, 1}, {-1e300, 2}, {1e-300, 1e300}}, {}},
              PlaneCurve{kind, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}, {}},
              PlaneCurve{kind, {{0, 0}, {0, 0}, {4, 0}, {4, 0}, {2, 0}}, {}}}) {
            static_cast<void>(area(curve));
            static_cast<void>(perimeter(curve));
            static_cast<void>(centroid(curve));
            static_cast<void>(feret(curve));
            static_cast<void>(extent(curve, {1, 1}));
            static_cast<void>(isTiny(curve));
        }
    }
}

TEST(Area, CountsRepeatedPointsOnce) {
    auto curve = ellipse(CurveKind::Spline, 12, 6.0, 6.0);
    const double expected = area(curve).value();
    curve.points.insert(curve.points.begin() + 4, curve.points[4]);
    curve.points.push_back(curve.points.front());
    EXPECT_NEAR(area(curve).value(), expected, 1e-9);
}

} // namespace
} // namespace forameter::geometry
