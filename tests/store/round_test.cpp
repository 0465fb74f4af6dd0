// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/round_repository.hpp"

#include <set>
#include <sys/wait.h>

#include "forameter/store/effort_repository.hpp"
#include "forameter/store/round_advice.hpp"

#include "fixture.hpp"
#include "round_rows.hpp"

namespace forameter::store {
namespace {

class RoundTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        for (const auto& rater : {kR1, kR2})
            ASSERT_TRUE(RaterRepository(store()).add(rater));
        plan.name = "pilot";
        plan.raters = {kR1, kR2};
        plan.studies = {kStudy};
        plan.slices = SliceRule::Free; // the contours below lie anywhere
    }
    void addStudies(int count) {
        for (int i = 0; i < count; ++i) {
            plan.studies.emplace_back("5." + std::to_string(i));
            ASSERT_TRUE(StudyRepository(store()).add(someStudy(plan.studies.back().text())));
        }
    }
    Round create() {
        auto made = RoundRepository(store()).create(plan);
        EXPECT_TRUE(made) << why(made);
        return made.value_or(Round{});
    }
    std::vector<Assignment> cases(const RaterId& rater) {
        auto mine = Store::open(file, Actor::as(rater));
        EXPECT_TRUE(mine) << why(mine);
        return RoundRepository(*mine).worklist(rater).value();
    }
    RoundPlan plan;
};

TEST_F(RoundTest, TheSamePlanIsDrawnTheSameAndEachRaterHasAnOrderOfHerOwn) {
    addStudies(19);
    const auto first = draw(plan);
    std::ranges::reverse(plan.studies);
    const auto again = draw(plan);
    std::vector<std::vector<StudyUid>> orders;
    for (std::size_t r = 0; r < first.size(); ++r) {
        orders.emplace_back();
        for (std::size_t i = 0; i < first[r].size(); ++i) {
            EXPECT_EQ(first[r][i].study, again[r][i].study);
            orders.back().push_back(first[r][i].study);
        }
        EXPECT_EQ(std::set(orders.back().begin(), orders.back().end()).size(), 20u);
    }
    EXPECT_NE(orders[0], orders[1]);
}

TEST_F(RoundTest, AListOfStudiesIsOneUidALine) {
    EXPECT_EQ(studyUidsIn("1.2\r\n\n  1.3\t\n1.4"),
              (std::vector{StudyUid("1.2"), StudyUid("1.3"), StudyUid("1.4")}));
    EXPECT_TRUE(studyUidsIn(" \n\n").empty());
}

TEST_F(RoundTest, CasesAreSpreadEvenlyAndRepeatsComeLater) {
    addStudies(19);
    plan.raters.emplace_back("r3");
    plan.ratersPerCase = 2;
    plan.repeats = 0.25;
    std::map<StudyUid, std::set<std::size_t>> readers;
    const auto drawn = draw(plan);
    for (std::size_t r = 0; r < drawn.size(); ++r) {
        std::map<StudyUid, std::size_t> seen;
        std::size_t repeats = 0;
        for (std::size_t i = 0; i < drawn[r].size(); ++i) {
            const auto [first, isNew] = seen.emplace(drawn[r][i].study, i);
            readers[drawn[r][i].study].insert(r);
            if (isNew) continue;
            ++repeats;
            EXPECT_GE(i, drawn[r].size() / 3);
            EXPECT_GT(i, first->second);
        }
        EXPECT_GE(seen.size(), 13u);
        EXPECT_LE(seen.size(), 14u);
        EXPECT_EQ(repeats, 4u);
    }
    EXPECT_EQ(readers.size(), 20u);
    for (const auto& [study, who] : readers)
        EXPECT_EQ(who.size(), 2u) << study.text();
}

TEST_F(RoundTest, PlansThatCannotBeCarriedOutAreRefused) {
    RoundRepository rounds(store());
    const auto refusal = [&](auto change) {
        RoundPlan bad = plan;
        change(bad);
        const auto made = rounds.create(bad);
        EXPECT_FALSE(made);
        return made ? ErrorCode::Other : made.error().code;
    };
    EXPECT_EQ(refusal([](auto& p) { p.raters.clear(); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(refusal([](auto& p) { p.raters.emplace_back("nobody"); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(refusal([](auto& p) { p.studies.emplace_back("9.9"); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(refusal([](auto& p) { p.repeats = 2; }), ErrorCode::InvalidArgument);
    EXPECT_EQ(refusal([](auto& p) { p.name = "a b"; }), ErrorCode::InvalidArgument);
    EXPECT_EQ(refusal([](auto& p) { p.passMark = 0.8; }), ErrorCode::InvalidArgument);
    create();
    EXPECT_EQ(refusal([](auto&) {}), ErrorCode::Conflict);
    EXPECT_EQ(rounds.list().value().size(), 1u);
}

TEST_F(RoundTest, ARepeatWaitsIsSilentAndShowsNothingOfTheFirst) {
    confirmLevels();
    plan.repeats = 1;
    plan.washOutDays = 0;
    create();
    reopen(Actor::as(kR1));
    RoundRepository rounds(store());
    ASSERT_EQ(cases(kR1).size(), 1u); // the repeat is not there yet
    const auto first = rounds.next(kR1).value().value();
    auto reading = store().inReading(first.id);
    ASSERT_TRUE(reading) << why(reading);
    const auto contour = someForamen();
    ASSERT_TRUE(ContourRepository(*reading).save(contour, 0));
    ASSERT_TRUE(rounds.update(first.id, {.state = CaseState::Done, .difficulty = 2, .comment = "clear"}));

    const auto list = cases(kR1);
    ASSERT_EQ(list.size(), 2u);
    const auto second = rounds.next(kR1).value().value();
    EXPECT_NE(second.id, first.id);
    EXPECT_EQ(second.study, first.study);
    EXPECT_FALSE(second.repeatOf);
    auto again = store().inReading(second.id);
    ASSERT_TRUE(again) << why(again);
    EXPECT_EQ(ContourRepository(*again).count({}).value(), 0u);
    EXPECT_FALSE(ContourRepository(*again).find(contour.id));
    EXPECT_TRUE(CellStateRepository(*again).states(kStudy, kR1).value().empty());
    EXPECT_FALSE(History(*again).nextUndo(kStudy, kR1).value());
    ASSERT_TRUE(ContourRepository(*again).save(someForamen(6), 0));
    EXPECT_EQ(ContourRepository(*reading).count({}).value(), 1u);
    ASSERT_TRUE(History(*again).undo(kStudy, kR1).value());
    EXPECT_EQ(ContourRepository(*again).count({}).value(), 0u);
    EXPECT_EQ(ContourRepository(*reading).count({}).value(), 1u);
    ASSERT_TRUE(History(*again).redo(kStudy, kR1).value());
    EXPECT_EQ(ContourRepository(*again).count({}).value(), 1u);
    reopen();
    const auto all = RoundRepository(store()).assignments("pilot").value();
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& one) { return one.repeatOf.has_value(); }), 2);
    expectSound();
}

TEST_F(RoundTest, TheWashOutIsKept) {
    plan.repeats = 1;
    plan.washOutDays = 14;
    create();
    reopen(Actor::as(kR1));
    RoundRepository rounds(store());
    ASSERT_TRUE(rounds.update(rounds.next(kR1).value()->id, {.state = CaseState::Done}));
    EXPECT_FALSE(rounds.next(kR1).value());
    EXPECT_EQ(rounds.worklist(kR1).value().size(), 1u);
}

TEST_F(RoundTest, CalibrationComesFirstAndHasToBePassed) {
    addStudies(2);
    plan.calibration = {plan.studies.back()};
    plan.studies.pop_back();
    plan.passMark = 0.8;
    create();
    const auto first = cases(kR1).front();
    EXPECT_TRUE(first.calibration);
    reopen(Actor::as(kR1));
    ASSERT_TRUE(RoundRepository(store()).update(first.id, {.state = CaseState::Done}));
    EXPECT_FALSE(RoundRepository(store()).next(kR1).value());
    reopen();
    const auto score = [&](const protocol::Contour& truth) {
        EXPECT_TRUE(RoundRepository(store()).scoreCalibration("pilot", std::span(&truth, 1)));
    };
    const auto hers = someForamen(5, anatomy::Level::L4_L5, "r1", 2, first.study.text());
    ASSERT_TRUE(ContourRepository(store()).import({{hers}, {0}, {}, {}}));
    score(someForamen(7, anatomy::Level::L4_L5, "truth", 2, first.study.text())); // a Dice of 0.68
    EXPECT_FALSE(RoundRepository(store()).next(kR1).value());
    score(hers);
    EXPECT_TRUE(RoundRepository(store()).next(kR1).value());
    EXPECT_EQ(RoundRepository(store()).progress("pilot").value().front().passed, true);
    expectSound();
}

TEST_F(RoundTest, NothingIsReadOrWrittenAcrossTheBlindUntilItIsLifted) {
    confirmLevels();
    create();
    save(someForamen(5, anatomy::Level::L4_L5, "r1"));
    save(someForamen(6, anatomy::Level::L4_L5, "r2"));
    reopen(Actor::as(kR1));
    EXPECT_EQ(current().size(), 1u);
    EXPECT_EQ(StudyRepository(store()).list().value().studies.front().contours, 1u);
    EXPECT_EQ(StudyRepository(store()).count("contours > 1").value(), 0u);
    EXPECT_EQ(RoundRepository(store()).worklist(kR2).error().code, ErrorCode::NotAllowed);
    EXPECT_EQ(RoundRepository(store()).find("pilot").value().plan.raters.size(), 1u);
    EXPECT_EQ(RoundRepository(store()).open("pilot").error().code, ErrorCode::NotAllowed);
    const auto hers = RoundRepository(store()).assignments("pilot").value();
    EXPECT_TRUE(std::ranges::all_of(hers, [](const auto& one) { return one.rater == kR1; }));
    reopen();
    const auto theirs = RoundRepository(store()).worklist(kR2).value().front();
    ASSERT_TRUE(RoundRepository(store()).close("pilot"));
    reopen(Actor::as(kR1));
    EXPECT_EQ(store().inReading(theirs.id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(RoundRepository(store()).find(theirs.id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(RoundRepository(store()).update(theirs.id, {.flagged = true}).error().code,
              ErrorCode::NotFound);
    EXPECT_EQ(current().size(), 1u); // closed is not opened
    reopen();
    ASSERT_TRUE(RoundRepository(store()).open("pilot"));
    EXPECT_EQ(RoundRepository(store()).close("pilot").error().code, ErrorCode::Conflict);
    reopen(Actor::as(kR1));
    EXPECT_EQ(current().size(), 2u);
    EXPECT_EQ(ContourRepository(store()).remove(current({.rater = kR2}).front().contour.id, 1).error().code,
              ErrorCode::NotFound); // seen is not hers
}

TEST_F(RoundTest, TimesAreKeptByReadingAndSummed) {
    create();
    EffortRepository efforts(store());
    Effort piece;
    piece.study = kStudy;
    piece.active = std::chrono::milliseconds(1500);
    piece.looking = std::chrono::milliseconds(700);
    piece.tools["spline"] = piece.active;
    piece.strokes = 2;
    piece.undos = 1;
    ASSERT_TRUE(efforts.append(piece, kR1));
    piece.tools = {{"sculpt", std::chrono::milliseconds(500)}};
    ASSERT_TRUE(efforts.append(piece, kR1));
    Effort nothing;
    nothing.study = kStudy;
    ASSERT_TRUE(efforts.append(nothing, kR1)); // not kept
    piece.idle = std::chrono::milliseconds(-1);
    EXPECT_EQ(efforts.append(piece, kR1).error().code, ErrorCode::InvalidArgument);
    const auto sums = efforts.totals({}).value();
    ASSERT_EQ(sums.size(), 1u);
    EXPECT_EQ(sums[0].effort.active.count(), 3000);
    EXPECT_EQ(sums[0].effort.undos, 2);
    EXPECT_EQ(sums[0].effort.tools.at("sculpt").count(), 500);
    EXPECT_TRUE(sums[0].reading);
    EXPECT_EQ(efforts.pieces({}).value().size(), 2u);
    reopen(Actor::as(kR2));
    EXPECT_TRUE(EffortRepository(store()).pieces({}).value().empty());
    reopen();
    expectSound();
}

TEST_F(RoundTest, TwoProcessesLoseNoTimesAndNoStates) {
    addStudies(9);
    create();
    const auto all = cases(kR1);
    close();
    constexpr int kPieces = 15;
    const auto work = [&](int which) {
        auto mine = Store::open(file, Actor::as(kR1));
        if (!mine) return false;
        for (int i = 0; i < kPieces; ++i) {
            Effort piece;
            piece.study = kStudy;
            piece.active = std::chrono::milliseconds(1);
            if (!EffortRepository(*mine).append(piece, kR1)) return false;
        }
        RoundRepository rounds(*mine);
        for (const auto& one : all) {
            const auto change =
                which == 0 ? AssignmentChange{.flagged = true} : AssignmentChange{.comment = "seen"};
            if (!rounds.update(one.id, change)) return false;
        }
        return true;
    };
    std::vector<pid_t> children;
    for (int which = 0; which < 2; ++which) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) _exit(work(which) ? 0 : 1);
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    reopen();
    EXPECT_EQ(EffortRepository(store()).totals({}).value().front().effort.active.count(), 2 * kPieces);
    const auto list = RoundRepository(store()).worklist(kR1).value();
    for (const auto& one : list) {
        EXPECT_TRUE(one.flagged); // neither has undone what the other said
        EXPECT_EQ(one.comment, "seen");
    }
    expectSound();
}

/// The slice of someStudy that a contour of someForamen lies on by its number.
ImageId sagittal(int slice) {
    return {SeriesUid("1.2.3.1"), SopUid("1.2.3.1." + std::to_string(slice + 1)), 1};
}

TEST_F(RoundTest, TellsTheCoordinatorWhatIsNotAsTheProtocolAsks) {
    plan.slices = SliceRule::Fixed;
    const auto canal = anatomy::Cell::canal(anatomy::Level::L3_L4);
    confirmLevels();
    plan.fixedSlices = {{kStudy, canal, sagittal(3)}}; // of a T1 series, where a sac is too large
    create();
    const auto advice = roundAdvice(store(), plan);
    ASSERT_TRUE(advice) << why(advice);
    EXPECT_EQ(advice->withoutLevels, plan.studies.size() - 1);
    EXPECT_EQ(advice->fixed + advice->freeCells.size(), 15u);
    ASSERT_EQ(advice->offProtocol.size(), 1u);
    EXPECT_EQ(advice->offProtocol[0].slice, plan.fixedSlices[0]);
    const auto sentences = advice->warnings();
    ASSERT_FALSE(sentences.empty());
    EXPECT_NE(sentences.back().find("1 fixed slice of 1 study (" + kStudy.text() + "): "), std::string::npos)
        << sentences.back();
}

TEST_F(RoundTest, FixedSlicesAndTheQuantityHoldForEveryContourOfTheRound) {
    confirmLevels();
    plan.slices = SliceRule::Fixed;
    const auto foramen = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    const auto other = anatomy::Cell::foramen(anatomy::Level::L3_L4, anatomy::Side::R);
    plan.fixedSlices = {{kStudy, other, sagittal(3)}};
    create();
    reopen(Actor::as(kR1));
    RoundRepository rounds(store());
    const auto fixed = rounds.fixedSlices("pilot");
    ASSERT_TRUE(fixed) << why(fixed);
    EXPECT_GE(fixed->size(), 9u);
    const auto reading = rounds.next(kR1).value().value().id;
    EXPECT_EQ(rounds.fixedImage(reading, other).value(), sagittal(3)); // the coordinator's
    const auto image = rounds.fixedImage(kStudy, kR1, foramen).value();
    ASSERT_TRUE(image); // the protocol's: 19.8 mm to the right is nearest to 20 mm
    EXPECT_EQ(*image, sagittal(0));
    ContourRepository contours(store());
    const auto wrong = contours.save(someForamen(5, anatomy::Level::L4_L5, "r1", 2), 0);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::NotAllowed);
    EXPECT_NE(wrong.error().message.find("fixes this cell to image 1.2.3.1.1 "), std::string::npos)
        << wrong.error().message;
    protocol::ReadContours document;
    document.contours = {someForamen(5, anatomy::Level::L4_L5, "r1", 2),
                         someForamen(5, anatomy::Level::L4_L5, "r1", 0),
                         someForamen(5, anatomy::Level::L3_L4, "r1", 3)};
    const auto taken = contours.import(document);
    ASSERT_TRUE(taken) << why(taken);
    EXPECT_EQ(taken->added, 2u);
    ASSERT_EQ(taken->refused.size(), 1u);
    EXPECT_EQ(taken->refused[0].index, 0u);
    auto canal = someForamen(5, anatomy::Level::L4_L5, "r1", 0);
    canal.cell = anatomy::Cell::canal(anatomy::Level::L4_L5, anatomy::Quantity::BonyCanal);
    const auto bony = contours.save(canal, 0);
    ASSERT_FALSE(bony);
    EXPECT_NE(bony.error().message.find("measured as dural_sac, not as bony_canal"), std::string::npos)
        << bony.error().message;
    reopen();
    EXPECT_EQ(current({.round = "pilot"}).size(), 2u);
    expectSound();
    // A changed image is found by verify.
    close();
    rawSql(file, {"DROP TRIGGER round_slice_no_update", "UPDATE round_slice SET sop_uid = '1.2.3.1.9'",
                  "CREATE TRIGGER round_slice_no_update BEFORE UPDATE ON round_slice BEGIN SELECT "
                  "RAISE(ABORT, 'round_slice is append-only'); END"});
    reopen();
    EXPECT_FALSE(verify(store()).value().ok());
}

TEST_F(RoundTest, SlicesThatCannotBeFixedAreRefusedAndFreeRoundsStayFree) {
    confirmLevels();
    RoundRepository rounds(store());
    const auto foramen = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    plan.fixedSlices = {{kStudy, foramen, sagittal(3)}};
    EXPECT_EQ(rounds.create(plan).error().code, ErrorCode::InvalidArgument); // a free round
    plan.slices = SliceRule::Fixed;
    plan.fixedSlices[0].image = sagittal(30);
    const auto unknown = rounds.create(plan);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("The store has no image"), std::string::npos);
    plan.fixedSlices = {{StudyUid("9"), foramen, sagittal(3)}};
    EXPECT_EQ(rounds.create(plan).error().code, ErrorCode::InvalidArgument);
    plan.fixedSlices = {{kStudy, foramen, sagittal(3)}, {kStudy, foramen, sagittal(4)}};
    EXPECT_EQ(rounds.create(plan).error().code, ErrorCode::InvalidArgument);
    plan.fixedSlices.clear();
    plan.slices = SliceRule::Free;
    create();
    EXPECT_TRUE(rounds.fixedSlices("pilot").value().empty());
    EXPECT_FALSE(rounds.fixedImage(kStudy, kR1, foramen).value());
    save(someForamen());
}

TEST_F(RoundTest, CalibrationIsScoredWithoutUnblindingAndHoldsTheRestBack) {
    addStudies(1);
    const StudyUid trial = plan.studies.back();
    plan.studies = {kStudy};
    plan.calibration = {trial};
    plan.passMark = 0.9;
    confirmLevels();
    ASSERT_TRUE(LevelSetRepository(store()).confirm(trial, someLevels(), kR1, 0));
    ASSERT_TRUE(RaterRepository(store()).add(RaterId("lead"), Role::Researcher));
    create();
    const auto held = ContourRepository(store()).save(someForamen(), 0);
    ASSERT_FALSE(held);
    EXPECT_NE(held.error().message.find("cannot be read yet"), std::string::npos) << held.error().message;
    const auto right = someForamen(5, anatomy::Level::L4_L5, "truth", 2, trial.text());
    save(someForamen(5, anatomy::Level::L4_L5, "r1", 2, trial.text()));
    save(someForamen(3, anatomy::Level::L4_L5, "r2", 2, trial.text()));
    reopen(Actor::as(RaterId("lead")));
    RoundRepository rounds(store());
    EXPECT_EQ(rounds.scoreCalibration("pilot", {}).error().code, ErrorCode::InvalidArgument);
    EXPECT_FALSE(rounds.scoreCalibration("pilot", std::span(&right, 1)).value()[0].cases[0].done);
    for (const auto& rater : {kR1, kR2}) {
        reopen(Actor::as(rater));
        ASSERT_TRUE(RoundRepository(store()).update(cases(rater).front().id, {.state = CaseState::Done}));
        EXPECT_EQ(RoundRepository(store()).scoreCalibration("pilot", std::span(&right, 1)).error().code,
                  ErrorCode::NotAllowed);
    }
    reopen(Actor::as(RaterId("lead")));
    EXPECT_TRUE(current().empty()); // she is as blind as before
    const auto scores = RoundRepository(store()).scoreCalibration("pilot", std::span(&right, 1));
    ASSERT_TRUE(scores) << why(scores);
    ASSERT_EQ(scores->size(), 2u);
    EXPECT_EQ((*scores)[0].done, 1u);
    EXPECT_NEAR((*scores)[0].meanDice.value(), 1.0, 1e-6);
    EXPECT_NEAR((*scores)[1].meanDice.value(), 2.0 * 9 / (9 + 25), 1e-3);
    EXPECT_NEAR((*scores)[1].cases[0].meanDice, 2.0 * 9 / (9 + 25), 1e-3);
    EXPECT_EQ((*scores)[0].passed, true);
    EXPECT_EQ((*scores)[1].passed, false);
    const auto progress = RoundRepository(store()).progress("pilot").value();
    EXPECT_EQ(progress[0].passed, true);
    EXPECT_EQ(progress[1].passed, false);
    reopen();
    save(someForamen());
    EXPECT_FALSE(ContourRepository(store()).save(someForamen(5, anatomy::Level::L4_L5, "r2"), 0));
    EXPECT_TRUE(RoundRepository(store()).next(kR1).value());
    EXPECT_FALSE(RoundRepository(store()).next(kR2).value());
    expectSound();
}

} // namespace
} // namespace forameter::store
