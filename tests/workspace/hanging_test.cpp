// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/hanging.hpp"

#include <gtest/gtest.h>

#include "../../src/workspace/study_parts.hpp"
#include "studies.hpp"

namespace forameter::workspace {
namespace {

using testing::axialBlock;
using testing::sagittal;
using testing::StackMaker;
using testing::usual;

std::vector<Stack> stacksOf(const std::vector<StackMaker>& makers) {
    return openStacks(testing::study(makers)).stacks;
}

std::string titleOf(const Hanging& hanging, const std::optional<std::size_t>& list) {
    return list ? hanging.lists[*list].title : "none";
}

TEST(Hanging, TheUsualStudyHangsT1T2AndAllAxialBlocksAsOneList) {
    const auto stacks = stacksOf(usual());
    const auto hanging = hang(stacks);
    EXPECT_EQ(titleOf(hanging, hanging.sagittalT1), "Sag T1");
    EXPECT_EQ(titleOf(hanging, hanging.sagittalT2), "Sag T2");
    ASSERT_EQ(titleOf(hanging, hanging.axial), "Ax T2");
    const auto& axial = hanging.lists[*hanging.axial];
    EXPECT_EQ(axial.stacks.size(), 5U);
    ASSERT_EQ(axial.slices.size(), 25U);
    // From the head down, block after block, whatever the order of the files.
    for (std::size_t block = 1; block < 5; ++block) {
        const auto z = [&](std::size_t b) { return stacks[axial.stacks[b]].planes[2].center().z; };
        EXPECT_LT(z(block), z(block - 1));
    }
    const auto z = [&](std::size_t i) {
        return stacks[axial.slices[i].stack].planes[axial.slices[i].slice].center().z;
    };
    EXPECT_GT(z(0), z(1));
    EXPECT_EQ(summary(stacks), "Sag T1 T2 · Ax T2");
}

TEST(Hanging, SagittalListsRunFromThePatientsRightToLeft) {
    const auto stacks = stacksOf(usual());
    const auto hanging = hang(stacks);
    const auto& list = hanging.lists[*hanging.sagittalT1];
    const auto x = [&](std::size_t i) {
        return stacks[list.slices[i].stack].planes[list.slices[i].slice].center().x;
    };
    EXPECT_LT(x(0), x(list.slices.size() - 1));
}

TEST(Hanging, WithOnlyT2TheT1PaneSaysWhatIsMissing) {
    const auto hanging = hang(stacksOf({sagittal("1.1", Weighting::T2)}));
    EXPECT_EQ(titleOf(hanging, hanging.sagittalT2), "Sag T2");
    EXPECT_FALSE(hanging.sagittalT1);
    EXPECT_EQ(hanging.missingT1, "This study has no sagittal T1 series.");
    EXPECT_FALSE(hanging.axial);
    EXPECT_NE(hanging.missingAxial.find("no axial series"), std::string::npos);
}

TEST(Hanging, StirStandsInLast) {
    const auto only = hang(stacksOf({sagittal("1.1", Weighting::STIR)}));
    EXPECT_EQ(titleOf(only, only.sagittalT2), "Sag STIR");
    const auto beside = hang(stacksOf(
        {sagittal("1.1", Weighting::STIR), sagittal("1.2", Weighting::T2), sagittal("1.3", Weighting::PD)}));
    EXPECT_EQ(titleOf(beside, beside.sagittalT2), "Sag T2");
    EXPECT_EQ(titleOf(beside, beside.sagittalT1), "Sag PD");
}

TEST(Hanging, ScoutsComeAfterRealSeriesOfTheSamePlane) {
    StackMaker scoutAxial = axialBlock("1.9", 2, 0.0, 3);
    StackMaker scoutSagittal{.series = "1.9",
                             .weighting = Weighting::T2,
                             .centers = {{-20, 0, 36}, {0, 0, 36}, {20, 0, 36}},
                             .index = 7};
    scoutAxial.warnings = scoutSagittal.warnings = {"localizer"};
    const auto stacks = stacksOf({scoutSagittal, scoutAxial, sagittal("1.1", Weighting::T2)});
    const auto hanging = hang(stacks);
    EXPECT_EQ(stacks[hanging.lists[*hanging.sagittalT2].stacks.front()].series.text(), "1.1");
    EXPECT_EQ(summary(stacks), "Sag T2");
}

TEST(OpenStacks, OfSeveralPicturesAtOnePlaceTheFirstIsShown) {
    StackMaker maker = sagittal("1.1", Weighting::T1, 3);
    const auto first = maker.centers.front();
    maker.centers.insert(maker.centers.begin() + 1,
                         {first.x - 0.03, first.y, first.z}); // as written places jitter
    const auto stacks = stacksOf({maker});
    ASSERT_EQ(stacks.front().images.size(), 3u);
    EXPECT_EQ(stacks.front().images[1].sop.text(), "1.1.0.3");
}

TEST(Hanging, WhatWasAcquiredHangsBeforeReformatsAndComputedValues) {
    StackMaker reformat = sagittal("1.1", Weighting::T1), map = sagittal("1.3", Weighting::T1);
    reformat.warnings = {"primary-reformat"};
    map.weighting = std::nullopt;
    map.warnings = {"computed-values"};
    const auto stacks = stacksOf({reformat, sagittal("1.2", Weighting::T1)});
    const auto hanging = hang(stacks);
    EXPECT_EQ(stacks[hanging.lists[*hanging.sagittalT1].stacks.front()].series.text(), "1.2");
    auto study = testing::study({map, sagittal("1.2", Weighting::STIR)});
    study.series[0].stacks[0].measurable = false;
    const auto stir = hang(openStacks(study).stacks);
    EXPECT_EQ(titleOf(stir, stir.sagittalT2), "Sag STIR");
}

TEST(Hanging, ABlockAngledToASteepSacrumStaysWithItsAxialSeries) {
    auto study = testing::study(
        {sagittal("1.1", Weighting::T2), axialBlock("1.2", 1, 5.0), axialBlock("1.2", 0, 50.0)});
    study.series[1].stacks[1].plane =
        geometry::Plane::Axial; // as the reader names a block of an axial series
    const auto stacks = openStacks(study).stacks;
    const auto hanging = hang(stacks);
    ASSERT_TRUE(hanging.axial);
    EXPECT_EQ(hanging.lists[*hanging.axial].stacks.size(), 2U);
    EXPECT_FALSE(hanging.lists[*hanging.axial].localizer);
    EXPECT_EQ(summary(stacks), "Sag T2 · Ax T2");
}

TEST(Hanging, WhatStandsInTheWayOfMeasuringIsSaid) {
    const auto said = [](const std::vector<StackMaker>& makers) {
        const auto stacks = stacksOf(makers);
        return limit(hang(stacks), stacks);
    };
    EXPECT_EQ(said(usual()), "");
    EXPECT_NE(said({axialBlock("1.2", 1, 5.0, 9)}).find("no sagittal series"), std::string::npos);
    StackMaker scout{.series = "1.9", .centers = {{-20, 0, 36}, {0, 0, 36}, {20, 0, 36}}, .index = 7};
    StackMaker across = axialBlock("1.9", 2, 0.0, 3);
    scout.warnings = across.warnings = {"localizer"};
    EXPECT_NE(said({scout, across}).find("(3 sagittal, 3 axial)"), std::string::npos);
    EXPECT_EQ(summary(stacksOf({scout, across})), "localizer only");
    EXPECT_EQ(summary(stacksOf({axialBlock("1.9", 2, 0.0, 1)})), "one slice");

    auto blind = testing::study(usual());
    for (auto& series : blind.series)
        for (auto& stack : series.stacks) {
            stack.rowSpacing = stack.columnSpacing = 0.0;
            stack.measurable = false;
            stack.warnings = {"no-spacing"};
        }
    const auto stacks = openStacks(blind).stacks;
    EXPECT_NE(limit(hang(stacks), stacks).find("The files give no pixel spacing."), std::string::npos);
    for (const auto& stack : stacks) {
        EXPECT_FALSE(stack.located);
        EXPECT_TRUE(stack.oriented) << "the letters at the edges are the files'";
    }
}

TEST(Hanging, CompanionIsTheOtherWeightingOfThePlane) {
    const auto stacks = stacksOf(usual());
    const auto hanging = hang(stacks);
    EXPECT_EQ(companionOf(hanging, *hanging.sagittalT1, stacks), hanging.sagittalT2);
    EXPECT_EQ(companionOf(hanging, *hanging.sagittalT2, stacks), hanging.sagittalT1);
    EXPECT_FALSE(companionOf(hanging, *hanging.axial, stacks));
}

TEST(LinkSpaces, OneFrameOfReferenceIsOneSpaceWithoutAssumption) {
    for (const auto& stack : stacksOf(usual())) {
        EXPECT_EQ(stack.space, 0U);
        EXPECT_FALSE(stack.linkAssumed);
    }
}

TEST(LinkSpaces, OtherOrMissingFramesAreLinkedWherePositionsAgreeAndSaidToBe) {
    auto makers = usual();
    for (auto& maker : makers) {
        if (maker.plane == geometry::Plane::Axial) maker.frameOfReference = "1.2.840.77";
    }
    makers[1].frameOfReference.clear();
    const auto stacks = stacksOf(makers);
    std::size_t assumed = 0;
    for (const auto& stack : stacks) {
        EXPECT_EQ(stack.space, 0U) << stack.title;
        assumed += stack.linkAssumed ? 1 : 0;
    }
    // The frame with most images names the space; the two sagittal series are linked to the 25 axial images.
    EXPECT_EQ(assumed, 2U);
}

TEST(LinkSpaces, PicturesOfAnotherPlaceAreNotLinked) {
    auto makers = usual();
    makers[1].frameOfReference = "1.2.840.77";
    for (auto& center : makers[1].centers)
        center.z += 400.0;
    const auto stacks = stacksOf(makers);
    EXPECT_EQ(stacks[0].space, 0U);
    EXPECT_EQ(stacks[1].space, 1U);
    EXPECT_FALSE(stacks[1].linkAssumed);
}

TEST(OpenStacks, ImagesWithoutAPlaceAreShownButNeitherMeasuredNorLinked) {
    auto record = testing::study(usual());
    auto& stack = record.series[1].stacks[0];
    stack.measurable = false;
    stack.rowSpacing = 0.0;
    stack.warnings = {"no-spacing"};
    const auto stacks = openStacks(record).stacks;
    EXPECT_FALSE(stacks[1].measurable);
    EXPECT_FALSE(stacks[1].located);
    EXPECT_EQ(stacks[1].planes.size(), 15U);
    EXPECT_NE(stacks[1].space, stacks[0].space);
    EXPECT_EQ(stacks[1].warnings, std::vector<std::string>{"The files give no pixel spacing."});
}

TEST(NearestSlice, ImagesThatShowThePlaceGoFirst) {
    auto small = axialBlock("1.3", 1, 0.0, 3);
    small.columns = small.rows = 20; // 20 mm wide: does not reach the point
    const auto stacks = stacksOf({small, axialBlock("1.3", 2, 0.0, 3)});
    const auto hanging = hang(stacks);
    const auto& list = hanging.lists[*hanging.axial];
    const auto nearest = nearestSlice(list, stacks, {30.0, 10.0, 0.0});
    ASSERT_TRUE(nearest);
    EXPECT_GT(stacks[list.slices[*nearest].stack].planes[0].center().z, 20.0);
}

} // namespace
} // namespace forameter::workspace
