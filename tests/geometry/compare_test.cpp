// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/compare.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

#include "forameter/geometry/measure.hpp"
#include "shapes.hpp"

namespace forameter::geometry {
namespace {

using namespace shapes;

/// Distances of evenly spread places on one polygon to another, sorted: the slow way.
std::vector<double> sampledDistances(const PlaneCurve& from, const PlaneCurve& to, int perEdge) {
    std::vector<std::pair<double, double>> weighted;
    for (std::size_t i = 0; i < from.points.size(); ++i) {
        const PlanePoint a = from.points[i], b = from.points[(i + 1) % from.points.size()];
        const int n = std::max(1, static_cast<int>(perEdge * length(b - a)));
        for (int k = 0; k < n; ++k) {
            const PlanePoint p = a + ((k + 0.5) / n) * (b - a);
            weighted.push_back({nearestPoint(to, p).distance, length(b - a) / n});
        }
    }
    std::sort(weighted.begin(), weighted.end());
    double whole = 0.0, sum = 0.0, integral = 0.0, percentile = -1.0;
    for (const auto& [d, w] : weighted)
        whole += w, integral += d * w;
    for (const auto& [d, w] : weighted) {
        sum += w;
        if (percentile < 0.0 && sum >= 0.95 * whole) percentile = d;
    }
    return {weighted.back().first, percentile, integral, whole};
}

TEST(Compare, ConcentricCirclesAreApartByTheDifferenceOfRadii) {
    const double r = 8.0, d = 1.5;
    const auto c =
        compare(ellipse(CurveKind::Spline, 64, r, r), ellipse(CurveKind::Spline, 64, r + d, r + d));
    EXPECT_NEAR(c.hd.value(), d,
                5e-3); // the spline through 64 points is not quite a circle
    EXPECT_NEAR(c.hd95.value(), d, 5e-3);
    EXPECT_NEAR(c.assd.value(), d, 2e-3);
    EXPECT_NEAR(c.dice, 2.0 * r * r / (r * r + (r + d) * (r + d)), 1e-5);
}

TEST(Compare, ShiftedSquaresMatchTheClosedForm) {
    for (const double s : {5.0, 10.0, 12.3}) {
        for (const double t : {0.5, 1.0, 2.0}) {
            const auto c = compare(rectangle(0, 0, s, s), rectangle(t, 0, s + t, s));
            EXPECT_NEAR(c.dice, 1.0 - t / s, 1e-9);
            EXPECT_NEAR(c.hd.value(), t, 1e-9);
            // Along a boundary of 4 s: 0 on both horizontal sides, except for t of each, which is that far
            // from the end of the other square; t on one vertical side; min(t, ...) = t on the other while
            // the horizontal sides are farther.
            if (t / s > 0.05) {
                EXPECT_NEAR(c.hd95.value(), t, 1e-9);
            }
        }
    }
}

TEST(Compare, ShiftedSquaresHaveTheHandComputedMeanDistance) {
    // Side 10, shift 1: per square 2 horizontal runs of length 1 outside the other (mean distance 1/2), the
    // outer vertical side (length 10) at distance 1, the inner vertical side at min(1, distance to a
    // horizontal side): 2 * 1/2 + 8 * 1.
    const auto c = compare(rectangle(0, 0, 10, 10), rectangle(1, 0, 11, 10));
    EXPECT_NEAR(c.assd.value(), (2 * 0.5 + 10.0 + 2 * 0.5 + 8.0) / 40.0, 1e-9);
}

TEST(Compare, IdenticalCurvesAreIdentical) {
    Random random(31);
    for (const CurveKind kind : {CurveKind::Polygon, CurveKind::Spline}) {
        const auto a = blob(random, kind, 20, 9.0);
        const auto c = compare(a, a);
        EXPECT_DOUBLE_EQ(c.dice, 1.0);
        EXPECT_NEAR(c.hd.value(), 0.0, 1e-7);
        EXPECT_NEAR(c.hd95.value(), 0.0, 1e-7);
        EXPECT_NEAR(c.assd.value(), 0.0, 1e-7);
    }
}

TEST(Compare, DisjointCurvesHaveNoOverlap) {
    const auto c = compare(rectangle(0, 0, 2, 2), rectangle(7, 0, 9, 2));
    EXPECT_EQ(c.dice, 0.0);
    EXPECT_NEAR(c.hd.value(), 7.0, 1e-12);
}

TEST(Compare, NestedCurvesHaveTheSmallerAreaInCommon) {
    const auto c = compare(rectangle(0, 0, 10, 10), rectangle(2, 2, 6, 6));
    EXPECT_NEAR(c.intersection.value(), 16.0, 1e-9);
    EXPECT_NEAR(c.dice, 32.0 / 116.0, 1e-10);
}

TEST(Compare, AgreesWithDenseSampling) {
    Random random(32);
    for (int k = 0; k < 25; ++k) {
        const auto a = blob(random, CurveKind::Polygon, 6 + 3 * k, 10.0);
        const auto b = blob(random, CurveKind::Polygon, 80 - 3 * k, 10.0, {random(-3, 3), random(-3, 3)});
        const auto c = compare(a, b);
        const auto ab = sampledDistances(a, b, 60), ba = sampledDistances(b, a, 60);
        EXPECT_NEAR(c.hd.value(), std::max(ab[0], ba[0]), 0.02);
        EXPECT_GE(c.hd.value(), std::max(ab[0], ba[0]) - 1e-9);
        EXPECT_NEAR(c.hd95.value(), std::max(ab[1], ba[1]), 0.02);
        EXPECT_NEAR(c.assd.value(), (ab[2] + ba[2]) / (ab[3] + ba[3]), 1e-3);
    }
}

TEST(Compare, FindsTheGreatestDistanceWithinAnEdge) {
    // Halfway along its lower edge the long rectangle is farthest from both small squares that cover its
    // ends... the distance peaks between two corners of the other curve, where sampling corners alone would
    // miss it.
    const auto u = polygon({{0, 0}, {0, 5}, {4, 5}, {4, 1}, {6, 1}, {6, 5}, {10, 5}, {10, 0}});
    const auto bar = rectangle(0, 4, 10, 5);
    const auto c = compare(bar, u);
    // The bar's edges between x = 4 and 6 are 1 mm from the walls of the notch at most; the floor of the u is
    // 4 mm away from the bar.
    EXPECT_NEAR(c.hd.value(), 4.0, 1e-9);
    const auto upper = sampledDistances(bar, u, 200);
    EXPECT_NEAR(upper[0], 1.0, 0.01);
}

TEST(Compare, IsSymmetricAndInvariantUnderMotionAndOrder) {
    Random random(33);
    for (int k = 0; k < 40; ++k) {
        auto a = blob(random, CurveKind::Spline, 12, 9.0),
             b = blob(random, CurveKind::Polygon, 30, 9.5, {random(-2, 2), random(-2, 2)});
        const auto c = compare(a, b), d = compare(b, a);
        EXPECT_NEAR(c.dice, d.dice, 1e-12);
        EXPECT_NEAR(c.hd.value(), d.hd.value(), 1e-12);
        EXPECT_NEAR(c.hd95.value(), d.hd95.value(), 1e-9);
        EXPECT_NEAR(c.assd.value(), d.assd.value(), 1e-12);
        for (auto* curve : {&a, &b})
            for (PlanePoint& p : curve->points)
                p = {0.6 * p.x - 0.8 * p.y + 77.0, 0.8 * p.x + 0.6 * p.y + 33.0};
        std::reverse(b.points.begin(), b.points.end());
        std::rotate(b.points.begin(), b.points.begin() + 7, b.points.end());
        const auto e = compare(a, b);
        EXPECT_NEAR(e.dice, c.dice, 1e-8);
        EXPECT_NEAR(e.hd.value(), c.hd.value(), 1e-8);
        EXPECT_NEAR(e.hd95.value(), c.hd95.value(), 1e-8);
        EXPECT_NEAR(e.assd.value(), c.assd.value(), 1e-8);
    }
}

TEST(Compare, OrdersItsDistances) {
    Random random(34);
    for (int k = 0; k < 60; ++k) {
        const auto c = compare(blob(random, CurveKind::Polygon, 40, 10.0),
                               blob(random, CurveKind::Polygon, 50, 10.0, {random(-5, 5), 0}));
        EXPECT_LE(c.hd95.value(), c.hd.value());
        EXPECT_LE(c.assd.value(), c.hd.value());
        EXPECT_GE(c.dice, 0.0);
        EXPECT_LE(c.dice, 1.0);
    }
}

TEST(Compare, NonsenseGivesNoNumbers) {
    const double nan = std::nan("");
    const auto square = rectangle(0, 0, 5, 5);
    for (const auto& bad : {polygon({}), polygon({{0, 0}, {1, 1}}), polygon({{0, 0}, {nan, 0}, {1, 1}}),
                            polygon({{1, 1}, {1, 1}, {1, 1}}), polygon({{0, 0}, {1e300, 0}, {1, 1e300}})}) {
        EXPECT_TRUE(std::isnan(compare(square, bad).dice));
        EXPECT_TRUE(std::isnan(compare(bad, square).hd95.value()));
    }
    const auto eight = polygon({{0, 0}, {6, 4}, {6, 0}, {0, 3}}); // crosses itself: numbers, but no promise
    EXPECT_TRUE(std::isfinite(compare(square, eight).assd.value()));
}

} // namespace
} // namespace forameter::geometry
