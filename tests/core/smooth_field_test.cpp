// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/smooth_field.hpp"

#include <gtest/gtest.h>

#include <cmath>

using forameter::Random;
using forameter::SmoothField;

TEST(SmoothField, IsTheSameForTheSameSeed) {
    Random one(7), two(7);
    const SmoothField a(32, 3, 1.5, one), b(32, 3, 1.5, two);
    for (int r = 0; r < 32; ++r)
        for (int c = 0; c < 32; ++c)
            ASSERT_EQ(a.at(c, r), b.at(c, r));
    EXPECT_EQ(one.bits(), two.bits()) << "and takes as many numbers";
}

TEST(SmoothField, HasTheDrawnNumbersAtItsNodesAndNoStepsBetween) {
    Random random(11), same(11);
    const SmoothField field(40, 4, 2.0, random);
    for (int j = 0; j < 4; ++j)
        for (int i = 0; i < 6; ++i) { // two columns of nodes more than cells, so that the last pixel has four
            const auto drawn = static_cast<float>(2.0 * same.normal());
            if (i < 4) {
                EXPECT_FLOAT_EQ(field.at(10 * i, 10 * j), drawn);
            }
        }
    for (int r = 0; r < 40; ++r)
        for (int c = 1; c < 40; ++c)
            EXPECT_LT(std::abs(field.at(c, r) - field.at(c - 1, r)), 2.0F); // 10 pixels from node to node
}
