// SPDX-License-Identifier: Apache-2.0
#include "column.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

namespace forameter::proposal {

namespace {

struct Place {
    double x = 0.0, y = 0.0; ///< columns and rows of the midline picture, mm
};

// Following.
constexpr double kAcross = 24.0;        // mm to each side: half the depth of the deepest bodies
constexpr double kMiddle = 10.0;        // mm to each side that make a sample
constexpr double kColumn = 0.35;        // probability from which a place is of the column
constexpr double kGap = 14.0;           // mm that may be missing
constexpr double kDirectionOver = 18.0; // mm of the way walked that the direction is taken over
constexpr std::size_t kSeeds = 5;
constexpr double kSeedsApart = 25.0; // mm
constexpr double kBetterWay = 1.15;  // of what the clearest piece leads to
constexpr double kSteepest = 1.2;    // radians to the vertical; sacra lie at 20 to 70 degrees

double columnProbability(const MidlinePicture& picture, Place p) {
    return picture.probability(Label::Body, p.x, p.y) + picture.probability(Label::Disc, p.x, p.y) +
           picture.probability(Label::Sacrum, p.x, p.y);
}

Place along(Place from, double angle, double distance) { // angle to the vertical, + to the back
    return {from.x + distance * std::sin(angle), from.y + distance * std::cos(angle)};
}
Place across(Place from, double angle, double offset) { // + to the back
    return {from.x + offset * std::cos(angle), from.y - offset * std::sin(angle)};
}

/// Where along the line across lies the middle of the column's run through (or nearest to) its origin; none
/// where there is no column.
std::optional<double> runMiddle(const MidlinePicture& picture, Place at, double angle) {
    constexpr int reach = static_cast<int>(kAcross);
    std::array<double, 2 * reach + 1> p{};
    for (int o = -reach; o <= reach; ++o)
        p[static_cast<std::size_t>(o + reach)] = columnProbability(picture, across(at, angle, o));
    int start = -1;
    for (int o = 0; o <= reach / 2 && start < 0; ++o)
        for (const int side : {o, -o})
            if (start < 0 && p[static_cast<std::size_t>(side + reach)] > kColumn) start = side + reach;
    if (start < 0) return std::nullopt;
    double sum = 0.0, moment = 0.0;
    const auto walk = [&](int i, int step) {
        for (; i >= 0 && i < static_cast<int>(p.size()) && p[static_cast<std::size_t>(i)] > kColumn;
             i += step) {
            sum += p[static_cast<std::size_t>(i)];
            moment += p[static_cast<std::size_t>(i)] * (i - reach);
        }
    };
    walk(start, -1), walk(start + 1, 1);
    if (sum < 8.0) return std::nullopt; // the column is 25 to 40 mm deep; less is something else
    return moment / sum;
}

/// Clear pieces of column, the clearest first: 30 mm of rows with most of it, in front of the canal where one
/// is seen.
std::vector<Place> seeds(const MidlinePicture& picture) {
    std::vector<double> mass(static_cast<std::size_t>(picture.rows()), 0.0), at = mass;
    for (int r = 0; r < picture.rows(); ++r) {
        double canal = 0.0, canalAt = 0.0;
        for (int c = 0; c < picture.columns(); ++c) {
            const double p =
                picture.probability(Label::DuralSac, c, r) + picture.probability(Label::Canal, c, r);
            canal += p, canalAt += p * c;
        }
        const int end = canal > 3.0 ? static_cast<int>(canalAt / canal) : picture.columns();
        for (int c = 0; c < end; ++c) {
            const double p = picture.probability(Label::Body, c, r) + picture.probability(Label::Disc, c, r);
            mass[static_cast<std::size_t>(r)] += p;
            at[static_cast<std::size_t>(r)] += p * c;
        }
        mass[static_cast<std::size_t>(r)] *= canal > 3.0 ? 1.0 : 0.3;
        at[static_cast<std::size_t>(r)] *= canal > 3.0 ? 1.0 : 0.3;
    }
    std::vector<std::pair<double, Place>> found;
    constexpr double least = 15.0 * 10.0; // half of a column that is 30 mm deep
    for (int r = 15; r + 15 < picture.rows(); ++r) {
        double sum = 0.0, moment = 0.0;
        for (int k = r - 15; k <= r + 15; ++k) {
            sum += std::min(mass[static_cast<std::size_t>(k)], 45.0);
            moment +=
                at[static_cast<std::size_t>(k)] / std::max(1.0, mass[static_cast<std::size_t>(k)] / 45.0);
        }
        if (sum > least) found.emplace_back(sum, Place{moment / sum, static_cast<double>(r)});
    }
    std::ranges::stable_sort(found, std::greater<>{}, &std::pair<double, Place>::first);
    std::vector<Place> apart;
    for (const auto& [sum, place] : found)
        if (apart.size() < kSeeds && std::ranges::all_of(apart, [&](const Place& other) {
                return std::abs(other.y - place.y) > kSeedsApart;
            }))
            apart.push_back(place);
    return apart;
}

/// Walks from `start` by steps of 1 mm down (+1) or up (-1).
std::vector<Place> walk(const MidlinePicture& picture, Place start, double angle, int direction) {
    std::vector<Place> way{start};
    double missing = 0.0;
    for (int i = 0; i < 600 && missing < kGap; ++i) {
        Place next = along(way.back(), angle, direction);
        if (picture.seen(next.x, next.y) < 0.5) break;
        const auto middle = runMiddle(picture, next, angle);
        missing = middle ? 0.0 : missing + 1.0;
        if (middle) next = across(next, angle, std::clamp(0.25 * *middle, -0.6, 0.6));
        way.push_back(next);
        if (way.size() > 6) {
            const auto back = std::min(way.size() - 1, static_cast<std::size_t>(kDirectionOver));
            const Place from = way[way.size() - 1 - back];
            const double turned = std::atan2((next.x - from.x) * direction, (next.y - from.y) * direction);
            angle += std::clamp(turned - angle, -0.035, 0.035); // lordosis turns by 60 degrees in 200 mm
            angle = std::clamp(angle, -kSteepest, kSteepest);
        }
    }
    way.resize(way.size() - std::min(way.size() - 1, static_cast<std::size_t>(missing)));
    return way;
}

/// The way through the column from a piece of it, from the head down.
std::vector<Place> wayFrom(const MidlinePicture& picture, Place from) {
    // Its direction, from the middles a little above and below.
    if (const auto middle = runMiddle(picture, from, 0.0)) from = across(from, 0.0, *middle);
    const auto at = [&](double dy) {
        const Place p{from.x, from.y + dy};
        const auto middle = runMiddle(picture, p, 0.0);
        return middle ? across(p, 0.0, *middle) : p;
    };
    const Place upper = at(-12.0), lower = at(12.0);
    const double angle = std::clamp(std::atan2(lower.x - upper.x, lower.y - upper.y), -0.7, 0.7);
    const auto up = walk(picture, from, angle, -1), down = walk(picture, from, angle, 1);
    std::vector<Place> way(up.rbegin(), up.rend());
    way.insert(way.end(), down.begin() + 1, down.end());
    return way;
}

// Dividing: a semi-Markov chain over the samples. Durations in mm.
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kWeight = 0.25; // of one sample: neighbouring millimetres say the same
constexpr double kLeast = 0.03;  // probabilities below say no more
constexpr int kBodyLeast = 16, kBodyMost = 42, kDiscLeast = 2, kDiscMost = 20;
constexpr int kRudimentaryMost = 8;
constexpr int kS1Least = 16, kS1Most = 40;
constexpr double kRudimentaryCost = 2.0, kNoSacrumCost = 6.0;
constexpr double kSacrumSeen = 0.15; // mean probability of its first part
constexpr int kSacrumLeast = 8;      // mm that are more than the next body's edge
constexpr int kSame = 15;            // mm within which two beginnings of the sacrum are the same

double normalLog(double value, double mean, double sd) {
    return -0.5 * (value - mean) * (value - mean) / (sd * sd);
}

struct Scores {
    std::vector<double> body, disc, sacrum; ///< running sums of log likelihood, one longer than the samples

    explicit Scores(const std::vector<ColumnSample>& column) {
        const auto sums = [&](auto member) {
            std::vector<double> result{0.0};
            for (const auto& sample : column)
                result.push_back(result.back() + kWeight * std::log(std::max(sample.*member, kLeast)));
            return result;
        };
        body = sums(&ColumnSample::body);
        disc = sums(&ColumnSample::disc);
        sacrum = sums(&ColumnSample::sacrum);
    }
    static double over(const std::vector<double>& sums, int first, int last) {
        return sums[static_cast<std::size_t>(last)] - sums[static_cast<std::size_t>(first)];
    }
};

/// Best division of the samples before t whose last part is complete and ends at t.
struct Best {
    std::vector<double> score;
    std::vector<int> length; ///< of that last part
};

} // namespace

std::vector<ColumnSample> followColumn(const MidlinePicture& picture) {
    if (picture.empty()) return {};
    // What looks like column beside the spine leads nowhere: the way along which most of it is seen counts.
    std::vector<Place> way;
    double most = 0.0;
    for (const Place& start : seeds(picture)) {
        auto one = wayFrom(picture, start);
        double sum = 0.0;
        for (const Place& p : one)
            sum += columnProbability(picture, p);
        if (sum > kBetterWay * most) most = sum, way = std::move(one);
    }

    std::vector<ColumnSample> column;
    const auto n = static_cast<int>(way.size());
    constexpr int half = 8;
    for (int i = 0; i < n; ++i) {
        // The way itself is smoothed, and its direction taken over the same stretch.
        const int low = std::max(0, i - half), high = std::min(n - 1, i + half),
                  reach = std::min(i - low, high - i);
        Place mean{};
        for (int k = i - reach; k <= i + reach; ++k)
            mean = {mean.x + way[static_cast<std::size_t>(k)].x / (2 * reach + 1),
                    mean.y + way[static_cast<std::size_t>(k)].y / (2 * reach + 1)};
        const Place a = way[static_cast<std::size_t>(low)], b = way[static_cast<std::size_t>(high)];
        const double turned = std::atan2(b.x - a.x, b.y - a.y);
        ColumnSample sample{mean.x, mean.y, 0.0, 0.0, 0.0};
        const int wide = static_cast<int>(kMiddle);
        for (int o = -wide; o <= wide; ++o) {
            const Place p = across(mean, turned, o);
            sample.body += picture.probability(Label::Body, p.x, p.y) / (2 * wide + 1);
            sample.disc += picture.probability(Label::Disc, p.x, p.y) / (2 * wide + 1);
            sample.sacrum += picture.probability(Label::Sacrum, p.x, p.y) / (2 * wide + 1);
        }
        column.push_back(sample);
    }
    return column;
}

ColumnDivision divideColumn(const std::vector<ColumnSample>& column) {
    ColumnDivision result;
    const auto n = static_cast<int>(column.size());
    if (n < kBodyLeast) return result;
    const Scores scores(column);
    const auto size = static_cast<std::size_t>(n + 1);
    Best body{std::vector<double>(size, -kInfinity), std::vector<int>(size, 0)}, disc = body;
    const auto offer = [](Best& best, int t, double score, int length) {
        if (score <= best.score[static_cast<std::size_t>(t)]) return;
        best.score[static_cast<std::size_t>(t)] = score;
        best.length[static_cast<std::size_t>(t)] = length;
    };
    for (int t = 1; t <= n; ++t) {
        // The picture's edge may cut the first part.
        if (t <= kBodyMost) offer(body, t, Scores::over(scores.body, 0, t), t);
        if (t <= kDiscMost) offer(disc, t, Scores::over(scores.disc, 0, t), t);
        for (int d = kBodyLeast; d <= std::min(kBodyMost, t - 1); ++d)
            offer(body, t,
                  disc.score[static_cast<std::size_t>(t - d)] + Scores::over(scores.body, t - d, t) +
                      normalLog(d, 27.0, 5.0),
                  d);
        for (int d = kDiscLeast; d <= std::min(kDiscMost, t - 1); ++d)
            offer(disc, t,
                  body.score[static_cast<std::size_t>(t - d)] + Scores::over(scores.disc, t - d, t) +
                      normalLog(d, 9.0, 4.0),
                  d);
    }
    // Where the sacrum begins, or that it is not seen.
    double best = -kInfinity;
    int begins = -1;
    ColumnPart::Kind end = ColumnPart::Kind::Disc; // of the part before `begins` (the end of the samples)
    std::vector<double> byBeginning(size, -kInfinity);
    std::vector<bool> rudimentary(size, false);
    for (int t = 1; t + kSacrumLeast <= n; ++t) {
        const double before = disc.score[static_cast<std::size_t>(t)];
        if (before == -kInfinity) continue;
        const int until = std::min(n, t + kS1Most);
        double seen = 0.0;
        for (int k = t; k < until; ++k)
            seen += column[static_cast<std::size_t>(k)].sacrum;
        if (seen < kSacrumSeen * (until - t)) continue;
        double rest = Scores::over(scores.sacrum, t, n);
        for (int s = kS1Least; s <= kS1Most && t + s < n; ++s)
            for (int d = 2; d <= kRudimentaryMost && t + s + d <= n; ++d) {
                const double with = Scores::over(scores.sacrum, t, t + s) +
                                    Scores::over(scores.disc, t + s, t + s + d) +
                                    Scores::over(scores.sacrum, t + s + d, n) - kRudimentaryCost;
                if (with > rest) rest = with, rudimentary[static_cast<std::size_t>(t)] = true;
            }
        byBeginning[static_cast<std::size_t>(t)] = before + rest;
        if (before + rest > best) best = before + rest, begins = t;
    }
    double without = -kInfinity;
    ColumnPart last{ColumnPart::Kind::Body, 0, n};
    for (int t = std::max(1, n - kBodyMost); t < n; ++t) {
        const double cutBody = disc.score[static_cast<std::size_t>(t)] + Scores::over(scores.body, t, n);
        const double cutDisc = n - t <= kDiscMost
                                   ? body.score[static_cast<std::size_t>(t)] + Scores::over(scores.disc, t, n)
                                   : -kInfinity;
        if (std::max(cutBody, cutDisc) <= without) continue;
        without = std::max(cutBody, cutDisc);
        last = {cutBody >= cutDisc ? ColumnPart::Kind::Body : ColumnPart::Kind::Disc, t, n};
    }
    without -= kNoSacrumCost;
    double other = without;
    if (without > best) {
        other = best;
        best = without;
        result.parts.push_back(last);
        begins = last.first;
        end = last.kind == ColumnPart::Kind::Body ? ColumnPart::Kind::Disc : ColumnPart::Kind::Body;
    } else if (begins >= 0) {
        for (int t = 0; t < n; ++t)
            if (std::abs(t - begins) > kSame)
                other = std::max(other, byBeginning[static_cast<std::size_t>(t)]);
        result.sacrumSeen = true;
        result.rudimentaryDisc = rudimentary[static_cast<std::size_t>(begins)];
        result.parts.push_back({ColumnPart::Kind::Sacrum, begins, n});
    }
    if (begins < 0 || best == -kInfinity) return {};
    result.margin = other == -kInfinity ? 50.0 : best - other;
    for (int t = begins; t > 0;) {
        const Best& from = end == ColumnPart::Kind::Disc ? disc : body;
        const int length = from.length[static_cast<std::size_t>(t)];
        if (length <= 0) break;
        result.parts.push_back({end, t - length, t});
        t -= length;
        end = end == ColumnPart::Kind::Disc ? ColumnPart::Kind::Body : ColumnPart::Kind::Disc;
    }
    std::ranges::reverse(result.parts);
    return result;
}

} // namespace forameter::proposal
