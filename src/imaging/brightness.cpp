// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/brightness.hpp"

#include <algorithm>

namespace forameter::imaging {

void asBrightness(std::span<float> values, Greyscale greyscale) {
    if (greyscale == Greyscale::LowIsBlack || values.empty()) return;
    const float largest = *std::ranges::max_element(values);
    for (float& value : values)
        value = largest - value;
}

Grid<float> brightness(const Volume& volume, int slice) {
    const auto values = volume.slice(slice);
    Grid<float> copy(values.columns(), values.rows());
    std::ranges::copy(values.data(), copy.data().begin());
    asBrightness(copy.data(), volume.info().greyscale);
    return copy;
}

} // namespace forameter::imaging
