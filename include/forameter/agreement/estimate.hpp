// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

/// How far several raters agree: statistics of tables (icc.hpp, bland_altman.hpp, categories.hpp,
/// repeatability.hpp, variance_components.hpp, bootstrap.hpp), comparisons of their contours
/// (comparisons.hpp, bias_map.hpp, summary.hpp) and consensus (consensus.hpp). Pure functions of their
/// arguments: any thread, no state. What is not defined for the given data is std::nullopt, never NaN.
namespace forameter::agreement {

struct Interval {
    double low = 0.0;
    double high = 0.0;

    friend bool operator==(const Interval&, const Interval&) = default;
};

/// A number with its confidence interval, in the unit of the number; no interval where the data give none.
struct Estimate {
    double value = 0.0;
    std::optional<Interval> interval;

    friend bool operator==(const Estimate&, const Estimate&) = default;
};

} // namespace forameter::agreement
