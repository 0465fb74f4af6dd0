// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/track.hpp"

#include <gtest/gtest.h>

namespace forameter::geometry {
namespace {

void expectNear(PlanePoint a, PlanePoint b) {
    EXPECT_NEAR(a.x, b.x, 1e-12);
    EXPECT_NEAR(a.y, b.y, 1e-12);
}

TEST(Track, PlacesAreCountedAlongThePolygonAndGoOnAroundIt) {
    const Track track({{0, 0}, {4, 0}, {4, 0}, {4, 3}}); // one point twice; the way back is 5 long
    EXPECT_EQ(track.length(), 12.0);
    expectNear(track.at(0.0), {0, 0});
    expectNear(track.at(4.0), {4, 0});
    expectNear(track.at(5.5), {4, 1.5});
    expectNear(track.at(12.0), {0, 0});
    expectNear(track.at(13.0), {1, 0});
    expectNear(track.at(-2.5), {2, 1.5});
    EXPECT_EQ(track.placeOn(2, 0.5), 5.5);
    EXPECT_EQ(track.ahead(11.0, 1.0), 2.0);
}

} // namespace
} // namespace forameter::geometry
