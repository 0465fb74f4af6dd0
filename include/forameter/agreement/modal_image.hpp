// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "forameter/core/ids.hpp"
#include "forameter/geometry/point.hpp"

namespace forameter::agreement {

/// Where a rater drew a cell.
struct DrawnOn {
    std::string rater;
    ImageId image;
    geometry::PatientPoint middle;  ///< of the curve
    geometry::PatientVector normal; ///< of the image
};

/// The image that stands for a case whose raters chose their slices themselves: the one that most raters drew
/// on, where somebody with a profile of slices counts once on each. Of equally many the one that lies nearest
/// to all that was drawn (least sum of distances along its normal, to a hundredth of a millimetre), then the
/// one with the lower identifiers. None of nothing.
[[nodiscard]] std::optional<ImageId> modalImage(std::span<const DrawnOn> drawn);

} // namespace forameter::agreement
