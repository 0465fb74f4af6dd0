// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

/// Layers of the U-Net that LibTorch does in more passes over memory than they need, or (1.13) with every
/// picture reordered and back. On the processor, in float32 and channels last they are worked out here;
/// everything else is left to LibTorch. Answers of the two differ by rounding alone, and ours not with the
/// number of threads.
namespace forameter::learning {

/// ReLU of the normalised `x` [N, C, rows, columns] (Wu, He: Group Normalization, ECCV 2018,
/// arXiv:1803.08494). Where nothing is learnt, `x` is overwritten.
[[nodiscard]] torch::Tensor normalizedRelu(const torch::nn::GroupNorm& norm, torch::Tensor x);

/// The greatest of each 2 x 2 values: half the rows and columns, which must be even.
[[nodiscard]] torch::Tensor halved(const torch::Tensor& x);

} // namespace forameter::learning
