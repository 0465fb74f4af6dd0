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

TEST(Sculpt, PushesTheBoundaryOutAndInAsOneStep) {
    for (const CurveKind kind : {CurveKind::Spline, CurveKind::Polygon}) {
        Script s(ToolKind::Sculpt, radius(3.0));
        s.start(circle(24, 10, {}, kind));
        const double before = s.area();
        s.drag({{10, 0}, {10.5, 0}, {11, 0}, {12, 0}});
        ASSERT_EQ(s.record.size(), 2u);
        EXPECT_EQ(s.record.back().description, "Sculpt");
        EXPECT_GT(s.area(), before + 2.0);
        EXPECT_TRUE(contains(*s.current(), {11.5, 0})); // the middle of the brush takes the line along
        EXPECT_FALSE(contains(*s.current(), {12.1, 0}));
        s.drag({{12, 0}, {9, 0}});
        EXPECT_FALSE(contains(*s.current(), {10, 0}));
        EXPECT_EQ(s.current()->kind, kind);
    }
}

TEST(Sculpt, LeavesWhatIsOutsideTheBrushAlone) {
    const auto before = circle(24, 10);
    Script s(ToolKind::Sculpt, radius(3.0));
    s.start(before).drag({{10, 0}, {12, 0}});
    const auto& after = *s.current();
    int kept = 0;
    for (const PlanePoint p : before.points)
        if (length(p - PlanePoint{10, 0}) > 5.5) {
            ++kept;
            EXPECT_NE(std::find(after.points.begin(), after.points.end(), p), after.points.end());
        }
    EXPECT_GT(kept, 15);
    for (double t = 0.8; t < 2 * kPi - 0.8; t += 0.05) {
        const PlanePoint p = pointAt(before, static_cast<std::size_t>(t / (2 * kPi) * 24), 0.5);
        EXPECT_LT(nearestPoint(after, p).distance, 0.02);
    }
}

TEST(Sculpt, NeverMakesAContourCrossItself) {
    unsigned state = 99;
    const auto next = [&] {
        return static_cast<double>((state = state * 1664525u + 1013904223u) >> 8) / 16777216.0;
    };
    for (int run = 0; run < 12; ++run) {
        Script s(ToolKind::Sculpt, radius(1.0 + 4 * next()));
        s.start(circle(16, 8, {}, run % 2 ? CurveKind::Spline : CurveKind::Polygon));
        for (int stroke = 0; stroke < 6; ++stroke) {
            s.press({20 * next() - 10, 20 * next() - 10});
            for (int k = 0; k < 6; ++k) {
                s.move({24 * next() - 12, 24 * next() - 12});
                const auto preview = s.tool->preview();
                EXPECT_FALSE(preview.crossing);
            }
            s.release({24 * next() - 12, 24 * next() - 12});
        }
        EXPECT_TRUE(validate(*s.current()));
        EXPECT_LT(s.current()->points.size(), 5000u);
    }
}

TEST(Sculpt, AFastDragIsTakenInSteps) {
    Script s(ToolKind::Sculpt, radius(2.0));
    s.start(circle(24, 10)).press({10, 0}).release({40, 0}); // far beyond the radius in one event
    EXPECT_TRUE(validate(*s.current()));
    EXPECT_TRUE(contains(*s.current(), {35, 0}));
}

TEST(Sculpt, EscapeGivesItUpAndAClickChangesNothing) {
    Script s(ToolKind::Sculpt, radius(3.0));
    s.start(circle(24, 10)).press({10, 0}).move({13, 0});
    ASSERT_TRUE(s.tool->preview().curve);
    s.key(Key::Escape).release({13, 0});
    EXPECT_EQ(s.record.size(), 1u);
    s.drag({{0, 0}, {1, 0}}); // away from the boundary
    EXPECT_EQ(s.record.size(), 1u);
}

TEST(Smooth, FlattensATeethedBoundaryAndKeepsTheSize) {
    auto rough = circle(80, 10, {}, CurveKind::Polygon);
    for (std::size_t i = 0; i < rough.points.size(); i += 2)
        rough.points[i] = 1.06 * rough.points[i];
    Script s(ToolKind::Smooth, radius(3.0));
    s.start(rough);
    const double around = perimeter(rough).value();
    s.key(Key::Enter);
    ASSERT_EQ(s.record.size(), 2u);
    EXPECT_EQ(s.current()->kind, CurveKind::Spline);
    EXPECT_LT(perimeter(*s.current()).value(), 0.93 * around);
    EXPECT_NEAR(s.area() / geometry::area(rough).value(), 1.0, 0.01);
}

TEST(Smooth, WorksOnlyUnderTheBrush) {
    auto rough = circle(80, 10, {}, CurveKind::Polygon);
    for (std::size_t i = 0; i < rough.points.size(); i += 2)
        rough.points[i] = 1.06 * rough.points[i];
    Script s(ToolKind::Smooth, radius(3.0));
    s.start(rough).drag({{10, -1}, {10, 0}, {10, 1}, {10, 0}});
    ASSERT_EQ(s.record.size(), 2u);
    EXPECT_EQ(s.record.back().description, "Smooth");
    const auto& after = *s.current();
    for (std::size_t i = 10; i < 70; ++i)
        EXPECT_NE(std::find(after.points.begin(), after.points.end(), rough.points[i]), after.points.end())
            << i;
    EXPECT_LT(perimeter(after).value(), perimeter(rough).value() - 1.0);
}

TEST(Smooth, OfASmoothContourChangesItLittle) {
    Script s(ToolKind::Smooth, radius(3.0));
    s.start(circle(16, 10));
    const double before = s.area();
    for (int k = 0; k < 10; ++k)
        s.drag({{10, 0}, {7, 7}, {0, 10}, {-7, 7}});
    EXPECT_NEAR(s.area() / before, 1.0, 0.02);
    EXPECT_LT(s.current()->points.size(), 400u);
}

} // namespace
} // namespace forameter::tools
