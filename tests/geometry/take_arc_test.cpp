// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <gtest/gtest.h>
#include <numbers>

#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/take_arc.hpp"
#include "shapes.hpp"

namespace forameter::geometry {
namespace {

using namespace shapes;
using std::numbers::pi;

PlaneCurve circle(double radius) {
    return ellipse(CurveKind::Spline, 24, radius, radius);
}
PlaneCurve reversed(PlaneCurve curve) {
    std::reverse(curve.points.begin(), curve.points.end());
    return curve;
}
double areaOf(const Result<PlaneCurve>& taken) {
    EXPECT_TRUE(taken) << taken.error().message;
    if (!taken) return 0.0;
    const auto valid = validate(*taken);
    EXPECT_TRUE(valid) << valid.error().message;
    return area(*taken).value();
}

TEST(TakeArc, AQuarterOfALargerCircle) {
    const double expected = 0.25 * pi * 36 + 0.75 * pi * 25;
    for (const auto& curve : {circle(5), reversed(circle(5))})
        for (const auto& other : {circle(6), reversed(circle(6))}) {
            EXPECT_NEAR(areaOf(takeArc(curve, other, {6, 0}, {0, 6})), expected, 0.15);
            EXPECT_NEAR(areaOf(takeArc(curve, other, {0, 6}, {6, 0})), expected, 0.15);
        }
}

TEST(TakeArc, TheLongWayAround) {
    EXPECT_NEAR(areaOf(takeArc(circle(5), circle(6), {6, 0}, {0, 6}, Way::Longer)),
                0.75 * pi * 36 + 0.25 * pi * 25, 0.15);
}

TEST(TakeArc, ClicksNeedNotLieOnTheCurve) {
    EXPECT_NEAR(areaOf(takeArc(circle(5), circle(6), {9, 0}, {0, 5.5})), 0.25 * pi * 36 + 0.75 * pi * 25,
                0.15);
}

TEST(TakeArc, EquallyLongWaysGoCounterClockwise) {
    const auto up = takeArc(circle(5), circle(6), {6, 0}, {-6, 0});
    ASSERT_TRUE(up);
    EXPECT_NEAR(centroid(*up).y, (2.0 / 3.0) * (216.0 - 125.0) / (0.5 * pi * 61.0), 0.02);
    const auto down = takeArc(circle(5), circle(6), {-6, 0}, {6, 0});
    ASSERT_TRUE(down);
    EXPECT_LT(centroid(*down).y, -0.5);
}

TEST(TakeArc, PolygonsAreExact) {
    const auto taken = takeArc(rectangle(0, 0, 10, 10), rectangle(1, 1, 12, 9), {12, 2}, {12, 7});
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->kind, CurveKind::Polygon);
    EXPECT_NEAR(area(*taken).value(), 110.0, 1e-9); // a bay of 2 x 5 more
    EXPECT_TRUE(validate(*taken));
}

TEST(TakeArc, OfCrossingCirclesTheUnionOrTheIntersection) {
    const auto left = ellipse(CurveKind::Spline, 32, 5, 5, {-2, 0}),
               right = ellipse(CurveKind::Spline, 32, 5, 5, {2, 0});
    const double y = std::sqrt(25.0 - 4.0), angle = std::acos(2.0 / 5.0),
                 lens = 2.0 * (25.0 * angle - 2.0 * y);
    EXPECT_NEAR(areaOf(takeArc(left, right, {0, y}, {0, -y}, Way::Longer)), 50.0 * pi - lens, 0.2);
    EXPECT_NEAR(areaOf(takeArc(left, right, {0, y}, {0, -y}, Way::Shorter)), lens, 0.2);
}

TEST(TakeArc, OfItselfChangesNothing) {
    Random random(3);
    const auto curve = blob(random, CurveKind::Spline, 14, 6);
    EXPECT_NEAR(areaOf(takeArc(curve, curve, curve.points[1], curve.points[5])), area(curve).value(), 0.1);
}

TEST(TakeArc, ReplacesNothingElse) {
    const auto curve = circle(5), other = circle(6);
    const auto taken = takeArc(curve, other, {6, 0}, {0, 6});
    ASSERT_TRUE(taken);
    for (int degrees = 0; degrees < 360; ++degrees) {
        const double t = degrees * pi / 180.0, radius = degrees > 1 && degrees < 89 ? 6.0 : 5.0;
        if (degrees <= 1 || (degrees >= 89 && degrees <= 91) || degrees >= 359) continue;
        EXPECT_LT(nearestPoint(*taken, {radius * std::cos(t), radius * std::sin(t)}).distance, 0.01)
            << degrees;
    }
}

TEST(TakeArc, RefusesWhatIsNoArc) {
    const auto same = takeArc(circle(5), circle(6), {6, 0}, {7, 0});
    ASSERT_FALSE(same);
    EXPECT_NE(same.error().message.find("same place"), std::string::npos);
    EXPECT_FALSE(takeArc(circle(5), polygon({{0, 0}, {1, 1}}), {6, 0}, {0, 6}));
    const auto dipping = polygon({{12, 3}, {8, 3}, {8, -3}, {6, -3}, {6, 5}, {12, 7}, {13, 5}});
    const auto crossing = takeArc(rectangle(0, 0, 10, 10), dipping, {12, 3}, {12, 7}, Way::Longer);
    ASSERT_FALSE(crossing);
    EXPECT_NE(crossing.error().message.find("cross itself"), std::string::npos);
}

} // namespace
} // namespace forameter::geometry
