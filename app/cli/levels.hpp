// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "program.hpp"

namespace forameter::cli {

/// The current levels of a study; fails where the store does not have the study.
[[nodiscard]] Result<std::optional<store::StoredLevelSet>> knownStudyLevels(const store::Store& store,
                                                                            const StudyUid& study);
[[nodiscard]] Json levelsAnswer(const StudyUid& study, const std::optional<store::StoredLevelSet>& stored);
[[nodiscard]] std::string levelsText(const std::optional<store::StoredLevelSet>& stored);

void addLevelsSuggest(Program& program, CLI::App& noun);

} // namespace forameter::cli
