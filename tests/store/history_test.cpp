// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

namespace forameter::store {
namespace {

class HistoryTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
    }
    std::optional<UndoStep> undo(const RaterId& rater = kR1) {
        const auto step = History(store()).undo(kStudy, rater);
        EXPECT_TRUE(step) << why(step);
        return step.value_or(std::nullopt);
    }
    std::optional<UndoStep> redo(const RaterId& rater = kR1) {
        const auto step = History(store()).redo(kStudy, rater);
        EXPECT_TRUE(step) << why(step);
        return step.value_or(std::nullopt);
    }
    /// Radii of the rater's current circles, in the order in which they were drawn.
    std::vector<double> radii() {
        std::vector<double> result;
        for (const auto& contour : current()) {
            const auto& points = contour.contour.curve.points;
            result.push_back(std::round(50.0 * length(points[0] - points[8])) / 100.0);
        }
        return result;
    }
};

TEST_F(HistoryTest, StrokesAreTakenBackAndDoneAgainAcrossRestarts) {
    auto contour = someForamen(5);
    save(contour);
    for (int version = 1; version <= 20; ++version) {
        contour.curve = someForamen(5 + 0.1 * version).curve;
        save(contour, version);
    }
    for (int i = 19; i >= 0; --i) {
        reopen();
        const auto step = undo();
        ASSERT_TRUE(step);
        EXPECT_EQ(step->kind, StepKind::Contour);
        EXPECT_EQ(step->cell, contour.cell);
        EXPECT_EQ(radii(), std::vector{5 + 0.1 * i});
    }
    EXPECT_EQ(undo()->description, "Draw right foramen L4–L5");
    EXPECT_TRUE(radii().empty());
    reopen();
    for (int i = 0; i <= 20; ++i) {
        ASSERT_TRUE(redo());
        EXPECT_EQ(radii(), std::vector{5 + 0.1 * i});
    }
    EXPECT_FALSE(redo());
    EXPECT_EQ(ContourRepository(store()).versions({}).value().size(), 63u) << "nothing was thrown away";
    expectSound();
}

TEST_F(HistoryTest, ANewStrokeEndsTheRedoBranch) {
    save(someForamen(5));
    save(someForamen(6));
    ASSERT_TRUE(undo());
    ASSERT_TRUE(History(store()).nextRedo(kStudy, kR1).value());
    save(someForamen(7));
    EXPECT_FALSE(History(store()).nextRedo(kStudy, kR1).value());
    EXPECT_FALSE(redo());
    EXPECT_EQ(radii(), (std::vector<double>{5, 7}));
    ASSERT_TRUE(undo());
    EXPECT_EQ(radii(), std::vector<double>{5});
    ASSERT_TRUE(undo());
    EXPECT_TRUE(radii().empty());
    EXPECT_EQ(undo()->kind, StepKind::Levels);
    EXPECT_FALSE(undo()) << "that was all";
    expectSound();
}

TEST_F(HistoryTest, UndoAndRedoMayBeMixedAtWill) {
    for (const double radius : {4.0, 5.0, 6.0, 7.0})
        save(someForamen(radius));
    undo();
    undo();
    redo();
    undo();
    undo();
    EXPECT_EQ(radii(), std::vector<double>{4});
    redo();
    redo();
    redo();
    EXPECT_EQ(radii(), (std::vector<double>{4, 5, 6, 7}));
    expectSound();
}

TEST_F(HistoryTest, DeletingIsAStepToo) {
    const auto contour = someForamen(5);
    save(contour);
    ASSERT_TRUE(ContourRepository(store()).remove(contour.id, 1));
    EXPECT_EQ(undo()->description, "Delete right foramen L4–L5");
    ASSERT_EQ(current().size(), 1u);
    EXPECT_EQ(current()[0].contour.curve, contour.curve);
    EXPECT_EQ(current()[0].version, 3);
    EXPECT_TRUE(current()[0].measurement);
    redo();
    EXPECT_TRUE(current().empty());
    expectSound();
}

TEST_F(HistoryTest, EachRaterHasHerOwn) {
    save(someForamen(5, anatomy::Level::L4_L5, "r1"));
    save(someForamen(6, anatomy::Level::L4_L5, "r2"));
    ASSERT_TRUE(undo(kR1));
    EXPECT_EQ(radii(), std::vector<double>{6});
    ASSERT_TRUE(undo(kR2));
    EXPECT_FALSE(undo(kR2)) << "the levels are r1's step";
    EXPECT_TRUE(radii().empty());
}

TEST_F(HistoryTest, MarksOnCellsAreSteps) {
    const auto cell = anatomy::Cell::canal(anatomy::Level::L1_L2);
    CellStateRepository cells(store());
    ASSERT_TRUE(cells.set(kStudy, cell, kR1, protocol::CellState::NotAssessable, "metal"));
    ASSERT_TRUE(cells.set(kStudy, cell, kR1, protocol::CellState::NotCovered));
    undo();
    EXPECT_EQ(cells.states(kStudy, kR1).value().at(0).reason, "metal");
    undo();
    EXPECT_TRUE(cells.states(kStudy, kR1).value().empty());
    redo();
    redo();
    EXPECT_EQ(cells.states(kStudy, kR1).value().at(0).state, protocol::CellState::NotCovered);
    expectSound();
}

TEST_F(HistoryTest, WhatAnImportChangedMeanwhileIsNotLost) {
    auto contour = someForamen(5);
    save(contour);
    contour.curve = someForamen(9).curve;
    protocol::ReadContours document;
    document.contours = {contour};
    document.indices = {0};
    ASSERT_EQ(ContourRepository(store()).import(document).value().changed, 1u);
    const auto refused = History(store()).undo(kStudy, kR1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_EQ(radii(), std::vector<double>{9});
    expectSound();
}

TEST_F(HistoryTest, LevelsAreStepsFromTheFirstMark) {
    ASSERT_TRUE(StudyRepository(store()).add(someStudy("5.5")));
    const StudyUid study("5.5");
    LevelSetRepository levels(store());
    anatomy::LevelSet draft;
    int version = 0;
    for (const auto& mark : someLevels().marks) {
        draft.marks.push_back(mark);
        version = levels.saveDraft(study, draft, kR1, version).value().version;
    }
    ASSERT_TRUE(levels.confirm(study, draft, kR1, version));
    reopen();
    LevelSetRepository again(store());
    History history(store());
    ASSERT_TRUE(history.undo(study, kR1));
    EXPECT_FALSE(again.current(study).value()->confirmed);
    for (int i = 5; i > 0; --i) {
        ASSERT_TRUE(history.undo(study, kR1));
        EXPECT_EQ(again.current(study).value()->levels.marks.size(), static_cast<std::size_t>(i));
    }
    ASSERT_TRUE(history.undo(study, kR1));
    EXPECT_FALSE(again.current(study).value());
    for (int i = 0; i < 7; ++i)
        ASSERT_TRUE(history.redo(study, kR1).value());
    EXPECT_TRUE(again.confirmed(study).value());
    EXPECT_EQ(again.current(study).value()->levels, draft);
    expectSound();
}

} // namespace
} // namespace forameter::store
