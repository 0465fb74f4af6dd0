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

} // namespace
} // namespace forameter::agreement
