// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/study_rights.hpp"

#include "forameter/store/sign_in.hpp"

namespace forameter::workspace {

std::string StudyRights::sentence(bool levelsConfirmed) const {
    if (draw && (markLevels || levelsConfirmed)) return {};
    const std::string as = role.empty() ? "You" : "As " + role + " you";
    if (!draw && !markLevels) return as + " may look at studies, but neither mark levels nor draw in them.";
    if (!draw) return as + " may look at studies and mark their levels, but not draw in them.";
    return as + " may draw in this study once its levels are confirmed, which is for somebody else to do.";
}

StudyRights rightsIn(const store::Store& store, const std::optional<StudyUid>& study) {
    using store::Operation;
    const auto may = [&](Operation what) { // in doubt yes: the store has the last word
        return store::mayDo(store, what, study).value_or(true);
    };
    StudyRights rights{may(Operation::Draw), may(Operation::MarkLevels), may(Operation::ChangeLevels), {}};
    if (store.actor().rater)
        if (const auto role = store::roleOf(store)) rights.role = store::name(*role);
    return rights;
}

} // namespace forameter::workspace
