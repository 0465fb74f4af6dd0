// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/config.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"

namespace forameter::training {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr std::array<std::string_view, 5> kKinds{"phantom", "pictures", "volumes", "contours", "store"};
constexpr std::array<std::string_view, 3> kReadings{"consensus", "soft", "raters"};

/// Of pictures and labels in a batch. Of batches, some dozens are made ahead, and a network's answers at each
/// of its levels take many times as much.
constexpr std::int64_t kMostValues = std::int64_t{64} << 20;

struct Wrong {
    std::string what;
};

/// Of two equal keys the last one would count: patients that the first "hold_out" names would be trained on.
std::optional<std::string> keyGivenTwice(std::string_view text) {
    std::vector<std::set<std::string>> open;
    std::optional<std::string> twice;
    const auto look = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) open.emplace_back();
        if (event == Json::parse_event_t::object_end && !open.empty()) open.pop_back();
        if (event == Json::parse_event_t::key && !open.empty() &&
            !open.back().insert(value.get<std::string>()).second)
            twice = value.get<std::string>();
        return true;
    };
    const Json whole = Json::parse(text, look, false);
    return whole.is_discarded() ? std::nullopt : twice;
}

/// One object of the config: every key is asked for by name, and what was not asked for is wrong.
class Reader {
public:
    Reader(const Json& object, std::string where) : m_object(object), m_where(std::move(where)) {
        if (!object.is_object()) throw Wrong{m_where + " is no object"};
    }
    [[nodiscard]] const Json* find(const std::string& key) {
        m_known.push_back(key);
        const auto at = m_object.find(key);
        return at == m_object.end() ? nullptr : &*at;
    }
    [[nodiscard]] std::string text(const std::string& key, std::string otherwise = {}) {
        const Json* value = find(key);
        if (!value) return otherwise;
        if (!value->is_string()) throw Wrong{named(key) + " is no text"};
        return value->get<std::string>();
    }
    [[nodiscard]] double number(const std::string& key, double otherwise, double low, double high) {
        const Json* value = find(key);
        if (!value) return otherwise;
        if (!value->is_number() || !(value->get<double>() >= low && value->get<double>() <= high))
            throw Wrong{named(key) + " is no number from " + shown(low) + " to " + shown(high)};
        return value->get<double>();
    }
    [[nodiscard]] std::int64_t whole(const std::string& key, std::int64_t otherwise, std::int64_t low,
                                     std::int64_t high) {
        const Json* value = find(key);
        if (!value) return otherwise;
        if (!value->is_number_integer() || value->get<std::int64_t>() < low ||
            value->get<std::int64_t>() > high)
            throw Wrong{named(key) + " is no whole number from " + std::to_string(low) + " to " +
                        std::to_string(high)};
        return value->get<std::int64_t>();
    }
    [[nodiscard]] std::vector<std::string> texts(const std::string& key) {
        std::vector<std::string> all;
        const Json* value = find(key);
        if (!value) return all;
        if (!value->is_array()) throw Wrong{named(key) + " is no list"};
        for (const Json& one : *value) {
            if (!one.is_string()) throw Wrong{named(key) + " holds something that is no text"};
            all.push_back(one.get<std::string>());
        }
        return all;
    }
    void done() const {
        for (const auto& [key, value] : m_object.items())
            if (std::ranges::find(m_known, key) == m_known.end())
                throw Wrong{named(key) + " is not a key that is known here"};
    }
    [[nodiscard]] std::string named(const std::string& key) const {
        return "\"" + key + "\"" + (m_where == "the document" ? "" : " of " + m_where);
    }

private:
    static std::string shown(double number) { return Json(number).dump(); }
    const Json& m_object;
    std::string m_where;
    std::vector<std::string> m_known;
};

StoreQuery storeFrom(Reader& read) {
    StoreQuery query;
    const std::string readings = read.text("readings", "consensus");
    const auto at = std::ranges::find(kReadings, readings);
    if (at == kReadings.end()) throw Wrong{read.named("readings") + " is none of consensus, soft, raters"};
    query.readings = static_cast<Readings>(at - kReadings.begin());
    query.where = read.text("where");
    query.round = read.text("round");
    if (query.readings == Readings::Raters) {
        query.raters = read.texts("raters");
    } else {
        const auto method = protocol::consensusMethodFromName(read.text("method", "staple"));
        if (!method) throw Wrong{read.named("method") + " is none of majority, staple, mean-shape"};
        query.method = *method;
    }
    return query;
}

std::array<double, 2> burdenFrom(Reader& read) {
    constexpr double kMost = 20.0; // beyond, findings grow no further
    const Json* range = read.find("burden");
    if (!range) return phantom::kUsualBurden;
    const auto isBurden = [](const Json& one) {
        return one.is_number() && one.get<double>() >= 0.0 && one.get<double>() <= kMost;
    };
    if (!range->is_array() || range->size() != 2 || !std::ranges::all_of(*range, isBurden) ||
        (*range)[0].get<double>() > (*range)[1].get<double>())
        throw Wrong{read.named("burden") + " holds no two numbers from 0 to 20, the smaller first"};
    return {(*range)[0].get<double>(), (*range)[1].get<double>()};
}

SourceConfig sourceFrom(const Json& json, const std::string& where) {
    Reader read(json, where);
    SourceConfig source;
    const std::string kind = read.text("kind");
    const auto at = std::ranges::find(kKinds, kind);
    if (at == kKinds.end())
        throw Wrong{read.named("kind") + " is none of phantom, pictures, volumes, contours, store"};
    source.kind = static_cast<SourceKind>(at - kKinds.begin());
    source.weight = read.number("weight", 1.0, 1.0e-6, 1.0e6);
    source.strength = read.number("strength", source.kind == SourceKind::Phantom ? 0.5 : 1.0, 0.0, 2.0);
    source.citation = read.text("citation");
    source.licence = read.text("licence");
    if (source.kind == SourceKind::Phantom) {
        source.burden = burdenFrom(read);
    } else if (source.kind == SourceKind::Store) {
        source.store = storeFrom(read);
    } else {
        source.folder = read.text("folder");
        if (source.folder.empty()) throw Wrong{read.named("folder") + " is missing"};
    }
    if (source.kind == SourceKind::Pictures) {
        source.spacing = read.number("spacing_mm", 0.0, 0.01, 20.0);
        if (source.spacing == 0.0) throw Wrong{read.named("spacing_mm") + " is missing: pictures carry none"};
    }
    if (source.kind == SourceKind::Contours) {
        source.documents = read.texts("documents");
        if (source.documents.empty()) throw Wrong{read.named("documents") + " is missing"};
    }
    read.done();
    return source;
}

wire::Network networkFrom(const Json& json) {
    Reader read(json, "\"network\"");
    wire::Network network;
    constexpr int kMost = 1'000'000; // check() knows better
    network.inputs = static_cast<int>(read.whole("inputs", 1, 0, kMost));
    network.base = static_cast<int>(read.whole("base", 16, 0, kMost));
    network.levels = static_cast<int>(read.whole("levels", 4, 0, kMost));
    read.done();
    return network;
}

wire::Looks looksFrom(const Json& json) {
    Reader read(json, "\"looks\"");
    wire::Looks looks;
    if (const Json* mirror = read.find("mirror")) {
        if (!mirror->is_boolean()) throw Wrong{read.named("mirror") + " is neither true nor false"};
        looks.mirror = mirror->get<bool>();
    }
    if (const Json* scales = read.find("scales")) {
        if (!scales->is_array()) throw Wrong{read.named("scales") + " is no list"};
        for (const Json& scale : *scales) {
            if (!scale.is_number()) throw Wrong{read.named("scales") + " holds something that is no number"};
            looks.scales.push_back(scale.get<double>());
        }
    }
    read.done();
    if (const auto sound = wire::check(looks); !sound) throw Wrong{sound.error().message};
    return looks;
}

TrainingConfig configFrom(const Json& json) {
    Reader read(json, "the document");
    TrainingConfig config;
    config.name = read.text("name");
    if (config.name.empty()) throw Wrong{"\"name\" is missing"};
    const std::string plane = read.text("plane");
    if (plane != "sagittal" && plane != "axial") throw Wrong{"\"plane\" is neither sagittal nor axial"};
    config.plane = plane == "axial" ? geometry::Plane::Axial : geometry::Plane::Sagittal;
    config.spacing = read.number("spacing_mm", config.plane == geometry::Plane::Axial ? 0.6 : 0.8, 0.1, 5.0);
    if (const Json* crop = read.find("crop")) {
        if (!crop->is_array() || crop->size() != 2 || !(*crop)[0].is_number_integer() ||
            !(*crop)[1].is_number_integer())
            throw Wrong{"\"crop\" is no pair of whole numbers"};
        const auto smallest = (*crop)[0].get<std::int64_t>(), largest = (*crop)[1].get<std::int64_t>();
        if (smallest < 16 || largest < smallest || largest > 512 || smallest % 16 != 0 || largest % 16 != 0)
            throw Wrong{"\"crop\" holds no two multiples of 16 from 16 to 512, the smaller first"};
        config.smallest = static_cast<int>(smallest);
        config.largest = static_cast<int>(largest);
    }
    config.batch = static_cast<int>(read.whole("batch", 8, 1, 1024));
    auto& plan = config.plan;
    plan.steps = read.whole("steps", 1000, 1, 100'000'000);
    plan.seed = static_cast<std::uint64_t>(read.whole("seed", 1, 0, std::int64_t{1} << 53));
    plan.learningRate = read.number("learning_rate", plan.learningRate, 0.0, 1.0);
    plan.weightDecay = read.number("weight_decay", plan.weightDecay, 0.0, 1.0);
    plan.averaging = read.number("averaging", plan.averaging, 0.0, 1.0);
    plan.start = read.text("start");
    plan.startShare = read.number("start_share", plan.startShare, 0.0, 1.0);
    if (const Json* network = read.find("network")) plan.network = networkFrom(*network);
    if (const auto sound = wire::check(plan); !sound) throw Wrong{sound.error().message};
    if (const auto values =
            std::int64_t{config.batch} * (plan.network.inputs + 1) * config.largest * config.largest;
        values > kMostValues)
        throw Wrong{"\"batch\", \"crop\" and \"inputs\" make batches of " + std::to_string(values * 4 >> 20) +
                    " MiB, and at most 256 are made"};
    const Json* sources = read.find("sources");
    if (!sources || !sources->is_array() || sources->empty()) throw Wrong{"\"sources\" is no list, or empty"};
    for (std::size_t i = 0; i < sources->size(); ++i)
        config.sources.push_back(sourceFrom((*sources)[i], "source " + std::to_string(i + 1)));
    const auto isSagittal = [](SourceKind kind) {
        return kind == SourceKind::Pictures || kind == SourceKind::Volumes;
    };
    if (const auto at = std::ranges::find_if(config.sources, isSagittal, &SourceConfig::kind);
        at != config.sources.end() && config.plane == geometry::Plane::Axial)
        throw Wrong{"source " + std::to_string(at - config.sources.begin() + 1) + " (" +
                    std::string(name(at->kind)) + ") gives sagittal slices, and \"plane\" is axial"};
    config.holdOut = read.texts("hold_out");
    config.evaluateEvery = static_cast<int>(read.whole("evaluate_every", 250, 1, 1'000'000));
    config.evaluationSlices = static_cast<int>(read.whole("evaluation_slices", 32, 1, 10'000));
    config.checkpointEvery = static_cast<int>(read.whole("checkpoint_every", 250, 1, 1'000'000));
    config.patience = static_cast<int>(read.whole("patience", 0, 0, 1'000'000));
    if (const Json* looks = read.find("looks")) config.looks = looksFrom(*looks);
    config.intendedUse = read.text("intended_use");
    config.limits = read.text("limits");
    config.licence = read.text("licence");
    read.done();
    return config;
}

} // namespace

std::string_view name(SourceKind kind) noexcept {
    return kKinds[static_cast<std::size_t>(kind)];
}

std::string_view name(Readings readings) noexcept {
    return kReadings[static_cast<std::size_t>(readings)];
}

Result<TrainingConfig> configFromJson(std::string_view json, const fs::path& folder, const fs::path& file) {
    const std::string called = "The training config" + (file.empty() ? "" : " " + quoted(file));
    const Json document = Json::parse(json, nullptr, false);
    if (document.is_discarded()) return fail(ErrorCode::InvalidArgument, called + " is not JSON.");
    try {
        if (const auto twice = keyGivenTwice(json)) throw Wrong{"\"" + *twice + "\" is given twice"};
        TrainingConfig config = configFrom(document);
        config.folder = folder;
        config.text = std::string(json);
        return config;
    } catch (const Wrong& wrong) {
        return fail(ErrorCode::InvalidArgument, called + " cannot be used: " + wrong.what + ".");
    }
}

Result<TrainingConfig> readConfig(const fs::path& file) {
    const auto text = readWhole(file);
    if (!text) return tl::unexpected(text.error());
    return configFromJson(*text, file.parent_path(), file);
}

} // namespace forameter::training
