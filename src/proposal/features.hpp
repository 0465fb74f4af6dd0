// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "forameter/anatomy/level.hpp"
#include "forameter/proposal/calibration.hpp"
#include "forameter/proposal/labels.hpp"
#include "maps.hpp"
#include "regions.hpp"

namespace forameter::proposal {

/// What can be told of a region without knowing the truth (Feature). `area`: mm² within its outline;
/// `beside`: the areas of the same structure on the slices beside it, as far as there are such slices, 0
/// where it was not found there.
[[nodiscard]] Features featuresOf(const Region& region, const LabelMaps& maps, Label label,
                                  anatomy::Structure structure, double area, std::span<const double> beside);

} // namespace forameter::proposal
