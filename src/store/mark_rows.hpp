// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "forameter/anatomy/level.hpp"
#include "forameter/protocol/reading.hpp"

namespace forameter::store {

/// A row of cell_state: one version of a rater's mark on a cell. Todo says that the mark is taken back.
struct MarkRow {
    std::int64_t id = 0;
    std::string mark; ///< uuid
    int version = 0;
    std::int64_t studyId = 0;
    std::string study;
    std::string rater;
    anatomy::Cell cell;
    protocol::CellState state = protocol::CellState::Todo;
    std::string reason;
    std::optional<std::int64_t> levelSetId;
    std::optional<std::string> levelSet;
    std::string actor;
    Timestamp time;
    std::optional<std::int64_t> stepId;
    std::optional<std::int64_t> readingId;
    std::optional<std::string> reading; ///< its uuid
    std::int64_t audit = 0;
};

[[nodiscard]] std::string contentHash(const MarkRow& row);
[[nodiscard]] std::string subjectOf(const MarkRow& row);

/// Rows for `where` over c: cell_state.
[[nodiscard]] Result<std::vector<MarkRow>> markRows(Connection& sql, std::string_view where,
                                                    const QVariantList& args);
inline constexpr std::string_view kNewestMark =
    "NOT EXISTS (SELECT 1 FROM cell_state n WHERE n.mark = c.mark AND n.version > c.version)";
/// The mark that a rater has on a cell now, in this reading.
[[nodiscard]] Result<std::optional<MarkRow>> markOn(Connection& sql, std::int64_t studyId,
                                                    std::string_view rater,
                                                    const std::optional<std::int64_t>& readingId,
                                                    const anatomy::Cell& cell);
[[nodiscard]] Result<std::optional<MarkRow>> newestMark(Connection& sql, std::string_view mark);

/// Writes the row with its audit row; fills id, actor, time and audit.
[[nodiscard]] Result<> append(Transaction& change, MarkRow& row, std::string_view action);

} // namespace forameter::store
