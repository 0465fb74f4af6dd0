// SPDX-License-Identifier: Apache-2.0
#include "inference.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "device.hpp"
#include "unet.hpp"

namespace forameter::learning {

namespace F = torch::nn::functional;

namespace {

torch::Tensor resized(const torch::Tensor& x, std::int64_t rows, std::int64_t columns) {
    return F::interpolate(x, F::InterpolateFuncOptions()
                                 .size(std::vector<std::int64_t>{rows, columns})
                                 .mode(torch::kBilinear)
                                 .align_corners(false));
}

/// Pictures at a time: on the processor as many pixels as 512 x 512 hold for each thread, where more are
/// slower and only need more memory; on a GPU as sixteen such pictures, some 2 GB (reckoned).
std::int64_t chunkOf(std::int64_t pixels, const torch::Device& device) {
    const std::int64_t together = (device.is_cuda() ? 16 : at::get_num_threads()) * std::int64_t{512} * 512;
    return std::max<std::int64_t>(1, together / std::max<std::int64_t>(1, pixels));
}

} // namespace

Result<wire::Prediction> predict(const Forward& forward, const torch::Device& device, Precision precision,
                                 const wire::Frame& images, const wire::Looks& looks, const Watch& watch) {
    const auto start = std::chrono::steady_clock::now();
    const torch::InferenceMode inference;
    std::optional<MixedPrecision> mixed;
    if (precision == Precision::Mixed) mixed.emplace(device);
    const torch::Tensor all = toTensor(images);
    const std::int64_t count = all.size(0), rows = all.size(2), columns = all.size(3);
    const bool several = looks.mirror || !looks.scales.empty();
    wire::Prediction prediction;
    const std::int64_t chunk = chunkOf(rows * columns, device);
    for (std::int64_t from = 0; from < count; from += chunk) {
        if (watch.cancelled()) return fail(ErrorCode::Cancelled, "Cancelled.");
        const torch::Tensor x = all.slice(0, from, std::min(count, from + chunk)).to(device);
        std::vector<torch::Tensor> answers;
        std::optional<Error> failed;
        const auto look = [&](const torch::Tensor& picture, const auto& back) {
            if (failed) return;
            auto answer = forward(picture.contiguous(torch::MemoryFormat::ChannelsLast));
            if (answer)
                answers.push_back(back(answer->to(torch::kFloat32)));
            else
                failed = answer.error();
        };
        look(x, [](const torch::Tensor& answer) { return answer; });
        if (looks.mirror) look(x.flip(3), [](const torch::Tensor& answer) { return answer.flip(3); });
        for (const double scale : looks.scales) {
            const auto side = [&](std::int64_t length) {
                return std::max<std::int64_t>(8, std::llround(static_cast<double>(length) * scale));
            };
            look(resized(x, side(rows), side(columns)),
                 [&](const torch::Tensor& answer) { return resized(answer, rows, columns); });
        }
        if (failed) return tl::unexpected(*failed);
        // Answers are large and each copy is felt: they are put in place at once.
        const auto keep = [&](wire::Frame& whole, const torch::Tensor& part) {
            if (whole.shape.empty()) {
                whole.shape = {count, part.size(1), rows, columns};
                whole.values.resize(static_cast<std::size_t>(count * part.size(1) * rows * columns));
            }
            torch::from_blob(whole.values.data(), whole.shape)
                .slice(0, from, from + part.size(0))
                .copy_(part);
        };
        if (several) {
            const torch::Tensor each = torch::stack(answers);
            keep(prediction.probabilities, each.mean(0));
            keep(prediction.spread, each.std(0, false));
        } else {
            keep(prediction.probabilities, answers.front());
        }
        watch.report(static_cast<std::size_t>(std::min(count, from + chunk)), static_cast<std::size_t>(count),
                     "looking at pictures");
    }
    prediction.device = nameOf(device);
    prediction.precision = mixed ? precisionOf(device) : "float32";
    prediction.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return prediction;
}

} // namespace forameter::learning
