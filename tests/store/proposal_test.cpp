// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/proposal_repository.hpp"

#include <limits>

#include "fixture.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::store {
namespace {

ProposalDecision someDecision(Decision decision) {
    const auto contour = someForamen(5);
    ProposalDecision said;
    said.study = contour.study;
    said.image = contour.image;
    said.cell = contour.cell;
    said.model = std::string(64, 'a');
    said.curve = contour.curve;
    said.area = 78.5;
    said.confidence = 0.91;
    said.areaLow = 70.0;
    said.failure = 0.125;
    said.doubtful = true;
    said.decision = decision;
    if (decision == Decision::Accepted) said.contour = contour.id;
    return said;
}

class ProposalTest : public StoreTest {};

TEST_F(ProposalTest, WhatWasOfferedAndDecidedComesBackAsItWas) {
    const auto accepted = someDecision(Decision::Accepted);
    ProposalRepository proposals(store());
    const auto kept = proposals.append(accepted, kR1);
    ASSERT_TRUE(kept) << why(kept);
    ASSERT_TRUE(proposals.append(someDecision(Decision::Rejected), kR1));
    const auto all = proposals.decisions({.study = accepted.study}).value();
    ASSERT_EQ(all.size(), 2u);
    const auto& back = all[0].proposal;
    EXPECT_EQ(back.image, accepted.image);
    EXPECT_EQ(back.cell, accepted.cell);
    EXPECT_EQ(back.model, accepted.model);
    EXPECT_EQ(back.curve, accepted.curve);
    EXPECT_EQ(back.area, accepted.area);
    EXPECT_EQ(back.confidence, accepted.confidence);
    EXPECT_EQ(back.areaLow, accepted.areaLow);
    EXPECT_EQ(back.areaHigh, std::nullopt);
    EXPECT_EQ(back.failure, accepted.failure);
    EXPECT_TRUE(back.doubtful);
    EXPECT_EQ(back.decision, Decision::Accepted);
    EXPECT_EQ(back.contour, accepted.contour);
    EXPECT_EQ(all[0].rater, kR1);
    EXPECT_EQ(all[1].proposal.decision, Decision::Rejected);
    expectSound();
}

TEST_F(ProposalTest, WhatHasNoCurveOrNoFiniteNumberIsRefused) {
    ProposalRepository proposals(store());
    auto bad = someDecision(Decision::Rejected);
    bad.curve.points.clear();
    EXPECT_EQ(proposals.append(bad, kR1).error().code, ErrorCode::InvalidArgument);
    bad = someDecision(Decision::Rejected);
    bad.areaHigh = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(proposals.append(bad, kR1).error().code, ErrorCode::InvalidArgument);
    bad = someDecision(Decision::Rejected);
    bad.image.series = SeriesUid("9.9");
    EXPECT_EQ(proposals.append(bad, kR1).error().code, ErrorCode::UnknownImage);
    EXPECT_TRUE(proposals.decisions({}).value().empty());
}

TEST_F(ProposalTest, AChangedRowIsFound) {
    ASSERT_TRUE(ProposalRepository(store()).append(someDecision(Decision::Rejected), kR1));
    close();
    rawSql(file, {"DROP TRIGGER proposal_decision_no_update",
                  "UPDATE proposal_decision SET decision = 'accepted'"});
    reopen();
    EXPECT_FALSE(verify(store()).value().ok());
}

TEST_F(ProposalTest, OthersDecisionsAreBlindedLikeTheirContours) {
    for (const auto& rater : {kR1, kR2})
        ASSERT_TRUE(RaterRepository(store()).add(rater));
    RoundPlan plan;
    plan.name = "pilot";
    plan.raters = {kR1, kR2};
    plan.studies = {StudyUid("1.2.3")};
    plan.slices = SliceRule::Free;
    ASSERT_TRUE(RoundRepository(store()).create(plan));
    ASSERT_TRUE(ProposalRepository(store()).append(someDecision(Decision::Accepted), kR1));
    reopen(Actor::as(kR2));
    EXPECT_TRUE(ProposalRepository(store()).decisions({}).value().empty());
    reopen(Actor::as(kR1));
    const auto mine = ProposalRepository(store()).decisions({}).value();
    ASSERT_EQ(mine.size(), 1u);
    EXPECT_TRUE(mine[0].reading);
    EXPECT_EQ(ProposalRepository(store()).append(someDecision(Decision::Accepted), kR2).error().code,
              ErrorCode::NotAllowed);
}

} // namespace
} // namespace forameter::store
