// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/level_editor.hpp"

#include <gtest/gtest.h>

#include "desk.hpp"

namespace forameter::workspace {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::LumbarCount;
using anatomy::Side;
using anatomy::Vertebra;
using testing::body;
using testing::Desk;

TEST(LevelEditor, ClicksRunFromS1UpwardsAndEachIsKeptAtOnce) {
    Desk desk;
    EXPECT_TRUE(desk.levels().active());
    EXPECT_EQ(desk.levels().next(), Vertebra::S1);
    ASSERT_TRUE(desk.levels().mark(body(-1)));
    EXPECT_EQ(desk.levels().next(), Vertebra::L5);
    ASSERT_TRUE(desk.levels().mark(body(0)));
    EXPECT_EQ(desk.levels().next(), Vertebra::L4);
    desk.restart(); // not confirmed, and yet nothing is lost
    ASSERT_EQ(desk.levels().draft().marks.size(), 2U);
    EXPECT_EQ(desk.levels().next(), Vertebra::L4);
    EXPECT_FALSE(desk.levels().isConfirmed());
}

TEST(LevelEditor, CountingMayStartAboveAndRunDown) {
    Desk desk;
    desk.levels().countFrom(Vertebra::T12, anatomy::CountDirection::Downwards);
    ASSERT_TRUE(desk.levels().mark(body(5)));
    EXPECT_EQ(desk.levels().next(), Vertebra::L1);
    ASSERT_TRUE(desk.levels().mark(body(4)));
    EXPECT_EQ(desk.levels().next(), Vertebra::L2);
}

TEST(LevelEditor, AGapIsFilledBeforeGoingOn) {
    Desk desk;
    for (const int above : {-1, 0, 1, 2})
        ASSERT_TRUE(desk.levels().mark(body(above)));
    ASSERT_TRUE(desk.levels().removeMark(Vertebra::L4));
    EXPECT_EQ(desk.levels().next(), Vertebra::L4);
}

TEST(LevelEditor, NothingIsConfirmedThatContradictsItself) {
    Desk desk;
    EXPECT_TRUE(desk.levels().obstacle());
    EXPECT_FALSE(desk.levels().confirm());
    ASSERT_TRUE(desk.levels().mark(body(-1)));
    ASSERT_TRUE(desk.levels().mark(body(-2))); // "L5" below S1
    EXPECT_TRUE(desk.levels().obstacle());
    EXPECT_FALSE(desk.levels().confirm());
    EXPECT_FALSE(desk.levels().isConfirmed());
}

TEST(LevelEditor, ConfirmedLevelsSurviveARestart) {
    Desk desk;
    desk.confirmLevels();
    EXPECT_FALSE(desk.levels().active());
    EXPECT_EQ(desk.levels().sentence(), "Levels confirmed · no transitional vertebra");
    desk.restart();
    ASSERT_TRUE(desk.levels().isConfirmed());
    EXPECT_EQ(desk.levels().confirmed()->marks.size(), 6U);
}

TEST(LevelEditor, ASixthLumbarVertebraRenamesWhatIsAboveTheSacrum) {
    Desk desk;
    desk.confirmLevels();
    ASSERT_TRUE(desk.levels().setLumbarCount(LumbarCount::Six));
    std::vector<Vertebra> names;
    for (const auto& mark : desk.levels().draft().marks)
        names.push_back(mark.vertebra);
    EXPECT_EQ(names, (std::vector{Vertebra::L2, Vertebra::L3, Vertebra::L4, Vertebra::L5, Vertebra::L6,
                                  Vertebra::S1}));
    EXPECT_EQ(desk.levels().next(), Vertebra::L1);
    EXPECT_FALSE(desk.levels().isConfirmed()) << "other names need another look";
    ASSERT_TRUE(desk.levels().confirm());
    EXPECT_EQ(desk.reading().cells().size(), 18U);
    ASSERT_TRUE(desk.levels().setLumbarCount(LumbarCount::Five));
    EXPECT_EQ(desk.levels().draft().marks.front().vertebra, Vertebra::L1);
}

TEST(LevelEditor, DiscardGoesBackToWhatWasConfirmed) {
    Desk desk;
    desk.confirmLevels();
    ASSERT_TRUE(desk.levels().removeMark(Vertebra::L1));
    EXPECT_FALSE(desk.levels().isConfirmed());
    ASSERT_TRUE(desk.levels().discard());
    EXPECT_TRUE(desk.levels().isConfirmed());
    EXPECT_EQ(desk.levels().draft().marks.size(), 6U);
}

TEST(LevelEditor, ShiftingLabelsMovesTheAreasAndUndoBringsThemBack) {
    Desk desk;
    desk.confirmLevels();
    const auto from = Cell::foramen(Level::L4_L5, Side::R), to = Cell::foramen(Level::L3_L4, Side::R);
    ASSERT_TRUE(desk.reading().goTo(from));
    desk.drawRing();
    const auto area = desk.reading().view(from).area;
    ASSERT_TRUE(area);
    ASSERT_TRUE(desk.levels().shift(-1)); // L5 turns out to be L4
    EXPECT_TRUE(desk.levels().isConfirmed());
    EXPECT_EQ(desk.reading().view(from).state, protocol::CellState::Todo);
    ASSERT_EQ(desk.reading().view(to).state, protocol::CellState::Done);
    EXPECT_NEAR(desk.reading().view(to).area->value(), area->value(), 1e-9);
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_EQ(desk.reading().view(from).state, protocol::CellState::Done);
    EXPECT_EQ(desk.reading().view(to).state, protocol::CellState::Todo);
}

TEST(LevelEditor, TransitionIsRecorded) {
    Desk desk;
    desk.confirmLevels();
    ASSERT_TRUE(desk.levels().setTransition(anatomy::Transition::SacralisedL5, "left only"));
    EXPECT_TRUE(desk.levels().isConfirmed());
    desk.restart();
    EXPECT_EQ(desk.levels().confirmed()->transition, anatomy::Transition::SacralisedL5);
    EXPECT_EQ(desk.levels().confirmed()->note, "left only");
}

} // namespace
} // namespace forameter::workspace
