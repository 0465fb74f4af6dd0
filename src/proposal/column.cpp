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

    explicit Best(std::size_t size) : score(size, -kInfinity), length(size, 0) {}
    [[nodiscard]] double at(int t) const { return score[static_cast<std::size_t>(t)]; }
    void offer(int t, double offered, int last) {
        if (offered <= at(t)) return;
        score[static_cast<std::size_t>(t)] = offered;
        length[static_cast<std::size_t>(t)] = last;
    }
};

/// Bodies and discs in turn, ending with either.
struct Chain {
    Best body, disc;

    explicit Chain(const Scores& scores) : body(scores.body.size()), disc(scores.body.size()) {
        for (int t = 1; t < static_cast<int>(scores.body.size()); ++t) {
            // The picture's edge may cut the first part.
            if (t <= kBodyMost) body.offer(t, Scores::over(scores.body, 0, t), t);
            if (t <= kDiscMost) disc.offer(t, Scores::over(scores.disc, 0, t), t);
            for (int d = kBodyLeast; d <= std::min(kBodyMost, t - 1); ++d)
                body.offer(t, disc.at(t - d) + Scores::over(scores.body, t - d, t) + normalLog(d, 27.0, 5.0),
                           d);
            for (int d = kDiscLeast; d <= std::min(kDiscMost, t - 1); ++d)
                disc.offer(t, body.at(t - d) + Scores::over(scores.disc, t - d, t) + normalLog(d, 9.0, 4.0),
                           d);
        }
    }
    /// Appends the parts before `end`, the last of which is of this kind, from the feet up.
    void trace(ColumnPart::Kind kind, int end, std::vector<ColumnPart>& parts) const {
        while (end > 0) {
            const bool isDisc = kind == ColumnPart::Kind::Disc;
            const int length = (isDisc ? disc : body).length[static_cast<std::size_t>(end)];
            if (length <= 0) break;
            parts.push_back({kind, end - length, end});
            end -= length;
            kind = isDisc ? ColumnPart::Kind::Body : ColumnPart::Kind::Disc;
        }
    }
};

/// A way in which the column may end, and its score with all that lies above.
struct Ending {
    ColumnPart part;
    double score = -kInfinity;
    bool rudimentaryDisc = false;
};

/// Of every sample at which a sacrum that is seen may begin, behind a complete disc.
std::vector<Ending> sacra(const std::vector<ColumnSample>& column, const Scores& scores, const Chain& chain) {
    const auto n = static_cast<int>(column.size());
    std::vector<Ending> found;
    for (int t = 1; t + kSacrumLeast <= n; ++t) {
        if (chain.disc.at(t) == -kInfinity) continue;
        const int until = std::min(n, t + kS1Most);
        double seen = 0.0;
        for (int k = t; k < until; ++k)
            seen += column[static_cast<std::size_t>(k)].sacrum;
        if (seen < kSacrumSeen * (until - t)) continue;
        bool rudimentary = false;
        double rest = Scores::over(scores.sacrum, t, n);
        for (int s = kS1Least; s <= kS1Most && t + s < n; ++s)
            for (int d = 2; d <= kRudimentaryMost && t + s + d <= n; ++d) {
                const double with = Scores::over(scores.sacrum, t, t + s) +
                                    Scores::over(scores.disc, t + s, t + s + d) +
                                    Scores::over(scores.sacrum, t + s + d, n) - kRudimentaryCost;
                if (with > rest) rest = with, rudimentary = true;
            }
        found.push_back({{ColumnPart::Kind::Sacrum, t, n}, chain.disc.at(t) + rest, rudimentary});
    }
    return found;
}

/// Without a sacrum: the picture's edge cuts a body or a disc.
Ending cutOff(const Scores& scores, const Chain& chain) {
    const auto n = static_cast<int>(scores.body.size()) - 1;
    Ending best;
    for (int t = std::max(1, n - kBodyMost); t < n; ++t) {
        const double body = chain.disc.at(t) + Scores::over(scores.body, t, n);
        const double disc =
            n - t <= kDiscMost ? chain.body.at(t) + Scores::over(scores.disc, t, n) : -kInfinity;
        if (std::max(body, disc) <= best.score) continue;
        best = {{body >= disc ? ColumnPart::Kind::Body : ColumnPart::Kind::Disc, t, n}, std::max(body, disc)};
    }
    best.score -= kNoSacrumCost;
    return best;
}

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
    if (static_cast<int>(column.size()) < kBodyLeast) return {};
    const Scores scores(column);
    const Chain chain(scores);
    const auto seen = sacra(column, scores, chain);
    const Ending without = cutOff(scores, chain);
    const auto sacrum = std::ranges::max_element(seen, {}, &Ending::score);
    const bool sacrumSeen = sacrum != seen.end() && sacrum->score >= without.score;
    const Ending& end = sacrumSeen ? *sacrum : without;
    if (end.score == -kInfinity) return {};
    double other = -kInfinity; // the best division of another count
    if (sacrumSeen) {
        other = without.score;
        for (const Ending& one : seen)
            if (std::abs(one.part.first - end.part.first) > kSame) other = std::max(other, one.score);
    } else if (sacrum != seen.end()) {
        other = sacrum->score;
    }
    ColumnDivision result;
    result.sacrumSeen = sacrumSeen;
    result.rudimentaryDisc = end.rudimentaryDisc;
    result.margin = other == -kInfinity ? 50.0 : end.score - other;
    result.parts.push_back(end.part);
    chain.trace(end.part.kind == ColumnPart::Kind::Disc ? ColumnPart::Kind::Body : ColumnPart::Kind::Disc,
                end.part.first, result.parts);
    std::ranges::reverse(result.parts);
    return result;
}

} // namespace forameter::proposal
