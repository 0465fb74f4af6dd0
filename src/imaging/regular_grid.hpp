// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/volume.hpp"

namespace forameter::imaging {

/// The rule of Volume::grid().
[[nodiscard]] std::optional<RegularGrid> regularGrid(std::span<const geometry::ImagePlane> planes);

} // namespace forameter::imaging
