// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/grid.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/volume.hpp"

namespace forameter::imaging {

/// The values of a volume on any plane, linear between voxels, 0 outside: for locators and companions, never
/// for measuring (protocols measure on acquired images). Refuses a volume without a regular grid
/// (invalid-argument).
[[nodiscard]] Result<Grid<float>> reslice(const Volume& volume, const geometry::ImagePlane& onto);

} // namespace forameter::imaging
