// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace forameter {

/// Sequence weighting of an MR series. STIR stands for every fat-suppressed T2-like series (STIR, fat-sat T2,
/// Dixon water).
enum class Weighting { T1, T2, PD, STIR };
[[nodiscard]] std::string_view name(Weighting weighting) noexcept; ///< "T1", "T2", "PD", "STIR"
[[nodiscard]] std::optional<Weighting> weightingFromName(std::string_view name) noexcept;

} // namespace forameter
