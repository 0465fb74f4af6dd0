// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "images.hpp"
#include "level_rows.hpp"
#include "readings.hpp"
#include "round_protocol.hpp"
#include "steps.hpp"

namespace forameter::store {

/// What the last stroke on a connection found and left, so that the next one of the same rater in the same
/// study need not ask again. It holds as long as nothing at all has been written since: any other change on
/// the connection forgets it (Transaction), and one on another connection makes `dataVersion` another.
struct StrokeMemory {
    StrokeMemory(Connection& sql, Images known) : images(std::move(known)), rounds(sql) {}

    std::int64_t dataVersion = 0;
    AuditChain chain; ///< where this store's audit ends
    Images images;
    RoundProtocol rounds;
    std::int64_t studyId = 0;
    std::string rater;              ///< who may draw here
    std::optional<Reading> reading; ///< to which it belongs
    LevelRow levels;
    ContourRow newest; ///< the last stroke; no mark stands in its cell
    Piles piles;
};

} // namespace forameter::store
