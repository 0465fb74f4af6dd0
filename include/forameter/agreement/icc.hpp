// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/agreement/estimate.hpp"
#include "forameter/core/result.hpp"

namespace forameter::agreement {

/// Ratings of subjects (rows) by raters (columns); nullopt is a missing cell.
struct RatingTable {
    std::vector<std::string> subjects;                    ///< names of the rows; may be empty
    std::vector<std::string> raters;                      ///< names of the columns
    std::vector<std::vector<std::optional<double>>> rows; ///< each as long as `raters`
};

/// InvalidArgument where a row has not as many cells as there are raters, a name is missing, or a value is
/// not finite.
[[nodiscard]] Result<> validate(const RatingTable& table);

/// The rows without a missing cell, as plain numbers.
[[nodiscard]] std::vector<std::vector<double>> completeRows(const RatingTable& table);

/// Mean squares of the two-way layout with one rating per cell, n subjects by k raters.
struct MeanSquares {
    std::size_t n = 0, k = 0;
    double rows = 0.0;    ///< MSR, n - 1 degrees of freedom
    double columns = 0.0; ///< MSC, k - 1
    double error = 0.0;   ///< MSE, (n - 1)(k - 1)
    double within = 0.0;  ///< MSW = (SSC + SSE) / (n (k - 1))
};
/// None for fewer than 2 subjects or 2 raters. Rows must be equally long and finite.
[[nodiscard]] std::optional<MeanSquares> meanSquares(std::span<const std::vector<double>> rows);

/// Intraclass correlations of single ratings and of the mean of k, each with its confidence interval. None
/// where the denominator is zero (all ratings alike). The first figure is the model of Shrout and Fleiss,
/// Psychological Bulletin 86:420 (1979): 1 one-way random, 2 two-way random (absolute agreement), 3 two-way
/// mixed (consistency). Formulas, and intervals with Satterthwaite's degrees of freedom for the 2 forms:
/// McGraw and Wong, Psychological Methods 1:30 (1996), tables 4 and 7.
struct Icc {
    std::optional<Estimate> icc11, icc21, icc31, icc1k, icc2k, icc3k;
};
[[nodiscard]] Icc icc(const MeanSquares& ms, double confidence = 0.95);

/// ICC(2,1) alone, without its interval.
[[nodiscard]] std::optional<double> icc21(const MeanSquares& ms);

/// In the unit of the ratings. SEM (agreement) = sqrt((MSC - MSE)/n + MSE), the raters' variance truncated at
/// 0; SEM (consistency) = sqrt(MSE); minimal detectable change = 1.96 sqrt(2) SEM. De Vet et al., J Clin
/// Epidemiol 59:1033 (2006).
struct MeasurementError {
    double semAgreement = 0.0, semConsistency = 0.0;
    double mdcAgreement = 0.0, mdcConsistency = 0.0;
};
[[nodiscard]] MeasurementError measurementError(const MeanSquares& ms);

/// All of it over the complete rows.
struct Reliability {
    std::size_t subjects = 0; ///< complete rows that were used
    std::size_t omitted = 0;  ///< rows left out because a cell is missing
    std::size_t raters = 0;
    Icc icc;
    std::optional<MeasurementError> error;
};
[[nodiscard]] Reliability reliability(const RatingTable& table, double confidence = 0.95);

} // namespace forameter::agreement
