// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::store {

struct RoundRow {
    std::int64_t id = 0;
    Round round;
};
/// Rows for `where` over r: round_current.
[[nodiscard]] Result<std::vector<RoundRow>> roundRows(Connection& sql, std::string_view where,
                                                      const QVariantList& args);
[[nodiscard]] Result<RoundRow> roundRow(Connection& sql, const std::string& name);
/// The same for whoever may change it; `what` she does stands before its name in the refusal.
[[nodiscard]] Result<RoundRow> roundToChange(Connection& sql, const Actor& actor, const std::string& name,
                                             const std::string& what);

[[nodiscard]] std::string planText(const RoundPlan& plan);
[[nodiscard]] std::optional<RoundPlan> planFromText(const std::string& text);
/// What one rater may know of a plan: neither who else reads, nor what, nor how it was drawn.
[[nodiscard]] RoundPlan redacted(RoundPlan plan, const RaterId& rater, const std::vector<Assignment>& hers);

struct AssignmentRow {
    std::int64_t id = 0;
    std::int64_t roundId = 0;
    std::int64_t studyId = 0;
    Assignment assignment; ///< with repeatOf and due
};
/// A rater's cases of a round by position, or everybody's.
[[nodiscard]] Result<std::vector<AssignmentRow>> assignmentRows(Connection& sql, const RoundRow& round,
                                                                const std::optional<RaterId>& rater);

/// A case of a rater before it has a row.
struct DrawnCase {
    StudyUid study;
    bool calibration = false;
};
/// Who reads what in which order, by rater as in the plan. The same plan gives the same, on every machine.
[[nodiscard]] std::vector<std::vector<DrawnCase>> draw(const RoundPlan& plan);

// Each writes one row with its audit row. `action` as in plain_rows.cpp.
[[nodiscard]] Result<std::int64_t> putRound(Transaction& change, const RoundId& id, const RoundPlan& plan,
                                            std::string_view action);
[[nodiscard]] Result<> putRoundState(Transaction& change, std::int64_t roundId, const Round& round,
                                     RoundState state, std::string_view action);
[[nodiscard]] Result<std::int64_t> putAssignment(Transaction& change, std::int64_t roundId,
                                                 const RoundId& round, std::int64_t studyId,
                                                 const Assignment& assignment, std::string_view action);
[[nodiscard]] Result<> putAssignmentState(Transaction& change, std::int64_t assignmentId,
                                          const Assignment& assignment, std::string_view action);
[[nodiscard]] Result<> putScore(Transaction& change, std::int64_t assignmentId, const AssignmentId& id,
                                double meanDice);

} // namespace forameter::store
