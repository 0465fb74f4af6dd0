// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "forameter/store/round_repository.hpp"
#include "forameter/store/store.hpp"
#include "forameter/workspace/workspace.hpp"

namespace forameter::workspace {

/// What of a study's row needs a look at its series and cells.
struct RowDetails {
    std::string series;
    bool readable = true;
    std::size_t done = 0, total = 15;
};
[[nodiscard]] RowDetails describe(const store::Store& store, const StudyUid& study, const RaterId& rater);

/// The row of a round's case. Counts of cells are looked up only while it is being read.
[[nodiscard]] WorklistRow caseRow(const store::Store& store, const store::Assignment& one);

/// Of a case its rater says when it is done; of a study its cells do.
[[nodiscard]] bool isDone(const WorklistRow& row);

} // namespace forameter::workspace
