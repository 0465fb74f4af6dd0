// SPDX-License-Identifier: Apache-2.0
#include "relabelling.hpp"

#include "fixture.hpp"

namespace forameter::store {
namespace {

using anatomy::Level;
using anatomy::LumbarCount;
using anatomy::Vertebra;

TEST(LevelUnder, AMovedMarkKeepsTheName) {
    auto moved = someLevels();
    for (auto& mark : moved.marks)
        mark.center.z += 6;
    EXPECT_EQ(levelUnder(someLevels(), Level::L4_L5, moved), Level::L4_L5);
}

TEST(LevelUnder, AShiftRenamesEveryDisc) {
    const auto down = anatomy::relabelled(someLevels(), 1);
    ASSERT_TRUE(down) << why(down);
    EXPECT_EQ(levelUnder(someLevels(), Level::L3_L4, *down), Level::L4_L5);
    EXPECT_EQ(levelUnder(*down, Level::L4_L5, someLevels()), Level::L3_L4);
}

TEST(LevelUnder, ASixthVertebraRenamesTheLowestDisc) {
    auto six = someLevels();
    six.lumbarCount = LumbarCount::Six;
    six.marks.back().vertebra = Vertebra::L6; // what was taken for S1
    six.marks.push_back({Vertebra::S1, {0, 0, six.marks.back().center.z - 35}});
    EXPECT_EQ(levelUnder(someLevels(), Level::L5_S1, six), Level::L5_L6);
    EXPECT_EQ(levelUnder(someLevels(), Level::L4_L5, six), Level::L4_L5);
    EXPECT_EQ(levelUnder(six, Level::L5_L6, someLevels()), Level::L5_S1);
}

TEST(LevelUnder, UnmarkedVertebraeMoveWithTheirNeighbours) {
    auto few = someLevels();
    few.marks.resize(2); // L1, L2
    const auto down = anatomy::relabelled(few, 1);
    ASSERT_TRUE(down) << why(down);
    EXPECT_EQ(levelUnder(few, Level::L3_L4, *down), Level::L4_L5);
}

TEST(LevelUnder, ADiscOffTheSpineHasNoName) {
    auto up = someLevels();
    up.marks.erase(up.marks.begin() + 2, up.marks.end());
    const auto twelve = anatomy::relabelled(up, -2);
    ASSERT_TRUE(twelve) << why(twelve);
    EXPECT_FALSE(levelUnder(up, Level::L1_L2, *twelve)) << "T11-T12 is no level of this program";
}

class RelabellingTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
        mine = someForamen(5, Level::L4_L5, "r1");
        theirs = someForamen(6, Level::L3_L4, "r2");
        save(mine);
        save(theirs);
        ASSERT_TRUE(CellStateRepository(store()).set(kStudy, anatomy::Cell::canal(Level::L2_L3), kR1,
                                                     protocol::CellState::NotCovered));
        const auto relabelled = anatomy::relabelled(someLevels(), -1);
        ASSERT_TRUE(relabelled);
        shifted = *relabelled;
    }
    Level levelOf(const protocol::Contour& contour) {
        const auto found = ContourRepository(store()).find(contour.id);
        EXPECT_TRUE(found) << why(found);
        return found->contour.cell.level;
    }
    Level markedLevel() {
        const auto states = CellStateRepository(store()).states(kStudy, kR1).value();
        for (const auto& state : states)
            if (state.state == protocol::CellState::NotCovered) return state.cell.level;
        ADD_FAILURE() << "no mark";
        return Level::L1_L2;
    }
    protocol::Contour mine, theirs;
    anatomy::LevelSet shifted;
};

TEST_F(RelabellingTest, AreasMoveWithTheirDiscsAndOneUndoBringsAllBack) {
    const double area = current({.rater = kR1}).at(0).measurement->area.value();
    confirmLevels(shifted, kR1, 1);
    EXPECT_EQ(levelOf(mine), Level::L3_L4);
    EXPECT_EQ(levelOf(theirs), Level::L2_L3) << "other raters' contours lie on the same discs";
    EXPECT_EQ(markedLevel(), Level::L1_L2);
    EXPECT_EQ(current({.rater = kR1}).at(0).measurement->area.value(), area);
    EXPECT_EQ(current({.rater = kR1}).at(0).levelSet,
              LevelSetRepository(store()).confirmed(kStudy).value()->id);
    reopen();
    ASSERT_TRUE(History(store()).undo(kStudy, kR1));
    EXPECT_EQ(levelOf(mine), Level::L4_L5);
    EXPECT_EQ(levelOf(theirs), Level::L3_L4);
    EXPECT_EQ(markedLevel(), Level::L2_L3);
    ASSERT_TRUE(History(store()).redo(kStudy, kR1));
    EXPECT_EQ(levelOf(mine), Level::L3_L4);
    EXPECT_EQ(markedLevel(), Level::L1_L2);
    expectSound();
}

TEST_F(RelabellingTest, NamesStayWhileADraftIsBeingMade) {
    ASSERT_TRUE(LevelSetRepository(store()).saveDraft(kStudy, shifted, kR1, 1));
    EXPECT_EQ(levelOf(mine), Level::L4_L5);
    confirmLevels(shifted, kR1, 2);
    EXPECT_EQ(levelOf(mine), Level::L3_L4);
    ASSERT_TRUE(History(store()).undo(kStudy, kR1));
    EXPECT_FALSE(LevelSetRepository(store()).confirmed(kStudy).value()) << "back at the draft";
    EXPECT_EQ(levelOf(mine), Level::L4_L5);
    ASSERT_TRUE(History(store()).undo(kStudy, kR1));
    EXPECT_TRUE(LevelSetRepository(store()).confirmed(kStudy).value());
    EXPECT_EQ(levelOf(mine), Level::L4_L5);
    expectSound();
}

TEST_F(RelabellingTest, StrokesFromBeforeAreUndoneUnderTheirNewName) {
    auto changed = mine;
    changed.curve = someForamen(7).curve;
    save(changed, 1);
    confirmLevels(shifted, kR2, 1); // by another rater: no step of r1
    const auto step = History(store()).undo(kStudy, kR1);
    ASSERT_TRUE(step) << why(step);
    EXPECT_EQ(levelOf(mine), Level::L3_L4);
    EXPECT_EQ(ContourRepository(store()).find(mine.id).value().contour.curve, mine.curve);
    ASSERT_TRUE(History(store()).redo(kStudy, kR1));
    EXPECT_EQ(ContourRepository(store()).find(mine.id).value().contour.curve, changed.curve);
    EXPECT_EQ(levelOf(mine), Level::L3_L4);
    expectSound();
}

TEST_F(RelabellingTest, ANameThatDoesNotExistStopsItAll) {
    auto far = anatomy::relabelled(someLevels(), -1);
    far = anatomy::relabelled(*far, -1); // T11 .. L4: the mark's L2-L3 becomes T12-L1, r2's L3-L4 L1-L2, fine
    ASSERT_TRUE(far);
    save(someForamen(4, Level::L1_L2)); // but L1-L2 would be T11-T12
    const auto refused = LevelSetRepository(store()).confirm(kStudy, *far, kR1, 1);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("right foramen L1–L2"), std::string::npos) << refused.error().message;
    EXPECT_EQ(levelOf(mine), Level::L4_L5);
    EXPECT_EQ(LevelSetRepository(store()).current(kStudy).value()->version, 1);
    expectSound();
}

TEST_F(RelabellingTest, ImportsFromBeforeAnyLevelsMoveToo) {
    ASSERT_TRUE(StudyRepository(store()).add(someStudy("6.6")));
    const auto contour = someForamen(5, Level::L4_L5, "truth", 2, "6.6");
    protocol::ReadContours document;
    document.contours = {contour};
    document.indices = {0};
    ASSERT_EQ(ContourRepository(store()).import(document).value().added, 1u);
    const StudyUid study("6.6");
    ASSERT_TRUE(LevelSetRepository(store()).confirm(study, someLevels(), kR1, 0));
    EXPECT_EQ(levelOf(contour), Level::L4_L5)
        << "the first levels take the names of the document as they are";
    ASSERT_TRUE(LevelSetRepository(store()).confirm(study, shifted, kR1, 1));
    EXPECT_EQ(levelOf(contour), Level::L3_L4);
    expectSound();
}

} // namespace
} // namespace forameter::store
