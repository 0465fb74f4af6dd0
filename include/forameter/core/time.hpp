// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "forameter/core/result.hpp"

namespace forameter {

/// A moment in UTC, to the millisecond.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] Timestamp now();

/// "2026-01-31"
[[nodiscard]] std::string isoDate(std::chrono::sys_days day);

/// "2026-01-31T10:00:00.000Z"
[[nodiscard]] std::string toIso8601(Timestamp time);

/// Reads "2026-01-31T10:00:00Z" with or without a fraction; nothing but UTC is accepted.
[[nodiscard]] Result<Timestamp> timestampFromIso8601(std::string_view text);

} // namespace forameter
