// SPDX-License-Identifier: Apache-2.0
// The reviewer's part of a round: case by case to a signed truth.
#include <QPlainTextEdit>
#include <algorithm>

#include "reason_dialog.hpp"
#include "review_room.hpp"
#include "review_view.hpp"
#include "round_hand_steps.hpp"

namespace forameter::testing {

using store::ReviewState;
using workspace::Room;

void RoundHand::giveReason(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString& words) {
    m_chair.answer<ui::ReasonDialog>([&] { press(key, modifiers); },
                                     [&](ui::ReasonDialog& dialog) {
                                         auto* text = dialog.findChild<QPlainTextEdit*>();
                                         QTest::keyClicks(text, words);
                                         if (m_counts.cases == 0) shoot("review-sign");
                                         QTest::keyClick(text, Qt::Key_Return);
                                     });
}

void RoundHand::takeAnArc() {
    auto& desk = *review().session()->desk();
    press(Qt::Key_T);
    for (std::size_t i = 0; i < desk.curves().size() && desk.arc(); ++i) {
        press(Qt::Key_Left);
        press(Qt::Key_Right, Qt::ShiftModifier);
        if (m_counts.edited == 0) shoot("review-arc");
        press(Qt::Key_Return);
        if (desk.arc()) press(Qt::Key_T); // it cannot be taken: the next rater's
    }
    if (desk.arc()) press(Qt::Key_Escape);
}

void RoundHand::dragAPoint() {
    auto& desk = *review().session()->desk();
    auto& view = *review().view();
    press(Qt::Key_V);
    const auto handles = desk.preview().handles;
    ASSERT_FALSE(handles.empty());
    const QPoint from = view.mapping().toScreen(handles.front().at).toPoint();
    QTest::mouseMove(&view, from);
    QTest::mousePress(&view, Qt::LeftButton, Qt::NoModifier, from);
    for (int i = 1; i <= 4; ++i)
        QTest::mouseMove(&view, from + QPoint(3 * i, 0));
    QTest::mouseRelease(&view, Qt::LeftButton, Qt::NoModifier, from + QPoint(12, 0));
    QCoreApplication::processEvents();
    press(Qt::Key_Escape);
}

void RoundHand::judge(std::size_t number) {
    auto& desk = *review().session()->desk();
    const bool before = desk.review() && desk.review()->state == ReviewState::Discuss;
    if (number == 3) {
        giveReason(Qt::Key_D, {}, "Where does the foramen end below?");
        EXPECT_EQ(desk.review()->state, ReviewState::Discuss);
        ++m_counts.discussed;
        return;
    }
    if (number == 1) {
        press(Qt::Key_G);
        QTest::qWait(100);
        shoot("review-side-by-side");
        press(Qt::Key_G);
    }
    if (before) {
        giveReason(Qt::Key_O, {}, "Talked it over.");
        EXPECT_EQ(desk.review()->state, ReviewState::Open);
    }
    if (!desk.result()) { // nobody drew what can be used, or one rater alone
        shoot("review-without");
        giveReason(Qt::Key_S, Qt::ShiftModifier, "Nothing to agree on.");
        ++m_counts.without;
    } else {
        if (number % 12 == 5) takeAnArc();
        if (number % 20 == 9) dragAPoint();
        if (::testing::Test::HasFatalFailure()) return;
        if (!desk.edited()) {
            press(Qt::Key_A);
            EXPECT_TRUE(desk.acceptedIsShown());
        }
        const bool edited = desk.edited();
        giveReason(Qt::Key_S, {}, edited ? "One border was drawn too far out." : "All agree.");
        ++(edited ? m_counts.edited : m_counts.signedAsProposed);
    }
    ASSERT_TRUE(desk.review());
    EXPECT_EQ(desk.review()->state, ReviewState::Signed);
    EXPECT_EQ(desk.review()->reviewer, kJudge);
    ++m_counts.cases;
}

void RoundHand::reviewCases() {
    Pace pace{.who = kJudge, .open = {}, .draw = {}, .whole = {}, .memory = {}, .processor = 0};
    const double before = processorSeconds();
    QElapsedTimer entering;
    entering.start();
    press(Qt::Key_2, Qt::AltModifier);
    ASSERT_EQ(window().room(), Room::Review);
    ASSERT_TRUE(waitFor([&] { return review().session() && review().session()->complete(); }, 120000));
    std::printf("review: list of %zu cases complete after %.2f s\n", review().session()->total(),
                seconds(entering));
    auto& session = *review().session();
    ASSERT_TRUE(session.desk());
    shoot("review-entered");
    shootLight("review-entered-light");
    const std::size_t most = 2 * session.total() + 2; // the discussed ones come twice
    for (std::size_t i = 0; i < most; ++i) {
        QElapsedTimer whole;
        whole.start();
        if (i > 0) {
            if (!session.nextUnsigned() && session.desk()->review() &&
                session.desk()->review()->state == ReviewState::Signed)
                break;
            press(Qt::Key_Right, Qt::ControlModifier);
        }
        ASSERT_TRUE(waitFor([&] { return review().view()->volume() != nullptr; }));
        QCoreApplication::processEvents();
        pace.open.push_back(seconds(whole));
        judge(i);
        if (::testing::Test::HasFatalFailure()) return;
        pace.whole.push_back(seconds(whole));
        pace.memory.push_back(residentMegabytes());
        if (i == 20) shoot("review-going-on");
    }
    shoot("review-all-signed");
    pace.processor = processorSeconds() - before;
    m_paces.push_back(std::move(pace));
}

} // namespace forameter::testing
