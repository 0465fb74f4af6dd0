// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/smooth_field.hpp"

namespace forameter {

SmoothField::SmoothField(int size, int cells, double sd, Random& random)
    : m_scale(static_cast<float>(cells) / static_cast<float>(size)),
      m_nodes(cells + 2),
      m_values(static_cast<std::size_t>(m_nodes) * static_cast<std::size_t>(m_nodes)) {
    for (float& v : m_values)
        v = static_cast<float>(sd * random.normal());
}

} // namespace forameter
