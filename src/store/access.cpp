// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/access.hpp"

#include <array>

namespace forameter::store {

namespace {

constexpr std::array kRoles{Role::Rater, Role::Reviewer, Role::Clinician, Role::Researcher,
                            Role::Administrator};
constexpr std::array<std::string_view, kRoles.size()> kRoleNames{"rater", "reviewer", "clinician",
                                                                 "researcher", "administrator"};
constexpr std::array kSituations{Situation::Free, Situation::Running, Situation::Reading, Situation::Opened,
                                 Situation::Packet};
constexpr std::array<std::string_view, kSituations.size()> kSituationNames{"free", "running", "reading",
                                                                           "opened", "packet"};

/// Who may, by situation: one letter for each role, (r)ater, re(v)iewer, (c)linician, re(s)earcher,
/// (a)dministrator.
struct Rule {
    Operation operation;
    std::string_view name;
    std::string_view free, running, reading, opened, packet;
};

constexpr std::array kRules{
    // An administrator keeps the store; she does not draw in it.
    Rule{Operation::Draw, "draw", "rvcs", "rvcs", "rvcs", "rvcs", "rvcs"},
    Rule{Operation::MarkLevels, "mark-levels", "rvcs", "rvs", "rvs", "rvcs", ""},
    // Confirmed levels of a running round are what its raters were given: they would move under their hands.
    Rule{Operation::ChangeLevels, "change-levels", "rvcs", "s", "", "vs", ""},
    Rule{Operation::CorrectWeighting, "correct-weighting", "rvcsa", "sa", "", "vsa", ""},
    Rule{Operation::ImportImages, "import-images", "rvcsa", "rvcsa", "rvcsa", "rvcsa", ""},
    Rule{Operation::ReadOthersReadings, "read-others-readings", "vsa", "", "", "rvsa", ""},
    Rule{Operation::ReadConsensus, "read-consensus", "vcsa", "", "", "rvcsa", ""},
    Rule{Operation::ReadOthersTimings, "read-others-timings", "vsa", "", "", "vsa", ""},
    Rule{Operation::ReadProgress, "read-progress", "sa", "sa", "", "vsa", ""},
    Rule{Operation::ReadRaters, "read-raters", "vsa", "sa", "", "vsa", ""},
    Rule{Operation::RevealNames, "reveal-names", "vsa", "", "", "vsa", ""},
    Rule{Operation::MakeConsensus, "make-consensus", "vs", "", "", "vs", ""},
    Rule{Operation::SignConsensus, "sign-consensus", "v", "", "", "v", ""},
    Rule{Operation::CreateRound, "create-round", "sa", "sa", "sa", "sa", ""},
    // Who reads in a round does not decide when its blinding ends.
    Rule{Operation::ChangeRound, "change-round", "sa", "sa", "", "sa", ""},
    Rule{Operation::ReadAudit, "read-audit", "a", "a", "", "a", ""},
    Rule{Operation::VerifyStore, "verify-store", "sa", "sa", "", "sa", "rvcsa"},
    Rule{Operation::MaintainStore, "maintain-store", "a", "a", "", "a", ""},
    Rule{Operation::ManageAccounts, "manage-accounts", "a", "a", "", "a", ""},
};

constexpr auto kOperations = [] {
    std::array<Operation, kRules.size()> all{};
    for (std::size_t i = 0; i < kRules.size(); ++i)
        all[i] = kRules[i].operation;
    return all;
}();

static_assert(
    [] {
        for (std::size_t i = 0; i < kRules.size(); ++i)
            if (static_cast<std::size_t>(kRules[i].operation) != i) return false;
        return static_cast<std::size_t>(Operation::ManageAccounts) + 1 == kRules.size();
    }(),
    "the table names every operation once, in order");

} // namespace

std::string_view name(Role role) noexcept {
    return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> roleFromName(std::string_view text) noexcept {
    for (const auto role : kRoles)
        if (name(role) == text) return role;
    return std::nullopt;
}

std::span<const Role> allRoles() noexcept {
    return kRoles;
}

std::string_view name(Operation operation) noexcept {
    return kRules[static_cast<std::size_t>(operation)].name;
}

std::span<const Operation> allOperations() noexcept {
    return kOperations;
}

std::string_view name(Situation situation) noexcept {
    return kSituationNames[static_cast<std::size_t>(situation)];
}

std::span<const Situation> allSituations() noexcept {
    return kSituations;
}

bool allowed(Role role, Operation operation, Situation situation) noexcept {
    constexpr std::string_view letters = "rvcsa";
    const auto& rule = kRules[static_cast<std::size_t>(operation)];
    const auto who = situation == Situation::Free      ? rule.free
                     : situation == Situation::Running ? rule.running
                     : situation == Situation::Reading ? rule.reading
                     : situation == Situation::Opened  ? rule.opened
                                                       : rule.packet;
    return who.find(letters[static_cast<std::size_t>(role)]) != std::string_view::npos;
}

} // namespace forameter::store
