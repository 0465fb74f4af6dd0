// SPDX-License-Identifier: Apache-2.0
#include "content.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::report {

double niceStep(double range, double ticks) {
    const double rough = range / std::max(ticks, 1.0);
    if (!(rough > 0.0) || !std::isfinite(rough)) return 1.0;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * (1.0 - 1e-9)) return factor * power;
    return 10.0 * power;
}

Axis axisAround(std::string title, double low, double high, double margin) {
    if (!(high > low)) {
        const double half = std::max(1.0, 0.1 * std::abs(low));
        low -= half;
        high += half;
    }
    const double more = margin * (high - low);
    return {.title = std::move(title), .low = low - more, .high = high + more};
}

} // namespace forameter::report
