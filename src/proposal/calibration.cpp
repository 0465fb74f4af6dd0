// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace forameter::proposal {

namespace {

constexpr double kLeastError = 0.005; // errors below are as good as this one: the log would make them matter most
constexpr double kRidge = 1.0e-3;     // of the number of cases: enough where features depend on each other
constexpr std::size_t kFolds = 5, kLeastCases = 20;

constexpr std::size_t kWeights = kFeatureCount + 1;
using Row = std::array<double, kWeights>;
using Matrix = std::array<Row, kWeights>;

Row rowOf(const Features& features) {
    Row row{1.0};
    std::ranges::copy(features, row.begin() + 1);
    return row;
}

double product(const std::vector<double>& weights, const Features& features) {
    const Row row = rowOf(features);
    double sum = 0.0;
    for (std::size_t i = 0; i < kWeights; ++i)
        sum += weights[i] * row[i];
    return sum;
}

double logistic(double x) {
    return 1.0 / (1.0 + std::exp(-std::clamp(x, -40.0, 40.0)));
}

/// Solves a x = b for a symmetric positive definite a: Cholesky.
Row solved(Matrix a, Row b) {
    for (std::size_t i = 0; i < kWeights; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i][j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= a[i][k] * a[j][k];
            a[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j][j];
        }
    for (std::size_t i = 0; i < kWeights; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (std::size_t i = kWeights; i-- > 0;) {
        for (std::size_t k = i + 1; k < kWeights; ++k)
            b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
    return b;
}

/// Weights that make sum of w (target - x b)² + ridge |b|² least; the intercept is not held back.
Row leastSquares(const std::vector<Row>& x, const std::vector<double>& target, const std::vector<double>& w,
                 double ridge) {
    Matrix a{};
    Row b{};
    for (std::size_t n = 0; n < x.size(); ++n)
        for (std::size_t i = 0; i < kWeights; ++i) {
            for (std::size_t j = 0; j < kWeights; ++j)
                a[i][j] += w[n] * x[n][i] * x[n][j];
            b[i] += w[n] * x[n][i] * target[n];
        }
    for (std::size_t i = 1; i < kWeights; ++i)
        a[i][i] += ridge;
    return solved(a, b);
}

/// Newton's method as repeated weighted least squares.
Row logisticFit(const std::vector<Row>& x, const std::vector<double>& y, double ridge) {
    Row b{};
    std::vector<double> weight(x.size()), target(x.size());
    for (int step = 0; step < 30; ++step) {
        for (std::size_t n = 0; n < x.size(); ++n) {
            double z = 0.0;
            for (std::size_t i = 0; i < kWeights; ++i)
                z += x[n][i] * b[i];
            const double p = logistic(z);
            weight[n] = std::max(p * (1.0 - p), 1e-4);
            target[n] = z + (y[n] - p) / weight[n];
        }
        const Row next = leastSquares(x, target, weight, ridge);
        double change = 0.0;
        for (std::size_t i = 0; i < kWeights; ++i) {
            change = std::max(change, std::abs(next[i] - b[i]));
            b[i] = next[i];
        }
        if (change < 1e-8) break;
    }
    return b;
}

std::vector<double> asVector(const Row& row) {
    return {row.begin(), row.end()};
}

/// The weights alone.
Calibration weightsOf(const std::vector<const CalibrationCase*>& cases) {
    std::vector<Row> x;
    std::vector<double> dice, error, failed;
    const std::vector<double> ones(cases.size(), 1.0);
    for (const CalibrationCase* c : cases) {
        x.push_back(rowOf(c->features));
        dice.push_back(c->dice);
        error.push_back(std::log(std::max(std::abs(c->areaError), kLeastError)));
        failed.push_back(std::abs(c->areaError) > kFailedArea ? 1.0 : 0.0);
    }
    const double ridge = kRidge * static_cast<double>(cases.size());
    Calibration result;
    result.dice = asVector(leastSquares(x, dice, ones, ridge));
    result.areaError = asVector(leastSquares(x, error, ones, ridge));
    // A logistic fit needs a firm hand: with few failures some plane may divide them from all others.
    result.failure = asVector(logisticFit(x, failed, std::max(1.0, 10.0 * ridge)));
    return result;
}

double predictedError(const Calibration& calibration, const Features& features) {
    return std::exp(std::clamp(product(calibration.areaError, features), std::log(kLeastError), 1.0));
}

/// The threshold with the greatest sensitivity plus specificity; 0.5 where nothing failed or everything did.
double bestThreshold(std::vector<std::pair<double, bool>> scored) {
    std::ranges::sort(scored);
    const auto failures = static_cast<double>(std::ranges::count(scored, true, &std::pair<double, bool>::second));
    const double others = static_cast<double>(scored.size()) - failures;
    if (failures == 0.0 || others == 0.0) return 0.5;
    double best = 0.0, threshold = 0.5, missed = 0.0, spared = 0.0;
    for (std::size_t i = 0; i + 1 < scored.size(); ++i) {
        (scored[i].second ? missed : spared) += 1.0;
        const double youden = spared / others - missed / failures;
        if (youden > best && scored[i + 1].first > scored[i].first)
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
    result.dice = std::clamp(product(calibration.dice, features), 0.0, 1.0);
    const double within = calibration.areaQuantile * predictedError(calibration, features);
    // error = proposed / true - 1, so the truth is the proposed area over one plus the error.
    result.areaLow = area / (1.0 + calibration.areaBias + within);
    result.areaHigh = area / std::max(0.2, 1.0 + calibration.areaBias - within);
    result.failure = logistic(product(calibration.failure, features));
    result.doubtful = result.failure >= calibration.failureThreshold;
    return result;
}

Result<Calibration> fitCalibration(std::span<const CalibrationCase> cases) {
    if (cases.size() < kLeastCases)
        return fail(ErrorCode::InvalidArgument, "A calibration needs at least " + std::to_string(kLeastCases) +
                                                    " proposals with known truth; there are " +
                                                    std::to_string(cases.size()) + ".");
    std::vector<const CalibrationCase*> all;
    double bias = 0.0;
    for (const CalibrationCase& c : cases) {
        if (!std::isfinite(c.dice) || !std::isfinite(c.areaError) ||
            !std::ranges::all_of(c.features, [](double f) { return std::isfinite(f); }))
            return fail(ErrorCode::InvalidArgument, "A case of the calibration has numbers that are not finite.");
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
            scored.emplace_back(logistic(product(part.failure, all[i]->features)),
                                std::abs(all[i]->areaError) > kFailedArea);
        }
    }
    Calibration result = weightsOf(all);
    result.areaBias = bias;
    std::ranges::sort(ratios);
    result.areaQuantile = ratios[std::min(ratios.size() - 1, static_cast<std::size_t>(0.9 * static_cast<double>(ratios.size())))];
    result.failureThreshold = bestThreshold(std::move(scored));
    return result;
}

Result<std::string> withCalibration(std::string_view card, const Calibration& calibration, double outlineLevel) {
    auto json = nlohmann::ordered_json::parse(card, nullptr, false);
    if (!json.is_object()) return fail(ErrorCode::InvalidArgument, "The model card is no JSON object.");
    json["outline_level"] = outlineLevel;
    json["calibration"] = {{"dice", calibration.dice},
                           {"area_error", calibration.areaError},
                           {"failure", calibration.failure},
                           {"area_bias", calibration.areaBias},
                           {"area_quantile", calibration.areaQuantile},
                           {"failure_threshold", calibration.failureThreshold}};
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace forameter::proposal
