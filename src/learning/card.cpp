// SPDX-License-Identifier: Apache-2.0
#include "card.hpp"

#include <nlohmann/json.hpp>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"

namespace forameter::learning {

namespace fs = std::filesystem;

Result<Card> readCard(const fs::path& weights) {
    const fs::path file = fs::path(weights).replace_extension(".json");
    const auto content = readWhole(file);
    if (!content) return tl::unexpected(content.error());
    const std::string& text = *content;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    Card card;
    try {
        if (wire::describesForeignNetwork(text)) {
            card.sha256 = json.value("sha256", "");
            auto foreign = wire::foreignNetworkFrom(text);
            if (!foreign)
                return fail(ErrorCode::Unreadable, "The model card " + shown(file) +
                                                       " cannot be used: " + foreign.error().message + ".");
            card.foreign = std::move(*foreign);
            return card;
        }
        if (json.at("network").at("kind") != "unet-2d")
            return fail(ErrorCode::Unreadable,
                        "The model card " + shown(file) +
                            " names a kind of network that this worker does not know.");
        card.sha256 = json.at("sha256").get<std::string>();
        card.network.inputs = json.at("network").at("inputs").get<int>();
        card.network.classes = static_cast<int>(json.at("network").at("classes").size());
        card.network.base = json.at("network").at("base").get<int>();
        card.network.levels = json.at("network").at("levels").get<int>();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Unreadable, "The model card " + shown(file) + " cannot be read.");
    }
    if (const auto sound = wire::check(card.network); !sound)
        return fail(ErrorCode::Unreadable,
                    "The model card " + shown(file) + " cannot be used: " + sound.error().message + ".");
    return card;
}

} // namespace forameter::learning
