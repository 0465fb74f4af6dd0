// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

namespace forameter::store {
namespace {

using protocol::CellState;

class CellStateTest : public StoreTest {
protected:
    CellStateRepository cells() { return CellStateRepository(store()); }
    std::vector<StoredCellState> states() { return cells().states(kStudy, kR1).value(); }
    const anatomy::Cell cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
};

TEST_F(CellStateTest, AMarkStandsWithItsReasonUntilItIsTakenBack) {
    ASSERT_TRUE(cells().set(kStudy, cell, kR1, CellState::NotAssessable, "motion"));
    reopen();
    ASSERT_EQ(states().size(), 1u);
    EXPECT_EQ(states()[0].cell, cell);
    EXPECT_EQ(states()[0].state, CellState::NotAssessable);
    EXPECT_EQ(states()[0].reason, "motion");
    ASSERT_TRUE(cells().set(kStudy, cell, kR1, CellState::NotCovered));
    EXPECT_EQ(states()[0].state, CellState::NotCovered);
    ASSERT_TRUE(cells().set(kStudy, cell, kR1, CellState::Todo));
    EXPECT_TRUE(states().empty());
    expectSound();
}

TEST_F(CellStateTest, NotAssessableNeedsAReasonAndDoneCannotBeSet) {
    EXPECT_EQ(cells().set(kStudy, cell, kR1, CellState::NotAssessable).error().code,
              ErrorCode::InvalidArgument);
    EXPECT_EQ(cells().set(kStudy, cell, kR1, CellState::Done).error().code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(states().empty());
}

TEST_F(CellStateTest, AContourMakesACellDoneAndTakesTheMarkBackInOneStep) {
    confirmLevels();
    ASSERT_TRUE(cells().set(kStudy, cell, kR1, CellState::NotCovered));
    save(someForamen());
    ASSERT_EQ(states().size(), 1u);
    EXPECT_EQ(states()[0].state, CellState::Done);
    ASSERT_TRUE(History(store()).undo(kStudy, kR1));
    EXPECT_EQ(states()[0].state, CellState::NotCovered) << "the mark is back";
    ASSERT_TRUE(History(store()).redo(kStudy, kR1));
    EXPECT_EQ(states()[0].state, CellState::Done);
    expectSound();
}

TEST_F(CellStateTest, ACellWithAContourCannotBeMarked) {
    confirmLevels();
    save(someForamen());
    EXPECT_EQ(cells().set(kStudy, cell, kR1, CellState::NotCovered).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(cells().set(kStudy, cell, kR2, CellState::NotCovered))
        << "another rater's cell is another cell";
}

} // namespace
} // namespace forameter::store
