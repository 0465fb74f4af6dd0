// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <numbers>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"
#include "shapes.hpp"

namespace forameter::geometry {
namespace {

using namespace shapes;

ImagePlane plane(double rowSpacing, double columnSpacing, int columns, int rows) {
    return ImagePlane::create({{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, rowSpacing, columnSpacing, columns, rows})
        .value();
}
int count(const Mask& mask) {
    int n = 0;
    for (const auto v : mask.data())
        n += v;
    return n;
}

TEST(Rasterize, TakesAPixelWhereItsCentreIsInside) {
    Random random(41);
    const auto image = plane(0.7, 0.45, 90, 60); // non-square
    for (int k = 0; k < 30; ++k) {
        const auto curve = blob(random, k % 2 ? CurveKind::Spline : CurveKind::Polygon, 11, 9.0,
                                {random(5, 35), random(5, 38)});
        const auto fine = polygon(flatten(curve, 1e-5));
        const Mask mask = rasterize(curve, image);
        for (int r = 0; r < 60; ++r)
            for (int c = 0; c < 90; ++c)
                ASSERT_EQ(mask(c, r) != 0, contains(fine, image.toPlane(PixelPoint{double(c), double(r)})))
                    << c << ' ' << r;
        EXPECT_NEAR(pixelArea(curve, image).value(), count(mask) * 0.7 * 0.45, 1e-9);
    }
}

TEST(Rasterize, NeighbouringCurvesShareNoPixelAndLeaveNoGap) {
    const auto image = plane(1, 1, 20, 20);
    const Mask left = rasterize(rectangle(2, 2, 8, 10), image),
               right = rasterize(rectangle(8, 2, 14, 10), image),
               both = rasterize(rectangle(2, 2, 14, 10), image);
    EXPECT_EQ(count(left), 48);
    for (int r = 0; r < 20; ++r)
        for (int c = 0; c < 20; ++c)
            EXPECT_EQ(left(c, r) + right(c, r), both(c, r));
}

TEST(Rasterize, TakesAStraightStretchOfASplineAlongARowOfCentresAsAPolygonsEdge) {
    for (const double spacing : {1.0, 0.7, 0.6, 0.3125}) {
        const auto image = plane(spacing, spacing, 40, 40);
        for (int top = 3; top < 30; ++top) {
            const double x0 = 4 * spacing, x1 = 25 * spacing, y0 = top * spacing, y1 = (top + 7) * spacing;
            // Points between the corners, unevenly: the chords along the stretch are many.
            const PlaneCurve curve{CurveKind::Spline,
                                   {{x0, y0},
                                    {9 * spacing, y0},
                                    {21 * spacing, y0},
                                    {x1, y0},
                                    {x1, y1},
                                    {20 * spacing, y1},
                                    {11 * spacing, y1},
                                    {x0, y1}},
                                   {0, 3, 4, 7}};
            ASSERT_EQ(rasterize(curve, image), rasterize(rectangle(x0, y0, x1, y1), image))
                << spacing << ' ' << top;
        }
    }
}

TEST(Rasterize, UsesTheEvenOddRuleAndClipsToTheImage) {
    const auto image = plane(1, 1, 10, 10);
    EXPECT_EQ(count(rasterize(rectangle(-50, -50, 50, 50), image)), 100);
    EXPECT_EQ(count(rasterize(rectangle(20, 20, 50, 50), image)), 0);
    const auto star = polygon({{1, 1}, {8, 8}, {8, 1}, {1, 8}});
    EXPECT_EQ(rasterize(star, image)(2, 4), 1);
    EXPECT_EQ(rasterize(star, image)(4, 2), 0);
}

TEST(Rasterize, CoversNothingForNonsense) {
    const auto image = plane(1, 1, 10, 10);
    const double nan = std::nan("");
    EXPECT_EQ(count(rasterize(polygon({{0, 0}, {nan, 5}, {5, 5}}), image)), 0);
    EXPECT_EQ(count(rasterize(polygon({{0, 0}, {5, 5}}), image)), 0);
    EXPECT_EQ(count(rasterize(polygon({{-1e300, -1e300}, {1e300, -1e300}, {1e300, 1e300}, {-1e300, 1e300}}),
                              image)),
              100);
    EXPECT_EQ(
        count(rasterize({CurveKind::Spline, {{-1e300, 0}, {1e300, 1}, {1e300, 1e300}, {3, 4}}, {}}, image)),
        0);
}

TEST(PixelCount, HasNoBiasOverPlacements) {
    Random random(42);
    const auto image = plane(0.6, 0.6, 100, 100);
    double sum = 0.0;
    for (int k = 0; k < 400; ++k)
        sum += pixelArea(ellipse(CurveKind::Polygon, 80, 5.6, 5.6, {random(20, 40), random(20, 40)}), image)
                   .value();
    const double exact = area(ellipse(CurveKind::Polygon, 80, 5.6, 5.6)).value();
    EXPECT_NEAR(sum / 400 / exact, 1.0, 1e-3);
}

TEST(Outlines, OfOnePixelIsADiamondAroundItsCentre) {
    Mask mask(5, 5);
    mask(2, 3) = 1;
    const auto loops = outlines(std::as_const(mask).view(), {10, 20}, {0.5, 2.0});
    ASSERT_EQ(loops.size(), 1u);
    EXPECT_EQ(loops[0].points.size(), 4u);
    EXPECT_NEAR(area(loops[0]).value(), 0.5 * 0.5 * 2.0, 1e-12);
    EXPECT_NEAR(centroid(loops[0]).x, 10 + 2 * 0.5, 1e-12);
    EXPECT_NEAR(centroid(loops[0]).y, 20 + 3 * 2.0, 1e-12);
}

TEST(Outlines, GoBackToTheSameMask) {
    Random random(43);
    const auto image = plane(0.5, 0.8, 80, 90);
    for (int k = 0; k < 20; ++k) {
        const Mask mask = rasterize(blob(random, CurveKind::Spline, 10, 9.0, {30, 22}), image);
        const auto loops = outlines(mask.view(), {0, 0}, {0.8, 0.5});
        ASSERT_EQ(loops.size(), 1u);
        EXPECT_TRUE(validate(loops[0]));
        EXPECT_EQ(rasterize(loops[0], image), mask);
    }
}

TEST(Outlines, CloseAtTheBorderLeaveOutHolesAndPutTheLargestFirst) {
    Mask mask(12, 12);
    for (int r = 0; r < 6; ++r)
        for (int c = 0; c < 6; ++c)
            mask(c, r) = 1;          // touches the border
    mask(2, 2) = 0;                  // a hole
    mask(10, 10) = mask(11, 11) = 1; // joined at a corner only: two pieces
    const auto loops = outlines(std::as_const(mask).view(), {0, 0}, {1, 1});
    ASSERT_EQ(loops.size(), 3u);
    EXPECT_NEAR(area(loops[0]).value(), 36.0 - 0.5, 1e-12); // its corners are cut by an eighth each
    EXPECT_NEAR(area(loops[1]).value(), 0.5, 1e-12);
    for (const auto& loop : loops)
        EXPECT_TRUE(validate(loop));
    EXPECT_TRUE(outlines(Mask(4, 4).view(), {0, 0}, {1, 1}).empty());
    EXPECT_TRUE(outlines(Mask().view(), {0, 0}, {1, 1}).empty());
}

TEST(Outlines, OfASoftMapInterpolateItsLevel) {
    Grid<float> field(60, 60);
    for (int r = 0; r < 60; ++r)
        for (int c = 0; c < 60; ++c)
            field(c, r) = static_cast<float>(20.0 - std::hypot(c - 30.0, r - 29.0));
    const auto loops = outlines(std::as_const(field).view(), 5.0f, {0, 0}, {1, 1});
    ASSERT_EQ(loops.size(), 1u);
    EXPECT_NEAR(area(loops[0]).value() / (std::numbers::pi * 225.0), 1.0, 2e-3);
    EXPECT_NEAR(centroid(loops[0]).x, 30.0, 1e-3);
    field(30, 29) = std::nanf("");
    EXPECT_EQ(outlines(std::as_const(field).view(), 5.0f, {0, 0}, {1, 1}).size(), 1u);
}

TEST(Simplified, StaysWithinTheToleranceWithFewerPoints) {
    Random random(44);
    for (const double tolerance : {0.02, 0.1, 0.5}) {
        const auto curve = polygon(flatten(blob(random, CurveKind::Spline, 12, 10.0), 1e-3));
        const auto less = simplified(curve, tolerance);
        EXPECT_LT(less.points.size(), curve.points.size());
        EXPECT_LE(compare(curve, less).hd.value(), tolerance * 1.0001);
        EXPECT_TRUE(validate(less));
    }
    EXPECT_EQ(simplified(rectangle(0, 0, 4, 4), 0.1).points.size(), 4u);
    EXPECT_EQ(
        simplified(polygon({{0, 0}, {1, 0}, {2, 0}, {4, 0}, {4, 2}, {4, 4}, {0, 4}}), 0.0).points.size(), 4u);
}

TEST(Simplified, KeepsANarrowNeckOpen) {
    // Two lobes joined by a neck of 0.2 mm between curved walls: a coarse tolerance would let the walls
    // cross.
    PlaneCurve neck{CurveKind::Polygon, {}, {}};
    for (int i = 0; i <= 40; ++i)
        neck.points.push_back({i * 0.5, 0.1 + 1.5 * std::abs(std::sin(i * 0.2))});
    for (int i = 40; i >= 0; --i)
        neck.points.push_back({i * 0.5, -0.1 + 1.5 * std::abs(std::sin(i * 0.2)) * 0.9});
    ASSERT_TRUE(validate(neck));
    EXPECT_TRUE(validate(simplified(neck, 1.0)));
    EXPECT_TRUE(validate(splineThrough(neck, 1.0)));
}

TEST(SplineThrough, StaysWithinTheToleranceWithFewPoints) {
    Random random(45);
    for (const double tolerance : {0.02, 0.05, 0.2}) {
        for (int k = 0; k < 10; ++k) {
            const auto curve = polygon(flatten(blob(random, CurveKind::Spline, 12, 10.0), 1e-3));
            const auto spline = splineThrough(curve, tolerance);
            EXPECT_EQ(spline.kind, CurveKind::Spline);
            EXPECT_LT(spline.points.size(), 60u);
            EXPECT_LE(compare(curve, spline).hd.value(), tolerance);
            EXPECT_TRUE(validate(spline));
        }
    }
}

TEST(SplineThrough, MakesSharpBendsCorners) {
    const auto square = splineThrough(rectangle(0, 0, 10, 10), 0.05);
    EXPECT_EQ(square.points.size(), 4u);
    EXPECT_EQ(square.corners.size(), 4u);
    EXPECT_NEAR(area(square).value(), 100.0, 1e-9);
}

TEST(SplineThrough, DoesNotHangOnNonsense) {
    Random random(46);
    const double nan = std::nan("");
    static_cast<void>(splineThrough(polygon({}), 0.1));
    static_cast<void>(splineThrough(polygon({{0, 0}, {nan, 1}, {2, 2}}), 0.1));
    static_cast<void>(splineThrough(polygon({{1, 1}, {1, 1}, {1, 1}, {1, 1}}), 0.1));
    static_cast<void>(splineThrough(polygon({{0, 0}, {1, 0}, {2, 0}, {3, 0}}), 0.1));
    PlaneCurve noise{CurveKind::Polygon, {}, {}};
    for (int i = 0; i < 300; ++i)
        noise.points.push_back({random(0, 10), random(0, 10)});
    static_cast<void>(splineThrough(noise, 0.01));
    static_cast<void>(simplified(noise, 0.01));
}

} // namespace
} // namespace forameter::geometry
