// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contour_rows.hpp"
#include "round_rows.hpp"

// What a round's protocol says of each contour of its readings.
namespace forameter::store {

/// A row of round_slice.
struct SliceRow {
    std::string uuid;
    std::int64_t studyId = 0, seriesId = 0;
    FixedSlice fixed;                       ///< its cell is called as in `levelSetId`
    std::optional<std::int64_t> levelSetId; ///< none: as before there were confirmed levels
    std::string levelSet;                   ///< its uuid, "" for none
    std::string origin;                     ///< "protocol", "coordinator"
};
/// Those of a round, or of one of its studies, in order of study and cell.
[[nodiscard]] Result<std::vector<SliceRow>> sliceRows(Connection& sql, std::int64_t roundId,
                                                      const std::optional<std::int64_t>& studyId = {});
/// The same with each cell called as by the levels confirmed now; without those that have no name any more.
[[nodiscard]] Result<std::vector<SliceRow>> slicesNow(Connection& sql, std::int64_t roundId,
                                                      const std::optional<std::int64_t>& studyId = {});

[[nodiscard]] Result<> putSlice(Transaction& change, std::int64_t roundId, const RoundId& round,
                                const SliceRow& row, std::string_view action);

/// Fixes the slices of a new round: as the plan says, else as the protocol does. InvalidArgument, with the
/// reason alone, where the plan cannot be followed.
[[nodiscard]] Result<> fixSlices(Transaction& change, std::int64_t roundId, const Round& round);

/// Refuses what a round's protocol does not allow, remembering the readings that were asked for.
class RoundProtocol {
public:
    explicit RoundProtocol(Connection& sql) : m_sql(sql) {}
    /// NotAllowed with a sentence where the contour is of another quantity or on another image than its
    /// round's, or its case may not be read yet.
    [[nodiscard]] Result<> check(const ContourRow& row);

private:
    struct Known {
        RoundRow round;
        std::vector<SliceRow> slices;
        std::optional<int> waits; ///< position of the case, where it is not due
    };
    [[nodiscard]] Result<const Known*> known(std::int64_t readingId);

    Connection& m_sql;
    std::map<std::int64_t, Known> m_known;
};

} // namespace forameter::store
