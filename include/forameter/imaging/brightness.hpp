// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "forameter/core/grid.hpp"
#include "forameter/imaging/volume.hpp"

namespace forameter::imaging {

/// Makes values of one image brightness, for whatever looks at it as people do: where low ones are meant to
/// be bright (MONOCHROME1), each is taken from the largest.
void asBrightness(std::span<float> values, Greyscale greyscale);

/// A copy of a slice as brightness.
[[nodiscard]] Grid<float> brightness(const Volume& volume, int slice);

} // namespace forameter::imaging
