// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/foreign.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>

namespace forameter::wire {

namespace {

using Json = nlohmann::json;
using Activation = ForeignNetwork::Activation;

constexpr std::size_t kMostClasses = 64, kLongestName = 64;

/// What is wrong with a card; never leaves this file.
struct Wrong {
    std::string what;
};

const Json& member(const Json& object, const char* key, const std::string& path) {
    const auto found = object.find(key);
    if (found == object.end()) throw Wrong{"it lacks " + path + key};
    return *found;
}

/// A card that says more than is understood would be run as something that it is not.
void knowsOnly(const Json& object, const std::string& path, std::initializer_list<const char*> known) {
    if (!object.is_object()) throw Wrong{path + " is no object"};
    for (const auto& [key, value] : object.items())
        if (std::ranges::none_of(known, [&](const char* one) { return key == one; }))
            throw Wrong{path + "." + key.substr(0, kLongestName) + " is not known"};
}

int whole(const Json& value, const std::string& path, int low, int high) {
    const double v = value.is_number() ? value.get<double>() : std::nan("");
    if (!(v >= low && v <= high) || v != std::floor(v))
        throw Wrong{path + " is no whole number from " + std::to_string(low) + " to " + std::to_string(high)};
    return static_cast<int>(v);
}

std::string word(const Json& value, const std::string& path, std::initializer_list<const char*> known) {
    std::string list;
    for (const char* one : known) {
        if (value.is_string() && value.get_ref<const std::string&>() == one) return one;
        list += (list.empty() ? "" : ", ") + std::string(one);
    }
    throw Wrong{path + " is none of " + list};
}

std::vector<std::string> classesFrom(const Json& value) {
    if (!value.is_array() || value.empty() || value.size() > kMostClasses)
        throw Wrong{"network.classes is no list of 1 to " + std::to_string(kMostClasses) + " names"};
    std::vector<std::string> names;
    for (const Json& one : value) {
        if (!one.is_string() || one.get_ref<const std::string&>().empty() ||
            one.get_ref<const std::string&>().size() > kLongestName)
            throw Wrong{"network.classes holds something that is no name"};
        names.push_back(one.get<std::string>());
        if (std::ranges::count(names, names.back()) > 1)
            throw Wrong{"network.classes names \"" + names.back() + "\" twice"};
    }
    return names;
}

Window windowFrom(const Json& json) {
    knowsOnly(json, "window", {"size", "overlap", "weights", "as"});
    const Json& size = member(json, "size", "window.");
    if (!size.is_array() || size.size() != 2) throw Wrong{"window.size is not [rows, columns]"};
    Window window;
    window.rows = whole(size[0], "window.size", 16, 2048);
    window.columns = whole(size[1], "window.size", 16, 2048);
    if (const auto overlap = json.find("overlap"); overlap != json.end()) {
        window.overlap = overlap->is_number() ? overlap->get<double>() : std::nan("");
        if (!(window.overlap >= 0.0 && window.overlap <= 0.9))
            throw Wrong{"window.overlap is no number from 0 to 0.9"};
    }
    if (const auto weights = json.find("weights"); weights != json.end())
        window.gaussian = word(*weights, "window.weights", {"gaussian", "constant"}) == "gaussian";
    if (const auto as = json.find("as"); as != json.end())
        window.like = word(*as, "window.as", {"nnunet", "monai"}) == "monai" ? Window::Like::Monai
                                                                             : Window::Like::NnUNet;
    return window;
}

ForeignNetwork networkFrom(const Json& card) {
    const Json& json = member(card, "network", "");
    knowsOnly(json, "network", {"kind", "inputs", "classes", "activation", "mirror"});
    (void)word(member(json, "kind", "network."), "network.kind", {"torchscript"});
    ForeignNetwork network;
    network.inputs = whole(member(json, "inputs", "network."), "network.inputs", 1, 15);
    if (network.inputs % 2 == 0) throw Wrong{"network.inputs is even, so that no slice lies in the middle"};
    network.classes = classesFrom(member(json, "classes", "network."));
    const std::string activation =
        word(member(json, "activation", "network."), "network.activation", {"softmax", "none", "sigmoid"});
    network.activation = activation == "softmax"   ? Activation::Softmax
                         : activation == "sigmoid" ? Activation::Sigmoid
                                                   : Activation::None;
    if (network.activation == Activation::Softmax && network.classes.size() < 2)
        throw Wrong{"network.activation is softmax, of one class only"};
    if (const auto mirror = json.find("mirror"); mirror != json.end()) {
        if (!mirror->is_array()) throw Wrong{"network.mirror is no list"};
        for (const Json& axis : *mirror)
            (word(axis, "network.mirror", {"rows", "columns"}) == "rows" ? network.mirrorRows
                                                                         : network.mirrorColumns) = true;
    }
    if (const auto window = card.find("window"); window != card.end() && !window->is_null())
        network.window = windowFrom(*window);
    return network;
}

} // namespace

bool describesForeignNetwork(std::string_view card) {
    const Json json = Json::parse(card, nullptr, false);
    if (!json.is_object()) return false;
    const auto network = json.find("network");
    return network != json.end() && network->is_object() && network->contains("kind") &&
           network->at("kind") == "torchscript";
}

Result<ForeignNetwork> foreignNetworkFrom(std::string_view card) {
    const Json json = Json::parse(card, nullptr, false);
    try {
        if (!json.is_object()) throw Wrong{"it is no JSON object"};
        return networkFrom(json);
    } catch (const Wrong& wrong) {
        std::string what = wrong.what; // a stranger's words go to a terminal
        std::ranges::replace_if(
            what, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
        return fail(ErrorCode::Unreadable, what);
    }
}

} // namespace forameter::wire
