// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/categories.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace forameter::agreement {

namespace {
using namespace std::string_view_literals;
constexpr std::array scales{std::pair{Scale::Nominal, "nominal"sv}, std::pair{Scale::Ordinal, "ordinal"sv},
                            std::pair{Scale::Interval, "interval"sv}, std::pair{Scale::Ratio, "ratio"sv}};
} // namespace

std::string_view name(Scale scale) noexcept {
    return scales[static_cast<std::size_t>(scale)].second;
}
std::optional<Scale> scaleFromName(std::string_view text) noexcept {
    for (const auto& [scale, its] : scales)
        if (its == text) return scale;
    return std::nullopt;
}

std::optional<double> fleissKappa(std::span<const std::vector<std::size_t>> counts) {
    if (counts.empty()) return std::nullopt;
    const std::size_t categories = counts.front().size();
    std::vector<double> share(categories, 0.0);
    std::size_t raters = 0;
    double observed = 0.0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i].size() != categories) return std::nullopt;
        std::size_t sum = 0;
        double agreeing = 0.0;
        for (std::size_t j = 0; j < categories; ++j) {
            const auto count = static_cast<double>(counts[i][j]);
            sum += counts[i][j];
            agreeing += count * (count - 1.0);
            share[j] += count;
        }
        if (i == 0) raters = sum;
        if (sum != raters || raters < 2) return std::nullopt;
        observed += agreeing / (static_cast<double>(raters) * (static_cast<double>(raters) - 1.0));
    }
    const auto subjects = static_cast<double>(counts.size());
    observed /= subjects;
    double expected = 0.0;
    for (const double s : share) {
        const double p = s / (subjects * static_cast<double>(raters));
        if (p == 1.0) return std::nullopt;
        expected += p * p;
    }
    return (observed - expected) / (1.0 - expected);
}

std::optional<double> fleissKappa(const RatingTable& table) {
    const auto rows = completeRows(table);
    std::map<double, std::size_t> category;
    for (const auto& row : rows)
        for (const double value : row)
            category.emplace(value, category.size());
    std::vector<std::vector<std::size_t>> counts(rows.size(), std::vector<std::size_t>(category.size(), 0));
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (const double value : rows[i])
            ++counts[i][category[value]];
    return fleissKappa(counts);
}

std::optional<double> krippendorffAlpha(const RatingTable& table, Scale scale) {
    // Coincidences: every ordered pair of ratings of a unit counts 1 / (its ratings - 1).
    std::map<double, std::size_t> index;
    std::vector<std::vector<double>> units;
    for (const auto& row : table.rows) {
        std::vector<double> values;
        for (const auto& cell : row)
            if (cell) values.push_back(*cell);
        if (values.size() < 2) continue;
        for (const double value : values)
            index.emplace(value, 0);
        units.push_back(std::move(values));
    }
    if (index.size() < 2) return std::nullopt;
    if (scale == Scale::Ratio && index.begin()->first < 0.0) return std::nullopt;
    std::vector<double> values;
    for (auto& [value, at] : index) {
        at = values.size();
        values.push_back(value);
    }
    std::vector<double> total(values.size(), 0.0); // n_c
    for (const auto& unit : units)
        for (const double value : unit)
            total[index[value]] += 1.0;
    std::vector<double> below(values.size(), 0.0); // ratings of lower categories
    for (std::size_t c = 1; c < values.size(); ++c)
        below[c] = below[c - 1] + total[c - 1];
    const auto squaredDifference = [&](std::size_t c, std::size_t k) {
        if (c == k) return 0.0;
        double d = 1.0;
        if (scale == Scale::Ordinal) {
            const auto [low, high] = std::minmax(c, k); // half of both ends and all between them
            d = below[high] - below[low] - total[low] / 2.0 + total[high] / 2.0;
        } else if (scale == Scale::Interval) {
            d = values[c] - values[k];
        } else if (scale == Scale::Ratio) {
            d = (values[c] - values[k]) / (values[c] + values[k]);
        }
        return d * d;
    };
    double observed = 0.0;
    for (const auto& unit : units)
        for (std::size_t i = 0; i < unit.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                observed += 2.0 * squaredDifference(index[unit[i]], index[unit[j]]) /
                            (static_cast<double>(unit.size()) - 1.0);
    double expected = 0.0, ratings = 0.0;
    for (std::size_t c = 0; c < values.size(); ++c) {
        ratings += total[c];
        for (std::size_t k = 0; k < c; ++k)
            expected += 2.0 * total[c] * total[k] * squaredDifference(c, k);
    }
    if (expected <= 0.0) return std::nullopt;
    return 1.0 - (ratings - 1.0) * observed / expected;
}

} // namespace forameter::agreement
