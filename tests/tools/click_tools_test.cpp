// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "script.hpp"

namespace forameter::tools {
namespace {

using geometry::CurveKind;
using geometry::PlaneCurve;
using geometry::PlanePoint;

TEST(SplineTool, RecordsEveryClickFromTheThirdOn) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0});
    EXPECT_TRUE(s.record.empty());
    EXPECT_TRUE(s.tool->busy());
    EXPECT_EQ(s.tool->preview().trace.size(), 1u); // two points and no contour yet
    s.click({10, 10});
    ASSERT_EQ(s.record.size(), 1u);
    s.click({0, 10});
    ASSERT_EQ(s.record.size(), 2u);
    EXPECT_EQ(s.current()->points.size(), 4u);
    EXPECT_EQ(s.current()->kind, CurveKind::Spline);
    s.click({0.2, 0.2}); // on the first point
    EXPECT_EQ(s.record.size(), 2u);
    EXPECT_FALSE(s.tool->busy());
}

TEST(SplineTool, ClosesByEnterAndByDoubleClick) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}).click({10, 10}).key(Key::Enter);
    EXPECT_FALSE(s.tool->busy());
    EXPECT_EQ(s.record.size(), 1u);
    Script t(ToolKind::Spline);
    t.click({0, 0}).click({10, 0}).doubleClick({10, 10}); // the last point and the end
    EXPECT_FALSE(t.tool->busy());
    EXPECT_EQ(t.record.size(), 1u);
    EXPECT_EQ(t.current()->points.size(), 3u);
}

TEST(SplineTool, ShowsTheContourAsItWouldBeWithThePointer) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}).move({10, 10});
    ASSERT_TRUE(s.tool->preview().curve);
    EXPECT_EQ(s.tool->preview().curve->points.back(), (PlanePoint{10, 10}));
    EXPECT_EQ(s.tool->preview().handles.size(), 2u);
    s.tool->leave();
    EXPECT_FALSE(s.tool->preview().curve);
}

TEST(SplineTool, DragsThePointItJustSet) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}).press({10, 10}).move({12, 12});
    EXPECT_TRUE(s.record.empty());
    s.release({13, 12});
    EXPECT_EQ(s.current()->points[2], (PlanePoint{13, 12}));
    s.press({10, 0}).move({11, -1}).release({11, -2}); // and an earlier one
    EXPECT_EQ(s.current()->points.size(), 3u);
    EXPECT_EQ(s.current()->points[1], (PlanePoint{11, -2}));
}

TEST(SplineTool, BackspaceTakesBackPointsDownToTheContourBefore) {
    const auto before = circle(8, 3, {40, 40});
    Script s(ToolKind::Spline);
    s.start(before).click({0, 0}).click({10, 0}).click({10, 10}).click({0, 10});
    EXPECT_EQ(s.record.size(), 3u);
    s.key(Key::Backspace);
    EXPECT_EQ(s.current()->points.size(), 3u);
    s.key(Key::Backspace);
    EXPECT_EQ(s.current(), before);
    EXPECT_TRUE(s.tool->busy());
    s.key(Key::Backspace).key(Key::Backspace);
    EXPECT_FALSE(s.tool->busy());
    EXPECT_EQ(s.current(), before);
    Script fresh(ToolKind::Spline);
    fresh.click({0, 0}).click({10, 0}).click({10, 10}).key(Key::Backspace);
    ASSERT_EQ(fresh.record.size(), 2u);
    EXPECT_FALSE(fresh.current()); // no contour any more
}

TEST(SplineTool, EscapeGivesUpPendingPointsAndKeepsWhatIsRecorded) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}).key(Key::Escape);
    EXPECT_FALSE(s.tool->busy());
    EXPECT_TRUE(s.record.empty());
    s.click({0, 0}).click({10, 0}).click({10, 10}).key(Key::Escape);
    EXPECT_EQ(s.record.size(), 1u);
    EXPECT_FALSE(s.tool->busy());
}

TEST(SplineTool, UndoGoesBackClickByClickAndDrawingGoesOn) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}).click({10, 10}).click({0, 10}).undo();
    EXPECT_TRUE(s.tool->busy());
    EXPECT_EQ(s.tool->preview().handles.size(), 3u);
    s.undo();
    EXPECT_TRUE(s.tool->busy());
    EXPECT_EQ(s.tool->preview().handles.size(), 2u);
    s.click({9, 9});
    EXPECT_EQ(s.current()->points.size(), 3u);
    EXPECT_EQ(s.current()->points[2], (PlanePoint{9, 9}));
}

TEST(SplineTool, AnotherContourEndsTheDrawing) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0});
    s.tool->setCurve(circle(9, 4, {50, 50}));
    EXPECT_FALSE(s.tool->busy());
}

TEST(SplineTool, WarnsOfACrossingAtOnceAndRecordsItOnlyWhenResolved) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}).click({10, 10}).press({5, -8});
    EXPECT_TRUE(s.warns(Warning::Crossing));
    EXPECT_TRUE(s.tool->preview().crossing);
    s.release({5, -8});
    EXPECT_EQ(s.record.size(), 1u); // still the triangle
    EXPECT_TRUE(s.warns(Warning::Crossing));
    s.key(Key::Enter);
    EXPECT_TRUE(s.tool->busy()); // cannot be closed like this
    s.press({5, -8}).release({2, 9});
    EXPECT_EQ(s.record.size(), 2u);
    EXPECT_FALSE(s.warns(Warning::Crossing));
}

TEST(SplineTool, ThePointerAloneIsNoCrossing) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}).click({10, 10}).click({0, 10}).move({20, 5});
    EXPECT_FALSE(s.warns(Warning::Crossing)); // Enter would record the four points
    ASSERT_TRUE(s.tool->preview().curve);
    EXPECT_EQ(s.tool->preview().curve, s.current());
    ASSERT_EQ(s.tool->preview().trace.size(), 1u); // the line to the pointer
    s.move({-3, 5});
    EXPECT_EQ(s.tool->preview().curve->points.size(), 5u);
    EXPECT_TRUE(s.tool->preview().trace.empty());
}

TEST(SplineTool, WarnsOfATinyContour) {
    Script s(ToolKind::Spline);
    s.scale = 0.01;
    s.click({0, 0}).click({0.5, 0}).click({0.5, 0.5});
    EXPECT_EQ(s.record.size(), 1u);
    EXPECT_TRUE(s.warns(Warning::Tiny));
}

TEST(SplineTool, ShiftSetsACorner) {
    Script s(ToolKind::Spline);
    s.click({0, 0}).click({10, 0}, kShift).click({10, 10});
    EXPECT_EQ(s.current()->corners, (std::vector<std::size_t>{1}));
}

TEST(SplineTool, EditsThePointsOfAFinishedContour) {
    Script s(ToolKind::Spline);
    s.start(circle(8, 10)).press({10.2, 0.1}).move({11, 0}).release({12.2, 0.1});
    EXPECT_EQ(s.record.size(), 2u);
    EXPECT_NEAR(s.current()->points[0].x, 12.0, 1e-12);
    EXPECT_NEAR(s.current()->points[0].y, 0.0, 1e-12);
    EXPECT_FALSE(s.tool->busy());
}

TEST(SplineTool, CoincidingClicksAreHarmless) {
    Script s(ToolKind::Spline);
    s.scale = 1e-6;
    for (int k = 0; k < 5; ++k)
        s.click({1, 1});
    EXPECT_TRUE(s.record.empty());
    EXPECT_TRUE(s.warns(Warning::Empty) || s.tool->preview().handles.size() == 1u);
    s.click({4, 1}).click({4, 4});
    EXPECT_EQ(s.record.size(), 1u);
}

TEST(PolygonTool, DrawsStraightEdges) {
    Script s(ToolKind::Polygon);
    s.click({0, 0}).click({10, 0}).click({10, 10}).click({0, 10}).click({0, 0});
    EXPECT_EQ(s.current()->kind, CurveKind::Polygon);
    EXPECT_NEAR(s.area(), 100.0, 1e-12);
    EXPECT_FALSE(s.tool->busy());
}

TEST(PolygonTool, ShiftAddsAndControlRemovesTheClosedRegionInOneStep) {
    Script s(ToolKind::Polygon);
    s.start(square(0, 0, 10, 10));
    s.click({9, 2}, kShift).click({14, 2}).click({14, 8}).click({9, 8});
    EXPECT_EQ(s.record.size(), 1u); // pending until closed
    s.key(Key::Enter);
    EXPECT_EQ(s.record.size(), 2u);
    EXPECT_NEAR(s.area(), 124.0, 1e-9);
    for (const Modifiers& m : {kControl, kAlt}) {
        Script r(ToolKind::Polygon);
        r.start(square(0, 0, 10, 10)).click({9, 2}, m).click({14, 2}).click({14, 8}).click({9, 8});
        EXPECT_TRUE(r.tool->preview().removing);
        r.key(Key::Enter);
        EXPECT_NEAR(r.area(), 94.0, 1e-9);
    }
}

TEST(LiveWireTool, FollowsTheFinderAndRecordsFromTheThirdClickOn) {
    // A finder that goes round by the circle of radius 10.
    int asked = 0;
    Options options;
    options.pathFinder = [&](PlanePoint from, PlanePoint to) {
        ++asked;
        double a = std::atan2(from.y, from.x), b = std::atan2(to.y, to.x);
        if (b < a - std::numbers::pi) b += 2 * std::numbers::pi;
        if (b > a + std::numbers::pi) b -= 2 * std::numbers::pi;
        std::vector<PlanePoint> way;
        for (int k = 0; k <= 30; ++k)
            way.push_back({10 * std::cos(a + (b - a) * k / 30), 10 * std::sin(a + (b - a) * k / 30)});
        return way;
    };
    Script s(ToolKind::LiveWire, options);
    const auto at = [](double degrees) {
        return PlanePoint{10 * std::cos(degrees * std::numbers::pi / 180),
                          10 * std::sin(degrees * std::numbers::pi / 180)};
    };
    s.click(at(0)).move(at(60));
    EXPECT_GT(s.tool->preview().trace.at(0).size(), 25u);
    s.click(at(110)).click(at(230));
    ASSERT_EQ(s.record.size(), 1u);
    EXPECT_NEAR(s.area() / (std::numbers::pi * 100), 1.0, 0.01);
    s.click(at(300));
    EXPECT_EQ(s.record.size(), 2u);
    s.undo();
    EXPECT_TRUE(s.tool->busy());
    EXPECT_EQ(s.tool->preview().handles.size(), 3u);
    s.key(Key::Backspace);
    EXPECT_FALSE(s.current());
    EXPECT_EQ(s.tool->preview().handles.size(), 2u);
    s.key(Key::Escape);
    EXPECT_FALSE(s.tool->busy());
    EXPECT_GT(asked, 4);
}

TEST(LiveWireTool, GoesStraightWhereTheFinderFindsNothing) {
    const double nan = std::nan("");
    for (const PathFinder& finder :
         {PathFinder(), PathFinder([](PlanePoint, PlanePoint) { return std::vector<PlanePoint>(); }),
          PathFinder([nan](PlanePoint, PlanePoint) {
              return std::vector<PlanePoint>{{nan, 0}, {1, nan}};
          })}) {
        Options options;
        options.pathFinder = finder;
        Script s(ToolKind::LiveWire, options);
        s.click({0, 0}).click({10, 0}).click({10, 10}).click({0, 10}).click({0.1, 0.1});
        EXPECT_NEAR(s.area(), 100.0, 1e-6);
        EXPECT_FALSE(s.tool->busy());
    }
}

TEST(VertexTool, MovesInsertsDeletesAndTurnsPoints) {
    Script s(ToolKind::Vertex);
    s.start(circle(8, 10));
    s.press({10, 0}).move({11, 1}).release({12, 0});
    EXPECT_EQ(s.record.back().description, "Move point");
    EXPECT_EQ(s.current()->points[0], (PlanePoint{12, 0}));
    const auto middle = pointAt(*s.current(), 2, 0.5);
    s.press(middle).release(middle + PlanePoint{0, 1});
    EXPECT_EQ(s.record.back().description, "Insert point");
    EXPECT_EQ(s.current()->points.size(), 9u);
    EXPECT_NEAR(s.current()->points[3].y, middle.y + 1, 1e-6);
    s.click({12, 0}, kShift);
    EXPECT_EQ(s.current()->corners, (std::vector<std::size_t>{0}));
    s.click({12, 0}, kShift);
    EXPECT_TRUE(s.current()->corners.empty());
    s.click({12, 0}, kControl);
    EXPECT_EQ(s.record.back().description, "Delete point");
    EXPECT_EQ(s.current()->points.size(), 8u);
    EXPECT_EQ(s.record.size(), 6u);
}

TEST(VertexTool, KeepsCornersAtTheirPoints) {
    auto curve = circle(8, 10);
    curve.corners = {1, 5};
    const PlanePoint first = curve.points[1], second = curve.points[5];
    Script s(ToolKind::Vertex);
    s.start(curve);
    const auto between = pointAt(curve, 3, 0.5);
    s.click(between);
    EXPECT_EQ(s.current()->corners, (std::vector<std::size_t>{1, 6}));
    s.click(curve.points[0], kAlt);
    ASSERT_EQ(s.current()->corners, (std::vector<std::size_t>{0, 5}));
    EXPECT_EQ(s.current()->points[0], first);
    EXPECT_EQ(s.current()->points[5], second);
}

TEST(VertexTool, AMoveThatWouldCrossWarnsAndIsNotRecorded) {
    Script s(ToolKind::Vertex);
    s.start(square(0, 0, 10, 10)).press({0, 0}).move({15, 4});
    EXPECT_TRUE(s.warns(Warning::Crossing));
    s.release({15, 4});
    EXPECT_EQ(s.record.size(), 1u);
    EXPECT_EQ(s.refused, Warning::WentBack);
    EXPECT_TRUE(s.tool->preview().warnings.empty()) << "nothing is wrong with what is recorded";
    EXPECT_FALSE(s.tool->preview().curve); // the recorded one is shown again
}

TEST(VertexTool, LeavesThreePointsAndKeysActOnThePointUnderThePointer) {
    Script s(ToolKind::Vertex);
    s.start({CurveKind::Spline, {{0, 0}, {10, 0}, {10, 10}, {0, 10}}, {}})
        .move({10.1, 10.1})
        .key(Key::ToggleCorner);
    EXPECT_EQ(s.current()->corners, (std::vector<std::size_t>{2}));
    s.key(Key::Delete);
    EXPECT_EQ(s.current()->points.size(), 3u);
    s.move({0, 0}).key(Key::Delete);
    EXPECT_EQ(s.current()->points.size(), 3u);
    EXPECT_TRUE(s.warns(Warning::Empty));
    EXPECT_FALSE(s.move({30, 30}).key(Key::Delete).handled);
}

TEST(VertexTool, EscapeAndAClickWithoutMovingChangeNothing) {
    Script s(ToolKind::Vertex);
    s.start(circle(8, 10)).press({10, 0}).move({14, 0}).key(Key::Escape).release({14, 0});
    EXPECT_EQ(s.record.size(), 1u);
    s.click({10, 0});
    EXPECT_EQ(s.record.size(), 1u);
    s.click({0, 0});
    EXPECT_FALSE(s.handled); // the view may pan
}

TEST(EveryTool, IgnoresPlacesThatAreNoNumbers) {
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();
    for (int k = 0; k < 8; ++k) {
        Script s(static_cast<ToolKind>(k));
        s.start(circle(12, 8));
        s.press({8, 0}).move({nan, 0}).move({inf, 3}).release({nan, nan});
        s.release({9, 0});
        s.click({nan, nan});
        EXPECT_FALSE(s.handled);
        for (const PlanePoint p : s.current()->points)
            EXPECT_TRUE(isFinite(p));
    }
}

TEST(EveryTool, HasAStableNameAndSurvivesEveryEventWithoutAContour) {
    for (int k = 0; k < 8; ++k) {
        const auto kind = static_cast<ToolKind>(k);
        EXPECT_EQ(toolKindFromName(name(kind)), kind);
        Script s(kind);
        EXPECT_EQ(s.tool->kind(), kind);
        for (const Key key : {Key::Enter, Key::Escape, Key::Backspace, Key::Delete, Key::ToggleCorner})
            s.key(key);
        s.release({1, 1}).move({2, 2}).click({3, 3}, kControl).doubleClick({4, 4}, kShift).key(Key::Escape);
        s.tool->leave();
        s.tool->cancel();
        EXPECT_FALSE(s.tool->busy());
        static_cast<void>(s.tool->preview());
    }
    EXPECT_FALSE(toolKindFromName("eraser"));
}

TEST(EveryTool, LeavesNothingPendingWhenCancelled) {
    for (int k = 0; k < 8; ++k) {
        Script s(static_cast<ToolKind>(k));
        s.start(circle(12, 8));
        s.press({8, 0}).move({9, 0}).move({10, 1});
        s.tool->cancel();
        EXPECT_FALSE(s.tool->busy()) << k;
        s.release({10, 1});
        EXPECT_EQ(s.record.size(), 1u) << k;
    }
}

} // namespace
} // namespace forameter::tools
