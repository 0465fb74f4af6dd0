// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/render/slice_painter.hpp"

namespace forameter::render {

/// How one row (or column) of device pixels is made from one line of `size` image pixels. Device pixel i
/// takes, for i in [begin, end), the sum of weights[i * taps + k] times pixel indices[i * taps + k]; the
/// others lie outside the image.
struct Resampling {
    int begin = 0, end = 0;
    int taps = 0;
    std::vector<int> indices;
    std::vector<float> weights;
    int first = 0, last = -1; ///< image pixels in use
};

/// Device pixel i is centred on image coordinate start + i * step. The image reaches from -0.5 to size - 0.5
/// and is held constant beyond the centres of its outer pixels. Linear is a triangle, cubic is Catmull-Rom
/// (Keys 1981, a = -0.5); where device pixels are larger than image pixels both are widened by that factor,
/// so that small pictures do not alias.
[[nodiscard]] Resampling resampling(double start, double step, int deviceSize, int size,
                                    Interpolation interpolation);

} // namespace forameter::render
