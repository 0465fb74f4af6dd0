// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "forameter/agreement/estimate.hpp"
#include "forameter/core/progress.hpp"

namespace forameter::agreement {

struct BootstrapOptions {
    std::size_t replicates = 2000;
    std::uint64_t seed = 1;
    double confidence = 0.95;
};

/// A statistic of the data made of the named clusters (indices below the number of clusters; one that is
/// named twice counts twice). None where it is not defined for them.
using ClusterStatistic = std::function<std::optional<double>(std::span<const std::size_t> clusters)>;

/// Patients are drawn with replacement, each with everything that belongs to him: his contours are not
/// independent (Field and Welsh, J R Stat Soc B 69:369, 2007).
struct Bootstrap {
    double value = 0.0;         ///< of the data as they are
    std::size_t replicates = 0; ///< that were defined
    std::size_t undefined = 0;  ///< left out
    std::optional<Interval> percentile;
    /// Bias-corrected and accelerated (Efron, J Am Stat Assoc 82:171, 1987), acceleration by the jackknife
    /// over clusters. None where every replicate lies on one side of the value.
    std::optional<Interval> bca;
};
/// None for fewer than 2 clusters, where the statistic is not defined for all of them, or in fewer than half
/// of the replicates; also when `watch` was stopped. The same seed gives the same numbers.
[[nodiscard]] std::optional<Bootstrap> clusterBootstrap(std::size_t clusters,
                                                        const ClusterStatistic& statistic,
                                                        const BootstrapOptions& options = {},
                                                        const Watch& watch = {});

} // namespace forameter::agreement
