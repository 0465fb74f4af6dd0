// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/propose.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "box_study.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/protocol/reading.hpp"

namespace forameter::proposal {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using anatomy::Vertebra;
using testing::bothModels;
using testing::BoxSpine;
using testing::byCell;
using testing::discOf;
using testing::modelFor;
using testing::reasonFor;
using testing::Study;
using testing::trueLevels;

const Study& plain() {
    static const Study study;
    return study;
}

TEST(Propose, EveryCellOfAStudyThatIsPlainToSee) {
    const auto made = propose(plain().request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE(made->withheld.empty()) << made->withheld.front().reason;
    EXPECT_FALSE(made->levels);
    EXPECT_EQ(made->device, "cpu");
    const auto cells = byCell(*made);
    for (const Cell& cell : protocol::readingCells(anatomy::LumbarCount::Five)) {
        ASSERT_TRUE(cells.contains(cell)) << anatomy::label(cell);
        const Proposal& p = *cells.at(cell);
        const auto middle = p.contour.curve.points;
        double x = 0.0, z = 0.0;
        for (const auto& point : middle)
            x += point.x / double(middle.size()), z += point.z / double(middle.size());
        const double disc = BoxSpine::discHeight(discOf(cell.level));
        if (cell.structure == anatomy::Structure::NF) {
            EXPECT_NEAR(p.areaMm2, BoxSpine::foramenArea(), 0.03 * BoxSpine::foramenArea())
                << anatomy::label(cell);
            EXPECT_EQ(x > BoxSpine::kMidline, *cell.side == Side::L) << anatomy::label(cell);
            EXPECT_NEAR(z, disc + 4.0, 1.5);
            EXPECT_EQ(p.contour.protocol, "nf-pedicle-v1");
            EXPECT_NEAR(*p.contour.midlineOffset, std::abs(x - BoxSpine::kMidline), 1e-6);
            EXPECT_EQ(p.contour.model, std::string(64, 'a'));
        } else {
            EXPECT_NEAR(p.areaMm2, plain().spine.sacArea(z), 0.03 * plain().spine.sacArea(z));
            EXPECT_LE(std::abs(z - disc), 4.5);
            EXPECT_EQ(p.contour.protocol, "cc-disc-v1");
            EXPECT_EQ(p.contour.model, std::string(64, 'b'));
        }
        EXPECT_NEAR(p.areaMm2, protocol::measure(p.contour, std::nullopt)->area.value(), 1e-6);
        EXPECT_EQ(p.contour.source, protocol::Source::Model);
        EXPECT_LE(p.areaLow, p.areaMm2);
        EXPECT_GE(p.areaHigh, p.areaMm2);
        EXPECT_FALSE(p.doubtful);
    }
}

TEST(Propose, LevelsAreCountedUpwardsFromTheSacrum) {
    const auto made = propose(plain().request(false), bothModels(), testing::readGreys);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(made->levels);
    EXPECT_GT(made->levels->confidence, 0.8);
    EXPECT_TRUE(made->levels->doubts.empty()) << made->levels->doubts.front();
    for (const auto& mark : trueLevels().marks) {
        const auto found =
            std::ranges::find(made->levels->levels.marks, mark.vertebra, &anatomy::VertebraMark::vertebra);
        ASSERT_NE(found, made->levels->levels.marks.end()) << anatomy::name(mark.vertebra);
        EXPECT_LT(geometry::length(found->center - mark.center), 6.0) << anatomy::name(mark.vertebra);
    }
    EXPECT_EQ(made->contours.size(), 15u);
}

TEST(Propose, ASacrumOutOfThePictureIsSaid) {
    Study study;
    std::vector<geometry::ImagePlane> planes; // ends in the middle of L5
    for (const auto& plane : testing::sagittalPlanes())
        planes.push_back(*geometry::ImagePlane::create(
            {plane.origin(), plane.rowDirection(), plane.columnDirection(), 0.8, 0.8, 250, 268}));
    study.stacks[0] = stackOf(study.spine, planes, geometry::Plane::Sagittal, Weighting::T1, "1.1");
    const auto made = propose(study.request(false), bothModels(), testing::readGreys);
    ASSERT_TRUE(made && made->levels);
    EXPECT_LT(made->levels->confidence, 0.5);
    ASSERT_FALSE(made->levels->doubts.empty());
    EXPECT_NE(made->levels->doubts.front().find("sacrum"), std::string::npos);
}

TEST(Propose, SidesAreThePatientsHoweverTheStackIsStored) {
    Study study;
    auto planes = testing::sagittalPlanes();
    std::ranges::reverse(planes);
    for (auto& plane : planes) // rows from the feet up, columns from the back: the picture is turned by half
        plane = *geometry::ImagePlane::create({plane.toPatient(geometry::PixelPoint{249.0, 379.0}),
                                               -1.0 * plane.rowDirection(), -1.0 * plane.columnDirection(),
                                               0.8, 0.8, 250, 380});
    study.stacks[0] = stackOf(study.spine, planes, geometry::Plane::Sagittal, Weighting::T1, "1.1");
    const auto made = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    std::size_t foramina = 0;
    for (const auto& one : made->contours) {
        if (!one.contour.cell.side) continue;
        ++foramina;
        EXPECT_EQ(one.contour.curve.points.front().x > BoxSpine::kMidline, *one.contour.cell.side == Side::L);
        EXPECT_NEAR(one.areaMm2, BoxSpine::foramenArea(), 0.03 * BoxSpine::foramenArea());
    }
    EXPECT_EQ(foramina, 10u);
}

/// The same pictures stored the other way round.
imaging::VolumePtr lowIsWhite(const imaging::Volume& volume) {
    auto builder = *imaging::VolumeBuilder::create({volume.planes().begin(), volume.planes().end()});
    for (int i = 0; i < volume.sliceCount(); ++i)
        std::ranges::transform(volume.slice(i).data(), builder.slice(i).data().begin(),
                               [](float v) { return 4095.0f - v; });
    auto info = volume.info();
    info.greyscale = imaging::Greyscale::LowIsWhite;
    return builder.finish(std::move(info));
}

TEST(Propose, PicturesLookTheSameHoweverTheirGreysAreStored) {
    Study turned;
    for (auto& stack : turned.stacks)
        stack.volume = lowIsWhite(*stack.volume);
    const auto made = propose(turned.request(), bothModels(), testing::readGreys),
               usual = propose(plain().request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(made && usual);
    ASSERT_EQ(made->contours.size(), usual->contours.size());
    for (std::size_t i = 0; i < usual->contours.size(); ++i)
        EXPECT_NEAR(made->contours[i].areaMm2, usual->contours[i].areaMm2, 1e-3);
}

TEST(Propose, TheSmallestSacAtTheDiscIsTaken) {
    const Study study({.narrowing = 3.0});
    const auto made = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    for (const auto& [cell, p] : byCell(*made))
        if (cell.structure == anatomy::Structure::CC) {
            EXPECT_NEAR(p->contour.curve.points.front().z, BoxSpine::discHeight(discOf(cell.level)), 1e-6);
            EXPECT_NEAR(p->areaMm2, M_PI * 9.0 * 3.5, 0.04 * M_PI * 9.0 * 3.5);
        }
}

TEST(Propose, ACanalIsMeasuredWhereItsSacIsAndHoldsIt) {
    const Study study({.narrowing = 3.0, .around = 2.0});
    auto request = study.request();
    for (const Level level : {Level::L2_L3, Level::L4_L5})
        for (const auto quantity : {anatomy::Quantity::DuralSac, anatomy::Quantity::Canal})
            request.cells.push_back(Cell::canal(level, quantity));
    std::int64_t pictures = 0;
    const auto counting = [&](const Model& model, const wire::Frame& images, const Watch& watch) {
        pictures += images.shape[0];
        return testing::readGreys(model, images, watch);
    };
    auto models = bothModels();
    models[1].canalFit = Fit{};
    const auto made = propose(request, models, counting);
    ASSERT_TRUE(made);
    ASSERT_EQ(made->contours.size(), 4u);
    const auto cells = byCell(*made);
    for (const Level level : {Level::L2_L3, Level::L4_L5}) {
        const Proposal& sac = *cells.at(Cell::canal(level, anatomy::Quantity::DuralSac));
        const Proposal& canal = *cells.at(Cell::canal(level, anatomy::Quantity::Canal));
        const double disc = BoxSpine::discHeight(discOf(level));
        EXPECT_EQ(canal.contour.image, sac.contour.image);
        EXPECT_NEAR(canal.contour.curve.points.front().z, disc, 1e-6);
        EXPECT_NEAR(sac.areaMm2, study.spine.sacArea(disc), 0.04 * study.spine.sacArea(disc));
        EXPECT_NEAR(canal.areaMm2, study.spine.canalArea(disc), 0.04 * study.spine.canalArea(disc));
    }
    EXPECT_EQ(pictures, 2 * 3 + 2) << "each of three slices of a disc once, the chosen one once more";
}

TEST(Propose, CanalsAreProposedByModelsThatSaySoAndBonyOnesByNone) {
    auto request = plain().request();
    const Cell canal = Cell::canal(Level::L4_L5, anatomy::Quantity::Canal),
               bony = Cell::canal(Level::L4_L5, anatomy::Quantity::BonyCanal);
    request.cells = {canal, bony};
    const auto made = propose(request, bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    EXPECT_EQ(reasonFor(*made, canal), "The model axial proposes dural sacs, but not canals.");
    EXPECT_NE(reasonFor(*made, bony).find("not bony"), std::string::npos);
}

TEST(Propose, ACanalHasItsOwnOutlineLevelAndCalibration) {
    const Study study({.around = 2.0});
    auto request = study.request();
    request.cells = {Cell::canal(Level::L4_L5, anatomy::Quantity::Canal)};
    auto models = bothModels();
    models[1].canalFit = Fit{};
    const auto before = propose(request, models, testing::readGreys);
    models[1].canalFit->calibration = {
        {0.5, 0, 0, 0, 0, 0}, {-3.0, 0, 0, 0, 0, 0}, {-9.0, 0.0}, 0.0, 1.0, 0.5};
    models[1].canalFit->outlineLevel = 0.2;
    const auto after = propose(request, models, testing::readGreys);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->contours.at(0).confidence, 0.5);
    EXPECT_GT(after->contours.at(0).areaMm2, before->contours.at(0).areaMm2);
}

TEST(Propose, AFixedSliceIsKept) {
    auto request = plain().request();
    const Cell cell = Cell::foramen(Level::L3_L4, Side::R);
    const ImageId image = plain().stacks[0].images[4]; // 12 mm to the right of the midline
    request.slices.emplace_back(cell, image);
    const auto made = propose(request, bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    EXPECT_EQ(byCell(*made).at(cell)->contour.image, image);
    request.slices.back().second = {SeriesUid("9"), SopUid("9"), 1};
    const auto elsewhere = propose(request, bothModels(), testing::readGreys);
    ASSERT_TRUE(elsewhere);
    EXPECT_NE(reasonFor(*elsewhere, cell).find("not among"), std::string::npos);
}

TEST(Propose, LooksAgainOnlyAtTheSlicesItMeasuresOn) {
    auto models = bothModels();
    models[0].looks.scales = {0.9};
    std::int64_t once = 0, closer = 0;
    const auto counting = [&](const Model& model, const wire::Frame& images, const Watch& watch) {
        if (model.plane == geometry::Plane::Sagittal)
            (model.looks.scales.empty() ? once : closer) += images.shape[0];
        return testing::readGreys(model, images, watch);
    };
    const auto made = propose(plain().request(), models, counting);
    ASSERT_TRUE(made);
    std::set<SopUid> measuredOn;
    for (const auto& one : made->contours)
        if (one.contour.cell.side) measuredOn.insert(one.contour.image.sop);
    EXPECT_EQ(closer, static_cast<std::int64_t>(measuredOn.size()));
    EXPECT_GT(once, closer);
}

TEST(Propose, LevelsAreSoughtAsFarAsTheCanalIsSeen) {
    std::int64_t pictures = 0;
    const auto counting = [&](const Model& model, const wire::Frame& images, const Watch& watch) {
        pictures += images.shape[0];
        return testing::readGreys(model, images, watch);
    };
    auto request = plain().request(false);
    request.contours = false;
    ASSERT_TRUE(propose(request, bothModels(), counting)->levels);
    // The sac is 18 mm wide: slices at 0, 4 and 8 mm, and the first beyond on each side.
    EXPECT_EQ(pictures, 7);
}

TEST(Propose, T1GoesBeforeT2AndTheyAreNeverPooled) {
    Study study;
    study.stacks.push_back(
        stackOf(study.spine, testing::sagittalPlanes(), geometry::Plane::Sagittal, Weighting::T2, "1.3"));
    std::swap(study.stacks[0], study.stacks[2]);
    const auto made = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    for (const auto& one : made->contours)
        EXPECT_EQ(one.contour.weighting, one.contour.cell.side ? Weighting::T1 : Weighting::T2);
}

TEST(Propose, WhatSpeaksAgainstAnImageIsSaidAndAcquiredImagesGoFirst) {
    Study study;
    const auto again = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(again) << again.error().message;
    for (const auto& one : again->contours)
        EXPECT_TRUE(one.warnings.empty());
    study.stacks[0].weighting = Weighting::PD;
    study.stacks[1].weighting = Weighting::T1;
    study.stacks.push_back(
        stackOf(study.spine, testing::sagittalPlanes(), geometry::Plane::Sagittal, Weighting::T1, "1.3"));
    study.stacks[2].fitness = Fitness::Reformat;
    const auto made = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    EXPECT_FALSE(made->contours.empty());
    for (const auto& one : made->contours) {
        ASSERT_EQ(one.warnings.size(), 1u);
        EXPECT_TRUE(one.warnings[0].starts_with(one.contour.cell.side ? "This is PD;" : "This is T1;"));
    }
}

TEST(Propose, AnotherFrameOfReferenceIsSaidAndAnotherPlaceIsNotMeasured) {
    Study study;
    study.stacks[1].frameOfReference = FrameOfReferenceUid("1.8");
    const auto linked = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(linked) << linked.error().message;
    for (const auto& one : linked->contours) {
        if (one.contour.cell.side) {
            EXPECT_TRUE(one.warnings.empty());
        } else {
            EXPECT_TRUE(one.warnings.at(0).starts_with("Its frame of reference"));
        }
    }
    EXPECT_EQ(linked->contours.size(), 15u);
    std::vector<geometry::ImagePlane> away;
    for (const auto& plane : study.stacks[1].volume->planes())
        away.push_back(
            *geometry::ImagePlane::create({plane.origin() + geometry::PatientVector{0, 0, 900},
                                           plane.rowDirection(), plane.columnDirection(), plane.rowSpacing(),
                                           plane.columnSpacing(), plane.columns(), plane.rows()}));
    study.stacks[1] = stackOf(study.spine, away, geometry::Plane::Axial, Weighting::T2, "1.2");
    study.stacks[1].frameOfReference = FrameOfReferenceUid("1.8");
    const auto apart = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(apart) << apart.error().message;
    EXPECT_EQ(apart->contours.size(), 10u);
}

TEST(Propose, ALocalizerIsAskedOnlyWhereThereIsNoProperSeries) {
    Study study;
    study.stacks[0].fitness = Fitness::Localizer;
    const auto alone = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(alone) << alone.error().message;
    const auto isForamen = [](const auto& one) { return one.contour.cell.side.has_value(); };
    EXPECT_EQ(std::ranges::count_if(alone->contours, isForamen), 10);
    for (const auto& one : alone->contours)
        EXPECT_TRUE(!isForamen(one) || one.warnings.at(0).starts_with("This is a localizer"));
    study.stacks.push_back(
        stackOf(study.spine, testing::sagittalPlanes(), geometry::Plane::Sagittal, std::nullopt, "1.3"));
    const auto both = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(both);
    for (const auto& one : both->contours)
        EXPECT_TRUE(!isForamen(one) || one.contour.image.series == SeriesUid("1.3"));
}

TEST(Propose, WhatCannotBeDoneIsWithheldWithItsReason) {
    const std::vector<Model> sagittal{bothModels().front()};
    const auto made = propose(plain().request(), sagittal, testing::readGreys);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->contours.size(), 10u);
    EXPECT_EQ(reasonFor(*made, Cell::canal(Level::L4_L5)), "There is no model for axial pictures.");

    auto few = plain().request();
    few.levels->marks.erase(few.levels->marks.begin()); // L1
    const auto without = propose(few, bothModels(), testing::readGreys);
    ASSERT_TRUE(without);
    EXPECT_EQ(reasonFor(*without, Cell::foramen(Level::L1_L2, Side::L)),
              "The vertebrae of L1–L2 are not marked.");

    Study unmeasurable;
    unmeasurable.stacks[0].measurable = false;
    const auto none = propose(unmeasurable.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(none);
    EXPECT_EQ(none->contours.size(), 5u);
    EXPECT_NE(reasonFor(*none, Cell::foramen(Level::L4_L5, Side::R)).find("can be measured"),
              std::string::npos);

    const Study closed({.foramina = false});
    const auto nothing = propose(closed.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(nothing);
    EXPECT_NE(reasonFor(*nothing, Cell::foramen(Level::L4_L5, Side::R)).find("No foramen was seen"),
              std::string::npos);

    const Study wide({.sacDeep = 17.0});
    const auto huge = propose(wide.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(huge);
    EXPECT_NE(reasonFor(*huge, Cell::canal(Level::L2_L3)).find("plausible"), std::string::npos);
}

TEST(Propose, LevelsAloneWhereOnlyTheyAreWanted) {
    auto request = plain().request(false);
    request.contours = false;
    const auto made = propose(request, bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->levels);
    EXPECT_TRUE(made->contours.empty() && made->withheld.empty());
}

TEST(Propose, AWorkerThatFailsOrTalksNonsenseIsAnError) {
    const Infer dead = [](const Model&, const wire::Frame&, const Watch&) -> Result<wire::Prediction> {
        return fail(ErrorCode::Other, "The worker has ended.");
    };
    const auto failed = propose(plain().request(), bothModels(), dead);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "The worker has ended.");
    const Infer few = [](const Model&, const wire::Frame&, const Watch&) -> Result<wire::Prediction> {
        return wire::Prediction{{{1, 8, 2, 2}, wire::Values(32, 0.5f)}, {}, "", "cpu", "float32", 0.0};
    };
    const auto nonsense = propose(plain().request(), bothModels(), few);
    ASSERT_FALSE(nonsense);
    EXPECT_EQ(nonsense.error().code, ErrorCode::Corrupt);
    const Infer notNumbers = [](const Model& model, const wire::Frame& images, const Watch& watch) {
        auto answer = testing::readGreys(model, images, watch);
        std::ranges::fill(answer->probabilities.values, std::numeric_limits<float>::quiet_NaN());
        return answer;
    };
    const auto empty = propose(plain().request(), bothModels(), notNumbers);
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->contours.empty());
    EXPECT_EQ(empty->withheld.size(), 15u);
    EXPECT_FALSE(propose(plain().request(), {}, testing::readGreys));
    std::stop_source stop;
    stop.request_stop();
    const auto cancelled =
        propose(plain().request(), bothModels(), testing::readGreys, {{}, stop.get_token()});
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
}

} // namespace
} // namespace forameter::proposal
