// SPDX-License-Identifier: Apache-2.0
// The Review room, driven as a person would: real keys, real mouse.
#include "review_room.hpp"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <gtest/gtest.h>

#include "action_map.hpp"
#include "empty_state.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/store/audit_log.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/ui/application.hpp"
#include "hint_bar.hpp"
#include "reason_dialog.hpp"
#include "review_fixture.hpp"
#include "review_list.hpp"
#include "review_panel.hpp"
#include "review_view.hpp"
#include "sign_in_guard.hpp"
#include "study_plot_view.hpp"
#include "window_desk.hpp"

namespace forameter::testing {
namespace {

using anatomy::Level;
using store::ReviewState;
using workspace::Room;

/// One person's window on a store.
struct Seat : Chair {
    Seat(const std::filesystem::path& store, const std::string& who, bool enter = true, bool signIn = false)
        : Chair(store, who, signIn) {
        if (!enter) return;
        press(Qt::Key_2, Qt::AltModifier);
        waitForCase();
    }
    void waitForCase() {
        if (!waitFor([this] { return room().session() && room().session()->complete() && desk(); }))
            throw std::runtime_error("no case was opened");
        if (!waitFor([this] { return view().volume() != nullptr; })) throw std::runtime_error("no picture");
    }
    /// Signs, with words; where the dialog wants more, goes back.
    void sign(const QString& words) {
        pressAndAnswer<ui::ReasonDialog>(Qt::Key_S, Qt::NoModifier, [&](ui::ReasonDialog& dialog) {
            auto* text = dialog.findChild<QPlainTextEdit*>();
            QTest::keyClicks(text, words);
            QTest::keyClick(text, Qt::Key_Return);
            if (dialog.isVisible()) dialog.reject();
        });
    }
    /// A case by its level.
    void go(Level level) {
        const auto entry =
            room().session()->find(kMadeStudy, anatomy::Cell::foramen(level, anatomy::Side::R));
        ASSERT_TRUE(entry);
        room().take(*entry);
        ASSERT_TRUE(waitFor([this] { return view().volume() != nullptr; }));
    }
    [[nodiscard]] QPoint at(geometry::PlanePoint p) { return view().mapping().toScreen(p).toPoint(); }
    void click(geometry::PlanePoint p) {
        QTest::mouseMove(&view(), at(p));
        QTest::mouseClick(&view(), Qt::LeftButton, Qt::NoModifier, at(p));
    }
    void drag(geometry::PlanePoint from, QPoint by) {
        QTest::mouseMove(&view(), at(from));
        QTest::mousePress(&view(), Qt::LeftButton, Qt::NoModifier, at(from));
        for (int i = 1; i <= 4; ++i)
            QTest::mouseMove(&view(), at(from) + by * i / 4);
        QTest::mouseRelease(&view(), Qt::LeftButton, Qt::NoModifier, at(from) + by);
    }
    [[nodiscard]] ui::ReviewRoom& room() { return *window->findChild<ui::ReviewRoom*>(); }
    [[nodiscard]] ui::ReviewView& view() { return *room().view(); }
    [[nodiscard]] workspace::ReviewDesk* desk() { return room().session()->desk(); }
};

/// A store with pictures in which four raters have drawn two foramina.
class ReviewHouse {
public:
    ReviewHouse() {
        m_desk.close();
        auto opened = store::Store::open(m_desk.store(), store::Actor::administrator());
        if (!opened) throw std::runtime_error(opened.error().message);
        m_store = std::make_unique<store::Store>(std::move(*opened));
        store::RaterRepository raters(*m_store);
        for (const char* name : {"anna", "bert", "cleo", "dora"})
            EXPECT_TRUE(raters.add(RaterId(name)));
        for (const char* name : {"rev", "second"})
            EXPECT_TRUE(raters.add(RaterId(name), store::Role::Reviewer));
    }
    /// To an administrator and both reviewers.
    void givePasswords() {
        ASSERT_TRUE(store::RaterRepository(*m_store).add(RaterId("boss"), store::Role::Administrator));
        ASSERT_TRUE(store::RaterRepository(*m_store).setPassword(RaterId("boss"), kPassword));
        auto opened = store::Store::open(path(), store::signIn(path(), RaterId("boss"), kPassword).value());
        ASSERT_TRUE(opened) << opened.error().message;
        *m_store = std::move(*opened);
        for (const char* name : {"rev", "second"})
            ASSERT_TRUE(store::RaterRepository(*m_store).setPassword(RaterId(name), kPassword));
    }
    void draw() {
        protocol::ReadContours document;
        for (const auto level : {Level::L3_L4, Level::L4_L5})
            for (const auto& [name, radius] :
                 {std::pair{"anna", 9.0}, std::pair{"bert", 9.3}, std::pair{"cleo", 9.5},
                  std::pair{"dora", level == Level::L4_L5 ? 12.0 : 9.8}}) {
                document.contours.push_back(
                    raterContour({.rater = name, .radius = radius, .level = level, .place = level},
                                 kMadeStudy, "1.2.840.1.1"));
                document.indices.push_back(document.indices.size());
            }
        const auto taken = store::ContourRepository(*m_store).import(document);
        ASSERT_TRUE(taken && taken->refused.empty()) << (taken ? taken->refused.front().error.message : "");
    }
    [[nodiscard]] std::filesystem::path path() const { return m_desk.store(); }
    [[nodiscard]] store::Store& store() { return *m_store; }
    [[nodiscard]] std::optional<store::Review> review(Level level) {
        return store::ReviewRepository(*m_store)
            .current(kMadeStudy, anatomy::Cell::foramen(level, anatomy::Side::R))
            .value();
    }

private:
    WindowDesk m_desk;
    std::unique_ptr<store::Store> m_store;
};

TEST(ReviewRoom, FromTheListToASignedConsensusByKeysAlone) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    EXPECT_EQ(seat.window->room(), Room::Review);
    ASSERT_EQ(seat.desk()->cell().level, Level::L4_L5) << "the most disagreed about comes first";
    seat.press(Qt::Key_Down);
    EXPECT_EQ(seat.desk()->cell().level, Level::L3_L4);
    seat.press(Qt::Key_Up);
    ASSERT_EQ(seat.desk()->cell().level, Level::L4_L5);
    seat.press(Qt::Key_1);
    EXPECT_EQ(seat.desk()->method(), protocol::ConsensusMethod::Majority);
    seat.press(Qt::Key_2);
    EXPECT_EQ(seat.desk()->method(), protocol::ConsensusMethod::Staple);
    seat.press(Qt::Key_A);
    ASSERT_TRUE(house.review(Level::L4_L5));
    EXPECT_EQ(house.review(Level::L4_L5)->state, ReviewState::Open);
    seat.sign(QString());
    ASSERT_EQ(house.review(Level::L4_L5)->state, ReviewState::Signed);
    EXPECT_EQ(house.review(Level::L4_L5)->reviewer, "rev");
    seat.press(Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(seat.desk()->cell().level, Level::L3_L4) << "the next that nobody has signed";
    seat.press(Qt::Key_3);
    seat.sign(QString());
    EXPECT_FALSE(house.review(Level::L3_L4)) << "another consensus than the proposed one needs a reason";
    seat.sign(QStringLiteral("Smoother at the pedicle."));
    ASSERT_TRUE(house.review(Level::L3_L4));
    EXPECT_EQ(house.review(Level::L3_L4)->reason, "Smoother at the pedicle.");
    seat.press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(house.review(Level::L3_L4)->state, ReviewState::Open) << "taken back, by appending";
    const auto list = seat.room().list()->list()->model();
    EXPECT_EQ(list->index(0, 0).data(ui::ReviewListModel::StateRole).toInt(),
              static_cast<int>(ReviewState::Signed));
}

TEST(ReviewRoom, AnArcIsTakenWithTwoClicksAndTakenBack) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto& desk = *seat.desk();
    std::size_t wide = 0;
    for (std::size_t i = 1; i < 4; ++i)
        if (desk.curves()[i].area > desk.curves()[wide].area) wide = i;
    const auto points = desk.curves()[wide].curve.points;
    const double before = desk.resultArea()->value();
    seat.press(Qt::Key_T);
    ASSERT_TRUE(desk.arc());
    seat.click(points[11]);
    ASSERT_TRUE(desk.arc());
    EXPECT_EQ(desk.arc()->rater, wide);
    seat.click(points[2]);
    ASSERT_FALSE(desk.arc()) << desk.arc()->problem;
    EXPECT_TRUE(desk.edited());
    EXPECT_GT(desk.resultArea()->value(), before + 5);
    const auto kept =
        store::ContourRepository(house.store()).current({.source = protocol::Source::Consensus});
    ASSERT_EQ(kept->size(), 1u);
    EXPECT_NEAR(kept->front().measurement->area.value(), desk.resultArea()->value(), 0.01);
    seat.press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_FALSE(desk.edited());
    EXPECT_NEAR(desk.resultArea()->value(), before, 1e-6);
}

TEST(ReviewRoom, AnArcIsTakenByKeysAlone) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto& desk = *seat.desk();
    seat.press(Qt::Key_T);
    ASSERT_TRUE(desk.arc() && desk.arc()->from && desk.arc()->to);
    const auto from = *desk.arc()->from, to = *desk.arc()->to;
    seat.press(Qt::Key_Left);
    EXPECT_NE(*desk.arc()->from, from);
    EXPECT_EQ(*desk.arc()->to, to);
    seat.press(Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_NE(*desk.arc()->to, to);
    for (int i = 0; i < 3 && desk.curves()[desk.arc()->rater].area.value() < 600; ++i)
        seat.press(Qt::Key_T); // until the widest rater is chosen
    const double before = desk.resultArea()->value();
    seat.press(Qt::Key_Return);
    EXPECT_FALSE(desk.arc());
    EXPECT_GT(desk.resultArea()->value(), before);
    seat.press(Qt::Key_T);
    seat.press(Qt::Key_Escape);
    EXPECT_FALSE(desk.arc());
}

TEST(ReviewRoom, WhereOneRaterIsAloneOnTheSliceHerContourIsTakenByKey) {
    ReviewHouse house;
    protocol::ReadContours document;
    for (const auto& drawn :
         {Drawn{.rater = "anna", .radius = 9.0}, Drawn{.rater = "bert", .radius = 9.0, .slice = 8}})
        document.contours.push_back(raterContour(drawn, kMadeStudy, "1.2.840.1.1"));
    document.indices = {0, 1};
    ASSERT_TRUE(store::ContourRepository(house.store()).import(document));
    Seat seat(house.path(), "rev");
    auto& desk = *seat.desk();
    ASSERT_FALSE(desk.result());
    seat.press(Qt::Key_T);
    EXPECT_TRUE(seat.message().contains("whole contour")) << seat.message().toStdString();
    seat.press(Qt::Key_S); // no dialog: nothing to sign
    EXPECT_TRUE(seat.message().contains("no consensus")) << seat.message().toStdString();
    seat.press(Qt::Key_T, Qt::ShiftModifier);
    ASSERT_TRUE(desk.edited()) << seat.message().toStdString();
    EXPECT_NEAR(desk.resultArea()->value(), desk.curves()[0].area.value(), 1.0);
    seat.sign(QStringLiteral("The other slice misses the pedicle."));
    EXPECT_EQ(house.review(Level::L4_L5)->state, ReviewState::Signed);
}

TEST(ReviewRoom, ThePlotOfAgreementFollowsTheThemeAtOnce) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto* plot = seat.room().panel()->findChild<ui::PlotView*>();
    ASSERT_TRUE(plot && plot->isVisible());
    const auto before = seat.workspace->preferences();
    auto light = before;
    light.theme = workspace::Theme::Light;
    seat.workspace->setPreferences(light);
    QCoreApplication::processEvents();
    const QImage atOnce = plot->grab().toImage();
    seat.press(Qt::Key_Down);
    seat.press(Qt::Key_Up);
    EXPECT_EQ(atOnce, plot->grab().toImage());
    seat.workspace->setPreferences(before);
}

TEST(ReviewRoom, PointsOfTheResultAreDraggedAndTheRatersStayAsTheyAre) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto& desk = *seat.desk();
    const auto ratersBefore = desk.curves()[0].curve;
    seat.press(Qt::Key_V);
    ASSERT_EQ(desk.tool(), tools::ToolKind::Vertex);
    const auto handles = desk.preview().handles;
    ASSERT_FALSE(handles.empty());
    const double before = desk.resultArea()->value();
    seat.drag(handles.front().at, {24, 0});
    EXPECT_TRUE(desk.edited()) << seat.message().toStdString();
    EXPECT_GT(std::abs(desk.resultArea()->value() - before), 1.0);
    EXPECT_EQ(desk.curves()[0].curve, ratersBefore);
    seat.press(Qt::Key_U);
    EXPECT_EQ(desk.tool(), tools::ToolKind::Sculpt);
    seat.press(Qt::Key_Escape);
    EXPECT_FALSE(desk.tool());
    seat.sign(QStringLiteral("The ligament does not belong to it."));
    ASSERT_TRUE(house.review(Level::L4_L5));
    EXPECT_TRUE(house.review(Level::L4_L5)->accepted->version);
}

TEST(ReviewRoom, ADoubleClickSmoothsTheWholeResult) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto& desk = *seat.desk();
    seat.press(Qt::Key_M);
    ASSERT_EQ(desk.tool(), tools::ToolKind::Smooth);
    const auto border = desk.result()->points.front();
    doubleClick(seat.view(), seat.at(border));
    EXPECT_FALSE(desk.busy());
    EXPECT_EQ(desk.undoText(), "Smooth contour") << seat.message().toStdString();
}

TEST(ReviewRoom, NamesAreRevealedByKeyAndThatIsInTheAudit) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    seat.press(Qt::Key_H);
    EXPECT_FALSE(seat.view().shown().raters);
    seat.press(Qt::Key_H);
    EXPECT_TRUE(seat.view().shown().raters);
    EXPECT_FALSE(seat.room().panel()->table()->accessibleName().contains(QStringLiteral("anna")));
    seat.press(Qt::Key_N);
    EXPECT_TRUE(seat.desk()->revealed());
    EXPECT_TRUE(seat.room().panel()->table()->accessibleName().contains(QStringLiteral("anna")));
    const auto audit = store::AuditLog(house.store()).entries();
    ASSERT_TRUE(audit);
    EXPECT_EQ(std::ranges::count(*audit, "review.reveal", &store::AuditEntry::action), 1);
}

TEST(ReviewRoom, SideBySideShowsEveryRaterAndZoomsThemTogether) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    seat.press(Qt::Key_G);
    const auto& views = seat.room().sideBySide();
    ASSERT_EQ(views.size(), 4u);
    for (auto* view : views)
        EXPECT_TRUE(view->isVisible() && view->volume());
    QCoreApplication::processEvents();
    const double before = views[3]->mapping().scale();
    seat.press(Qt::Key_Plus);
    EXPECT_GT(views[3]->mapping().scale(), before) << "linked zoom";
    seat.press(Qt::Key_G);
    EXPECT_TRUE(seat.view().isVisible());
}

TEST(ReviewRoom, TheSecondWindowToSignTheSameCaseIsToldAndLosesNothing) {
    ReviewHouse house;
    house.draw();
    Seat first(house.path(), "rev"), second(house.path(), "second");
    auto& hers = *second.desk();
    ASSERT_TRUE(hers.startFrom(2));
    const double area = hers.resultArea()->value();
    first.sign(QString());
    ASSERT_EQ(house.review(Level::L4_L5)->reviewer, "rev");
    second.sign(QStringLiteral("C is right."));
    EXPECT_TRUE(second.message().contains(QStringLiteral("rev has signed")))
        << second.message().toStdString();
    EXPECT_EQ(house.review(Level::L4_L5)->version, 1) << "the first signature stands";
    EXPECT_TRUE(hers.edited());
    EXPECT_NEAR(hers.resultArea()->value(), area, 1e-9);
    const auto kept =
        store::ContourRepository(house.store()).current({.source = protocol::Source::Consensus});
    EXPECT_EQ(kept->size(), 1u) << "her contour is stored";
    second.sign(QStringLiteral("Talked it over: C."));
    EXPECT_EQ(house.review(Level::L4_L5)->version, 2);
    EXPECT_EQ(house.review(Level::L4_L5)->reviewer, "second");
}

TEST(ReviewRoom, WhoSignsInAtALockedScreenDecidesUnderHerOwnName) {
    ReviewHouse house;
    house.draw();
    house.givePasswords();
    Seat seat(house.path(), "rev", true, true);
    seat.press(Qt::Key_N);
    ASSERT_TRUE(seat.desk()->revealed());
    seat.press(Qt::Key_L, Qt::ControlModifier);
    seat.signIn("second");
    ASSERT_EQ(seat.window->room(), Room::Review);
    seat.waitForCase();
    EXPECT_FALSE(seat.desk()->revealed()) << "the names were shown to somebody else";
    seat.press(Qt::Key_A);
    ASSERT_TRUE(house.review(Level::L4_L5)) << seat.message().toStdString();
    EXPECT_EQ(house.review(Level::L4_L5)->reviewer, "second");
    seat.press(Qt::Key_L, Qt::ControlModifier);
    seat.signIn("second");
    EXPECT_NE(seat.desk(), nullptr) << "the same person goes on where she was";
    seat.press(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    seat.signIn("rev");
    seat.waitForCase();
    seat.sign(QString());
    EXPECT_EQ(house.review(Level::L4_L5)->reviewer, "rev");
}

TEST(ReviewRoom, ASignatureBegunByWhoWasHereBeforeIsGivenUp) {
    ReviewHouse house;
    house.draw();
    house.givePasswords();
    Seat seat(house.path(), "rev", true, true);
    seat.pressAndAnswer<ui::ReasonDialog>(Qt::Key_S, Qt::NoModifier, [&](ui::ReasonDialog& dialog) {
        QTest::keyClicks(dialog.findChild<QPlainTextEdit*>(), QStringLiteral("Mine."));
        seat.window->guard().lock();
        seat.signIn("second");
        EXPECT_FALSE(dialog.isVisible());
    });
    EXPECT_FALSE(house.review(Level::L4_L5));
    seat.waitForCase();
    seat.sign(QString());
    EXPECT_EQ(house.review(Level::L4_L5)->reviewer, "second");
}

TEST(ReviewRoom, WhatWasAskedAboutOneCaseIsNotRecordedForAnother) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    for (const auto key : {Qt::Key_S, Qt::Key_D})
        seat.pressAndAnswer<ui::ReasonDialog>(key, Qt::NoModifier, [&](ui::ReasonDialog& dialog) {
            seat.go(seat.desk()->cell().level == Level::L4_L5 ? Level::L3_L4 : Level::L4_L5);
            QTest::keyClicks(dialog.findChild<QPlainTextEdit*>(), QStringLiteral("Of the other one."));
            QTest::keyClick(dialog.findChild<QPlainTextEdit*>(), Qt::Key_Return);
        });
    EXPECT_TRUE(seat.message().contains(QStringLiteral("nothing was recorded")))
        << seat.message().toStdString();
    EXPECT_FALSE(house.review(Level::L3_L4));
    EXPECT_FALSE(house.review(Level::L4_L5));
}

TEST(ReviewRoom, ARoundThatWasOpenedMeanwhileIsThereOnComingBack) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto* scopes = seat.room().list()->findChild<QComboBox*>(QStringLiteral("ReviewScope"));
    ASSERT_EQ(scopes->count(), 1);
    seat.press(Qt::Key_1, Qt::AltModifier);
    store::RoundPlan plan;
    plan.name = "later";
    plan.slices = store::SliceRule::Free;
    plan.raters = {RaterId("anna"), RaterId("bert")};
    plan.studies = {kMadeStudy};
    store::RoundRepository rounds(house.store());
    ASSERT_TRUE(rounds.create(plan));
    ASSERT_TRUE(rounds.open("later"));
    seat.press(Qt::Key_2, Qt::AltModifier);
    EXPECT_NE(scopes->findText(QStringLiteral("Round “later”")), -1);
    EXPECT_TRUE(seat.desk()) << "the case stays on the desk";
}

TEST(ReviewRoom, TheBoxesSayWhatTheListIsFilteredBy) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto* level = seat.room().list()->findChild<QComboBox*>(QStringLiteral("ReviewLevel"));
    level->setFocus();
    while (level->currentText() != QStringLiteral("L3–L4"))
        QTest::keyClick(level, Qt::Key_Down);
    EXPECT_EQ(seat.room().session()->entries().size(), 1u);
    seat.room().session()->setFilter({}); // as the button "Show all" does
    EXPECT_EQ(level->currentIndex(), 0);
    EXPECT_EQ(seat.room().session()->entries().size(), 2u);
}

TEST(ReviewRoom, TheCheckOfInvertGreyIsThatOfTheRoomsOwnPicture) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    const auto* invert = seat.window->actions().action(workspace::ActionId::InvertGrey);
    seat.press(Qt::Key_I);
    EXPECT_TRUE(seat.view().inverted());
    EXPECT_TRUE(invert->isChecked());
    seat.press(Qt::Key_G);
    EXPECT_TRUE(seat.room().sideBySide().front()->inverted()) << "all pictures of the case look alike";
    seat.press(Qt::Key_1, Qt::AltModifier);
    EXPECT_FALSE(invert->isChecked()) << "nothing is inverted in the Read room";
    seat.press(Qt::Key_2, Qt::AltModifier);
    EXPECT_TRUE(invert->isChecked());
    seat.press(Qt::Key_I);
    EXPECT_FALSE(seat.view().inverted());
    EXPECT_FALSE(invert->isChecked());
}

TEST(ReviewRoom, ARaterHasNoReviewRoomAndIsToldWhy) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "anna", false);
    EXPECT_EQ(seat.window->findChild<QPushButton*>(QStringLiteral("RoomReview")), nullptr);
    seat.press(Qt::Key_2, Qt::AltModifier);
    EXPECT_EQ(seat.window->room(), Room::Read);
    EXPECT_TRUE(seat.message().contains(QStringLiteral("reviewer"))) << seat.message().toStdString();
}

TEST(ReviewRoom, AnEmptyReviewSaysWhatToDo) {
    ReviewHouse house;
    Seat seat(house.path(), "rev", false);
    ASSERT_NE(seat.window->findChild<QPushButton*>(QStringLiteral("RoomReview")), nullptr);
    QTest::mouseClick(seat.window->findChild<QPushButton*>(QStringLiteral("RoomReview")), Qt::LeftButton);
    ASSERT_EQ(seat.window->room(), Room::Review);
    ASSERT_TRUE(waitFor([&] { return !seat.room().session()->progress(); }));
    QCoreApplication::processEvents();
    auto* empty = seat.room().findChild<ui::EmptyState*>();
    EXPECT_TRUE(empty->isVisible());
    const auto labels = empty->findChildren<QLabel*>();
    EXPECT_TRUE(
        std::ranges::any_of(labels, [](const QLabel* l) { return l->text().contains("Manage room"); }));
    EXPECT_EQ(seat.room().session()->lack(), workspace::ReviewSession::Lack::NoRound);
}

TEST(ReviewRoom, KeysOfOneRoomDoNothingInTheOther) {
    ReviewHouse house;
    house.draw();
    Seat seat(house.path(), "rev");
    auto& actions = seat.window->actions();
    EXPECT_FALSE(actions.action(workspace::ActionId::Level1)->isEnabled());
    EXPECT_TRUE(actions.action(workspace::ActionId::MajorityConsensus)->isEnabled());
    seat.press(Qt::Key_1, Qt::AltModifier);
    EXPECT_EQ(seat.window->room(), Room::Read);
    EXPECT_TRUE(actions.action(workspace::ActionId::Level1)->isEnabled());
    EXPECT_FALSE(actions.action(workspace::ActionId::MajorityConsensus)->isEnabled());
}

} // namespace
} // namespace forameter::testing
