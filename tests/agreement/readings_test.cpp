// SPDX-License-Identifier: Apache-2.0
// Contours of several raters: pairing, mix-ups, occasions, slices.
#include <gtest/gtest.h>

#include "drawn.hpp"
#include "forameter/agreement/comparisons.hpp"
#include "forameter/agreement/consensus_case.hpp"
#include "forameter/agreement/summary.hpp"

namespace forameter::agreement {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using testing::asReadings;
using testing::draw;
using testing::Drawing;
using testing::drawSac;
using testing::prepared;

constexpr double kPi = std::numbers::pi;
const Cell kL3R = Cell::foramen(Level::L3_L4, Side::R), kL4R = Cell::foramen(Level::L4_L5, Side::R),
           kL4L = Cell::foramen(Level::L4_L5, Side::L);

TEST(Readings, MeasuresOnThePlaneOfTheImage) {
    const Readings r = prepared({draw({.rater = "b"}), draw({.rater = "a", .halfDepth = 6.0})});
    ASSERT_EQ(r.all.size(), 2u);
    EXPECT_EQ(r.raters, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(r.all[0].rater, "a");
    EXPECT_NEAR(r.all[0].area.value(), kPi * 6.0 * 9.0, 0.05);
    EXPECT_NEAR(r.all[1].area.value(), kPi * 5.0 * 9.0, 0.05);
    EXPECT_EQ(r.planes.size(), 1u);
    EXPECT_EQ(r.patients, 1u);
    EXPECT_TRUE(r.mixUps.empty() && r.refused.empty());
}

TEST(Readings, RefusesACurveOffThePlaneOfItsImage) {
    auto off = draw({.rater = "b"});
    for (auto& p : off.curve.points)
        p.x += 0.5;
    const Readings r = prepared({draw({.rater = "a"}), off});
    ASSERT_EQ(r.refused.size(), 1u);
    EXPECT_EQ(r.refused[0].index, 1u);
    EXPECT_EQ(r.refused[0].error.code, ErrorCode::ConflictingGeometry);
    EXPECT_EQ(r.all.size(), 1u);
}

TEST(Readings, SecondDrawingOnTheImageIsARepeatAndOnAnotherOneAProfile) {
    const Readings r = prepared({draw({.day = 30}), draw({.day = 1}), draw({.x = -19.0, .day = 2})});
    ASSERT_EQ(r.all.size(), 3u);
    EXPECT_EQ(r.all[0].occasion, 1);
    EXPECT_TRUE(r.all[0].isMain);
    EXPECT_EQ(r.all[1].occasion, 1); // the other slice
    EXPECT_FALSE(r.all[1].isMain);
    EXPECT_EQ(r.all[2].occasion, 2);
    EXPECT_TRUE(r.all[2].isMain);
}

TEST(Readings, SittingsAreOccasionsInOrderOfAgeWhateverTheImage) {
    const std::vector<protocol::Contour> contours{draw({.day = 30}), draw({.x = -19.0, .day = 1}),
                                                  draw({.rater = "other", .day = 9})};
    EXPECT_EQ(occasionsOf(contours, std::vector<std::size_t>{0, 1, 0}), (std::vector<int>{2, 1, 1}));
}

TEST(Readings, ModalImageIsTheOneOfMostRatersAndOfEqualsTheNearestToAll) {
    const CaseKey key{StudyUid("1.1"), kL4R};
    const Readings most =
        prepared({draw({.rater = "a", .x = -19}), draw({.rater = "b"}), draw({.rater = "c"})});
    EXPECT_EQ(modalImage(most, key), most.all[1].image);
    const Readings even = prepared(
        {draw({.rater = "a", .x = -11}), draw({.rater = "b", .x = -15}), draw({.rater = "c", .x = -20})});
    EXPECT_EQ(modalImage(even, key), even.all[1].image);
    EXPECT_FALSE(modalImage(even, {StudyUid("9"), kL4R}));
}

/// Statistics and consensus rest on one rule: the same cases give the same image, also where raters drew a
/// profile of slices or the distances differ by less than slices can.
TEST(Readings, ModalImageIsThatOfTheConsensus) {
    const std::vector<std::vector<Drawing>> cases{
        {{.rater = "a", .x = -11}, {.rater = "b", .x = -15}, {.rater = "c", .x = -20}},
        {{.rater = "a", .x = -11}, {.rater = "b", .x = -15}},
        {{.rater = "a", .x = -15}, {.rater = "b", .x = -11}},
        {{.rater = "a", .x = -15, .day = 1},
         {.rater = "a", .x = -11, .day = 2},
         {.rater = "b", .x = -11},
         {.rater = "c", .x = -19}},
    };
    const CaseKey key{StudyUid("1.1"), kL4R};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        std::vector<protocol::Contour> contours;
        std::vector<ConsensusMember> members;
        for (const Drawing& d : cases[i]) {
            contours.push_back(draw(d));
            members.push_back({contours.back(), 1});
        }
        const auto modal = modalImage(prepared(contours), key);
        ASSERT_TRUE(modal);
        EXPECT_EQ(*modal, consensusCases(members).front().image) << "case " << i;
    }
}

TEST(Readings, AProfileCountsWithItsSliceOnTheModalImage) {
    std::vector<protocol::Contour> contours;
    for (const char* study : {"1.1", "1.2", "1.3"}) {
        contours.push_back(draw({.rater = "a", .study = study, .x = -19, .halfDepth = 9, .day = 1}));
        contours.push_back(draw({.rater = "a", .study = study, .x = -15, .halfDepth = 5, .day = 2}));
        contours.push_back(draw({.rater = "b", .study = study, .x = -15, .halfDepth = 5}));
    }
    const auto table = areaTable(prepared(contours), {anatomy::Structure::NF, {}, {}, {}}, Images::ModalOnly);
    ASSERT_EQ(table.rows.size(), 3u);
    for (const auto& row : table.rows) {
        ASSERT_TRUE(row[0] && row[1]);
        EXPECT_NEAR(*row[0], *row[1], 1e-9);
    }
}

TEST(MixUps, NeighbouringLevelIsFoundAndTakesPartInNoMean) {
    std::vector<protocol::Contour> contours;
    for (const char* study : {"1.1", "1.2", "1.3"})
        for (const char* rater : {"a", "b", "c"}) {
            contours.push_back(draw({.rater = rater, .study = study, .cell = kL3R, .halfDepth = 7.0}));
            Drawing d{.rater = rater, .study = study, .cell = kL4R};
            if (d.study == "1.2" && d.rater == "b") {
                d.drawnAt = Level::L3_L4;
                d.halfDepth = 7.0;
            }
            contours.push_back(draw(d));
        }
    const Readings r = prepared(contours);
    ASSERT_EQ(r.mixUps.size(), 1u);
    const MixUp& mixUp = r.mixUps[0];
    EXPECT_EQ(r.all[mixUp.index].rater, "b");
    EXPECT_EQ(r.all[mixUp.index].key, (CaseKey{StudyUid("1.2"), kL4R}));
    EXPECT_EQ(mixUp.identified, kL3R);
    EXPECT_TRUE(mixUp.level && !mixUp.side);
    EXPECT_EQ(mixUp.namedDice, 0.0);
    EXPECT_GT(mixUp.identifiedDice, 0.99);
    EXPECT_EQ(mixUp.others, 2u);

    const Summary s = summarise(r).value();
    std::size_t flagged = 0;
    for (const auto& pair : s.cases)
        flagged += pair.mixUp;
    EXPECT_EQ(flagged, 2u);
    for (const auto& pair : s.pairs) {
        EXPECT_NEAR(pair.dice->value, 1.0, 1e-9) << pair.raterA << pair.raterB;
        EXPECT_EQ(pair.mixUps, pair.raterA == "b" || pair.raterB == "b" ? 1u : 0u);
    }
    EXPECT_EQ(s.groups.front().asChosen.omitted, 1u);
    ASSERT_EQ(s.components.size(), 1u);
    EXPECT_NEAR(s.components[0].components.levelLabel.variance,
                0.5 * std::pow(kPi * 2.0 * 9.0, 2) * 2.0 / 18.0, 1.0); // two of 18 pairs differ by that
    EXPECT_NEAR(s.components[0].components.delineation.variance, 0.0, 1e-9);
    EXPECT_EQ(worstFirst(s.spreads).front().key, (CaseKey{StudyUid("1.2"), kL4R}));
}

TEST(MixUps, SideIsToldFromThePatientAndNotFromTheImage) {
    std::vector<protocol::Contour> contours;
    for (const char* rater : {"a", "b", "c"}) {
        contours.push_back(draw({.rater = rater, .cell = kL4R, .x = rater[0] == 'c' ? 15.0 : -15.0}));
        contours.push_back(draw({.rater = rater, .cell = kL4L, .x = 15.0}));
    }
    const auto found = findMixUps(contours);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(contours[found[0].index].rater, "c");
    EXPECT_EQ(found[0].identified, kL4L);
    EXPECT_TRUE(found[0].side && !found[0].level);
}

TEST(MixUps, AnotherSliceOrALargeOutlineIsNone) {
    std::vector<protocol::Contour> contours;
    for (const char* rater : {"a", "b", "c"}) {
        contours.push_back(draw({.rater = rater, .cell = kL3R}));
        contours.push_back(draw({.rater = rater, .cell = kL4R, .x = rater[0] == 'c' ? -19.0 : -15.0}));
    }
    contours.push_back(draw({.rater = "d", .cell = kL4R, .halfDepth = 9.0, .halfHeight = 19.0}));
    EXPECT_TRUE(findMixUps(contours).empty());
}

TEST(MixUps, OfTwoRatersWhoCrossTheirLevelsBothAreListed) {
    const std::vector<protocol::Contour> contours{
        draw({.rater = "a", .cell = kL3R}), draw({.rater = "a", .cell = kL4R}),
        draw({.rater = "b", .cell = kL3R, .drawnAt = Level::L4_L5}),
        draw({.rater = "b", .cell = kL4R, .drawnAt = Level::L3_L4})};
    EXPECT_EQ(findMixUps(contours).size(), 4u);
    auto withTruth = contours;
    withTruth.push_back(draw({.rater = "truth", .cell = kL3R}));
    withTruth.push_back(draw({.rater = "truth", .cell = kL4R}));
    const auto found = findMixUps(withTruth);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(withTruth[found[0].index].rater, "b");
    EXPECT_EQ(withTruth[found[1].index].rater, "b");
}

TEST(Comparisons, ConcentricCirclesHaveTheirKnownDistances) {
    const Readings r = prepared({drawSac("a", "1.1", 8.0), drawSac("b", "1.1", 9.0)});
    const auto pairs = comparePairs(r).value();
    ASSERT_EQ(pairs.size(), 1u);
    ASSERT_TRUE(pairs[0].comparison);
    EXPECT_NEAR(pairs[0].comparison->dice, 2.0 * 64.0 / (64.0 + 81.0), 1e-3);
    EXPECT_NEAR(pairs[0].comparison->hd95.value(), 1.0, 2e-3);
    EXPECT_NEAR(pairs[0].comparison->assd.value(), 1.0, 2e-3);
}

TEST(Comparisons, DifferentImagesHaveAreasButNoOverlap) {
    const Readings r = prepared({draw({.rater = "a"}), draw({.rater = "b", .x = -19.0, .halfDepth = 6.0})});
    const auto pairs = comparePairs(r).value();
    ASSERT_EQ(pairs.size(), 1u);
    EXPECT_FALSE(pairs[0].sameImage || pairs[0].comparison);
    EXPECT_NEAR(pairs[0].areaB.value() - pairs[0].areaA.value(), kPi * 9.0, 0.1);
    const auto slices = sliceAgreement(r, pairs);
    ASSERT_EQ(slices.size(), 1u);
    EXPECT_EQ(slices[0].casesOnOneImage, 0u);
    EXPECT_NEAR(slices[0].meanDistance->value(), 4.0, 1e-9);
    EXPECT_NEAR(slices[0].areaDifferenceOther.value(), kPi * 9.0, 0.1);
    EXPECT_FALSE(slices[0].areaDifferenceOneImage);
}

TEST(Comparisons, ReferenceMeetsARaterOnTheRatersImage) {
    Reference truth{"truth",
                    {draw({.rater = "x", .x = -15.0, .halfDepth = 5.0}),
                     draw({.rater = "x", .x = -19.0, .halfDepth = 6.0})}};
    const Readings r = prepared({draw({.rater = "a", .x = -19.0, .halfDepth = 6.0})}, {truth});
    const auto pairs = comparePairs(r).value();
    ASSERT_EQ(pairs.size(), 1u);
    EXPECT_EQ(r.all[pairs[0].b].rater, "truth");
    EXPECT_TRUE(pairs[0].sameImage);
    EXPECT_NEAR(pairs[0].comparison->dice, 1.0, 1e-9);
}

TEST(Comparisons, AreaBiasIsAgainstTheOthersAndAgainstTruth) {
    std::vector<protocol::Contour> contours;
    Reference truth{"truth", {}};
    for (const char* study : {"1.1", "1.2", "1.3", "1.4"}) {
        contours.push_back(draw({.rater = "a", .study = study, .halfDepth = 5.5}));
        contours.push_back(draw({.rater = "b", .study = study, .halfDepth = 5.0}));
        contours.push_back(draw({.rater = "c", .study = study, .halfDepth = 4.8}));
        truth.contours.push_back(draw({.study = study, .halfDepth = 5.0}));
    }
    const Readings r = prepared(contours, {truth});
    const auto biases = areaBias(r, comparePairs(r).value());
    ASSERT_EQ(biases.size(), 6u);
    for (const AreaBias& bias : biases) {
        const double own = bias.rater == "a" ? 5.5 : bias.rater == "b" ? 5.0 : 4.8;
        const double other = bias.against == "truth" ? 5.0 : (15.3 - own) / 2.0;
        EXPECT_NEAR(bias.bias.value, kPi * 9.0 * (own - other), 0.05) << bias.rater << bias.against;
        EXPECT_NEAR(bias.relative.value, own / other - 1.0, 1e-9);
        EXPECT_NEAR(bias.meanAbsolute, std::abs(bias.bias.value), 1e-9);
        EXPECT_EQ(bias.patients, 4u);
    }
}

TEST(Comparisons, ClusteredMeanIsTheStudentIntervalWhereEveryClusterHasOne) {
    const std::vector<double> values{1.0, 2.0, 4.0, 5.0};
    const auto alone = clusteredMean(values, {0, 1, 2, 3});
    ASSERT_TRUE(alone && alone->interval);
    EXPECT_DOUBLE_EQ(alone->value, 3.0);
    EXPECT_NEAR(alone->interval->high - 3.0, 3.182446 * std::sqrt(10.0 / 3.0 / 4.0), 1e-5);
    const auto twice =
        clusteredMean({1, 1, 2, 2, 4, 4, 5, 5}, {0, 0, 1, 1, 2, 2, 3, 3}); // nothing new was learned
    EXPECT_NEAR(twice->interval->high, alone->interval->high, 1e-9);
    EXPECT_FALSE(clusteredMean(values, {0, 0, 0, 0})->interval);
    EXPECT_FALSE(clusteredMean({}, {}));
}

TEST(Summary, ComponentsTakeTheSliceFromTheProfileOfTruth) {
    std::vector<protocol::Contour> contours;
    Reference truth{"truth", {}};
    for (int s = 0; s < 6; ++s) {
        const std::string study = "1." + std::to_string(s);
        const double depth = 4.0 + 0.3 * s;
        truth.contours.push_back(draw({.study = study, .x = -15.0, .halfDepth = depth}));
        truth.contours.push_back(draw({.study = study, .x = -19.0, .halfDepth = depth + 1.0}));
        for (const char* rater : {"a", "b", "c"}) {
            const bool other = rater[0] == 'a' && s < 2;
            contours.push_back(
                draw({.rater = rater,
                      .study = study,
                      .x = other ? -19.0 : -15.0,
                      .halfDepth = depth + (other ? 1.0 : 0.0) + (rater[0] == 'b' ? 0.2 : 0.0)}));
        }
    }
    const Readings r = prepared(contours, {truth});
    const Summary summary = summarise(r).value();
    ASSERT_EQ(summary.components.size(), 1u);
    const VarianceComponents& c = summary.components[0].components;
    const double slice = kPi * 9.0, bias = 0.2 * kPi * 9.0;
    EXPECT_NEAR(c.slice.variance, 0.5 * slice * slice * 4.0 / 18.0, 1.0);
    EXPECT_NEAR(c.rater->variance, bias * bias / 3.0, 0.1); // of the biases 0, 0.2 and 0
    EXPECT_NEAR(c.delineation.variance, 0.0, 0.01);
    EXPECT_EQ(summary.groups.front().onOneImage.subjects, 4u);
    EXPECT_EQ(summary.groups.front().asChosen.subjects, 6u);
}

TEST(Summary, RepeatsAndNotAssessableCellsAreToldApart) {
    std::vector<protocol::Contour> contours;
    for (int s = 0; s < 4; ++s) {
        const std::string study = "1." + std::to_string(s);
        contours.push_back(draw({.rater = "a", .study = study, .halfDepth = 5.0 + s}));
        contours.push_back(draw({.rater = "a", .study = study, .halfDepth = 5.2 + s, .day = 20}));
        contours.push_back(draw({.rater = "b", .study = study, .halfDepth = 5.0 + s}));
        if (s > 0) continue;
        contours.back().assessable = false;
        contours.back().curve.points.clear();
        contours.back().note = "artefact";
    }
    const Summary summary = summarise(prepared(contours)).value();
    ASSERT_EQ(summary.repeats.size(), 2u); // a, and all
    EXPECT_EQ(summary.repeats[0].rater, "all");
    EXPECT_EQ(summary.repeats[1].areas.subjects, 4u);
    EXPECT_NEAR(summary.repeats[1].areas.meanChange, 0.2 * kPi * 9.0, 0.05);
    EXPECT_EQ(summary.repeats[1].onOneImage, 4u);
    EXPECT_EQ(summary.groups.front().asChosen.subjects, 3u);
    EXPECT_TRUE(summary.groups.front().alphaAssessable);
    EXPECT_EQ(summary.spreads.front().notAssessable, 1u);
    EXPECT_EQ(summary.cases.size(), 3u); // repeats make no pairs of raters
    EXPECT_TRUE(summary.components[0].components.residual);
}

TEST(Summary, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    const Watch watch{{}, stop.get_token()};
    const Readings r = prepared({draw({.rater = "a"}), draw({.rater = "b"})});
    EXPECT_EQ(summarise(r, {}, watch).error().code, ErrorCode::Cancelled);
    ReadingsInput input;
    input.readings = asReadings({draw({})});
    EXPECT_EQ(prepare(input, watch).error().code, ErrorCode::Cancelled);
}

TEST(Summary, OfNothingIsEmpty) {
    const Summary summary = summarise(prepared({})).value();
    EXPECT_TRUE(summary.cases.empty() && summary.groups.empty() && summary.components.empty());
}

} // namespace
} // namespace forameter::agreement
