// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

using forameter::Random;

TEST(Random, SameSeedGivesTheSameNumbersAndAnotherSeedDoesNot) {
    Random a(42), b(42), c(43);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const auto x = a.bits();
        EXPECT_EQ(x, b.bits());
        differs = differs || x != c.bits();
    }
    EXPECT_TRUE(differs);
}

TEST(Random, NumbersAreThoseOfXoshiroOnEveryPlatform) {
    // First output of xoshiro256++ whose state was filled by splitmix64 from 0: rotl(s0 + s3, 23) + s0 with
    // the published splitmix values.
    constexpr std::uint64_t s0 = 0xe220a8397b1dcdafu, s3 = 0xf88bb8a8724c81ecu;
    const std::uint64_t sum = s0 + s3;
    EXPECT_EQ(Random(0).bits(), ((sum << 23) | (sum >> 41)) + s0);
}

TEST(Random, StreamsDoNotDependOnWhatWasDrawn) {
    Random a(7), b(7);
    (void)a.normal();
    (void)a.bits();
    EXPECT_EQ(a.stream(3).bits(), b.stream(3).bits());
    EXPECT_NE(b.stream(3).bits(), b.stream(4).bits());
}

TEST(Random, BoundedDrawIsInRangeAndEven) {
    Random random(1);
    std::array<int, 7> counts{};
    constexpr int n = 70'000;
    for (int i = 0; i < n; ++i)
        ++counts.at(random.below(7));
    for (const int count : counts)
        EXPECT_NEAR(count, n / 7, 5 * std::sqrt(n / 7.0)); // five standard deviations
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
    Random random(5);
    constexpr int n = 100'000;
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < n; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / n, 0.0, 5.0 / std::sqrt(n));
    EXPECT_NEAR(squares / n, 1.0, 5.0 * std::sqrt(2.0 / n));
}

TEST(Random, NormalWithinStaysWithin) {
    Random random(6);
    for (int i = 0; i < 2000; ++i) {
        const double x = random.normalWithin(10.0, 3.0, 8.0, 11.0);
        EXPECT_GE(x, 8.0);
        EXPECT_LE(x, 11.0);
    }
}

TEST(Random, ShuffleKeepsEveryItemOnce) {
    Random random(9);
    std::vector<int> items(50);
    std::iota(items.begin(), items.end(), 0);
    const auto before = items;
    random.shuffle(std::span<int>(items));
    EXPECT_NE(items, before);
    EXPECT_EQ(std::set<int>(items.begin(), items.end()).size(), before.size());
}
