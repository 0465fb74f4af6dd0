// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/grid.hpp"

namespace forameter::imaging {

/// Derivatives of a slice after Gaussian smoothing, per mm, on the slice's own pixels.
struct EdgeFeatures {
    Grid<float> gradientX; ///< towards higher columns
    Grid<float> gradientY; ///< towards higher rows
    Grid<float> laplacian;
};
/// `sigma` in mm, as are the spacings. Slices narrower than 4 pixels have no derivatives: all zero.
[[nodiscard]] EdgeFeatures edgeFeatures(GridView<const float> slice, double columnSpacing, double rowSpacing,
                                        double sigma);

} // namespace forameter::imaging
