// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "database.hpp"
#include "forameter/protocol/consensus.hpp"
#include "forameter/store/consensus_repository.hpp"

namespace forameter::store {

/// consensus.mask, version 1: u8 1, u32 columns, u32 rows, one bit per pixel, row by row, lowest bit first.
[[nodiscard]] std::string maskToBlob(const geometry::Mask& mask);
[[nodiscard]] Result<geometry::Mask> maskFromBlob(std::string_view blob);
/// consensus.soft, version 1: u8 1, u32 columns, u32 rows, one f32 per pixel, row by row.
[[nodiscard]] std::string softToBlob(const Grid<float>& soft);
[[nodiscard]] Result<Grid<float>> softFromBlob(std::string_view blob);

/// Rows for `where` over t: consensus, s: study, e: series, r: round (may be missing). A row that cannot be
/// read is Corrupt.
[[nodiscard]] Result<std::vector<protocol::Consensus>> consensusRows(Connection& sql, std::string_view where,
                                                                     const QVariantList& args);

/// Writes the row with its audit row; `created` and `author` are those of the change.
[[nodiscard]] Result<> append(Transaction& change, protocol::Consensus& consensus, std::int64_t studyId,
                              std::int64_t seriesId, std::optional<std::int64_t> roundId);

/// ConsensusRepository::add() as a part of `change`: checks everything, then writes, unless the newest one of
/// its study, cell, method and round has the same inputs and parameters, which then is returned.
[[nodiscard]] Result<protocol::Consensus> keepConsensus(Transaction& change, protocol::Consensus consensus);

/// What has become of a version of a contour of `cell`; none while it still is what its author says. Later
/// versions of a reviewer's contour leave the earlier ones as they are.
[[nodiscard]] Result<std::optional<StaleInput::Reason>>
changedSince(Connection& sql, const ContourId& contour, int version, const anatomy::Cell& cell);

/// The round of that name, where its readings may be looked at together: NotFound, or NotAllowed before it
/// has been opened. None for "".
[[nodiscard]] Result<std::optional<std::int64_t>> openedRound(Connection& sql, const std::string& name);

} // namespace forameter::store
