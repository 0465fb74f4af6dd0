// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/round_case.hpp"

#include <gtest/gtest.h>

#include "../support/temporary_folder.hpp"
#include "forameter/store/effort_repository.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/workspace/workspace.hpp"
#include "review_fixture.hpp"
#include "task_queue.hpp"

namespace forameter::workspace {
namespace {

using protocol::CellState;
using store::CaseState;

/// A store with three studies and two raters; pictures are not needed to say that a cell is not covered.
class RoundDesk : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = store::Store::create(path(), store::Actor::administrator());
        ASSERT_TRUE(made) << made.error().message;
        coordinator = std::make_unique<store::Store>(std::move(*made));
        for (const char* rater : {"r1", "r2"})
            ASSERT_TRUE(store::RaterRepository(*coordinator).add(RaterId(rater)));
        for (const char* uid : {"1.2.1", "1.2.2", "1.2.3"}) {
            auto makers = testing::usual();
            for (auto& maker : makers)
                maker.series = std::string(uid) + maker.series;
            ASSERT_TRUE(store::StudyRepository(*coordinator)
                            .add(testing::study(makers, uid, "PATIENT-" + std::string(uid))));
        }
        plan.name = "pilot";
        plan.raters = {RaterId("r1"), RaterId("r2")};
        plan.studies = {StudyUid("1.2.1"), StudyUid("1.2.2")};
    }
    void makeRound() {
        const auto round = store::RoundRepository(*coordinator).create(plan);
        ASSERT_TRUE(round) << round.error().message;
    }
    std::unique_ptr<Workspace> sit(const std::string& rater) {
        Workspace::Options options;
        options.store = path();
        options.rater = rater;
        options.post = queue.post();
        auto opened = Workspace::open(std::move(options));
        if (!opened) throw std::runtime_error(opened.error().message);
        return std::move(*opened);
    }
    static void openRow(Workspace& desk, std::size_t row) {
        const auto opened = desk.openRow(row);
        ASSERT_TRUE(opened) << opened.error().message;
    }
    static void mark(Workspace& desk, std::size_t from, std::size_t to) {
        auto& record = desk.document()->record();
        const auto cells = desk.document()->reading().cells();
        for (std::size_t i = from; i < to; ++i) {
            const auto marked = record.setMark(cells[i], CellState::NotCovered, "");
            ASSERT_TRUE(marked) << marked.error().message;
        }
    }
    std::filesystem::path path() const { return folder.path() / "store.sqlite"; }

    testing::TemporaryFolder folder;
    testing::TaskQueue queue;
    std::unique_ptr<store::Store> coordinator;
    store::RoundPlan plan;
};

TEST_F(RoundDesk, WithoutARoundTheWorklistHoldsStudies) {
    const auto desk = sit("r1");
    ASSERT_EQ(desk->worklist().size(), 3U);
    EXPECT_FALSE(desk->worklist()[0].round);
    openRow(*desk, 0);
    EXPECT_FALSE(desk->roundCase());
    EXPECT_EQ(desk->document()->title(), "PATIENT-1.2.1");
}

TEST_F(RoundDesk, InARoundTheWorklistHoldsCasesAndNothingNamesThePatient) {
    makeRound();
    const auto desk = sit("r1");
    ASSERT_EQ(desk->worklist().size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& row = desk->worklist()[i];
        EXPECT_EQ(row.title, "Case " + std::to_string(i + 1));
        EXPECT_EQ(row.date + row.series, "");
        ASSERT_TRUE(row.round);
        EXPECT_EQ(row.round->state, CaseState::Todo);
    }
    EXPECT_EQ(desk->nextOpenRow(), 0U);
    openRow(*desk, 0);
    EXPECT_EQ(desk->document()->title(), "Case 1");
    EXPECT_EQ(desk->worklist()[0].round->state, CaseState::InProgress);
    EXPECT_EQ(desk->currentRow(), 0U);
    EXPECT_EQ(desk->nextOpenRow(), 1U);
    EXPECT_EQ(sit("r3")->worklist().size(), 3U) << "who does not read in it has the studies";
}

TEST_F(RoundDesk, TheCanalMeansWhatTheRoundSays) {
    plan.quantity = anatomy::Quantity::BonyCanal;
    makeRound();
    const auto desk = sit("r1");
    openRow(*desk, 0);
    EXPECT_EQ(desk->document()->reading().cells().back().quantity, anatomy::Quantity::BonyCanal);
    mark(*desk, 0, 15);
    EXPECT_EQ(desk->roundCase()->assignment().state, CaseState::Done);
    EXPECT_EQ(sit("r1")->worklist()[0].done, 15U);
}

TEST_F(RoundDesk, ACaseIsDoneWithItsLastCellAndInProgressWhenThatIsTakenBack) {
    makeRound();
    const auto desk = sit("r1");
    openRow(*desk, 0);
    mark(*desk, 0, 14);
    EXPECT_EQ(desk->roundCase()->assignment().state, CaseState::InProgress);
    EXPECT_EQ(desk->worklist()[0].done, 14U);
    mark(*desk, 14, 15);
    EXPECT_EQ(desk->roundCase()->assignment().state, CaseState::Done);
    EXPECT_EQ(desk->worklist()[0].round->state, CaseState::Done);
    ASSERT_TRUE(desk->document()->reading().undo());
    EXPECT_EQ(desk->roundCase()->assignment().state, CaseState::InProgress);
    ASSERT_TRUE(desk->roundCase()->setDone(true));
    EXPECT_EQ(desk->worklist()[0].round->state, CaseState::Done) << "by hand, one cell open";
    mark(*desk, 13, 14);
    EXPECT_EQ(desk->roundCase()->assignment().state, CaseState::Done);
    EXPECT_EQ(desk->nextOpenRow(), 1U);
}

TEST_F(RoundDesk, WhatIsSaidOfACaseIsStored) {
    makeRound();
    {
        const auto desk = sit("r1");
        openRow(*desk, 1);
        ASSERT_TRUE(desk->roundCase()->setFlagged(true));
        ASSERT_TRUE(desk->roundCase()->setDifficulty(4));
        ASSERT_TRUE(desk->roundCase()->setComment("scoliosis"));
        EXPECT_FALSE(desk->roundCase()->setDifficulty(9));
        EXPECT_TRUE(desk->worklist()[1].round->flagged);
    }
    const auto desk = sit("r1");
    EXPECT_TRUE(desk->worklist()[1].round->flagged);
    EXPECT_EQ(desk->worklist()[1].round->difficulty, 4);
    openRow(*desk, 1);
    EXPECT_EQ(desk->roundCase()->assignment().comment, "scoliosis");
    ASSERT_TRUE(store::RoundRepository(*coordinator).close("pilot"));
    const auto late = desk->roundCase()->setFlagged(false);
    ASSERT_FALSE(late) << "the round was closed meanwhile";
    EXPECT_NE(late.error().message.find("closed"), std::string::npos);
    EXPECT_FALSE(sit("r2")->worklist()[0].round) << "a closed round is no work";
}

TEST_F(RoundDesk, ARepeatBecomesDueAndShowsNothingOfTheFirst) {
    plan.studies = {StudyUid("1.2.1")};
    plan.repeats = 1.0;
    plan.washOutDays = 0;
    makeRound();
    const auto desk = sit("r1");
    ASSERT_EQ(desk->worklist().size(), 1U) << "a repeat that is not due is not offered";
    openRow(*desk, 0);
    mark(*desk, 0, 15);
    ASSERT_EQ(desk->worklist().size(), 2U);
    EXPECT_EQ(desk->currentRow(), 0U);
    ASSERT_EQ(desk->worklist()[1].study, desk->worklist()[0].study);
    ASSERT_EQ(desk->nextOpenRow(), 1U);
    openRow(*desk, 1);
    EXPECT_EQ(desk->document()->title(), "Case 2");
    EXPECT_EQ(desk->document()->reading().done(), 0U);
    EXPECT_FALSE(desk->document()->record().undoText());
    EXPECT_EQ(desk->worklist()[0].done, 15U) << "the counts of the first stay with the first";
    mark(*desk, 0, 1);
    openRow(*desk, 0);
    EXPECT_EQ(desk->document()->reading().done(), 15U);
}

TEST_F(RoundDesk, CalibrationHoldsTheOthersBackUntilItIsPassed) {
    plan.calibration = {StudyUid("1.2.3")};
    plan.passMark = 0.8;
    makeRound();
    const auto desk = sit("r1");
    ASSERT_EQ(desk->worklist().size(), 1U) << "cases that are not due are not offered";
    EXPECT_TRUE(desk->worklist()[0].round->calibration);
    openRow(*desk, 0);
    mark(*desk, 0, 15);
    EXPECT_FALSE(desk->nextOpenRow());
    const auto right = testing::raterContour({"r1"}, StudyUid("1.2.3"), "1.2.31.2.840.1.1");
    ASSERT_TRUE(store::ContourRepository(*coordinator).import({{right}, {0}, {}, {}}));
    ASSERT_TRUE(store::RoundRepository(*coordinator).scoreCalibration("pilot", std::span(&right, 1)));
    ASSERT_TRUE(desk->refreshWorklist());
    EXPECT_EQ(desk->worklist().size(), 3U);
}

TEST_F(RoundDesk, TwoRatersAtOnceLoseNothingAndSeeNothingOfEachOther) {
    makeRound();
    const auto first = sit("r1"), second = sit("r2");
    openRow(*first, 0);
    const StudyUid study = first->document()->study();
    std::size_t row = 0;
    while (second->worklist()[row].study != study)
        ++row;
    openRow(*second, row);
    for (std::size_t i = 0; i < 15; ++i) { // in turns
        mark(*first, i, i + 1);
        if (i % 2 == 0) mark(*second, i, i + 1);
    }
    EXPECT_EQ(first->document()->reading().done(), 15U);
    EXPECT_EQ(second->document()->reading().done(), 8U);
    ASSERT_TRUE(second->refreshWorklist());
    EXPECT_EQ(second->worklist()[row].done, 8U);
    const auto again = sit("r2");
    openRow(*again, row);
    EXPECT_EQ(again->document()->reading().done(), 8U);
}

TEST_F(RoundDesk, TwoWindowsOfOneRaterOnOneCaseLoseNothing) {
    makeRound();
    const auto left = sit("r1"), right = sit("r1");
    openRow(*left, 0);
    openRow(*right, 0);
    mark(*left, 0, 8);
    mark(*right, 8, 15);
    ASSERT_TRUE(left->document()->record().refresh());
    EXPECT_EQ(left->document()->reading().done(), 15U);
    EXPECT_EQ(left->roundCase()->assignment().state, CaseState::Done);
    const auto again = sit("r1");
    openRow(*again, 0);
    EXPECT_EQ(again->document()->reading().done(), 15U);
}

TEST_F(RoundDesk, APacketOpensAsItsRaterAndAsNobodyElse) {
    makeRound();
    const auto packets = store::exportPackets(*coordinator, "pilot", folder.path(),
                                              [](const RaterId&, const std::string& file,
                                                 const std::string&) -> Result<std::string> { return file; });
    ASSERT_TRUE(packets) << packets.error().message;
    Workspace::Options options;
    options.store = folder.path() / "r2.sqlite";
    options.rater = "r1"; // whoever is named
    options.post = queue.post();
    const auto opened = Workspace::open(options);
    ASSERT_TRUE(opened) << opened.error().message;
    Workspace& desk = **opened;
    EXPECT_EQ(desk.rater(), "r2");
    ASSERT_TRUE(desk.packet());
    EXPECT_EQ(desk.packet()->round, "pilot");
    EXPECT_EQ(desk.worklist().size(), 2U);
    EXPECT_FALSE(desk.setRater("r1"));
    EXPECT_EQ(desk.rater(), "r2");
    openRow(desk, 0);
    mark(desk, 0, 15);
    const auto taken = store::collectPacket(*coordinator, "pilot", options.store);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_GT(taken->added, 15U);
}

} // namespace
} // namespace forameter::workspace
