// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "forameter/agreement/icc.hpp"

namespace forameter::agreement {

/// What differences between two ratings mean.
enum class Scale { Nominal, Ordinal, Interval, Ratio };
[[nodiscard]] std::string_view name(Scale) noexcept; ///< "nominal", "ordinal", "interval", "ratio"
[[nodiscard]] std::optional<Scale> scaleFromName(std::string_view) noexcept;

/// Chance-corrected agreement of many raters on nominal categories (Fleiss, Psychological Bulletin 76:378,
/// 1971). `counts[subject][category]`: how many raters chose it; every subject has the same number of raters,
/// at least 2. None where that does not hold or only one category occurs.
[[nodiscard]] std::optional<double> fleissKappa(std::span<const std::vector<std::size_t>> counts);
/// Every distinct value is a category; rows with a missing cell are left out.
[[nodiscard]] std::optional<double> fleissKappa(const RatingTable& table);

/// 1 - observed / expected disagreement over all pairs of ratings of one unit (Krippendorff, Content
/// Analysis, chapter 11; Hayes and Krippendorff, Communication Methods and Measures 1:77, 2007). Missing
/// cells are allowed; units with one rating say nothing. None where nothing is left or all ratings are alike;
/// on the ratio scale also where a value is negative.
[[nodiscard]] std::optional<double> krippendorffAlpha(const RatingTable& table, Scale scale);

} // namespace forameter::agreement
