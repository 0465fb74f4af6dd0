// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "forameter/store/effort_repository.hpp"

namespace forameter::workspace {

/// Measures one piece of work on a cell (store::Effort). The time from one input (mouse, wheel, key) to the
/// next counts as a whole: as active where a tool was in use meanwhile (a stroke or an open contour), else as
/// looking, and as idle where it is longer than kIdleAfter. So active + looking + idle is the time from
/// begin() to the last input or count(). Pure, but for the clock it is given.
class EffortClock {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kIdleAfter{30}; ///< of the times shown while drawing, too
    /// A longer piece is to be stored, so that a crash loses no more.
    static constexpr std::chrono::minutes kLongestPiece{3};

    explicit EffortClock(std::function<Time()> now = std::chrono::steady_clock::now)
        : m_now(std::move(now)) {}

    /// Work on a cell begins now; what was measured before is dropped, so take it first.
    void begin(StudyUid study, anatomy::Cell cell);
    void end();
    [[nodiscard]] bool running() const { return m_piece.has_value(); }

    /// The person did something. `tool` was in use until now; none: she only looked.
    void count(const std::optional<std::string>& tool);
    void countStroke(const std::optional<ContourId>& contour);
    void countUndo();
    void countRedo();

    /// Null while no cell is worked on.
    [[nodiscard]] const store::Effort* piece() const { return m_piece ? &*m_piece : nullptr; }
    [[nodiscard]] bool isLong() const;
    /// The piece has been stored; the next one on the same cell begins where it ended.
    void stored();

private:
    std::function<Time()> m_now;
    Time m_last{}; ///< up to which time is counted
    std::optional<store::Effort> m_piece;
};

} // namespace forameter::workspace
