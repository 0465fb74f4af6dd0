// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/icc.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace forameter::agreement {
namespace {

/// 6 subjects by 4 judges of Shrout and Fleiss 1979, table 2.
RatingTable judges() {
    return {{},
            {"1", "2", "3", "4"},
            {{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}}};
}

void expectEstimate(const std::optional<Estimate>& estimate, double value, double low, double high) {
    ASSERT_TRUE(estimate && estimate->interval);
    EXPECT_NEAR(estimate->value, value, 1e-6);
    EXPECT_NEAR(estimate->interval->low, low, 1e-6);
    EXPECT_NEAR(estimate->interval->high, high, 1e-6);
}

TEST(Icc, MeanSquaresOfShroutAndFleiss) {
    const auto ms = meanSquares(completeRows(judges()));
    ASSERT_TRUE(ms);
    EXPECT_NEAR(ms->rows, 11.241667, 1e-6);
    EXPECT_NEAR(ms->columns, 32.486111, 1e-6);
    EXPECT_NEAR(ms->error, 1.019444, 1e-6);
    EXPECT_NEAR(ms->within, 6.263889, 1e-6);
}

TEST(Icc, SixFormsOfShroutAndFleissWithIntervals) {
    const Reliability r = reliability(judges());
    expectEstimate(r.icc.icc11, 0.165742, -0.132932, 0.722560);
    expectEstimate(r.icc.icc21, 0.289764, 0.018787, 0.761084);
    expectEstimate(r.icc.icc31, 0.714841, 0.342465, 0.945858);
    expectEstimate(r.icc.icc1k, 0.442797, -0.884442, 0.912415);
    expectEstimate(r.icc.icc2k, 0.620051, 0.071137, 0.927232);
    expectEstimate(r.icc.icc3k, 0.909316, 0.675675, 0.985892);
    ASSERT_TRUE(r.error);
    EXPECT_NEAR(r.error->semAgreement, 2.502776, 1e-6);
    EXPECT_NEAR(r.error->semConsistency, 1.009675, 1e-6);
    EXPECT_NEAR(r.error->mdcAgreement, 1.96 * std::sqrt(2.0) * 2.502776, 1e-5);
}

TEST(Icc, UsesCompleteRowsAndSaysHowMany) {
    RatingTable table = judges();
    table.rows.push_back({5, std::nullopt, 5, 5});
    const Reliability r = reliability(table);
    EXPECT_EQ(r.subjects, 6u);
    EXPECT_EQ(r.omitted, 1u);
    EXPECT_NEAR(r.icc.icc21->value, 0.289764, 1e-6);
}

TEST(Icc, OfRatersWhoAgreeIsOneWithoutAnInterval) {
    const Reliability r = reliability({{}, {"a", "b"}, {{1, 1}, {2, 2}, {4, 4}}});
    for (const auto& form : {r.icc.icc11, r.icc.icc21, r.icc.icc31, r.icc.icc1k, r.icc.icc2k, r.icc.icc3k}) {
        ASSERT_TRUE(form);
        EXPECT_DOUBLE_EQ(form->value, 1.0);
        EXPECT_FALSE(form->interval);
    }
    EXPECT_DOUBLE_EQ(r.error->mdcAgreement, 0.0);
}

TEST(Icc, IsNotDefinedWhereAllRatingsAreAlikeOrTooFew) {
    const Reliability alike = reliability({{}, {"a", "b"}, {{3, 3}, {3, 3}}});
    EXPECT_FALSE(alike.icc.icc11 || alike.icc.icc21 || alike.icc.icc31 || alike.icc.icc1k);
    EXPECT_FALSE(reliability({{}, {"a", "b"}, {{3, 4}}}).icc.icc11);
    EXPECT_FALSE(reliability({{}, {"a"}, {{3}, {4}}}).icc.icc11);
    EXPECT_FALSE(reliability({}).error);
}

TEST(Icc, IsUnchangedByAShiftAndAScaleOfAllRatings) {
    RatingTable moved = judges();
    for (auto& row : moved.rows)
        for (auto& cell : row)
            cell = 1000.0 - 25.0 * *cell;
    const Icc a = reliability(judges()).icc, b = reliability(moved).icc;
    EXPECT_NEAR(a.icc21->value, b.icc21->value, 1e-12);
    EXPECT_NEAR(a.icc21->interval->low, b.icc21->interval->low, 1e-12);
    EXPECT_NEAR(a.icc1k->interval->high, b.icc1k->interval->high, 1e-12);
}

TEST(Icc, NegativeOnesKeepTheirLimitsInOrder) {
    const Reliability r = reliability({{}, {"a", "b"}, {{1, 9}, {9, 1}, {4, 7}, {6, 2}}});
    ASSERT_TRUE(r.icc.icc21 && r.icc.icc21->interval);
    EXPECT_LT(r.icc.icc21->value, 0.0);
    EXPECT_LT(r.icc.icc21->interval->low, r.icc.icc21->value);
    EXPECT_GT(r.icc.icc21->interval->high, r.icc.icc21->value);
    EXPECT_LT(r.icc.icc11->interval->low, r.icc.icc11->interval->high);
}

TEST(Icc, LimitsThatAreNoNumbersAreNone) {
    // Two cases of three raters whose degrees of freedom nearly vanish.
    const Icc found = icc({2, 3, 0.03037, 0.61272, 1.0, 0.80636});
    ASSERT_TRUE(found.icc21 && found.icc2k);
    EXPECT_NEAR(found.icc21->value, -0.669, 1e-3);
    EXPECT_FALSE(found.icc21->interval);
    EXPECT_FALSE(found.icc2k->interval);
    ASSERT_TRUE(found.icc11 && found.icc11->interval);
    EXPECT_LT(found.icc11->interval->low, found.icc11->interval->high);
}

TEST(Icc, TableMustBeWhole) {
    EXPECT_TRUE(validate(judges()));
    RatingTable table = judges();
    table.rows[2].pop_back();
    EXPECT_NE(validate(table).error().message.find("Row 3"), std::string::npos);
    table = judges();
    table.rows[1][1] = std::nan("");
    EXPECT_NE(validate(table).error().message.find("Row 2"), std::string::npos);
    table = judges();
    table.subjects = {"only one"};
    EXPECT_FALSE(validate(table));
}

} // namespace
} // namespace forameter::agreement
