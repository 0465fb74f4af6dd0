// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/window_level.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "forameter/imaging/volume.hpp"

namespace forameter::imaging {
namespace {

struct Range {
    double low = 0.0, high = 0.0;
};

/// The tail-th and (1 - tail)-th quantile of the finite values; 0..0 if there is none. Reorders `values`.
Range quantiles(std::vector<float>& values, double tail) {
    std::erase_if(values, [](float v) { return !std::isfinite(v); });
    if (values.empty()) return {};
    const auto last = static_cast<double>(values.size() - 1);
    const auto low = values.begin() + static_cast<std::ptrdiff_t>(std::floor(tail * last));
    const auto high = values.begin() + static_cast<std::ptrdiff_t>(std::ceil((1.0 - tail) * last));
    std::nth_element(values.begin(), low, values.end());
    const float lowest = *low; // the second search moves it
    std::nth_element(low, high, values.end());
    return {lowest, *high};
}

Range centralRange(const Volume& volume) {
    constexpr std::size_t kSamples = 500'000; // enough for a 0.1 % tail to be 500 voxels deep
    const int slices = volume.sliceCount();
    const int firstSlice = slices / 4, endSlice = slices - slices / 4;
    const int row0 = volume.rows() * 15 / 100, row1 = volume.rows() - row0;
    const int column0 = volume.columns() * 15 / 100, column1 = volume.columns() - column0;
    const auto available = static_cast<std::size_t>(endSlice - firstSlice) *
                           static_cast<std::size_t>(row1 - row0) *
                           static_cast<std::size_t>(column1 - column0);
    const std::size_t stride = available / kSamples + 1;

    std::vector<float> values;
    values.reserve(available / stride + 1);
    std::size_t count = 0;
    for (int s = firstSlice; s < endSlice; ++s) {
        if (volume.info().unread.contains(s)) continue;
        const auto slice = volume.slice(s);
        for (int r = row0; r < row1; ++r) {
            for (const float v : slice.row(r).subspan(static_cast<std::size_t>(column0),
                                                      static_cast<std::size_t>(column1 - column0)))
                if (count++ % stride == 0) values.push_back(v);
        }
    }
    return quantiles(values, 0.001);
}

} // namespace

WindowLevel windowBetween(double low, double high) {
    if (!std::isfinite(low) || !std::isfinite(high)) return {};
    if (high < low) std::swap(low, high);
    const double center = low + (high - low) / 2;
    // A width that vanishes beside the centre would be rounded away where the ends of the window are
    // computed.
    const double least = 1e-6 * std::max(std::abs(low), std::abs(high));
    const double width = high - low;
    return {center, width > least ? width : std::max(1.0, least)};
}

WindowLevel percentileWindow(const Volume& volume) {
    const auto range = centralRange(volume);
    return windowBetween(range.low, range.high);
}

WindowLevel initialWindow(const Volume& volume) {
    const auto range = centralRange(volume);
    if (const auto& named = volume.info().window) {
        const bool sound = std::isfinite(named->center) && std::isfinite(named->width) && named->width > 0;
        if (sound && named->high() > range.low && named->low() < range.high) return *named;
    }
    return windowBetween(range.low, range.high);
}

} // namespace forameter::imaging
