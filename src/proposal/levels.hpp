// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "forameter/proposal/propose.hpp"
#include "midline_picture.hpp"

namespace forameter::proposal {

/// Counts the vertebrae upwards from the sacrum. None where no two vertebrae can be told.
[[nodiscard]] std::optional<ProposedLevels> levelsFrom(const MidlinePicture& picture);

} // namespace forameter::proposal
