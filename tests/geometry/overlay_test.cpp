// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <gtest/gtest.h>
#include <numbers>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "shapes.hpp"

namespace forameter::geometry {
namespace {

using namespace shapes;
using enum SetOperation;

double signedArea(const PlaneCurve& c) {
    return geometry::signedArea(c.points).value();
}
double total(const std::vector<PlaneCurve>& loops) {
    double sum = 0.0;
    for (const auto& loop : loops)
        sum += signedArea(loop);
    return sum;
}
void expectSimple(const std::vector<PlaneCurve>& loops) {
    for (const auto& loop : loops) {
        const auto valid = validate(loop);
        EXPECT_TRUE(valid) << valid.error().message;
    }
}

TEST(Combine, ShiftedSquaresHaveTheClosedFormAreas) {
    const auto a = rectangle(0, 0, 10, 10), b = rectangle(3, 0, 13, 10);
    EXPECT_NEAR(total(combine(a, b, Union)), 130.0, 1e-9);
    EXPECT_NEAR(total(combine(a, b, Intersection)), 70.0, 1e-9);
    EXPECT_NEAR(total(combine(a, b, Difference)), 30.0, 1e-9);
}

TEST(Combine, HandlesEveryDegeneratePosition) {
    const auto a = rectangle(0, 0, 10, 10);
    struct Case {
        const char* name;
        PlaneCurve b;
        double both;
        std::size_t unionLoops, differenceLoops;
    };
    const Case cases[] = {
        {"identical", a, 100, 1, 0},
        {"the other way round", polygon({{0, 0}, {0, 10}, {10, 10}, {10, 0}}), 100, 1, 0},
        {"disjoint", rectangle(20, 0, 25, 5), 0, 2, 1},
        {"common edge", rectangle(10, 0, 20, 10), 0, 1, 1},
        {"part of an edge", rectangle(10, 2, 20, 6), 0, 1, 1},
        {"common corner", rectangle(10, 10, 20, 20), 0, 2, 1},
        {"nested", rectangle(2, 2, 8, 8), 36, 1, 2},
        {"nested on an edge", rectangle(0, 2, 8, 8), 48, 1, 1},
        {"nested in a corner", rectangle(0, 0, 4, 4), 16, 1, 1},
        {"around", rectangle(-5, -5, 15, 15), 100, 1, 0},
        {"corner on an edge", polygon({{10, 5}, {15, 0}, {15, 10}}), 0, 2, 1},
        {"inside with a corner on an edge", polygon({{10, 5}, {5, 8}, {5, 2}}), 15, 1, 2},
        {"a cross", rectangle(4, -5, 6, 15), 20, 1, 2},
        {"more points on the same edges",
         polygon({{0, 0}, {3, 0}, {7, 0}, {10, 0}, {10, 5}, {10, 10}, {0, 10}, {0, 1}}), 100, 1, 0},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const double areaB = area(c.b).value();
        const auto joined = combine(a, c.b, Union), common = combine(a, c.b, Intersection),
                   rest = combine(a, c.b, Difference);
        EXPECT_NEAR(total(common), c.both, 1e-9);
        EXPECT_NEAR(total(joined), 100 + areaB - c.both, 1e-9);
        EXPECT_NEAR(total(rest), 100 - c.both, 1e-9);
        for (const auto& result : {joined, common, rest})
            expectSimple(result);
        EXPECT_EQ(rest.size(), c.differenceLoops);
        EXPECT_EQ(joined.size(), c.unionLoops);
    }
}

TEST(Combine, HolesRunClockwiseAndLargestLoopsComeFirst) {
    const auto ring = combine(rectangle(0, 0, 10, 10), rectangle(4, 4, 6, 6), Difference);
    ASSERT_EQ(ring.size(), 2u);
    EXPECT_NEAR(signedArea(ring[0]), 100.0, 1e-9);
    EXPECT_NEAR(signedArea(ring[1]), -4.0, 1e-9);
    // A region with a hole can be an operand again.
    const PlaneCurve plug = rectangle(3, 3, 7, 7);
    const auto whole = combine(ring, std::span(&plug, 1), Union);
    ASSERT_EQ(whole.size(), 1u);
    EXPECT_NEAR(signedArea(whole[0]), 100.0, 1e-9);
}

TEST(Combine, KeepsInputPointsExactly) {
    const PlaneCurve a = polygon({{0.1, 0.2}, {9.7, 0.3}, {8.1, 7.9}, {1.0 / 3.0, 6.6}}),
                     b = rectangle(20, 20, 21, 21);
    const auto result = combine(a, b, Union);
    ASSERT_EQ(result.size(), 2u);
    for (const PlanePoint p : a.points)
        EXPECT_NE(std::find(result[0].points.begin(), result[0].points.end(), p), result[0].points.end());
}

TEST(Combine, AreasAddUpForRandomCurves) {
    Random random(21);
    for (int k = 0; k < 300; ++k) {
        const auto kind = k % 3 ? CurveKind::Polygon : CurveKind::Spline;
        const auto a = blob(random, kind, 5 + k % 60, 10.0),
                   b = blob(random, kind, 5 + (7 * k) % 50, 9.0, {random(-12, 12), random(-12, 12)});
        const double areaA = area(polygon(flatten(a, 1e-3))).value(),
                     areaB = area(polygon(flatten(b, 1e-3))).value();
        const auto joined = combine(a, b, Union), common = combine(a, b, Intersection),
                   rest = combine(a, b, Difference);
        EXPECT_NEAR(total(joined) + total(common), areaA + areaB, 1e-7) << k;
        EXPECT_NEAR(total(rest), areaA - total(common), 1e-7) << k;
        for (const auto& result : {joined, common, rest})
            expectSimple(result);
    }
}

TEST(Combine, StaysConsistentOnACoarseGridWhereEverythingCoincides) {
    // Corners on few grid places give shared corners, overlapping edges and corners on edges all the time.
    Random random(22);
    for (int k = 0; k < 2000; ++k) {
        const auto make = [&] {
            const double cx = std::floor(random(0, 4)), cy = std::floor(random(0, 4));
            const int n = 3 + k % 6;
            PlaneCurve c{CurveKind::Polygon, {}, {}};
            for (int i = 0; i < n; ++i) {
                const double t = 2.0 * std::numbers::pi * i / n, r = random(1.0, 3.9);
                c.points.push_back({std::round(cx + r * std::cos(t)), std::round(cy + r * std::sin(t))});
            }
            return c;
        };
        const auto a = make(), b = make();
        if (!validate(a) || !validate(b)) continue;
        const auto joined = combine(a, b, Union), common = combine(a, b, Intersection),
                   rest = combine(a, b, Difference);
        EXPECT_NEAR(total(joined) + total(common), area(a).value() + area(b).value(), 1e-9) << k;
        EXPECT_NEAR(total(rest) + total(common), area(a).value(), 1e-9) << k;
        for (const auto& result : {joined, common, rest})
            expectSimple(result);
    }
}

TEST(Combine, CountsSelfCrossingCurvesAsWhatTheyWindAround) {
    // A freehand line that overshoots its own start.
    const auto overshoot =
        polygon({{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, -1}, {1, -1}, {1, 1}, {0.5, 1}, {0.5, 0}});
    const auto loops = combine(std::span(&overshoot, 1), {}, Union);
    ASSERT_GE(loops.size(), 1u);
    EXPECT_NEAR(signedArea(loops[0]), 101.0, 1.0);
    expectSimple(loops);
    const auto eight = polygon({{0, 0}, {4, 4}, {4, 0}, {0, 4}});
    EXPECT_NEAR(total(combine(std::span(&eight, 1), {}, Union)), 8.0, 1e-9);
}

TEST(Combine, SurvivesHostileInput) {
    Random random(23);
    const double nan = std::nan("");
    const auto square = rectangle(0, 0, 10, 10);
    for (const auto& bad :
         {polygon({}), polygon({{1, 1}}), polygon({{1, 1}, {2, 2}}), polygon({{0, 0}, {nan, 1}, {1, 1}}),
          polygon({{3, 3}, {3, 3}, {3, 3}}), polygon({{0, 0}, {5, 5}, {0, 0}, {5, 5}})})
        EXPECT_NEAR(total(combine(square, bad, Union)), 100.0, 1e-9);
    const auto huge = polygon({{0, 0}, {1e300, 0}, {1e300, 1e300}, {-1e300, 1}});
    static_cast<void>(combine(square, huge, Union));
    static_cast<void>(combine(square, polygon({{0, 0}, {1e-300, 0}, {0, 1e-300}}), Union));
    PlaneCurve scribble{CurveKind::Polygon, {}, {}};
    for (int i = 0; i < 150; ++i)
        scribble.points.push_back({random(0, 10), random(0, 10)});
    const auto result = combine(square, scribble, Difference);
    EXPECT_LT(total(result), 100.0);
    expectSimple(result);
}

int bits(std::uint64_t pattern) {
    return std::popcount(pattern);
}

TEST(CombineMany, PlacesThatAtLeastTwoOfThreeCover) {
    const std::vector<PlaneCurve> curves{rectangle(0, 0, 10, 10), rectangle(4, 0, 14, 10),
                                         rectangle(8, 0, 18, 10)};
    EXPECT_NEAR(total(combine(curves, [](std::uint64_t p) { return bits(p) >= 2; })), 100.0, 1e-9); // 4..14
    EXPECT_NEAR(total(combine(curves, [](std::uint64_t p) { return p == 7; })), 20.0, 1e-9);        // 8..10
    EXPECT_NEAR(total(combine(curves, [](std::uint64_t p) { return p == 2; })), 0.0, 1e-9);
    EXPECT_NEAR(total(combine(curves, [](std::uint64_t p) { return p == 4; })), 40.0, 1e-9); // 14..18
}

TEST(CombineMany, TheSameCurveManyTimesIsThatCurve) {
    const std::vector<PlaneCurve> curves(7, rectangle(1, 2, 5, 4));
    const auto loops = combine(curves, [](std::uint64_t p) { return bits(p) > 3; });
    ASSERT_EQ(loops.size(), 1u);
    EXPECT_NEAR(signedArea(loops[0]), 8.0, 1e-12);
    EXPECT_EQ(loops[0].points.size(), 4u);
}

TEST(CombineMany, AHoleRunsClockwise) {
    const std::vector<PlaneCurve> curves{rectangle(0, 0, 10, 10), rectangle(2, 2, 5, 5)};
    const auto loops = combine(curves, [](std::uint64_t p) { return p == 1; });
    ASSERT_EQ(loops.size(), 2u);
    EXPECT_NEAR(signedArea(loops[0]), 100.0, 1e-9);
    EXPECT_NEAR(signedArea(loops[1]), -9.0, 1e-9);
}

TEST(CombineMany, AgreesWithOperationsOnPairs) {
    Random random(7);
    for (int trial = 0; trial < 10; ++trial) {
        std::vector<PlaneCurve> curves;
        for (int i = 0; i < 3; ++i)
            curves.push_back(
                blob(random, CurveKind::Spline, 14, random(4, 6), {random(-1, 1), random(-1, 1)}));
        const auto ab = combine(curves[0], curves[1], Intersection),
                   abc = combine(ab, std::span(&curves[2], 1), Intersection);
        EXPECT_NEAR(total(combine(curves, [](std::uint64_t p) { return p == 7; })), total(abc), 1e-7);
        const auto any = combine(combine(curves[0], curves[1], Union), std::span(&curves[2], 1), Union);
        EXPECT_NEAR(total(combine(curves, [](std::uint64_t p) { return p != 0; })), total(any), 1e-7);
        const auto two = combine(curves, [](std::uint64_t p) { return bits(p) >= 2; });
        double sum = 0.0; // |A| + |B| + |C| = area of at least one + at least two + all three
        for (const auto& curve : curves)
            sum += std::abs(signedArea({CurveKind::Polygon, flatten(curve, 1e-3), {}}));
        EXPECT_NEAR(total(any) + total(two) + total(abc), sum, 1e-7);
        expectSimple(two);
    }
}

} // namespace
} // namespace forameter::geometry
