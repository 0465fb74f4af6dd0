// SPDX-License-Identifier: Apache-2.0
#include "readings.hpp"

namespace forameter::store {

Result<std::optional<Reading>> readingNow(Connection& sql, const Database& database, std::int64_t studyId,
                                          std::string_view rater) {
    const auto read = [](const Row& r) { return Reading{r.integer(0), AssignmentId(r.text(1))}; };
    if (const auto& narrowed = database.reading()) {
        const auto found =
            sql.first("SELECT id, uuid FROM assignment WHERE uuid = ? AND study_id = ? AND rater = ?", read,
                      *narrowed, studyId, rater);
        if (!found) return tl::unexpected(found.error());
        if (!*found)
            return fail(ErrorCode::NotAllowed,
                        "The case that is being read is of another study or rater than " +
                            std::string(rater) + "'s work here.");
        return **found;
    }
    return sql.first(
        "SELECT a.id, a.uuid FROM assignment a JOIN round_current r ON r.id = a.round_id WHERE a.study_id = "
        "? AND a.rater = ? AND r.state = 'running' ORDER BY r.id DESC, a.position LIMIT 1",
        read, studyId, rater);
}

Result<std::optional<Reading>> readingToWrite(Connection& sql, const Database& database, std::int64_t studyId,
                                              std::string_view rater) {
    auto reading = readingNow(sql, database, studyId, rater);
    if (!reading || !*reading) return reading;
    const auto round = sql.first(
        "SELECT r.name, r.state FROM round_current r JOIN assignment a ON a.round_id = r.id WHERE a.id = ?",
        [](const Row& r) { return std::pair(r.text(0), r.text(1)); }, (*reading)->id);
    if (!round) return tl::unexpected(round.error());
    if (*round && (*round)->second != "running")
        return fail(ErrorCode::NotAllowed,
                    "Round " + (*round)->first + " is closed, so its readings are not changed any more.");
    return reading;
}

} // namespace forameter::store
