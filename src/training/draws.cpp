// SPDX-License-Identifier: Apache-2.0
#include "draws.hpp"

#include <cmath>
#include <vector>

namespace forameter::training {

void addRician(std::span<float> values, float sd, Random& random) {
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
