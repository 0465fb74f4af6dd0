// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/icc.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <limits>
#include <numeric>

namespace forameter::agreement {

namespace {

/// The F quantile with possibly fractional degrees of freedom.
double quantileF(double p, double df1, double df2) {
    return boost::math::quantile(boost::math::fisher_f(df1, df2), p);
}

Interval ordered(double low, double high) {
    return {std::min(low, high), std::max(low, high)};
}

/// Few degrees of freedom, as two cases have, may put a quantile beyond all numbers: then there are no
/// limits.
std::optional<Interval> ifFinite(const Interval& interval) {
    return std::isfinite(interval.low) && std::isfinite(interval.high) ? std::optional(interval)
                                                                       : std::nullopt;
}

} // namespace

Result<> validate(const RatingTable& table) {
    if (!table.subjects.empty() && table.subjects.size() != table.rows.size())
        return fail(ErrorCode::InvalidArgument, "The table names " + std::to_string(table.subjects.size()) +
                                                    " subjects but has " + std::to_string(table.rows.size()) +
                                                    " rows.");
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const auto& row = table.rows[i];
        if (row.size() != table.raters.size())
            return fail(ErrorCode::InvalidArgument,
                        "Row " + std::to_string(i + 1) + " of the table has " + std::to_string(row.size()) +
                            " ratings, but there are " + std::to_string(table.raters.size()) + " raters.");
        for (const auto& cell : row)
            if (cell && !std::isfinite(*cell))
                return fail(ErrorCode::InvalidArgument,
                            "Row " + std::to_string(i + 1) +
                                " of the table holds a number that is not finite.");
    }
    return {};
}

std::vector<std::vector<double>> completeRows(const RatingTable& table) {
    std::vector<std::vector<double>> rows;
    for (const auto& row : table.rows) {
        if (!std::ranges::all_of(row, [](const auto& cell) { return cell.has_value(); })) continue;
        std::vector<double>& complete = rows.emplace_back();
        for (const auto& cell : row)
            complete.push_back(*cell);
    }
    return rows;
}

std::optional<MeanSquares> meanSquares(std::span<const std::vector<double>> rows) {
    const std::size_t n = rows.size();
    const std::size_t k = n == 0 ? 0 : rows.front().size();
    if (n < 2 || k < 2) return std::nullopt;
    const auto dn = static_cast<double>(n), dk = static_cast<double>(k);
    std::vector<double> rowMeans(n, 0.0), columnMeans(k, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < k; ++j) {
            rowMeans[i] += rows[i][j] / dk;
            columnMeans[j] += rows[i][j] / dn;
        }
    const double mean = std::accumulate(rowMeans.begin(), rowMeans.end(), 0.0) / dn;
    double ssRows = 0.0, ssColumns = 0.0, ssError = 0.0;
    for (const double m : rowMeans)
        ssRows += dk * (m - mean) * (m - mean);
    for (const double m : columnMeans)
        ssColumns += dn * (m - mean) * (m - mean);
    // From the residuals themselves: the difference of sums would lose digits where raters nearly agree.
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < k; ++j) {
            const double r = rows[i][j] - rowMeans[i] - columnMeans[j] + mean;
            ssError += r * r;
        }
    // What rounding alone leaves is nothing: raters who agree have no error.
    double largest = 0.0;
    for (const auto& row : rows)
        for (const double value : row)
            largest = std::max(largest, std::abs(value));
    const double rounding = 8.0 * std::numeric_limits<double>::epsilon() * largest;
    for (double* sum : {&ssRows, &ssColumns, &ssError})
        if (*sum <= dn * dk * rounding * rounding) *sum = 0.0;
    return MeanSquares{n,
                       k,
                       ssRows / (dn - 1.0),
                       ssColumns / (dk - 1.0),
                       ssError / ((dn - 1.0) * (dk - 1.0)),
                       (ssColumns + ssError) / (dn * (dk - 1.0))};
}

Icc icc(const MeanSquares& ms, double confidence) {
    const auto n = static_cast<double>(ms.n), k = static_cast<double>(ms.k);
    const double upper = 0.5 + confidence / 2.0;
    Icc all;
    const auto ratio = [](double numerator, double denominator) {
        return denominator != 0.0 ? std::optional(Estimate{numerator / denominator, std::nullopt})
                                  : std::nullopt;
    };
    all.icc11 = ratio(ms.rows - ms.within, ms.rows + (k - 1.0) * ms.within);
    if (const auto value = icc21(ms)) all.icc21 = Estimate{*value, std::nullopt};
    all.icc31 = ratio(ms.rows - ms.error, ms.rows + (k - 1.0) * ms.error);
    all.icc1k = ratio(ms.rows - ms.within, ms.rows);
    all.icc2k = ratio(ms.rows - ms.error, ms.rows + (ms.columns - ms.error) / n);
    all.icc3k = ratio(ms.rows - ms.error, ms.rows);

    // Single and mean form of the one-way and of the consistency model share the limits of one F ratio.
    const auto limits = [&](std::optional<Estimate>& single, std::optional<Estimate>& mean, double error,
                            double df1, double df2) {
        if (error <= 0.0 || ms.rows <= 0.0) return;
        const double f = ms.rows / error;
        const double low = f / quantileF(upper, df1, df2);
        const double high = f * quantileF(upper, df2, df1);
        if (single)
            single->interval = ifFinite({(low - 1.0) / (low + k - 1.0), (high - 1.0) / (high + k - 1.0)});
        if (mean) mean->interval = ifFinite({1.0 - 1.0 / low, 1.0 - 1.0 / high});
    };
    limits(all.icc11, all.icc1k, ms.within, n - 1.0, n * (k - 1.0));
    limits(all.icc31, all.icc3k, ms.error, n - 1.0, (n - 1.0) * (k - 1.0));

    if (!all.icc21 || ms.error <= 0.0 || ms.rows <= 0.0) return all;
    const double rho = all.icc21->value;
    if (rho >= 1.0) return all;
    const double a = k * rho / (n * (1.0 - rho));
    const double b = 1.0 + k * rho * (n - 1.0) / (n * (1.0 - rho));
    const double top = a * ms.columns + b * ms.error;
    const double v =
        top * top /
        (a * ms.columns * a * ms.columns / (k - 1.0) + b * ms.error * b * ms.error / ((n - 1.0) * (k - 1.0)));
    if (!(v > 0.0) || !std::isfinite(v)) return all;
    const double fLow = quantileF(upper, n - 1.0, v), fHigh = quantileF(upper, v, n - 1.0);
    const double mixed = k * ms.columns + (k * n - k - n) * ms.error;
    const auto single = ifFinite(ordered(n * (ms.rows - fLow * ms.error) / (fLow * mixed + n * ms.rows),
                                         n * (fHigh * ms.rows - ms.error) / (mixed + n * fHigh * ms.rows)));
    all.icc21->interval = single;
    // The mean's form has a pole at -1/(k-1): an interval that reaches it says nothing of the mean.
    if (all.icc2k && single && 1.0 + single->low * (k - 1.0) > 0.0)
        all.icc2k->interval = ifFinite({single->low * k / (1.0 + single->low * (k - 1.0)),
                                        single->high * k / (1.0 + single->high * (k - 1.0))});
    return all;
}

std::optional<double> icc21(const MeanSquares& ms) {
    const auto n = static_cast<double>(ms.n), k = static_cast<double>(ms.k);
    const double denominator = ms.rows + (k - 1.0) * ms.error + k * (ms.columns - ms.error) / n;
    return denominator != 0.0 ? std::optional((ms.rows - ms.error) / denominator) : std::nullopt;
}

MeasurementError measurementError(const MeanSquares& ms) {
    const double raters = std::max(0.0, (ms.columns - ms.error) / static_cast<double>(ms.n));
    const double agreement = std::sqrt(raters + ms.error), consistency = std::sqrt(ms.error);
    const double factor = 1.96 * std::sqrt(2.0);
    return {agreement, consistency, factor * agreement, factor * consistency};
}

Reliability reliability(const RatingTable& table, double confidence) {
    const auto rows = completeRows(table);
    Reliability result;
    result.subjects = rows.size();
    result.omitted = table.rows.size() - rows.size();
    result.raters = table.raters.size();
    if (const auto ms = meanSquares(rows)) {
        result.icc = icc(*ms, confidence);
        result.error = measurementError(*ms);
    }
    return result;
}

} // namespace forameter::agreement
