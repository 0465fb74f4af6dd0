// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "contour_rows.hpp"
#include "level_rows.hpp"

namespace forameter::store {

/// What the disc that `from` calls `level` is called in `to`. Vertebrae are the same where their marks lie
/// within 15 mm of each other; one that is not marked in both moves along with the nearest that is. None
/// where `to` has no name for it.
[[nodiscard]] std::optional<anatomy::Level> levelUnder(const anatomy::LevelSet& from, anatomy::Level level,
                                                       const anatomy::LevelSet& to);

/// Whether a patient with so many lumbar vertebrae has this level.
[[nodiscard]] bool hasLevel(anatomy::LumbarCount count, anatomy::Level level);

/// The name of a level that was given under the level set with id `from` (none: before there was any) in
/// terms of `reference`.
[[nodiscard]] Result<anatomy::Level> levelNow(Connection& sql, anatomy::Level level,
                                              const std::optional<std::int64_t>& from,
                                              const std::optional<LevelRow>& reference);

/// Gives every current contour and mark of the study, whoever drew it, the name that its disc has in `to`
/// instead of `from`: a new version each where the name changes. Conflict with a sentence where a disc would
/// be left without a name.
[[nodiscard]] Result<> moveWithDiscs(Transaction& change, const LevelRow& from, const LevelRow& to,
                                     std::int64_t stepId);

} // namespace forameter::store
