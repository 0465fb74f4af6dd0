// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "forameter/core/result.hpp"
#include "forameter/wire/foreign.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::learning {

/// What a card says of the weights beside it; the rest is for those who ask.
struct Card {
    std::string sha256;    ///< "": it does not say (foreign networks only)
    wire::Network network; ///< where `foreign` is empty
    std::optional<wire::ForeignNetwork> foreign;
};

[[nodiscard]] Result<Card> readCard(const std::filesystem::path& weights);

} // namespace forameter::learning
