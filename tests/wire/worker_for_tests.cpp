// SPDX-License-Identifier: Apache-2.0
// A worker whose "network" doubles pictures, and which misbehaves when the weights are called so.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <unistd.h>

#include "forameter/wire/service.hpp"

using namespace forameter;
using namespace forameter::wire;

namespace {

class Doubling final : public Service {
public:
    WorkerInfo info() const override { return {"0", "none", "cpu", "float32", 1, {"cpu"}}; }
    Result<> load(const std::filesystem::path& weights, const std::string& trusted) override {
        if (weights == "foreign" && trusted != "abc")
            return fail(ErrorCode::NotAllowed, "\"" + trusted + "\" is not its hash.");
        if (weights == "missing") return fail(ErrorCode::NotFound, "There are no such weights.");
        return {};
    }
    Result<Prediction> infer(const std::filesystem::path& weights, const Frame& images, const Looks& looks,
                             const Watch& watch) override {
        if (weights == "dies") {
            std::fputs("the end is near\n", stderr);
            std::raise(SIGABRT);
        }
        if (weights == "dies while it answers") {
            const std::uint32_t length = 100; // of a header that does not come
            (void)!::write(STDOUT_FILENO, &length, sizeof length);
            std::raise(SIGKILL);
        }
        if (weights == "throws") throw std::runtime_error("out of memory\nframe #0: somewhere");
        if (weights == "babbles") {
            std::puts("noise"); // standard output is the pipe of this worker
            std::fflush(stdout);
        }
        if (weights == "deaf") // neither hears nor stops
            for (;;)
                std::this_thread::sleep_for(std::chrono::hours(1));
        if (weights == "slow")
            for (std::size_t i = 0; i < 1000; ++i) {
                if (watch.cancelled()) return fail(ErrorCode::Cancelled, "Cancelled.");
                watch.report(i, 1000, "counting");
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        Prediction prediction;
        prediction.probabilities = images;
        for (float& value : prediction.probabilities.values)
            value *= 2.0f;
        if (looks.mirror) prediction.spread = images;
        prediction.sha256 = "abc";
        prediction.device = "cpu";
        prediction.precision = "float32";
        return prediction;
    }
    Result<std::int64_t> beginTraining(const TrainingPlan& plan) override {
        m_plan = plan;
        return plan.steps / 2;
    }
    Result<StepReport> step(const Batch& batch, const Watch&) override {
        return StepReport{1,   batch.images.values.at(0), batch.allowed.values.at(0),
                          0.5, m_plan.learningRate,       0.1};
    }
    Result<EvaluationReport> evaluate(const Batch&, const Watch&) override {
        return EvaluationReport{0.25, {{1, 2, 3}, {4, 5, 6}}};
    }
    Result<> checkpoint() override { return fail(ErrorCode::StorageFailed, "The disk is full."); }
    Result<std::string> save(const std::filesystem::path&) override { return std::string(64, 'a'); }
    Result<> exportTorchScript(const std::filesystem::path&, const std::filesystem::path&) override {
        return {};
    }

private:
    TrainingPlan m_plan;
};

} // namespace

int main() {
    Doubling service;
    return serve(STDIN_FILENO, STDOUT_FILENO, service);
}
