// SPDX-License-Identifier: Apache-2.0
// What a model proposes, taken, edited and turned down with real keys and a real mouse in the real window.
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <gtest/gtest.h>

#include "fact_list.hpp"
#include "level_grid.hpp"
#include "overview.hpp"
#include "proposal_panel.hpp"
#include "ring_proposer.hpp"
#include "side_panel.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using workspace::ProposalDesk;

const Cell kForamen = Cell::foramen(Level::L4_L5, Side::R);

class ProposalKeys : public ::testing::Test {
protected:
    WindowDesk desk{[](const proposal::ProposeRequest& request, const Watch&) { return rings(request); }};

    ProposalDesk& proposals() { return *desk.workspace().proposals(); }
    void waitForAnswer() {
        ASSERT_TRUE(waitFor([&] { return proposals().state() == ProposalDesk::State::Ready; }));
        QCoreApplication::processEvents();
    }
    /// Takes and confirms the proposed levels, then waits for contours.
    void takeLevels() {
        waitForAnswer();
        desk.press(Qt::Key_F2);
        desk.press(Qt::Key_F3);
        ASSERT_TRUE(desk.document().record().levels());
        EXPECT_FALSE(desk.document().record().levelsConfirmed()) << "a model confirms nothing";
        desk.press(Qt::Key_Return, Qt::ControlModifier);
        ASSERT_TRUE(desk.document().record().levelsConfirmed());
        ASSERT_TRUE(waitFor([&] { return proposals().offered(kForamen) != nullptr; }));
        desk.goTo(4, Qt::Key_Q);
        QCoreApplication::processEvents();
    }
    ui::ProposalPanel& panel() {
        return *desk.window().findChild<ui::ProposalPanel*>(QStringLiteral("ProposalPanel"));
    }
    QStringList visibleButtons() {
        QStringList texts;
        auto buttons = panel().findChildren<QPushButton*>();
        buttons += panel().decisions()->findChildren<QPushButton*>();
        for (auto* button : buttons)
            if (button->isVisible()) texts << button->text().section(QLatin1Char(' '), 0, 0);
        return texts;
    }
};

TEST_F(ProposalKeys, AWholeReadingByTheAcceptingKeyAlone) {
    takeLevels();
    EXPECT_EQ(visibleButtons(),
              (QStringList{QStringLiteral("Accept"), QStringLiteral("Edit"), QStringLiteral("Reject")}));
    desk.goTo(1, Qt::Key_Q);
    for (int i = 0; i < 15; ++i) {
        const auto cell = desk.document().reading().currentCell();
        ASSERT_TRUE(cell) << i;
        if (proposals().offered(*cell))
            desk.press(Qt::Key_Z);
        else
            desk.press(Qt::Key_N, Qt::ShiftModifier); // withheld: here it is not covered
        if (desk.document().reading().currentCell() == cell) desk.press(Qt::Key_Return);
    }
    EXPECT_EQ(desk.document().record().contours().size(), 14u);
    for (const auto& entry : desk.document().record().contours())
        EXPECT_EQ(entry.contour.source, protocol::Source::Model);
    EXPECT_TRUE(desk.window().side().grid()->button(kForamen)->accessibleName().contains(
        QStringLiteral("accepted from a model")))
        << "not to be taken for an own drawing";
    desk.restart();
    EXPECT_EQ(desk.document().record().contours().size(), 14u) << "nothing is lost";
}

TEST(ProposalPanel, ShowsEveryDoubtWhole) {
    WindowDesk desk{[](const proposal::ProposeRequest& request, const Watch&) {
        auto made = rings(request);
        if (made && made->levels)
            made->levels->doubts.assign(4, "The sacrum shows a disc of its own: a transitional vertebra is "
                                           "possible, and another count is nearly as likely.");
        return made;
    }};
    ASSERT_TRUE(waitFor([&] { return desk.workspace().proposals()->state() == ProposalDesk::State::Ready; }));
    desk.press(Qt::Key_F2);
    QCoreApplication::processEvents();
    auto* panel = desk.window().findChild<ui::ProposalPanel*>(QStringLiteral("ProposalPanel"));
    int wrapped = 0;
    for (const auto* label : panel->findChildren<QLabel*>()) {
        if (!label->isVisible() || !label->wordWrap()) continue;
        ++wrapped;
        EXPECT_GE(label->height(), label->heightForWidth(label->width())) << label->text().toStdString();
    }
    EXPECT_EQ(wrapped, 2);
}

TEST_F(ProposalKeys, AnOfferedAreaIsToldApartFromAMeasuredOne) {
    takeLevels();
    auto* button = desk.window().side().grid()->button(kForamen);
    EXPECT_FALSE(button->view().area);
    ASSERT_TRUE(button->view().offer);
    EXPECT_TRUE(button->accessibleName().contains(QStringLiteral("proposes")) ||
                button->accessibleDescription().contains(QStringLiteral("proposes")) ||
                button->toolTip().contains(QStringLiteral("proposes")));
    desk.press(Qt::Key_Z);
    EXPECT_TRUE(button->view().area);
    EXPECT_FALSE(button->view().offer);
}

TEST_F(ProposalKeys, EditingTakesItAndMovesAPointWithTheMouse) {
    takeLevels();
    desk.press(Qt::Key_Z, Qt::ShiftModifier);
    const auto accepted = desk.document().reading().contour(kForamen);
    ASSERT_TRUE(accepted);
    const QPoint from = WindowDesk::at(desk.work(), accepted->curve.points.front()),
                 to = from + QPoint(25, 10);
    QTest::mousePress(&desk.work(), Qt::LeftButton, Qt::NoModifier, from);
    QTest::mouseMove(&desk.work(), to);
    QTest::mouseRelease(&desk.work(), Qt::LeftButton, Qt::NoModifier, to);
    const auto edited = desk.document().reading().contour(kForamen);
    ASSERT_TRUE(edited);
    EXPECT_EQ(edited->source, protocol::Source::EditedModel);
    EXPECT_NE(edited->curve, accepted->curve);
}

TEST_F(ProposalKeys, RejectingLeavesTheCellToTheReader) {
    takeLevels();
    desk.press(Qt::Key_X, Qt::ShiftModifier);
    EXPECT_FALSE(proposals().offered(kForamen));
    EXPECT_EQ(visibleButtons(), QStringList{QStringLiteral("Bring")}) << "the same key brings it back";
    desk.press(Qt::Key_X, Qt::ShiftModifier);
    EXPECT_TRUE(visibleButtons().contains(QStringLiteral("Reject")));
    desk.press(Qt::Key_X, Qt::ShiftModifier);
    desk.clickRing(12, 60);
    desk.press(Qt::Key_Return);
    const auto drawn = desk.document().reading().contour(kForamen);
    ASSERT_TRUE(drawn);
    EXPECT_EQ(drawn->source, protocol::Source::Manual);
}

TEST_F(ProposalKeys, TheButtonsNameThePersonsOwnKeys) {
    takeLevels();
    auto preferences = desk.workspace().preferences();
    ASSERT_TRUE(preferences.bindings.setKeys(workspace::ActionId::AcceptProposal, {"Shift+A"}));
    ASSERT_TRUE(preferences.bindings.setKeys(workspace::ActionId::RejectProposal, {}));
    desk.workspace().setPreferences(preferences);
    const auto* accept = panel().decisions()->findChild<QPushButton*>(QStringLiteral("Do-accept-proposal"));
    EXPECT_EQ(accept->text().toStdString(), "Accept  Shift+A");
    EXPECT_TRUE(accept->toolTip().contains(QStringLiteral("[Shift+A]")));
    EXPECT_EQ(panel()
                  .decisions()
                  ->findChild<QPushButton*>(QStringLiteral("Do-reject-proposal"))
                  ->text()
                  .toStdString(),
              "Reject");
}

TEST_F(ProposalKeys, MarksByHandAreToldToBeInTheWayOfProposedLevels) {
    waitForAnswer();
    ui::PaneView& pane = *desk.window().overview().panes()[1];
    QTest::mouseClick(&pane, Qt::LeftButton, Qt::NoModifier, pane.rect().center());
    ASSERT_EQ(desk.document().levels().draft().marks.size(), 1u);
    desk.press(Qt::Key_F3);
    EXPECT_TRUE(desk.chair().message().contains(QStringLiteral("remove those marks first (Shift+Backspace)")))
        << desk.chair().message().toStdString();
    desk.press(Qt::Key_Backspace, Qt::ShiftModifier);
    desk.press(Qt::Key_F3);
    EXPECT_GT(desk.document().levels().draft().marks.size(), 1u);
}

TEST_F(ProposalKeys, WithoutModelsThePanelIsNotThere) {
    WindowDesk plain;
    plain.clickLevels();
    plain.goTo(4, Qt::Key_Q);
    EXPECT_EQ(plain.workspace().proposals()->state(), ProposalDesk::State::Off);
    EXPECT_FALSE(plain.window().findChild<ui::ProposalPanel*>(QStringLiteral("ProposalPanel"))->isVisible());
}

TEST(ProposalPanel, GivesANumberOnlyToACountThatSomethingSpeaksAgainst) {
    double confidence = 1.0;
    WindowDesk desk{[&](const proposal::ProposeRequest& request, const Watch&) {
        auto made = rings(request);
        if (made && made->levels) made->levels->confidence = confidence;
        return made;
    }};
    const auto said = [&] {
        EXPECT_TRUE(
            waitFor([&] { return desk.workspace().proposals()->state() == ProposalDesk::State::Ready; }));
        desk.press(Qt::Key_F2);
        QString all;
        for (const ui::Fact& fact : desk.window()
                                        .findChild<ui::ProposalPanel*>(QStringLiteral("ProposalPanel"))
                                        ->findChild<ui::FactList*>()
                                        ->facts())
            all += fact.label + QLatin1Char(' ') + fact.value + QLatin1Char('\n');
        return all;
    };
    EXPECT_FALSE(said().contains(QStringLiteral("onfidence")));
    confidence = 0.62;
    desk.restart();
    EXPECT_TRUE(said().contains(QStringLiteral("Confidence in the count 0.62 of 1")));
}

} // namespace
} // namespace forameter::testing
