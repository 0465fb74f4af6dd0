// SPDX-License-Identifier: Apache-2.0
// A whole reading by mouse and keys: levels, ten foramina, five canals.
#include <QApplication>
#include <QElapsedTimer>
#include <QTest>
#include <cstdio>
#include <gtest/gtest.h>

#include "cell_desk.hpp"
#include "level_grid.hpp"
#include "side_panel.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

TEST(WholeReading, FifteenContoursByMouseAndReturn) {
    WindowDesk desk;
    QElapsedTimer timer;
    timer.start();
    desk.clickLevels();
    const double levels = static_cast<double>(timer.restart()) / 1000.0;
    desk.press(Qt::Key_1);
    desk.press(Qt::Key_Q);
    double slowest = 0.0;
    for (int i = 0; i < 15; ++i) {
        QElapsedTimer each;
        each.start();
        const auto cell = desk.document().reading().currentCell();
        ASSERT_TRUE(cell) << "after " << i << " contours";
        ASSERT_TRUE(desk.work().volume());
        desk.clickRing(12, 60 + 2 * i);
        desk.press(Qt::Key_Return); // closes
        desk.press(Qt::Key_Return); // goes on
        QCoreApplication::processEvents();
        ASSERT_EQ(desk.document().reading().view(*cell).state, protocol::CellState::Done)
            << anatomy::label(*cell);
        slowest = std::max(slowest, static_cast<double>(each.elapsed()) / 1000.0);
    }
    const double seconds = static_cast<double>(timer.elapsed()) / 1000.0;
    EXPECT_EQ(desk.document().reading().done(), 15u);
    EXPECT_FALSE(desk.document().reading().nextCell());
    for (const auto& cell : desk.document().reading().cells())
        EXPECT_TRUE(desk.window().side().grid()->button(cell)->view().area) << anatomy::label(cell);
    std::printf("reading by mouse: levels %.2f s, 15 contours of 12 points %.2f s, %.3f s per contour, "
                "slowest %.3f s (program time)\n",
                levels, seconds, seconds / 15, slowest);
    EXPECT_LT(seconds / 15, 2.0) << "the program, not the hand, would be the slow part";
    desk.restart();
    EXPECT_EQ(desk.document().reading().done(), 15u);
}

TEST(WholeReading, FifteenContoursByKeyboardAlone) {
    WindowDesk desk;
    desk.clickLevels(); // levels are places in the picture: a mouse is needed once
    QElapsedTimer timer;
    timer.start();
    desk.press(Qt::Key_1);
    desk.press(Qt::Key_Q);
    for (int i = 0; i < 15; ++i) {
        desk.press(Qt::Key_J);
        ASSERT_TRUE(desk.work().keyboardActive());
        const std::pair<Qt::Key, int> way[]{{Qt::Key_Right, 3}, {Qt::Key_Down, 4}, {Qt::Key_Left, 3}};
        desk.press(Qt::Key_J);
        for (const auto& [key, times] : way) {
            for (int k = 0; k < times; ++k)
                desk.press(key, Qt::ShiftModifier);
            desk.press(Qt::Key_J);
        }
        desk.press(Qt::Key_Return); // closes
        desk.press(Qt::Key_Return); // goes on
    }
    EXPECT_EQ(desk.document().reading().done(), 15u);
    std::printf("reading by keyboard: %.3f s per contour (program time)\n",
                static_cast<double>(timer.elapsed()) / 15000.0);
}

} // namespace
} // namespace forameter::testing
