// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/core/random.hpp"

namespace forameter {

/// A smooth random field over a square picture: normal numbers on `cells` x `cells` nodes, eased between.
class SmoothField {
public:
    SmoothField(int size, int cells, double sd, Random& random);
    /// At a pixel of the picture, 0 <= column, row < size.
    [[nodiscard]] float at(int column, int row) const {
        const float x = static_cast<float>(column) * m_scale, y = static_cast<float>(row) * m_scale;
        const int i = static_cast<int>(x), j = static_cast<int>(y);
        const auto ease = [](float t) { return t * t * (3.0f - 2.0f * t); };
        const float fx = ease(x - static_cast<float>(i)), fy = ease(y - static_cast<float>(j));
        const float* at = m_values.data() + j * m_nodes + i;
        return (1.0f - fy) * ((1.0f - fx) * at[0] + fx * at[1]) +
               fy * ((1.0f - fx) * at[m_nodes] + fx * at[m_nodes + 1]);
    }

private:
    float m_scale;
    int m_nodes;
    std::vector<float> m_values;
};

} // namespace forameter
