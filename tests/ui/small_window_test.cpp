// SPDX-License-Identifier: Apache-2.0
// A window as small as a laptop leaves it at 200 %: nothing that must be seen is cut off.
#include <QDialog>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>
#include <gtest/gtest.h>

#include "cell_desk.hpp"
#include "level_grid.hpp"
#include "side_panel.hpp"
#include "top_bar.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

class SmallWindow : public ::testing::Test {
protected:
    void SetUp() override {
        desk.clickLevels();
        desk.goTo(4, Qt::Key_Q);
        desk.window().resize(800, 500);
        ASSERT_TRUE(waitFor([&] { return desk.window().width() == 800; }));
        QCoreApplication::processEvents();
    }
    WindowDesk desk;
};

TEST_F(SmallWindow, AllRowsOfTheLevelGridAreInSight) {
    const auto* grid = desk.window().side().grid();
    for (const auto& cell : desk.document().reading().cells()) {
        const auto* button = grid->button(cell);
        EXPECT_EQ(button->visibleRegion().boundingRect(), button->rect()) << anatomy::label(cell);
    }
}

TEST_F(SmallWindow, WhoseImagesTheseAreIsSaid) {
    const auto* chip = desk.window().findChild<ui::Chip*>(QStringLiteral("CaseChip"));
    EXPECT_TRUE(chip->isVisible());
    EXPECT_GE(chip->width(), chip->wish(ui::Chip::Words::Brief)) << "whole, if nothing else of it";
    EXPECT_LE(chip->mapTo(&desk.window(), QPoint(chip->width(), 0)).x(), desk.window().width());
}

TEST_F(SmallWindow, ThePanelIsWholeBesideTheWorklist) {
    for (const bool overview : {false, true}) {
        if (overview) desk.press(Qt::Key_O);
        desk.press(Qt::Key_F9);
        QCoreApplication::processEvents();
        if (!overview) {
            EXPECT_GE(desk.work().width(), 180) << "the picture that is drawn on has the room there is";
            EXPECT_FALSE(desk.window().desk().side()[1]->isVisible());
        }
        const auto& side = desk.window().side();
        EXPECT_LE(side.mapTo(&desk.window(), QPoint(side.width(), 0)).x(), desk.window().width())
            << (overview ? "overview" : "cell");
        desk.press(Qt::Key_F9);
    }
}

TEST_F(SmallWindow, TheSheetOfKeysIsReadDownwards) {
    desk.press(Qt::Key_F1);
    auto* sheet = desk.window().findChild<QDialog*>(QStringLiteral("CheatSheet"));
    ASSERT_NE(sheet, nullptr);
    QCoreApplication::processEvents();
    const auto* scroll = sheet->findChild<QScrollArea*>();
    EXPECT_EQ(scroll->horizontalScrollBar()->maximum(), 0);
    EXPECT_GT(scroll->verticalScrollBar()->maximum(), 0);
    const QWidget* page = scroll->widget();
    QRegion taken;
    for (const QWidget* group : page->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
        EXPECT_TRUE(page->rect().contains(group->geometry())) << group->accessibleName().toStdString();
        EXPECT_FALSE(taken.intersects(group->geometry())) << group->accessibleName().toStdString();
        taken += group->geometry();
    }
    sheet->close();
}

TEST(Chip, HasRoomForItsBoldWords) {
    ui::Chip chip(nullptr);
    chip.show(QStringLiteral("4 edits not stored"), ui::Chip::Tone::Good);
    const int plain = chip.wish(ui::Chip::Words::All);
    chip.show(QStringLiteral("4 edits not stored"), ui::Chip::Tone::Alarm);
    EXPECT_GT(chip.wish(ui::Chip::Words::All), plain);
}

} // namespace
} // namespace forameter::testing
