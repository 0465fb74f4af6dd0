// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/repeatability.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <numeric>

namespace forameter::agreement {

std::optional<Repeatability> repeatability(std::span<const std::vector<double>> readings, double confidence) {
    Repeatability result;
    double within = 0.0, sum = 0.0, squaredSizes = 0.0;
    for (const auto& values : readings) {
        if (values.size() < 2) continue;
        const auto n = static_cast<double>(values.size());
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
        for (const double value : values)
            within += (value - mean) * (value - mean);
        sum += n * mean;
        squaredSizes += n * n;
        result.meanChange += values[1] - values[0];
        ++result.subjects;
        result.readings += values.size();
    }
    if (result.subjects == 0) return std::nullopt;
    const auto subjects = static_cast<double>(result.subjects), total = static_cast<double>(result.readings);
    result.meanChange /= subjects;
    const double degrees = total - subjects;
    const double meanSquare = within / degrees;
    const boost::math::chi_squared chi(degrees);
    const double tail = (1.0 - confidence) / 2.0;
    const double factor = 1.96 * std::sqrt(2.0);
    result.withinSd = {std::sqrt(meanSquare),
                       Interval{std::sqrt(within / boost::math::quantile(chi, 1.0 - tail)),
                                std::sqrt(within / boost::math::quantile(chi, tail))}};
    result.coefficient = {factor * result.withinSd.value, Interval{factor * result.withinSd.interval->low,
                                                                   factor * result.withinSd.interval->high}};
    if (result.subjects < 2) return result;
    const double grandMean = sum / total;
    double between = 0.0;
    for (const auto& values : readings) {
        if (values.size() < 2) continue;
        const auto n = static_cast<double>(values.size());
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
        between += n * (mean - grandMean) * (mean - grandMean);
    }
    const double betweenSquare = between / (subjects - 1.0);
    const double size =
        (total - squaredSizes / total) / (subjects - 1.0); // that of all, where they are alike
    const double denominator = betweenSquare + (size - 1.0) * meanSquare;
    if (denominator > 0.0) result.icc = (betweenSquare - meanSquare) / denominator;
    return result;
}

} // namespace forameter::agreement
