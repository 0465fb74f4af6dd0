// SPDX-License-Identifier: Apache-2.0
// People who may not draw, or not mark levels, at the real window: told so at once, and offered nothing else.
#include <QLabel>
#include <QPushButton>

#include "cell_desk.hpp"
#include "forameter/intake/packets.hpp"
#include "forameter/store/audit_log.hpp"
#include "hint_bar.hpp"
#include "levels_panel.hpp"
#include "overview.hpp"
#include "round_fixture.hpp"
#include "steps_panel.hpp"
#include "tool_bar.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

const QString kOnlyLooks =
    QStringLiteral("As administrator you may look at studies, but neither mark levels nor draw in them.");

/// A store with one study whose levels nobody has confirmed, and an administrator.
struct UnmarkedHouse {
    UnmarkedHouse() {
        desk.close();
        auto opened = store::Store::open(desk.store(), store::Actor::administrator());
        if (!opened) throw std::runtime_error(opened.error().message);
        store = std::make_unique<store::Store>(std::move(*opened));
        EXPECT_TRUE(store::RaterRepository(*store).add(RaterId("boss"), store::Role::Administrator));
    }
    WindowDesk desk;
    std::unique_ptr<store::Store> store;
};

template <class Widget>
Widget& the(Chair& chair) {
    return *chair.window->findChild<Widget*>();
}

QLabel& sentence(Chair& chair) {
    return *chair.window->findChild<QLabel*>("RightsSentence");
}

std::size_t denials(const store::Store& store) {
    const auto entries = store::AuditLog(store).entries();
    EXPECT_TRUE(entries);
    return static_cast<std::size_t>(std::ranges::count(*entries, "denied", &store::AuditEntry::action));
}

TEST(Rights, WhoMayNotDrawIsToldBeforeAnythingIsClicked) {
    UnmarkedHouse house;
    Chair boss(house.desk.store(), "boss");
    bool said = false;
    for (const auto* label : boss.window->findChildren<QLabel*>())
        said = said || (label->isVisible() && label->text().contains(kOnlyLooks));
    EXPECT_TRUE(said);
    boss.press(Qt::Key_Down, Qt::ControlModifier);
    ASSERT_TRUE(boss.workspace->document()) << boss.message().toStdString();
    auto& levels = boss.workspace->document()->levels();
    EXPECT_TRUE(sentence(boss).isVisible());
    EXPECT_EQ(sentence(boss).text(), kOnlyLooks);
    EXPECT_FALSE(the<ui::LevelsPanel>(boss).isVisible());
    EXPECT_FALSE(the<ui::StepsPanel>(boss).isVisible()) << "no steps to take";
    EXPECT_FALSE(levels.active());
    for (const auto key : {Qt::Key_F2, Qt::Key_J, Qt::Key_4, Qt::Key_Return}) {
        boss.window->findChild<ui::HintBar*>()->clearMessage();
        boss.press(key);
        EXPECT_EQ(boss.message(), kOnlyLooks) << key;
    }
    EXPECT_FALSE(levels.active());
    auto* pane = the<ui::Overview>(boss).panes()[1];
    QTest::mouseClick(pane, Qt::LeftButton, Qt::NoModifier, pane->rect().center());
    EXPECT_TRUE(levels.draft().marks.empty());
    EXPECT_EQ(denials(*house.store), 0u) << "nothing was tried that the store had to refuse";
}

TEST(Rights, WhoMayNotDrawLooksAtEveryCellWithoutTools) {
    RoundHouse house;
    const auto before = denials(house.store());
    {
        Chair boss(house.path(), "boss");
        boss.press(Qt::Key_Down, Qt::ControlModifier);
        ASSERT_TRUE(boss.workspace->document());
        auto& document = *boss.workspace->document();
        ASSERT_TRUE(waitFor([&] { return document.images().allLoaded(); }));
        EXPECT_EQ(sentence(boss).text(), kOnlyLooks);
        boss.press(Qt::Key_4);
        boss.press(Qt::Key_Q);
        auto& work = *boss.window->desk().work();
        ASSERT_TRUE(work.isVisible());
        EXPECT_FALSE(the<ui::ToolBar>(boss).isVisible());
        EXPECT_FALSE(boss.window->findChild<QPushButton*>("DoneButton")->isVisible());
        for (int i = 0; i < 8; ++i)
            QTest::mouseClick(&work, Qt::LeftButton, Qt::NoModifier,
                              work.rect().center() + QPoint(i % 4 * 20, i / 4 * 20));
        boss.press(Qt::Key_N); // no dialog
        EXPECT_EQ(boss.message(), kOnlyLooks);
        EXPECT_FALSE(QApplication::activeModalWidget());
        const auto first = document.reading().currentCell();
        boss.press(Qt::Key_Return);
        EXPECT_NE(document.reading().currentCell(), first) << "going from cell to cell is looking";
        EXPECT_TRUE(document.record().contours().empty());
        EXPECT_EQ(document.record().saveState().waiting, 0u);
    }
    EXPECT_EQ(denials(house.store()), before) << "nor are working times of who does not work kept";
}

TEST(Rights, InAPacketWithoutConfirmedLevelsTheRaterHearsWhoseMatterTheyAre) {
    UnmarkedHouse house;
    store::RoundPlan plan;
    plan.name = "pilot";
    plan.raters = {RaterId("r1")};
    plan.studies = {kMadeStudy};
    plan.slices = store::SliceRule::Free;
    const auto made = store::RoundRepository(*house.store).create(plan);
    ASSERT_TRUE(made) << made.error().message;
    const auto packets = intake::exportPackets(*house.store, "pilot", house.desk.folder() / "packets",
                                               intake::PacketImages::Reference, {});
    ASSERT_TRUE(packets) << packets.error().message;
    Chair rater(packets->front().file, "r1");
    rater.press(Qt::Key_Right, Qt::ControlModifier);
    ASSERT_TRUE(rater.workspace->roundCase()) << rater.message().toStdString();
    EXPECT_TRUE(sentence(rater).text().contains("once its levels are confirmed"))
        << sentence(rater).text().toStdString();
    EXPECT_FALSE(rater.workspace->document()->levels().active());
    EXPECT_FALSE(the<ui::LevelsPanel>(rater).isVisible());
}

TEST(Rights, ARaterOfARunningRoundHearsThatItsLevelsStand) {
    RoundHouse house;
    house.makeRound({kMadeStudy});
    Chair rater(house.path(), "r1");
    rater.press(Qt::Key_Right, Qt::ControlModifier);
    ASSERT_TRUE(rater.workspace->roundCase());
    EXPECT_FALSE(sentence(rater).isVisible());
    EXPECT_TRUE(the<ui::StepsPanel>(rater).isVisible());
    rater.press(Qt::Key_F2);
    EXPECT_TRUE(rater.message().contains("have been confirmed")) << rater.message().toStdString();
    EXPECT_FALSE(rater.workspace->document()->levels().active());
}

} // namespace
} // namespace forameter::testing
