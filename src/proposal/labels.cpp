// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/labels.hpp"

#include <algorithm>
#include <array>

namespace forameter::proposal {

namespace {
constexpr std::array<std::string_view, kLabelCount> kNames{"background", "body",  "posterior", "disc",
                                                           "dural_sac",  "canal", "foramen",   "sacrum"};
}

std::string_view name(Label label) noexcept {
    const auto index = static_cast<std::size_t>(label);
    return index < kNames.size() ? kNames[index] : std::string_view();
}

std::optional<Label> labelFromName(std::string_view name) noexcept {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Label>(found - kNames.begin());
}

} // namespace forameter::proposal
