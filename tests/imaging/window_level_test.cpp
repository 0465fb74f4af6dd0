// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/window_level.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "volumes.hpp"

namespace forameter::imaging {
namespace {

using testing::stack;
using testing::volume;

TEST(WindowLevel, OfTheImagesGoesFirst) {
    const auto v = volume(stack(4, 4.0, 40, 40), [](int, int c, int) { return c * 10; },
                          {.window = WindowLevel{100, 50}});
    EXPECT_EQ(initialWindow(*v), (WindowLevel{100, 50}));
}

TEST(WindowLevel, OfTheImagesIsIgnoredWhereItShowsNothingOrIsNone) {
    const auto ramp = [](int, int c, int) { return 500 + c; };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto named : {WindowLevel{50, 100}, WindowLevel{9000, 10}, WindowLevel{510, 0},
                             WindowLevel{510, -5}, WindowLevel{nan, 10}}) {
        const auto v = volume(stack(4, 4.0, 40, 40), ramp, {.window = named});
        EXPECT_EQ(initialWindow(*v), percentileWindow(*v)) << named.center << " " << named.width;
    }
}

TEST(PercentileWindow, SpansTheMiddleAndIgnoresTheFlareAtTheBorderAndSingleSpikes) {
    const auto v = volume(stack(8, 4.0, 200, 200), [](int s, int c, int r) {
        if (c < 25 || s == 0) return 10000.0;
        if (c == 100 && r == 100) return 5000.0;
        return static_cast<double>(r);
    });
    const auto window = percentileWindow(*v);
    EXPECT_NEAR(window.low(), 30, 1);
    EXPECT_NEAR(window.high(), 169, 1);
}

TEST(PercentileWindow, OfAConstantOrNonFiniteImageIsSound) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const double value : {0.0F, 7.0F, -3.5F, 1e30F, nan}) {
        const auto v = volume(stack(1, 4.0), [&](int, int, int) { return value; });
        const auto window = percentileWindow(*v);
        EXPECT_TRUE(std::isfinite(window.center)) << value;
        EXPECT_LT(window.low(), window.high()) << value;
        if (std::isfinite(value)) {
            EXPECT_NEAR((value - window.low()) / window.width, 0.5, 0.01) << value;
        }
    }
}

TEST(WindowBetween, KeepsSmallRangesOfSmallValues) {
    EXPECT_EQ(windowBetween(0.1, 0.4).width, 0.4 - 0.1);
    EXPECT_EQ(windowBetween(4, 2), (WindowLevel{3, 2}));
}

} // namespace
} // namespace forameter::imaging
