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

} // namespace
} // namespace forameter
