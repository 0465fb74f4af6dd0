// SPDX-License-Identifier: Apache-2.0
// Inference and training steps of the worker beside the same network in PyTorch (learning_peer.py), or beside
// another worker: rows of docs/benchmarks.md. Both are started with the same settings and asked in turn, A B
// A B.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "bench.hpp"
#include "forameter/core/random.hpp"
#include "forameter/wire/worker.hpp"

namespace fs = std::filesystem;
using namespace forameter;

namespace {

constexpr int kClasses = 8;
constexpr double kSame = 1.03; ///< ratio of two runs of one program on a machine that others use, too
const wire::Network kNetwork{1, kClasses, 16, 4};

struct Options {
    fs::path worker = PATH_OF_forameter_worker, peer = PATH_OF_learning_peer;
    std::vector<int> threads{1, 2};
    int runs = 9;
};

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}

/// A started worker with what it has used so far.
struct Side {
    std::unique_ptr<wire::Worker> worker;

    /// Of all its threads, s: what is compared when other programs load the machine.
    [[nodiscard]] double processorTime() const {
        double sum = 0.0;
        const fs::path tasks = "/proc/" + std::to_string(worker->process()) + "/task";
        for (const auto& task : fs::directory_iterator(tasks)) {
            std::ifstream file(task.path() / "schedstat");
            double nanoseconds = 0.0;
            file >> nanoseconds;
            sum += nanoseconds * 1.0e-9;
        }
        return sum;
    }
    [[nodiscard]] double peakMemory() const { ///< MB
        std::ifstream file("/proc/" + std::to_string(worker->process()) + "/status");
        double kilobytes = 0.0;
        for (std::string line; std::getline(file, line);)
            if (line.starts_with("VmHWM:")) kilobytes = std::strtod(line.c_str() + 6, nullptr);
        return kilobytes / 1024.0;
    }
};

Side started(const fs::path& program, int threads) {
    wire::WorkerOptions how;
    how.program = program;
    how.device = "cpu";
    how.threads = threads;
    how.silence = std::chrono::seconds(600); // the peer sends no heartbeats
    return {must(wire::Worker::start(how))};
}

wire::Frame pictures(int count, int size, Random& random) {
    wire::Frame frame{{count, 1, size, size}, wire::Values(static_cast<std::size_t>(count * size * size))};
    for (float& value : frame.values)
        value = static_cast<float>(random.normal() * 0.25 + 0.5);
    return frame;
}

wire::Batch batchOf(int count, int size, Random& random) {
    wire::Batch batch{pictures(count, size, random), {{count, size, size}, {}}};
    for (int n = 0; n < count; ++n)
        for (int r = 0; r < size; ++r)
            for (int c = 0; c < size;
                 ++c) // stripes of one class each, and a corner of which nothing is known
                batch.allowed.values.push_back(
                    r + c < size / 4 ? 255.0f : static_cast<float>(1 << (r * kClasses / size)));
    return batch;
}

/// What both spent on the same work: inside the processes, without the pipe.
struct Spent {
    bench::Pair wall;      ///< ms
    bench::Pair processor; ///< ms, of all threads; with the pipe
};

template <class Work>
Spent spent(int runs, Side& ours, Side& peer, const Work& work) {
    Spent result;
    const auto once = [&](Side& side, bench::Times* wall, bench::Times* processor) {
        const double before = side.processorTime();
        const double seconds = work(*side.worker);
        if (!wall) return;
        wall->ms.push_back(seconds * 1.0e3);
        processor->ms.push_back((side.processorTime() - before) * 1.0e3);
    };
    for (Side* side : {&ours, &peer})
        for (int i = 0; i < 2; ++i)
            once(*side, nullptr, nullptr);
    for (int i = 0; i < runs; ++i) {
        once(ours, &result.wall.ours, &result.processor.ours);
        once(peer, &result.wall.peer, &result.processor.peer);
    }
    return result;
}

void row(bench::Report& report, const std::string& what, const std::string& peer, const Spent& spent) {
    char text[64];
    std::snprintf(text, sizeof text, " (of processor time %.2f)", spent.processor.ratio());
    report.row(what, bench::time(spent.wall.ours.median()),
               peer + " " + bench::time(spent.wall.peer.median()) + text, spent.wall.ratio(), "never slower",
               std::min(spent.wall.ratio(), spent.processor.ratio()) <= kSame);
}

/// Weights that both sides use, with their card.
fs::path madeWeights(Side& side, const fs::path& folder) {
    wire::TrainingPlan plan;
    plan.network = kNetwork;
    plan.steps = 2;
    Random random(7);
    (void)must(side.worker->beginTraining(plan));
    (void)must(side.worker->step(batchOf(2, 64, random)));
    const fs::path weights = folder / "bench.safetensors";
    const std::string hash = must(side.worker->save(weights));
    std::ofstream(folder / "bench.json")
        << R"({"sha256": ")" << hash << R"(", "network": {"kind": "unet-2d", "inputs": 1, "base": )"
        << kNetwork.base << R"(, "levels": )" << kNetwork.levels
        << R"(, "classes": ["0", "1", "2", "3", "4", "5", "6", "7"]}})";
    return weights;
}

void compareWith(int threads, const Options& options, const fs::path& folder, bench::Report& report) {
    Side ours = started(options.worker, threads), peer = started(options.peer, threads);
    const auto& info = peer.worker->info();
    const std::string name = (info.version == "peer" ? "PyTorch " : "worker with LibTorch ") + info.libtorch +
                             (info.version == "peer" && !info.precision.empty() ? " " + info.precision : "");
    const std::string with = ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    const fs::path weights = madeWeights(ours, folder);
    Random random(11);
    float difference = 0.0f;
    for (const int count : {1, 8})
        for (const int size : {256, 352}) {
            const wire::Frame images = pictures(count, size, random);
            const auto ask = [&](wire::Worker& worker) { return must(worker.infer(weights, images, {})); };
            const auto a = ask(*ours.worker), b = ask(*peer.worker);
            if (a.probabilities.shape != b.probabilities.shape) stop("The two answer different shapes.");
            for (std::size_t i = 0; i < a.probabilities.values.size(); ++i)
                difference =
                    std::max(difference, std::abs(a.probabilities.values[i] - b.probabilities.values[i]));
            row(report,
                "inference, " + std::string(count == 1 ? "a slice" : "8 slices") + " of " +
                    std::to_string(size) + "x" + std::to_string(size) + with,
                name,
                spent(options.runs, ours, peer, [&](wire::Worker& worker) { return ask(worker).seconds; }));
        }
    std::ostringstream note;
    note << "LibTorch " << ours.worker->info().libtorch << " beside " << name << with
         << ": largest difference of a probability " << difference;
    const double oursMemory = ours.peakMemory(), peerMemory = peer.peakMemory();
    note << "; peak memory after inference " << std::lround(oursMemory) << " MB against "
         << std::lround(peerMemory) << " MB";
    for (const int size : {160, 256}) {
        wire::TrainingPlan plan;
        plan.network = kNetwork;
        plan.steps = 1000;
        plan.start = weights.string();
        for (Side* side : {&ours, &peer})
            (void)must(side->worker->beginTraining(plan));
        const wire::Batch batch = batchOf(8, size, random);
        double firstLoss[2]{};
        int asked = 0;
        const auto step = [&](wire::Worker& worker) {
            const auto done = must(worker.step(batch));
            if (done.step == 1) firstLoss[asked++] = done.loss;
            return done.seconds;
        };
        row(report, "training step, 8 slices of " + std::to_string(size) + "x" + std::to_string(size) + with,
            name, spent(std::max(3, options.runs / 2), ours, peer, step));
        note << "; first loss at " << size << ": " << firstLoss[0] << " against " << firstLoss[1];
    }
    note << "; peak memory after training " << std::lround(ours.peakMemory()) << " MB against "
         << std::lround(peer.peakMemory()) << " MB.";
    report.note(note.str());
}

int usage() {
    std::fprintf(
        stderr,
        "usage: forameter-learning-bench [--worker PROGRAM] [--peer PROGRAM] [--threads N] [--runs N]\n"
        "PROGRAM is a worker, or speaks as one; the peer is PyTorch in the python3 on the PATH otherwise.\n");
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 >= argc) return usage();
        const std::string value = argv[i + 1];
        if (std::strcmp(argv[i], "--worker") == 0)
            options.worker = value;
        else if (std::strcmp(argv[i], "--peer") == 0)
            options.peer = value;
        else if (std::strcmp(argv[i], "--threads") == 0)
            options.threads = {std::max(1, std::atoi(value.c_str()))};
        else if (std::strcmp(argv[i], "--runs") == 0)
            options.runs = std::max(1, std::atoi(value.c_str()));
        else
            return usage();
    }
    const fs::path folder =
        fs::temp_directory_path() / ("forameter-learning-bench-" + std::to_string(getpid()));
    fs::create_directories(folder);
    bench::Report report;
    for (const int threads : options.threads)
        compareWith(threads, options, folder, report);
    report.print();
    fs::remove_all(folder);
    return 0;
}
