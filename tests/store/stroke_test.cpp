// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "fixture.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::store {
namespace {

// A stroke that goes on from the last one asks nothing again that it knows; so whatever is written between
// two strokes, by this program or another, must be seen by the second.
class StrokeTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
        save(contour);
        stroke();
        auto opened = Store::open(file);
        ASSERT_TRUE(opened) << why(opened);
        m_other.emplace(std::move(*opened));
    }
    Store& other() { return *m_other; }
    Result<StoredContour> tryStroke(Store& in) {
        contour.curve.points.front().z += 0.01;
        return ContourRepository(in).save(contour, version);
    }
    void stroke(Store& in) {
        const auto saved = tryStroke(in);
        ASSERT_TRUE(saved) << why(saved);
        EXPECT_EQ(saved->version, version + 1);
        version = saved->version;
        const auto& now = current();
        ASSERT_EQ(now.size(), 1u);
        EXPECT_EQ(now.front().contour.curve, contour.curve);
        EXPECT_EQ(now.front().measurement->area.value(), saved->measurement->area.value());
        EXPECT_EQ(now.front().levelSet, saved->levelSet);
    }
    void stroke() { stroke(store()); }

    protocol::Contour contour = someForamen();
    int version = 1;

private:
    std::optional<Store> m_other;
};

TEST_F(StrokeTest, TwoProgramsInTurnLoseNothing) {
    for (int i = 0; i < 4; ++i) {
        stroke();
        stroke();
        stroke(other());
        stroke(other());
    }
    EXPECT_EQ(ContourRepository(store()).versions({}).value().size(), static_cast<std::size_t>(version));
    for (int left = version; left > 0; --left)
        ASSERT_TRUE(History(left % 2 ? store() : other()).undo(kStudy, kR1).value());
    EXPECT_TRUE(current().empty());
    EXPECT_FALSE(History(store()).undo(kStudy, kR1).value()->description.empty()) << "the levels are left";
    expectSound();
}

TEST_F(StrokeTest, AnothersStrokeOnTheSameVersionIsAConflict) {
    const int before = version;
    stroke(other());
    version = before;
    const auto late = tryStroke(store());
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Conflict);
    version = before + 1;
    stroke();
    expectSound();
}

TEST_F(StrokeTest, UndoBetweenStrokesIsGoneOnFrom) {
    for (Store* const program : {&store(), &other()}) {
        ASSERT_TRUE(History(*program).undo(kStudy, kR1).value());
        ++version;
        stroke();
        EXPECT_FALSE(History(store()).nextRedo(kStudy, kR1).value()) << "a stroke leaves nothing to do again";
        EXPECT_EQ(History(store()).nextUndo(kStudy, kR1).value()->description, "Change right foramen L4–L5");
    }
    expectSound();
}

TEST_F(StrokeTest, LevelsConfirmedBetweenStrokesHoldForTheNext) {
    int based = 1;
    for (Store* const program : {&other(), &store()}) {
        auto levels = someLevels();
        levels.marks.front().center.x += based;
        const auto confirmed = LevelSetRepository(*program).confirm(kStudy, levels, kR1, based++);
        ASSERT_TRUE(confirmed) << why(confirmed);
        stroke();
        EXPECT_EQ(current().front().levelSet, confirmed->id);
        stroke();
    }
    ASSERT_TRUE(LevelSetRepository(other()).saveDraft(kStudy, someLevels(), kR1, based));
    EXPECT_EQ(tryStroke(store()).error().code, ErrorCode::NotAllowed);
    expectSound();
}

TEST_F(StrokeTest, AMarkSetBetweenStrokesIsTakenBack) {
    for (Store* const program : {&other(), &store()}) {
        ASSERT_TRUE(ContourRepository(*program).remove(contour.id, version));
        ++version;
        const auto marked = CellStateRepository(*program).set(kStudy, contour.cell, kR1,
                                                              protocol::CellState::NotAssessable, "metal");
        ASSERT_TRUE(marked) << why(marked);
        stroke();
        const auto states = CellStateRepository(store()).states(kStudy, kR1).value();
        ASSERT_EQ(states.size(), 1u);
        EXPECT_EQ(states.front().state, protocol::CellState::Done);
    }
    expectSound();
}

TEST_F(StrokeTest, ImagesCorrectedBetweenStrokesAreSeen) {
    for (Store* const program : {&other(), &store()}) {
        ASSERT_TRUE(
            StudyRepository(*program).correctWeighting(contour.image.series, std::array{0}, Weighting::T2));
        stroke();
        EXPECT_EQ(current().front().contour.weighting, Weighting::T2);
        ASSERT_TRUE(
            StudyRepository(*program).correctWeighting(contour.image.series, std::array{0}, Weighting::T1));
        stroke();
        EXPECT_EQ(current().front().contour.weighting, Weighting::T1);
    }
    expectSound();
}

TEST_F(StrokeTest, ARoundThatBeginsOrClosesBetweenStrokesHolds) {
    reopen(Actor::as(kR1));
    stroke();
    RoundPlan plan;
    plan.name = "pilot";
    plan.raters = {kR1};
    plan.studies = {kStudy};
    plan.slices = SliceRule::Free;
    ASSERT_TRUE(RoundRepository(other()).create(plan));
    EXPECT_EQ(tryStroke(store()).error().code, ErrorCode::Conflict) << "it belongs to no reading";
    contour = someForamen(4);
    version = 0;
    const auto first = tryStroke(store());
    ASSERT_TRUE(first) << why(first);
    EXPECT_TRUE(first->reading);
    version = 1;
    EXPECT_TRUE(tryStroke(store()));
    version = 2;
    ASSERT_TRUE(RoundRepository(other()).close(plan.name));
    const auto late = tryStroke(store());
    EXPECT_TRUE(!late || !late->reading) << "its readings are not changed any more";
    reopen();
    expectSound();
}

TEST_F(StrokeTest, NumbersFromTheScreenAreKeptOnlyOfThisCurve) {
    const auto image = *someStudy().series.front().stacks.front().imagePlane(2);
    const auto before = protocol::Measured::of(contour, image);
    ASSERT_TRUE(before) << why(before);
    contour.curve.points.front().z += 1;
    const auto now = protocol::Measured::of(contour, image);
    ASSERT_TRUE(now) << why(now);
    ASSERT_NE(before->numbers().area, now->numbers().area);
    for (const auto* known : {&*now, &*before}) { // the second is of another curve by then
        const auto saved = ContourRepository(store()).save(contour, version++, known);
        ASSERT_TRUE(saved) << why(saved);
        EXPECT_EQ(saved->measurement->area, protocol::measure(contour, image)->area);
        contour.curve.points.front().z += 1;
    }
    expectSound();
}

TEST_F(StrokeTest, OtherContoursBetweenStrokesShareTheHistory) {
    auto second = someForamen(4, anatomy::Level::L3_L4);
    save(second);
    save(someForamen(6, anatomy::Level::L2_L3), 0);
    second.curve.points.front().z += 0.01;
    save(second, 1);
    contour.curve.points.front().z += 0.01;
    save(contour, version);
    for (const char* const what : {"Change right foramen L4–L5", "Change right foramen L3–L4",
                                   "Draw right foramen L2–L3", "Draw right foramen L3–L4"})
        EXPECT_EQ(History(store()).undo(kStudy, kR1).value()->description, what);
    expectSound();
}

TEST_F(StrokeTest, AStrokeThatIsRefusedLeavesTheNextOneRight) {
    auto bad = contour;
    bad.curve.points[3] = bad.curve.points[9];
    EXPECT_FALSE(ContourRepository(store()).save(bad, version));
    auto nowhere = contour;
    nowhere.image.sop = SopUid("9.9");
    EXPECT_EQ(ContourRepository(store()).save(nowhere, version).error().code, ErrorCode::UnknownImage);
    auto late = contour;
    late.curve.points.front().z += 1;
    EXPECT_EQ(ContourRepository(store()).save(late, version - 1).error().code, ErrorCode::Conflict);
    stroke();
    EXPECT_EQ(save(contour, version).version, version) << "nothing changed, so nothing is written";
    stroke();
    expectSound();
}

} // namespace
} // namespace forameter::store
