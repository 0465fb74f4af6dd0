// SPDX-License-Identifier: Apache-2.0
#include "resampling.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::render {
namespace {

double triangle(double x) {
    return std::max(0.0, 1.0 - std::abs(x));
}

double catmullRom(double x) {
    x = std::abs(x);
    if (x < 1) return 1 + x * x * (1.5 * x - 2.5);
    if (x < 2) return 2 + x * (-4 + x * (2.5 - 0.5 * x));
    return 0;
}

} // namespace

Resampling resampling(double start, double step, int deviceSize, int size, Interpolation interpolation) {
    Resampling result;
    const auto at = [&](int i) { return start + i * step; };
    const auto inside = [&](int i) { return at(i) >= -0.5 && at(i) < size - 0.5; };
    while (result.begin < deviceSize && !inside(result.begin))
        ++result.begin;
    result.end = result.begin;
    while (result.end < deviceSize && inside(result.end))
        ++result.end;

    const bool nearest = interpolation == Interpolation::Nearest;
    const bool cubic = interpolation == Interpolation::Cubic;
    const double widening = std::max(1.0, std::abs(step));
    const double radius = (cubic ? 2.0 : 1.0) * widening;
    result.taps = nearest ? 1 : static_cast<int>(std::ceil(2 * radius));
    const auto entries = static_cast<std::size_t>(deviceSize) * static_cast<std::size_t>(result.taps);
    result.indices.assign(entries, 0);
    result.weights.assign(entries, 0.0F);
    result.first = size - 1;

    std::vector<double> weights(static_cast<std::size_t>(result.taps));
    for (int i = result.begin; i < result.end; ++i) {
        const double center = at(i);
        // The first of the pixels that lie less than `radius` from the centre.
        const int from = nearest ? static_cast<int>(std::floor(center + 0.5))
                                 : static_cast<int>(std::floor(center - radius)) + 1;
        double sum = 0;
        for (int k = 0; k < result.taps; ++k) {
            const double x = (from + k - center) / widening;
            weights[static_cast<std::size_t>(k)] = nearest ? 1.0 : cubic ? catmullRom(x) : triangle(x);
            sum += weights[static_cast<std::size_t>(k)];
        }
        for (int k = 0; k < result.taps; ++k) {
            const auto entry = static_cast<std::size_t>(i) * static_cast<std::size_t>(result.taps) +
                               static_cast<std::size_t>(k);
            const int index = std::clamp(from + k, 0, size - 1);
            result.indices[entry] = index;
            result.weights[entry] = static_cast<float>(weights[static_cast<std::size_t>(k)] / sum);
            result.first = std::min(result.first, index);
            result.last = std::max(result.last, index);
        }
    }
    return result;
}

} // namespace forameter::render
