// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/store/study_repository.hpp"
#include "permissions.hpp"

namespace forameter::store {

/// Translates `studies --where`:
///   expression: term {or term}    term: factor {and factor}    factor: not factor | ( expression ) |
///   comparison comparison: COLUMN (= | != | <> | < | <= | > | >=) VALUE | COLUMN [not] like TEXT | COLUMN
///   [not] in ( VALUE {, VALUE} )
/// VALUE is a number, 'text' or "text" (a quote inside is doubled), a bare word, or null (with = and !=
/// only). Names and keywords in any case. "" is true for every study. InvalidArgument names the position,
/// counted from 1. The SQL is over `s` (study) and holds nothing of the expression but names from our own
/// list; every value is a parameter. `readable` is true for the rows `c` of contour_current that are counted.
[[nodiscard]] Result<Condition> studyCondition(std::string_view expression, const Condition& readable);

[[nodiscard]] const std::vector<StudyColumn>& studyColumns();

} // namespace forameter::store
