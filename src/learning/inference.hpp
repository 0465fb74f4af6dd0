// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <torch/torch.h>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::learning {

/// Pictures [N, inputs, rows, columns] to probabilities [N, classes, rows, columns].
using Forward = std::function<Result<torch::Tensor>(const torch::Tensor&)>;

enum class Precision { Mixed, Full }; ///< Mixed: bfloat16 in the layers on a GPU

/// Mean and standard deviation of the probabilities over the looks; a few pictures at a time. Tells its
/// progress in pictures; fails with `cancelled`.
[[nodiscard]] Result<wire::Prediction> predict(const Forward& forward, const torch::Device& device,
                                               Precision precision, const wire::Frame& images,
                                               const wire::Looks& looks, const Watch& watch);

} // namespace forameter::learning
