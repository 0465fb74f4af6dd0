// SPDX-License-Identifier: Apache-2.0
// What a person leaves as it is, the window finds again: also after it was killed.
#include "window_place.hpp"

#include <QAction>
#include <QTest>
#include <gtest/gtest.h>

#include "action_map.hpp"
#include "panel_edge.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"
#include "worklist_panel.hpp"

namespace forameter::testing {
namespace {

using ui::onScreens;
using workspace::WindowPlace;

const QRect kMain(0, 0, 1920, 1080), kBeside(1920, 0, 1280, 800);

TEST(WindowPlace, StaysWhereItWasWhereAllOfItIsSeen) {
    const WindowPlace left{100, 60, 1500, 900, false};
    EXPECT_EQ(onScreens(left, {kMain}), left);
    const WindowPlace across{1800, 100, 400, 600, false}; // on two screens, as somebody put it
    EXPECT_EQ(onScreens(across, {kMain, kBeside}), across);
}

TEST(WindowPlace, ComesBackFromAScreenThatIsGone) {
    const auto place = onScreens({2000, 100, 1000, 600, false}, {kMain});
    EXPECT_TRUE(kMain.contains(QRect(place.x, place.y, place.width, place.height)));
    EXPECT_EQ(QSize(place.width, place.height), QSize(1000, 600)) << "of the same size";
    EXPECT_FALSE(place.maximised);
}

TEST(WindowPlace, IsMaximisedWhereTheScreenIsTooSmall) {
    const QRect small(0, 0, 1280, 800);
    const auto place = onScreens({100, 60, 1600, 1000, false}, {small});
    EXPECT_TRUE(place.maximised);
    EXPECT_TRUE(small.contains(QRect(place.x, place.y, place.width, place.height)))
        << "and fits when it is not maximised any more";
}

TEST(WindowPlace, IsDrawnInFromBeyondTheEdgeWhereItHasMostOfItself) {
    const auto place = onScreens({3000, 500, 900, 600, false}, {kMain, kBeside});
    EXPECT_TRUE(kBeside.contains(QRect(place.x, place.y, place.width, place.height)));
}

class DeskMemory : public ::testing::Test {
protected:
    [[nodiscard]] workspace::Preferences written() const {
        return workspace::loadPreferences(desk.folder() / "config").preferences;
    }
    /// As if the program had been killed now: what is not in the file is lost.
    [[nodiscard]] bool soon(const std::function<bool(const workspace::Preferences&)>& known) const {
        return waitFor([&] { return known(written()); }, 3000);
    }
    /// Small enough for any screen.
    void leaveAt(const QRect& place) {
        desk.window().takePlace();
        desk.window().setWindowState(Qt::WindowNoState);
        QCoreApplication::processEvents();
        desk.window().setGeometry(place);
    }
    WindowDesk desk;
};

TEST_F(DeskMemory, TheSizeOfTheWindowIsFoundAgain) {
    leaveAt({0, 0, 780, 600});
    ASSERT_TRUE(soon([](const auto& p) { return p.place && p.place->width == 780; }));
    desk.restart();
    desk.window().takePlace();
    EXPECT_EQ(desk.window().size(), QSize(780, 600));
}

TEST_F(DeskMemory, AMaximisedWindowKeepsTheSizeItHasOtherwise) {
    leaveAt({0, 0, 780, 600});
    ASSERT_TRUE(soon([](const auto& p) { return p.place && p.place->width == 780; }));
    desk.window().setWindowState(Qt::WindowMaximized);
    ASSERT_TRUE(soon([](const auto& p) { return p.place && p.place->maximised; }));
    EXPECT_EQ(written().place->width, 780);
    desk.restart();
    desk.window().takePlace();
    EXPECT_TRUE(desk.window().isMaximized());
}

TEST_F(DeskMemory, TheEdgeOfTheWorklistIsDraggedAndFoundAgain) {
    auto* worklist = desk.window().findChild<ui::WorklistPanel*>();
    auto* edge = desk.window().findChild<ui::PanelEdge*>();
    const int before = worklist->width();
    QTest::mousePress(edge, Qt::LeftButton, Qt::NoModifier, QPoint(2, 300));
    QTest::mouseMove(edge, QPoint(2 + 70, 300));
    QTest::mouseRelease(edge, Qt::LeftButton, Qt::NoModifier, QPoint(2, 300));
    EXPECT_EQ(worklist->width(), before + 70);
    ASSERT_TRUE(soon([&](const auto& p) { return p.worklistWidth == before + 70; }));
    desk.restart();
    worklist = desk.window().findChild<ui::WorklistPanel*>();
    EXPECT_EQ(worklist->width(), before + 70);
    desk.window().resize(1000, 760);
    QCoreApplication::processEvents();
    EXPECT_LE(worklist->width(), 1000 - 320 - 320) << "the pictures keep their room";
    desk.window().resize(1600, 1000);
    QCoreApplication::processEvents();
    QTest::mouseDClick(desk.window().findChild<ui::PanelEdge*>(), Qt::LeftButton);
    EXPECT_EQ(worklist->width(), before);
    ASSERT_TRUE(soon([](const auto& p) { return !p.worklistWidth; }));
}

TEST_F(DeskMemory, AWindowOfAWeightingIsWrittenSoonAfterTheDrag) {
    ASSERT_TRUE(written().windows.empty());
    desk.clickLevels();
    desk.goTo(4, Qt::Key_Q);
    desk.press(Qt::Key_H); // no tool: the left button is window and level
    auto& view = desk.work();
    const QPoint middle = view.rect().center();
    QTest::mousePress(&view, Qt::LeftButton, Qt::NoModifier, middle);
    for (int i = 1; i <= 10; ++i)
        QTest::mouseMove(&view, middle + QPoint(6 * i, 3 * i));
    QTest::mouseRelease(&view, Qt::LeftButton, Qt::NoModifier, middle + QPoint(60, 30));
    ASSERT_TRUE(soon([&](const auto& p) { return p.windows == desk.workspace().preferences().windows; }));
    EXPECT_FALSE(written().windows.empty());
}

TEST_F(DeskMemory, TheSizeOfTheBrushAndTheVertebraLabelsAreKept) {
    desk.clickLevels();
    desk.goTo(4, Qt::Key_Q);
    desk.press(Qt::Key_B);
    desk.press(Qt::Key_Period);
    desk.press(Qt::Key_K);
    const double radius = desk.document().editor().radius().value();
    ASSERT_TRUE(soon([&](const auto& p) { return p.brushRadius == radius && !p.levelLabels; }));
    desk.restart();
    EXPECT_EQ(desk.document().editor().radius().value(), radius);
    EXPECT_FALSE(desk.window().actions().action(workspace::ActionId::ToggleLevelLabels)->isChecked());
}

} // namespace
} // namespace forameter::testing
