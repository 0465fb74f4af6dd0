// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/variance_components.hpp"

#include <gtest/gtest.h>

#include "forameter/agreement/icc.hpp"
#include "forameter/core/random.hpp"

namespace forameter::agreement {
namespace {

AreaReading reading(std::size_t patient, std::size_t cell, std::size_t rater, double area) {
    AreaReading r;
    r.patient = patient;
    r.cell = cell;
    r.rater = rater;
    r.area = area;
    r.sliceShift = r.labelShift = 0.0;
    return r;
}

/// Standard deviations, mm².
struct Truth {
    double patient = 30.0, cell = 20.0, rater = 6.0, delineation = 9.0, residual = 5.0;
    double slice = 25.0, pSlice = 0.25; ///< of the shift, and how often another image is chosen
    double label = 60.0, pLabel = 0.03;
};

/// A round: `known` tells whether shifts are.
std::vector<AreaReading> simulate(const Truth& truth, std::size_t patients, std::size_t cells,
                                  std::size_t raters, bool known, Random random, double repeats = 0.5) {
    std::vector<double> bias;
    for (std::size_t r = 0; r < raters; ++r)
        bias.push_back(random.normal(0.0, truth.rater));
    std::vector<AreaReading> all;
    for (std::size_t p = 0; p < patients; ++p) {
        const double patient = random.normal(0.0, truth.patient);
        const bool again = random.chance(repeats);
        for (std::size_t c = 0; c < cells; ++c) {
            const double area = 150.0 + patient + random.normal(0.0, truth.cell);
            const double slices[3]{0.0, random.normal(0.0, truth.slice), random.normal(0.0, truth.slice)};
            const double label = random.normal(0.0, truth.label);
            for (std::size_t r = 0; r < raters; ++r) {
                AreaReading one = reading(p, c, r, area + bias[r] + random.normal(0.0, truth.delineation));
                if (random.chance(truth.pSlice)) one.image = random.chance(0.5) ? 1 : 2;
                if (random.chance(truth.pLabel)) one.identified = 1;
                const double labelShift = one.identified == 1 ? label : 0.0;
                one.area += slices[one.image] + labelShift;
                one.sliceShift = slices[one.image];
                one.labelShift = labelShift;
                if (!known && one.image != 0) one.sliceShift.reset();
                if (!known && one.identified != 0) one.labelShift.reset();
                AreaReading second = one;
                one.area += random.normal(0.0, truth.residual);
                second.area += random.normal(0.0, truth.residual);
                second.occasion = 2;
                all.push_back(one);
                if (again) all.push_back(second);
            }
        }
    }
    return all;
}

TEST(VarianceComponents, OfABalancedTableAreThoseOfTheAnalysisOfVariance) {
    const std::vector<std::vector<double>> rows{{9, 2, 5, 8}, {6, 1, 3, 2},  {8, 4, 6, 8},
                                                {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};
    std::vector<AreaReading> readings;
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t r = 0; r < 4; ++r)
            readings.push_back(reading(i, 0, r, rows[i][r]));
    const auto ms = meanSquares(rows).value();
    const auto c = varianceComponents(readings);
    ASSERT_TRUE(c && c->rater && c->patient);
    EXPECT_NEAR(c->rater->variance, (ms.columns - ms.error) / 6.0, 1e-9);
    EXPECT_NEAR(c->delineation.variance, ms.error, 1e-9);
    EXPECT_NEAR(c->patient->variance, (ms.rows - ms.error) / 4.0, 1e-9);
    EXPECT_NEAR(c->error(), 2.502776 * 2.502776, 1e-5); // SEM of agreement, squared
    EXPECT_FALSE(c->cell);
    EXPECT_FALSE(c->residual);
    EXPECT_EQ(c->slice.variance, 0.0);
    EXPECT_EQ(c->levelLabel.variance, 0.0);
    EXPECT_EQ(c->pairs, 36u);
    EXPECT_EQ(c->otherImage + c->otherCell + c->repeatPairs, 0u);
}

TEST(VarianceComponents, KnownShiftsAreTakenOffExactly) {
    std::vector<AreaReading> readings;
    for (std::size_t p = 0; p < 4; ++p)
        for (std::size_t r = 0; r < 2; ++r) {
            auto& one = readings.emplace_back(reading(p, 0, r, 100.0 + 10.0 * static_cast<double>(p)));
            if (r == 1 && p < 2) { // half of the pairs differ by a slice of 8 mm²
                one.image = 1;
                one.area += 8.0;
                one.sliceShift = 8.0;
            }
        }
    const auto c = varianceComponents(readings);
    ASSERT_TRUE(c);
    EXPECT_DOUBLE_EQ(c->slice.variance, 0.5 * 0.5 * 64.0);
    EXPECT_DOUBLE_EQ(c->delineation.variance, 0.0);
    EXPECT_DOUBLE_EQ(c->rater->variance, 0.0);
    EXPECT_EQ(c->otherImage, 2u);
}

TEST(VarianceComponents, UnknownShiftsAreInferredFromPairsThatDiffer) {
    std::vector<AreaReading> readings;
    for (std::size_t p = 0; p < 4; ++p)
        for (std::size_t r = 0; r < 2; ++r) {
            auto& one = readings.emplace_back(reading(p, 0, r, 100.0));
            if (r == 1 && p < 2) {
                one.image = 1;
                one.area += 8.0;
                one.sliceShift.reset();
            }
            if (r == 1 && p == 2) {
                one.identified = 1;
                one.area += 30.0;
                one.labelShift.reset();
            }
        }
    const auto c = varianceComponents(readings);
    ASSERT_TRUE(c);
    EXPECT_DOUBLE_EQ(c->slice.variance, 0.5 * 0.5 * 64.0);
    EXPECT_DOUBLE_EQ(c->levelLabel.variance, 0.25 * 0.5 * 900.0);
    EXPECT_DOUBLE_EQ(c->delineation.variance, 0.0);
    EXPECT_FALSE(c->rater); // one patient's pair is left to tell
}

TEST(VarianceComponents, AreRecoveredFromSimulatedRounds) {
    const Truth truth;
    for (const bool known : {true, false}) {
        double patient = 0, cell = 0, rater = 0, slice = 0, label = 0, delineation = 0, residual = 0;
        constexpr int kRounds = 60;
        for (int i = 0; i < kRounds; ++i) {
            const auto c = varianceComponents(simulate(truth, 40, 6, 5, known, Random(100).stream(i)));
            ASSERT_TRUE(c && c->patient && c->cell && c->rater && c->residual);
            patient += c->patient->untruncated / kRounds;
            cell += c->cell->untruncated / kRounds;
            rater += c->rater->untruncated / kRounds;
            slice += c->slice.untruncated / kRounds;
            label += c->levelLabel.untruncated / kRounds;
            delineation += c->delineation.untruncated / kRounds;
            residual += c->residual->untruncated / kRounds;
        }
        // Three images that raters choose with 0.75, 0.125, 0.125; the usual one has shift 0, so that a pair
        // differs by one shift's variance where one of two is usual and by two where both chose different
        // others.
        const double v = truth.slice * truth.slice;
        const double expectedSlice = 2 * 0.75 * 0.25 * v / 2 + 2 * 0.125 * 0.125 * 2 * v / 2;
        const double expectedLabel = 0.03 * 0.97 * truth.label * truth.label;
        EXPECT_NEAR(patient, 900.0, 90.0) << known;
        EXPECT_NEAR(cell, 400.0, 20.0) << known;
        EXPECT_NEAR(rater, 36.0, 9.0) << known;
        EXPECT_NEAR(slice, expectedSlice, 0.07 * expectedSlice) << known;
        EXPECT_NEAR(label, expectedLabel, 0.12 * expectedLabel) << known;
        EXPECT_NEAR(delineation, 81.0, 4.0) << known;
        EXPECT_NEAR(residual, 25.0, 1.0) << known;
    }
}

TEST(VarianceComponents, AbsentOnesAreTruncatedAndSaySo) {
    Truth truth;
    truth.rater = truth.slice = truth.label = 0.0;
    int truncated = 0;
    for (int i = 0; i < 40; ++i) {
        const auto c = varianceComponents(simulate(truth, 10, 4, 4, false, Random(3).stream(i)));
        ASSERT_TRUE(c && c->rater);
        EXPECT_GE(c->rater->variance, 0.0);
        EXPECT_EQ(c->rater->truncated, c->rater->untruncated < 0.0);
        if (c->rater->truncated) {
            ++truncated;
            EXPECT_EQ(c->rater->variance, 0.0);
        }
    }
    EXPECT_GT(truncated, 5);
    EXPECT_LT(truncated, 35);
}

TEST(VarianceComponents, WithoutRepeatsDelineationHoldsTheResidual) {
    const Truth truth;
    double sum = 0.0;
    for (int i = 0; i < 30; ++i) {
        const auto c = varianceComponents(simulate(truth, 30, 4, 4, true, Random(9).stream(i), 0.0));
        ASSERT_TRUE(c);
        EXPECT_FALSE(c->residual);
        EXPECT_EQ(c->repeatPairs, 0u);
        sum += c->delineation.untruncated / 30.0;
    }
    EXPECT_NEAR(sum, 106.0, 5.0);
}

TEST(VarianceComponents, DoNotMindMissingReadings) {
    const Truth truth;
    double rater = 0.0, cell = 0.0;
    for (int i = 0; i < 60; ++i) {
        Random random = Random(11).stream(i);
        auto readings = simulate(truth, 40, 6, 5, true, random.stream(1));
        std::erase_if(readings, [&](const AreaReading&) { return random.chance(0.3); });
        const auto c = varianceComponents(readings);
        ASSERT_TRUE(c && c->rater && c->cell);
        rater += c->rater->untruncated / 60.0;
        cell += c->cell->untruncated / 60.0;
    }
    EXPECT_NEAR(rater, 36.0, 9.0);
    EXPECT_NEAR(cell, 400.0, 30.0);
}

TEST(VarianceComponents, BootstrapIntervalsHoldTheTruthMostly) {
    const Truth truth;
    int covered = 0;
    for (int i = 0; i < 20; ++i) {
        const auto c = varianceComponents(simulate(truth, 40, 4, 4, true, Random(21).stream(i)),
                                          BootstrapOptions{.replicates = 200, .seed = 2});
        ASSERT_TRUE(c && c->residual && c->residual->interval && c->slice.interval);
        EXPECT_LE(c->residual->interval->low, c->residual->variance);
        EXPECT_GE(c->residual->interval->high, c->residual->variance);
        covered += c->residual->interval->low <= 25.0 && 25.0 <= c->residual->interval->high;
    }
    EXPECT_GE(covered, 15);
}

TEST(VarianceComponents, NeedACaseWithTwoRaters) {
    EXPECT_FALSE(varianceComponents({}));
    const std::vector<AreaReading> alone{reading(0, 0, 0, 10.0), reading(1, 0, 1, 12.0)};
    EXPECT_FALSE(varianceComponents(alone));
    const std::vector<AreaReading> onePatient{reading(0, 0, 0, 10.0), reading(0, 0, 1, 12.0)};
    const auto c = varianceComponents(onePatient);
    ASSERT_TRUE(c);
    EXPECT_FALSE(c->rater || c->patient || c->cell);
    EXPECT_DOUBLE_EQ(c->delineation.variance, 2.0);
}

} // namespace
} // namespace forameter::agreement
