// SPDX-License-Identifier: Apache-2.0
#include "level_grid.hpp"

#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

namespace forameter::ui {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using protocol::CellState;
using workspace::CellView;

std::vector<CellView> views(anatomy::LumbarCount count) {
    std::vector<CellView> cells;
    for (const Cell& cell : protocol::readingCells(count)) {
        CellView view;
        view.cell = cell;
        cells.push_back(view);
    }
    return cells;
}

class LevelGridTest : public ::testing::Test {
protected:
    LevelGridTest() : grid(nullptr) {
        grid.resize(280, 360);
        grid.show();
        grid.activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(&grid));
    }
    LevelGrid grid;
};

TEST_F(LevelGridTest, HasARowMoreWithSixLumbarVertebrae) {
    grid.setCells(views(anatomy::LumbarCount::Five));
    EXPECT_NE(grid.button(Cell::foramen(Level::L5_S1, Side::R)), nullptr);
    EXPECT_EQ(grid.button(Cell::canal(Level::L6_S1)), nullptr);
    grid.setCells(views(anatomy::LumbarCount::Six));
    EXPECT_EQ(grid.button(Cell::foramen(Level::L5_S1, Side::R)), nullptr);
    EXPECT_NE(grid.button(Cell::canal(Level::L6_S1)), nullptr);
}

TEST_F(LevelGridTest, PutsRightForaminaLeftOfTheCanalAndLeftOnesRight) {
    grid.setCells(views(anatomy::LumbarCount::Five));
    QCoreApplication::processEvents();
    const int right = grid.button(Cell::foramen(Level::L4_L5, Side::R))->x(),
              canal = grid.button(Cell::canal(Level::L4_L5))->x(),
              left = grid.button(Cell::foramen(Level::L4_L5, Side::L))->x();
    EXPECT_LT(right, canal);
    EXPECT_LT(canal, left);
}

TEST_F(LevelGridTest, TellsScreenReadersStateAreaAndWarning) {
    auto cells = views(anatomy::LumbarCount::Five);
    cells[0].state = CellState::Done;
    cells[0].area = SquareMillimetres(123.45);
    cells[0].warnings = {"tilt 17°"};
    cells[1].state = CellState::NotAssessable;
    cells[1].note = "Metal artefact";
    grid.setCells(cells);
    EXPECT_EQ(grid.button(cells[0].cell)->accessibleName(),
              QStringLiteral("Right foramen L1–L2: 123.5 square millimetres, tilt 17°"));
    EXPECT_EQ(grid.button(cells[1].cell)->accessibleName(),
              QStringLiteral("Right foramen L2–L3: not assessable: Metal artefact"));
}

TEST_F(LevelGridTest, ChangesItsLookWithTheState) {
    auto cells = views(anatomy::LumbarCount::Five);
    grid.setCells(cells);
    CellButton* button = grid.button(cells[3].cell);
    const QImage todo = button->grab().toImage();
    cells[3].area = SquareMillimetres(88.0);
    grid.setCells(cells);
    const QImage done = button->grab().toImage();
    cells[3].current = true;
    grid.setCells(cells);
    EXPECT_NE(todo, done);
    EXPECT_NE(done, button->grab().toImage());
}

TEST_F(LevelGridTest, ArrowKeysMoveAndReturnGoesThere) {
    const auto cells = views(anatomy::LumbarCount::Five);
    grid.setCells(cells);
    QSignalSpy activated(&grid, &LevelGrid::activated);
    CellButton* first = grid.button(Cell::foramen(Level::L1_L2, Side::R));
    first->setFocus();
    QTest::keyClick(first, Qt::Key_Right);
    CellButton* canal = grid.button(Cell::canal(Level::L1_L2));
    ASSERT_TRUE(canal->hasFocus());
    QTest::keyClick(canal, Qt::Key_Down);
    CellButton* below = grid.button(Cell::canal(Level::L2_L3));
    ASSERT_TRUE(below->hasFocus());
    QTest::keyClick(below, Qt::Key_Space);
    ASSERT_EQ(activated.size(), 1);
    EXPECT_EQ(activated[0][0].value<Cell>(), Cell::canal(Level::L2_L3));
}

TEST_F(LevelGridTest, AClickGoesThere) {
    grid.setCells(views(anatomy::LumbarCount::Five));
    QSignalSpy activated(&grid, &LevelGrid::activated);
    QTest::mouseClick(grid.button(Cell::foramen(Level::L5_S1, Side::L)), Qt::LeftButton);
    ASSERT_EQ(activated.size(), 1);
    EXPECT_EQ(activated[0][0].value<Cell>(), Cell::foramen(Level::L5_S1, Side::L));
}

} // namespace
} // namespace forameter::ui
