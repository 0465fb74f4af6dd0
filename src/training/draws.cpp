// SPDX-License-Identifier: Apache-2.0
#include "draws.hpp"

#include <cmath>

namespace forameter::training {

SmoothField::SmoothField(int size, int cells, double sd, Random& random)
    : m_scale(static_cast<float>(cells) / static_cast<float>(size)),
      m_nodes(cells + 2),
      m_values(static_cast<std::size_t>(m_nodes) * static_cast<std::size_t>(m_nodes)) {
    for (float& v : m_values)
        v = static_cast<float>(sd * random.normal());
}

void NormalTable::addRician(std::span<float> values, float sd, Random& random) {
    static const std::vector<float> table = [] {
        Random numbers(20260101);
        std::vector<float> made(std::size_t{1} << 16);
        for (float& v : made)
            v = static_cast<float>(numbers.normal());
        return made;
    }();
    const std::size_t mask = table.size() - 1, stride = 2 * random.below(table.size() / 2) + 1;
    std::size_t at = random.below(table.size());
    for (float& v : values) {
        const float a = v + sd * table[at & mask], b = sd * table[(at + table.size() / 3) & mask];
        at += stride;
        v = std::sqrt(a * a + b * b);
    }
}

} // namespace forameter::training
