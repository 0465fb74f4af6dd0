// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/reading.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace forameter::protocol {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::LevelSet;
using anatomy::Quantity;
using anatomy::Side;
using anatomy::Vertebra;
using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PatientVector;

constexpr double kDegree = std::numbers::pi / 180.0;

/// A lordotic spine like a real one: L1 at z = 150 down to S1, with the given x per vertebra from L1.
LevelSet spine(const std::array<double, 6>& x = {}) {
    const Vertebra names[] = {Vertebra::L1, Vertebra::L2, Vertebra::L3,
                              Vertebra::L4, Vertebra::L5, Vertebra::S1};
    const double y[] = {10, 4, 0, 0, 6, 20};
    const double z[] = {150, 116, 81, 45, 11, -18};
    LevelSet levels;
    for (std::size_t i = 0; i < 6; ++i)
        levels.marks.push_back({names[i], {x[i], y[i], z[i]}});
    return levels;
}

enum class Order { RightToLeft, LeftToRight };

/// `count` sagittal slices, `step` mm apart, the middle one at x = `middle`, turned by `yaw` degrees about
/// the body's long axis.
StackGeometry sagittalStack(std::optional<Weighting> weighting, double step = 4.0, double middle = 0.0,
                            int count = 15, Order order = Order::RightToLeft, double yaw = 0.0) {
    const PatientVector row{-std::sin(yaw * kDegree), std::cos(yaw * kDegree), 0.0}, column{0, 0, -1};
    const PatientVector left{std::cos(yaw * kDegree), std::sin(yaw * kDegree), 0.0};
    StackGeometry stack;
    stack.weighting = weighting;
    for (int i = 0; i < count; ++i) {
        const double along = (i - (count - 1) / 2.0) * step * (order == Order::RightToLeft ? 1.0 : -1.0);
        const PatientPoint center = PatientPoint{middle, 20.0, 60.0} + along * left;
        stack.slices.push_back(
            *ImagePlane::create({center - 140.0 * row - 140.0 * column, row, column, 0.6, 0.6, 468, 468}));
    }
    return stack;
}

/// `count` axial slices `step` mm apart around `center`, tilted so that their normal is `normal`.
StackGeometry axialBlock(std::optional<Weighting> weighting, const PatientPoint& center,
                         const PatientVector& normal, int count = 5, double step = 4.0) {
    const PatientVector row{1, 0, 0};
    const PatientVector column = geometry::normalized(geometry::cross(normal, row));
    StackGeometry stack;
    stack.weighting = weighting;
    for (int i = 0; i < count; ++i) {
        const PatientPoint middle = center + (i - (count - 1) / 2.0) * step * normal;
        stack.slices.push_back(
            *ImagePlane::create({middle - 90.0 * row - 70.0 * column, row, column, 0.5, 0.5, 360, 360}));
    }
    return stack;
}
/// The spine's axis at a level, turned by `degrees` in the sagittal plane.
PatientVector tilted(const PatientVector& axis, double degrees) {
    const double c = std::cos(degrees * kDegree), s = std::sin(degrees * kDegree);
    return {axis.x, c * axis.y - s * axis.z, s * axis.y + c * axis.z};
}
/// One block of five slices per level, angled to its disc.
std::vector<StackGeometry> angledBlocks(const LevelSet& levels, double error = 0.0) {
    std::vector<StackGeometry> blocks;
    for (const Level level : anatomy::readingLevels(levels.lumbarCount)) {
        const auto disc = *anatomy::discPosition(levels, level);
        blocks.push_back(axialBlock(Weighting::T2, disc.center, tilted(disc.axis, error)));
    }
    return blocks;
}

double xAt(const StackGeometry& stack, const SliceSuggestion& s) {
    return stack.slices[s.slice].center().x;
}

TEST(ReadingCells, RunRightLeftCanalFromTheHeadDown) {
    const auto five = readingCells(anatomy::LumbarCount::Five);
    ASSERT_EQ(five.size(), 15u);
    EXPECT_EQ(five.front(), Cell::foramen(Level::L1_L2, Side::R));
    EXPECT_EQ(five[5], Cell::foramen(Level::L1_L2, Side::L));
    EXPECT_EQ(five.back(), Cell::canal(Level::L5_S1));
    const auto six = readingCells(anatomy::LumbarCount::Six, Quantity::Canal);
    ASSERT_EQ(six.size(), 18u);
    EXPECT_EQ(six.back(), Cell::canal(Level::L6_S1, Quantity::Canal));
}

TEST(CellState, HasKebabNames) {
    EXPECT_EQ(name(CellState::Todo), "todo");
    EXPECT_EQ(name(CellState::Done), "done");
    EXPECT_EQ(name(CellState::NotAssessable), "not-assessable");
    EXPECT_EQ(name(CellState::NotCovered), "not-covered");
}

/// The slice nearest to the mean distance of the two pedicles' centres from the midline, by side, whichever
/// way the stack runs.
TEST(ForamenSlice, LiesAtThePedicles) {
    struct Row {
        Level level;
        double expected; ///< mm from the midline
    };
    for (const Order order : {Order::RightToLeft, Order::LeftToRight}) {
        const std::vector<StackGeometry> stacks{sagittalStack(Weighting::T1, 2.0, 0.0, 41, order)};
        for (const auto& [level, expected] :
             {Row{Level::L1_L2, 13.9}, Row{Level::L2_L3, 14.7}, Row{Level::L3_L4, 16.5},
              Row{Level::L4_L5, 19.8}, Row{Level::L5_S1, 22.0}})
            for (const Side side : {Side::R, Side::L}) {
                const auto s = suggestSlice(Cell::foramen(level, side), spine(), stacks);
                ASSERT_TRUE(s) << anatomy::name(level);
                const double x = xAt(stacks[0], *s);
                EXPECT_EQ(side == Side::L, x > 0.0); // LPS: the patient's left is +x
                EXPECT_NEAR(std::abs(x), expected, 1.0) << anatomy::name(level);
                EXPECT_NEAR(s->midlineOffset, std::abs(x), 1e-9);
                EXPECT_NEAR(s->obliquity.value(), 0.0, 1e-5);
                EXPECT_FALSE(s->oblique);
            }
    }
}

TEST(ForamenSlice, MidlineIsThatOfTheMarksNotOfTheStackOrTheScanner) {
    const std::vector<StackGeometry> stacks{sagittalStack(Weighting::T1, 3.0, 7.0, 21)};
    LevelSet levels = spine({10, 10, 10, 10, 10, 10});
    const auto s = suggestSlice(Cell::foramen(Level::L3_L4, Side::R), levels, stacks);
    ASSERT_TRUE(s);
    EXPECT_NEAR(xAt(stacks[0], *s), 10.0 - 16.5, 1.5);
    EXPECT_NEAR(s->midlineOffset, 10.0 - xAt(stacks[0], *s), 1e-9);
}

TEST(ForamenSlice, ScoliosisMovesTheSliceLevelByLevel) {
    const std::vector<StackGeometry> stacks{sagittalStack(Weighting::T1, 2.0, 0.0, 41)};
    const LevelSet bent = spine({0, 9, 16, 16, 9, 0});
    for (const auto& [level, middle] :
         {std::pair{Level::L1_L2, 4.5}, {Level::L3_L4, 16.0}, {Level::L5_S1, 4.5}}) {
        const auto left = suggestSlice(Cell::foramen(level, Side::L), bent, stacks);
        const auto right = suggestSlice(Cell::foramen(level, Side::R), bent, stacks);
        ASSERT_TRUE(left && right);
        EXPECT_NEAR(0.5 * (xAt(stacks[0], *left) + xAt(stacks[0], *right)), middle, 2.0)
            << anatomy::name(level);
        const double distance = 0.5 * (xAt(stacks[0], *left) - xAt(stacks[0], *right));
        EXPECT_NEAR(distance, level == Level::L1_L2 ? 13.9 : level == Level::L3_L4 ? 16.5 : 22.0, 3.0);
    }
    // The segment's own tilt is what obliquity says.
    const auto tiltedSegment = suggestSlice(Cell::foramen(Level::L1_L2, Side::L), bent, stacks);
    EXPECT_NEAR(tiltedSegment->obliquity.value(), std::atan2(9.0, std::hypot(34.0, 6.0)) / kDegree, 0.5);
}

TEST(ForamenSlice, T1GoesBeforeT2AndT2BeforeOthersEvenWhereTheyLieNearer) {
    const StackGeometry t1 = sagittalStack(Weighting::T1, 4.4),
                        t2 = sagittalStack(Weighting::T2, 1.0, 0.0, 61),
                        stir = sagittalStack(Weighting::STIR, 1.0, 0.0, 61);
    const Cell cell = Cell::foramen(Level::L2_L3, Side::R);
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{stir, t2, t1})->stack, 2u);
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{stir, t2})->stack, 1u); // T2 only
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{stir})->stack, 0u);
    StackGeometry withoutSpacing = t1;
    withoutSpacing.measurable = false;
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{withoutSpacing, t2})->stack, 1u);
    StackGeometry narrow =
        sagittalStack(Weighting::T1, 4.0, 0.0, 5); // ends 8 mm off the midline, before any pedicle
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{narrow, t2})->stack, 1u);
}

TEST(ForamenSlice, AReformatIsTakenOnlyWhereNothingWasAcquired) {
    const Cell cell = Cell::foramen(Level::L3_L4, Side::R);
    StackGeometry reformat = sagittalStack(Weighting::T1);
    reformat.fitness = Fitness::Reformat;
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{reformat, sagittalStack(Weighting::T2)})->stack, 1u);
    const auto alone = suggestSlice(cell, spine(), std::vector{reformat});
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->warnings,
              std::vector<std::string>{"This is a reformat; the protocol asks for acquired images."});
    reformat.measurable = false; // one that nobody calls a result of the examination
    EXPECT_FALSE(suggestSlice(cell, spine(), std::vector{reformat}));
}

TEST(ForamenSlice, ALocalizerIsTakenOnlyWhereThereIsNoProperSeries) {
    const Cell cell = Cell::foramen(Level::L3_L4, Side::R);
    StackGeometry localizer = sagittalStack(Weighting::T1, 1.0, 0.0, 61),
                  reformat = sagittalStack(Weighting::T1);
    localizer.fitness = Fitness::Localizer; // its slices would lie nearer
    reformat.fitness = Fitness::Reformat;
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{localizer, sagittalStack(std::nullopt)})->stack, 1u);
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{localizer, reformat})->stack, 1u);
    const StackGeometry narrow = sagittalStack(Weighting::T1, 4.0, 0.0, 5); // ends before any pedicle
    EXPECT_FALSE(suggestSlice(cell, spine(), std::vector{localizer, narrow})) << "that is not covered";
    const auto alone = suggestSlice(cell, spine(), std::vector{localizer});
    ASSERT_TRUE(alone);
    EXPECT_EQ(
        alone->warnings,
        std::vector<std::string>{"This is a localizer; the protocol asks for images taken to be measured."});
}

TEST(ForamenSlice, OfTwoOfOneWeightingTheLosslessOne) {
    const Cell cell = Cell::foramen(Level::L3_L4, Side::R);
    StackGeometry lossy = sagittalStack(Weighting::T1);
    lossy.fitness = Fitness::Lossy;
    EXPECT_EQ(suggestSlice(cell, spine(), std::vector{lossy, sagittalStack(Weighting::T1)})->stack, 1u);
    const auto better = suggestSlice(cell, spine(), std::vector{sagittalStack(Weighting::T2), lossy});
    EXPECT_EQ(better->stack, 1u) << "a lossy T1 still goes before T2";
    EXPECT_TRUE(better->warnings.empty());
}

TEST(ForamenSlice, OfTwoEquallyNearTheMedialOne) {
    // L3-L4 expects 16.5 mm: slices at 14.5 and 18.5 are equally near.
    const std::vector<StackGeometry> tie{sagittalStack(Weighting::T1, 4.0, 0.5, 15)}; // x = 0.5 + 4 i
    const auto left = suggestSlice(Cell::foramen(Level::L3_L4, Side::L), spine(), tie);
    ASSERT_TRUE(left);
    EXPECT_NEAR(xAt(tie[0], *left), 16.5, 1e-9);
    const std::vector<StackGeometry> even{sagittalStack(Weighting::T1, 4.0, 2.5, 15)}; // x = 2.5 + 4 i
    const auto medial = suggestSlice(Cell::foramen(Level::L3_L4, Side::L), spine(), even);
    ASSERT_TRUE(medial);
    EXPECT_NEAR(xAt(even[0], *medial), 14.5, 1e-9);
}

/// Turned about the body's long axis and leant to the side, in degrees.
PatientVector turned(const PatientVector& v, double yaw, double lean) {
    const double c = std::cos(lean * kDegree), n = std::sin(lean * kDegree);
    const PatientVector leant{c * v.x + n * v.z, v.y, c * v.z - n * v.x};
    const double d = std::cos(yaw * kDegree), m = std::sin(yaw * kDegree);
    return {d * leant.x - m * leant.y, m * leant.x + d * leant.y, leant.z};
}

TEST(ForamenSlice, IsTheSameOneOfAPersonWhoLiesTurnedOrLeaningWithTheStack) {
    const StackGeometry straight = sagittalStack(Weighting::T1, 2.0, 0.0, 41);
    for (const auto& [yaw, lean] :
         {std::pair{-20.0, 0.0}, {10.0, 0.0}, {25.0, 0.0}, {0.0, 25.0}, {12.0, -9.0}}) {
        StackGeometry stack = straight;
        for (ImagePlane& slice : stack.slices)
            slice = *ImagePlane::create({PatientPoint{} + turned(slice.origin() - PatientPoint{}, yaw, lean),
                                         turned(slice.rowDirection(), yaw, lean),
                                         turned(slice.columnDirection(), yaw, lean), 0.6, 0.6, 468, 468});
        LevelSet levels = spine();
        for (auto& mark : levels.marks)
            mark.center = PatientPoint{} + turned(mark.center - PatientPoint{}, yaw, lean);
        for (const Cell& cell : readingCells(anatomy::LumbarCount::Five)) {
            if (!cell.side) continue;
            const auto before = suggestSlice(cell, spine(), std::vector{straight});
            const auto s = suggestSlice(cell, levels, std::vector{stack});
            ASSERT_TRUE(before && s) << anatomy::label(cell) << " turned by " << yaw << ", leaning by "
                                     << lean;
            EXPECT_EQ(s->slice, before->slice) << anatomy::label(cell) << yaw << " " << lean;
            EXPECT_NEAR(s->midlineOffset, before->midlineOffset, 1e-9);
            EXPECT_NEAR(s->obliquity.value(), 0.0, 1e-5);
            EXPECT_NEAR(geometry::length(
                            s->point - (PatientPoint{} + turned(before->point - PatientPoint{}, yaw, lean))),
                        0.0, 1e-9);
            // It might be the stack alone that stands so, and is said where it is much.
            EXPECT_EQ(s->warnings.size(), std::hypot(yaw, lean) > 15.01 ? 1u : 0u);
        }
    }
}

TEST(CanalSlice, LiesWithinHalfAStepAndHalfTheDisc) {
    const auto stack = angledBlocks(spine()).front().slices;
    const double step = std::abs(stack[0].distance(stack[1].origin()).value());
    EXPECT_NEAR(canalReach(stack, 0, Level::L1_L2).value(), 0.5 * step + 3.95, 1e-9);
    EXPECT_NEAR(canalReach(stack, stack.size() - 1, Level::L4_L5).value(), 0.5 * step + 6.0, 1e-9);
    EXPECT_NEAR(canalReach(std::span(stack).first(1), 0, Level::L5_S1).value(), 3.0 + 5.55, 1e-9);
}

TEST(ForamenSlice, NoneWithoutTheLevelOrWithoutASliceThere) {
    const std::vector<StackGeometry> stacks{sagittalStack(Weighting::T1)};
    LevelSet levels = spine();
    levels.marks.erase(levels.marks.begin() + 3); // L4
    EXPECT_FALSE(suggestSlice(Cell::foramen(Level::L4_L5, Side::R), levels, stacks));
    EXPECT_FALSE(suggestSlice(Cell::foramen(Level::L3_L4, Side::R), levels, stacks));
    EXPECT_TRUE(suggestSlice(Cell::foramen(Level::L2_L3, Side::R), levels, stacks));
    EXPECT_FALSE(suggestSlice(Cell::foramen(Level::L5_L6, Side::R), spine(), stacks)); // not this patient's
    const Cell cell = Cell::foramen(Level::L4_L5, Side::R);
    EXPECT_FALSE(suggestSlice(cell, spine(), {}));
    EXPECT_FALSE(suggestSlice(cell, spine(),
                              std::vector{sagittalStack(Weighting::T1, 4.0, 30.0, 9)})); // only the left half
    EXPECT_FALSE(suggestSlice(cell, spine(), angledBlocks(spine())));                    // axial images only
    StackGeometry high = sagittalStack(Weighting::T1);
    for (ImagePlane& slice : high.slices)
        slice = *ImagePlane::create({slice.origin() + PatientVector{0, 0, 300}, slice.rowDirection(),
                                     slice.columnDirection(), 0.6, 0.6, 468, 468});
    EXPECT_FALSE(suggestSlice(cell, spine(), std::vector{high})); // a thoracic stack
}

TEST(CanalSlice, IsTheMiddleOneOfTheBlockAngledToItsDisc) {
    for (const double error : {0.0, 4.0, -6.0}) { // operators angle by eye
        const auto blocks = angledBlocks(spine(), error);
        const auto levels = anatomy::readingLevels(anatomy::LumbarCount::Five);
        for (std::size_t i = 0; i < levels.size(); ++i) {
            const auto s = suggestSlice(Cell::canal(levels[i]), spine(), blocks);
            ASSERT_TRUE(s);
            EXPECT_EQ(s->stack, i) << anatomy::name(levels[i]);
            EXPECT_EQ(s->slice, 2u);
            EXPECT_NEAR(s->midlineOffset, 0.0, 1e-9);
            EXPECT_NEAR(s->obliquity.value(), std::abs(error), 1e-4);
            EXPECT_NEAR(blocks[i].slices[2].distance(s->point).value(), 0.0, 1e-9);
            const auto disc = *anatomy::discPosition(spine(), levels[i]);
            EXPECT_NEAR(geometry::length(s->point - disc.center), 25.0, 0.2); // the canal behind the disc
            EXPECT_FALSE(s->oblique);
        }
    }
}

TEST(CanalSlice, OffsetIsSignedTowardsTheHead) {
    const auto disc = *anatomy::discPosition(spine(), Level::L3_L4);
    for (const double shift : {-1.5, 1.5}) {
        const std::vector<StackGeometry> stacks{
            axialBlock(Weighting::T2, disc.center + shift * disc.axis, disc.axis)};
        const auto s = suggestSlice(Cell::canal(Level::L3_L4), spine(), stacks);
        ASSERT_TRUE(s);
        EXPECT_EQ(s->slice, 2u);
        EXPECT_NEAR(s->midlineOffset, shift, 1e-9);
    }
}

TEST(CanalSlice, StraightStackServesWithAWarningWhereTheDiscIsTilted) {
    const std::vector<StackGeometry> straight{axialBlock(Weighting::T2, {0, 5, 60}, {0, 0, 1}, 60, 4.0)};
    const auto tiltedDisc = suggestSlice(Cell::canal(Level::L5_S1), spine(), straight);
    ASSERT_TRUE(tiltedDisc);
    EXPECT_NEAR(tiltedDisc->obliquity.value(), std::atan2(14.0, 29.0) / kDegree, 1e-6);
    EXPECT_TRUE(tiltedDisc->oblique);
    const auto level = suggestSlice(Cell::canal(Level::L3_L4), spine(), straight);
    ASSERT_TRUE(level);
    EXPECT_FALSE(level->oblique);
    EXPECT_LE(std::abs(level->midlineOffset), 2.0 + 1e-9);
}

TEST(Suggestion, OfAnotherFrameOfReferenceSaysThatTheLinkIsAssumed) {
    auto stacks = angledBlocks(spine());
    stacks.insert(stacks.begin(), sagittalStack(Weighting::T2));
    for (StackGeometry& stack : stacks) {
        stack.series = SeriesUid(&stack == stacks.data() ? "1.1" : "1.2");
        stack.frameOfReference = FrameOfReferenceUid("9");
    }
    const Cell sac = Cell::canal(Level::L3_L4), foramen = Cell::foramen(Level::L3_L4, Side::R);
    linkSpaces(stacks);
    EXPECT_TRUE(suggestSlice(sac, spine(), stacks)->warnings.empty());
    for (const auto& frame :
         {std::optional<FrameOfReferenceUid>("8"), std::optional<FrameOfReferenceUid>()}) {
        for (std::size_t s = 1; s < stacks.size(); ++s)
            stacks[s].frameOfReference = frame;
        linkSpaces(stacks);
        const auto assumed = suggestSlice(sac, spine(), stacks);
        ASSERT_EQ(assumed->warnings.size(), 1u);
        EXPECT_TRUE(assumed->warnings[0].starts_with("Its frame of reference")) << assumed->warnings[0];
        EXPECT_TRUE(suggestSlice(foramen, spine(), stacks)->warnings.empty()) << "marks are made on it";
    }
    // Far apart they share nothing: what the headers say of one says nothing of the other.
    for (std::size_t s = 1; s < stacks.size(); ++s)
        for (ImagePlane& slice : stacks[s].slices)
            slice = *ImagePlane::create({slice.origin() + PatientVector{0, 0, 2.0}, slice.rowDirection(),
                                         slice.columnDirection(), 0.5, 0.5, 360, 360});
    stacks[0] = sagittalStack(Weighting::T2, 4.0, 400.0);
    stacks[0].frameOfReference = FrameOfReferenceUid("9");
    linkSpaces(stacks);
    EXPECT_FALSE(suggestSlice(sac, spine(), stacks));
}

TEST(Suggestion, OfAnotherSequenceThanTheProtocolsSaysSo) {
    const auto warnings = [](const Cell& cell, std::optional<Weighting> weighting) {
        const auto disc = *anatomy::discPosition(spine(), cell.level);
        StackGeometry stack =
            cell.side ? sagittalStack(Weighting::T1) : axialBlock(Weighting::T1, disc.center, disc.axis);
        stack.weighting = weighting;
        const auto s = suggestSlice(cell, spine(), std::vector{stack});
        EXPECT_TRUE(s); // still a slice, which the person may take
        return s ? s->warnings : std::vector<std::string>{};
    };
    const Cell foramen = Cell::foramen(Level::L4_L5, Side::R), sac = Cell::canal(Level::L4_L5);
    EXPECT_TRUE(warnings(foramen, Weighting::T1).empty());
    EXPECT_TRUE(warnings(foramen, Weighting::T2).empty());
    EXPECT_EQ(warnings(foramen, Weighting::STIR),
              std::vector<std::string>{"This is STIR; the protocol measures foramina on T1 or T2."});
    EXPECT_EQ(
        warnings(foramen, std::nullopt),
        std::vector<std::string>{
            "This image is not known to be T1, T2, PD or STIR; the protocol measures foramina on T1 or T2."});
    EXPECT_TRUE(warnings(sac, Weighting::T2).empty());
    EXPECT_EQ(warnings(sac, Weighting::T1).size(), 1u);
    EXPECT_EQ(warnings(Cell::canal(Level::L4_L5, Quantity::Canal), Weighting::T1).size(), 1u);
    EXPECT_TRUE(warnings(Cell::canal(Level::L4_L5, Quantity::BonyCanal), Weighting::T1).empty());
}

TEST(CanalSlice, T2GoesFirstAndReachIsLimited) {
    const auto disc = *anatomy::discPosition(spine(), Level::L4_L5);
    const StackGeometry t1 = axialBlock(Weighting::T1, disc.center, disc.axis),
                        t2 = axialBlock(Weighting::T2, disc.center, tilted(disc.axis, 8.0));
    EXPECT_EQ(suggestSlice(Cell::canal(Level::L4_L5), spine(), std::vector{t1, t2})->stack, 1u);
    EXPECT_EQ(suggestSlice(Cell::canal(Level::L4_L5), spine(), std::vector{t1})->stack,
              0u); // T1 only: still a slice
    const auto lone = [&](double away) {
        return std::vector{axialBlock(Weighting::T2, disc.center + away * disc.axis, disc.axis, 1)};
    };
    EXPECT_TRUE(suggestSlice(Cell::canal(Level::L4_L5), spine(), lone(8.9)));
    EXPECT_FALSE(suggestSlice(Cell::canal(Level::L4_L5), spine(), lone(9.1))); // 3 mm and half of 12 mm
    const std::vector<StackGeometry> others{angledBlocks(spine())[0], angledBlocks(spine())[1]};
    EXPECT_FALSE(suggestSlice(Cell::canal(Level::L4_L5), spine(), others)); // that level was not scanned
    EXPECT_FALSE(suggestSlice(Cell::canal(Level::L4_L5), spine(), std::vector{sagittalStack(Weighting::T2)}));
}

TEST(CanalSlice, SteepBlocksAtTheSacrumCountAsAxial) {
    LevelSet steep = spine();
    steep.marks[5].center = {0, 34, -10}; // a horizontal sacrum: the disc stands at more than 50 degrees
    const auto disc = *anatomy::discPosition(steep, Level::L5_S1);
    const std::vector<StackGeometry> block{axialBlock(Weighting::T2, disc.center, disc.axis)};
    ASSERT_NE(block[0].slices[0].plane(), geometry::Plane::Axial);
    EXPECT_TRUE(suggestSlice(Cell::canal(Level::L5_S1), steep, block));
    // Off the disc by 30 degrees it still serves, with a warning; a coronal stack never does.
    const auto warned =
        suggestSlice(Cell::canal(Level::L5_S1), steep,
                     std::vector{axialBlock(Weighting::T2, disc.center, tilted(disc.axis, 30.0))});
    ASSERT_TRUE(warned);
    EXPECT_TRUE(warned->oblique);
    EXPECT_FALSE(
        suggestSlice(Cell::canal(Level::L3_L4), spine(),
                     std::vector{axialBlock(Weighting::T2, {0, 5, 63}, tilted({0, 0, 1}, 88.0), 40)}));
}

TEST(SlicePosition, IsGivenForAnySliceTheForamensOtherSideNegative) {
    const StackGeometry stack = sagittalStack(Weighting::T1, 4.0);
    const auto left =
        slicePosition(Cell::foramen(Level::L4_L5, Side::L), spine(), stack.slices[11]); // x = 16
    ASSERT_TRUE(left);
    EXPECT_NEAR(left->offset, 16.0, 1e-9);
    EXPECT_NEAR(slicePosition(Cell::foramen(Level::L4_L5, Side::R), spine(), stack.slices[11])->offset, -16.0,
                1e-9);
    EXPECT_FALSE(slicePosition(Cell::canal(Level::L4_L5), spine(), stack.slices[7]));
    EXPECT_FALSE(slicePosition(Cell::foramen(Level::L4_L5, Side::L), LevelSet{}, stack.slices[7]));
}

} // namespace
} // namespace forameter::protocol
