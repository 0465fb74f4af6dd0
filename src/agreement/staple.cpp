// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/staple.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <optional>
#include <string>

namespace forameter::agreement {

namespace {

bool votes(VotePattern pattern, std::size_t rater) {
    return ((pattern >> rater) & 1u) != 0;
}

std::vector<VoteCount> counted(std::vector<VotePattern> patterns) {
    std::sort(patterns.begin(), patterns.end());
    std::vector<VoteCount> result;
    for (const VotePattern pattern : patterns) {
        if (result.empty() || result.back().pattern != pattern) result.push_back({pattern, 0});
        ++result.back().pixels;
    }
    return result;
}

/// Few raters make few patterns, which need no sorting.
template <class Counts>
std::vector<VoteCount> tallied(GridView<const VotePattern> patterns, Counts takesPart) {
    constexpr VotePattern few = 1u << 10;
    const auto data = patterns.data();
    VotePattern all = 0;
    for (const VotePattern pattern : data)
        all |= pattern;
    if (all >= few) {
        std::vector<VotePattern> taken;
        for (std::size_t i = 0; i < data.size(); ++i)
            if (takesPart(i)) taken.push_back(data[i]);
        return counted(std::move(taken));
    }
    std::vector<std::size_t> pixels(std::bit_ceil(static_cast<std::size_t>(all) + 1), 0);
    for (std::size_t i = 0; i < data.size();) { // equal neighbours are counted before they are written down
        const VotePattern pattern = data[i];
        std::size_t run = 0;
        for (; i < data.size() && data[i] == pattern; ++i)
            run += takesPart(i) ? 1 : 0;
        pixels[static_cast<std::size_t>(pattern)] += run;
    }
    std::vector<VoteCount> result;
    for (std::size_t pattern = 0; pattern < pixels.size(); ++pattern)
        if (pixels[pattern] > 0) result.push_back({pattern, pixels[pattern]});
    return result;
}

/// None where two raters never err and contradict each other.
std::optional<double> expected(VotePattern pattern, const Staple& s) {
    double a = s.prior, b = 1.0 - s.prior;
    for (std::size_t j = 0; j < s.sensitivity.size(); ++j) {
        const bool yes = votes(pattern, j);
        a *= yes ? s.sensitivity[j] : 1.0 - s.sensitivity[j];
        b *= yes ? 1.0 - s.specificity[j] : s.specificity[j];
    }
    if (!(a + b > 0.0)) return std::nullopt;
    return a / (a + b);
}

} // namespace

double probabilityOf(VotePattern pattern, const Staple& estimates) {
    return expected(pattern, estimates).value_or(estimates.prior);
}

Grid<VotePattern> votePatterns(std::span<const GridView<const std::uint8_t>> masks) {
    assert(!masks.empty() && masks.size() <= kMostRaters);
    Grid<VotePattern> patterns(masks.front().columns(), masks.front().rows(), 0);
    const auto into = patterns.data();
    constexpr std::size_t block = 2048; // of pixels that stay in the cache from rater to rater
    for (std::size_t first = 0; first < into.size(); first += block)
        for (std::size_t rater = 0; rater < masks.size(); ++rater) {
            const auto mask = masks[rater].data();
            assert(mask.size() == into.size());
            for (std::size_t i = first; i < std::min(first + block, into.size()); ++i)
                into[i] |= static_cast<VotePattern>(mask[i] != 0) << rater;
        }
    return patterns;
}

std::vector<VoteCount> countVotes(GridView<const VotePattern> patterns) {
    return tallied(patterns, [](std::size_t) { return true; });
}

std::vector<VoteCount> countVotes(GridView<const VotePattern> patterns, GridView<const std::uint8_t> domain) {
    const auto inside = domain.data();
    assert(inside.size() == patterns.data().size());
    return tallied(patterns, [&](std::size_t i) { return inside[i] != 0; });
}

Result<Staple> staple(std::span<const VoteCount> votesCast, std::size_t raters,
                      const StapleSettings& settings) {
    if (raters == 0 || raters > kMostRaters)
        return fail(ErrorCode::InvalidArgument, "STAPLE needs 1 to " + std::to_string(kMostRaters) +
                                                    " raters; " + std::to_string(raters) + " were given.");
    double pixels = 0.0, drawn = 0.0;
    for (const VoteCount& v : votesCast) {
        pixels += static_cast<double>(v.pixels);
        drawn += static_cast<double>(v.pixels) * std::popcount(v.pattern);
    }
    Staple result;
    result.prior = pixels > 0.0 ? drawn / (pixels * static_cast<double>(raters)) : 0.0;
    if (!(result.prior > 0.0 && result.prior < 1.0))
        return fail(ErrorCode::InvalidArgument,
                    std::string("STAPLE needs both drawn and undrawn pixels in its domain; ") +
                        (result.prior > 0.0 ? "every rater drew all of it." : "nobody drew any of it."));

    auto& p = result.sensitivity;
    auto& q = result.specificity;
    auto& w = result.probabilities;
    p.assign(raters, settings.sensitivity);
    q.assign(raters, settings.specificity);
    w.assign(votesCast.size(), result.prior);
    std::vector<double> foreground(raters), background(raters);
    while (result.iterations < settings.iterations && !result.converged) {
        ++result.iterations;
        for (std::size_t k = 0; k < votesCast.size(); ++k)
            w[k] = expected(votesCast[k].pattern, result).value_or(w[k]);
        double drawnWeight = 0.0, weight = 0.0;
        std::fill(foreground.begin(), foreground.end(), 0.0);
        std::fill(background.begin(), background.end(), 0.0);
        for (std::size_t k = 0; k < votesCast.size(); ++k) {
            const double n = static_cast<double>(votesCast[k].pixels), in = n * w[k], out = n * (1.0 - w[k]);
            drawnWeight += in;
            weight += out;
            for (std::size_t j = 0; j < raters; ++j)
                (votes(votesCast[k].pattern, j) ? foreground[j] : background[j]) +=
                    votes(votesCast[k].pattern, j) ? in : out;
        }
        double change = 0.0;
        for (std::size_t j = 0; j < raters; ++j) {
            const double nextP = drawnWeight > 0.0 ? foreground[j] / drawnWeight : p[j];
            const double nextQ = weight > 0.0 ? background[j] / weight : q[j];
            change = std::max({change, std::abs(nextP - p[j]), std::abs(nextQ - q[j])});
            p[j] = nextP;
            q[j] = nextQ;
        }
        result.converged = change < settings.tolerance;
    }
    return result;
}

} // namespace forameter::agreement
