// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/core/time.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::report {

/// How a round goes on, counted from its assignments; calibration cases are left out.
struct RoundProgress {
    using Day = std::chrono::sys_days; ///< UTC
    struct PerRater {
        std::string rater;
        std::size_t cases = 0, done = 0, inProgress = 0, flagged = 0;
        std::size_t waiting = 0;           ///< not due yet: wash-out, or calibration not passed
        std::map<Day, std::size_t> perDay; ///< finished
        double rate = 0.0;      ///< cases a day over the last two weeks, days without reading included
        std::optional<Day> end; ///< when she will be done at that rate; none where nothing was read lately

        [[nodiscard]] std::size_t remaining() const { return cases - done; }
    };
    std::vector<PerRater> raters; ///< by name
    std::size_t cases = 0, done = 0, inProgress = 0, flagged = 0;
    std::optional<Day> firstDay, lastDay; ///< of finished cases
    std::optional<Day> end;               ///< the last rater's; none while one of them has no rate
};
[[nodiscard]] RoundProgress roundProgress(std::span<const store::Assignment> assignments, Timestamp now);
/// Of a round of the store, as far as its actor may see it: a rater gets her own cases only.
[[nodiscard]] Result<RoundProgress> readProgress(const store::Store& store, const std::string& round,
                                                 Timestamp now);

using forameter::isoDate; // of a Day

} // namespace forameter::report
