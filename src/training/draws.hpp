// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "forameter/core/random.hpp"

namespace forameter::training {

/// A smooth random field over a square picture: normal numbers on `cells` x `cells` nodes, eased between.
class SmoothField {
public:
    SmoothField(int size, int cells, double sd, Random& random);
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

/// Normal numbers made once and read from a random place with a random odd stride: drawing each anew takes
/// longer than the rest of an example.
class NormalTable {
public:
    /// Magnitude of the values with normal noise of that deviation in both channels.
    static void addRician(std::span<float> values, float sd, Random& random);
};

} // namespace forameter::training
