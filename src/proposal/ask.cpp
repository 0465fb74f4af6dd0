// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/ask.hpp"

#include <algorithm>

#include "forameter/core/sha256.hpp"

namespace forameter::proposal {

namespace {

bool inOurOrder(const std::vector<Label>& labels) {
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] != static_cast<Label>(i)) return false;
    return labels.size() == kLabelCount;
}

/// [N, classes, rows, columns] to [N, labels, rows, columns], nought where there is no class.
wire::Frame spreadOut(const wire::Frame& frame, const std::vector<Label>& labels) {
    const auto pictures = static_cast<std::size_t>(frame.shape[0]);
    const auto pixels = static_cast<std::size_t>(frame.shape[2] * frame.shape[3]);
    wire::Frame all{{frame.shape[0], static_cast<std::int64_t>(kLabelCount), frame.shape[2], frame.shape[3]},
                    {}};
    all.values.resize(pictures * kLabelCount * pixels, 0.0f);
    for (std::size_t n = 0; n < pictures; ++n)
        for (std::size_t c = 0; c < labels.size(); ++c)
            std::copy_n(
                frame.values.begin() + static_cast<std::ptrdiff_t>((n * labels.size() + c) * pixels), pixels,
                all.values.begin() + static_cast<std::ptrdiff_t>(
                                         (n * kLabelCount + static_cast<std::size_t>(labels[c])) * pixels));
    return all;
}

/// Classes that stand each by itself: the background, where the network does not tell it, and the sum of 1.
void makeExclusive(wire::Prediction& prediction, bool hasBackground) {
    auto& p = prediction.probabilities;
    auto& spread = prediction.spread.values;
    const auto pictures = static_cast<std::size_t>(p.shape[0]);
    const auto pixels = static_cast<std::size_t>(p.shape[2] * p.shape[3]);
    for (std::size_t n = 0; n < pictures; ++n)
        for (std::size_t i = 0; i < pixels; ++i) {
            const auto at = [&](std::size_t label) { return (n * kLabelCount + label) * pixels + i; };
            if (!hasBackground) {
                float none = 1.0f, widest = 0.0f;
                for (std::size_t l = 1; l < kLabelCount; ++l) {
                    none *= 1.0f - p.values[at(l)];
                    if (!spread.empty()) widest = std::max(widest, spread[at(l)]);
                }
                p.values[at(0)] = none;
                if (!spread.empty()) spread[at(0)] = widest;
            }
            float sum = 0.0f;
            for (std::size_t l = 0; l < kLabelCount; ++l)
                sum += p.values[at(l)];
            if (sum <= 0.0f) p.values[at(0)] = sum = 1.0f; // nothing is likely there: background
            for (std::size_t l = 0; l < kLabelCount; ++l)
                p.values[at(l)] /= sum;
        }
}

} // namespace

Result<> load(wire::Worker& worker, const Model& model, const TrustedModels& trusted) {
    if (model.kind != NetworkKind::TorchScript) return worker.load(model.weights);
    const auto hash = sha256OfFile(model.weights);
    if (!hash) return tl::unexpected(hash.error());
    if (!trusted.holds(toHex(*hash)))
        return fail(
            ErrorCode::NotAllowed,
            "The model " + model.name + " is a program from elsewhere (TorchScript, SHA-256 " + toHex(*hash) +
                ") that nobody has trusted on this account, so it is not run. Where you trust its source: "
                "forameter-cli models trust.");
    return worker.load(model.weights, toHex(*hash));
}

Result<wire::Prediction> ask(wire::Worker& worker, const Model& model, const TrustedModels& trusted,
                             const wire::Frame& images, const Watch& watch) {
    if (auto loaded = load(worker, model, trusted); !loaded) return tl::unexpected(loaded.error());
    auto prediction = worker.infer(model.weights, images, model.looks, watch);
    if (!prediction) return prediction;
    return onLabels(std::move(*prediction), model);
}

Result<wire::Prediction> onLabels(wire::Prediction prediction, const Model& model) {
    const auto& shape = prediction.probabilities.shape;
    const bool hasSpread = !prediction.spread.values.empty();
    if (shape.size() != 4 || shape[1] != static_cast<std::int64_t>(model.labels.size()) ||
        (hasSpread && prediction.spread.shape != shape))
        return fail(ErrorCode::Corrupt, "The model " + model.name + " answered something else than its " +
                                            std::to_string(model.labels.size()) + " classes.");
    if (model.exclusive && inOurOrder(model.labels)) return prediction;
    prediction.probabilities = spreadOut(prediction.probabilities, model.labels);
    if (hasSpread) prediction.spread = spreadOut(prediction.spread, model.labels);
    if (!model.exclusive)
        makeExclusive(prediction, std::ranges::find(model.labels, Label::Background) != model.labels.end());
    return prediction;
}

} // namespace forameter::proposal
