// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "forameter/core/result.hpp"
#include "forameter/wire/types.hpp"
#include "unet.hpp"

namespace forameter::learning {

/// One training, step by step (wire::TrainingPlan). With one thread on the processor the same plan and
/// batches give the same weights, resumed or not.
class Trainer {
public:
    /// Resumes where the plan's checkpoint exists; refuses one of another plan.
    [[nodiscard]] static Result<std::unique_ptr<Trainer>> start(const wire::TrainingPlan& plan,
                                                                const torch::Device& device);

    [[nodiscard]] std::int64_t stepsDone() const { return m_step; }
    [[nodiscard]] Result<wire::StepReport> step(const wire::Batch& batch);
    /// With the averaged weights.
    [[nodiscard]] Result<wire::EvaluationReport> evaluate(const wire::Batch& batch);
    [[nodiscard]] Result<> checkpoint() const;
    [[nodiscard]] Result<std::string> save(const std::filesystem::path& weights) const;

private:
    Trainer(const wire::TrainingPlan& plan, const torch::Device& device);

    [[nodiscard]] Result<> resume();
    [[nodiscard]] double learningRate() const; ///< of the next step
    [[nodiscard]] UNet kept() const;           ///< what is evaluated and saved

    wire::TrainingPlan m_plan;
    torch::Device m_device;
    UNet m_network, m_averaged;
    std::vector<torch::Tensor> m_begun; ///< the weights begun from; empty where none of them is kept
    UNet m_blend{nullptr};              ///< of them and the averaged ones; none where none of them is kept
    torch::optim::AdamW m_optimiser;
    std::int64_t m_step = 0;
};

} // namespace forameter::learning
