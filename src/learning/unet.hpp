// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include "forameter/core/result.hpp"
#include "forameter/learning/safetensors.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::learning {

/// Two 3x3 convolutions, each with group normalisation and ReLU. Groups, and not batches, are normalised: a
/// picture's answer does not depend on those beside it, and short trainings work.
struct BlockImpl : torch::nn::Module {
    BlockImpl(std::int64_t in, std::int64_t out);
    torch::Tensor forward(torch::Tensor x);

    torch::nn::Conv2d conv1{nullptr}, conv2{nullptr};
    torch::nn::GroupNorm norm1{nullptr}, norm2{nullptr};
};
TORCH_MODULE(Block);

/// Ronneberger, Fischer, Brox: U-Net (MICCAI 2015, arXiv:1505.04597), with bilinear enlargement and a 1x1
/// convolution in place of transposed convolutions, which Debian's LibTorch does slowly.
struct UNetImpl : torch::nn::Module {
    explicit UNetImpl(const wire::Network& network);
    /// [N, inputs, rows, columns] to logits [N, classes, rows, columns]; any rows and columns: what the
    /// halvings need is added at the lower and right border by repeating it, and taken off again.
    torch::Tensor forward(torch::Tensor x);

    wire::Network network;
    std::vector<Block> down, up;           ///< down[0] and up[0] at full size
    std::vector<torch::nn::Conv2d> narrow; ///< narrow[i]: from level i + 1 to the channels of level i
    torch::nn::Conv2d head{nullptr};
};
TORCH_MODULE(UNet);

/// Groups of a normalisation over so many channels.
[[nodiscard]] std::int64_t groupsOf(std::int64_t channels);

[[nodiscard]] Weights weightsOf(const torch::nn::Module& module);
/// Fails, and leaves the network as it was, where a name or shape is not the network's or a value is no
/// number.
[[nodiscard]] Result<> setWeights(torch::nn::Module& module, const Weights& weights);

[[nodiscard]] torch::Tensor toTensor(const wire::Frame& frame); ///< a copy on the processor
[[nodiscard]] wire::Frame toFrame(const torch::Tensor& tensor);

} // namespace forameter::learning
