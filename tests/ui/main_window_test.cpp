// SPDX-License-Identifier: Apache-2.0
#include "forameter/ui/main_window.hpp"

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <thread>

#include "action_map.hpp"
#include "cell_desk.hpp"
#include "dialogs.hpp"
#include "forameter/ui/application.hpp"
#include "hint_bar.hpp"
#include "level_grid.hpp"
#include "overview.hpp"
#include "preferences_dialog.hpp"
#include "side_panel.hpp"
#include "theme.hpp"
#include "top_bar.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"
#include "worklist_panel.hpp"

namespace forameter::testing {
namespace {

using workspace::ActionId;
using workspace::Arrangement;
using workspace::Pane;

TEST(MainWindow, HandlesEveryActionOfTheTableAndHasItInAMenu) {
    WindowDesk desk;
    auto& actions = desk.window().actions();
    const auto* menus = desk.window().findChild<QMenuBar*>();
    ASSERT_NE(menus, nullptr);
    QSet<QAction*> inMenus;
    for (QAction* menu : menus->actions())
        for (QAction* action : menu->menu()->actions())
            inMenus.insert(action);
    for (const auto& row : workspace::actions()) {
        EXPECT_TRUE(actions.isHandled(row.id)) << row.name;
        EXPECT_TRUE(inMenus.contains(actions.action(row.id))) << row.name;
    }
}

TEST(MainWindow, MenusArePartedIntoSectionsThatDoNotKeepAnEmptyMenu) {
    WindowDesk desk;
    const auto menu = [&](const QString& title) -> QAction* {
        for (QAction* action : desk.window().findChild<QMenuBar*>()->actions())
            if (action->text().remove(QLatin1Char('&')) == title) return action;
        return nullptr;
    };
    const auto rows = menu(QStringLiteral("Tools"))->menu()->actions();
    ASSERT_GT(std::ranges::count_if(rows, &QAction::isSeparator), 1);
    for (qsizetype i = 1; i < rows.size(); ++i)
        EXPECT_FALSE(rows[i]->isSeparator() && rows[i - 1]->isSeparator());
    desk.window().actions().setRoom(workspace::Room::Study); // without pictures
    EXPECT_FALSE(menu(QStringLiteral("Tools"))->isVisible());
    desk.window().actions().setRoom(workspace::Room::Read);
    EXPECT_TRUE(menu(QStringLiteral("Tools"))->isVisible());
}

TEST(MainWindow, LevelsAreClickedConfirmedAndShownInEveryPane) {
    WindowDesk desk;
    EXPECT_TRUE(desk.document().levels().active()) << "nothing is confirmed yet";
    desk.clickLevels();
    for (const Pane pane : {Pane::SagittalT1, Pane::SagittalT2})
        EXPECT_FALSE(desk.document().views().vertebraLabels(pane).empty());
    EXPECT_TRUE(desk.document().views().overlay(Pane::Axial).position.starts_with("L")); // a disc has no body
    EXPECT_EQ(desk.window().findChild<QWidget*>(QStringLiteral("LevelsPanel"))->isVisible(),
              desk.document().levels().active());
}

TEST(MainWindow, AWeightingThatWasFoundWrongIsCorrectedByHandAndStaysSo) {
    WindowDesk desk;
    const auto axial = [&] {
        const auto& stacks = desk.document().images().stacks();
        return *std::ranges::find(stacks, geometry::Plane::Axial, &workspace::Stack::plane);
    };
    ASSERT_EQ(axial().weighting, Weighting::T2);
    const auto focusAxial = [&] {
        for (ui::PaneView* pane : desk.window().findChild<ui::Overview*>()->panes())
            if (pane->pane() == Pane::Axial) pane->setFocus();
    };
    focusAxial();
    const auto correctTo = [&](Qt::Key key) {
        desk.chair().pressAndAnswer<ui::WeightingDialog>(
            Qt::Key_W, Qt::ShiftModifier, [&](ui::WeightingDialog& dialog) {
                EXPECT_EQ(dialog.weighting(), axial().weighting) << "what it is now is chosen";
                QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
                EXPECT_TRUE(dialog.isVisible()) << "there is nothing to record yet";
                QTest::keyClick(dialog.focusWidget(), key);
                QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
            });
    };
    correctTo(Qt::Key_Down); // PD
    EXPECT_EQ(axial().weighting, Weighting::PD);
    EXPECT_EQ(axial().title, "Ax PD");
    const auto& row = desk.workspace().worklist()[*desk.workspace().currentRow()];
    EXPECT_NE(row.series.find("Ax PD"), std::string::npos) << row.series;
    EXPECT_TRUE(desk.chair().message().contains(QStringLiteral("is PD now; it was T2")));
    EXPECT_TRUE(desk.chair().message().contains(QStringLiteral("Shift+W")));
    desk.restart();
    EXPECT_EQ(axial().weighting, Weighting::PD);
    focusAxial();
    correctTo(Qt::Key_Up);
    EXPECT_EQ(axial().title, "Ax T2");
}

TEST(MainWindow, TheCheckOfInvertGreyIsThatOfThePictureThatHasTheKeys) {
    WindowDesk desk;
    const auto panes = desk.window().overview().panes();
    const auto* invert = desk.window().actions().action(ActionId::InvertGrey);
    const auto inverted = [&](std::size_t i) {
        return desk.document().views().pane(panes[i]->pane()).inverted;
    };
    panes[0]->setFocus();
    desk.press(Qt::Key_I);
    EXPECT_TRUE(inverted(0));
    EXPECT_TRUE(invert->isChecked());
    desk.press(Qt::Key_Tab);
    ASSERT_TRUE(panes[1]->hasFocus());
    EXPECT_FALSE(invert->isChecked());
    desk.press(Qt::Key_I);
    EXPECT_TRUE(inverted(1)) << "the first press inverts";
    EXPECT_TRUE(invert->isChecked());
    desk.press(Qt::Key_I);
    panes[0]->setFocus();
    EXPECT_TRUE(invert->isChecked());
}

TEST(MainWindow, ASentenceTooLongForTheFootIsSetInTwoLines) {
    const QString brief = QStringLiteral("Click along the border.");
    EXPECT_EQ(ui::footLines(brief, 1250), QStringList(brief));
    QString words = QStringLiteral("Round pilot is closed.");
    while (words.size() < 300)
        words += QStringLiteral(" Its packets can still be collected.");
    const QStringList two = ui::footLines(words, 1250);
    ASSERT_EQ(two.size(), 2);
    EXPECT_EQ(two.join(QLatin1Char(' ')), words) << "nothing is cut, no word divided";
    const QStringList cut = ui::footLines(words + words + words, 1250);
    ASSERT_EQ(cut.size(), 2);
    EXPECT_TRUE(cut[1].endsWith(QStringLiteral("…")));
}

TEST(MainWindow, NothingCanBeMeasuredBeforeLevelsAreConfirmedAndItSaysSo) {
    WindowDesk desk;
    auto* grid = desk.window().side().grid();
    QTest::mouseClick(grid->button(anatomy::Cell::canal(anatomy::Level::L4_L5)), Qt::LeftButton);
    EXPECT_FALSE(desk.document().reading().currentCell());
    EXPECT_FALSE(desk.window().findChild<ui::HintBar*>()->message().isEmpty());
}

TEST(MainWindow, StrokesThatWaitAreSaidAndStoredByThemselves) {
    WindowDesk desk;
    desk.clickLevels();
    desk.goTo(4, Qt::Key_Q);
    const auto* banner = desk.window().findChild<ui::Banner*>();
    const auto waiting = [&] { return desk.document().record().saveState().waiting; };
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit none = before;
    none.rlim_cur = 0; // as on a full disk
    setrlimit(RLIMIT_FSIZE, &none);
    desk.clickRing(4, 60);
    const auto waited = waiting();
    const bool said = banner->isVisible();
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_GT(waited, 0U);
    EXPECT_TRUE(said);
    EXPECT_TRUE(waitFor([&] { return waiting() == 0; }, 5000)) << "nobody pressed a key";
    EXPECT_FALSE(banner->isVisible());
}

TEST(MainWindow, AClickOnACellOpensTheLargeWorkPane) {
    WindowDesk desk;
    desk.clickLevels();
    auto* grid = desk.window().side().grid();
    const auto cell = anatomy::Cell::foramen(anatomy::Level::L3_L4, anatomy::Side::L);
    QTest::mouseClick(grid->button(cell), Qt::LeftButton);
    ASSERT_EQ(desk.document().reading().currentCell(), cell);
    EXPECT_TRUE(desk.work().isVisible());
    const double across = std::min(desk.work().width(), desk.work().height()) / desk.work().mapping().scale();
    EXPECT_GT(across, 45.0);
    EXPECT_LT(across, 80.0);
    desk.press(Qt::Key_O);
    EXPECT_TRUE(desk.window().overview().isVisible());
}

TEST(MainWindow, DoubleClickEnlargesAPaneAndBringsTheOthersBack) {
    WindowDesk desk;
    auto panes = desk.window().overview().panes();
    const int before = panes[1]->width();
    QTest::mouseDClick(panes[1], Qt::LeftButton);
    QCoreApplication::processEvents();
    EXPECT_FALSE(panes[0]->isVisible());
    EXPECT_GT(panes[1]->width(), 3 * before / 2);
    QTest::mouseDClick(panes[1], Qt::LeftButton);
    QCoreApplication::processEvents();
    EXPECT_TRUE(panes[0]->isVisible());
}

TEST(MainWindow, FitsASmallScreenAtTwiceTheSize) {
    WindowDesk desk;
    desk.clickLevels();
    desk.window().resize(800, 500); // 1600x1000 at 200 %
    QCoreApplication::processEvents();
    desk.goTo(4, Qt::Key_Q);
    QCoreApplication::processEvents();
    EXPECT_EQ(desk.window().width(), 800);
    desk.press(Qt::Key_B); // with the size of the brush in the tool bar
    QCoreApplication::processEvents();
    EXPECT_LE(desk.window().layout()->minimumSize().width(), 800);
    EXPECT_LE(desk.window().layout()->minimumSize().height(), 500);
    EXPECT_LE(desk.window().side().geometry().right(), 800);
    EXPECT_GT(desk.work().width(), 200);
    auto* worklist = desk.window().findChild<ui::WorklistPanel*>();
    EXPECT_LT(worklist->width(), 60);
    desk.press(Qt::Key_F9);
    EXPECT_GT(worklist->width(), 100) << "it comes when asked for";
}

TEST(MainWindow, TheWheelMovesOnePaneAndItsReferenceLineInTheOthers) {
    WindowDesk desk;
    auto panes = desk.window().overview().panes();
    const auto before = desk.document().views().pane(Pane::Axial).position;
    const auto linesBefore = desk.document().views().referenceLines(Pane::SagittalT2);
    const QPointF at(100, 100);
    QWheelEvent event(at, panes[2]->mapToGlobal(at), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(panes[2], &event);
    EXPECT_EQ(desk.document().views().pane(Pane::Axial).position, before + 1);
    const auto lines = desk.document().views().referenceLines(Pane::SagittalT2);
    ASSERT_FALSE(lines.empty());
    EXPECT_TRUE(lines.size() != linesBefore.size() || lines.front().from != linesBefore.front().from ||
                lines.back().from != linesBefore.back().from);
}

TEST(MainWindow, ARemappedKeyActsAndTheOldOneNoLonger) {
    WindowDesk desk;
    desk.clickLevels();
    desk.goTo(4, Qt::Key_Q);
    auto preferences = desk.workspace().preferences();
    ASSERT_TRUE(preferences.bindings.setKeys(ActionId::Brush, {"Ctrl+B"}));
    desk.workspace().setPreferences(preferences);
    desk.press(Qt::Key_B);
    EXPECT_NE(desk.document().editor().tool(), tools::ToolKind::Brush);
    desk.press(Qt::Key_B, Qt::ControlModifier);
    EXPECT_EQ(desk.document().editor().tool(), tools::ToolKind::Brush);
    EXPECT_EQ(desk.window().actions().keyText(ActionId::Brush), QStringLiteral("Ctrl+B"));
}

TEST(MainWindow, AKeyIsFoundByItsNameAndChangedByReturn) {
    WindowDesk desk;
    desk.chair().pressAndAnswer<ui::PreferencesDialog>(
        Qt::Key_Comma, Qt::ControlModifier, [&](ui::PreferencesDialog& dialog) {
            auto* tabs = dialog.findChild<QTabWidget*>();
            QTest::keyClick(tabs, Qt::Key_Tab, Qt::ControlModifier);
            QTest::keyClicks(tabs->currentWidget()->findChild<QLineEdit*>(), QStringLiteral("brush"));
            auto* table = dialog.findChild<QTableView*>(QStringLiteral("KeysTable"));
            table->setCurrentIndex(table->model()->index(0, 0));
            QTest::keyClick(table, Qt::Key_Return);
            auto* editor = table->findChild<QKeySequenceEdit*>();
            ASSERT_NE(editor, nullptr);
            QTest::keyClick(editor, Qt::Key_B, Qt::ControlModifier);
            EXPECT_TRUE(dialog.isVisible()) << "Return is the line's, not the dialog's";
            ASSERT_TRUE(waitFor(
                [&] {
                    return dialog.preferences().bindings.keys(ActionId::Brush) ==
                           std::vector<std::string>{"Ctrl+B"};
                },
                3000));
            dialog.accept();
        });
    EXPECT_EQ(desk.window().actions().keyText(ActionId::Brush), QStringLiteral("Ctrl+B"));
}

TEST(MainWindow, EscLeavesTheFieldOfAKeyAndTheKeyAsItWas) {
    WindowDesk desk;
    desk.chair().pressAndAnswer<ui::PreferencesDialog>(
        Qt::Key_Comma, Qt::ControlModifier, [&](ui::PreferencesDialog& dialog) {
            dialog.findChild<QTabWidget*>()->setCurrentIndex(1);
            auto* table = dialog.findChild<QTableView*>(QStringLiteral("KeysTable"));
            const auto before = dialog.preferences().bindings;
            table->setFocus();
            table->setCurrentIndex(table->model()->index(3, 0));
            QTest::keyClick(table, Qt::Key_Return);
            QPointer<QKeySequenceEdit> editor = table->findChild<QKeySequenceEdit*>();
            ASSERT_NE(editor, nullptr);
            QTest::keyClick(editor, Qt::Key_X, Qt::AltModifier); // taken a second later
            QTest::keyClick(editor, Qt::Key_Escape);
            EXPECT_TRUE(waitFor([&] { return !editor || !editor->isVisible(); }, 300)) << "at once";
            QTest::qWait(1200);
            EXPECT_EQ(dialog.preferences().bindings, before);
            EXPECT_TRUE(dialog.isVisible()) << "Esc was the field's, not the dialog's";
            dialog.reject();
        });
}

TEST(MainWindow, ReturnCanBeMadeAKey) {
    WindowDesk desk;
    desk.chair().pressAndAnswer<ui::PreferencesDialog>(
        Qt::Key_Comma, Qt::ControlModifier, [&](ui::PreferencesDialog& dialog) {
            auto* tabs = dialog.findChild<QTabWidget*>();
            tabs->setCurrentIndex(1);
            QTest::keyClicks(tabs->currentWidget()->findChild<QLineEdit*>(), QStringLiteral("sculpt"));
            auto* table = dialog.findChild<QTableView*>(QStringLiteral("KeysTable"));
            table->setCurrentIndex(table->model()->index(0, 0));
            QTest::keyClick(table, Qt::Key_Return);
            QTest::keyClick(table->findChild<QKeySequenceEdit*>(), Qt::Key_Return, Qt::AltModifier);
            EXPECT_TRUE(waitFor(
                [&] {
                    return dialog.preferences().bindings.keys(ActionId::Sculpt) ==
                           std::vector<std::string>{"Alt+Return"};
                },
                3000));
            dialog.reject();
        });
}

TEST(MainWindow, WhatIsOfRoundsStandsDisabledAndSaysWhyWhereAStudyIsReadInNone) {
    WindowDesk desk;
    for (const auto id :
         {ActionId::FlagCase, ActionId::Difficulty1, ActionId::CommentCase, ActionId::FinishCase}) {
        const QAction* action = desk.window().actions().action(id);
        EXPECT_FALSE(action->isEnabled()) << action->text().toStdString();
        EXPECT_TRUE(action->toolTip().contains(QStringLiteral("cases of a round")));
    }
    desk.press(Qt::Key_1, Qt::ControlModifier);
    EXPECT_TRUE(desk.chair().message().contains(QStringLiteral("cases of a round")))
        << "its key says it, too";
    desk.press(Qt::Key_B);
    EXPECT_TRUE(desk.chair().message().isEmpty()) << "until something else is done";
}

TEST(MainWindow, RemappedKeysAndThemeSurviveARestart) {
    WindowDesk desk;
    auto preferences = desk.workspace().preferences();
    ASSERT_TRUE(preferences.bindings.setKeys(ActionId::Brush, {"Ctrl+B"}));
    preferences.theme = workspace::Theme::Light;
    desk.workspace().setPreferences(preferences);
    EXPECT_FALSE(ui::theme().dark);
    desk.restart();
    EXPECT_EQ(desk.window().actions().keyText(ActionId::Brush), QStringLiteral("Ctrl+B"));
    EXPECT_FALSE(ui::theme().dark);
    ui::applyTheme(ui::Theme::darkTheme());
}

TEST(MainWindow, F1ShowsTheKeysInForce) {
    WindowDesk desk;
    desk.press(Qt::Key_F1);
    auto* sheet = desk.window().findChild<QDialog*>(QStringLiteral("CheatSheet"));
    ASSERT_NE(sheet, nullptr);
    QString spoken;
    for (const QWidget* group : sheet->findChildren<QWidget*>())
        spoken += group->accessibleName() + QLatin1Char('\n');
    for (const auto& row : workspace::actions())
        if (!row.room || row.room == workspace::Room::Read) {
            EXPECT_TRUE(spoken.contains(ui::qstring(row.title))) << row.title;
        }
    sheet->close();
}

TEST(MainWindow, TheStoredChipTellsOfEveryStroke) {
    WindowDesk desk;
    auto* chip = desk.window().findChild<ui::Chip*>(QStringLiteral("StoredChip"));
    desk.clickLevels();
    desk.goTo(4, Qt::Key_Q);
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    EXPECT_EQ(chip->tone(), ui::Chip::Tone::Good);
    EXPECT_TRUE(chip->text().contains(QStringLiteral("stored"))) << chip->text().toStdString();
}

TEST(MainWindow, DroppedFilesAreImportedAndRefusedOnesListed) {
    WindowDesk desk;
    const auto bad = desk.folder() / "letter.dcm";
    std::ofstream(bad) << "this is no image";
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(bad.string()))});
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&desk.window(), &enter);
    ASSERT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&desk.window(), &drop);
    ASSERT_TRUE(waitFor([&] {
        return desk.workspace().lastImport().has_value() && !desk.workspace().jobs().busy();
    })) << desk.window().findChild<ui::HintBar*>()->message().toStdString();
    ASSERT_TRUE(waitFor(
        [&] { return desk.window().findChild<QDialog*>(QStringLiteral("ImportReport")) != nullptr; }, 3000));
    desk.window().findChild<QDialog*>(QStringLiteral("ImportReport"))->close();
    ASSERT_TRUE(waitFor([&] { return !desk.window().findChild<QDialog*>(QStringLiteral("ImportReport")); }));
    desk.workspace().jobs().start(workspace::JobKind::Comparison, "Something else",
                                  [](const Watch&) { return Result<std::string>("Done."); });
    ASSERT_TRUE(waitFor([&] { return !desk.workspace().jobs().busy(); }));
    EXPECT_FALSE(waitFor(
        [&] { return desk.window().findChild<QDialog*>(QStringLiteral("ImportReport")) != nullptr; }, 300))
        << "told of once";
}

TEST(MainWindow, AnImportIsHeadedByWhatItBroughtAndOtherFilesTakeOneLine) {
    workspace::Workspace::ImportSummary summary;
    summary.studies = 3;
    summary.series = 4;
    summary.images = 40;
    summary.refused = {"/cd/IM1 is cut off."};
    summary.notDicom = {"/cd/LICENSE.txt", "/cd/viewer.exe"};
    const ui::ImportReport report(summary, nullptr);
    QStringList texts;
    for (const QLabel* label : report.findChildren<QLabel*>())
        texts << label->text();
    EXPECT_EQ(texts.value(0), QStringLiteral("3 studies added"));
    const QString list = report.findChild<QPlainTextEdit*>()->toPlainText();
    EXPECT_TRUE(list.endsWith(QStringLiteral("No DICOM (2): LICENSE.txt, viewer.exe"))) << list.toStdString();
    EXPECT_EQ(list.count(QLatin1Char('\n')), 1);
}

TEST(MainWindow, FilesThatWereRefusedForOneReasonShareALine) {
    workspace::Workspace::ImportSummary summary;
    summary.refused = {"/cd/a/IM1 cannot be used: it is cut off.",
                       "/cd/b/IM2 cannot be used: it is no MR image: its modality is CT.",
                       "/cd/b/IM3 cannot be used: it is no MR image: its modality is CT."};
    for (char file = 'a'; file < 'k'; ++file)
        summary.refused.push_back(std::string("/cd/c/") + file + " cannot be used: it has no pixels.");
    const ui::ImportReport report(summary, nullptr);
    EXPECT_EQ(report.findChild<QPlainTextEdit*>()->toPlainText().split(QLatin1Char('\n')),
              QStringList({QStringLiteral("It has no pixels (10): c/a, c/b, c/c, c/d, c/e, c/f, and 4 more"),
                           QStringLiteral("It is no MR image: its modality is CT (2): b/IM2, b/IM3"),
                           QStringLiteral("a/IM1 cannot be used: it is cut off.")}));
}

TEST(MainWindow, TheNumberOfTheCaseIsWhatANarrowChipKeeps) {
    WindowDesk desk;
    const auto* chip = desk.window().findChild<ui::Chip*>(QStringLiteral("CaseChip"));
    EXPECT_TRUE(chip->text().startsWith(QStringLiteral("Case 1 of 1 · "))) << chip->text().toStdString();
}

TEST(MainWindow, AnExportOfContoursSaysWhatItWroteAndWhere) {
    WindowDesk desk;
    const QString file = QString::fromStdString((desk.folder() / "mine.json").string());
    desk.chair().pressAndAnswer<QFileDialog>(Qt::Key_E, Qt::ControlModifier, [&](QFileDialog& dialog) {
        auto* name = dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setText(file);
        QTest::keyClick(name, Qt::Key_Return);
    });
    EXPECT_TRUE(QFile::exists(file));
    EXPECT_EQ(desk.chair().message(), QStringLiteral("0 contours written to %1.").arg(file));
}

TEST(MainWindow, AProposalNeitherHidesAnImportNorCountsAsOne) {
    WindowDesk desk;
    auto& jobs = desk.workspace().jobs();
    const auto waits = [](const Watch& watch) -> Result<std::string> {
        while (!watch.cancelled())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return fail(ErrorCode::Cancelled, "Stopped.");
    };
    const auto shown = [&] {
        QStringList texts;
        for (const QLabel* label : desk.window().findChildren<QLabel*>())
            if (label->isVisible()) texts << label->text();
        return texts;
    };
    auto* cancel = desk.window().findChild<QPushButton*>(QStringLiteral("CancelImport"));
    const QString importing = QStringLiteral("Importing a folder"), proposing = QStringLiteral("Proposing");
    jobs.start(workspace::JobKind::Import, importing.toStdString(), waits);
    jobs.start(workspace::JobKind::Proposal, proposing.toStdString(), waits);
    EXPECT_TRUE(shown().contains(importing)) << "what the person asked for comes first";
    QTest::mouseClick(cancel, Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return !jobs.busy(workspace::JobKind::Import); }));
    EXPECT_TRUE(jobs.busy(workspace::JobKind::Proposal)) << "only what is shown is cancelled";
    EXPECT_TRUE(shown().contains(proposing));
    desk.window().findChild<ui::HintBar*>()->clearMessage();
    desk.workspace().closeStudy();
    EXPECT_FALSE(shown().contains(QStringLiteral("Importing…"))) << "nothing is imported";
    QTest::mouseClick(cancel, Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return !jobs.busy(); }));
    EXPECT_FALSE(cancel->isVisible());
    EXPECT_TRUE(desk.window().findChild<ui::HintBar*>()->message().isEmpty());
}

TEST(MainWindow, AnEmptyStoreSaysWhatToDoNext) {
    const TemporaryFolder folder;
    auto opened = workspace::Workspace::open({.store = folder.path() / "new.sqlite",
                                              .rater = "r1",
                                              .configFolder = folder.path(),
                                              .scanProgram = FORAMETER_CLI,
                                              .post = ui::guiPost()});
    ASSERT_TRUE(opened) << opened.error().message;
    ui::MainWindow window(**opened);
    window.show();
    QStringList texts;
    for (const QLabel* label : window.findChildren<QLabel*>())
        if (label->isVisible()) texts << label->text();
    EXPECT_TRUE(texts.join(QLatin1Char('\n')).contains(QStringLiteral("No studies yet")))
        << texts.join(QLatin1Char('\n')).toStdString();
}

TEST(MainWindow, WithNothingLeftTheNextOpenCaseSaysWhatIsTrue) {
    WindowDesk desk;
    desk.clickLevels();
    for (const auto& cell : desk.document().reading().cells()) {
        ASSERT_TRUE(desk.document().reading().markNotAssessable(cell, "Metal artefact"));
    }
    const auto says = [&] { return desk.window().findChild<ui::HintBar*>()->message().toStdString(); };
    desk.press(Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(says(), "This is the only study of the worklist.");
    desk.workspace().closeStudy();
    desk.press(Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(says(), "Every study of the worklist is fully read.");
}

TEST(MainWindow, LabelsTakeForeignTextAsPlainText) {
    WindowDesk desk;
    for (const QLabel* label : desk.window().findChildren<QLabel*>()) {
        if (label->text().isEmpty()) continue;
        EXPECT_EQ(label->textFormat(), Qt::PlainText) << label->text().toStdString();
    }
}

TEST(MainWindow, WindowDragIsRememberedForTheWeighting) {
    WindowDesk desk;
    auto panes = desk.window().overview().panes();
    const auto before = desk.document().views().pane(Pane::SagittalT1).window;
    QTest::mousePress(panes[0], Qt::LeftButton, Qt::NoModifier, {100, 100});
    QMouseEvent move(QEvent::MouseMove, QPointF(180, 120), panes[0]->mapToGlobal(QPointF(180, 120)),
                     Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(panes[0], &move);
    QTest::mouseRelease(panes[0], Qt::LeftButton, Qt::NoModifier, {180, 120});
    const auto after = desk.document().views().pane(Pane::SagittalT1).window;
    ASSERT_NE(after, before);
    desk.restart();
    const auto again = desk.document().views().pane(Pane::SagittalT1).window;
    ASSERT_TRUE(again && after);
    EXPECT_NEAR(again->width, after->width, 0.02 * after->width);
}

TEST(MainWindow, AStudyWhoseFilesAreGoneAsksForNoMarksAndSaysWhatToDo) {
    WindowDesk desk;
    desk.close();
    const std::filesystem::path away = madeStudy().parent_path() / "away";
    std::filesystem::rename(madeStudy(), away);
    desk.restart();
    std::filesystem::rename(away, madeStudy()); // other tests read it
    EXPECT_FALSE(desk.document().levels().active());
    const QString banner = desk.window().findChild<ui::Banner*>()->text();
    EXPECT_TRUE(banner.contains(QStringLiteral("import the study again"))) << banner.toStdString();
    EXPECT_EQ(desk.window().findChild<ui::HintBar*>()->sentence(),
              QStringLiteral("Nothing of this study can be measured."));
    desk.press(Qt::Key_F2);
    EXPECT_FALSE(desk.document().levels().active());
    EXPECT_EQ(desk.chair().message(), banner);
}

TEST(MainWindow, AWarningGoesWithWhatIsDoneNext) {
    WindowDesk desk;
    desk.clickLevels();
    desk.press(Qt::Key_Z);
    ASSERT_EQ(desk.chair().message(), QStringLiteral("Choose a cell of the level grid first."));
    desk.goTo(4, Qt::Key_Q);
    EXPECT_EQ(desk.chair().message(), QString());
    desk.press(Qt::Key_O);
    desk.press(Qt::Key_X, Qt::ShiftModifier); // nothing is offered
    ASSERT_FALSE(desk.chair().message().isEmpty());
    QTest::mouseClick(
        desk.window().side().grid()->button(anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R)),
        Qt::LeftButton);
    EXPECT_EQ(desk.chair().message(), QString());
}

} // namespace
} // namespace forameter::testing
