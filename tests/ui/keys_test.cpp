// SPDX-License-Identifier: Apache-2.0
// Who gets a key: the control that has the focus, or the window.
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <algorithm>
#include <gtest/gtest.h>

#include "cell_desk.hpp"
#include "empty_state.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/ui/application.hpp"
#include "hint_bar.hpp"
#include "level_grid.hpp"
#include "levels_panel.hpp"
#include "overview.hpp"
#include "side_panel.hpp"
#include "studies.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using workspace::Pane;

QListView* worklistOf(const ui::MainWindow& window) {
    return window.findChild<QListView*>(QStringLiteral("Worklist"));
}

QString focusName() {
    const QWidget* focus = QApplication::focusWidget();
    return focus ? QLatin1String(focus->metaObject()->className()) + QLatin1Char(' ') + focus->objectName()
                 : QStringLiteral("nothing");
}

TEST(Keys, AfterOpeningAStudyTheyActOnAPicture) {
    WindowDesk desk;
    EXPECT_EQ(QApplication::focusWidget(), desk.window().overview().panes()[1]) << focusName().toStdString();
    const auto before = desk.document().views().pane(Pane::SagittalT2).position;
    desk.press(Qt::Key_Down);
    EXPECT_EQ(desk.document().views().pane(Pane::SagittalT2).position, before + 1);
}

TEST(Keys, TheWorklistIsNarrowedAndListedWholeAgainByKeysAlone) {
    WindowDesk desk;
    for (const char* uid : {"1.2.840.2", "1.2.840.3"}) { // of more studies no pictures are needed
        auto makers = usual();
        for (auto& maker : makers)
            maker.series = std::string(uid) + maker.series;
        const auto store = store::Store::open(desk.store(), store::Actor::administrator());
        ASSERT_TRUE(store);
        ASSERT_TRUE(store::StudyRepository(*store).add(study(makers, uid, "OTHER-" + std::string(uid))));
    }
    ASSERT_TRUE(desk.workspace().refreshWorklist());
    auto& window = desk.window();
    auto* list = worklistOf(window);
    auto* field = window.findChild<QLineEdit*>(QStringLiteral("WorklistFind"));
    const auto* nothing = window.findChild<QWidget*>(QStringLiteral("WorklistNothing"));
    ASSERT_EQ(list->model()->rowCount(), 3);
    const auto open = desk.document().study();

    desk.press(Qt::Key_F, Qt::ControlModifier);
    ASSERT_TRUE(field->hasFocus()) << focusName().toStdString();
    QTest::keyClicks(field, QStringLiteral("other /")); // the key that brings here is text here
    EXPECT_EQ(field->text(), QStringLiteral("other /"));
    EXPECT_TRUE(nothing->isVisible()) << "an empty list says that it is one";
    EXPECT_FALSE(list->isVisible());
    desk.press(Qt::Key_Backspace);
    EXPECT_EQ(list->model()->rowCount(), 2);
    desk.press(Qt::Key_Down);
    EXPECT_TRUE(list->hasFocus()) << focusName().toStdString();
    EXPECT_EQ(list->currentIndex().row(), 0);
    desk.press(Qt::Key_Escape); // lists all and stays
    EXPECT_EQ(list->model()->rowCount(), 3);
    EXPECT_TRUE(field->text().isEmpty());
    EXPECT_EQ(desk.document().study(), open);

    desk.press(Qt::Key_Slash);
    ASSERT_TRUE(field->hasFocus()) << focusName().toStdString();
    desk.press(Qt::Key_Escape); // nothing to clear: back to the picture
    EXPECT_TRUE(qobject_cast<ui::PaneView*>(QApplication::focusWidget())) << focusName().toStdString();

    desk.press(Qt::Key_F9); // hidden; the key brings it back
    desk.press(Qt::Key_Slash);
    ASSERT_TRUE(field->isVisible() && field->hasFocus()) << focusName().toStdString();
    desk.workspace().closeStudy();
    QTest::keyClicks(field, QString::fromStdString(open.text()));
    desk.press(Qt::Key_Backspace); // "1.2.840." has all
    EXPECT_EQ(list->model()->rowCount(), 3);
    QTest::keyClicks(field, QStringLiteral("1 "));
    ASSERT_EQ(list->model()->rowCount(), 1);
    desk.press(Qt::Key_Return); // the only one opens, and the keys act on its pictures
    ASSERT_TRUE(desk.workspace().document());
    EXPECT_EQ(desk.document().study(), open);
    EXPECT_TRUE(qobject_cast<ui::PaneView*>(QApplication::focusWidget())) << focusName().toStdString();
}

TEST(Keys, ReturnOpensTheRowOfTheWorklistThatHasTheRing) {
    WindowDesk desk;
    auto* list = worklistOf(desk.window());
    desk.workspace().closeStudy();
    ASSERT_FALSE(desk.workspace().document());
    desk.press(Qt::Key_F6);
    ASSERT_TRUE(list->hasFocus()) << focusName().toStdString();
    desk.press(Qt::Key_Down);
    desk.press(Qt::Key_Up);
    EXPECT_EQ(list->currentIndex().row(), 0);
    desk.press(Qt::Key_Return);
    ASSERT_TRUE(desk.workspace().document());
    EXPECT_EQ(QApplication::focusWidget(), desk.window().overview().panes()[1]) << focusName().toStdString();
}

TEST(Keys, ArrowsMoveInTheListAndNotThroughTheSlices) {
    WindowDesk desk;
    const auto before = desk.document().views().pane(Pane::SagittalT2).position;
    worklistOf(desk.window())->setFocus(Qt::TabFocusReason);
    desk.press(Qt::Key_Down);
    EXPECT_EQ(desk.document().views().pane(Pane::SagittalT2).position, before);
    desk.press(Qt::Key_I); // a list has no use for letters
    EXPECT_TRUE(desk.document().views().pane(Pane::SagittalT2).inverted);
}

TEST(Keys, AChoiceIsMadeByArrowsSpaceAndReturn) {
    WindowDesk desk;
    desk.press(Qt::Key_F6);
    auto* first = qobject_cast<QComboBox*>(QApplication::focusWidget());
    ASSERT_TRUE(first) << focusName().toStdString();
    EXPECT_TRUE(desk.window().side().levels()->isAncestorOf(first));
    const int chosen = first->currentIndex();
    desk.press(Qt::Key_Down);
    EXPECT_EQ(first->currentIndex(), chosen + 1);
    for (const Qt::Key opens : {Qt::Key_Space, Qt::Key_Return}) {
        desk.press(opens);
        QWidget* popup = QApplication::activePopupWidget();
        ASSERT_TRUE(popup) << opens;
        QTest::keyClick(first->view(), Qt::Key_Escape);
        ASSERT_TRUE(waitFor([] { return !QApplication::activePopupWidget(); }, 2000));
    }
}

TEST(Keys, TabWalksThePanelAndSpaceTicksABox) {
    WindowDesk desk;
    desk.press(Qt::Key_F6);
    for (int i = 0; i < 5 && !qobject_cast<QCheckBox*>(QApplication::focusWidget()); ++i)
        desk.press(Qt::Key_Tab);
    auto* six = qobject_cast<QCheckBox*>(QApplication::focusWidget());
    ASSERT_TRUE(six) << focusName().toStdString();
    desk.press(Qt::Key_Space);
    EXPECT_EQ(desk.document().levels().draft().lumbarCount, anatomy::LumbarCount::Six);
    desk.press(Qt::Key_F7);
    EXPECT_EQ(desk.document().levels().draft().lumbarCount, anatomy::LumbarCount::Five);
}

TEST(Keys, F6GoesFromThePictureToThePanelToTheWorklistAndBack) {
    WindowDesk desk;
    desk.clickLevels();
    desk.goTo(4, Qt::Key_Q);
    ASSERT_EQ(QApplication::focusWidget(), &desk.work());
    desk.press(Qt::Key_F6);
    auto* grid = desk.window().side().grid();
    const Cell cell = Cell::foramen(Level::L4_L5, Side::R), below = Cell::foramen(Level::L5_S1, Side::R);
    EXPECT_TRUE(grid->button(cell)->hasFocus()) << focusName().toStdString();
    desk.press(Qt::Key_Down);
    EXPECT_TRUE(grid->button(below)->hasFocus()) << focusName().toStdString();
    desk.press(Qt::Key_Return);
    EXPECT_EQ(desk.document().reading().currentCell(), below);
    desk.press(Qt::Key_F6);
    EXPECT_TRUE(worklistOf(desk.window())->hasFocus()) << focusName().toStdString();
    desk.press(Qt::Key_F6);
    EXPECT_EQ(QApplication::focusWidget(), &desk.work()) << focusName().toStdString();
}

TEST(Keys, TheMenuBarKeepsItsKeys) {
    WindowDesk desk;
    auto* menus = desk.window().findChild<QMenuBar*>();
    const auto before = desk.document().views().pane(Pane::SagittalT2).position;
    desk.press(Qt::Key_Alt);
    ASSERT_TRUE(menus->hasFocus()) << focusName().toStdString();
    ASSERT_TRUE(menus->activeAction());
    desk.press(Qt::Key_Right);
    EXPECT_EQ(menus->activeAction()->text().remove(QLatin1Char('&')), QStringLiteral("Layout"));
    desk.press(Qt::Key_Return);
    auto* open = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_TRUE(open);
    EXPECT_EQ(open->title().remove(QLatin1Char('&')), QStringLiteral("Layout"));
    QTest::keyClick(open, Qt::Key_Escape);
    ASSERT_TRUE(waitFor([] { return !QApplication::activePopupWidget(); }, 2000));
    EXPECT_EQ(desk.document().views().pane(Pane::SagittalT2).position, before);
    EXPECT_FALSE(desk.document().reading().currentCell());
}

TEST(Keys, F10AndAltWithALetterOpenMenus) {
    WindowDesk desk;
    const auto opened = [] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        const QString title = menu ? menu->title().remove(QLatin1Char('&')) : QString();
        if (menu) menu->close();
        QCoreApplication::processEvents();
        return title;
    };
    desk.press(Qt::Key_F10);
    EXPECT_EQ(opened(), QStringLiteral("Case"));
    desk.press(Qt::Key_V, Qt::AltModifier);
    EXPECT_EQ(opened(), QStringLiteral("Levels"));
    QSet<QChar> letters;
    for (const QAction* menu : desk.window().findChild<QMenuBar*>()->actions()) {
        const QChar letter = menu->text()[menu->text().indexOf(QLatin1Char('&')) + 1].toUpper();
        EXPECT_FALSE(letters.contains(letter)) << menu->text().toStdString();
        letters << letter;
    }
}

TEST(Keys, TabGoesToTheNextPaneFromAPicture) {
    WindowDesk desk;
    desk.press(Qt::Key_Tab);
    EXPECT_EQ(QApplication::focusWidget(), desk.window().overview().panes()[2]) << focusName().toStdString();
}

TEST(Keys, TabReachesTheImportButtonsOfAnEmptyStore) {
    const TemporaryFolder folder;
    Chair chair(workspace::Workspace::Options{.store = folder.path() / "new.sqlite",
                                              .rater = "r1",
                                              .configFolder = folder.path(),
                                              .scanProgram = FORAMETER_CLI,
                                              .post = ui::guiPost()});
    const auto pages = chair.window->findChildren<ui::EmptyState*>(); // other rooms have theirs
    const auto shown = std::ranges::find_if(pages, &QWidget::isVisible);
    ASSERT_NE(shown, pages.end());
    const auto* empty = *shown;
    const auto* button = qobject_cast<QPushButton*>(QApplication::focusWidget());
    ASSERT_TRUE(button && empty->isAncestorOf(button)) << focusName().toStdString();
    EXPECT_EQ(button->text(), QStringLiteral("Import folder…"));
    chair.press(Qt::Key_Tab);
    button = qobject_cast<QPushButton*>(QApplication::focusWidget());
    ASSERT_TRUE(button && empty->isAncestorOf(button)) << focusName().toStdString();
    EXPECT_EQ(button->text(), QStringLiteral("Import files…"));
}

TEST(Keys, WhatNamesAKeyNamesThePersonsOwnAlsoAfterARestart) {
    using workspace::ActionId;
    using workspace::MouseAction;
    using workspace::MouseButton;
    WindowDesk desk;
    desk.clickLevels();
    auto preferences = desk.workspace().preferences();
    auto& bindings = preferences.bindings;
    ASSERT_TRUE(bindings.setKeys(ActionId::DoneNext, {"F12"}));
    ASSERT_TRUE(bindings.setKeys(ActionId::Level1, {"F4"}));
    ASSERT_TRUE(bindings.setKeys(ActionId::CommentCase, {"Ctrl+B"}));
    ASSERT_TRUE(bindings.setKeys(ActionId::NextOpenCase, {}));
    ASSERT_TRUE(bindings.setKeys(ActionId::ToolLarger, {"Shift+G"}));
    ASSERT_TRUE(bindings.setMouse({.button = MouseButton::Wheel, .shift = true}, std::nullopt));
    ASSERT_TRUE(
        bindings.setMouse({.button = MouseButton::Wheel, .shift = true, .alt = true}, MouseAction::ToolSize));
    for (const auto button : {MouseButton::Left, MouseButton::Middle})
        ASSERT_TRUE(bindings.setMouse({.button = button, .shift = true}, std::nullopt));
    ASSERT_TRUE(bindings.setMouse({.button = MouseButton::Right, .shift = true}, MouseAction::Crosshair));
    desk.workspace().setPreferences(preferences);
    const auto check = [&](const char* when) {
        SCOPED_TRACE(when);
        const auto& window = desk.window();
        const auto tooltip = [&](const char* name) {
            return window.findChild<QWidget*>(QString::fromLatin1(name))->toolTip();
        };
        EXPECT_TRUE(tooltip("DoneButton").contains(QStringLiteral("[F12]")))
            << tooltip("DoneButton").toStdString();
        EXPECT_FALSE(tooltip("Do-next-open-case").contains(QLatin1Char('[')));
        EXPECT_TRUE(tooltip("ToolSize").contains(QStringLiteral("Shift+G")))
            << tooltip("ToolSize").toStdString();
        EXPECT_TRUE(tooltip("ToolSize").contains(QStringLiteral("Shift+Alt+wheel")));
        EXPECT_EQ(window.findChild<QLineEdit*>(QStringLiteral("CaseComment"))->placeholderText(),
                  QStringLiteral("Comment  Ctrl+B"));
        desk.press(Qt::Key_O);
        const auto& hints = window.findChild<ui::HintBar*>()->hints();
        const auto says = [&](const char* key, const char* text) {
            return std::ranges::find(hints, ui::HintBar::Hint{QString::fromLatin1(key),
                                                              QString::fromLatin1(text)}) != hints.end();
        };
        EXPECT_TRUE(says("F4 2 3 4 5", "level"));
        EXPECT_TRUE(says("F12", "next cell"));
        EXPECT_TRUE(says("Shift+right drag", "same place in all panes"));
    };
    check("at once");
    desk.restart();
    check("after a restart");
}

TEST(Keys, AControlThatGoesAwayLeavesTheKeysToThePicture) {
    WindowDesk desk;
    desk.clickLevels();
    desk.press(Qt::Key_F2);
    auto* confirm = desk.window().findChild<QPushButton*>(QStringLiteral("ConfirmLevelsButton"));
    confirm->setFocus(Qt::TabFocusReason);
    ASSERT_TRUE(confirm->hasFocus());
    desk.press(Qt::Key_Return);
    EXPECT_FALSE(confirm->isVisible()) << "Return pressed it";
    EXPECT_EQ(QApplication::focusWidget(), desk.window().overview().panes()[1]) << focusName().toStdString();
}

} // namespace
} // namespace forameter::testing
