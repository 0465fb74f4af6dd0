// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forameter/agreement/estimate.hpp"

namespace forameter::agreement {

/// How well one rater repeats herself, from cases that she read at least twice. In the unit of the data.
struct Repeatability {
    std::size_t subjects = 0; ///< with at least 2 readings
    std::size_t readings = 0;
    double meanChange = 0.0;   ///< mean of second minus first reading: learning or drift
    Estimate withinSd;         ///< sqrt of the pooled within-subject variance; chi-squared interval
    Estimate coefficient;      ///< 1.96 sqrt(2) withinSd: two readings differ by less in 95 % of cases
    std::optional<double> icc; ///< one-way random, single reading; none for fewer than 2 subjects
};
/// Bland and Altman, Stat Methods Med Res 8:135 (1999). `readings[subject]` in order of time; subjects with
/// one are ignored. None where no subject has two.
[[nodiscard]] std::optional<Repeatability> repeatability(std::span<const std::vector<double>> readings,
                                                         double confidence = 0.95);

} // namespace forameter::agreement
