// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/views.hpp"

#include <gtest/gtest.h>

#include "desk.hpp"

namespace forameter::workspace {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using testing::Desk;

TEST(Views, OverviewShowsTheMiddleOfEverySeriesWhole) {
    Desk desk;
    const auto& t1 = desk.views().pane(Pane::SagittalT1);
    ASSERT_TRUE(t1.slice);
    EXPECT_EQ(t1.position, 7U);
    EXPECT_EQ(t1.count, 15U);
    EXPECT_DOUBLE_EQ(t1.viewport.field, 256.0);
    EXPECT_TRUE(t1.empty.empty());
    EXPECT_TRUE(t1.window);
    EXPECT_EQ(desk.views().pane(Pane::Axial).count, 25U);
    EXPECT_EQ(desk.views().overlay(Pane::Axial).title, "Ax T2 · block 3/5 · 13/25");
}

TEST(Views, EdgesAndSidesAreThoseOfThePatient) {
    Desk desk;
    desk.confirmLevels();
    auto sagittal = desk.views().overlay(Pane::SagittalT2);
    EXPECT_EQ(sagittal.left + sagittal.right + sagittal.top + sagittal.bottom, "APHF");
    EXPECT_EQ(sagittal.position, "midline");
    EXPECT_EQ(sagittal.side, "");
    desk.views().setSlice(Pane::SagittalT2, 2); // lists run from the patient's right
    sagittal = desk.views().overlay(Pane::SagittalT2);
    EXPECT_EQ(sagittal.side, "R");
    EXPECT_EQ(sagittal.position, "20.0 mm right of midline") << "of all levels";
    desk.views().setSlice(Pane::Axial, 12);
    const auto axial = desk.views().overlay(Pane::Axial);
    EXPECT_EQ(axial.left + axial.right + axial.top + axial.bottom, "RLAP");
    EXPECT_EQ(axial.position, "L3–L4 · tilt 0°");
    EXPECT_EQ(axial.resolution, "1.00 × 1.00 mm · 4.0 mm");
}

TEST(Views, EveryPaneGivesTheOffsetThatIsStoredWithTheContour) {
    Desk desk;
    desk.confirmLevels();
    const auto cell = anatomy::Cell::foramen(anatomy::Level::L5_S1, anatomy::Side::L);
    ASSERT_TRUE(desk.reading().goTo(cell));
    const auto facts = desk.reading().facts(cell);
    ASSERT_TRUE(facts && facts->midlineOffset);
    char text[64];
    std::snprintf(text, sizeof text, "%.1f mm left of midline · L5–S1", *facts->midlineOffset);
    for (const auto pane : {Pane::Work, Pane::Companion})
        EXPECT_EQ(desk.views().overlay(pane).position, text) << "wherever the pane's middle is";
}

TEST(Views, PanesOfOnePlaneScrollTogetherOthersGetAReferenceLine) {
    Desk desk;
    const auto axial = desk.views().pane(Pane::Axial).position;
    desk.views().stepSlice(Pane::SagittalT1, 3);
    EXPECT_EQ(desk.views().pane(Pane::SagittalT2).position, 10U);
    EXPECT_EQ(desk.views().pane(Pane::Axial).position, axial);
    desk.views().stepSlice(Pane::SagittalT1, 100);
    EXPECT_EQ(desk.views().pane(Pane::SagittalT1).position, 14U);
    desk.views().stepSlice(Pane::SagittalT1, -100);
    EXPECT_EQ(desk.views().pane(Pane::SagittalT1).position, 0U);
}

TEST(Views, ReferenceLinesCrossTheAngledBlocks) {
    Desk desk;
    desk.views().setSlice(Pane::Axial, 22); // L5-S1, tilted by 20 degrees
    const auto lines = desk.views().referenceLines(Pane::SagittalT2);
    std::size_t current = 0, faint = 0;
    for (const auto& line : lines) {
        EXPECT_EQ(line.of, Pane::Axial) << "panes of the same plane draw none";
        EXPECT_FALSE(line.assumed);
        if (!line.current) {
            ++faint;
            continue;
        }
        ++current;
        const auto direction = line.to - line.from;
        EXPECT_NEAR(std::abs(std::atan(direction.y / direction.x)) * 180 / M_PI, 20.0, 1e-6);
    }
    EXPECT_EQ(current, 1U);
    EXPECT_EQ(faint, 4U);
}

TEST(Views, AnAssumedLinkIsSaidOnTheScreen) {
    auto makers = testing::usual();
    for (auto& maker : makers) {
        if (maker.plane == geometry::Plane::Sagittal) maker.frameOfReference = "1.2.840.5";
    }
    Desk desk(makers);
    const auto lines = desk.views().referenceLines(Pane::SagittalT2);
    ASSERT_FALSE(lines.empty());
    for (const auto& line : lines)
        EXPECT_TRUE(line.assumed);
    // 30 sagittal images against 25 axial ones: the sagittal frame is the study's.
    EXPECT_TRUE(desk.views().overlay(Pane::SagittalT2).notices.empty());
    ASSERT_FALSE(desk.views().overlay(Pane::Axial).notices.empty());
    EXPECT_NE(desk.views().overlay(Pane::Axial).notices.front().find("assumed"), std::string::npos);
    ASSERT_FALSE(desk.document().notices().empty());
    EXPECT_NE(desk.document().notices().front().find("position alone"), std::string::npos);
}

TEST(Views, UnlinkedPicturesShareNothing) {
    auto makers = testing::usual();
    makers[1].frameOfReference = "1.2.840.5";
    for (auto& center : makers[1].centers)
        center.z += 400.0;
    Desk desk(makers);
    desk.views().pointAt(Pane::SagittalT1, desk.views().pane(Pane::SagittalT1).viewport.center);
    EXPECT_TRUE(desk.views().crossOn(Pane::SagittalT1));
    EXPECT_FALSE(desk.views().crossOn(Pane::SagittalT2));
}

TEST(Views, ThePlacePointedAtIsTheSameInPatientMillimetres) {
    Desk desk;
    const auto& pane = desk.views().pane(Pane::SagittalT1);
    const geometry::PatientPoint place{0.0, 25.0, testing::kDiscStep};
    const auto at = desk.images().plane(*pane.slice).toPlane(place);
    desk.views().followTo(Pane::SagittalT1, at);
    const auto& axial = desk.views().pane(Pane::Axial);
    EXPECT_LT(std::abs(desk.images().plane(*axial.slice).distance(place).value()), 2.0);
    const auto cross = desk.views().crossOn(Pane::Axial);
    ASSERT_TRUE(cross);
    const auto back = desk.images().plane(*axial.slice).toPatient(*cross);
    EXPECT_NEAR(back.x, place.x, 1e-9);
    EXPECT_NEAR(back.y, place.y, 1e-9);
}

TEST(Views, WindowsAreRememberedByWeightingAcrossStudies) {
    Desk desk;
    desk.views().setWindow(Pane::SagittalT2, {60.0, 40.0});
    EXPECT_EQ(desk.views().pane(Pane::SagittalT2).window, (imaging::WindowLevel{60.0, 40.0}));
    EXPECT_NE(desk.views().pane(Pane::SagittalT1).window, (imaging::WindowLevel{60.0, 40.0}));
    const auto& axial = desk.views().pane(Pane::Axial).window;
    ASSERT_TRUE(axial);
    EXPECT_NEAR(axial->center, 60.0, 1e-6) << "same weighting, same range of values";
    ASSERT_TRUE(desk.preferences.windows.contains(Weighting::T2));
    desk.restart();
    EXPECT_NEAR(desk.views().pane(Pane::SagittalT2).window->center, 60.0, 1e-6);
    EXPECT_NEAR(desk.views().pane(Pane::SagittalT2).window->width, 40.0, 1e-6);
    desk.views().resetWindow(Pane::SagittalT2, WindowOrigin::Percentile);
    EXPECT_GT(desk.views().pane(Pane::SagittalT2).window->width, 100.0);
}

TEST(Views, ACellOpensLargeWithItsCompanionsAtTheSamePlace) {
    Desk desk;
    desk.confirmLevels();
    ASSERT_TRUE(desk.reading().goTo(Cell::foramen(Level::L4_L5, Side::R)));
    EXPECT_EQ(desk.views().arrangement(), Arrangement::Cell);
    const auto& work = desk.views().pane(Pane::Work);
    EXPECT_DOUBLE_EQ(work.viewport.field, 60.0);
    EXPECT_EQ(desk.views().overlay(Pane::Work).side, "R");
    const auto place = desk.images().plane(*work.slice).toPatient(work.viewport.center);
    EXPECT_NEAR(place.z, 0.0, 1e-6);
    EXPECT_LT(place.x, -10.0);
    const auto& companion = desk.views().pane(Pane::Companion);
    ASSERT_TRUE(companion.slice);
    EXPECT_NE(companion.list, work.list);
    EXPECT_LT(std::abs(desk.images().plane(*companion.slice).distance(place).value()), 2.1);
    const auto& cross = desk.views().pane(Pane::Cross);
    EXPECT_LT(std::abs(desk.images().plane(*cross.slice).distance(place).value()), 2.1);
    EXPECT_EQ(desk.views().overlay(Pane::Locator).position, "midline");
    const auto box = desk.views().locatorBox();
    ASSERT_EQ(box.size(), 4U);
    EXPECT_NEAR(geometry::length(box[1] - box[0]), 60.0, 1e-9);
    desk.views().stepSlice(Pane::Work, 1);
    EXPECT_EQ(companion.position, work.position) << "the companion keeps to the same place";
}

TEST(Views, VertebraLabelsStandInEveryPlane) {
    Desk desk;
    for (const auto& center : testing::sixBodies())
        ASSERT_TRUE(desk.levels().mark(center));
    EXPECT_EQ(desk.views().vertebraLabels(Pane::SagittalT1).size(), 6U);
    desk.views().setSlice(Pane::Axial, 12); // between two bodies: their disc
    ASSERT_EQ(desk.views().vertebraLabels(Pane::Axial).size(), 1U);
    EXPECT_EQ(desk.views().vertebraLabels(Pane::Axial).front().text, "L3–L4");
    desk.views().setSlice(Pane::Axial, 10);
    ASSERT_EQ(desk.views().vertebraLabels(Pane::Axial).size(), 1U);
    EXPECT_EQ(desk.views().vertebraLabels(Pane::Axial).front().text, "L3");
}

TEST(StudyImages, APictureThatCannotBeReadSaysWhyAndHindersNoOther) {
    auto stacks = openStacks(testing::study(testing::usual())).stacks;
    testing::TaskQueue queue;
    StudyImages images(
        stacks,
        [&](std::size_t i, const Watch&) -> Result<imaging::VolumePtr> {
            if (i == 1) return fail(ErrorCode::Corrupt, "The file /nowhere/x was changed since its import.");
            return testing::madeVolume(stacks[i]);
        },
        queue.post());
    ASSERT_TRUE(queue.runUntil([&] { return images.allLoaded(); }));
    EXPECT_EQ(images.state(0), LoadState::Loaded);
    EXPECT_EQ(images.state(1), LoadState::Failed);
    EXPECT_EQ(images.failure({1, 0})->message, "The file /nowhere/x was changed since its import.");
    EXPECT_FALSE(images.volume(1));
    EXPECT_TRUE(images.volume(2));
}

TEST(StudyImages, WhatIsLookedAtIsReadFirst) {
    auto stacks = openStacks(testing::study(testing::usual())).stacks;
    testing::TaskQueue queue;
    std::mutex mutex;
    std::condition_variable go;
    bool asked = false;
    std::vector<std::size_t> order;
    StudyImages images(
        stacks,
        [&](std::size_t i, const Watch&) {
            std::unique_lock lock(mutex);
            go.wait(lock, [&] { return asked; });
            order.push_back(i);
            return testing::madeVolume(stacks[i]);
        },
        queue.post());
    ASSERT_TRUE(queue.runUntil([&] { return images.state(0) == LoadState::Loading; }));
    images.prefer({4, 2});
    {
        const std::lock_guard lock(mutex);
        asked = true;
    }
    go.notify_all();
    ASSERT_TRUE(queue.runUntil([&] { return images.allLoaded(); }));
    EXPECT_EQ((std::vector(order.begin(), order.begin() + 3)), (std::vector<std::size_t>{0, 4, 2}));
}

TEST(StudyImages, ClosingDoesNotWaitForTheRest) {
    auto stacks = openStacks(testing::study(testing::usual())).stacks;
    testing::TaskQueue queue;
    std::atomic<int> reads = 0;
    {
        StudyImages images(
            stacks,
            [&](std::size_t, const Watch& watch) -> Result<imaging::VolumePtr> {
                ++reads;
                while (!watch.cancelled())
                    std::this_thread::yield();
                return fail(ErrorCode::Cancelled, "Reading was cancelled.");
            },
            queue.post());
        ASSERT_TRUE(queue.runUntil([&] { return images.state(0) == LoadState::Loading; }));
    }
    queue.run(); // what arrives late meets nobody
    EXPECT_EQ(reads, 1);
}

} // namespace
} // namespace forameter::workspace
