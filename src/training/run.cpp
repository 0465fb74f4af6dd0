// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <system_error>

#include "card.hpp"
#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/text.hpp"
#include "place_lock.hpp"

namespace forameter::training {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kCurveBegins = "step,loss,";

fs::path beside(const fs::path& output, const char* extension) {
    return fs::path(output).replace_extension(extension);
}

/// Whether a file that a training would write may be: it is not there, or begins as this training's do. The
/// card of mine.safetensors is mine.json, which is a natural name for a config.
Result<> mayReplace(const fs::path& file, std::string_view what, const fs::path& output,
                    const std::function<bool(const std::string&)>& isOurs) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return {};
    const auto there = readWhole(file);
    if (there && isOurs(*there)) return {};
    return fail(ErrorCode::Conflict, "The " + std::string(what) + " of the training would replace " +
                                         quoted(file) + ", which is none. Give the weights " +
                                         quoted(output) + " another name, or put them into another folder.");
}

/// What can be found out before anything is read or made.
Result<> checkPlaces(const TrainingConfig& config, const fs::path& output) {
    if (auto may = mayReplace(beside(output, ".json"), "card", output,
                              [](const std::string& text) {
                                  const Json json = Json::parse(text, nullptr, false);
                                  return json.is_object() &&
                                         json.value("format", Json()) == "forameter-model";
                              });
        !may)
        return may;
    if (auto may = mayReplace(beside(output, ".csv"), "curve", output,
                              [](const std::string& text) { return text.starts_with(kCurveBegins); });
        !may)
        return may;
    if (config.plan.start.empty()) return {};
    const fs::path start = config.folder / config.plan.start;
    std::error_code ignored;
    if (!fs::is_regular_file(start, ignored))
        return fail(ErrorCode::NotFound,
                    "There are no weights " + quoted(start) + ", from which the training is to begin.");
    if (fs::equivalent(start, output, ignored))
        return fail(ErrorCode::Conflict, "The training would replace the weights " + quoted(start) +
                                             " that it begins from: give its own another name.");
    return {};
}

/// Means of the steps since the last row of the curve.
struct Sums {
    double loss = 0.0, crossEntropy = 0.0, dice = 0.0, rate = 0.0;
    std::int64_t steps = 0;

    void add(const wire::StepReport& report) {
        loss += report.loss;
        crossEntropy += report.crossEntropy;
        dice += report.dice;
        rate = report.learningRate;
        ++steps;
    }
};

/// What a run has reached beside the network: kept with its checkpoint.
struct Reached {
    std::int64_t step = 0;
    Sums sums;
    RunSummary best;   ///< sha256, bestStep, meanDice and dice
    bool any = false;  ///< an evaluation was made
    int sinceBest = 0; ///< evaluations
};

Json toJson(const Reached& reached) {
    const auto& mean = reached.best.meanDice;
    const Sums& sums = reached.sums;
    return {{"step", reached.step},
            {"sums", {sums.loss, sums.crossEntropy, sums.dice, sums.rate}},
            {"sums_of", sums.steps},
            {"evaluated", reached.any},
            {"sha256", reached.best.sha256},
            {"best_step", reached.best.bestStep},
            {"mean_dice", mean ? Json(*mean) : Json(nullptr)},
            {"dice", reached.best.dice},
            {"since_best", reached.sinceBest}};
}

Reached reachedFrom(const Json& json) {
    Reached reached;
    reached.step = json.at("step").get<std::int64_t>();
    const Json& sums = json.at("sums");
    reached.sums = {sums.at(0).get<double>(), sums.at(1).get<double>(), sums.at(2).get<double>(),
                    sums.at(3).get<double>(), json.at("sums_of").get<std::int64_t>()};
    reached.any = json.at("evaluated").get<bool>();
    reached.best.sha256 = json.at("sha256").get<std::string>();
    reached.best.bestStep = json.at("best_step").get<std::int64_t>();
    if (const Json& mean = json.at("mean_dice"); !mean.is_null()) reached.best.meanDice = mean.get<double>();
    reached.best.dice = json.at("dice").get<Scores>();
    reached.sinceBest = json.at("since_best").get<int>();
    return reached;
}

/// The file beside a checkpoint. It is written before the checkpoint and says what was reached at the one
/// that is about to be written and at the one before: wherever the process ends, one of the two is of the
/// checkpoint that is there.
struct State {
    std::string config; ///< SHA-256 of it
    std::vector<Reached> reached;
};

std::string toText(const State& state) {
    Json reached = Json::array();
    for (const Reached& one : state.reached)
        reached.push_back(toJson(one));
    return dumped(Json{{"config_sha256", state.config}, {"reached", reached}}, 2) + "\n";
}

tl::unexpected<Error> badState(const fs::path& file) {
    return fail(ErrorCode::Corrupt, "The training's state " + quoted(file) +
                                        " cannot be read, or is not of the checkpoint beside it; remove both "
                                        "to begin anew.");
}

Result<State> readState(const fs::path& file) {
    const auto text = readWhole(file);
    if (!text) return badState(file);
    const Json json = Json::parse(*text, nullptr, false);
    try {
        State state{json.at("config_sha256").get<std::string>(), {}};
        for (const Json& one : json.at("reached"))
            state.reached.push_back(reachedFrom(one));
        return state;
    } catch (const Json::exception&) {
        return badState(file);
    }
}

/// The curve: one row per evaluation. Rows beyond `upTo` are of steps that will be done again.
class Curve {
public:
    Curve(fs::path file, const Evaluation& evaluation) : m_file(std::move(file)), m_evaluation(evaluation) {
        m_text =
            std::string(kCurveBegins) + "cross_entropy,dice,learning_rate,examples_per_s,mean_held_out_dice";
        for (const auto& [source, label] : evaluation.columns())
            m_text += "," + source + ": " + label;
        m_text += "\n";
    }
    void resume(std::int64_t upTo) {
        std::ifstream stream(m_file);
        std::string line;
        if (!std::getline(stream, line)) return;
        while (std::getline(stream, line))
            if (std::strtoll(line.c_str(), nullptr, 10) <= upTo) m_text += line + "\n";
    }
    Result<> add(std::int64_t step, const Sums& sums, double examplesPerSecond,
                 const Evaluation::Outcome& outcome) {
        const auto number = [](double value) {
            return std::isfinite(value) ? Json(value).dump() : std::string();
        };
        const auto n = static_cast<double>(std::max<std::int64_t>(sums.steps, 1));
        m_text += std::to_string(step) + "," + number(sums.loss / n) + "," + number(sums.crossEntropy / n) +
                  "," + number(sums.dice / n) + "," + number(sums.rate) + "," + number(examplesPerSecond) +
                  "," + (outcome.mean ? number(*outcome.mean) : std::string());
        for (const auto& [source, label] : m_evaluation.columns())
            m_text += "," + number(outcome.dice.at(source).at(label));
        m_text += "\n";
        return writeWhole(m_file, m_text);
    }

private:
    fs::path m_file;
    const Evaluation& m_evaluation;
    std::string m_text;
};

class Run {
public:
    Run(const TrainingConfig& config, const RunOptions& options, wire::Worker& worker, const Watch& watch,
        std::vector<SourceData> sources)
        : m_config(config),
          m_options(options),
          m_worker(worker),
          m_watch(watch),
          m_sources(std::move(sources)),
          m_evaluation(config, m_sources),
          m_curve(beside(options.output, ".csv"), m_evaluation) {}

    Result<RunSummary> go() {
        if (m_config.patience > 0 && m_evaluation.columns().empty())
            return fail(ErrorCode::InvalidArgument,
                        "\"patience\" ends a training that gets no better on what is held out, and nothing "
                        "is: name patients in \"hold_out\".");
        const auto start = std::chrono::steady_clock::now();
        std::string identity = m_config.text;
        for (const SourceData& source : m_sources)
            identity += source.fingerprint;
        m_identity = toHex(sha256(identity));
        const auto state = keptState();
        if (!state) return tl::unexpected(state.error());
        wire::TrainingPlan plan = m_config.plan;
        if (!plan.start.empty()) plan.start = (m_config.folder / plan.start).string();
        plan.checkpoint = beside(m_options.output, ".checkpoint").string();
        const auto done = m_worker.beginTraining(plan);
        if (!done) return tl::unexpected(done.error());
        if (auto ready = takeUp(*state, *done); !ready) return tl::unexpected(ready.error());
        RunSummary summary;
        summary.resumedAt = *done;
        std::vector<ExampleSource> examples;
        for (const SourceData& source : m_sources)
            examples.push_back(source.examples);
        Mixer mixer({m_config.plane, m_config.spacing, m_config.smallest, m_config.largest, m_config.batch,
                     m_config.plan.seed, m_options.threads, m_config.plan.network.inputs},
                    std::move(examples), *done);
        std::int64_t step = *done;
        for (;;) {
            const bool last = step >= plan.steps;
            // Owed after the steps, too, by a run that was interrupted in the midst of it.
            if (m_reached.sums.steps > 0 && (step % m_config.evaluateEvery == 0 || last)) {
                const auto evaluated = evaluate(step);
                if (!evaluated && evaluated.error().code == ErrorCode::Cancelled) return interrupted(step);
                if (!evaluated) return tl::unexpected(evaluated.error());
                if (m_config.patience > 0 && m_reached.sinceBest >= m_config.patience && !last) {
                    summary.stoppedEarly = true;
                    break;
                }
            }
            if (last) break;
            if (step % m_config.checkpointEvery == 0 && step > *done)
                if (auto kept = checkpoint(step); !kept) return tl::unexpected(kept.error());
            if (m_watch.cancelled()) return interrupted(step);
            const auto batch = mixer.next(m_watch.stop);
            if (!batch && m_watch.cancelled()) return interrupted(step);
            if (!batch) return tl::unexpected(batch.error());
            // Not under the watch: an interruption waits for the step, so that the checkpoint is whole.
            const auto report = m_worker.step(*batch);
            if (!report) return tl::unexpected(report.error());
            if (!std::isfinite(report->loss))
                return fail(ErrorCode::Other, "The training diverged at step " + std::to_string(step + 1) +
                                                  ": its loss is no number. Try a lower learning rate.");
            step = report->step;
            m_reached.sums.add(*report);
            ++m_stepsHere;
            tell(step);
        }
        std::error_code ignored; // the work is done: what it would be resumed from is of no use
        fs::remove(beside(m_options.output, ".checkpoint"), ignored);
        fs::remove(beside(m_options.output, ".state.json"), ignored);
        summary.sha256 = m_reached.best.sha256;
        summary.steps = step;
        summary.bestStep = m_reached.best.bestStep;
        summary.meanDice = m_reached.best.meanDice;
        summary.dice = m_reached.best.dice;
        summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        summary.waited = mixer.waited();
        return summary;
    }

private:
    /// That of the checkpoint, where there is one.
    Result<State> keptState() const {
        const fs::path checkpoint = beside(m_options.output, ".checkpoint");
        std::error_code ignored;
        if (!fs::exists(checkpoint, ignored)) return State{m_identity, {}};
        auto state = readState(beside(m_options.output, ".state.json"));
        if (state && state->config != m_identity)
            return fail(ErrorCode::Conflict, "The checkpoint " + quoted(checkpoint) +
                                                 " is of another config, or the store has changed since, "
                                                 "or a document of contours. Remove it to begin anew, or "
                                                 "write to another place.");
        return state;
    }

    Result<> takeUp(const State& state, std::int64_t done) {
        if (!state.reached.empty()) {
            const auto at = std::ranges::find(state.reached, done, &Reached::step);
            if (at == state.reached.end()) return badState(beside(m_options.output, ".state.json"));
            m_reached = *at;
        }
        m_checkpointed = m_reached;
        m_curve.resume(done);
        // A place that cannot be written to is found out now and not after the first steps.
        return writeState();
    }

    Result<> writeState() const {
        return writeWhole(beside(m_options.output, ".state.json"),
                          toText({m_identity, {m_checkpointed, m_reached}}));
    }

    Result<> checkpoint(std::int64_t step) {
        m_reached.step = step;
        if (auto written = writeState(); !written) return written;
        if (auto kept = m_worker.checkpoint(); !kept) return kept;
        m_checkpointed = m_reached;
        return {};
    }

    tl::unexpected<Error> interrupted(std::int64_t step) {
        if (auto kept = checkpoint(step); !kept) return tl::unexpected(kept.error());
        return fail(ErrorCode::Cancelled, "The training was interrupted after " + std::to_string(step) +
                                              " steps; the same command goes on from there.");
    }

    Result<> evaluate(std::int64_t step) {
        const auto outcome = m_evaluation.run(m_worker, m_watch.stop);
        if (!outcome) return tl::unexpected(outcome.error());
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - m_since).count();
        const double examples = static_cast<double>(m_stepsHere) * m_config.batch;
        if (auto added = m_curve.add(step, m_reached.sums, examples / std::max(seconds, 1.0e-9), *outcome);
            !added)
            return added;
        m_reached.sums = {};
        m_stepsHere = 0;
        m_since = std::chrono::steady_clock::now();
        m_held = outcome->mean;
        // At its first evaluation a run has something to show, whatever it is worth. Where nothing is held
        // out nothing speaks for older weights.
        if (m_reached.any && outcome->mean && *outcome->mean <= m_reached.best.meanDice.value_or(-1.0)) {
            ++m_reached.sinceBest;
            return {};
        }
        const auto saved = m_worker.save(m_options.output);
        if (!saved) return tl::unexpected(saved.error());
        m_reached.any = true;
        m_reached.sinceBest = 0;
        m_reached.best.sha256 = *saved;
        m_reached.best.bestStep = step;
        m_reached.best.meanDice = outcome->mean;
        m_reached.best.dice = outcome->dice;
        return writeWhole(beside(m_options.output, ".json"),
                          cardOf(m_config, m_sources, m_worker.info(), m_reached.best));
    }

    void tell(std::int64_t step) const {
        if (!m_watch.progress) return;
        const auto short3 = [](double value) {
            char text[32];
            std::snprintf(text, sizeof text, "%.3f", value);
            return std::string(text);
        };
        const Sums& sums = m_reached.sums;
        std::string what = "training, loss " +
                           short3(sums.loss / static_cast<double>(std::max<std::int64_t>(sums.steps, 1)));
        if (m_held) what += ", held-out Dice " + short3(*m_held);
        m_watch.progress(
            {static_cast<std::size_t>(step), static_cast<std::size_t>(m_config.plan.steps), what});
    }

    const TrainingConfig& m_config;
    const RunOptions& m_options;
    wire::Worker& m_worker;
    const Watch& m_watch;
    std::vector<SourceData> m_sources;
    Evaluation m_evaluation;
    Curve m_curve;
    std::string m_identity; ///< SHA-256 of the config and of what a store held
    Reached m_reached, m_checkpointed;
    std::int64_t m_stepsHere = 0; ///< since the last row of the curve, in this process
    std::chrono::steady_clock::time_point m_since = std::chrono::steady_clock::now();
    std::optional<double> m_held;
};

} // namespace

Result<RunSummary> run(const TrainingConfig& config, const RunOptions& options, wire::Worker& worker,
                       const Watch& watch) {
    if (const auto good = checkPlaces(config, options.output); !good) return tl::unexpected(good.error());
    if (const auto made = makeFolders(options.output.parent_path()); !made)
        return tl::unexpected(made.error());
    const auto ours = PlaceLock::take(options.output);
    if (!ours) return tl::unexpected(ours.error());
    auto sources = readSources(config, options.data, options.readStore, options.scanWorker);
    if (!sources) return tl::unexpected(sources.error());
    return Run(config, options, worker, watch, *std::move(sources)).go();
}

} // namespace forameter::training
