// SPDX-License-Identifier: Apache-2.0
// The Study room, driven as a person would: real keys, real mouse.
#include "study_room.hpp"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QTest>
#include <fstream>
#include <iterator>

#include "../store/read_round.hpp"
#include "forameter/ui/main_window.hpp"
#include "progress_panel.hpp"
#include "review_room.hpp"
#include "study_pages.hpp"
#include "study_plot_view.hpp"
#include "study_table_model.hpp"
#include "window_desk.hpp"

namespace forameter::testing {
namespace {

using namespace store;
using workspace::Room;

/// A round of two raters on three studies, read by both; `r2` draws larger.
class StudyRoomTest : public ::testing::Test {
protected:
    static void check(const auto& result) { ASSERT_TRUE(result) << result.error().message; }
    void SetUp() override { m_store.emplace(readRound(m_folder.path() / "store.sqlite")); }
    void openRound() { check(RoundRepository(*m_store).open("pilot")); }
    void sitDown(const char* who) {
        m_chair.reset();
        m_chair.emplace(m_store->path(), who);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        m_chair->press(key, modifiers);
    }
    ui::MainWindow& window() { return *m_chair->window; }
    ui::StudyRoom& room() { return *window().findChild<ui::StudyRoom*>(); }
    /// Of the room: the Manage room has a panel of progress, too.
    template <class Widget>
    Widget* child(const char* name) {
        return room().findChild<Widget*>(QString::fromLatin1(name));
    }
    QPushButton* tab() { return window().findChild<QPushButton*>(QStringLiteral("RoomStudy")); }
    QString status() { return child<QLabel>("StudyStatus")->text(); }
    void enterAndCompute() {
        press(Qt::Key_3, Qt::AltModifier);
        press(Qt::Key_F5);
        ASSERT_TRUE(waitFor([this] { return !room().busy(); }));
    }

    TemporaryFolder m_folder;
    std::optional<Store> m_store;
    std::optional<Chair> m_chair;
};

TEST_F(StudyRoomTest, IsForThoseWhoMayReadOthersAndForNoRater) {
    sitDown("r1");
    EXPECT_EQ(tab(), nullptr);
    press(Qt::Key_3, Qt::AltModifier);
    EXPECT_EQ(window().room(), Room::Read);
    sitDown("res");
    ASSERT_NE(tab(), nullptr);
    QTest::mouseClick(tab(), Qt::LeftButton);
    EXPECT_EQ(window().room(), Room::Study);
}

TEST_F(StudyRoomTest, ShowsProgressButNoAgreementBeforeTheRoundIsOpened) {
    sitDown("res");
    enterAndCompute();
    EXPECT_EQ(room().report(), nullptr);
    EXPECT_TRUE(status().contains(QStringLiteral("blinded"))) << status().toStdString();
    EXPECT_FALSE(child<QPushButton>("StudyPdf")->isEnabled());
    EXPECT_TRUE(child<QLabel>("ProgressSummary")->text().startsWith(QStringLiteral("6 of 6 cases read")));
    EXPECT_TRUE(room().pages()->currentWidget()->isAncestorOf(child<QWidget>("ProgressPanel")));
}

TEST_F(StudyRoomTest, WorksTheAgreementOutByOneKeyAndShowsPlotsAboveTables) {
    openRound();
    sitDown("res");
    enterAndCompute();
    ASSERT_NE(room().report(), nullptr) << status().toStdString();
    EXPECT_EQ(room().report()->summary.cases.size(), 3u);
    EXPECT_EQ(room().pages()->currentIndex(), 0) << "what was asked for";
    child<QComboBox>("StudyRound")->setFocus();
    press(Qt::Key_Tab, Qt::ControlModifier);
    EXPECT_EQ(room().pages()->currentIndex(), 1);
    press(Qt::Key_Tab, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(room().pages()->currentIndex(), 0);
    auto* table = child<QTableView>("Table-reliability");
    ASSERT_NE(table, nullptr);
    EXPECT_TRUE(table->isVisible());
    EXPECT_GE(table->model()->rowCount(), 1);
    bool forest = false;
    for (const auto* view : room().findChildren<ui::PlotView*>())
        if (view->isVisible() && view->plot() && view->plot()->title().starts_with("Reliability")) {
            forest = true;
            EXPECT_GT(view->width(), 300);
            EXPECT_EQ(view->height() >= view->heightForWidth(view->width()) - 2, true);
            EXPECT_FALSE(view->accessibleDescription().isEmpty());
        }
    EXPECT_TRUE(forest);
    // Names are hidden unless they are asked for.
    EXPECT_EQ(child<QComboBox>("StudyPair")->itemText(0), QStringLiteral("A and B"));
}

TEST_F(StudyRoomTest, ShowsEveryColumnInASmallWindowAndScrollsDownwardsAlone) {
    openRound();
    sitDown("res");
    enterAndCompute();
    window().resize(1280, 800);
    for (int page = 0; page + 1 < room().pages()->count(); ++page) {
        room().pages()->setCurrentIndex(page);
        QTest::qWait(50);
        auto* scroll = qobject_cast<QScrollArea*>(room().pages()->currentWidget());
        ASSERT_NE(scroll, nullptr);
        EXPECT_EQ(scroll->horizontalScrollBar()->maximum(), 0) << "page " << page;
        for (auto* table : scroll->findChildren<QTableView*>()) {
            EXPECT_EQ(table->verticalScrollBar()->maximum(), 0) << table->objectName().toStdString();
            EXPECT_EQ(table->horizontalScrollBar()->maximum(), 0) << table->objectName().toStdString();
        }
    }
}

TEST_F(StudyRoomTest, ARoundThatRunsIsNamedWhereItHidesAnOpenedOne) {
    openRound();
    check(RaterRepository(*m_store).add(RaterId("rev"), Role::Reviewer));
    RoundPlan plan = RoundRepository(*m_store).find("pilot")->plan;
    plan.name = "second";
    check(RoundRepository(*m_store).create(plan));
    sitDown("res");
    enterAndCompute();
    EXPECT_EQ(room().report(), nullptr);
    EXPECT_TRUE(status().startsWith(QStringLiteral("Round second is still running")))
        << status().toStdString();
    sitDown("rev");
    press(Qt::Key_2, Qt::AltModifier);
    const auto* review = window().findChild<ui::ReviewRoom*>();
    ASSERT_TRUE(review->session());
    using Lack = workspace::ReviewSession::Lack;
    EXPECT_TRUE(waitFor([&] { return review->session()->lack() == Lack::Hidden; }));
    EXPECT_EQ(review->session()->hiding(), "Round second is still running");
}

TEST_F(StudyRoomTest, RatersAreChosenByKeyboardAndTwoAreNeeded) {
    openRound();
    sitDown("res");
    press(Qt::Key_3, Qt::AltModifier);
    auto* raters = child<QListWidget>("StudyRaters");
    ASSERT_EQ(raters->count(), 2);
    raters->setFocus();
    raters->setCurrentRow(0);
    press(Qt::Key_Space);
    EXPECT_EQ(raters->item(0)->checkState(), Qt::Unchecked);
    press(Qt::Key_F5);
    EXPECT_FALSE(room().busy());
    EXPECT_TRUE(status().contains(QStringLiteral("at least two raters"))) << status().toStdString();
}

TEST_F(StudyRoomTest, FiltersByLevelAndForgetsTheReportOfAnotherRound) {
    openRound();
    sitDown("res");
    enterAndCompute();
    ASSERT_NE(room().report(), nullptr);
    auto* level = child<QComboBox>("StudyLevel");
    EXPECT_EQ(level->count(), 2) << "all levels and L4-L5";
    level->setFocus();
    press(Qt::Key_Down);
    EXPECT_EQ(level->currentText(), QStringLiteral("L4–L5"));
    const auto* model = child<QTableView>("Table-reliability")->model();
    int ofLevel = 0; // rows over all levels stay for comparison
    for (int row = 0; row < model->rowCount(); ++row) {
        const QString cell = model->index(row, 0).data().toString(); // or "Foramina", a heading
        ofLevel += cell.startsWith(QStringLiteral("L4–L5"));
        EXPECT_TRUE(cell.startsWith(QStringLiteral("L4–L5")) || !cell.startsWith(QLatin1Char('L')))
            << cell.toStdString();
    }
    EXPECT_GT(ofLevel, 0);
    auto* round = child<QComboBox>("StudyRound");
    round->setCurrentIndex(round->count() - 1);
    EXPECT_EQ(room().report(), nullptr);
    EXPECT_FALSE(child<QPushButton>("StudyPdf")->isEnabled());
}

TEST_F(StudyRoomTest, NamesThatAreHiddenAreInNoExportEither) {
    openRound();
    sitDown("res");
    enterAndCompute();
    auto* names = child<QCheckBox>("StudyNames");
    const auto exported = [&] {
        EXPECT_TRUE(room().exportTo(m_folder.path() / "tables"));
        std::ifstream in(m_folder.path() / "tables/cases.csv");
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const auto* raters = child<QListWidget>("StudyRaters");
    EXPECT_EQ(raters->item(0)->text(), QStringLiteral("Rater 1")) << "beside letters no name may stand";
    names->setFocus();
    press(Qt::Key_Space);
    EXPECT_EQ(raters->item(0)->text(), QStringLiteral("r1"));
    EXPECT_EQ(child<QComboBox>("StudyPair")->itemText(0), QStringLiteral("r1 and r2")) << "at once";
    EXPECT_NE(exported().find(",r1,"), std::string::npos);
    press(Qt::Key_Space);
    EXPECT_EQ(child<QComboBox>("StudyPair")->itemText(0), QStringLiteral("A and B"));
    EXPECT_EQ(exported().find(",r1,"), std::string::npos);
}

TEST_F(StudyRoomTest, WhoComesNextFindsNothingThatWasShownBefore) {
    openRound();
    check(RaterRepository(*m_store).add(RaterId("other"), Role::Researcher));
    sitDown("res");
    enterAndCompute();
    child<QCheckBox>("StudyNames")->setChecked(true);
    ASSERT_NE(room().report(), nullptr);
    check(m_chair->workspace->setRater("other"));
    EXPECT_EQ(window().room(), Room::Study);
    EXPECT_EQ(room().report(), nullptr);
    EXPECT_FALSE(child<QCheckBox>("StudyNames")->isChecked());
    EXPECT_EQ(child<QComboBox>("StudyRound")->currentText(), QStringLiteral("pilot")) << "entered anew";
    press(Qt::Key_F5);
    check(m_chair->workspace->setRater("res")); // while that is being worked out
    ASSERT_TRUE(waitFor([this] { return !room().busy(); }));
    QTest::qWait(200);
    EXPECT_EQ(room().report(), nullptr);
}

TEST_F(StudyRoomTest, ExportsWhatItShows) {
    openRound();
    sitDown("res");
    EXPECT_FALSE(room().exportTo(m_folder.path() / "a.pdf")) << "nothing yet";
    enterAndCompute();
    for (const char* name : {"a.pdf", "a.html", "tables"}) {
        const auto done = room().exportTo(m_folder.path() / name);
        EXPECT_TRUE(done) << done.error().message;
        EXPECT_TRUE(std::filesystem::exists(m_folder.path() / name));
    }
    EXPECT_TRUE(std::filesystem::exists(m_folder.path() / "tables/cases.csv"));
}

TEST(StudyTableModel, FollowsTheRulesOfItemModels) {
    ui::StudyTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    report::Table table;
    table.columns = {{"a", "A"}, {"b", "B", 1, true}, {"b_low", ""}, {"b_high", ""}};
    table.rows = {{std::string("x"), 1.25, 1.0, 1.5}};
    model.setTable(table);
    EXPECT_EQ(model.columnCount(), 2);
    EXPECT_EQ(model.index(0, 1).data().toString(), QStringLiteral("1.2 [1.0, 1.5]"));
    table.rows = {{std::string("x"), 1.0}, {std::string("y"), 2.0}, {std::string("z"), 3.0}};
    for (auto& row : table.rows)
        row.resize(4);
    model.setTable(table, {"even", "odd", "even"});
    ASSERT_EQ(model.rowCount(), 5) << "two headings, three rows";
    for (const auto& [row, words] :
         {std::pair{0, "even"}, std::pair{1, "x"}, std::pair{2, "z"}, std::pair{3, "odd"}, std::pair{4, "y"}})
        EXPECT_EQ(model.index(row, 0).data().toString(), QLatin1String(words));
    EXPECT_TRUE(model.isHeading(3));
    model.setTable({});
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(ProgressPanel, SaysHowFarARoundIs) {
    ui::ProgressPanel panel(nullptr);
    auto* summary = panel.findChild<QLabel*>(QStringLiteral("ProgressSummary"));
    report::RoundProgress progress;
    progress.cases = 8;
    progress.done = 2;
    report::RoundProgress::PerRater rater;
    rater.rater = "r1";
    rater.cases = 8;
    rater.done = 2;
    progress.raters = {rater};
    panel.setProgress(progress);
    EXPECT_EQ(summary->text(), QStringLiteral("2 of 8 cases read, 25 %"));
    EXPECT_NE(panel.findChild<ui::PlotView*>(QStringLiteral("ProgressRaters"))->plot(), nullptr);
    panel.setNothing(QStringLiteral("Choose a round."));
    EXPECT_FALSE(panel.findChild<ui::PlotView*>(QStringLiteral("ProgressRaters"))->isVisibleTo(&panel));
}

} // namespace
} // namespace forameter::testing
