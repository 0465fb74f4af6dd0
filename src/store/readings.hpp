// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "database.hpp"

namespace forameter::store {

/// The reading to which something belongs.
struct Reading {
    std::int64_t id = 0; ///< of assignment
    AssignmentId uuid;
};

/// The reading to which what this rater does in a study belongs now: the one that the store was narrowed to
/// (NotAllowed where it is of another study or rater), else her first reading of it in the newest running
/// round, else none.
[[nodiscard]] Result<std::optional<Reading>> readingNow(Connection& sql, const Database& database,
                                                        std::int64_t studyId, std::string_view rater);
/// The same for writing: NotAllowed where the round of the reading is no longer running.
[[nodiscard]] Result<std::optional<Reading>> readingToWrite(Connection& sql, const Database& database,
                                                            std::int64_t studyId, std::string_view rater);

/// The id to bind where `reading_id IS ?` is asked.
[[nodiscard]] inline std::optional<std::int64_t> idOf(const std::optional<Reading>& reading) {
    return reading ? std::optional(reading->id) : std::nullopt;
}

} // namespace forameter::store
