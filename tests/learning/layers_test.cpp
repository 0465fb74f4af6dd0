// SPDX-License-Identifier: Apache-2.0
#include "layers.hpp"

#include <gtest/gtest.h>

#include <limits>

using namespace forameter::learning;

namespace nn = torch::nn;

namespace {

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;

/// A norm whose weights and biases differ from channel to channel.
nn::GroupNorm norm(std::int64_t groups, std::int64_t channels) {
    nn::GroupNorm made(groups, channels);
    const torch::NoGradGuard noGradient;
    made->weight.copy_(torch::linspace(0.5, -1.5, channels));
    made->bias.copy_(torch::linspace(-0.4, 0.6, channels));
    return made;
}

/// Pictures of numbers around `mean`, channels last; some channels vary more than others.
torch::Tensor pictures(std::int64_t count, std::int64_t channels, std::int64_t rows, std::int64_t columns,
                       double mean = 0.3) {
    torch::manual_seed(5);
    return (torch::randn({count, channels, rows, columns}) *
                torch::linspace(0.2, 3.0, channels).view({1, channels, 1, 1}) +
            mean)
        .contiguous(kLast);
}

torch::Tensor byLibTorch(const nn::GroupNorm& norm, const torch::Tensor& x) {
    return torch::relu(torch::group_norm(x, norm->options.num_groups(), norm->weight.to(x.scalar_type()),
                                         norm->bias.to(x.scalar_type()), norm->options.eps()));
}

double apart(const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

struct Shape {
    std::int64_t groups, channels, count, rows, columns;
};
/// One group and several; fewer and more pixels than are summed at once, and a number of them that does not
/// divide; channels that no vector register divides.
constexpr Shape kShapes[] = {{8, 16, 2, 40, 33}, {1, 3, 1, 5, 7}, {8, 64, 3, 16, 16}, {1, 1, 1, 1, 1}};

} // namespace

TEST(NormalizedRelu, IsLibTorchsWhereNothingIsLearnt) {
    const torch::NoGradGuard noGradient;
    for (const auto& [groups, channels, count, rows, columns] : kShapes) {
        auto layer = norm(groups, channels);
        const auto x = pictures(count, channels, rows, columns);
        const auto expected = byLibTorch(layer, x);
        const auto answer = normalizedRelu(layer, x.clone());
        EXPECT_LT(apart(answer, expected), 1e-5) << channels;
        EXPECT_TRUE(answer.is_contiguous(kLast));
    }
}

TEST(NormalizedRelu, LearnsAsLibTorchs) {
    for (const auto& [groups, channels, count, rows, columns] : kShapes) {
        auto layer = norm(groups, channels);
        const auto given = pictures(count, channels, rows, columns);
        const auto wanted = torch::randn_like(given);
        const auto gradients = [&](const auto& forward) {
            const auto x = given.detach().clone().requires_grad_();
            layer->zero_grad();
            (forward(x) * wanted).sum().backward();
            EXPECT_TRUE(torch::equal(x.detach(), given)) << "what is needed for the gradient was overwritten";
            return std::vector<torch::Tensor>{x.grad().clone(), layer->weight.grad().clone(),
                                              layer->bias.grad().clone()};
        };
        const auto ours = gradients([&](const torch::Tensor& x) { return normalizedRelu(layer, x); });
        const auto theirs = gradients([&](const torch::Tensor& x) { return byLibTorch(layer, x); });
        for (std::size_t i = 0; i < ours.size(); ++i)
            EXPECT_LT(apart(ours[i], theirs[i]), 2e-5 * std::max(1.0, theirs[i].abs().max().item<double>()))
                << channels << " channels, gradient " << i;
    }
}

TEST(NormalizedRelu, LosesNoDigitsWhereTheMeanIsFarFromZero) {
    const torch::NoGradGuard noGradient;
    auto layer = norm(8, 16);
    for (const auto& [mean, most] : {std::pair{0.3, 4e-6}, {3.0, 4e-6}, {300.0, 2e-4}}) {
        const auto x = pictures(1, 16, 256, 256, mean);
        const auto exact = byLibTorch(layer, x.to(torch::kFloat64).contiguous());
        EXPECT_LT(apart(normalizedRelu(layer, x.clone()).to(torch::kFloat64), exact), most) << mean;
    }
}

TEST(NormalizedRelu, DoesNotHangOnTheNumberOfThreads) {
    const int before = at::get_num_threads();
    auto layer = norm(8, 16);
    const auto given = pictures(3, 16, 150, 90);
    const auto run = [&](int threads) {
        at::set_num_threads(threads);
        const auto x = given.detach().clone().requires_grad_();
        layer->zero_grad();
        normalizedRelu(layer, x).square().sum().backward();
        const torch::NoGradGuard noGradient;
        return std::vector<torch::Tensor>{normalizedRelu(layer, given.clone()), x.grad().clone(),
                                          layer->weight.grad().clone()};
    };
    const auto one = run(1), two = run(2);
    at::set_num_threads(before);
    for (std::size_t i = 0; i < one.size(); ++i)
        EXPECT_TRUE(torch::equal(one[i], two[i])) << i;
}

TEST(NormalizedRelu, LeavesToLibTorchWhatIsNotChannelsLast) {
    const torch::NoGradGuard noGradient;
    auto layer = norm(8, 16);
    const auto x = pictures(2, 16, 12, 9).contiguous();
    EXPECT_LT(apart(normalizedRelu(layer, x.clone()), byLibTorch(layer, x)), 1e-5);
}

TEST(NormalizedRelu, DoesNotHideWhatIsNoNumber) {
    const torch::NoGradGuard noGradient;
    auto x = pictures(1, 16, 8, 8);
    x[0][3][2][2] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(normalizedRelu(norm(8, 16), x).isnan().any().item<bool>());
}

TEST(Halved, IsTheGreatestOfEachTwoByTwo) {
    const torch::NoGradGuard noGradient;
    const auto x = pictures(2, 3, 10, 6);
    EXPECT_TRUE(torch::equal(halved(x), torch::max_pool2d(x, 2)));
    EXPECT_TRUE(halved(x).is_contiguous(kLast));
}
