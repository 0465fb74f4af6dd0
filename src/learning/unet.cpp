// SPDX-License-Identifier: Apache-2.0
#include "unet.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "layers.hpp"

namespace forameter::learning {

namespace nn = torch::nn;
namespace F = torch::nn::functional;

std::int64_t groupsOf(std::int64_t channels) {
    return channels % 8 == 0 ? 8 : 1;
}

BlockImpl::BlockImpl(std::int64_t in, std::int64_t out) {
    const auto conv = [](std::int64_t from, std::int64_t to) {
        return nn::Conv2d(nn::Conv2dOptions(from, to, 3).padding(1).bias(false));
    };
    conv1 = register_module("conv1", conv(in, out));
    norm1 = register_module("norm1", nn::GroupNorm(groupsOf(out), out));
    conv2 = register_module("conv2", conv(out, out));
    norm2 = register_module("norm2", nn::GroupNorm(groupsOf(out), out));
}

torch::Tensor BlockImpl::forward(torch::Tensor x) {
    x = normalizedRelu(norm1, conv1(x));
    return normalizedRelu(norm2, conv2(x));
}

UNetImpl::UNetImpl(const wire::Network& wanted) : network(wanted) {
    const auto channels = [&](int level) { return std::int64_t{network.base} << level; };
    for (int level = 0; level < network.levels; ++level)
        down.push_back(
            register_module("down" + std::to_string(level),
                            Block(level == 0 ? network.inputs : channels(level - 1), channels(level))));
    for (int level = 0; level + 1 < network.levels; ++level) {
        narrow.push_back(register_module("narrow" + std::to_string(level),
                                         nn::Conv2d(channels(level + 1), channels(level), 1)));
        up.push_back(
            register_module("up" + std::to_string(level), Block(2 * channels(level), channels(level))));
    }
    head = register_module("head", nn::Conv2d(channels(0), network.classes, 1));
}

torch::Tensor UNetImpl::forward(torch::Tensor x) {
    const std::int64_t rows = x.size(2), columns = x.size(3), step = std::int64_t{1} << (network.levels - 1);
    const std::int64_t below = (step - rows % step) % step, right = (step - columns % step) % step;
    if (below > 0 || right > 0)
        x = F::pad(x, F::PadFuncOptions({0, right, 0, below}).mode(torch::kReplicate));
    std::vector<torch::Tensor> skipped;
    for (std::size_t level = 0; level < down.size(); ++level) {
        if (level > 0) x = halved(x);
        x = down[level](x);
        skipped.push_back(x);
    }
    for (std::size_t level = up.size(); level-- > 0;) {
        const torch::Tensor& beside = skipped[level];
        x = F::interpolate(narrow[level](x),
                           F::InterpolateFuncOptions()
                               .size(std::vector<std::int64_t>{beside.size(2), beside.size(3)})
                               .mode(torch::kBilinear)
                               .align_corners(false));
        x = up[level](torch::cat({beside, x}, 1));
    }
    return head(x).slice(2, 0, rows).slice(3, 0, columns);
}

Weights weightsOf(const nn::Module& module) {
    Weights weights;
    for (const auto& entry : module.named_parameters())
        weights.emplace(entry.key(), toFrame(entry.value()));
    return weights;
}

Result<> setWeights(nn::Module& module, const Weights& weights) {
    auto parameters = module.named_parameters();
    for (const auto& entry : parameters) {
        const auto found = weights.find(entry.key());
        if (found == weights.end())
            return fail(ErrorCode::Corrupt, "The weights lack " + entry.key() + ", which the network has.");
        if (entry.value().sizes() != at::IntArrayRef(found->second.shape))
            return fail(ErrorCode::Corrupt,
                        "The weights " + entry.key() + " have another shape than the network's.");
        if (!std::ranges::all_of(found->second.values, [](float value) { return std::isfinite(value); }))
            return fail(ErrorCode::Corrupt,
                        "The weights " + entry.key() + " hold something that is no number.");
    }
    if (weights.size() != parameters.size())
        return fail(ErrorCode::Corrupt, "The weights hold more than the network has.");
    const torch::NoGradGuard noGradient;
    for (auto& entry : parameters)
        entry.value().copy_(toTensor(weights.at(entry.key())));
    return {};
}

torch::Tensor toTensor(const wire::Frame& frame) {
    torch::Tensor tensor = torch::empty(frame.shape, torch::kFloat32);
    if (!frame.values.empty())
        std::memcpy(tensor.data_ptr<float>(), frame.values.data(), frame.values.size() * sizeof(float));
    return tensor;
}

wire::Frame toFrame(const torch::Tensor& tensor) {
    const torch::Tensor plain = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const float* values = plain.data_ptr<float>();
    return {plain.sizes().vec(), {values, values + plain.numel()}};
}

} // namespace forameter::learning
