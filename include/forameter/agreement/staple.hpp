// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/result.hpp"

namespace forameter::agreement {

/// Which raters drew a pixel: bit j for rater j.
using VotePattern = std::uint64_t;
inline constexpr std::size_t kMostRaters = 64;

/// Pixels by vote pattern. STAPLE sees nothing else of an image, so that an iteration costs one step per
/// pattern (at most 2^raters) and not one per pixel.
struct VoteCount {
    VotePattern pattern = 0;
    std::size_t pixels = 0;

    friend bool operator==(const VoteCount&, const VoteCount&) = default;
};

struct StapleSettings {
    double sensitivity = 0.99; ///< of every rater, to begin with
    double specificity = 0.99;
    double tolerance = 1e-12; ///< stops when no rater's value changes by as much
    int iterations = 10'000;  ///< at most

    friend bool operator==(const StapleSettings&, const StapleSettings&) = default;
};

struct Staple {
    double prior = 0.0;                ///< mean of all votes, held fixed
    std::vector<double> sensitivity;   ///< per rater
    std::vector<double> specificity;   ///< per rater
    std::vector<double> probabilities; ///< of foreground, per given pattern, from the last E step
    int iterations = 0;
    bool converged = false;
};

/// Binary STAPLE: Warfield, Zou, Wells, IEEE TMI 23(7):903-921 (2004), expectation then maximisation. The
/// result depends on what is counted as background: state the domain with it. Fails with InvalidArgument
/// without raters, with more than kMostRaters, or where nobody or everybody drew every pixel.
[[nodiscard]] Result<Staple> staple(std::span<const VoteCount> votes, std::size_t raters,
                                    const StapleSettings& settings = {});

/// Of foreground, for any pattern, by the estimates as they are: the E step.
[[nodiscard]] double probabilityOf(VotePattern pattern, const Staple& estimates);

/// Pixel by pixel, the pattern of 1 to kMostRaters equally large masks (0 or not 0).
[[nodiscard]] Grid<VotePattern> votePatterns(std::span<const GridView<const std::uint8_t>> masks);

/// The patterns that occur, ascending; in the set pixels of an equally large `domain` only, where one is
/// given.
[[nodiscard]] std::vector<VoteCount> countVotes(GridView<const VotePattern> patterns);
[[nodiscard]] std::vector<VoteCount> countVotes(GridView<const VotePattern> patterns,
                                                GridView<const std::uint8_t> domain);

} // namespace forameter::agreement
