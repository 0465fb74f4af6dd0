// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "forameter/core/ids.hpp"
#include "forameter/store/store.hpp"

namespace forameter::workspace {

/// What the person at the desk may do with a study, as the store's access table says; for what an interface
/// offers, since the store asks again.
struct StudyRights {
    bool draw = true;         ///< contours and marks
    bool markLevels = true;   ///< where none have been confirmed
    bool changeLevels = true; ///< where some have been
    std::string role;         ///< "administrator"; empty where the store knows nobody

    /// What she may do and what not, in one sentence; empty where she may read the study.
    [[nodiscard]] std::string sentence(bool levelsConfirmed) const;
    friend bool operator==(const StudyRights&, const StudyRights&) = default;
};

/// In a study, or in one that nobody reads in a round.
[[nodiscard]] StudyRights rightsIn(const store::Store& store, const std::optional<StudyUid>& study = {});

} // namespace forameter::workspace
