// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/consensus_repository.hpp"

#include "consensus_rows.hpp"
#include "fixture.hpp"
#include "forameter/store/audit_log.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/review_repository.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::store {
namespace {

using protocol::Consensus;
using protocol::ConsensusMethod;

class ConsensusStoreTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
        for (const char* rater : {"r1", "r2"})
            contours.push_back(save(someForamen(5, anatomy::Level::L4_L5, rater)));
    }
    /// A consensus of both contours: the first one's curve, a mask of 3 x 2 pixels.
    [[nodiscard]] Consensus some(ConsensusMethod method = ConsensusMethod::Majority) const {
        Consensus c;
        c.study = kStudy;
        c.image = contours[0].contour.image;
        c.cell = contours[0].contour.cell;
        c.method = method;
        c.algorithm = 1;
        c.parameters = R"({"rule":"more than half"})";
        c.domain = Millimetres(5);
        c.domainPixels = 6;
        c.prior = 1.0 / 3.0;
        c.column = 7;
        c.row = 8;
        c.mask = geometry::Mask(3, 2, 0);
        c.mask(1, 0) = c.mask(2, 1) = 1;
        c.soft = Grid<float>(3, 2, 0.25f);
        c.curve = contours[0].contour.curve;
        c.area = c.areaMask = SquareMillimetres(78.5);
        c.majorityArea = c.majorityAreaMask = SquareMillimetres(78.25);
        for (const auto& stored : contours)
            c.raters.push_back({stored.contour.rater, stored.contour.id, stored.version,
                                stored.measurement->area, 0.9, 0.99, SquareMillimetres(77)});
        c.protocol = "nf-pedicle-v1";
        c.plane = geometry::Plane::Sagittal;
        c.weighting = Weighting::T1;
        return c;
    }
    Consensus added(const Consensus& consensus) {
        auto done = ConsensusRepository(store()).add(consensus);
        EXPECT_TRUE(done) << why(done);
        return done.value_or(Consensus{});
    }
    std::vector<Consensus> listed(const ConsensusFilter& filter = {},
                                  ConsensusRepository::Which which = ConsensusRepository::Which::Newest) {
        auto found = ConsensusRepository(store()).list(filter, which);
        EXPECT_TRUE(found) << why(found);
        return found.value_or(std::vector<Consensus>{});
    }
    [[nodiscard]] Review review(ReviewState state, const std::string& reason = {}) const {
        return {kStudy, contours[0].contour.cell, "", 0, state, std::nullopt, reason, "", {}};
    }

    std::vector<StoredContour> contours;
};

TEST_F(ConsensusStoreTest, ComesBackAsItWasKept) {
    const Consensus kept = added(some(ConsensusMethod::Staple));
    EXPECT_TRUE(isUuid(kept.id.text()));
    EXPECT_EQ(kept.author, "administrator");
    const auto found = ConsensusRepository(store()).find(kept.id);
    ASSERT_TRUE(found) << why(found);
    EXPECT_EQ(*found, kept);
    EXPECT_EQ(listed(), std::vector{kept});
    expectSound();
}

TEST_F(ConsensusStoreTest, TheSameAgainAddsNothingAndChangedInputsAddOne) {
    const auto first = added(some());
    EXPECT_EQ(added(some()).id, first.id);
    auto moved = contours[0].contour;
    moved.curve.points[3].y += 0.5;
    contours[0] = save(moved, contours[0].version);
    const auto second = added(some());
    EXPECT_NE(second.id, first.id);
    EXPECT_EQ(listed().size(), 1u);
    EXPECT_EQ(listed().front().id, second.id);
    EXPECT_EQ(listed({}, ConsensusRepository::Which::All).size(), 2u);
    (void)added(some(ConsensusMethod::Staple));
    EXPECT_EQ(listed().size(), 2u);
    EXPECT_EQ(listed({.method = ConsensusMethod::Staple}).size(), 1u);
    EXPECT_TRUE(listed({.round = "night"}).empty());
    EXPECT_TRUE(listed({.cell = anatomy::Cell::canal(anatomy::Level::L4_L5)}).empty());
}

TEST_F(ConsensusStoreTest, TheSameContoursByOtherParametersAreAnotherConsensus) {
    const auto first = added(some());
    auto other = some();
    other.parameters = R"({"rule":"at least half"})";
    const auto second = added(other);
    EXPECT_NE(second.id, first.id);
    EXPECT_EQ(second.parameters, other.parameters);
    EXPECT_EQ(added(other).id, second.id);
    EXPECT_EQ(listed().front().id, second.id);
}

TEST_F(ConsensusStoreTest, RefusesWhatItWasNotMadeFrom) {
    ConsensusRepository repository(store());
    auto strange = some();
    strange.raters[1].version = 9;
    EXPECT_NE(why(repository.add(strange)).find("no version 9"), std::string::npos)
        << why(repository.add(strange));
    auto alone = some();
    alone.raters.pop_back();
    EXPECT_FALSE(repository.add(alone));
    auto nowhere = some();
    nowhere.image.sop = SopUid("9.9");
    EXPECT_FALSE(repository.add(nowhere));
    auto outside = some();
    outside.column = 1'000'000;
    EXPECT_FALSE(repository.add(outside));
    auto crossing = some();
    std::swap(crossing.curve.points[1], crossing.curve.points[9]);
    EXPECT_FALSE(repository.add(crossing));
    auto unknownRound = some();
    unknownRound.round = "night";
    EXPECT_NE(why(repository.add(unknownRound)).find("no round night"), std::string::npos);
    EXPECT_TRUE(listed().empty());
}

TEST_F(ConsensusStoreTest, OnlyReviewersAndResearchersMakeOne) {
    const auto consensus = some();
    const auto kept = added(consensus);
    for (const auto role : allRoles())
        ASSERT_TRUE(RaterRepository(store()).add(RaterId("the-" + std::string(name(role))), role));
    for (const auto role : allRoles()) {
        reopen(Actor::as(RaterId("the-" + std::string(name(role)))));
        auto again = consensus;
        again.domain = Millimetres(7);
        const auto made = ConsensusRepository(store()).add(again);
        EXPECT_EQ(made.has_value(), allowed(role, Operation::MakeConsensus, Situation::Free)) << name(role);
        if (!made) {
            EXPECT_EQ(made.error().code, ErrorCode::NotAllowed) << why(made);
        }
        const bool reads = allowed(role, Operation::ReadConsensus, Situation::Free);
        EXPECT_EQ(ConsensusRepository(store()).find(kept.id).has_value(), reads) << name(role);
        EXPECT_EQ(!listed({}, ConsensusRepository::Which::All).empty(), reads) << name(role);
        const auto signedOff = ReviewRepository(store()).set(
            {kStudy, kept.cell, "", 0, ReviewState::Discuss, {}, "", "", {}}, 0);
        EXPECT_EQ(signedOff.has_value(), allowed(role, Operation::SignConsensus, Situation::Free))
            << name(role);
    }
    reopen();
    expectSound();
}

TEST_F(ConsensusStoreTest, ReviewsAreVersions) {
    const auto kept = added(some());
    ReviewRepository reviews(store());
    ASSERT_TRUE(reviews.current(kStudy, kept.cell));
    EXPECT_FALSE(*reviews.current(kStudy, kept.cell));
    const auto discussed = reviews.set(review(ReviewState::Discuss), 0);
    ASSERT_TRUE(discussed) << why(discussed);
    EXPECT_EQ(discussed->version, 1);
    EXPECT_EQ(discussed->reviewer, "administrator");
    EXPECT_FALSE(reviews.set(review(ReviewState::Open), 0)); // somebody was faster
    EXPECT_NE(why(reviews.set(review(ReviewState::Signed), 1)).find("needs a reason"), std::string::npos);
    auto accepting = review(ReviewState::Signed, "three of four agree");
    accepting.accepted = Accepted{kept.id, std::nullopt};
    const auto done = reviews.set(accepting, 1);
    ASSERT_TRUE(done) << why(done);
    EXPECT_FALSE(reviews.set(review(ReviewState::Open), 2)); // reopening needs a reason too
    auto edited = review(ReviewState::Signed, "upper wall of r1");
    edited.accepted = Accepted{contours[0].contour.id, contours[0].version};
    ASSERT_TRUE(reviews.set(edited, 2));
    const auto now = reviews.current(kStudy, kept.cell);
    ASSERT_TRUE(now && *now);
    EXPECT_EQ((*now)->accepted, edited.accepted);
    EXPECT_EQ((*now)->version, 3);
    EXPECT_EQ(reviews.history(kStudy, kept.cell)->size(), 3u);
    EXPECT_EQ(reviews.list({.state = ReviewState::Signed})->size(), 1u);
    EXPECT_TRUE(reviews.list({.state = ReviewState::Discuss})->empty());
    expectSound();
}

TEST_F(ConsensusStoreTest, WhatIsAcceptedMustBeOfThatCell) {
    const auto kept = added(some());
    auto other = review(ReviewState::Signed, "x");
    other.cell = anatomy::Cell::foramen(anatomy::Level::L3_L4, anatomy::Side::R);
    other.accepted = Accepted{kept.id, std::nullopt};
    EXPECT_FALSE(ReviewRepository(store()).set(other, 0));
    auto unknown = review(ReviewState::Signed, "x");
    unknown.accepted = Accepted{contours[0].contour.id, 7};
    EXPECT_FALSE(ReviewRepository(store()).set(unknown, 0));
    EXPECT_TRUE(ReviewRepository(store()).set(review(ReviewState::Signed, "metal artefact"), 0));
}

TEST_F(ConsensusStoreTest, WhatIsSignedMustBeWhatItsRatersSayNow) {
    const auto kept = added(some());
    ReviewRepository reviews(store());
    auto accepting = review(ReviewState::Open);
    accepting.accepted = Accepted{kept.id, std::nullopt};
    ASSERT_TRUE(reviews.set(accepting, 0));
    const auto older = Accepted{contours[0].contour.id, contours[0].version};
    auto moved = contours[0].contour;
    moved.curve.points[3].y += 0.5;
    contours[0] = save(moved, contours[0].version);

    auto signing = review(ReviewState::Signed, "all agree");
    signing.accepted = accepting.accepted;
    const auto refused = reviews.set(signing, 1);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_NE(why(refused).find("has been changed meanwhile"), std::string::npos) << why(refused);
    EXPECT_EQ(why(refused).find("r1"), std::string::npos) << "raters may be letters: " << why(refused);
    signing.accepted = older;
    EXPECT_EQ(reviews.set(signing, 1).error().code, ErrorCode::Conflict) << "a rater's older version";
    auto discussing = accepting;
    discussing.state = ReviewState::Discuss;
    EXPECT_TRUE(reviews.set(discussing, 1)) << "what was accepted before may be talked about";
    signing.accepted = Accepted{contours[0].contour.id, contours[0].version};
    EXPECT_TRUE(reviews.set(signing, 2));

    ASSERT_TRUE(ContourRepository(store()).remove(contours[1].contour.id, contours[1].version));
    auto deciding = review(ReviewState::Open, "look again");
    EXPECT_NE(why(reviews.set(deciding, 3, {.contours = {{contours[1].contour.id, contours[1].version}}}))
                  .find("has been deleted meanwhile"),
              std::string::npos);
    expectSound();
}

TEST_F(ConsensusStoreTest, AConsensusIsKeptWithTheDecisionOrNotAtAll) {
    ReviewRepository reviews(store());
    const auto wordless = review(ReviewState::Signed); // without a reason
    EXPECT_FALSE(reviews.set(wordless, 0, {.consensus = some()}));
    EXPECT_FALSE(reviews.set(review(ReviewState::Open), 4, {.consensus = some()})) << "somebody was faster";
    auto moved = contours[0].contour;
    moved.curve.points[3].y += 0.5;
    const auto now = save(moved, contours[0].version);
    EXPECT_FALSE(reviews.set(review(ReviewState::Open), 0, {.consensus = some()})) << "of an older version";
    EXPECT_TRUE(listed({}, ConsensusRepository::Which::All).empty());
    contours[0] = now;
    const auto done = reviews.set(review(ReviewState::Open), 0, {.consensus = some()});
    ASSERT_TRUE(done) << why(done);
    ASSERT_EQ(listed().size(), 1u);
    EXPECT_EQ(done->accepted, (Accepted{listed().front().id, std::nullopt}));
    const auto again = reviews.set(review(ReviewState::Signed, "good"), 1, {.consensus = some()});
    ASSERT_TRUE(again) << why(again);
    EXPECT_EQ(again->accepted, done->accepted) << "the same consensus is kept once";
    expectSound();
}

TEST_F(ConsensusStoreTest, NobodyMakesOrReadsOneBeforeTheRoundIsOpen) {
    ASSERT_TRUE(RaterRepository(store()).add(RaterId("rev"), Role::Reviewer));
    RoundPlan plan;
    plan.name = "night";
    plan.raters = {RaterId("r1"), RaterId("r2")};
    plan.studies = {kStudy};
    ASSERT_TRUE(RoundRepository(store()).create(plan));
    auto blinded = some();
    blinded.round = "night";
    EXPECT_EQ(ConsensusRepository(store()).add(blinded).error().code, ErrorCode::NotAllowed);
    reopen(Actor::as(RaterId("rev")));
    EXPECT_EQ(ConsensusRepository(store()).add(some()).error().code, ErrorCode::NotAllowed);
    EXPECT_EQ(ReviewRepository(store()).set(review(ReviewState::Discuss), 0).error().code,
              ErrorCode::NotAllowed);
    reopen();
    const auto outside = added(some());
    reopen(Actor::as(RaterId("rev")));
    EXPECT_EQ(ConsensusRepository(store()).find(outside.id).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(listed().empty());
    reopen();
    ASSERT_TRUE(RoundRepository(store()).open("night"));
    reopen(Actor::as(RaterId("rev")));
    EXPECT_EQ(listed().size(), 1u);
    const auto made = ConsensusRepository(store()).add(blinded);
    ASSERT_TRUE(made) << why(made);
    EXPECT_EQ(made->round, "night");
    EXPECT_EQ(made->author, "rev");
    reopen();
    expectSound();
}

struct Change {
    const char* name;
    std::vector<std::string> sql;
};
class ConsensusTamperingTest : public ConsensusStoreTest, public ::testing::WithParamInterface<Change> {};
TEST_P(ConsensusTamperingTest, IsFound) {
    const auto kept = added(some());
    auto accepting = review(ReviewState::Signed, "good");
    accepting.accepted = Accepted{kept.id, std::nullopt};
    ASSERT_TRUE(ReviewRepository(store()).set(accepting, 0));
    expectSound();
    close();
    rawSql(file, GetParam().sql);
    const auto report = verify(file);
    ASSERT_TRUE(report) << why(report);
    EXPECT_FALSE(report->ok());
}
const std::string kFree = "DROP TRIGGER consensus_no_update";
INSTANTIATE_TEST_SUITE_P(
    Store, ConsensusTamperingTest,
    ::testing::Values(
        Change{"Mask", {kFree, "UPDATE consensus SET mask = substr(mask, 1, 9) || X'FF'"}},
        Change{"Soft",
               {kFree, "UPDATE consensus SET soft = substr(soft, 1, 9) || X'81' || substr(soft, 11)"}},
        Change{"Area", {kFree, "UPDATE consensus SET area_mm2 = 80"}},
        Change{"Inputs", {kFree, "UPDATE consensus SET inputs = replace(inputs, 'r2', 'r3')"}},
        Change{"Parameters", {kFree, "UPDATE consensus SET domain_mm = 6"}},
        Change{"Reason", {"DROP TRIGGER review_no_update", "UPDATE review SET reason = 'bad'"}},
        Change{"Accepted", {"DROP TRIGGER review_no_update", "UPDATE review SET consensus_id = NULL"}},
        Change{"Deleted", {"DROP TRIGGER review_no_delete", "DELETE FROM review"}},
        Change{"Trigger", {"DROP TRIGGER consensus_no_delete"}}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(ConsensusBlobTest, DamagedMasksAreRefused) {
    geometry::Mask mask(5, 3, 0);
    mask(4, 2) = 1;
    const auto blob = maskToBlob(mask);
    EXPECT_EQ(*maskFromBlob(blob), mask);
    EXPECT_FALSE(maskFromBlob(blob.substr(1)));
    EXPECT_FALSE(maskFromBlob(blob + "x"));
    EXPECT_FALSE(maskFromBlob(""));
    auto huge = blob;
    huge[3] = huge[4] = '\x7f';
    EXPECT_FALSE(maskFromBlob(huge));
    EXPECT_FALSE(softFromBlob(blob));
}

} // namespace
} // namespace forameter::store
