// SPDX-License-Identifier: Apache-2.0
#include "card.hpp"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace forameter::learning {

namespace fs = std::filesystem;

Result<Card> readCard(const fs::path& weights) {
    const fs::path file = fs::path(weights).replace_extension(".json");
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto json = nlohmann::json::parse(text, nullptr, false);
    Card card;
    try {
        if (wire::describesForeignNetwork(text)) {
            card.sha256 = json.value("sha256", "");
            auto foreign = wire::foreignNetworkFrom(text);
            if (!foreign)
                return fail(ErrorCode::Unreadable, "The model card " + file.string() +
                                                       " cannot be used: " + foreign.error().message + ".");
            card.foreign = std::move(*foreign);
            return card;
        }
        if (json.at("network").at("kind") != "unet-2d")
            return fail(ErrorCode::Unreadable,
                        "The model card " + file.string() +
                            " names a kind of network that this worker does not know.");
        card.sha256 = json.at("sha256").get<std::string>();
        card.network.inputs = json.at("network").at("inputs").get<int>();
        card.network.classes = static_cast<int>(json.at("network").at("classes").size());
        card.network.base = json.at("network").at("base").get<int>();
        card.network.levels = json.at("network").at("levels").get<int>();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Unreadable, "The model card " + file.string() + " cannot be read.");
    }
    const auto& n = card.network;
    if (n.inputs < 1 || n.inputs > 15 || n.classes < 1 || n.classes > 256 || n.base < 1 || n.base > 512 ||
        n.levels < 1 || n.levels > 8)
        return fail(ErrorCode::Unreadable,
                    "The model card " + file.string() + " describes an impossible network.");
    return card;
}

} // namespace forameter::learning
