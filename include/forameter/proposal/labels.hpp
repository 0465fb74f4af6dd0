// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace forameter::proposal {

/// What the networks tell apart, in the order of their answer. Canal is the canal beside the dural sac.
enum class Label : std::uint8_t { Background, Body, Posterior, Disc, DuralSac, Canal, Foramen, Sacrum };
inline constexpr std::size_t kLabelCount = 8;

[[nodiscard]] std::string_view name(Label) noexcept; ///< "background", "body", "posterior", "disc",
                                                     ///< "dural_sac", "canal", "foramen", "sacrum"
[[nodiscard]] std::optional<Label> labelFromName(std::string_view) noexcept;

/// A set of labels, as a training pixel has it: the bit of every label that is possible there.
using LabelSet = std::uint8_t;
inline constexpr LabelSet kAnyLabel = 0xFF;
[[nodiscard]] constexpr LabelSet only(Label label) {
    return static_cast<LabelSet>(1u << static_cast<unsigned>(label));
}

} // namespace forameter::proposal
