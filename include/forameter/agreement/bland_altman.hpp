// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "forameter/agreement/estimate.hpp"

namespace forameter::agreement {

/// Two methods (or raters) on the same subjects, in the unit of the data: a[i] and b[i] belong together,
/// spans are equally long.

/// Limits of agreement of Bland and Altman, Lancet i:307 (1986); intervals with Student's t on n - 1 degrees
/// of freedom, as there.
struct BlandAltman {
    std::size_t n = 0;
    double bias = 0.0;    ///< mean of a - b
    double sd = 0.0;      ///< of the differences, n - 1
    double low = 0.0;     ///< bias - 1.96 sd
    double high = 0.0;    ///< bias + 1.96 sd
    double biasSe = 0.0;  ///< sd / sqrt(n)
    double limitSe = 0.0; ///< sqrt(3 sd^2 / n)
    Interval biasInterval, lowInterval, highInterval;

    friend bool operator==(const BlandAltman&, const BlandAltman&) = default;
};
/// None for fewer than 2 subjects.
[[nodiscard]] std::optional<BlandAltman> blandAltman(std::span<const double> a, std::span<const double> b,
                                                     double confidence = 0.95);

/// Product-moment correlation; none for fewer than 2 subjects or where one side does not vary.
[[nodiscard]] std::optional<double> pearson(std::span<const double> a, std::span<const double> b);

/// Concordance correlation 2 s_ab / (s_a^2 + s_b^2 + (mean a - mean b)^2) with variances over n, as Lin,
/// Biometrics 45:255 (1989); none for fewer than 2 subjects or where all numbers are alike.
[[nodiscard]] std::optional<double> linConcordance(std::span<const double> a, std::span<const double> b);

} // namespace forameter::agreement
