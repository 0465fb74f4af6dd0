// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include "forameter/agreement/consensus_case.hpp"

namespace forameter::agreement {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;

/// A circle on sagittal slice `slice` (4 mm apart) at the height of its level, drawn by `rater`.
ConsensusMember drawn(const std::string& rater, const Cell& cell, int slice, double height = 0.0,
                      const std::string& study = "1.2.3") {
    ConsensusMember member;
    auto& c = member.contour;
    c.id = ContourId(newUuid());
    c.study = StudyUid(study);
    c.image = {SeriesUid(study + ".1"), SopUid(study + ".1." + std::to_string(slice)), 1};
    c.cell = cell;
    c.rater = rater;
    for (int i = 0; i < 16; ++i) {
        const double t = 2.0 * std::numbers::pi * i / 16;
        c.curve.points.push_back({4.0 * slice, 20 + 5 * std::cos(t), height + 5 * std::sin(t)});
    }
    member.version = 1;
    return member;
}
const Cell kCell = Cell::foramen(Level::L4_L5, Side::R);

std::vector<std::string> ratersOf(const ConsensusCase& one) {
    std::vector<std::string> names;
    for (const auto& member : one.members)
        names.push_back(member.contour.rater);
    return names;
}
using Names = std::vector<std::string>;

TEST(ConsensusCaseTest, OneCaseForEachStudyAndCellInReadingOrder) {
    const Cell left = Cell::foramen(Level::L1_L2, Side::L), canal = Cell::canal(Level::L1_L2),
               upper = Cell::foramen(Level::L1_L2, Side::R);
    const auto cases = consensusCases(std::vector{drawn("a", canal, 9, 300), drawn("a", left, 9),
                                                  drawn("a", kCell, 3), drawn("a", upper, 3, 100),
                                                  drawn("a", kCell, 3, 0, "1.2.2"), drawn("b", kCell, 3)});
    ASSERT_EQ(cases.size(), 5u);
    EXPECT_EQ(cases[0].study.text(), "1.2.2");
    EXPECT_EQ(cases[1].cell, upper);
    EXPECT_EQ(cases[2].cell, kCell);
    EXPECT_EQ(ratersOf(cases[2]), (Names{"a", "b"}));
    EXPECT_EQ(cases[3].cell, left);
    EXPECT_EQ(cases[4].cell, canal);
}

TEST(ConsensusCaseTest, TheImageThatMostRatersChose) {
    const auto cases = consensusCases(
        std::vector{drawn("a", kCell, 4), drawn("b", kCell, 3), drawn("c", kCell, 4), drawn("d", kCell, 5)});
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].image.sop.text(), "1.2.3.1.4");
    EXPECT_EQ(ratersOf(cases[0]), (Names{"a", "c"}));
    ASSERT_EQ(cases[0].elsewhere.size(), 2u);
    EXPECT_EQ(cases[0].elsewhere[0].contour.rater, "b");
    EXPECT_NEAR(std::abs(cases[0].elsewhere[0].offset.value()), 4.0, 1e-9);
    EXPECT_NEAR(cases[0].elsewhere[0].offset.value() + cases[0].elsewhere[1].offset.value(), 0.0, 1e-9);
}

TEST(ConsensusCaseTest, OfEquallyManyTheNearestToAllThenTheLowerIdentifier) {
    const auto nearest =
        consensusCases(std::vector{drawn("a", kCell, 2), drawn("b", kCell, 5), drawn("c", kCell, 6)});
    EXPECT_EQ(nearest[0].image.sop.text(), "1.2.3.1.5");
    const auto lower = consensusCases(
        std::vector{drawn("a", kCell, 6), drawn("b", kCell, 5), drawn("c", kCell, 6), drawn("d", kCell, 5)});
    EXPECT_EQ(lower[0].image.sop.text(), "1.2.3.1.5");
}

/// A rater's profile of neighbouring slices does not move the case off the slice in the middle.
TEST(ConsensusCaseTest, AProfileOfSlicesKeepsItsMiddle) {
    std::vector<ConsensusMember> contours;
    for (const char* rater : {"a", "b", "c"})
        for (const int slice : {3, 4, 5})
            contours.push_back(drawn(rater, kCell, slice));
    const auto cases = consensusCases(contours);
    EXPECT_EQ(cases[0].image.sop.text(), "1.2.3.1.4");
    EXPECT_EQ(cases[0].members.size(), 3u);
}

TEST(ConsensusCaseTest, TheNewestOfSeveralContoursOfARater) {
    auto older = drawn("a", kCell, 4), newer = drawn("a", kCell, 4);
    newer.contour.created = older.contour.created + std::chrono::hours(1);
    const auto cases = consensusCases(std::vector{newer, older, drawn("b", kCell, 4)});
    ASSERT_EQ(cases[0].members.size(), 2u);
    EXPECT_EQ(cases[0].members[0].contour.id, newer.contour.id);
    ASSERT_EQ(cases[0].leftOut.size(), 1u);
    EXPECT_EQ(cases[0].leftOut[0].contour.id, older.contour.id);
    EXPECT_EQ(name(cases[0].leftOut[0].reason), "superseded");
}

TEST(ConsensusCaseTest, WhatIsNotAssessableIsListed) {
    auto none = drawn("c", kCell, 4);
    none.contour.assessable = false;
    none.contour.note = "metal";
    none.contour.curve.points.clear();
    const auto cases = consensusCases(std::vector{drawn("a", kCell, 4), drawn("b", kCell, 4), none});
    EXPECT_EQ(cases[0].members.size(), 2u);
    ASSERT_EQ(cases[0].leftOut.size(), 1u);
    EXPECT_EQ(name(cases[0].leftOut[0].reason), "not-assessable");
    EXPECT_NE(cases[0].leftOut[0].message.find("metal"), std::string::npos);
}

TEST(ConsensusCaseTest, AContourOfAnotherLevelIsNotAveragedIn) {
    const Cell above = Cell::foramen(Level::L3_L4, Side::R);
    std::vector<ConsensusMember> contours;
    for (const char* rater : {"a", "b", "c"}) {
        contours.push_back(drawn(rater, kCell, 4, 0));
        contours.push_back(drawn(rater, above, 4, 35));
    }
    contours.push_back(drawn("d", kCell, 4, 35)); // shows L3-L4
    const auto cases = consensusCases(contours);
    const auto one = std::ranges::find(cases, kCell, &ConsensusCase::cell);
    ASSERT_NE(one, cases.end());
    EXPECT_EQ(ratersOf(*one), (Names{"a", "b", "c"}));
    ASSERT_EQ(one->leftOut.size(), 1u);
    EXPECT_EQ(name(one->leftOut[0].reason), "mix-up");
    EXPECT_NE(one->leftOut[0].message.find("right foramen L3–L4"), std::string::npos)
        << one->leftOut[0].message;
}

TEST(ConsensusCaseTest, NothingGivesNothing) {
    EXPECT_TRUE(consensusCases({}).empty());
}

} // namespace
} // namespace forameter::agreement
