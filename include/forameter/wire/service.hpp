// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::wire {

/// The worker's side of wire::Worker, call for call. Called on one thread; a call that throws is answered
/// with an error, and the service goes on.
class Service {
public:
    virtual ~Service() = default;

    [[nodiscard]] virtual WorkerInfo info() const = 0;
    [[nodiscard]] virtual Result<> load(const std::filesystem::path& weights, const std::string& trusted) = 0;
    [[nodiscard]] virtual Result<Prediction> infer(const std::filesystem::path& weights, const Frame& images,
                                                   const Looks& looks, const Watch& watch) = 0;
    [[nodiscard]] virtual Result<std::int64_t> beginTraining(const TrainingPlan& plan) = 0;
    [[nodiscard]] virtual Result<StepReport> step(const Batch& batch, const Watch& watch) = 0;
    [[nodiscard]] virtual Result<EvaluationReport> evaluate(const Batch& batch, const Watch& watch) = 0;
    [[nodiscard]] virtual Result<> checkpoint() = 0;
    [[nodiscard]] virtual Result<std::string> save(const std::filesystem::path& weights) = 0;
    [[nodiscard]] virtual Result<> exportTorchScript(const std::filesystem::path& weights,
                                                     const std::filesystem::path& to) = 0;
};

/// Answers what comes in on `in` until it ends; the value is the program's exit status. While a call is
/// worked on, heartbeats go out each second. When the other side closes the pipe the call is cancelled, and
/// the process ends at the latest two seconds later, so that no worker outlives its parent.
[[nodiscard]] int serve(int in, int out, Service& service);

/// For a worker that cannot even begin: says why in place of the greeting.
void refuse(int out, const Error& error);

} // namespace forameter::wire
