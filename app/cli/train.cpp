// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include "forameter/training/run.hpp"
#include "forameter/wire/worker.hpp"
#include "json.hpp"
#include "training_store.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

struct Options {
    std::string config, device = "auto", data;
};

/// --data, else the folder of test data, else that of the config.
fs::path dataFolder(const Options& options, const training::TrainingConfig& config) {
    if (!options.data.empty()) return options.data;
    if (const char* named = std::getenv("FORAMETER_TEST_DATA"); named && *named) return named;
    return config.folder;
}

std::string scoresText(const training::Scores& scores) {
    std::string text;
    for (const auto& [source, labels] : scores) {
        text += source + ":";
        for (const auto& [label, dice] : labels) {
            char number[16];
            std::snprintf(number, sizeof number, "%.3f", dice);
            text += " " + label + " " + number;
        }
        text += "\n";
    }
    return text;
}

Result<int> train(const Options& options, const Session& session) {
    const fs::path output = session.globals().out;
    if (output.empty() || output.extension() != ".safetensors")
        throw WrongUsage("train needs a file for the weights: -o FILE.safetensors.");
    const auto config = training::readConfig(options.config);
    if (!config) return tl::unexpected(config.error());
    const auto& globals = session.globals();
    const bool readsStore = std::ranges::any_of(
        config->sources, [](const auto& source) { return source.kind == training::SourceKind::Store; });
    if (!readsStore && (!globals.store.empty() || !globals.as.empty()))
        throw WrongUsage("--store and --as go with a config that has a source of kind \"store\".");
    wire::WorkerOptions how;
    how.device = options.device;
    how.threads = session.jobs();
    auto worker = wire::Worker::start(how);
    if (!worker) return tl::unexpected(worker.error());
    const auto summary = training::run(*config,
                                       {output, dataFolder(options, *config), std::max(1, session.jobs() / 2),
                                        readStoreOf(session), ownProgram()},
                                       **worker, session.watch());
    session.endProgress();
    if (!summary) return tl::unexpected(summary.error());
    const Json answer{{"model", config->name},
                      {"weights", output.string()},
                      {"card", fs::path(output).replace_extension(".json").string()},
                      {"sha256", summary->sha256},
                      {"steps", summary->steps},
                      {"resumed_at", summary->resumedAt},
                      {"best_step", summary->bestStep},
                      {"stopped_early", summary->stoppedEarly},
                      {"mean_dice", orNull(summary->meanDice)},
                      {"dice", summary->dice},
                      {"device", (*worker)->info().device},
                      {"precision", (*worker)->info().precision},
                      {"seconds", summary->seconds},
                      {"seconds_waited_for_examples", summary->waited}};
    const std::string text =
        "wrote " + output.string() + ", the weights of step " + std::to_string(summary->bestStep) + " of " +
        std::to_string(summary->steps) + (summary->stoppedEarly ? " (stopped early)" : "") + "\n" +
        (summary->meanDice ? "held-out Dice\n" + scoresText(summary->dice)
                           : "Nothing was held out, so these are the last weights and nothing tells how "
                             "good they are: \"hold_out\" names patients to test on.\n");
    return session.answer(answer, text);
}

} // namespace

void addTrain(Program& program) {
    auto options = std::make_shared<Options>();
    CLI::App& verb =
        program.verb("train", "Train a network; the same command goes on where it was interrupted",
                     {Takes::Jobs, Takes::Out, Takes::Store, Takes::Rater},
                     [options](const Session& session) { return train(*options, session); });
    verb.add_option("config", options->config, "What is trained on what (JSON)")
        ->required()
        ->type_name("CONFIG");
    verb.add_option("--device", options->device, "auto (default), cpu or cuda:N")->type_name("DEVICE");
    verb.add_option(
            "--data", options->data,
            "Folder that holds the config's folders (default: $FORAMETER_TEST_DATA, else the config's)")
        ->type_name("DIR");
}

} // namespace forameter::cli
