// SPDX-License-Identifier: Apache-2.0
#include "script.hpp"

namespace forameter::tools {
namespace {

using geometry::CurveKind;
using geometry::PlanePoint;

constexpr double kPi = std::numbers::pi;

Options radius(double r) {
    Options options;
    options.radius = Millimetres(r);
    return options;
}

std::vector<PlanePoint> arc(PlanePoint center, double r, double from, double to, int n) {
    std::vector<PlanePoint> points;
    for (int k = 0; k <= n; ++k) {
        const double t = from + (to - from) * k / n;
        points.push_back(center + r * PlanePoint{std::cos(t), std::sin(t)});
    }
    return points;
}

TEST(Brush, ADabIsADisk) {
    for (const double r : {0.5, 2.0, 5.0, 20.0}) {
        Script s(ToolKind::Brush, radius(r));
        s.click({30, 40});
        ASSERT_EQ(s.record.size(), 1u);
        EXPECT_NEAR(s.area() / (kPi * r * r), 1.0, 1e-3) << r;
        EXPECT_NEAR(centroid(*s.current()).x, 30, 0.01);
    }
}

TEST(Brush, AFastStrokeIsACapsuleWithoutGaps) {
    for (const double distance : {5.0, 40.0, 200.0}) {
        Script s(ToolKind::Brush, radius(3.0));
        s.press({10, 10})
            .move({10 + distance * 0.6, 10 + distance * 0.8})
            .release({10 + distance * 0.6, 10 + distance * 0.8});
        ASSERT_EQ(s.record.size(), 1u);                              // one stroke, one step
        EXPECT_NEAR(s.area() / (kPi * 9 + 6 * distance), 1.0, 3e-4); // polygons of several directions overlap
        for (double t = 0; t <= 1; t += 0.01)
            EXPECT_TRUE(contains(*s.current(), {10 + t * distance * 0.6, 10 + t * distance * 0.8}));
    }
}

TEST(Brush, SlowAndFastStrokesAlongTheSameWayPaintTheSame) {
    Script slow(ToolKind::Brush, radius(2.0)), fast(ToolKind::Brush, radius(2.0));
    std::vector<PlanePoint> line;
    for (int k = 0; k <= 400; ++k)
        line.push_back({k * 0.05, 0});
    slow.drag(line);
    fast.drag({{0, 0}, {20, 0}});
    EXPECT_NEAR(slow.area() / fast.area(), 1.0, 1e-3);
    EXPECT_LT(slow.current()->points.size(), 400u);
}

TEST(Brush, AddsToTheContourAndControlErases) {
    Script s(ToolKind::Brush, radius(2.0));
    s.start(square(0, 0, 20, 20)).drag({{20, 5}, {20, 15}});
    EXPECT_EQ(s.record.back().description, "Paint");
    EXPECT_NEAR(s.area(), 400 + 20 + 0.5 * kPi * 4, 0.02);
    Script e(ToolKind::Brush, radius(2.0));
    e.start(square(0, 0, 20, 20)).drag({{20, 5}, {20, 15}}, kControl);
    EXPECT_EQ(e.record.back().description, "Erase");
    EXPECT_NEAR(e.area(), 400 - 20 - 0.5 * kPi * 4, 0.02);
    EXPECT_TRUE(e.tool->preview().removing);
}

TEST(Brush, LeavesTheUntouchedPartOfAPolygonExactlyAsItIs) {
    const auto before = circle(60, 12, {}, CurveKind::Polygon);
    Script s(ToolKind::Brush, radius(2.0));
    s.start(before).click({12, 0});
    int kept = 0;
    for (const PlanePoint p : before.points)
        kept +=
            std::find(s.current()->points.begin(), s.current()->points.end(), p) != s.current()->points.end();
    EXPECT_GE(kept, 57);
}

TEST(Brush, BarelyChangesTheAreaOfASplineBeyondTheStroke) {
    const auto before = circle(16, 10);
    Script s(ToolKind::Brush, radius(1.0));
    s.start(before).click({10, 0});
    const auto dab = circle(400, 1, {10, 0}, CurveKind::Polygon);
    const double expected =
        area(before).value() + area(dab).value() - compare(before, dab).intersection.value();
    EXPECT_NEAR(s.area(), expected, 1e-3 * expected);
}

TEST(Brush, ChangesNothingInsideAndSaysWhyElsewhere) {
    Script s(ToolKind::Brush, radius(2.0));
    s.start(square(0, 0, 20, 20)).click({10, 10});
    EXPECT_EQ(s.record.size(), 1u);
    s.click({40, 10});
    EXPECT_EQ(s.record.size(), 1u);
    EXPECT_TRUE(s.warns(Warning::Apart));
    s.click({10, 10}, kControl); // a hole
    EXPECT_EQ(s.record.size(), 1u);
    EXPECT_TRUE(s.warns(Warning::Hole));
    s.click({40, 10}, kControl); // nothing there
    EXPECT_EQ(s.record.size(), 1u);
    s.tool->setOptions(radius(40));
    s.click({10, 10}, kControl);
    EXPECT_EQ(s.record.size(), 1u);
    EXPECT_TRUE(s.warns(Warning::Empty));
}

TEST(Brush, KeepsTheLargestPieceAndFillsHoles) {
    Script s(ToolKind::Brush, radius(2.0));
    s.start(square(0, 0, 20, 10)).drag({{14, -5}, {14, 15}}, kControl); // cuts through
    EXPECT_NEAR(s.area(), 120, 0.02);
    EXPECT_TRUE(s.warns(Warning::Pieces));
    Script ring(ToolKind::Brush, radius(2.0));
    ring.drag(arc({0, 0}, 8, 0, 2 * kPi, 60));
    EXPECT_TRUE(ring.warns(Warning::Hole));
    EXPECT_NEAR(ring.area() / (kPi * 100), 1.0, 0.01);
}

TEST(Brush, EscapeGivesUpTheStrokeAndPreviewShowsIt) {
    Script s(ToolKind::Brush, radius(2.0));
    s.start(square(0, 0, 20, 20)).press({20, 10}).move({25, 10});
    ASSERT_TRUE(s.tool->preview().curve);
    EXPECT_GT(geometry::area(*s.tool->preview().curve).value(), 410);
    EXPECT_EQ(s.tool->preview().pointer, (PlanePoint{25, 10}));
    EXPECT_EQ(s.tool->preview().radius.value(), 2.0);
    s.key(Key::Escape).release({25, 10});
    EXPECT_EQ(s.record.size(), 1u);
    EXPECT_FALSE(s.tool->busy());
}

TEST(Brush, KeepsItsSizeWithinReason) {
    Script s(ToolKind::Brush, radius(std::nan("")));
    EXPECT_EQ(s.tool->options().radius.value(), 0.3);
    s.tool->setOptions(radius(1e9));
    EXPECT_EQ(s.tool->options().radius.value(), 50.0);
}

TEST(Brush, SurvivesAScribble) {
    Script s(ToolKind::Brush, radius(1.5));
    std::vector<PlanePoint> path;
    unsigned state = 12345;
    const auto next = [&] {
        return static_cast<double>((state = state * 1664525u + 1013904223u) >> 8) / 16777216.0;
    };
    for (int k = 0; k < 120; ++k)
        path.push_back({next() * 30, next() * 30});
    s.drag(path);
    ASSERT_EQ(s.record.size(), 1u);
    for (const PlanePoint p : path)
        EXPECT_TRUE(contains(*s.current(), p));
}

TEST(Freehand, ClosesTheLineIntoASplineNearIt) {
    Script s(ToolKind::Freehand);
    s.drag(arc({5, 5}, 9, 0, 1.97 * kPi, 150));
    ASSERT_EQ(s.record.size(), 1u);
    EXPECT_EQ(s.current()->kind, CurveKind::Spline);
    EXPECT_LT(s.current()->points.size(), 50u);
    EXPECT_NEAR(s.area() / (kPi * 81), 1.0, 2e-3);
}

TEST(Freehand, CutsOffAnOvershoot) {
    auto line = arc({0, 0}, 9, 0, 2 * kPi, 150);
    line.push_back({9.5, 0.5});
    line.push_back({8.0, 1.5}); // back over its own beginning
    line.push_back({9.8, 2.5});
    Script s(ToolKind::Freehand);
    s.drag(line);
    ASSERT_EQ(s.record.size(), 1u);
    EXPECT_NEAR(s.area() / (kPi * 81), 1.0, 0.03);
}

TEST(Freehand, AddsRemovesAndReplacesByModifier) {
    const std::vector<PlanePoint> line{{15, 5}, {25, 5}, {25, 15}, {15, 15}};
    Script add(ToolKind::Freehand), remove(ToolKind::Freehand), replace(ToolKind::Freehand);
    add.start(square(0, 0, 20, 20)).drag(line, kShift);
    EXPECT_NEAR(add.area(), 450, 1e-6);
    remove.start(square(0, 0, 20, 20)).drag(line, kAlt);
    EXPECT_NEAR(remove.area(), 350, 1e-6);
    replace.start(square(0, 0, 20, 20)).drag(line);
    EXPECT_NEAR(replace.area(), 100, 0.5);
    for (const Script* s : {&add, &remove, &replace})
        EXPECT_EQ(s->record.size(), 2u);
}

TEST(Freehand, TellsTheAreaOfTheLineSoFarWithItsEndsJoined) {
    Script s(ToolKind::Freehand);
    const auto line = arc({5, 5}, 9, 0, kPi, 80); // half of a disc
    s.press(line.front());
    for (const auto& p : line)
        s.move(p);
    const auto preview = s.tool->preview();
    ASSERT_TRUE(preview.placed);
    EXPECT_NEAR(geometry::area(*preview.placed).value() / (kPi * 81 / 2), 1.0, 2e-3);
    ASSERT_EQ(preview.trace.size(), 2u) << "the line, and what would join its ends";
    EXPECT_EQ(preview.trace[1], (std::vector{line.back(), line.front()}));
    EXPECT_TRUE(preview.warnings.empty());
    s.key(Key::Escape);
    EXPECT_FALSE(s.tool->preview().placed);
}

TEST(Freehand, ShowsWhatTheStrokeWouldMakeOfTheContourAndWarnsBeforeItEnds) {
    Script s(ToolKind::Freehand);
    s.start(square(0, 0, 20, 20));
    s.press({15, 5}, kAlt).move({25, 5}, kAlt).move({25, 15}, kAlt).move({15, 15}, kAlt);
    auto preview = s.tool->preview();
    ASSERT_TRUE(preview.curve);
    EXPECT_NEAR(geometry::area(*preview.curve).value(), 350, 1e-6);
    EXPECT_TRUE(preview.removing);
    s.key(Key::Escape);
    s.press({30, 5}, kShift).move({40, 5}, kShift).move({40, 15}, kShift).move({30, 15}, kShift);
    EXPECT_TRUE(s.warns(Warning::Apart));
    s.move({10, 15}, kShift);
    EXPECT_FALSE(s.warns(Warning::Apart)) << "it touches now";
    EXPECT_EQ(s.record.size(), 1u) << "nothing is recorded before the button is up";
}

TEST(Freehand, AClickOrALineWithoutAreaIsNoContour) {
    Script s(ToolKind::Freehand);
    s.click({5, 5});
    EXPECT_TRUE(s.record.empty());
    s.drag({{0, 0}, {5, 0}, {10, 0}, {5, 0}, {0, 0}});
    EXPECT_TRUE(s.record.empty());
    EXPECT_TRUE(s.warns(Warning::Empty));
    s.press({0, 0}).move({5, 0}).move({5, 5}).key(Key::Escape).release({0, 5});
    EXPECT_TRUE(s.record.empty());
}

} // namespace
} // namespace forameter::tools
