// SPDX-License-Identifier: Apache-2.0
// A rater in a round: her cases, and what she says of them, by keys and mouse.
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QToolButton>

#include "case_strip.hpp"
#include "cell_desk.hpp"
#include "empty_state.hpp"
#include "forameter/store/effort_repository.hpp"
#include "round_fixture.hpp"
#include "top_bar.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

using store::CaseState;
using workspace::Room;

TEST(RoundDesktop, TheStripOfACalibrationCaseFitsANarrowWindow) {
    RoundHouse house;
    house.addStudy("1.2.840.2");
    store::RoundPlan plan;
    plan.name = "pilot";
    plan.raters = {RaterId("r1")};
    plan.studies = {StudyUid("1.2.840.2")};
    plan.calibration = {kMadeStudy};
    ASSERT_TRUE(store::RoundRepository(house.store()).create(plan));
    Chair chair(house.path(), "r1");
    chair.window->resize(1280, 800);
    chair.press(Qt::Key_Right, Qt::ControlModifier);
    const auto& strip = *chair.window->findChild<ui::CaseStrip*>();
    ASSERT_TRUE(strip.isVisible());
    const auto words = [&] {
        std::size_t shown = 0;
        int end = 0; // of what stands to the left
        for (const char* name : {"CaseTitle", "CaseState", "CaseFlag", "CaseComment", "CaseDone"}) {
            const auto* part = strip.findChild<QWidget*>(name);
            if (!part->isVisible()) continue;
            ++shown;
            EXPECT_GE(part->x(), end) << name << " is overlapped";
            EXPECT_GE(part->width(), part->minimumSizeHint().width()) << name << " is cut off";
            end = part->x() + part->width();
        }
        EXPECT_LE(end, strip.width());
        return shown;
    };
    const auto narrow = words();
    chair.window->resize(1900, 1000);
    QCoreApplication::processEvents();
    EXPECT_EQ(words(), 5U);
    EXPECT_GE(narrow, 4U);
}

TEST(RoundDesktop, NextCaseFlagDifficultyCommentAndDoneByKeys) {
    RoundHouse house;
    house.addStudy("1.2.840.2");
    house.makeRound({kMadeStudy, StudyUid("1.2.840.2")});
    Chair chair(house.path(), "r1");
    auto& strip = *chair.window->findChild<ui::CaseStrip*>();
    EXPECT_FALSE(strip.isVisible());
    chair.press(Qt::Key_Right, Qt::ControlModifier);
    ASSERT_TRUE(chair.workspace->roundCase());
    const auto facts = [&] { return chair.workspace->roundCase()->assignment(); };
    EXPECT_EQ(facts().position, 1);
    EXPECT_TRUE(strip.isVisible());
    EXPECT_EQ(strip.findChild<QLabel*>("CaseTitle")->text(), "Case 1");
    chair.press(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_TRUE(facts().flagged);
    EXPECT_TRUE(strip.findChild<QToolButton*>("CaseFlag")->isChecked());
    chair.press(Qt::Key_3, Qt::ControlModifier);
    EXPECT_EQ(facts().difficulty, 3);
    chair.press(Qt::Key_3, Qt::ControlModifier);
    EXPECT_FALSE(facts().difficulty) << "the same key takes it back";
    chair.press(Qt::Key_5, Qt::ControlModifier);
    chair.press(Qt::Key_M, Qt::ControlModifier);
    auto* comment = strip.findChild<QLineEdit*>("CaseComment");
    ASSERT_TRUE(comment->hasFocus());
    QTest::keyClicks(comment, "S1 lumbalised?");
    chair.press(Qt::Key_Return);
    EXPECT_EQ(facts().comment, "S1 lumbalised?");
    EXPECT_FALSE(comment->hasFocus()) << "the keys belong to the picture again";
    chair.press(Qt::Key_M, Qt::ControlModifier);
    QTest::keyClicks(comment, "no");
    chair.press(Qt::Key_Escape);
    EXPECT_EQ(facts().comment, "S1 lumbalised?");
    chair.pressAndAnswer<QMessageBox>(
        Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier, [](QMessageBox& box) {
            EXPECT_TRUE(box.text().contains("15 of 15")) << box.text().toStdString();
            QTest::keyClick(&box, Qt::Key_Escape);
        });
    EXPECT_EQ(facts().state, CaseState::InProgress);
    chair.pressAndAnswer<QMessageBox>(
        Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier,
        [](QMessageBox& box) { QTest::mouseClick(box.button(QMessageBox::Ok), Qt::LeftButton); });
    EXPECT_EQ(facts().state, CaseState::Done);
    EXPECT_EQ(chair.message(), "Case 1 is done. Ctrl+Right opens the next one.");
    chair.press(Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(facts().state, CaseState::InProgress);
    EXPECT_EQ(chair.message(), "Case 1 is open again. Ctrl+Shift+D ends it.");
    chair.pressAndAnswer<QMessageBox>(
        Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier,
        [](QMessageBox& box) { QTest::mouseClick(box.button(QMessageBox::Ok), Qt::LeftButton); });
    EXPECT_EQ(facts().state, CaseState::Done);
    chair.press(Qt::Key_Right, Qt::ControlModifier);
    EXPECT_TRUE(chair.message().isEmpty()) << "what was said of one case does not stand under the next";
    EXPECT_EQ(facts().position, 2);
    EXPECT_EQ(facts().state, CaseState::InProgress);
    chair.press(Qt::Key_Up, Qt::ControlModifier);
    EXPECT_EQ(facts().position, 1);
    EXPECT_EQ(facts().comment, "S1 lumbalised?");
}

TEST(RoundDesktop, TheListShowsCasesAndNothingOfPatientsOrOthers) {
    RoundHouse house;
    house.addStudy("1.2.840.2");
    house.makeRound({kMadeStudy, StudyUid("1.2.840.2")});
    { // the other rater has read
        Chair other(house.path(), "r2");
        other.press(Qt::Key_Right, Qt::ControlModifier);
        other.press(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        other.pressAndAnswer<QMessageBox>(
            Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier,
            [](QMessageBox& box) { QTest::mouseClick(box.button(QMessageBox::Ok), Qt::LeftButton); });
    }
    Chair chair(house.path(), "r1");
    auto& list = *chair.window->findChild<QListView*>("Worklist");
    ASSERT_EQ(list.model()->rowCount(), 2);
    for (int i = 0; i < 2; ++i) {
        const QModelIndex row = list.model()->index(i, 0);
        EXPECT_EQ(row.data().toString(), QStringLiteral("Case %1").arg(i + 1));
        EXPECT_TRUE(row.data(Qt::AccessibleTextRole).toString().contains("to read"));
    }
    QTest::mouseClick(list.viewport(), Qt::LeftButton, Qt::NoModifier,
                      list.visualRect(list.model()->index(1, 0)).center());
    ASSERT_TRUE(chair.workspace->roundCase());
    EXPECT_EQ(chair.workspace->roundCase()->assignment().position, 2);
    const auto said = [&] {
        QString all = chair.window->windowTitle();
        for (const auto* chip : chair.window->findChildren<ui::Chip*>())
            all += chip->text() + QLatin1Char('\n');
        for (const auto* label : chair.window->findChildren<QLabel*>())
            if (label->isVisible()) all += label->text() + QLatin1Char('\n');
        return all;
    };
    EXPECT_FALSE(said().contains("FM-")) << said().toStdString();
    EXPECT_FALSE(said().contains("r2")) << said().toStdString();
    EXPECT_TRUE(said().contains("Case 2"));
    for (const auto key : {Qt::Key_2, Qt::Key_4}) {
        chair.press(key, Qt::AltModifier);
        EXPECT_EQ(chair.window->room(), Room::Read) << "neither Review nor Manage is a rater's";
    }
}

TEST(RoundDesktop, HerNextCaseIsOfferedAndNoImport) {
    RoundHouse house;
    house.makeRound({kMadeStudy});
    const auto offered = [](Chair& chair, const char* text) {
        const auto buttons = chair.window->findChildren<QPushButton*>();
        return std::ranges::count_if(
            buttons, [&](const auto* one) { return one->isVisible() && one->text().startsWith(text); });
    };
    {
        Chair chair(house.path(), "r1");
        EXPECT_EQ(offered(chair, "Import"), 0);
        for (auto* empty : chair.window->findChildren<ui::EmptyState*>())
            for (auto* button : empty->findChildren<QPushButton*>())
                if (button->isVisible() && button->text() == "Next open case")
                    QTest::mouseClick(button, Qt::LeftButton);
        ASSERT_TRUE(chair.workspace->roundCase());
        EXPECT_EQ(offered(chair, "Import"), 0);
        chair.pressAndAnswer<QMessageBox>(
            Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier,
            [](QMessageBox& box) { QTest::mouseClick(box.button(QMessageBox::Ok), Qt::LeftButton); });
    }
    Chair done(house.path(), "r1");
    EXPECT_EQ(offered(done, "Import"), 0) << "all is done, and importing still is not hers";
    for (const auto* empty : done.window->findChildren<ui::EmptyState*>())
        for (const auto* button : empty->findChildren<QPushButton*>())
            EXPECT_FALSE(button->isVisible()) << "nothing is left: " << button->text().toStdString();
    Chair free(house.path(), "boss");
    EXPECT_GT(offered(free, "Import"), 0) << "who reads in no round";
}

TEST(RoundDesktop, RoomsAndMenusStayWholeDownTo1280) {
    RoundHouse house;
    ASSERT_TRUE(store::RaterRepository(house.store())
                    .add(RaterId("a.name-that-is-rather-long"), store::Role::Researcher));
    Chair chair(house.path(), "a.name-that-is-rather-long");
    chair.press(Qt::Key_Right, Qt::ControlModifier);
    ASSERT_TRUE(chair.workspace->document());
    auto& document = *chair.workspace->document();
    ASSERT_TRUE(waitFor([&] { return document.images().allLoaded(); }));
    chair.press(Qt::Key_4);
    chair.press(Qt::Key_Q);
    auto& work = *chair.window->desk().work();
    for (const QPoint off : {QPoint(-60, -60), QPoint(60, -60), QPoint(60, 60), QPoint(-60, 60)})
        QTest::mouseClick(&work, Qt::LeftButton, Qt::NoModifier, work.rect().center() + off);
    chair.press(Qt::Key_Return);
    auto& bar = *chair.window->findChild<ui::TopBar*>();
    ASSERT_TRUE(bar.storedChip()->text().startsWith("all strokes stored"));
    const auto* more = chair.window->findChild<QToolButton*>("qt_menubar_ext_button");
    for (const auto& [room, key] : {std::pair{Room::Read, Qt::Key_1}, std::pair{Room::Review, Qt::Key_2},
                                    std::pair{Room::Study, Qt::Key_3}, std::pair{Room::Manage, Qt::Key_4}}) {
        chair.press(key, Qt::AltModifier);
        ASSERT_EQ(chair.window->room(), room);
        for (const QAction* menu : chair.window->findChild<QMenuBar*>()->actions()) {
            if (menu->text() != QStringLiteral("&Image") && menu->text() != QStringLiteral("&Tools"))
                continue;
            EXPECT_EQ(menu->isVisible(), room == Room::Read || room == Room::Review)
                << menu->text().toStdString() << " in room " << static_cast<int>(room);
        }
        for (const int width : {1600, 1440, 1280}) {
            chair.window->resize(width, 1000);
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
            const std::string where = std::to_string(static_cast<int>(room)) + " at " + std::to_string(width);
            EXPECT_FALSE(more->isVisible()) << "menus are folded away in room " << where << ", they want "
                                            << chair.window->findChild<QMenuBar*>()->sizeHint().width()
                                            << " and have " << chair.window->findChild<QMenuBar*>()->width();
            int right = 0;
            for (const auto* part : bar.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
                if (!part->isVisible()) continue;
                EXPECT_LE(part->geometry().right(), width) << where;
                right = std::max(right, part->geometry().right());
                for (const auto* other : bar.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                    EXPECT_TRUE(other == part || !other->isVisible() ||
                                !part->geometry().intersects(other->geometry()))
                        << where;
            }
            for (const char* name : {"RoomRead", "RoomReview", "RoomStudy", "RoomManage"}) {
                const auto* button = bar.findChild<QPushButton*>(name);
                ASSERT_TRUE(button && button->isVisible()) << name << where;
                EXPECT_GE(button->width(), button->minimumSizeHint().width()) << name << where;
            }
            if (room == Room::Read) {
                EXPECT_TRUE(bar.storedChip()->isVisible()) << where;
                EXPECT_GE(bar.storedChip()->width(), bar.storedChip()->wish(ui::Chip::Words::Brief)) << where;
            }
        }
    }
}

TEST(RoundDesktop, WorkingTimesAreStoredForTheCellThatWasDrawn) {
    RoundHouse house;
    house.makeRound({kMadeStudy});
    Chair chair(house.path(), "r1");
    chair.press(Qt::Key_Right, Qt::ControlModifier);
    ASSERT_TRUE(chair.workspace->roundCase());
    const auto reading = chair.workspace->roundCase()->assignment().id;
    ASSERT_TRUE(waitFor([&] { return chair.workspace->document()->images().allLoaded(); }));
    chair.press(Qt::Key_4);
    chair.press(Qt::Key_Q);
    const auto cell = chair.workspace->document()->reading().currentCell();
    ASSERT_TRUE(cell);
    QWidget* work = QApplication::focusWidget();
    for (int i = 0; i < 8; ++i) {
        const QPoint at = work->rect().center() +
                          QPoint(int(60 * std::cos(i * M_PI / 4)), int(60 * std::sin(i * M_PI / 4)));
        QTest::qWait(15);
        QTest::mouseMove(work, at);
        QTest::mouseClick(work, Qt::LeftButton, Qt::NoModifier, at);
    }
    chair.press(Qt::Key_Return);
    chair.press(Qt::Key_Return); // the next cell: this one is left
    const auto pieces = store::EffortRepository(chair.workspace->store()).pieces({.reading = reading});
    ASSERT_TRUE(pieces) << pieces.error().message;
    ASSERT_EQ(pieces->size(), 1U);
    EXPECT_EQ(pieces->front().effort.cell, *cell);
    EXPECT_GT(pieces->front().effort.strokes, 0);
    EXPECT_GE(pieces->front().effort.active.count(), 90);
    EXPECT_EQ(pieces->front().effort.tools.at("spline"), pieces->front().effort.active);
}

} // namespace
} // namespace forameter::testing
