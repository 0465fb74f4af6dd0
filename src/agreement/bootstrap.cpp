// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "forameter/core/random.hpp"

namespace forameter::agreement {

namespace {

/// Of sorted values, linear between order statistics (Hyndman and Fan, definition 7).
double quantileOf(const std::vector<double>& sorted, double p) {
    const double at = std::clamp(p, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    const auto i = static_cast<std::size_t>(at);
    if (i + 1 >= sorted.size()) return sorted.back();
    const double t = at - static_cast<double>(i);
    return (1.0 - t) * sorted[i] + t * sorted[i + 1];
}

/// Skewness of the leave-one-cluster-out values; 0 where one of them is not defined.
double acceleration(std::size_t clusters, const ClusterStatistic& statistic) {
    std::vector<double> values;
    std::vector<std::size_t> rest(clusters - 1);
    for (std::size_t out = 0; out < clusters; ++out) {
        for (std::size_t i = 0; i + 1 < clusters; ++i)
            rest[i] = i < out ? i : i + 1;
        const auto value = statistic(rest);
        if (!value) return 0.0;
        values.push_back(*value);
    }
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(clusters);
    double squares = 0.0, cubes = 0.0;
    for (const double value : values) {
        squares += (mean - value) * (mean - value);
        cubes += (mean - value) * (mean - value) * (mean - value);
    }
    return squares > 0.0 ? cubes / (6.0 * std::pow(squares, 1.5)) : 0.0;
}

} // namespace

std::optional<Bootstrap> clusterBootstrap(std::size_t clusters, const ClusterStatistic& statistic,
                                          const BootstrapOptions& options, const Watch& watch) {
    if (clusters < 2) return std::nullopt;
    std::vector<std::size_t> drawn(clusters);
    std::iota(drawn.begin(), drawn.end(), std::size_t{0});
    const auto value = statistic(drawn);
    if (!value) return std::nullopt;

    Bootstrap result;
    result.value = *value;
    std::vector<double> values;
    Random random(options.seed);
    for (std::size_t b = 0; b < options.replicates; ++b) {
        if (watch.cancelled()) return std::nullopt;
        for (auto& cluster : drawn)
            cluster = static_cast<std::size_t>(random.below(clusters));
        if (const auto replicate = statistic(drawn))
            values.push_back(*replicate);
        else
            ++result.undefined;
    }
    result.replicates = values.size();
    if (values.size() < 2 || 2 * values.size() < options.replicates) return std::nullopt;
    std::ranges::sort(values);
    const auto n = static_cast<double>(values.size());
    const double tail = (1.0 - options.confidence) / 2.0;
    result.percentile = Interval{quantileOf(values, tail), quantileOf(values, 1.0 - tail)};

    // Ties with the value count half: statistics of few clusters repeat themselves.
    const auto below = static_cast<double>(std::ranges::lower_bound(values, *value) - values.begin());
    const auto upTo = static_cast<double>(std::ranges::upper_bound(values, *value) - values.begin());
    const double share = (below + upTo) / (2.0 * n);
    if (share <= 0.0 || share >= 1.0) return result;
    const boost::math::normal standard;
    const double z0 = boost::math::quantile(standard, share), a = acceleration(clusters, statistic);
    const auto corrected = [&](double p) {
        const double z = z0 + boost::math::quantile(standard, p);
        if (1.0 - a * z <= 0.0) return z > 0.0 ? 1.0 : 0.0; // beyond where the correction holds
        return boost::math::cdf(standard, z0 + z / (1.0 - a * z));
    };
    result.bca = Interval{quantileOf(values, corrected(tail)), quantileOf(values, corrected(1.0 - tail))};
    return result;
}

} // namespace forameter::agreement
