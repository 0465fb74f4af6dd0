// SPDX-License-Identifier: Apache-2.0
#include "forameter/anatomy/level_set.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace forameter::anatomy {
namespace {

using geometry::PatientPoint;

/// A straight spine: one vertebra every 35 mm down from L1 at z = 140, at x = 2, y = -10.
LevelSet straightSpine(LumbarCount count = LumbarCount::Five) {
    LevelSet levels;
    levels.lumbarCount = count;
    std::vector<Vertebra> row{Vertebra::L1, Vertebra::L2, Vertebra::L3, Vertebra::L4, Vertebra::L5};
    if (count == LumbarCount::Six) row.push_back(Vertebra::L6);
    row.push_back(Vertebra::S1);
    for (std::size_t i = 0; i < row.size(); ++i)
        levels.marks.push_back({row[i], {2.0, -10.0, 140.0 - 35.0 * static_cast<double>(i)}});
    return levels;
}

TEST(LevelSet, AcceptsFiveSixAndGaps) {
    EXPECT_TRUE(validate(straightSpine()));
    EXPECT_TRUE(validate(straightSpine(LumbarCount::Six)));
    LevelSet gap = straightSpine();
    gap.marks.erase(gap.marks.begin() + 2);
    EXPECT_TRUE(validate(gap));
}

TEST(LevelSet, RefusesWhatContradictsItself) {
    struct Row {
        const char* what;
        void (*spoil)(LevelSet&);
        const char* says;
    };
    const Row rows[] = {
        {"one mark", [](LevelSet& l) { l.marks.resize(1); }, "at least two"},
        {"none", [](LevelSet& l) { l.marks.clear(); }, "at least two"},
        {"twice", [](LevelSet& l) { l.marks[1].vertebra = Vertebra::L1; }, "L1 is marked twice"},
        {"order", [](LevelSet& l) { std::swap(l.marks[0], l.marks[1]); }, "from the head down"},
        {"upside down", [](LevelSet& l) { std::swap(l.marks[2].center, l.marks[3].center); }, "L3 and L4"},
        {"same height", [](LevelSet& l) { l.marks[5].center.z = l.marks[4].center.z - 4.9; }, "5 mm"},
        {"far apart", [](LevelSet& l) { l.marks[5].center.z = -200.0; }, "80 mm"},
        {"L6 of five", [](LevelSet& l) { l.marks[5].vertebra = Vertebra::L6; }, "five lumbar"},
        {"NaN", [](LevelSet& l) { l.marks[2].center.x = std::numeric_limits<double>::quiet_NaN(); },
         "L3 is not finite"},
    };
    for (const Row& row : rows) {
        LevelSet levels = straightSpine();
        row.spoil(levels);
        const auto result = validate(levels);
        ASSERT_FALSE(result) << row.what;
        EXPECT_EQ(result.error().code, ErrorCode::InvalidArgument);
        EXPECT_NE(result.error().message.find(row.says), std::string::npos)
            << row.what << ": " << result.error().message;
    }
}

TEST(LevelSet, AGapNeedsAsMuchDropAsTheVertebraeInIt) {
    LevelSet levels = straightSpine();
    levels.marks = {{Vertebra::L1, {0, 0, 100}}, {Vertebra::L4, {0, 0, 86}}};
    EXPECT_FALSE(validate(levels)); // three vertebrae in 14 mm
    levels.marks[1].center.z = 85;
    EXPECT_TRUE(validate(levels));
}

TEST(LevelSet, SortedBringsClicksIntoOrder) {
    LevelSet clicks = straightSpine();
    std::reverse(clicks.marks.begin(), clicks.marks.end());
    EXPECT_EQ(sorted(clicks), straightSpine());
}

TEST(LevelSet, DiscLiesHalfwayOnTheChord) {
    LevelSet levels = straightSpine();
    levels.marks[5].center = {2.0, 10.0, -55.0 + 20.0}; // S1: 20 behind and 35 below L5
    const auto disc = discPosition(levels, Level::L5_S1);
    ASSERT_TRUE(disc);
    EXPECT_EQ(disc->center, (PatientPoint{2.0, 0.0, -17.5}));
    EXPECT_NEAR(disc->axis.y, -20.0 / std::hypot(20.0, 35.0), 1e-12);
    EXPECT_NEAR(disc->axis.z, 35.0 / std::hypot(20.0, 35.0), 1e-12);
}

TEST(LevelSet, DiscIsUnknownWithoutBothNeighboursOrInTheOtherCount) {
    LevelSet levels = straightSpine();
    levels.marks.erase(levels.marks.begin() + 2); // L3
    EXPECT_FALSE(discPosition(levels, Level::L2_L3));
    EXPECT_FALSE(discPosition(levels, Level::L3_L4));
    EXPECT_TRUE(discPosition(levels, Level::L4_L5));
    EXPECT_FALSE(discPosition(levels, Level::T12_L1));
    const LevelSet six = straightSpine(LumbarCount::Six);
    EXPECT_FALSE(discPosition(six, Level::L5_S1)); // L5 and S1 are not neighbours there
    EXPECT_TRUE(discPosition(six, Level::L5_L6));
    EXPECT_TRUE(discPosition(six, Level::L6_S1));
    EXPECT_FALSE(discPosition(straightSpine(), Level::L5_L6));
}

TEST(LevelSet, NearestLevelFollowsTheTiltedDiscPlaneBehindTheDisc) {
    LevelSet levels = straightSpine();
    levels.marks[5].center = {2.0, 10.0, -70.0 + 35.0 * 0.5 + 0.0};
    const auto disc = discPosition(levels, Level::L5_S1);
    ASSERT_TRUE(disc);
    // 35 mm behind the disc in its own plane: a canal point at the height of L5.
    const PatientPoint canal = disc->center + 35.0 * spineFrame(disc->axis).posterior;
    const auto nearest = nearestLevel(levels, canal);
    ASSERT_TRUE(nearest);
    EXPECT_EQ(nearest->level, Level::L5_S1);
    EXPECT_NEAR(nearest->offset, 0.0, 1e-9);
    const auto above = nearestLevel(levels, disc->center + 6.0 * disc->axis);
    EXPECT_EQ(above->level, Level::L5_S1);
    EXPECT_NEAR(above->offset, 6.0, 1e-9);
    EXPECT_FALSE(nearestLevel(LevelSet{}, canal));
}

TEST(LevelSet, SpineFrameIsOrthonormalAndPatientOriented) {
    const auto axis = geometry::normalized(geometry::PatientVector{0.2, -0.4, 0.9});
    const SpineFrame frame = spineFrame(axis);
    EXPECT_NEAR(geometry::dot(frame.left, frame.axis), 0.0, 1e-12);
    EXPECT_NEAR(geometry::dot(frame.left, frame.posterior), 0.0, 1e-12);
    EXPECT_NEAR(geometry::length(frame.left), 1.0, 1e-12);
    EXPECT_GT(frame.left.x, 0.9);
    EXPECT_GT(frame.posterior.y, 0.9);
}

TEST(LevelSet, LeftIsAcrossASagittalSliceAndThePatientsOnAnyOther) {
    const geometry::PatientVector row{-0.28, 0.96, 0.0}, column{0.0, 0.0, -1.0};
    for (const double way : {1.0, -1.0}) { // whichever way the stack runs
        const auto slice = *geometry::ImagePlane::create({{0, 0, 0}, way * row, column, 0.5, 0.5, 64, 64});
        EXPECT_NEAR(geometry::length(leftOn(slice) - geometry::PatientVector{0.96, 0.28, 0.0}), 0.0, 1e-12);
        const auto axis = geometry::normalized(geometry::PatientVector{0.1, -0.3, 0.95});
        const SpineFrame frame = spineFrame(axis, leftOn(slice));
        EXPECT_NEAR(geometry::dot(frame.left, axis), 0.0, 1e-12);
        EXPECT_NEAR(geometry::dot(frame.posterior, leftOn(slice)), 0.0, 1e-12);
        EXPECT_GT(frame.posterior.y, 0.7);
    }
    const auto axial = *geometry::ImagePlane::create({{0, 0, 0}, {0.8, 0.6, 0}, {-0.6, 0.8, 0}, 1, 1, 8, 8});
    EXPECT_EQ(leftOn(axial), (geometry::PatientVector{1.0, 0.0, 0.0}));
}

TEST(LevelSet, NextClickCountsPastTheSixthVertebraOnlyWhereThereIsOne) {
    using enum CountDirection;
    EXPECT_EQ(nextVertebra(Vertebra::S1, Upwards, LumbarCount::Five), Vertebra::L5);
    EXPECT_EQ(nextVertebra(Vertebra::S1, Upwards, LumbarCount::Six), Vertebra::L6);
    EXPECT_EQ(nextVertebra(Vertebra::L5, Downwards, LumbarCount::Five), Vertebra::S1);
    EXPECT_EQ(nextVertebra(Vertebra::L5, Downwards, LumbarCount::Six), Vertebra::L6);
    EXPECT_EQ(nextVertebra(Vertebra::L1, Upwards, LumbarCount::Five), Vertebra::T12);
    EXPECT_FALSE(nextVertebra(Vertebra::T11, Upwards, LumbarCount::Five));
    EXPECT_FALSE(nextVertebra(Vertebra::S2, Downwards, LumbarCount::Five));
}

TEST(LevelSet, RelabellingKeepsPositionsAndReturns) {
    const LevelSet levels = straightSpine();
    const auto up = relabelled(levels, -1);
    ASSERT_TRUE(up);
    EXPECT_EQ(up->marks.front().vertebra, Vertebra::T12);
    EXPECT_EQ(up->marks.back().vertebra, Vertebra::L5);
    EXPECT_EQ(up->marks.back().center, levels.marks.back().center);
    EXPECT_EQ(relabelled(*up, 1), levels);
    EXPECT_FALSE(relabelled(levels, 2));
    EXPECT_FALSE(relabelled(levels, -3));
    EXPECT_FALSE(relabelled(levels, std::numeric_limits<int>::max()));
}

TEST(Transition, NamesReadBack) {
    for (const auto t :
         {Transition::None, Transition::LumbarisedS1, Transition::SacralisedL5, Transition::Unclear})
        EXPECT_EQ(transitionFromName(name(t)), t);
    EXPECT_FALSE(transitionFromName("None"));
}

} // namespace
} // namespace forameter::anatomy
