// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/words.hpp"

#include <gtest/gtest.h>

namespace forameter {
namespace {

TEST(Counted, OneThingIsNamedInTheSingular) {
    EXPECT_EQ(counted(1, "study", "studies"), "1 study");
    EXPECT_EQ(counted(0, "study", "studies"), "0 studies");
    EXPECT_EQ(counted(21, "study", "studies"), "21 studies");
    EXPECT_EQ(counted(1, "image"), "1 image");
    EXPECT_EQ(counted(2, "image"), "2 images");
}

TEST(Printed, NegativeNumbersHaveTheMinusOfPrintAndZeroHasNone) {
    EXPECT_EQ(printed(-12.46, 1), "\u221212.5");
    EXPECT_EQ(printed(-0.04, 1), "0.0");
    EXPECT_EQ(printed(3.0, 0), "3");
    EXPECT_EQ(printed(1e300, 0).size(), 301u);
}

} // namespace
} // namespace forameter
