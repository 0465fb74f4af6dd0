// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "database.hpp"
#include "forameter/anatomy/level.hpp"
#include "forameter/geometry/image_plane.hpp"

// Small pieces that several repositories share.
namespace forameter::store {

/// The row id of a study; NotFound with a sentence.
[[nodiscard]] Result<std::int64_t> studyId(Connection& sql, const StudyUid& uid);

/// NotAllowed where the actor may not write under this rater's name; InvalidArgument where it is none.
[[nodiscard]] Result<> checkMayWriteAs(const Actor& actor, std::string_view rater);
/// Whether `name` can be a rater: 1 to 64 letters, digits or . _ - @
[[nodiscard]] bool isRaterName(std::string_view name) noexcept;
/// Adds the rater where she is not there yet.
[[nodiscard]] Result<> addRater(Transaction& change, std::string_view name,
                                std::string_view action = "rater.add");
/// The same for somebody who draws: NotAllowed where the store has passwords and does not know her.
[[nodiscard]] Result<> ensureRater(Transaction& change, std::string_view name);

/// NULL for "".
[[nodiscard]] QVariant textOrNull(std::string_view text);
/// A name as rows are hashed and stored with; nothing, or NULL, for nothing.
template <class Value>
[[nodiscard]] std::optional<std::string> nameText(const std::optional<Value>& value) {
    return value ? std::optional(std::string(name(*value))) : std::nullopt;
}
template <class Value>
[[nodiscard]] QVariant nameOrNull(const std::optional<Value>& value) {
    return value ? bindable(std::string(name(*value))) : QVariant();
}
/// The cell in four columns from `first` on: structure, level, side, quantity. None where a name is not
/// known.
[[nodiscard]] std::optional<anatomy::Cell> cellAt(const Row& row, int first);

} // namespace forameter::store
