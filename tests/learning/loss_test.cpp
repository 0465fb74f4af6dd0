// SPDX-License-Identifier: Apache-2.0
#include "loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace forameter::learning;

namespace {

/// One row of pixels with these probabilities (classes x pixels) and sets.
Loss lossOf(std::vector<std::vector<double>> probabilities, std::vector<float> sets) {
    const auto classes = static_cast<std::int64_t>(probabilities.size());
    const auto pixels = static_cast<std::int64_t>(sets.size());
    torch::Tensor logits = torch::empty({1, classes, 1, pixels}, torch::kFloat32);
    for (std::int64_t c = 0; c < classes; ++c)
        for (std::int64_t p = 0; p < pixels; ++p)
            logits[0][c][0][p] =
                std::log(probabilities[static_cast<std::size_t>(c)][static_cast<std::size_t>(p)]);
    return marginalLoss(logits, torch::tensor(sets).view({1, 1, pixels}));
}

constexpr double kClose = 1e-5;

} // namespace

TEST(MarginalLoss, IsCrossEntropyWhereTheClassIsKnown) {
    const auto loss = lossOf({{0.7, 0.2}, {0.2, 0.5}, {0.05, 0.2}, {0.05, 0.1}}, {1, 2});
    EXPECT_NEAR(loss.crossEntropy.item<double>(), -(std::log(0.7) + std::log(0.5)) / 2, kClose);
}

TEST(MarginalLoss, AddsUpTheProbabilitiesOfASet) {
    const auto loss = lossOf({{0.1}, {0.3}, {0.4}, {0.2}}, {2 + 4});
    EXPECT_NEAR(loss.crossEntropy.item<double>(), -std::log(0.7), kClose);
}

TEST(MarginalLoss, OfUnknownPixelsIsNothing) {
    const auto one = lossOf({{0.7}, {0.1}, {0.1}, {0.1}}, {1});
    for (const float unknown : {15.0f, 255.0f, 0.0f}) {
        const auto two = lossOf({{0.7, 0.01}, {0.1, 0.9}, {0.1, 0.05}, {0.1, 0.04}}, {1, unknown});
        EXPECT_NEAR(two.total.item<double>(), one.total.item<double>(), kClose) << unknown;
    }
}

TEST(MarginalLoss, DiceIsTakenOverWhatIsSure) {
    // Class 1: sure at pixel 0, surely not at 1 and 2; pixel 3 may be 1 or 2, and says nothing of class 1
    // alone.
    const std::vector<std::vector<double>> p{
        {0.1, 0.6, 0.7, 0.1}, {0.8, 0.3, 0.1, 0.5}, {0.05, 0.05, 0.1, 0.3}, {0.05, 0.05, 0.1, 0.1}};
    const auto loss = lossOf(p, {2, 1, 1, 2 + 4});
    const double first = 2 * 0.8 / ((0.8 + 0.3 + 0.1) + 1);
    // The set {1, 2}: pixels 0 and 3 are in it for sure.
    const double both = 2 * (0.85 + 0.8) / ((0.85 + 0.35 + 0.2 + 0.8) + 2);
    EXPECT_NEAR(loss.dice.item<double>(), (first + both) / 2, kClose);
    EXPECT_NEAR(loss.total.item<double>(), loss.crossEntropy.item<double>() + 1 - loss.dice.item<double>(),
                kClose);
}

TEST(MarginalLoss, HasNoDiceForTheBackground) {
    EXPECT_NEAR(lossOf({{0.3}, {0.7}}, {1}).dice.item<double>(), 1.0, kClose);
}

TEST(MarginalLoss, GradientPointsAwayFromTheImpossible) {
    torch::Tensor logits = torch::zeros({1, 4, 1, 1}, torch::requires_grad());
    marginalLoss(logits, torch::full({1, 1, 1}, 6.0f)).crossEntropy.backward();
    const torch::Tensor g = logits.grad().view({4});
    EXPECT_GT(g[0].item<float>(), 0);
    EXPECT_LT(g[1].item<float>(), 0);
    EXPECT_NEAR(g[1].item<float>(), g[2].item<float>(), 1e-6) << "the set's members are not told apart";
    EXPECT_NEAR(g.sum().item<float>(), 0, 1e-6);
}
