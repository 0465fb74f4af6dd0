// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/model.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/text.hpp"
#include "forameter/proposal/calibration.hpp"
#include "forameter/proposal/labels.hpp"
#include "forameter/wire/foreign.hpp"
#include "forameter/wire/message.hpp"

namespace forameter::proposal {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr std::uintmax_t kLargestCard = std::uintmax_t{4} << 20;

/// What is wrong with a card; told with the card's name in front.
struct BadCard {
    std::string what;
};

const Json& member(const Json& object, const char* key, const std::string& path) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end()) throw BadCard{"it lacks " + path + key};
    return *found;
}

std::string text(const Json& object, const char* key, const std::string& path = "") {
    const Json& value = member(object, key, path);
    if (!value.is_string() || value.get_ref<const std::string&>().empty())
        throw BadCard{path + key + " is no text"};
    return value.get<std::string>();
}

double number(const Json& object, const char* key, const std::string& path, double low, double high) {
    const Json& value = member(object, key, path);
    const double v = value.is_number() ? value.get<double>() : std::nan("");
    if (!(v >= low && v <= high)) {
        std::ostringstream range;
        range << path << key << " is no number from " << low << " to " << high;
        throw BadCard{range.str()};
    }
    return v;
}

int whole(const Json& object, const char* key, const std::string& path, int low, int high) {
    const double v = number(object, key, path, low, high);
    if (v != std::floor(v)) throw BadCard{path + key + " is no whole number"};
    return static_cast<int>(v);
}

std::vector<double> numbers(const Json& object, const char* key, const std::string& path) {
    const Json& value = member(object, key, path);
    if (!value.is_array() || value.size() > 64) throw BadCard{path + key + " is no list of numbers"};
    std::vector<double> all;
    for (const Json& one : value) {
        if (!one.is_number() || !std::isfinite(one.get<double>()))
            throw BadCard{path + key + " is no list of numbers"};
        all.push_back(one.get<double>());
    }
    return all;
}

wire::Network networkFrom(const Json& card) {
    const Json& json = member(card, "network", "");
    if (const std::string kind = text(json, "kind", "network."); kind != "unet-2d")
        throw BadCard{"its network is of kind \"" + kind +
                      "\", and this version knows unet-2d and torchscript only"};
    wire::Network network;
    constexpr int kMost = 1'000'000; // check() knows better
    network.inputs = whole(json, "inputs", "network.", 0, kMost);
    network.base = whole(json, "base", "network.", 0, kMost);
    network.levels = whole(json, "levels", "network.", 0, kMost);
    const Json& classes = member(json, "classes", "network.");
    if (!classes.is_array()) throw BadCard{"network.classes is no list of labels"};
    for (std::size_t i = 0; i < std::max(classes.size(), kLabelCount); ++i)
        if (i >= classes.size() || i >= kLabelCount || !classes[i].is_string() ||
            classes[i].get_ref<const std::string&>() != name(static_cast<Label>(i)))
            throw BadCard{"network.classes are not the labels of this version, from background to sacrum"};
    network.classes = static_cast<int>(kLabelCount);
    if (const auto sound = wire::check(network); !sound) throw BadCard{sound.error().message};
    return network;
}

/// Of a network from elsewhere: which of its classes is which label. Others than ours cannot be shown to
/// anybody.
void describeForeign(Model& model, const std::string& card) {
    const auto foreign = wire::foreignNetworkFrom(card);
    if (!foreign) throw BadCard{foreign.error().message};
    model.kind = NetworkKind::TorchScript;
    model.network = {foreign->inputs, static_cast<int>(foreign->classes.size()), 0, 0};
    model.exclusive = foreign->activation == wire::ForeignNetwork::Activation::Softmax;
    for (const std::string& name : foreign->classes) {
        const auto label = labelFromName(name);
        if (!label) {
            std::string known;
            for (std::size_t i = 0; i < kLabelCount; ++i)
                known += (i > 0 ? ", " : "") + std::string(proposal::name(static_cast<Label>(i)));
            throw BadCard{"network.classes names \"" + name + "\", which is none of " + known};
        }
        model.labels.push_back(*label);
    }
}

Normalisation normalisationFrom(const Json& input) {
    const std::string how = text(input, "normalisation", "input.");
    if (how == "percentile") return Normalisation::Percentile;
    if (how == "z-score") return Normalisation::ZScore;
    if (how == "min-max") return Normalisation::MinMax;
    throw BadCard{"input.normalisation is none of percentile, z-score, min-max"};
}

Calibration calibrationFrom(const Json& json, const std::string& path) {
    Calibration result;
    result.dice = numbers(json, "dice", path);
    result.areaError = numbers(json, "area_error", path);
    result.failure = numbers(json, "failure", path);
    if (result.dice.size() != kFeatureCount + 1 || result.areaError.size() != kFeatureCount + 1 ||
        result.failure.size() != kFailureWeights)
        throw BadCard{"its calibration was made for other features than this version has"};
    result.areaBias = number(json, "area_bias", path, -10.0, 10.0);
    result.areaQuantile = number(json, "area_quantile", path, 0.0, 1000.0);
    result.failureThreshold = number(json, "failure_threshold", path, 0.0, 1.0);
    return result;
}

/// Of the card itself, or of a part of it, whose `path` ends with a full stop.
Fit fitFrom(const Json& json, const std::string& path) {
    Fit fit;
    if (json.contains("outline_level")) fit.outlineLevel = number(json, "outline_level", path, 0.05, 0.95);
    if (const auto found = json.find("calibration"); found != json.end() && !found->is_null())
        fit.calibration = calibrationFrom(*found, path + "calibration.");
    return fit;
}

Model modelFrom(const Json& card, const std::string& content) {
    if (text(card, "format") != "forameter-model") throw BadCard{"it is no card of a Forameter model"};
    if (const int version = whole(card, "version", "", 1, 1'000'000); version != 1)
        throw BadCard{"it is of version " + std::to_string(version) + ", and this program knows version 1"};
    Model model;
    model.name = text(card, "name");
    if (std::ranges::any_of(model.name, [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        throw BadCard{"its name holds control characters"};
    const bool foreign = wire::describesForeignNetwork(content);
    if (!foreign || card.contains("sha256")) {
        model.sha256 = text(card, "sha256");
        if (model.sha256.size() != 64 ||
            model.sha256.find_first_not_of("0123456789abcdef") != std::string::npos)
            throw BadCard{"sha256 is no hash of 64 hex digits"};
    }
    if (foreign) {
        describeForeign(model, content);
    } else {
        model.network = networkFrom(card);
        for (std::size_t i = 0; i < kLabelCount; ++i)
            model.labels.push_back(static_cast<Label>(i));
    }
    const Json& input = member(card, "input", "");
    const std::string plane = text(input, "plane", "input.");
    if (plane != "sagittal" && plane != "axial") throw BadCard{"input.plane is neither sagittal nor axial"};
    model.plane = plane == "sagittal" ? geometry::Plane::Sagittal : geometry::Plane::Axial;
    model.spacing = number(input, "spacing_mm", "input.", 0.2, 5.0);
    if (foreign) {
        model.normalisation = normalisationFrom(input);
        // What is asked for and not done (a mask, clipping) would give other answers without a word.
        for (const auto& [key, value] : input.items())
            if (key != "plane" && key != "spacing_mm" && key != "normalisation")
                throw BadCard{"input." + key.substr(0, 64) + " is not known"};
    }
    if (const auto looks = card.find("looks"); looks != card.end() && !looks->is_null()) {
        const Json& mirror = member(*looks, "mirror", "looks.");
        if (!mirror.is_boolean()) throw BadCard{"looks.mirror is neither true nor false"};
        model.looks.mirror = mirror.get<bool>();
        model.looks.scales = numbers(*looks, "scales", "looks.");
        if (const auto sound = wire::check(model.looks); !sound) throw BadCard{sound.error().message};
    }
    model.fit = fitFrom(card, "");
    if (const auto canal = card.find("canal"); canal != card.end() && !canal->is_null()) {
        if (!canal->is_object()) throw BadCard{"canal is no object"};
        if (model.plane != geometry::Plane::Axial)
            throw BadCard{"it describes canals, which are proposed on axial slices, and its input.plane is "
                          "sagittal"};
        if (std::ranges::find(model.labels, Label::Canal) == model.labels.end())
            throw BadCard{"it describes canals, which are none of its network.classes"};
        model.canalFit = fitFrom(*canal, "canal.");
    }
    return model;
}

/// The file that a card describes, by its ending: what it is must not depend on the card alone.
fs::path weightsBeside(const fs::path& card, NetworkKind kind) {
    std::error_code error;
    const auto beside = [&](const char* ending) { return fs::path(card).replace_extension(ending); };
    if (kind == NetworkKind::UNet) {
        if (fs::is_regular_file(beside(".safetensors"), error)) return beside(".safetensors");
        throw BadCard{"its weights " + beside(".safetensors").filename().string() + " are not beside it"};
    }
    const bool ts = fs::is_regular_file(beside(".ts"), error), pt = fs::is_regular_file(beside(".pt"), error);
    if (ts && pt) throw BadCard{"there is a .ts and a .pt beside it, and it cannot mean both"};
    if (!ts && !pt)
        throw BadCard{"its TorchScript " + beside(".ts").filename().string() + " or .pt is not beside it"};
    return beside(ts ? ".ts" : ".pt");
}

tl::unexpected<Error> refuse(const fs::path& card, const std::string& why) {
    return fail(ErrorCode::Unreadable, "The model card " + shown(card) + " cannot be used: " + why + ".");
}

} // namespace

Result<Model> readModel(const fs::path& card) {
    const auto content = readWhole(card, kLargestCard);
    if (!content) return tl::unexpected(content.error());
    const std::string& text = *content;
    if (wire::nestedTooDeep(text)) return refuse(card, "it is nested too deeply");
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return refuse(card, "it is no JSON object");
    try {
        Model model = modelFrom(json, text);
        model.weights = weightsBeside(card, model.kind);
        model.card = text;
        if (model.sha256.empty()) {
            const auto hash = sha256OfFile(model.weights);
            if (!hash) return refuse(card, hash.error().message);
            model.sha256 = toHex(*hash);
        }
        return model;
    } catch (const BadCard& bad) {
        return refuse(card, bad.what);
    }
}

ModelFolder readModels(const fs::path& folder) {
    ModelFolder result;
    std::vector<fs::path> cards;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (at->path().extension() == ".json" && at->is_regular_file(error)) cards.push_back(at->path());
    std::ranges::sort(cards);
    for (const fs::path& card : cards) {
        auto model = readModel(card);
        if (model)
            result.models.push_back(*std::move(model));
        else
            result.refused.emplace_back(card, model.error().message);
    }
    std::ranges::sort(result.models, {}, &Model::name);
    return result;
}

fs::path shippedModels() {
    if (const char* named = std::getenv("FORAMETER_MODELS"); named && *named) return named;
    std::error_code ignored;
    const fs::path program = thisProgram();
    const fs::path installed = program.parent_path() / ".." / "share" / "forameter" / "models";
    if (!program.empty() && fs::is_directory(installed, ignored)) return installed.lexically_normal();
    return FORAMETER_SOURCE_MODELS;
}

} // namespace forameter::proposal
