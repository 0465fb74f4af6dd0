// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "forameter/core/quantity.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::agreement {

/// The pixels that a consensus is formed on, in a rectangle of the image that holds them all.
struct Domain {
    int column = 0, row = 0;           ///< of the rectangle's first pixel in the image
    std::vector<geometry::Mask> votes; ///< per rater: pixels whose centre lies inside her curve
    geometry::Mask pixels;             ///< those that count
    std::size_t count = 0;
    std::size_t drawn = 0; ///< pixels that anybody drew
};

/// Pixels of the image whose centre lies within `reach` of the centre of a pixel that anybody drew.
[[nodiscard]] Domain domainOf(std::span<const geometry::PlaneCurve> curves, const geometry::ImagePlane& image,
                              Millimetres reach);

} // namespace forameter::agreement
