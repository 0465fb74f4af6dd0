// SPDX-License-Identifier: Apache-2.0
#include "slice_runs.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace forameter::dicom {
namespace {

/// Slices at from, from + step, ..., shifted in plane.
struct Block {
    double from, step;
    int count;
    double shift = 0;
};

struct Made {
    std::vector<SlicePosition> slices;
    std::vector<std::vector<std::size_t>> blocks; ///< indices along the normal
};

/// The slices of all blocks, shuffled, their positions jittered by up to `jitter` mm in every direction.
Made make(const std::vector<Block>& blocks, unsigned seed, double jitter, std::optional<double> thickness) {
    std::mt19937 random(seed);
    const auto noise = [&] { return jitter * (static_cast<double>(random() % 2001) / 1000.0 - 1.0); };
    std::vector<std::pair<std::size_t, SlicePosition>> all;
    for (std::size_t b = 0; b < blocks.size(); ++b)
        for (int i = 0; i < blocks[b].count; ++i)
            all.push_back({b,
                           {blocks[b].from + i * blocks[b].step + noise(),
                            {blocks[b].shift + noise(), noise(), 0},
                            thickness}});
    for (std::size_t i = all.size(); i > 1; --i)
        std::swap(all[i - 1], all[random() % i]);
    Made made;
    made.blocks.resize(blocks.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        made.slices.push_back(all[i].second);
        made.blocks[all[i].first].push_back(i);
    }
    for (auto& block : made.blocks)
        std::sort(block.begin(), block.end(),
                  [&](std::size_t a, std::size_t b) { return made.slices[a].along < made.slices[b].along; });
    return made;
}

std::vector<std::vector<std::size_t>> slicesOf(const std::vector<SliceRun>& runs) {
    std::vector<std::vector<std::size_t>> all;
    for (const SliceRun& run : runs)
        all.push_back(run.slices);
    std::sort(all.begin(), all.end());
    return all;
}

struct Row {
    const char* name;
    std::vector<Block> blocks;
};

class BlocksOfOneOrientation : public ::testing::TestWithParam<Row> {};

TEST_P(BlocksOfOneOrientation, AreFoundInAnyOrderAndWithJitter) {
    for (unsigned seed = 0; seed < 10; ++seed)
        for (const double jitter : {0.0, 0.01})
            for (const std::optional<double> thickness : {std::optional<double>(), std::optional(4.0)}) {
                Made made = make(GetParam().blocks, seed, jitter, thickness);
                std::sort(made.blocks.begin(), made.blocks.end());
                const auto runs = findRuns(made.slices);
                EXPECT_EQ(slicesOf(runs), made.blocks) << "seed " << seed << ", jitter " << jitter;
                for (const SliceRun& run : runs) {
                    EXPECT_EQ(run.missing, 0);
                    EXPECT_FALSE(run.sheared);
                }
            }
}

INSTANTIATE_TEST_SUITE_P(
    Table, BlocksOfOneOrientation,
    ::testing::Values(
        Row{"One", {{0, 4, 15}}}, Row{"Single", {{0, 4, 1}}}, Row{"Two", {{0, 4, 2}}},
        Row{"Thin", {{0, 0.5, 60}}}, Row{"GapNotAMultiple", {{0, 4, 5}, {29.5, 4, 5}, {60.7, 4, 5}}},
        Row{"GapFiveTimesTheStep", {{0, 4, 5}, {36, 4, 5}, {72, 4, 5}}},
        Row{"GapTwiceTheStepButShifted", {{0, 4, 5, 0}, {24, 4, 5, 1.2}, {48, 4, 5, 2.4}}},
        Row{"GapThriceTheStepButShifted", {{0, 4, 5, 0}, {28, 4, 5, 0.5}, {56, 4, 5, 0}}},
        Row{"ContinuousButShifted", {{0, 4, 5, 0}, {20, 4, 5, 0.8}, {40, 4, 5, 1.95}}},
        Row{"OwnSteps", {{0, 3, 4}, {25, 4, 4}, {60, 5, 4}}},
        Row{"OwnStepsGapTwiceTheFirst", {{0, 4, 4}, {20, 5, 4}}},
        Row{"Overlapping", {{0, 4, 8, 0}, {14, 4, 8, 3}}},
        Row{"Interleaved", {{0, 4, 8, 0}, {2, 4, 8, 1}, {1, 4, 8, 2}}},
        Row{"OneInside", {{0, 4, 3, 0}, {12, 4, 1, 1}, {16, 4, 3, 0}}},
        Row{"OneAndTwo", {{0, 4, 1, 0}, {15, 4, 2, 1.1}, {33, 4, 1, 2.2}, {50, 4, 5, 0.6}}},
        Row{"OneAndTwoStraight", {{0, 4, 1}, {15.3, 4, 2}, {36.7, 4, 5}, {75.9, 4, 2}}},
        Row{"PairsAlone", {{0, 4, 2}, {25.5, 4, 2}, {51, 4, 2}}},
        Row{"SinglesRegularlyShifted", {{0, 4, 1, 0}, {30, 4, 1, 2}, {60, 4, 1, 4}, {90, 4, 1, 6}}},
        Row{"TwentyPlusOne", {{0, 3.3, 20, 0}, {66, 3.3, 1, 5}}},
        Row{"DiscBlocks",
            {{0, 3.5, 9}, {36.4, 3.5, 9, 1.9}, {74, 3.5, 9, 1.1}, {110, 3.5, 9, 0.8}, {151, 3.5, 8, 1.95}}}),
    [](const auto& row) { return std::string(row.param.name); });

/// Straight slices at these places, taken in this order.
std::vector<std::vector<double>> runsOf(const std::vector<double>& taken) {
    std::vector<SlicePosition> slices;
    for (std::size_t i = 0; i < taken.size(); ++i)
        slices.push_back({taken[i], {}, 4.0, static_cast<int>(i)});
    std::vector<std::vector<double>> all;
    for (const SliceRun& run : findRuns(slices)) {
        auto& places = all.emplace_back();
        for (const std::size_t slice : run.slices)
            places.push_back(slices[slice].along);
    }
    std::sort(all.begin(), all.end());
    return all;
}

TEST(SliceRuns, BlocksThatOverlapWithoutAShiftComeApartByTheOrderOfAcquisition) {
    using Runs = std::vector<std::vector<double>>;
    const Runs two{{0, 4, 8, 12, 16}, {14, 18, 22, 26, 30}};
    EXPECT_EQ(runsOf({0, 4, 8, 12, 16, 14, 18, 22, 26, 30}), two);
    EXPECT_EQ(runsOf({30, 26, 22, 18, 14, 16, 12, 8, 4, 0}), two);
    EXPECT_EQ(runsOf({0, 8, 16, 4, 12, 14, 22, 30, 18, 26}), two); // each block interleaved
    EXPECT_EQ(runsOf({0, 4, 8, 12, 16, 13, 18, 23, 28, 25, 28.5, 32, 35.5}),
              (Runs{{0, 4, 8, 12, 16}, {13, 18, 23, 28}, {25, 28.5, 32, 35.5}}));
}

TEST(SliceRuns, TheOrderOfAcquisitionSplitsNoStackThatIsEven) {
    using Runs = std::vector<std::vector<double>>;
    EXPECT_EQ(runsOf({0, 8, 16, 4, 12}), (Runs{{0, 4, 8, 12, 16}}));
    EXPECT_EQ(runsOf({0, 8, 16, 24, 4, 12, 20, 28}), (Runs{{0, 4, 8, 12, 16, 20, 24, 28}}));
    EXPECT_EQ(runsOf({0, 8, 16, 24, 32, 4, 12, 20}), (Runs{{0, 4, 8, 12, 16, 20, 24, 32}})); // 28 is missing
    EXPECT_EQ(runsOf({0, 4, 8, 12, 16, 2, 6, 10, 14, 18}), (Runs{{0, 2, 4, 6, 8, 10, 12, 14, 16, 18}}));
    // One block behind the other, taken slice by slice in turn.
    EXPECT_EQ(runsOf({0, 30, 4, 35, 8, 40, 12, 45}), (Runs{{0, 4, 8, 12}, {30, 35, 40, 45}}));
}

TEST(SliceRuns, OneOrTwoMissingSlicesDoNotSplit) {
    for (const int missing : {1, 2}) {
        Made made = make({{0, 4.4, 5}, {4.4 * (5 + missing), 4.4, 6}}, 7, 0.01, 4.0);
        const auto runs = findRuns(made.slices);
        ASSERT_EQ(runs.size(), 1u);
        EXPECT_EQ(runs[0].missing, missing);
        EXPECT_NEAR(runs[0].step, 4.4, 0.01);
        EXPECT_EQ(runs[0].slices.size(), 11u);
    }
}

TEST(SliceRuns, MissingSlicesAreFoundAtTheEndsAndInShortStacks) {
    struct Case {
        std::vector<double> at;
        int missing;
    };
    for (const Case& c : {Case{{0, 8, 12, 16}, 1}, Case{{0, 4, 8, 16}, 1}, Case{{0, 4, 12}, 1},
                          Case{{0, 4, 12, 16}, 1}, Case{{0, 4, 8, 16, 20, 32, 36}, 3}}) {
        std::vector<SlicePosition> slices;
        for (const double at : c.at)
            slices.push_back({at, {}, 4.0});
        const auto runs = findRuns(slices);
        ASSERT_EQ(runs.size(), 1u);
        EXPECT_EQ(runs[0].missing, c.missing);
        EXPECT_NEAR(runs[0].step, 4.0, 1e-9);
    }
}

TEST(SliceRuns, ASlantedStackIsOneShearedRun) {
    std::vector<SlicePosition> slices;
    for (int i = 0; i < 12; ++i)
        slices.push_back({4.0 * i, {1.0 * i, 0, 0}, 4.0});
    const auto runs = findRuns(slices);
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_TRUE(runs[0].sheared);
    EXPECT_NEAR(runs[0].step, 4.0, 1e-12);
}

TEST(SliceRuns, ASlantTooSmallToSeparateNeighboursIsStillSeen) {
    std::vector<SlicePosition> slices;
    for (int i = 0; i < 12; ++i)
        slices.push_back({4.0 * i, {0.08 * i, 0, 0}, 4.0});
    const auto runs = findRuns(slices);
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_TRUE(runs[0].sheared);
}

TEST(SliceRuns, RoundedPositionsSplitNoObliqueStackAndJoinNoBlocks) {
    // Two blocks of one orientation, 1 mm apart in plane, along every slant; written with one decimal.
    std::mt19937 random(11);
    const auto between = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(random() % 10000) / 10000.0;
    };
    for (int round = 0; round < 200; ++round) {
        const auto normal =
            normalized(geometry::PatientVector{between(-1, 1), between(-1, 1), between(0.2, 1)});
        const auto across = normalized(cross(normal, geometry::PatientVector{1, 0, 0}));
        const double step = between(3.0, 5.0);
        std::vector<SlicePosition> slices;
        for (int i = 0; i < 24; ++i) {
            const auto exact = (i * step + (i < 12 ? 0.0 : 6.0)) * normal + (i < 12 ? 0.0 : 1.0) * across;
            const auto tenth = [](double v) { return std::round(10.0 * v) / 10.0; };
            const geometry::PatientVector written{tenth(exact.x), tenth(exact.y), tenth(exact.z)};
            const double along = dot(written, normal);
            slices.push_back({along, written - along * normal, 4.0});
        }
        const auto runs = findRuns(slices, 0.05);
        ASSERT_EQ(runs.size(), 2u) << "round " << round << ", step " << step;
        EXPECT_EQ(runs[0].slices.size(), 12u);
        EXPECT_NEAR(runs[0].step, step, 0.02);
        EXPECT_EQ(runs[0].missing + runs[1].missing, 0);
    }
}

TEST(SliceRuns, TheSharedSliceOfTouchingBlocksGoesWithItsThickness) {
    // Steps 4 4 4 5 5 5: the slice at 12 ends the first block or begins the second.
    for (const double thickness : {4.0, 5.0}) {
        std::vector<SlicePosition> slices;
        for (const double at : {0.0, 4.0, 8.0, 12.0, 17.0, 22.0, 27.0})
            slices.push_back({at, {}, at < 12 ? 4.0 : at > 12 ? 5.0 : thickness});
        const auto runs = findRuns(slices);
        ASSERT_EQ(runs.size(), 2u);
        EXPECT_EQ(std::max(runs[0].slices.size(), runs[1].slices.size()), 4u);
        EXPECT_EQ(runs[thickness == 4.0 ? 0 : 1].slices.size(), 4u);
    }
}

TEST(SliceRuns, EverySliceIsInExactlyOneRunWhateverThePositions) {
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        std::vector<SlicePosition> slices;
        const auto count = 1 + random() % 30;
        for (std::size_t i = 0; i < count; ++i)
            slices.push_back({static_cast<double>(random() % 400) / 4 + 0.001 * static_cast<double>(i),
                              {static_cast<double>(random() % 3), 0, 0},
                              {}});
        std::vector<std::size_t> seen;
        for (const SliceRun& run : findRuns(slices))
            seen.insert(seen.end(), run.slices.begin(), run.slices.end());
        std::sort(seen.begin(), seen.end());
        std::vector<std::size_t> expected(count);
        std::iota(expected.begin(), expected.end(), std::size_t{0});
        EXPECT_EQ(seen, expected);
    }
}

} // namespace
} // namespace forameter::dicom
