// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/bland_altman.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>

namespace forameter::agreement {

namespace {

/// Means and sums of squares and products about them.
struct Moments {
    double meanA = 0.0, meanB = 0.0;
    double aa = 0.0, bb = 0.0, ab = 0.0;
};

Moments moments(std::span<const double> a, std::span<const double> b) {
    assert(a.size() == b.size());
    Moments m;
    const auto n = static_cast<double>(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        m.meanA += a[i] / n;
        m.meanB += b[i] / n;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double da = a[i] - m.meanA, db = b[i] - m.meanB;
        m.aa += da * da;
        m.bb += db * db;
        m.ab += da * db;
    }
    return m;
}

} // namespace

std::optional<BlandAltman> blandAltman(std::span<const double> a, std::span<const double> b,
                                       double confidence) {
    assert(a.size() == b.size());
    if (a.size() < 2) return std::nullopt;
    const auto n = static_cast<double>(a.size());
    BlandAltman result;
    result.n = a.size();
    for (std::size_t i = 0; i < a.size(); ++i)
        result.bias += (a[i] - b[i]) / n;
    double squares = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        squares += (a[i] - b[i] - result.bias) * (a[i] - b[i] - result.bias);
    result.sd = std::sqrt(squares / (n - 1.0));
    result.low = result.bias - 1.96 * result.sd;
    result.high = result.bias + 1.96 * result.sd;
    result.biasSe = result.sd / std::sqrt(n);
    result.limitSe = result.sd * std::sqrt(3.0 / n);
    const double t = boost::math::quantile(boost::math::students_t(n - 1.0), 0.5 + confidence / 2.0);
    const auto around = [&](double value, double se) { return Interval{value - t * se, value + t * se}; };
    result.biasInterval = around(result.bias, result.biasSe);
    result.lowInterval = around(result.low, result.limitSe);
    result.highInterval = around(result.high, result.limitSe);
    return result;
}

std::optional<double> pearson(std::span<const double> a, std::span<const double> b) {
    if (a.size() < 2) return std::nullopt;
    const Moments m = moments(a, b);
    if (m.aa <= 0.0 || m.bb <= 0.0) return std::nullopt;
    return m.ab / (std::sqrt(m.aa) * std::sqrt(m.bb));
}

std::optional<double> linConcordance(std::span<const double> a, std::span<const double> b) {
    if (a.size() < 2) return std::nullopt;
    const Moments m = moments(a, b);
    const double shift = m.meanA - m.meanB;
    const double denominator = m.aa + m.bb + static_cast<double>(a.size()) * shift * shift;
    if (denominator <= 0.0) return std::nullopt;
    return 2.0 * m.ab / denominator;
}

} // namespace forameter::agreement
