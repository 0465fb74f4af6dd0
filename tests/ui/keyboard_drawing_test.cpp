// SPDX-License-Identifier: Apache-2.0
// What the mouse drags, the point cursor drags as well: points of a contour, strokes of a brush, marks of
// vertebrae.
#include <QTest>
#include <algorithm>
#include <gtest/gtest.h>

#include "cell_desk.hpp"
#include "hint_bar.hpp"
#include "overview.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;

const Cell kForamen = Cell::foramen(Level::L4_L5, Side::R);
constexpr double kStep = 0.5; // mm, of an arrow key

class KeyboardDrawing : public ::testing::Test {
protected:
    void openCell() {
        desk.clickLevels();
        desk.goTo(4, Qt::Key_Q);
        ASSERT_TRUE(desk.work().volume());
    }
    void drawRing() {
        openCell();
        desk.clickRing(8, 80);
        desk.press(Qt::Key_Return);
        QTest::mouseMove(&desk.work(), desk.work().rect().center() + QPoint(90, 0)); // beside the first point
        ASSERT_EQ(points().size(), 8u);
    }
    void go(Qt::Key key, int times) {
        for (int i = 0; i < times; ++i)
            desk.press(key);
    }
    std::vector<geometry::PlanePoint> points() {
        const auto contour = desk.document().reading().contour(kForamen);
        if (!contour) return {};
        const auto& images = desk.document().images();
        return geometry::toPlane(contour->curve, images.plane(*images.find(contour->image))).points;
    }
    QString sentence() { return desk.window().findChild<ui::HintBar*>()->sentence(); }

    WindowDesk desk;
};

TEST_F(KeyboardDrawing, MovesAPointOfTheContour) {
    drawRing();
    const auto before = points();
    desk.press(Qt::Key_V);
    desk.press(Qt::Key_J); // the cursor begins on the nearest point
    EXPECT_FALSE(desk.work().keyboardHolds());
    desk.press(Qt::Key_J);
    ASSERT_TRUE(desk.work().keyboardHolds());
    EXPECT_TRUE(sentence().contains(QStringLiteral("drag"))) << sentence().toStdString();
    go(Qt::Key_Right, 4);
    EXPECT_EQ(points(), before) << "not before it is let go";
    desk.press(Qt::Key_J);
    EXPECT_FALSE(desk.work().keyboardHolds());
    const auto after = points();
    ASSERT_EQ(after.size(), before.size());
    EXPECT_NEAR(length(after[0] - before[0]), 4 * kStep, 0.01);
    for (std::size_t i = 1; i < after.size(); ++i)
        EXPECT_NEAR(length(after[i] - before[i]), 0.0, 1e-6) << i;
}

TEST_F(KeyboardDrawing, EscGivesUpTheDragAndKeepsTheCursor) {
    drawRing();
    const auto before = points();
    desk.press(Qt::Key_V);
    desk.press(Qt::Key_J);
    desk.press(Qt::Key_J);
    go(Qt::Key_Down, 3);
    desk.press(Qt::Key_Escape);
    EXPECT_FALSE(desk.work().keyboardHolds());
    EXPECT_TRUE(desk.work().keyboardActive());
    EXPECT_EQ(points(), before);
    desk.press(Qt::Key_Escape);
    EXPECT_FALSE(desk.work().keyboardActive());
}

TEST_F(KeyboardDrawing, AnotherToolUndoOrTheMouseEndTheDrag) {
    drawRing();
    const auto hold = [&] {
        desk.press(Qt::Key_V);
        if (!desk.work().keyboardActive()) desk.press(Qt::Key_J);
        desk.press(Qt::Key_J);
        ASSERT_TRUE(desk.work().keyboardHolds());
    };
    hold();
    desk.press(Qt::Key_U);
    EXPECT_FALSE(desk.work().keyboardHolds());
    desk.press(Qt::Key_Escape);
    hold();
    const auto before = points();
    QTest::mouseMove(&desk.work(), desk.work().rect().center());
    EXPECT_TRUE(desk.work().keyboardHolds()) << "a touch of the mouse is no press";
    QTest::mouseClick(&desk.work(), Qt::LeftButton, Qt::NoModifier, desk.work().rect().center());
    EXPECT_FALSE(desk.work().keyboardHolds());
    EXPECT_EQ(points(), before);
}

TEST_F(KeyboardDrawing, TheSplineToolTakesHoldOfAFinishedContour) {
    drawRing();
    const auto before = points();
    desk.press(Qt::Key_J);
    desk.press(Qt::Key_J);
    go(Qt::Key_Right, 2);
    desk.press(Qt::Key_Return); // lets go, and stays in the cell
    EXPECT_EQ(desk.document().reading().currentCell(), kForamen);
    ASSERT_EQ(points().size(), before.size());
    EXPECT_NEAR(length(points()[0] - before[0]), 2 * kStep, 0.01);
}

TEST_F(KeyboardDrawing, PaintsWithTheBrush) {
    openCell();
    desk.press(Qt::Key_B);
    desk.press(Qt::Key_J);
    desk.press(Qt::Key_J);
    go(Qt::Key_Down, 20);
    desk.press(Qt::Key_J);
    const double radius = desk.document().editor().radius().value(),
                 area = M_PI * radius * radius + 2 * radius * 20 * kStep;
    ASSERT_TRUE(desk.document().editor().numbers());
    EXPECT_NEAR(desk.document().editor().numbers()->area.value(), area, 0.05 * area);
    EXPECT_FALSE(points().empty());
}

TEST_F(KeyboardDrawing, TheBrushRemovesWithCtrlAsItDoesWithTheMouse) {
    openCell();
    desk.press(Qt::Key_B);
    desk.press(Qt::Key_J);
    desk.press(Qt::Key_J);
    go(Qt::Key_Down, 20);
    desk.press(Qt::Key_J);
    const double painted = desk.document().editor().numbers()->area.value();
    desk.press(Qt::Key_J, Qt::ControlModifier);
    ASSERT_TRUE(desk.work().keyboardHolds());
    EXPECT_TRUE(desk.document().editor().preview().removing);
    go(Qt::Key_Up, 5);
    EXPECT_LT(desk.document().editor().numbers()->area.value(), painted) << "the area follows the stroke";
    desk.press(Qt::Key_J); // the plain key ends it, too
    EXPECT_FALSE(desk.work().keyboardHolds());
    const double radius = desk.document().editor().radius().value();
    EXPECT_NEAR(desk.document().editor().numbers()->area.value(), painted - 2 * radius * 5 * kStep,
                0.35 * painted);
    EXPECT_LT(desk.document().editor().numbers()->area.value(), painted);
}

TEST_F(KeyboardDrawing, FreehandAddsWithShift) {
    drawRing();
    const double before = desk.document().editor().numbers()->area.value();
    desk.press(Qt::Key_F);
    desk.press(Qt::Key_J);
    go(Qt::Key_Left, 8); // inside
    desk.press(Qt::Key_J, Qt::ShiftModifier);
    ASSERT_TRUE(desk.work().keyboardHolds());
    go(Qt::Key_Right, 30);
    go(Qt::Key_Down, 8);
    go(Qt::Key_Left, 30);
    desk.press(Qt::Key_J, Qt::ShiftModifier);
    EXPECT_GT(desk.document().editor().numbers()->area.value(), before);
}

TEST_F(KeyboardDrawing, MovesTheMarkOfAVertebra) {
    desk.press(Qt::Key_J);
    const auto panes = desk.window().overview().panes();
    const auto found = std::ranges::find_if(panes, &ui::PaneView::keyboardActive);
    ASSERT_NE(found, panes.end());
    const ui::PaneView& pane = **found;
    desk.press(Qt::Key_J); // S1
    auto& levels = desk.document().levels();
    ASSERT_EQ(levels.draft().marks.size(), 1u);
    const auto before = levels.draft().marks[0].center;
    desk.press(Qt::Key_J);
    ASSERT_TRUE(pane.keyboardHolds()) << "on a mark the key takes it, and makes no other";
    go(Qt::Key_Down, 5);
    desk.press(Qt::Key_J);
    EXPECT_FALSE(pane.keyboardHolds());
    ASSERT_EQ(levels.draft().marks.size(), 1u);
    EXPECT_GT(length(levels.draft().marks[0].center - before), 1.0);
}

} // namespace
} // namespace forameter::testing
