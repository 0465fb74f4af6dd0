// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>
#include <vector>

#include "forameter/core/text.hpp"

namespace forameter::proposal {

namespace {

constexpr double kLeastError =
    0.005;                      // errors below are as good as this one: the log would make them matter most
constexpr double kRidge = 0.03; // of a feature's variance: enough where features depend on each other
constexpr double kMostFlagged = 0.25; // share of proposals: a reader stops heeding what always warns
constexpr double kLeastRisk = 0.05;   // what fails less often than this is not called doubtful
constexpr std::size_t kFolds = 5, kLeastCases = 20;

/// An intercept, then what the weights are of.
template <std::size_t N>
using Row = std::array<double, N>;
constexpr std::size_t kWeights = kFeatureCount + 1;

Row<kWeights> rowOf(const Features& features) {
    Row<kWeights> row{1.0};
    std::ranges::copy(features, row.begin() + 1);
    return row;
}

template <std::size_t N>
double product(const std::vector<double>& weights, const Row<N>& row) {
    return std::inner_product(row.begin(), row.end(), weights.begin(), 0.0);
}

double logistic(double x) {
    return 1.0 / (1.0 + std::exp(-std::clamp(x, -40.0, 40.0)));
}

/// Solves a x = b for a symmetric positive definite a: Cholesky.
template <std::size_t N>
Row<N> solved(std::array<Row<N>, N> a, Row<N> b) {
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i][j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= a[i][k] * a[j][k];
            a[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j][j];
        }
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (std::size_t i = N; i-- > 0;) {
        for (std::size_t k = i + 1; k < N; ++k)
            b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
    return b;
}

/// Weights b that make the sum of w (target - x b)² + ridge sum of (sd b)² least, sd of each of x: what is
/// small in mm is held back no more than what is large. The intercept is not held back.
template <std::size_t N>
Row<N> leastSquares(const std::vector<Row<N>>& x, const std::vector<double>& target,
                    const std::vector<double>& w) {
    std::array<Row<N>, N> a{};
    Row<N> b{}, sum{}, squares{};
    for (std::size_t n = 0; n < x.size(); ++n)
        for (std::size_t i = 0; i < N; ++i) {
            for (std::size_t j = 0; j < N; ++j)
                a[i][j] += w[n] * x[n][i] * x[n][j];
            b[i] += w[n] * x[n][i] * target[n];
            sum[i] += x[n][i];
            squares[i] += x[n][i] * x[n][i];
        }
    for (std::size_t i = 1; i < N; ++i) // the number of cases times the variance
        a[i][i] += kRidge * (squares[i] - sum[i] * sum[i] / static_cast<double>(x.size()));
    return solved(a, b);
}

/// Newton's method as repeated weighted least squares.
template <std::size_t N>
Row<N> logisticFit(const std::vector<Row<N>>& x, const std::vector<double>& y) {
    Row<N> b{};
    std::vector<double> weight(x.size()), target(x.size());
    for (int step = 0; step < 30; ++step) {
        for (std::size_t n = 0; n < x.size(); ++n) {
            const double z = std::inner_product(b.begin(), b.end(), x[n].begin(), 0.0);
            const double p = logistic(z);
            weight[n] = std::max(p * (1.0 - p), 1e-4);
            target[n] = z + (y[n] - p) / weight[n];
        }
        const Row<N> before = std::exchange(b, leastSquares(x, target, weight));
        double change = 0.0;
        for (std::size_t i = 0; i < N; ++i)
            change = std::max(change, std::abs(b[i] - before[i]));
        if (change < 1e-8) break;
    }
    return b;
}

template <std::size_t N>
std::vector<double> asVector(const Row<N>& row) {
    return {row.begin(), row.end()};
}

double predictedError(const Calibration& calibration, const Features& features) {
    return std::exp(std::clamp(product(calibration.areaError, rowOf(features)), std::log(kLeastError), 1.0));
}

/// What the chance of failure is worked out from. Failures are too few to weigh all features by; how large an
/// error is to be expected is known from all cases. Looks that differ tell more of the large errors than of
/// the usual ones.
Row<kFailureWeights> failureRow(const Calibration& calibration, const Features& features) {
    return {1.0, std::log(predictedError(calibration, features)),
            std::sqrt(std::max(0.0, features[static_cast<std::size_t>(Feature::Disagreement)]))};
}

/// The weights alone.
Calibration weightsOf(const std::vector<const CalibrationCase*>& cases) {
    std::vector<Row<kWeights>> x;
    std::vector<double> dice, error, failed;
    const std::vector<double> ones(cases.size(), 1.0);
    for (const CalibrationCase* c : cases) {
        x.push_back(rowOf(c->features));
        dice.push_back(c->dice);
        error.push_back(std::log(std::max(std::abs(c->areaError), kLeastError)));
        failed.push_back(std::abs(c->areaError) > kFailedArea ? 1.0 : 0.0);
    }
    Calibration result;
    result.dice = asVector(leastSquares(x, dice, ones));
    result.areaError = asVector(leastSquares(x, error, ones));
    std::vector<Row<kFailureWeights>> expected;
    for (const CalibrationCase* c : cases)
        expected.push_back(failureRow(result, c->features));
    result.failure = asVector(logisticFit(expected, failed));
    return result;
}

/// The threshold with the greatest sensitivity plus specificity of those that flag few enough to be heeded;
/// 0.5 where nothing failed or everything did.
double bestThreshold(std::vector<std::pair<double, bool>> scored) {
    std::ranges::sort(scored);
    const auto failures =
        static_cast<double>(std::ranges::count(scored, true, &std::pair<double, bool>::second));
    const double others = static_cast<double>(scored.size()) - failures;
    if (failures == 0.0 || others == 0.0) return 0.5;
    double best = 0.0, threshold = 0.5, missed = 0.0, spared = 0.0;
    for (std::size_t i = 0; i + 1 < scored.size(); ++i) {
        (scored[i].second ? missed : spared) += 1.0;
        const double youden = spared / others - missed / failures;
        const auto flagged = static_cast<double>(scored.size() - i - 1);
        if (youden > best && flagged <= kMostFlagged * static_cast<double>(scored.size()) &&
            scored[i + 1].first > scored[i].first)
            best = youden, threshold = 0.5 * (scored[i].first + scored[i + 1].first);
    }
    return threshold;
}

} // namespace

Expectation expectation(const Calibration& calibration, const Features& features, double area) {
    Expectation result;
    if (calibration.dice.size() != kWeights) {
        const double doubt = features[static_cast<std::size_t>(Feature::Disagreement)] +
                             features[static_cast<std::size_t>(Feature::Softness)];
        result.dice = 1.0 / (1.0 + 2.0 * doubt);
        const double within = 0.2 + 2.0 * doubt;
        result.areaLow = std::max(0.0, area * (1.0 - within));
        result.areaHigh = area * (1.0 + within);
        result.failure = 1.0 - result.dice;
        result.doubtful = result.failure > 0.3;
        return result;
    }
    result.dice = std::clamp(product(calibration.dice, rowOf(features)), 0.0, 1.0);
    const double within = calibration.areaQuantile * predictedError(calibration, features);
    // error = proposed / true - 1, so the truth is the proposed area over one plus the error. An interval
    // that left out what is offered would puzzle its reader.
    result.areaLow = std::min(area, area / (1.0 + calibration.areaBias + within));
    result.areaHigh = std::max(area, area / std::max(0.2, 1.0 + calibration.areaBias - within));
    result.failure = logistic(product(calibration.failure, failureRow(calibration, features)));
    result.doubtful = result.failure >= calibration.failureThreshold;
    return result;
}

Result<Calibration> fitCalibration(std::span<const CalibrationCase> cases) {
    if (cases.size() < kLeastCases)
        return fail(ErrorCode::InvalidArgument,
                    "A calibration needs at least " + std::to_string(kLeastCases) +
                        " proposals with known truth; there are " + std::to_string(cases.size()) + ".");
    std::vector<const CalibrationCase*> all;
    double bias = 0.0;
    for (const CalibrationCase& c : cases) {
        if (!std::isfinite(c.dice) || !std::isfinite(c.areaError) ||
            !std::ranges::all_of(c.features, [](double f) { return std::isfinite(f); }))
            return fail(ErrorCode::InvalidArgument,
                        "A case of the calibration has numbers that are not finite.");
        all.push_back(&c);
        bias += c.areaError / static_cast<double>(cases.size());
    }
    std::vector<double> ratios;
    std::vector<std::pair<double, bool>> scored;
    for (std::size_t fold = 0; fold < kFolds; ++fold) {
        std::vector<const CalibrationCase*> others;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (i % kFolds != fold) others.push_back(all[i]);
        const Calibration part = weightsOf(others);
        for (std::size_t i = fold; i < all.size(); i += kFolds) {
            ratios.push_back(std::abs(all[i]->areaError - bias) / predictedError(part, all[i]->features));
            scored.emplace_back(logistic(product(part.failure, failureRow(part, all[i]->features))),
                                std::abs(all[i]->areaError) > kFailedArea);
        }
    }
    Calibration result = weightsOf(all);
    result.areaBias = bias;
    std::ranges::sort(ratios);
    result.areaQuantile = ratios[std::min(
        ratios.size() - 1, static_cast<std::size_t>(0.9 * static_cast<double>(ratios.size())))];
    result.failureThreshold = std::max(kLeastRisk, bestThreshold(std::move(scored)));
    return result;
}

Result<std::string> withFits(const Model& model) {
    auto json = nlohmann::ordered_json::parse(model.card, nullptr, false);
    if (!json.is_object()) return fail(ErrorCode::InvalidArgument, "The model card is no JSON object.");
    const auto input = json.find("input");
    if (input == json.end() || !input->is_object())
        return fail(ErrorCode::InvalidArgument, "The model card does not say what the network sees (input).");
    (*input)["spacing_mm"] = model.spacing;
    const auto write = [](nlohmann::ordered_json& to, const Fit& fit) {
        if (fit.calibration.dice.empty()) return;
        to["outline_level"] = fit.outlineLevel;
        to["calibration"] = {{"dice", fit.calibration.dice},
                             {"area_error", fit.calibration.areaError},
                             {"failure", fit.calibration.failure},
                             {"area_bias", fit.calibration.areaBias},
                             {"area_quantile", fit.calibration.areaQuantile},
                             {"failure_threshold", fit.calibration.failureThreshold}};
    };
    write(json, model.fit);
    if (model.canalFit && !model.canalFit->calibration.dice.empty()) write(json["canal"], *model.canalFit);
    return dumped(json, 2) + "\n";
}

} // namespace forameter::proposal
