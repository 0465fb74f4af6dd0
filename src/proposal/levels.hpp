// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "forameter/proposal/propose.hpp"
#include "midline_picture.hpp"

namespace forameter::proposal {

/// Where the lumbar spine runs to (a unit vector without x, from the head down), where that is more than 10
/// degrees off the vertical: it is then shown to the networks upright. None of spines that stand upright.
[[nodiscard]] std::optional<geometry::PatientVector> leaning(const anatomy::LevelSet& levels);
/// The direction to the patient's back at right angles to such a one.
[[nodiscard]] inline geometry::PatientVector backOf(const geometry::PatientVector& down) {
    return {0.0, -down.z, down.y};
}

/// Counts the vertebrae upwards from the sacrum. None where no two vertebrae can be told.
[[nodiscard]] std::optional<ProposedLevels> levelsFrom(const MidlinePicture& picture);

} // namespace forameter::proposal
