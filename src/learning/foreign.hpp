// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <torch/torch.h>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/wire/foreign.hpp"

namespace forameter::learning {

/// A network from elsewhere, loaded. Its code runs in this process: only what somebody has trusted may get
/// here. A single call of it that takes longer than `patience` ends the process.
class ForeignModule {
public:
    [[nodiscard]] static Result<std::shared_ptr<const ForeignModule>>
    load(const std::string& bytes, const wire::ForeignNetwork& described, const torch::Device& device,
         std::chrono::seconds patience);
    ~ForeignModule();
    ForeignModule(const ForeignModule&) = delete;
    ForeignModule& operator=(const ForeignModule&) = delete;

    [[nodiscard]] const wire::ForeignNetwork& described() const;
    /// Pictures [N, inputs, rows, columns] to probabilities [N, classes, rows, columns], by windows where the
    /// card says so. Fails where the network throws, or answers something else than its card says.
    [[nodiscard]] Result<torch::Tensor> probabilities(const torch::Tensor& pictures,
                                                      const Watch& watch) const;

private:
    struct State;
    explicit ForeignModule(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace forameter::learning
