// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::wire {

/// How a worker is started. Its threads, allocator and OpenMP settings are set in its environment before it
/// loads LibTorch.
struct WorkerOptions {
    std::filesystem::path program;    ///< "": $FORAMETER_WORKER, else forameter-worker beside this program
    std::string device = "auto";      ///< "auto", "cpu", "cuda:N"
    int threads = 0;                  ///< 0: as many as this process may use
    std::chrono::seconds silence{60}; ///< without a heartbeat for so long it is taken for dead
};

/// A forameter-worker process: started, spoken to and watched. Every call blocks until the answer is there;
/// one thread at a time (they may take turns). When the process dies, cannot be started or answers nonsense,
/// the call fails with a sentence that says so, and every later one too: start another. Cancelling a call
/// through its Watch asks the worker to stop, and ends the process if it does not within two seconds. The
/// process ends with this object, and with its parent.
class Worker {
public:
    [[nodiscard]] static Result<std::unique_ptr<Worker>> start(const WorkerOptions& options);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    [[nodiscard]] const WorkerInfo& info() const;
    [[nodiscard]] int process() const; ///< its id

    /// Reads weights (a file with its card beside it) and checks them against the card: hash, names and
    /// shapes. Kept loaded. TorchScript (wire/foreign.hpp) is a program that will run with the user's rights:
    /// refused (not-allowed) unless `trusted`, the SHA-256 that somebody has trusted, is that of the file.
    [[nodiscard]] Result<> load(const std::filesystem::path& weights, const std::string& trusted = {});
    /// Images [N, inputs, rows, columns], values about 0..1. Loads the weights where that was not done, but
    /// for TorchScript, which is loaded by load() alone.
    [[nodiscard]] Result<Prediction> infer(const std::filesystem::path& weights, const Frame& images,
                                           const Looks& looks, const Watch& watch = {});

    /// One training at a time. The answer is the number of steps already done (a resumed checkpoint).
    [[nodiscard]] Result<std::int64_t> beginTraining(const TrainingPlan& plan);
    [[nodiscard]] Result<StepReport> step(const Batch& batch, const Watch& watch = {});
    [[nodiscard]] Result<EvaluationReport> evaluate(const Batch& batch, const Watch& watch = {});
    [[nodiscard]] Result<> checkpoint();
    /// Writes the averaged weights; the answer is their SHA-256. The card is the caller's to write.
    [[nodiscard]] Result<std::string> save(const std::filesystem::path& weights);
    /// Writes a loaded network as TorchScript for other programs.
    [[nodiscard]] Result<> exportTorchScript(const std::filesystem::path& weights,
                                             const std::filesystem::path& to);

private:
    struct State;
    explicit Worker(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace forameter::wire
