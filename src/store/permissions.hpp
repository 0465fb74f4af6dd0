// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "database.hpp"
#include "forameter/store/access.hpp"

// Where repositories ask the table of access.hpp.
namespace forameter::store {

/// Who acts, as the store knows her now.
struct Standing {
    bool nameless = false; ///< the one user of a private store
    Role role = Role::Rater;
    bool packet = false; ///< the store is a packet
};
[[nodiscard]] Result<Standing> standing(Connection& sql, const Actor& actor);
/// The role that the store has for a name; a rater where it has none.
[[nodiscard]] Result<Role> roleOf(Connection& sql, std::string_view rater);

/// What an operation on something is about: with `studyId` on a study, with `roundId` on a round, with
/// neither on the store as a whole (then Reading where the actor reads in any round not opened).
struct Matter {
    std::optional<std::int64_t> studyId = {};
    std::optional<std::int64_t> roundId = {};
};
[[nodiscard]] Result<Situation> situation(Connection& sql, const Actor& actor, const Matter& matter);

/// Whether the actor may.
[[nodiscard]] Result<bool> mayDo(Connection& sql, const Actor& actor, Operation operation,
                                 const Matter& matter = {});
/// NotAllowed, with a sentence that begins "Rater r1 may not " + `what`, where she may not.
[[nodiscard]] Result<> demand(Connection& sql, const Actor& actor, Operation operation,
                              const std::string& what, const Matter& matter = {});

/// Whether the actor may read what this rater did in a study.
[[nodiscard]] Result<bool> mayReadReadings(Connection& sql, const Actor& actor, std::int64_t studyId,
                                           std::string_view rater);

/// What is true for the rows that the actor may read: rows with study_id and rater, such as contour_version
/// under the name `row`; `operation` is
/// ReadOthersReadings or ReadOthersTimings. Consensus contours (column source) are told apart where
/// `consensus` names an operation for them.
[[nodiscard]] Result<Condition> readable(Connection& sql, const Actor& actor, std::string_view row,
                                         Operation operation,
                                         std::optional<Operation> consensus = std::nullopt);

} // namespace forameter::store
