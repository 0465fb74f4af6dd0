// SPDX-License-Identifier: Apache-2.0
#include "loss.hpp"

#include <array>
#include <bit>
#include <limits>

namespace forameter::learning {

namespace {

/// Which of the 256 sets occur.
std::array<bool, 256> setsIn(const torch::Tensor& allowed) {
    std::array<bool, 256> found{};
    const torch::Tensor bytes = allowed.to(torch::kCPU, torch::kUInt8).contiguous();
    const auto* values = bytes.data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < bytes.numel(); ++i)
        found[values[i]] = true;
    return found;
}

} // namespace

Loss marginalLoss(const torch::Tensor& logits, const torch::Tensor& allowed) {
    const std::int64_t classes = logits.size(1);
    const std::int64_t all = (std::int64_t{1} << classes) - 1;
    const torch::Tensor sets = allowed.to(torch::kLong).bitwise_and(all); // [N, rows, columns]
    const torch::Tensor known = sets.ne(all).logical_and(sets.ne(0));
    const torch::Tensor bits =
        torch::pow(2, torch::arange(classes, torch::dtype(torch::kLong).device(logits.device())))
            .view({1, classes, 1, 1});
    const torch::Tensor impossible =
        sets.unsqueeze(1).bitwise_and(bits).eq(0).logical_and(known.unsqueeze(1));
    const torch::Tensor logs = torch::log_softmax(logits.to(torch::kFloat32), 1);
    const torch::Tensor ofSet =
        torch::logsumexp(logs.masked_fill(impossible, -std::numeric_limits<float>::infinity()), 1);
    const torch::Tensor weight = known.to(torch::kFloat32);
    Loss loss;
    loss.crossEntropy = -(ofSet * weight).sum() / weight.sum().clamp_min(1.0);

    const auto probabilities = logs.exp().unbind(1);
    const auto occurs = setsIn(sets);
    std::vector<torch::Tensor> dices;
    for (unsigned set = 2; set < 256; set += 2) { // never with class 0
        if (!occurs[set] || 2 * std::popcount(set) > classes) continue;
        std::vector<torch::Tensor> members;
        for (std::int64_t c = 1; c < classes; ++c)
            if (set >> c & 1) members.push_back(probabilities[static_cast<std::size_t>(c)]);
        const torch::Tensor p = members.size() == 1 ? members.front() : torch::stack(members).sum(0);
        const torch::Tensor overlap = sets.bitwise_and(static_cast<std::int64_t>(set));
        const torch::Tensor inside = overlap.eq(sets).logical_and(known).to(torch::kFloat32);
        const torch::Tensor sure = inside.add(overlap.eq(0).to(torch::kFloat32).mul(weight));
        const torch::Tensor found = p * sure;
        dices.push_back(2.0 * (found * inside).sum() / (found.sum() + inside.sum()).clamp_min(1.0e-6));
    }
    loss.dice = dices.empty() ? torch::ones({}, logs.options()) : torch::stack(dices).mean();
    loss.total = loss.crossEntropy + 1.0 - loss.dice;
    return loss;
}

} // namespace forameter::learning
