// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/anatomy/level.hpp"
#include "forameter/proposal/calibration.hpp"
#include "forameter/proposal/labels.hpp"
#include "maps.hpp"
#include "regions.hpp"

namespace forameter::proposal {

/// What can be told of a region without knowing the truth (Feature). `area`: mm² within its outline.
[[nodiscard]] Features featuresOf(const Region& region, const LabelMaps& maps, Label label,
                                  const anatomy::Cell& cell, double area);

} // namespace forameter::proposal
