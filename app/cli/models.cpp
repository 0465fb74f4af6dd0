// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "exit_code.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/proposal/model.hpp"
#include "forameter/wire/worker.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

struct Options {
    std::string folder, name;
};

fs::path folderOf(const Options& options) {
    return options.folder.empty() ? proposal::shippedModels() : fs::path(options.folder);
}

Result<proposal::ModelFolder> modelsOf(const Options& options) {
    const fs::path folder = folderOf(options);
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        return fail(ErrorCode::NotFound, "There is no folder of models " + folder.string() + ".");
    return proposal::readModels(folder);
}

Json toJson(const proposal::Model& model) {
    const Json card = Json::parse(model.card, nullptr, false);
    const auto part = [&](const char* key) {
        return card.is_object() && card.contains(key) ? card.at(key) : Json(nullptr);
    };
    return {{"name", model.name},
            {"sha256", model.sha256},
            {"weights", model.weights.string()},
            {"plane", geometry::name(model.plane)},
            {"spacing_mm", model.spacing},
            {"network",
             {{"inputs", model.network.inputs},
              {"classes", model.network.classes},
              {"base", model.network.base},
              {"levels", model.network.levels}}},
            {"looks", {{"mirror", model.looks.mirror}, {"scales", model.looks.scales}}},
            {"steps", part("steps")},
            {"metrics", part("metrics")},
            {"intended_use", part("intended_use")},
            {"limits", part("limits")},
            {"licence", part("licence")}};
}

Json refusedJson(const proposal::ModelFolder& found) {
    Json refused = Json::array();
    for (const auto& [path, message] : found.refused)
        refused.push_back({{"path", path.string()}, {"reason", "unreadable"}, {"message", message}});
    return refused;
}

std::string refusedText(const proposal::ModelFolder& found) {
    std::string text;
    for (const auto& [path, message] : found.refused)
        text += "refused: " + message + "\n";
    return text;
}

Result<int> list(const Options& options, const Session& session) {
    const auto found = modelsOf(options);
    if (!found) return tl::unexpected(found.error());
    Json models = Json::array();
    std::string text;
    for (const auto& model : found->models) {
        models.push_back(toJson(model));
        text += model.name + "  " + std::string(geometry::name(model.plane)) + "  " + model.sha256.substr(0, 12) +
                "  " + model.weights.string() + "\n";
    }
    if (text.empty()) text = "no models in " + folderOf(options).string() + "\n";
    if (auto done = session.answer({{"models", models}, {"refused", refusedJson(*found)}},
                                   text + refusedText(*found));
        !done)
        return tl::unexpected(done.error());
    return found->refused.empty() ? kDone : kSomeRefused;
}

/// Why a model cannot be used; "" where it can.
std::string problemOf(const proposal::Model& model, wire::Worker* worker) {
    const auto hash = sha256OfFile(model.weights);
    if (!hash) return hash.error().message;
    if (toHex(*hash) != model.sha256)
        return "The weights " + model.weights.string() + " are not those that the card describes: their SHA-256 is " +
               toHex(*hash) + ", the card says " + model.sha256 + ".";
    if (!worker) return {};
    const auto loaded = worker->load(model.weights);
    return loaded ? std::string() : loaded.error().message;
}

Result<int> check(const Options& options, const Session& session) {
    const auto found = modelsOf(options);
    if (!found) return tl::unexpected(found.error());
    wire::WorkerOptions how;
    how.threads = 1;
    const auto worker = wire::Worker::start(how);
    Json models = Json::array();
    std::string text;
    bool ok = found->refused.empty();
    for (const auto& model : found->models) {
        const std::string problem = problemOf(model, worker ? worker->get() : nullptr);
        models.push_back({{"name", model.name},
                          {"sha256", model.sha256},
                          {"ok", problem.empty()},
                          {"loaded", problem.empty() && worker ? Json(true) : Json(nullptr)},
                          {"problem", problem.empty() ? Json(nullptr) : Json(problem)}});
        text += model.name + ": " + (problem.empty() ? "ok" : problem) + "\n";
        ok = ok && problem.empty();
    }
    if (!worker) text += "not loaded, only hashed: " + worker.error().message + "\n";
    const Json answer{{"ok", ok},
                      {"models", models},
                      {"refused", refusedJson(*found)},
                      {"worker", worker ? Json(nullptr) : Json(worker.error().message)}};
    if (auto done = session.answer(answer, text + refusedText(*found)); !done)
        return tl::unexpected(done.error());
    return ok ? kDone : kFailed;
}

Result<int> exportModel(const Options& options, const Session& session) {
    if (session.globals().out.empty() || session.globals().out == "-")
        throw WrongUsage("models export needs a file to write to: -o FILE.");
    const auto found = modelsOf(options);
    if (!found) return tl::unexpected(found.error());
    const auto model = std::ranges::find(found->models, options.name, &proposal::Model::name);
    if (model == found->models.end())
        return fail(ErrorCode::NotFound, "There is no model \"" + options.name + "\" in " +
                                             folderOf(options).string() + ".");
    wire::WorkerOptions how;
    how.threads = 1;
    auto worker = wire::Worker::start(how);
    if (!worker) return tl::unexpected(worker.error());
    const fs::path to = session.globals().out;
    if (auto loaded = (*worker)->load(model->weights); !loaded) return tl::unexpected(loaded.error());
    if (auto written = (*worker)->exportTorchScript(model->weights, to); !written)
        return tl::unexpected(written.error());
    const auto hash = sha256OfFile(to);
    if (!hash) return tl::unexpected(hash.error());
    const Json answer{{"model", model->name},
                      {"sha256", model->sha256},
                      {"file", to.string()},
                      {"file_sha256", toHex(*hash)},
                      {"format", "torchscript"}};
    if (auto done = session.answer(answer, "wrote " + to.string() + "\n"); !done)
        return tl::unexpected(done.error());
    return kDone;
}

} // namespace

void addModels(Program& program) {
    CLI::App& noun = program.noun("models", "The networks that propose contours");
    auto options = std::make_shared<Options>();
    const auto verb = [&](const std::string& name, const std::string& what, std::set<Takes> takes, auto action) {
        CLI::App& made = program.verb(noun, name, what, std::move(takes), [options, action](const Session& session) {
            return action(*options, session);
        });
        made.add_option("--folder", options->folder, "Where the models lie (default: those that are shipped)")
            ->type_name("DIR");
        return &made;
    };
    verb("list", "Models with what their cards say", {}, list);
    verb("check", "Whether weights are those of their cards, and load", {}, check);
    verb("export", "Write a network as TorchScript for other programs", {Takes::Out}, exportModel)
        ->add_option("model", options->name, "Its name")
        ->required()
        ->type_name("NAME");
}

} // namespace forameter::cli
