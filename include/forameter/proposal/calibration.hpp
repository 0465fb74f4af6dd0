// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "forameter/core/result.hpp"
#include "forameter/proposal/model.hpp"

namespace forameter::proposal {

/// What can be told of a proposal without knowing the truth. All are 0 for a foramen or sac that is clear, of
/// usual size; they grow with doubt.
inline constexpr std::size_t kFeatureCount = 5;
using Features = std::array<double, kFeatureCount>;
enum class Feature : std::size_t {
    Disagreement, ///< spread of the looks and the committee over the region and its rim, over its soft area
    Softness,     ///< sum of p (1 - p) over the region and its rim, over its soft area
    SoftArea,     ///< |log| of the soft area (sum of p) over the area within the outline
    UnusualArea,  ///< |log| of the area over that of a usual foramen or sac
    Smallness,    ///< 10 mm over the root of the area: an error of the border weighs more
};

/// Of the chance of failure: intercept, log of the predicted error, root of the disagreement.
inline constexpr std::size_t kFailureWeights = 3;

/// What a proposal may be worth, by a model's calibration or, without one, by rule.
struct Expectation {
    double dice = 0.0;                    ///< against a reader, 0..1
    double areaLow = 0.0, areaHigh = 0.0; ///< mm², 90 %, the area itself among them
    double failure = 0.0;                 ///< probability that the area is off by more than 20 %
    bool doubtful = false;
};
/// Without a calibration (empty weights): dice = 1 / (1 + 2 (disagreement + softness)), the area within
/// 20 % + twice the disagreement and softness, failure = 1 - dice, doubtful from 0.3 on.
[[nodiscard]] Expectation expectation(const Calibration& calibration, const Features& features, double area);

inline constexpr double kFailedArea = 0.2; ///< relative area error beyond which a proposal has failed

/// A proposal whose truth is known.
struct CalibrationCase {
    Features features{};
    double dice = 0.0;
    double areaError = 0.0; ///< relative: proposed / true - 1
};
/// Fits by ridge regression on the features (Dice, log of the relative area error), then logistic regression
/// of failure (error above 20 %) on the error so predicted and the root of the disagreement, by Newton's
/// method. The quantile of the area and the threshold of failure are taken from cases that the weights were
/// not fitted on (five folds, every fifth case); the threshold flags a quarter of them at most, and nothing
/// whose risk is below 5 %. Fails with fewer than 20 cases or where numbers are not finite.
[[nodiscard]] Result<Calibration> fitCalibration(std::span<const CalibrationCase> cases);

/// The model's card with its fits and the pixel at which they were made; all else stays. What is not
/// calibrated is left out. Fails where the card is no JSON object, or says nothing of the network's input.
[[nodiscard]] Result<std::string> withFits(const Model& model);

} // namespace forameter::proposal
