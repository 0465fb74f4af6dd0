// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "forameter/agreement/consensus_case.hpp"
#include "forameter/protocol/consensus.hpp"
#include "table.hpp"

namespace forameter::cli {

/// An entry of the interchange document with what is said of a consensus beside: method, domain, prior,
/// raters, areas.
[[nodiscard]] Json toJson(const protocol::Consensus& consensus);
/// Adds what took no part: "left_out", "other_slices".
void addApart(Json& entry, const agreement::ConsensusCase& of);

/// An interchange document of entries, one per line, with further keys behind them.
[[nodiscard]] std::string documentOf(const std::vector<Json>& entries, const Json& further);

/// Consensus entries to read, one row each.
[[nodiscard]] Table tableOf(const std::vector<Json>& entries);

} // namespace forameter::cli
