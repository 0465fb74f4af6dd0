// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/worker.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <unistd.h>
#include <utility>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"
#include "forameter/wire/message.hpp"
#include "process.hpp"
#include "silence.hpp"
#include "vocabulary.hpp"

namespace forameter::wire {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kGrace(2000); ///< after cancelling, until the process is ended
constexpr std::chrono::seconds kStart(60);        ///< loading LibTorch from a cold disk takes its time

std::filesystem::path besideThisProgram() {
    const auto self = thisProgram();
    return self.empty() ? self : self.parent_path() / "forameter-worker";
}

Result<std::filesystem::path> findProgram(const std::filesystem::path& named) {
    std::error_code error;
    if (!named.empty()) {
        if (std::filesystem::is_regular_file(named, error)) return named;
        return fail(ErrorCode::NotFound, "The worker " + named.string() + " does not exist.");
    }
    if (const char* set = std::getenv("FORAMETER_WORKER"); set && *set) {
        if (std::filesystem::is_regular_file(set, error)) return std::filesystem::path(set);
        return fail(ErrorCode::NotFound,
                    std::string("FORAMETER_WORKER names ") + set + ", which does not exist.");
    }
    if (const auto beside = besideThisProgram(); std::filesystem::is_regular_file(beside, error))
        return beside;
    return fail(
        ErrorCode::NotFound,
        "The program that runs models, forameter-worker, is not installed here. Everything can be drawn "
        "without it. Who looks after this installation can add it, or name it in FORAMETER_WORKER.");
}

int processorsOfThisProcess() {
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return std::max(1, CPU_COUNT(&set));
}

std::string text(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

} // namespace

struct Worker::State {
    std::unique_ptr<Process> process;
    WorkerInfo info;
    std::chrono::seconds silence{60};
    std::int64_t lastId = 0;
    std::optional<Error> dead;

    tl::unexpected<Error> died(const std::string& what) {
        auto words = process->lastWords();
        if (words.size() > 600) words = "…" + words.substr(words.size() - 600);
        dead = Error{ErrorCode::Other,
                     "The worker " + what + (words.empty() ? "." : "; its last words: " + words)};
        return tl::unexpected<Error>(*dead);
    }

    /// The next message that is no heartbeat. Ends the process where it has to.
    Result<Message> next(std::chrono::milliseconds patience, const Watch& watch, std::int64_t id) {
        Silence silent(Clock::now());
        std::optional<Clock::time_point> cancelled;
        for (;;) {
            if (!cancelled && watch.cancelled()) {
                cancelled = Clock::now();
                (void)write(process->input(), {dumped(Json{{"type", "cancel"}, {"id", id}}), {}});
            }
            if (cancelled && Clock::now() - *cancelled > kGrace) {
                process->signal(SIGKILL);
                dead =
                    Error{ErrorCode::Cancelled, "The worker was ended because it did not stop when asked."};
                return fail(ErrorCode::Cancelled,
                            "Cancelled; the worker did not stop by itself and was ended.");
            }
            if (!process->readable(std::chrono::milliseconds(50))) {
                if (silent.heardNothing(Clock::now()) > patience) {
                    process->signal(SIGKILL);
                    return died(
                        "gave no sign of life for " +
                        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(patience).count()) +
                        " seconds and was ended");
                }
                continue;
            }
            auto message = read(process->output());
            if (!message) {
                if (process->ended()) return died(process->fate()); // within a message
                process->signal(SIGKILL);
                return died("answered nonsense (" + message.error().message + ") and was ended");
            }
            if (!*message) return died(process->fate());
            silent.heard(Clock::now());
            const auto header = Json::parse((*message)->header);
            const auto type = text(header, "type");
            if (type == "heartbeat") continue;
            if (type == "progress") {
                const auto done = header.value("done", std::int64_t{0}),
                           total = header.value("total", std::int64_t{0});
                const std::string what = text(header, "what");
                watch.report(static_cast<std::size_t>(std::max<std::int64_t>(done, 0)),
                             static_cast<std::size_t>(std::max<std::int64_t>(total, 0)), what.c_str());
                continue;
            }
            return std::move(**message);
        }
    }

    struct Answer {
        Json header;
        std::vector<Frame> frames;
    };
    Result<Answer> ask(Json request, std::vector<Frame> frames, const Watch& watch) {
        if (dead) return tl::unexpected(*dead);
        const auto id = ++lastId;
        request["id"] = id;
        if (const auto sent = write(process->input(), {dumped(request), std::move(frames)}); !sent)
            return died(process->fate());
        for (;;) {
            auto message = next(silence, watch, id);
            if (!message) return tl::unexpected(message.error());
            auto header = Json::parse(message->header);
            if (header.value("id", std::int64_t{-1}) != id) continue; // of a call that was given up
            if (text(header, "type") == "error")
                return fail(errorCodeFromName(text(header, "code")), text(header, "message"));
            return Answer{std::move(header), std::move(message->frames)};
        }
    }
};

Worker::Worker(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Worker::~Worker() = default;

Result<std::unique_ptr<Worker>> Worker::start(const WorkerOptions& options) {
    const auto program = findProgram(options.program);
    if (!program) return tl::unexpected(program.error());
    const auto threads = std::to_string(options.threads > 0 ? options.threads : processorsOfThisProcess());
    auto process = Process::start(*program, {"--device", options.device, "--threads", threads},
                                  {{"OMP_NUM_THREADS", threads},
                                   {"OPENBLAS_NUM_THREADS", threads},
                                   {"OMP_WAIT_POLICY", "PASSIVE"}, // spinning threads starve everybody else
                                   {"GOMP_SPINCOUNT", "0"},
                                   // Every large tensor would be mapped and unmapped anew otherwise.
                                   {"MALLOC_MMAP_MAX_", "0"},
                                   {"MALLOC_TRIM_THRESHOLD_", "8000000000"}});
    if (!process) return tl::unexpected(process.error());
    auto state = std::make_unique<State>();
    state->process = std::move(*process);
    state->silence = options.silence;
    const auto hello = state->next(kStart, {}, 0);
    if (!hello) return tl::unexpected(hello.error());
    const auto header = Json::parse(hello->header);
    if (text(header, "type") == "error")
        return fail(errorCodeFromName(text(header, "code")), text(header, "message"));
    if (text(header, "type") != "hello")
        return fail(ErrorCode::Corrupt,
                    program->string() + " is no worker of Forameter: it did not say hello.");
    if (header.value("wire", 0) != kVersion)
        return fail(ErrorCode::Conflict, program->string() + " speaks version " +
                                             std::to_string(header.value("wire", 0)) +
                                             " of the messages, this program " + std::to_string(kVersion) +
                                             ": use programs of one build.");
    auto& info = state->info;
    info.version = text(header, "version");
    info.libtorch = text(header, "libtorch");
    info.device = text(header, "device");
    info.precision = text(header, "precision");
    info.threads = header.value("threads", 0);
    if (const auto devices = header.find("devices"); devices != header.end() && devices->is_array())
        for (const auto& device : *devices)
            if (device.is_string()) info.devices.push_back(device.get<std::string>());
    return std::unique_ptr<Worker>(new Worker(std::move(state)));
}

const WorkerInfo& Worker::info() const {
    return m_state->info;
}

int Worker::process() const {
    return m_state->process->id();
}

Result<> Worker::load(const std::filesystem::path& weights, const std::string& trusted) {
    return m_state->ask({{"type", "load"}, {"weights", weights.string()}, {"trusted", trusted}}, {}, {})
        .map([](const auto&) {});
}

Result<Prediction> Worker::infer(const std::filesystem::path& weights, const Frame& images,
                                 const Looks& looks, const Watch& watch) {
    auto answer = m_state->ask({{"type", "infer"}, {"weights", weights.string()}, {"looks", toJson(looks)}},
                               {images}, watch);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->frames.size() != 2) return m_state->died("answered without probabilities");
    Prediction prediction;
    prediction.probabilities = std::move(answer->frames[0]);
    prediction.spread = std::move(answer->frames[1]);
    prediction.sha256 = text(answer->header, "sha256");
    prediction.device = text(answer->header, "device");
    prediction.precision = text(answer->header, "precision");
    prediction.seconds = answer->header.value("seconds", 0.0);
    return prediction;
}

Result<std::int64_t> Worker::beginTraining(const TrainingPlan& plan) {
    const auto answer = m_state->ask({{"type", "begin-training"}, {"plan", toJson(plan)}}, {}, {});
    if (!answer) return tl::unexpected(answer.error());
    return answer->header.value("step", std::int64_t{0});
}

Result<StepReport> Worker::step(const Batch& batch, const Watch& watch) {
    const auto answer = m_state->ask({{"type", "step"}}, {batch.images, batch.allowed}, watch);
    if (!answer) return tl::unexpected(answer.error());
    return stepReportFrom(answer->header);
}

Result<EvaluationReport> Worker::evaluate(const Batch& batch, const Watch& watch) {
    const auto answer = m_state->ask({{"type", "evaluate"}}, {batch.images, batch.allowed}, watch);
    if (!answer) return tl::unexpected(answer.error());
    return evaluationFrom(answer->header);
}

Result<> Worker::checkpoint() {
    return m_state->ask({{"type", "checkpoint"}}, {}, {}).map([](const auto&) {});
}

Result<std::string> Worker::save(const std::filesystem::path& weights) {
    const auto answer = m_state->ask({{"type", "save"}, {"weights", weights.string()}}, {}, {});
    if (!answer) return tl::unexpected(answer.error());
    return text(answer->header, "sha256");
}

Result<> Worker::exportTorchScript(const std::filesystem::path& weights, const std::filesystem::path& to) {
    return m_state->ask({{"type", "export"}, {"weights", weights.string()}, {"to", to.string()}}, {}, {})
        .map([](const auto&) {});
}

} // namespace forameter::wire
