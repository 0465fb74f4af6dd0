// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace forameter::store {

/// What a person with an account is. Without accounts there is one nameless user, who may do everything
/// (Actor::administrator()).
enum class Role { Rater, Reviewer, Clinician, Researcher, Administrator };
[[nodiscard]] std::string_view name(Role) noexcept; ///< "rater", "reviewer", ...
[[nodiscard]] std::optional<Role> roleFromName(std::string_view) noexcept;
[[nodiscard]] std::span<const Role> allRoles() noexcept;

/// What the core offers that touches others' data or how people work together. What is not in this list is
/// everybody's (reading one's own work, studies and images) or, where there are accounts, nobody's (writing
/// under another's name).
enum class Operation {
    Draw,               ///< contours, marks and undo under one's own name
    MarkLevels,         ///< draft or confirm the levels of a study that has no confirmed ones
    ChangeLevels,       ///< change confirmed levels
    CorrectWeighting,   ///< of a stack
    ImportImages,       ///< register studies
    ReadOthersReadings, ///< contours, areas, marks and counts of other raters
    ReadConsensus,      ///< consensus contours
    ReadOthersTimings,  ///< others' working times and tools
    ReadProgress,       ///< how far each rater of a round is
    ReadRaters,         ///< others' names and roles
    RevealNames,        ///< whose reading it is, in the review room
    MakeConsensus,      ///< from readings that one may read
    SignConsensus,      ///< accept it, with a reason
    CreateRound,
    ChangeRound,    ///< close, open, export packets, collect them, record scores
    ReadAudit,      ///< others' entries
    VerifyStore,    ///< names rows of everybody
    MaintainStore,  ///< back up, restore, migrate, settings
    ManageAccounts, ///< add raters, set others' roles and passwords
};
[[nodiscard]] std::string_view name(Operation) noexcept; ///< "read-others-readings", ...
[[nodiscard]] std::span<const Operation> allOperations() noexcept;

/// What the operation is about. A reading belongs to a round from the round's making to its opening.
enum class Situation {
    Free,    ///< of no round
    Running, ///< of a round that has not been opened, in which the actor does not read
    Reading, ///< the same, and the actor is one of its raters
    Opened,  ///< of an opened round; for a rater: one in which she read
    Packet,  ///< the store is the packet of one rater
};
[[nodiscard]] std::string_view name(Situation) noexcept;
[[nodiscard]] std::span<const Situation> allSituations() noexcept;

/// The one table of who may do what; what it does not name is refused. Repositories ask it, so no interface
/// has to. Pure.
[[nodiscard]] bool allowed(Role role, Operation operation, Situation situation) noexcept;

} // namespace forameter::store
