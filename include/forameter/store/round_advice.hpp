// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "forameter/store/round_repository.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// What its coordinator should know of a round that was just made, and may want to mend before anybody reads.
struct RoundAdvice {
    std::size_t withoutLevels = 0; ///< of its studies, calibration apart: levels are not confirmed
    std::size_t fixed = 0;         ///< cells whose slice is fixed
    /// Cells of a round with fixed slices that have none, of the studies whose levels are confirmed.
    std::vector<std::pair<StudyUid, anatomy::Cell>> freeCells;
    /// Fixed slices on images that the protocol does not ask for, and why (protocol::imageWarnings).
    struct OffProtocol {
        FixedSlice slice;
        std::vector<std::string> why;
    };
    std::vector<OffProtocol> offProtocol;

    /// In sentences; none where all is well.
    [[nodiscard]] std::vector<std::string> warnings() const;
};
/// `plan` as RoundRepository::create returned it.
[[nodiscard]] Result<RoundAdvice> roundAdvice(const Store& store, const RoundPlan& plan);

} // namespace forameter::store
