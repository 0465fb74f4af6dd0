// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <torch/torch.h>
#include <vector>

#include "forameter/core/result.hpp"

namespace forameter::learning {

/// "cpu", then each "cuda:N" that the driver shows.
[[nodiscard]] std::vector<std::string> devices();
/// Why nothing can be computed there, such as a GPU too old for this LibTorch; "" where something can.
[[nodiscard]] std::string whyUnfit(const torch::Device& device);
/// "auto" (the first GPU that is fit, else the processor), "cpu", "cuda", "cuda:N"; fails with a sentence
/// where it is not there or not fit.
[[nodiscard]] Result<torch::Device> deviceOf(const std::string& wanted);
[[nodiscard]] std::string nameOf(const torch::Device& device);
/// Of the layers: "bfloat16" on a GPU that has it, else "float32".
[[nodiscard]] std::string precisionOf(const torch::Device& device);

/// While it lives, the layers run in bfloat16 on a GPU that has it; elsewhere it does nothing.
class MixedPrecision {
public:
    explicit MixedPrecision(const torch::Device& device);
    ~MixedPrecision();
    MixedPrecision(const MixedPrecision&) = delete;
    MixedPrecision& operator=(const MixedPrecision&) = delete;

private:
    bool m_on = false, m_before = false;
};

} // namespace forameter::learning
