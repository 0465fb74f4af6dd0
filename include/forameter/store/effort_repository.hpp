// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/time.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// How a piece of work on one cell went. Active: a tool is being used. Looking: the cell is open and the
/// mouse, keys or wheel are used (scrolling, windowing). Idle: neither for a while. The workspace appends one
/// when the cell is left, and every few minutes meanwhile.
struct Effort {
    StudyUid study;
    anatomy::Cell cell;
    std::optional<ContourId> contour; ///< the one that was worked on; none where nothing was drawn
    std::chrono::milliseconds active{0}, looking{0}, idle{0};
    std::map<std::string, std::chrono::milliseconds> tools; ///< active time by tool: "spline", "brush", ...
    int strokes = 0, undos = 0, redos = 0;
};

struct StoredEffort {
    Effort effort;
    RaterId rater;
    std::optional<AssignmentId> reading;
    Timestamp time; ///< when it was appended, at the end of that piece
};

struct EffortFilter {
    std::optional<StudyUid> study = {};
    std::optional<RaterId> rater = {};
    std::optional<ContourId> contour = {};
    std::optional<AssignmentId> reading = {};
};

/// Append-only. Others' times are as blinded as their contours, and stay with reviewers and coordinators
/// after a round is opened.
class EffortRepository {
public:
    explicit EffortRepository(const Store& store) : m_database(store.database()) {}

    /// Keeps a finished piece of work; durable. Pieces without any time and count are not kept.
    [[nodiscard]] Result<> append(const Effort& effort, const RaterId& rater);
    /// Oldest first.
    [[nodiscard]] Result<std::vector<StoredEffort>> pieces(const EffortFilter& filter) const;
    /// Summed over the pieces of each rater, reading, study and cell; `contour` is the newest one named,
    /// `time` that of the last piece.
    [[nodiscard]] Result<std::vector<StoredEffort>> totals(const EffortFilter& filter) const;

private:
    Database& m_database;
};

} // namespace forameter::store
