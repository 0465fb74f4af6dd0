// SPDX-License-Identifier: Apache-2.0
// What real studies bring and tidy ones do not: spines that lean, pictures that end early, files that are
// missing, and what merely looks like a spine.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "box_study.hpp"
#include "forameter/proposal/propose.hpp"

namespace forameter::proposal {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using anatomy::Vertebra;
using geometry::ImagePlane;
using testing::bothModels;
using testing::BoxSpine;
using testing::byCell;
using testing::reasonFor;
using testing::sagittalPlanes;
using testing::Study;

StackInput sagittal(const BoxSpine& spine, const std::vector<ImagePlane>& planes,
                    std::map<int, Error> unread = {}) {
    return testing::stackOf(spine, planes, geometry::Plane::Sagittal, Weighting::T1, "1.1",
                            std::move(unread));
}

/// The usual stack, its pictures from `top` down and so many rows high.
std::vector<ImagePlane> cropped(double top, int rows) {
    std::vector<ImagePlane> planes;
    for (const auto& p : sagittalPlanes())
        planes.push_back(*ImagePlane::create({{p.origin().x, p.origin().y, top},
                                              p.rowDirection(),
                                              p.columnDirection(),
                                              p.rowSpacing(),
                                              p.columnSpacing(),
                                              p.columns(),
                                              rows}));
    return planes;
}

void expectTrueLevels(const Proposals& made, const BoxSpine& spine, double within) {
    ASSERT_TRUE(made.levels);
    for (const auto& mark : testing::trueLevels().marks) {
        const auto& marks = made.levels->levels.marks;
        const auto found = std::ranges::find(marks, mark.vertebra, &anatomy::VertebraMark::vertebra);
        ASSERT_NE(found, marks.end()) << anatomy::name(mark.vertebra);
        EXPECT_LT(geometry::length(found->center - spine.turned(mark.center)), within)
            << anatomy::name(mark.vertebra);
    }
}

std::size_t foraminaOf(const Proposals& made) {
    return static_cast<std::size_t>(std::ranges::count_if(
        made.contours, [](const Proposal& p) { return p.contour.cell.side.has_value(); }));
}

/// A network that knows upright spines only: of one that leans it takes the sacrum for a body.
Result<wire::Prediction> knowsUprightSpines(const Model& model, const wire::Frame& images,
                                            const Watch& watch) {
    auto answer = testing::readGreys(model, images, watch);
    const auto rows = static_cast<std::size_t>(images.shape[2]),
               columns = static_cast<std::size_t>(images.shape[3]);
    const std::size_t size = rows * columns;
    for (std::size_t n = 0; n < static_cast<std::size_t>(images.shape[0]); ++n) {
        auto& all = answer->probabilities.values;
        const auto at = [&](Label label, std::size_t i) -> float& {
            return all[(n * kLabelCount + static_cast<std::size_t>(label)) * size + i];
        };
        double count = 0.0, x = 0.0, y = 0.0, xy = 0.0, yy = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            const double p = at(Label::Body, i), c = double(i % columns), r = double(i / columns);
            count += p, x += p * c, y += p * r, xy += p * c * r, yy += p * r * r;
        }
        const double slope = count > 0.0 ? (xy - x * y / count) / std::max(1.0, yy - y * y / count) : 0.0;
        for (std::size_t i = 0; i < size && std::abs(slope) > 0.2; ++i)
            std::swap(at(Label::Body, i), at(Label::Sacrum, i));
    }
    return answer;
}

TEST(UnusualSpines, ASpineThatLeansIsShownUpright) {
    for (const double lean : {-22.0, 22.0}) {
        const Study study({.lean = lean});
        auto request = study.request(false);
        request.stacks = std::span(study.stacks).first(1);
        const auto made = propose(request, bothModels(), testing::readGreys);
        ASSERT_TRUE(made) << made.error().message;
        expectTrueLevels(*made, study.spine, 7.0);
        EXPECT_EQ(foraminaOf(*made), 10u);
        for (const auto& one : made->contours)
            EXPECT_NEAR(one.areaMm2, BoxSpine::foramenArea(), 0.15 * BoxSpine::foramenArea());
    }
    const Study study({.lean = 22.0});
    auto request = study.request(true);
    for (auto& mark : request.levels->marks)
        mark.center = study.spine.turned(mark.center);
    std::size_t leaning = 0;
    const auto counting = [&](const Model& model, const wire::Frame& images, const Watch& watch) {
        auto honest = *testing::readGreys(model, images, watch);
        auto answer = *knowsUprightSpines(model, images, watch);
        leaning += model.plane == geometry::Plane::Sagittal &&
                   honest.probabilities.values != answer.probabilities.values;
        return Result<wire::Prediction>(std::move(answer));
    };
    ASSERT_TRUE(propose(request, bothModels(), counting));
    EXPECT_EQ(leaning, 0u);
}

TEST(UnusualSpines, WhatLooksLikeABodyInFrontOfTheSpineIsNotFollowed) {
    const Study study({.decoy = true});
    const auto made = propose(study.request(false), bothModels(), testing::readGreys);
    ASSERT_TRUE(made) << made.error().message;
    expectTrueLevels(*made, study.spine, 6.0);
}

TEST(UnusualSpines, WhatLooksLikeASacBehindTheBackDoesNotMoveTheMidline) {
    const Study study({.stripe = true});
    const auto made = propose(study.request(false), bothModels(), testing::readGreys);
    ASSERT_TRUE(made && made->levels);
    for (const auto& mark : made->levels->levels.marks)
        EXPECT_NEAR(mark.center.x, BoxSpine::kMidline, 1.0) << anatomy::name(mark.vertebra);
    EXPECT_EQ(foraminaOf(*made), 10u);
}

TEST(UnusualSpines, WithoutSagittalPicturesThatIsTheReason) {
    Study study;
    std::erase_if(study.stacks, [](const StackInput& s) { return s.plane == geometry::Plane::Sagittal; });
    ASSERT_FALSE(study.stacks.empty());
    const auto made = propose(study.request(false), bothModels(), testing::readGreys);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->withheld.size(), 15u);
    for (const auto& one : made->withheld)
        EXPECT_NE(one.reason.find("no sagittal pictures that can be read"), std::string::npos) << one.reason;
}

TEST(UnusualSpines, APictureThatEndsWithTheLowestDiscShowsNoSacrum) {
    Study study;
    study.stacks[0] = sagittal(study.spine, cropped(230.0, 293)); // to the disc's lower edge
    const auto made = propose(study.request(false), bothModels(), testing::readGreys);
    ASSERT_TRUE(made && made->levels);
    EXPECT_LT(made->levels->confidence, 0.5);
    ASSERT_FALSE(made->levels->doubts.empty());
    EXPECT_NE(made->levels->doubts.front().find("sacrum"), std::string::npos) << made->levels->doubts.front();
}

TEST(UnusualSpines, ASacrumOfWhichThePictureShowsNoMoreThanAVertebraIsDoubted) {
    for (const auto& [rows, doubted] : {std::pair(324, true), std::pair(345, false)}) { // 24 mm, 41 mm of it
        Study study;
        study.stacks[0] = sagittal(study.spine, cropped(230.0, rows));
        const auto made = propose(study.request(false), bothModels(), testing::readGreys);
        ASSERT_TRUE(made && made->levels);
        EXPECT_EQ(made->levels->confidence < 0.5, doubted) << rows;
        ASSERT_EQ(!made->levels->doubts.empty(), doubted) << rows;
        if (doubted) {
            EXPECT_NE(made->levels->doubts.front().find("may be a vertebra"), std::string::npos);
        }
    }
}

/// A network that gives of its probability of one label only this share, and the rest to another.
auto mistakes(Label one, Label another, float share) {
    return [=](const Model& model, const wire::Frame& images, const Watch& watch) {
        auto answer = testing::readGreys(model, images, watch);
        const auto size = static_cast<std::size_t>(images.shape[2] * images.shape[3]);
        auto& values = answer->probabilities.values;
        for (std::size_t n = 0; n < static_cast<std::size_t>(images.shape[0]); ++n)
            for (std::size_t i = 0; i < size; ++i) {
                const auto at = [&](Label label) -> float& {
                    return values[(n * kLabelCount + static_cast<std::size_t>(label)) * size + i];
                };
                at(another) += (1.0f - share) * at(one);
                at(one) *= share;
            }
        return answer;
    };
}

TEST(UnusualSpines, ASacrumThatIsHalfAVertebraIsDoubted) {
    const Study study;
    for (const auto& [share, doubted] : {std::pair(0.9f, false), std::pair(0.52f, true)}) {
        const auto made =
            propose(study.request(false), bothModels(), mistakes(Label::Sacrum, Label::Body, share));
        ASSERT_TRUE(made && made->levels);
        EXPECT_EQ(made->levels->confidence < 0.75, doubted) << share << ", " << made->levels->confidence;
        EXPECT_EQ(!made->levels->doubts.empty(), doubted) << share;
    }
}

TEST(UnusualSpines, AVertebraOfWhichThePictureShowsLessThanHalfIsMarkedWhereItsMiddleWouldBe) {
    Study study;
    study.stacks[0] = sagittal(study.spine, cropped(161.0, 290)); // 12 of 26 mm of L1
    const auto made = propose(study.request(false), bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    expectTrueLevels(*made, study.spine, 6.0);
    EXPECT_EQ(foraminaOf(*made), 10u);
}

TEST(UnusualSpines, AForamenWhoseOwnSliceIsMissingIsWithheld) {
    const Cell cell = Cell::foramen(Level::L3_L4, Side::R); // measured 16 mm to the right, on slice 3
    Study study;
    study.stacks[0] = sagittal(study.spine, sagittalPlanes(), {{3, Error{ErrorCode::Unreadable, "gone"}}});
    const auto unread = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(unread);
    EXPECT_NE(reasonFor(*unread, cell).find("is missing"), std::string::npos) << reasonFor(*unread, cell);
    EXPECT_TRUE(byCell(*unread).contains(Cell::foramen(Level::L3_L4, Side::L)));

    auto planes = sagittalPlanes(); // the same without a trace of the file
    planes.erase(planes.begin() + 3);
    study.stacks[0] = sagittal(study.spine, planes);
    const auto gap = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(gap);
    EXPECT_NE(reasonFor(*gap, cell).find("missing from the series"), std::string::npos)
        << reasonFor(*gap, cell);
    EXPECT_TRUE(byCell(*gap).contains(Cell::foramen(Level::L3_L4, Side::L)));

    // Another stack that has the slice is asked instead.
    study.stacks.push_back(
        testing::stackOf(study.spine, sagittalPlanes(), geometry::Plane::Sagittal, Weighting::T2, "1.3"));
    const auto other = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(other && byCell(*other).contains(cell));
    EXPECT_EQ(byCell(*other).at(cell)->contour.weighting, Weighting::T2);
}

TEST(UnusualSpines, ASliceThatWasAskedForAndCannotBeReadIsSaid) {
    Study study;
    study.stacks[0] = sagittal(study.spine, sagittalPlanes(), {{4, Error{ErrorCode::Unreadable, "gone"}}});
    auto request = study.request();
    const Cell cell = Cell::foramen(Level::L2_L3, Side::R);
    request.slices.emplace_back(cell, study.stacks[0].images[4]);
    const auto made = propose(request, bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    EXPECT_NE(reasonFor(*made, cell).find("cannot be read"), std::string::npos);
}

TEST(UnusualSpines, ASpeckIsNotTakenForTheForamenOfAnotherSlice) {
    const Study study({.speckBeyond = 14.0}); // on the slices at 16 and 20 mm
    const auto made = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(made);
    EXPECT_EQ(foraminaOf(*made), 10u);
    for (const auto& one : made->contours)
        if (one.contour.cell.side) {
            EXPECT_NEAR(one.areaMm2, BoxSpine::foramenArea(), 0.15 * BoxSpine::foramenArea());
        }
}

/// A network that is not sure of foramina.
auto unsure(float share) {
    return mistakes(Label::Foramen, Label::Background, share);
}

TEST(UnusualSpines, AForamenThatIsSeenFaintlyIsOfferedWhereNoStackShowsItClearly) {
    const Study study;
    const auto made = propose(study.request(), bothModels(), unsure(0.4f));
    ASSERT_TRUE(made);
    EXPECT_EQ(foraminaOf(*made), 10u);
    for (const auto& one : made->contours)
        EXPECT_EQ(one.doubtful, one.contour.cell.side.has_value()) << anatomy::label(one.contour.cell);
}

TEST(UnusualSpines, OfASeriesAndItsRepeatTheOneThatShowsTheForaminaBetterIsTaken) {
    // Of pictures on which the patient moved the network is less sure.
    Study study;
    study.stacks.push_back(
        testing::stackOf(study.spine, sagittalPlanes(), geometry::Plane::Sagittal, Weighting::T1, "1.4"));
    for (const std::size_t moved : {0U, 2U}) {
        std::size_t asked = 0;
        const auto network = [&](const Model& model, const wire::Frame& images, const Watch& watch) {
            // Levels are given, so the stacks are asked one after the other, each twice.
            const bool sagittal = model.plane == geometry::Plane::Sagittal;
            const bool first = sagittal && asked++ < 2;
            return sagittal && first == (moved == 0U) ? unsure(0.65f)(model, images, watch)
                                                      : testing::readGreys(model, images, watch);
        };
        const auto made = propose(study.request(), bothModels(), network);
        ASSERT_TRUE(made);
        EXPECT_EQ(foraminaOf(*made), 10u);
        for (const auto& one : made->contours)
            if (one.contour.cell.side) {
                EXPECT_EQ(one.contour.image.series.text(), moved == 0U ? "1.4" : "1.1");
            }
    }
}

/// A network that is less sure of pictures on which the person moved.
Result<wire::Prediction> unsureWhereMoved(const Model& model, const wire::Frame& images, const Watch& watch) {
    auto answer = testing::readGreys(model, images, watch);
    const auto size = static_cast<std::size_t>(images.shape[2] * images.shape[3]);
    auto& values = answer->probabilities.values;
    for (std::size_t i = 0; i < images.values.size(); ++i) {
        const float grey = testing::kLowGrey + (testing::kHighGrey - testing::kLowGrey) * images.values[i];
        if (std::abs(grey - std::round(grey)) < 0.2f) continue;
        for (std::size_t label = 1; label < kLabelCount; ++label) {
            float& p = values[((i / size) * kLabelCount + label) * size + i % size];
            values[(i / size) * kLabelCount * size + i % size] += 0.35f * p;
            p *= 0.65f;
        }
    }
    return answer;
}

StackInput axial(const BoxSpine& spine, const std::string& series, std::map<int, Error> unread = {}) {
    return testing::stackOf(spine, testing::axialPlanes(), geometry::Plane::Axial, Weighting::T2, series,
                            std::move(unread));
}

std::string seriesOf(const Proposals& made, const Cell& cell) {
    const auto all = byCell(made);
    return all.contains(cell) ? all.at(cell)->contour.image.series.text() : "none";
}

TEST(UnusualSpines, OfRepeatedAxialSeriesTheOneThatShowsTheSacsBetterIsTaken) {
    const BoxSpine moved{.moved = 0.3f};
    for (const bool first : {true, false}) {
        Study study;
        study.stacks[1] = axial(first ? moved : BoxSpine{}, "1.2");
        study.stacks.push_back(axial(first ? BoxSpine{} : moved, "1.5"));
        const auto made = propose(study.request(), bothModels(), unsureWhereMoved);
        ASSERT_TRUE(made) << made.error().message;
        for (const Level level : anatomy::readingLevels(anatomy::LumbarCount::Five))
            EXPECT_EQ(seriesOf(*made, Cell::canal(level)), first ? "1.5" : "1.2") << anatomy::name(level);
    }
}

TEST(UnusualSpines, AnAxialSeriesThatLacksTheSliceStandsBackForItsRepeat) {
    Study study; // the middle one of L3-L4
    study.stacks[1] = axial(BoxSpine{}, "1.2", {{7, Error{ErrorCode::Unreadable, "gone"}}});
    const Cell cell = Cell::canal(Level::L3_L4);
    const auto alone = propose(study.request(), bothModels(), testing::readGreys);
    ASSERT_TRUE(alone);
    EXPECT_NE(reasonFor(*alone, cell).find("is missing"), std::string::npos) << reasonFor(*alone, cell);
    study.stacks.push_back(axial({.moved = 0.3f}, "1.5")); // worse, but whole
    const auto repeated = propose(study.request(), bothModels(), unsureWhereMoved);
    ASSERT_TRUE(repeated);
    EXPECT_EQ(seriesOf(*repeated, cell), "1.5");
    EXPECT_EQ(seriesOf(*repeated, Cell::canal(Level::L2_L3)), "1.2");
}

TEST(UnusualSpines, AnAxialSeriesOfAnotherKindIsNoRepeat) {
    Study study;
    study.stacks[1] = axial({.moved = 0.3f}, "1.2");
    study.stacks.push_back(axial(BoxSpine{}, "1.5"));
    study.stacks.back().weighting = Weighting::T1;
    const auto made = propose(study.request(), bothModels(), unsureWhereMoved);
    ASSERT_TRUE(made);
    EXPECT_EQ(seriesOf(*made, Cell::canal(Level::L3_L4)), "1.2");
}

TEST(UnusualSpines, WhereACloserLookShowsNothingTheNextSliceIsLookedAt) {
    auto models = bothModels();
    models[0].looks.scales = {0.9};
    std::size_t closer = 0;
    const auto blindAtFirst = [&](const Model& model, const wire::Frame& images, const Watch& watch) {
        auto answer = testing::readGreys(model, images, watch);
        if (model.plane == geometry::Plane::Sagittal && !model.looks.scales.empty() && closer++ == 0) {
            const auto size = static_cast<std::size_t>(images.shape[2] * images.shape[3]);
            std::fill_n(answer->probabilities.values.begin() + // of one of the slices
                            static_cast<std::ptrdiff_t>(static_cast<std::size_t>(Label::Foramen) * size),
                        size, 0.0f);
        }
        return answer;
    };
    const Study study;
    const auto made = propose(study.request(), models, blindAtFirst);
    ASSERT_TRUE(made);
    EXPECT_EQ(foraminaOf(*made), 10u);
}

} // namespace
} // namespace forameter::proposal
