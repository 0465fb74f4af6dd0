// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/round_case.hpp"

#include <utility>

namespace forameter::workspace {

using store::CaseState;

std::string title(const store::Assignment& assignment) {
    return "Case " + std::to_string(assignment.position);
}

RoundCase::RoundCase(const store::Store& store, store::Assignment assignment)
    : m_store(store), m_assignment(std::move(assignment)) {}

Result<> RoundCase::setFlagged(bool flagged) {
    return update({.flagged = flagged});
}

Result<> RoundCase::setDifficulty(std::optional<int> difficulty) {
    return update({.difficulty = difficulty.value_or(0)});
}

Result<> RoundCase::setComment(std::string comment) {
    return update({.comment = std::move(comment)});
}

Result<> RoundCase::setDone(bool done) {
    return update({.state = done ? CaseState::Done : CaseState::InProgress});
}

Result<> RoundCase::follow(std::size_t done, std::size_t total) {
    const bool complete = total > 0 && done == total;
    const auto before = std::exchange(m_complete, complete);
    if (complete && m_assignment.state != CaseState::Done && before != complete) return setDone(true);
    if (!complete && before == true && m_assignment.state == CaseState::Done) return setDone(false);
    return {};
}

Result<> RoundCase::update(const store::AssignmentChange& change) {
    auto stored = store::RoundRepository(m_store).update(m_assignment.id, change);
    if (!stored) return tl::unexpected(stored.error());
    m_assignment = std::move(*stored);
    changed();
    return {};
}

} // namespace forameter::workspace
