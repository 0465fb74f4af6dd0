// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace forameter {

/// A seeded generator whose numbers are the same on every platform (the standard library's distributions are
/// not): xoshiro256++ (Blackman and Vigna 2021), seeded through splitmix64. Pass it by reference; there is no
/// global one.
class Random {
public:
    explicit Random(std::uint64_t seed);

    /// An independent stream for a part of the work: the same (seed, stream) gives the same numbers, whatever
    /// else was drawn.
    [[nodiscard]] Random stream(std::uint64_t stream) const;

    [[nodiscard]] std::uint64_t bits();
    /// In [0, 1), 53 random bits.
    [[nodiscard]] double uniform();
    [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In [0, bound) without bias (Lemire 2019); bound must not be 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    /// Standard normal (Marsaglia polar method).
    [[nodiscard]] double normal();
    [[nodiscard]] double normal(double mean, double sd) { return mean + sd * normal(); }
    /// Normal, drawn again until it falls within [low, high], which must hold a fair part of the
    /// distribution.
    [[nodiscard]] double normalWithin(double mean, double sd, double low, double high);
    [[nodiscard]] bool chance(double probability) { return uniform() < probability; }

    /// Fisher-Yates.
    template <class T>
    void shuffle(std::span<T> items) {
        for (std::size_t i = items.size(); i > 1; --i)
            std::swap(items[i - 1], items[static_cast<std::size_t>(below(i))]);
    }

private:
    std::uint64_t m_seed;
    std::array<std::uint64_t, 4> m_state;
    double m_spare = 0.0;
    bool m_hasSpare = false;
};

} // namespace forameter
