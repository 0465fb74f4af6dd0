// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <torch/torch.h>
#include <vector>

#include "forameter/core/result.hpp"

namespace forameter::learning {

/// "cpu", then each "cuda:N".
[[nodiscard]] std::vector<std::string> devices();
/// "auto", "cpu", "cuda", "cuda:N"; fails with a sentence where it is not there.
[[nodiscard]] Result<torch::Device> deviceOf(const std::string& wanted);
[[nodiscard]] std::string nameOf(const torch::Device& device);
/// Of the layers: "bfloat16" on CUDA, "float32" on the processor.
[[nodiscard]] std::string precisionOf(const torch::Device& device);

/// While it lives, the layers run in bfloat16 on CUDA; on the processor it does nothing.
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
