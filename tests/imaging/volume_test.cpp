// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/volume.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "volumes.hpp"

namespace forameter::imaging {
namespace {

using testing::stack;

TEST(VolumeBuilder, KeepsWhatSeveralThreadsWroteWithoutACopy) {
    auto builder = VolumeBuilder::create(stack(8, 4.0)).value();
    const float* memory = builder.slice(0).data().data();
    {
        std::vector<std::jthread> threads;
        for (int s = 0; s < 8; ++s)
            threads.emplace_back([&builder, s] {
                for (float& v : builder.slice(s).data())
                    v = static_cast<float>(s);
            });
    }
    const auto volume = builder.finish({.name = "eight"});
    EXPECT_EQ(volume->voxels().data(), memory);
    EXPECT_EQ(volume->info().name, "eight");
    for (int s = 0; s < 8; ++s)
        EXPECT_EQ(volume->slice(s)(7, 5), static_cast<float>(s));
}

TEST(VolumeBuilder, StartsWithZeros) {
    auto builder = VolumeBuilder::create(stack(2, 4.0)).value();
    for (const float v : builder.slice(1).data())
        EXPECT_EQ(v, 0.0F);
}

TEST(VolumeBuilder, RefusesNoSlicesSlicesOfDifferentSizeAndTooMany) {
    EXPECT_EQ(VolumeBuilder::create({}).error().code, ErrorCode::BadDimensions);
    auto planes = stack(2, 4.0);
    planes.push_back(testing::plane({0, 0, 0}, 9, 6));
    EXPECT_EQ(VolumeBuilder::create(planes).error().code, ErrorCode::BadDimensions);
    EXPECT_EQ(VolumeBuilder::create(stack(3, 4.0, 40000, 40000)).error().code, ErrorCode::TooLarge);
}

std::optional<RegularGrid> gridOf(std::vector<geometry::ImagePlane> planes) {
    return VolumeBuilder::create(std::move(planes)).value().finish({})->grid();
}

TEST(VolumeGrid, IsThereForEvenSlicesInEitherOrder) {
    auto planes = stack(5, 4.4);
    const auto normal = planes.front().normal();
    auto grid = gridOf(planes);
    ASSERT_TRUE(grid);
    EXPECT_NEAR(dot(grid->step, normal), 4.4, 1e-9);
    EXPECT_NEAR(length(grid->step), 4.4, 1e-9);

    std::reverse(planes.begin(), planes.end());
    grid = gridOf(planes);
    ASSERT_TRUE(grid);
    EXPECT_NEAR(dot(grid->step, normal), -4.4, 1e-9);
}

TEST(VolumeGrid, ToleratesJitterButNoMissingAngledShiftedOrSingleSlice) {
    const auto planes = stack(5, 4.0);
    const auto normal = planes.front().normal();
    const auto with = [&](std::size_t i, const geometry::ImagePlane& p) {
        auto changed = planes;
        changed[i] = p;
        return changed;
    };
    EXPECT_TRUE(gridOf(with(2, testing::plane(planes[2].origin() + 0.1 * normal))));
    EXPECT_FALSE(gridOf(with(2, testing::plane(planes[2].origin() + 0.3 * normal))));
    EXPECT_TRUE(gridOf(with(2, testing::plane(planes[2].origin() + 0.05 * planes[2].rowDirection()))));
    EXPECT_FALSE(gridOf(with(2, testing::plane(planes[2].origin() + 0.8 * planes[2].rowDirection()))));
    EXPECT_FALSE(gridOf(with(2, testing::plane(planes[2].origin(), 8, 6, 0.71))));

    auto missing = planes;
    missing.erase(missing.begin() + 2);
    EXPECT_FALSE(gridOf(missing));
    EXPECT_FALSE(gridOf({planes[0]}));
    EXPECT_FALSE(gridOf({planes[0], planes[0]}));

    const auto turned = geometry::ImagePlane::create(
        {.origin = planes[4].origin(),
         .rowDirection = planes[4].rowDirection(),
         .columnDirection = normalized(planes[4].columnDirection() + 0.02 * normal),
         .rowSpacing = 0.9,
         .columnSpacing = 0.7,
         .columns = 8,
         .rows = 6});
    EXPECT_FALSE(gridOf(with(4, *turned)));
}

TEST(VolumeNearestSlice, PrefersSlicesOnWhichThePointFalls) {
    // Two blocks side by side: the second one's plane passes nearer to the point, but its image ends before
    // it.
    const auto first = testing::plane({0, 0, 0});
    const auto second = testing::plane(1.9 * first.normal() + 100.0 * first.rowDirection());
    const auto volume = VolumeBuilder::create({first, second}).value().finish({});
    const auto nearest = volume->nearestSlice(first.center() + 1.5 * first.normal());
    EXPECT_EQ(nearest.slice, 0);
    EXPECT_TRUE(nearest.inside);
    EXPECT_NEAR(nearest.distance.value(), 1.5, 1e-9);

    const auto outside =
        volume->nearestSlice(first.center() - 50.0 * first.rowDirection() + 1.5 * first.normal());
    EXPECT_EQ(outside.slice, 1);
    EXPECT_FALSE(outside.inside);
    EXPECT_NEAR(outside.distance.value(), 0.4, 1e-9);
}

} // namespace
} // namespace forameter::imaging
