// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "shapes.hpp"

namespace forameter::geometry {
namespace {

using namespace shapes;

TEST(Beziers, PassThroughThePointsAndJoinSmoothlyExceptAtCorners) {
    Random random(1);
    auto curve = blob(random, CurveKind::Spline, 10, 9.0);
    curve.corners = {3};
    const auto b = beziers(curve);
    ASSERT_EQ(b.size(), 10u);
    for (std::size_t i = 0; i < b.size(); ++i) {
        EXPECT_EQ(b[i].p0, curve.points[i]);
        EXPECT_EQ(b[i].p3, curve.points[(i + 1) % 10]);
        const std::size_t j = (i + 1) % 10;
        const PlanePoint in = b[i].p3 - b[i].p2, out = b[j].p1 - b[j].p0;
        const double turn = std::abs(cross(in, out)) / (length(in) * length(out));
        if (j == 3)
            EXPECT_GT(turn, 0.1);
        else
            EXPECT_LT(turn, 1e-12);
    }
}

TEST(Beziers, BetweenTwoCornersAreStraight) {
    PlaneCurve square{CurveKind::Spline, {{0, 0}, {6, 0}, {6, 6}, {0, 6}}, {0, 1, 2, 3}};
    EXPECT_NEAR(area(square).value(), 36.0, 1e-12);
    EXPECT_NEAR(perimeter(square).value(), 24.0, 1e-9);
    square.corners = {0, 1};
    EXPECT_NEAR(pointAt(square, 0, 0.3).y, 0.0, 1e-12);
    EXPECT_GT(area(square).value(), 36.0);
}

TEST(Beziers, MatchTheBarryGoldmanFormOfTheCentripetalSpline) {
    // Barry & Goldman 1988: the curve as repeated interpolation between the knots t_i+1 = t_i + |P_i+1 -
    // P_i|^0.5.
    Random random(2);
    const auto curve = blob(random, CurveKind::Spline, 7, 5.0);
    const auto b = beziers(curve);
    const auto point = [&](std::size_t i) { return curve.points[i % 7]; };
    for (std::size_t i = 0; i < 7; ++i) {
        const PlanePoint p[4] = {point(i + 6), point(i), point(i + 1), point(i + 2)};
        double t[4] = {0, 0, 0, 0};
        for (int k = 1; k < 4; ++k)
            t[k] = t[k - 1] + std::sqrt(length(p[k] - p[k - 1]));
        for (const double s : {0.1, 0.5, 0.8}) {
            const double u = t[1] + s * (t[2] - t[1]);
            const auto mix = [&](PlanePoint a, PlanePoint c, double ta, double tc) {
                return ((tc - u) / (tc - ta)) * a + ((u - ta) / (tc - ta)) * c;
            };
            const PlanePoint a1 = mix(p[0], p[1], t[0], t[1]), a2 = mix(p[1], p[2], t[1], t[2]),
                             a3 = mix(p[2], p[3], t[2], t[3]);
            const PlanePoint expected = mix(mix(a1, a2, t[0], t[2]), mix(a2, a3, t[1], t[3]), t[1], t[2]);
            EXPECT_NEAR(length(b[i].at(s) - expected), 0.0, 1e-12);
        }
    }
}

TEST(Beziers, ChangeOnlyBesideAMovedPoint) {
    Random random(3);
    auto curve = blob(random, CurveKind::Spline, 12, 9.0);
    const auto before = beziers(curve);
    curve.points[6] = curve.points[6] + PlanePoint{0.7, -0.4};
    const auto after = beziers(curve);
    for (std::size_t i = 0; i < 12; ++i) {
        const bool same = before[i].p0 == after[i].p0 && before[i].p1 == after[i].p1 &&
                          before[i].p2 == after[i].p2 && before[i].p3 == after[i].p3;
        EXPECT_EQ(same, i < 4 || i > 7) << i;
    }
}

TEST(Flatten, StaysWithinTheToleranceAndKeepsThePoints) {
    Random random(4);
    for (const double tolerance : {0.1, 0.01, 0.001}) {
        const auto curve = blob(random, CurveKind::Spline, 9, 10.0);
        const auto points = flatten(curve, tolerance);
        const auto outline = polygon(points);
        for (std::size_t i = 0; i < 9; ++i) {
            EXPECT_NE(std::find(points.begin(), points.end(), curve.points[i]), points.end());
            for (int k = 0; k <= 50; ++k)
                EXPECT_LE(nearestPoint(outline, pointAt(curve, i, k / 50.0)).distance, tolerance * 1.000001);
        }
    }
}

TEST(NearestPoint, IsNoFartherThanAnySample) {
    Random random(5);
    for (int k = 0; k < 80; ++k) {
        const auto curve = blob(random, k % 2 ? CurveKind::Spline : CurveKind::Polygon, 8, 10.0);
        const PlanePoint p{random(-20, 20), random(-20, 20)};
        const auto nearest = nearestPoint(curve, p);
        double least = 1e9;
        for (std::size_t i = 0; i < 8; ++i)
            for (int s = 0; s <= 400; ++s)
                least = std::min(least, length(pointAt(curve, i, s / 400.0) - p));
        EXPECT_LE(nearest.distance, least + 1e-9);
        EXPECT_NEAR(nearest.distance, least, 0.02);
        EXPECT_NEAR(length(pointAt(curve, nearest.segment, nearest.t) - nearest.point), 0.0, 1e-12);
    }
}

TEST(SignedDistance, IsNegativeInsideAndExactForACircle) {
    const auto circle = ellipse(CurveKind::Spline, 64, 10, 10);
    EXPECT_NEAR(signedDistance(circle, {0, 0}).value(), -10.0, 1e-3);
    EXPECT_NEAR(signedDistance(circle, {13, 0}).value(), 3.0, 1e-3);
    EXPECT_NEAR(signedDistance(circle, {0, -8}).value(), -2.0, 1e-3);
    EXPECT_TRUE(contains(circle, {9.9, 0}));
    EXPECT_FALSE(contains(circle, {10.1, 0}));
}

TEST(Validate, AcceptsHandDrawnCurves) {
    Random random(6);
    for (int k = 0; k < 300; ++k)
        for (const CurveKind kind : {CurveKind::Polygon, CurveKind::Spline})
            EXPECT_TRUE(validate(blob(random, kind, 4 + k % 40, 8.0, {100, 150})));
    EXPECT_TRUE(validate(rectangle(0, 0, 1, 1)));
    EXPECT_TRUE(validate(polygon({{0, 0}, {2, 0}, {4, 0}, {4, 3}}))); // a point on a straight edge is no fold
}

TEST(Validate, NamesWhereACurveCrossesItself) {
    const auto eight = polygon({{0, 0}, {4, 4}, {4, 0}, {0, 4}});
    const auto result = validate(eight);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(result.error().message.find("(2.00, 2.00) mm"), std::string::npos) << result.error().message;
    EXPECT_TRUE(selfIntersection(eight));
    auto spline = eight;
    spline.kind = CurveKind::Spline;
    EXPECT_FALSE(validate(spline));
}

TEST(Validate, RefusesTouchingAndFoldedCurves) {
    EXPECT_FALSE(validate(polygon({{0, 0}, {4, 0}, {4, 4}, {2, 0}, {0, 4}}))); // a corner on an edge
    EXPECT_FALSE(
        validate(polygon({{0, 0}, {4, 0}, {2, 2}, {4, 4}, {0, 4}, {2, 2}}))); // two corners in one place
    EXPECT_FALSE(validate(polygon({{0, 0}, {6, 0}, {3, 0}, {3, 3}})));        // folds back
    EXPECT_FALSE(validate(polygon({{0, 0}, {1, 1}, {2, 2}, {3, 3}})));        // a line
    EXPECT_FALSE(validate(polygon({{0, 0}, {4, 0}, {4, 4}, {1, 0}, {3, 0}, {0, 4}}))); // overlapping edges
}

TEST(Validate, RefusesWhatIsNoCurve) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                     inf = std::numeric_limits<double>::infinity();
    for (const CurveKind kind : {CurveKind::Polygon, CurveKind::Spline}) {
        EXPECT_FALSE(validate({kind, {}, {}}));
        EXPECT_FALSE(validate({kind, {{0, 0}, {1, 1}}, {}}));
        EXPECT_FALSE(validate({kind, {{0, 0}, {1, 1}, {nan, 0}}, {}}));
        EXPECT_FALSE(validate({kind, {{0, 0}, {1, 1}, {inf, 0}}, {}}));
        EXPECT_FALSE(validate({kind, {{0, 0}, {1, 1}, {1e200, 0}}, {}}));
        EXPECT_FALSE(validate({kind, {{2, 2}, {2, 2}, {2, 2}, {2, 2}}, {}}));
        EXPECT_FALSE(validate({kind, {{0, 0}, {5, 0}, {0, 0}, {5, 0}}, {}}));
        EXPECT_FALSE(validate({kind, {{0, 0}, {5, 0}, {0, 5}}, {3}}));
        EXPECT_FALSE(validate({kind, {{0, 0}, {5, 0}, {0, 5}}, {1, 0}}));
        EXPECT_FALSE(validate({kind, std::vector<PlanePoint>(kMaxPoints + 1), {}}));
    }
}

TEST(Validate, IsQuickOnTheWorstCurveAllowed) {
    PlaneCurve comb{CurveKind::Polygon, {}, {}}; // every edge is abreast of every other
    for (std::size_t i = 0; i + 2 < kMaxPoints; ++i)
        comb.points.push_back({i % 2 ? 1000.0 : 0.0, static_cast<double>(i) * 0.1});
    comb.points.push_back({-10.0, 2000.0});
    comb.points.push_back({-10.0, 0.0});
    EXPECT_TRUE(validate(comb));
}

TEST(IsTiny, BelowOneSquareMillimetre) {
    EXPECT_TRUE(isTiny(rectangle(0, 0, 0.9, 1)));
    EXPECT_FALSE(isTiny(rectangle(0, 0, 1.1, 1)));
}

TEST(FittedPlane, HasTheAxesAReaderExpects) {
    const auto fit = [](PatientVector row, PatientVector column) {
        const auto plane = ImagePlane::create({{3, 40, -70}, row, column, 1, 1, 10, 10}).value();
        return fittedPlane(toPatient(ellipse(CurveKind::Spline, 12, 8, 5), plane)).value();
    };
    const auto sagittal = fit({0, 1, 0}, {0, 0, -1});
    EXPECT_NEAR(sagittal.rowDirection().y, 1.0, 1e-12);
    EXPECT_NEAR(sagittal.columnDirection().z, -1.0, 1e-12);
    const auto axial = fit({-1, 0, 0}, {0, -1, 0});
    EXPECT_NEAR(axial.rowDirection().x, 1.0, 1e-12);
    EXPECT_NEAR(axial.columnDirection().y, 1.0, 1e-12);
}

TEST(FittedPlane, RefusesLinesAndCurvesThatLeaveTheirPlane) {
    EXPECT_FALSE(fittedPlane({CurveKind::Polygon, {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}}, {}}));
    EXPECT_FALSE(fittedPlane({CurveKind::Polygon, {{0, 0, 0}, {1, 1, 1}}, {}}));
    EXPECT_FALSE(fittedPlane({CurveKind::Polygon, {{0, 0, 0}, {5, 0, 1}, {5, 5, 0}, {0, 5, 1}}, {}}));
    EXPECT_FALSE(
        fittedPlane({CurveKind::Polygon, {{0, 0, 0}, {5, 0, std::nan("")}, {5, 5, 0}, {0, 5, 0}}, {}}));
    EXPECT_TRUE(
        fittedPlane({CurveKind::Polygon, {{0, 0, 0.05}, {5, 0, -0.05}, {5, 5, 0.05}, {0, 5, -0.05}}, {}}));
}

} // namespace
} // namespace forameter::geometry
