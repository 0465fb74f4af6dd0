// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/quantity.hpp"

namespace forameter::protocol {

/// Areas that patients have. What lies outside is a slip of the hand or of a network far sooner than anatomy;
/// no range of what is normal, and never a reason to refuse what a person has drawn.
struct PlausibleArea {
    SquareMillimetres least, most;
};
[[nodiscard]] PlausibleArea plausibleArea(const anatomy::Cell& cell);

/// "2.2 mm² is less than any foramen is expected to have (15 mm²): is the whole border drawn?"; none within
/// the range.
[[nodiscard]] std::optional<std::string> unlikelyArea(const anatomy::Cell& cell, SquareMillimetres area);

} // namespace forameter::protocol
