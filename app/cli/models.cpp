// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "exit_code.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/time.hpp"
#include "forameter/proposal/ask.hpp"
#include "forameter/proposal/model.hpp"
#include "forameter/proposal/trust.hpp"
#include "forameter/wire/worker.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

struct Options {
    std::string folder, name;
    bool withdraw = false;
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

Json toJson(const proposal::Model& model, proposal::Trust trust) {
    const Json card = Json::parse(model.card, nullptr, false);
    const auto part = [&](const char* key) {
        return card.is_object() && card.contains(key) ? card.at(key) : Json(nullptr);
    };
    const bool ours = model.kind == proposal::NetworkKind::UNet;
    Json labels = Json::array();
    for (const auto label : model.labels)
        labels.push_back(proposal::name(label));
    return {{"name", model.name},
            {"sha256", model.sha256},
            {"trust", proposal::name(trust)},
            {"weights", model.weights.string()},
            {"plane", geometry::name(model.plane)},
            {"spacing_mm", model.spacing},
            {"network",
             {{"kind", ours ? "unet-2d" : "torchscript"},
              {"inputs", model.network.inputs},
              {"classes", model.network.classes},
              {"labels", labels},
              {"base", ours ? Json(model.network.base) : Json(nullptr)},
              {"levels", ours ? Json(model.network.levels) : Json(nullptr)}}},
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

/// For the table: what needs no trust says nothing.
std::string inWords(proposal::Trust trust) {
    switch (trust) {
    case proposal::Trust::NotNeeded:
        return "";
    case proposal::Trust::Trusted:
        return "  (code from elsewhere, trusted)";
    case proposal::Trust::Untrusted:
        break;
    }
    return "  (code from elsewhere, not trusted: never run)";
}

Result<int> list(const Options& options, const Session& session) {
    const auto found = modelsOf(options);
    if (!found) return tl::unexpected(found.error());
    const auto trusted = proposal::TrustedModels::read();
    if (!trusted) return tl::unexpected(trusted.error());
    Json models = Json::array();
    std::string text;
    for (const auto& model : found->models) {
        const auto trust = proposal::trustOf(model, *trusted);
        if (!trust) return tl::unexpected(trust.error());
        models.push_back(toJson(model, *trust));
        text += model.name + "  " + std::string(geometry::name(model.plane)) + "  " +
                model.sha256.substr(0, 12) + "  " + model.weights.string() + inWords(*trust) + "\n";
    }
    if (text.empty()) text = "no models in " + folderOf(options).string() + "\n";
    return session.answer({{"models", models}, {"refused", refusedJson(*found)}}, text + refusedText(*found),
                          found->refused.empty() ? kDone : kSomeRefused);
}

/// Why a model cannot be used; "" where it can.
std::string problemOf(const proposal::Model& model, const proposal::TrustedModels& trusted,
                      wire::Worker* worker) {
    const auto hash = sha256OfFile(model.weights);
    if (!hash) return hash.error().message;
    if (toHex(*hash) != model.sha256)
        return "The weights " + model.weights.string() +
               " are not those that the card describes: their SHA-256 is " + toHex(*hash) +
               ", the card says " + model.sha256 + ".";
    if (model.kind == proposal::NetworkKind::TorchScript && !trusted.holds(model.sha256))
        return "The model is a program from elsewhere (TorchScript) that was not trusted, so it was not "
               "loaded; see models trust.";
    if (!worker) return {};
    const auto loaded = proposal::load(*worker, model, trusted);
    return loaded ? std::string() : loaded.error().message;
}

Result<int> check(const Options& options, const Session& session) {
    const auto found = modelsOf(options);
    if (!found) return tl::unexpected(found.error());
    const auto trusted = proposal::TrustedModels::read();
    if (!trusted) return tl::unexpected(trusted.error());
    wire::WorkerOptions how;
    how.threads = 1;
    const auto worker = wire::Worker::start(how);
    Json models = Json::array();
    std::string text;
    bool ok = found->refused.empty();
    for (const auto& model : found->models) {
        const std::string problem = problemOf(model, *trusted, worker ? worker->get() : nullptr);
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
    return session.answer(answer, text + refusedText(*found), ok ? kDone : kFailed);
}

bool namesCard(const Options& options) {
    std::error_code ignored;
    return options.name.ends_with(".json") && fs::is_regular_file(options.name, ignored);
}

/// A card that is named by its file, or a model of the folder by its name.
Result<proposal::Model> modelNamed(const Options& options) {
    if (namesCard(options)) return proposal::readModel(options.name);
    const auto found = modelsOf(options);
    if (!found) return tl::unexpected(found.error());
    const auto model = std::ranges::find(found->models, options.name, &proposal::Model::name);
    if (model == found->models.end())
        return fail(ErrorCode::NotFound, "There is no model \"" + options.name + "\" in " +
                                             folderOf(options).string() + ", and no card " + options.name +
                                             ".");
    return *model;
}

Result<int> trust(const Options& options, const Session& session) {
    const auto model = modelNamed(options);
    if (!model) return tl::unexpected(model.error());
    auto trusted = proposal::TrustedModels::read();
    if (!trusted) return tl::unexpected(trusted.error());
    Json answer{{"name", model->name},     {"weights", model->weights.string()},
                {"sha256", model->sha256}, {"trust", proposal::name(proposal::Trust::NotNeeded)},
                {"changed", false},        {"trust_file", proposal::TrustedModels::defaultFile().string()}};
    if (model->kind != proposal::NetworkKind::TorchScript) {
        const std::string text = model->name + " needs no trust: its weights are numbers, not a program.\n";
        return session.answer(answer, text);
    }
    const auto hash = sha256OfFile(model->weights);
    if (!hash) return tl::unexpected(hash.error());
    const std::string hex = toHex(*hash);
    if (hex != model->sha256)
        return fail(ErrorCode::Corrupt, "The file " + model->weights.string() +
                                            " is not the one that its card describes: its SHA-256 is " + hex +
                                            ", the card says " + model->sha256 + ".");
    std::error_code error;
    const auto changed = options.withdraw
                             ? trusted->remove(hex)
                             : trusted->add({hex, model->name, fs::absolute(model->weights, error).string(),
                                             toIso8601(now())});
    if (!changed) return tl::unexpected(changed.error());
    answer["trust"] =
        proposal::name(options.withdraw ? proposal::Trust::Untrusted : proposal::Trust::Trusted);
    answer["changed"] = *changed;
    const std::string text =
        options.withdraw
            ? model->name + " (" + model->weights.string() + ") is trusted no more.\n"
            : "Trusted: " + model->weights.string() + "\n  SHA-256 " + hex +
                  "\nThis is a program, not only numbers: it will run with your rights whenever the model is "
                  "used. A changed\nfile is not trusted. To take it back: models trust --withdraw " +
                  options.name + "\n";
    return session.answer(answer, text);
}

Result<int> exportModel(const Options& options, const Session& session) {
    if (session.globals().out.empty() || session.globals().out == "-")
        throw WrongUsage("models export needs a file to write to: -o FILE.");
    const auto model = modelNamed(options);
    if (!model) return tl::unexpected(model.error());
    if (model->kind == proposal::NetworkKind::TorchScript)
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model->name + " is TorchScript already: " + model->weights.string() + ".");
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
    return session.answer(answer, "wrote " + to.string() + "\n");
}

} // namespace

void addModels(Program& program) {
    CLI::App& noun = program.noun("models", "The networks that propose contours");
    auto options = std::make_shared<Options>();
    const auto verb = [&](const std::string& name, const std::string& what, std::set<Takes> takes,
                          auto action) {
        CLI::App& made =
            program.verb(noun, name, what, std::move(takes),
                         [options, action](const Session& session) { return action(*options, session); });
        made.add_option("--folder", options->folder, "Where the models lie (default: those that are shipped)")
            ->type_name("DIR");
        return &made;
    };
    verb("list", "Models with what their cards say", {}, list);
    verb("check", "Whether weights are those of their cards, and load", {}, check);
    CLI::App* trusts =
        verb("trust", "Let a network from elsewhere (TorchScript, a program) run on this account", {}, trust);
    CLI::App* exports =
        verb("export", "Write a network as TorchScript for other programs", {Takes::Out}, exportModel);
    for (CLI::App* one : {trusts, exports}) {
        one->add_option("model", options->name, "Its card, or its name")
            ->required()
            ->type_name("FILE.json|NAME");
        program.onlyWhere(
            *one, {"--folder"}, [options] { return !namesCard(*options); },
            "goes with the name of a model, not with its card");
    }
    trusts->add_flag("--withdraw", options->withdraw, "Trust it no more");
}

} // namespace forameter::cli
