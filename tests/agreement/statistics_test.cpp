// SPDX-License-Identifier: Apache-2.0
// Published data sets, and closed forms.
#include <cmath>
#include <gtest/gtest.h>

#include "forameter/agreement/bland_altman.hpp"
#include "forameter/agreement/bootstrap.hpp"
#include "forameter/agreement/categories.hpp"
#include "forameter/agreement/repeatability.hpp"
#include "forameter/agreement/summary.hpp"
#include "forameter/core/random.hpp"

namespace forameter::agreement {
namespace {

constexpr std::nullopt_t none = std::nullopt;

// Peak expiratory flow by two meters, Bland and Altman 1986.
const std::vector<double> kLarge{494, 395, 516, 434, 476, 557, 413, 442, 650,
                                 433, 417, 656, 267, 478, 178, 423, 427};
const std::vector<double> kMini{512, 430, 520, 428, 500, 600, 364, 380, 658,
                                445, 432, 626, 260, 477, 259, 350, 451};

// Krippendorff's example: 12 units by 4 observers.
RatingTable observers() {
    return {{},
            {"A", "B", "C", "D"},
            {{1, 1, none, 1},
             {2, 2, 3, 2},
             {3, 3, 3, 3},
             {3, 3, 3, 3},
             {2, 2, 2, 2},
             {1, 2, 3, 4},
             {4, 4, 4, 4},
             {1, 1, 2, 1},
             {2, 2, 2, 2},
             {none, 5, 5, 5},
             {none, none, 1, 1},
             {none, 3, none, none}}};
}

TEST(BlandAltman, PeakFlowMetersOf1986) {
    const auto ba = blandAltman(kLarge, kMini);
    ASSERT_TRUE(ba);
    EXPECT_EQ(ba->n, 17u);
    EXPECT_NEAR(ba->bias, -2.117647, 1e-6);
    EXPECT_NEAR(ba->sd, 38.765130, 1e-6);
    EXPECT_NEAR(ba->low, -78.097302, 1e-6);
    EXPECT_NEAR(ba->high, 73.862007, 1e-6);
    EXPECT_NEAR(ba->biasSe, 9.401925, 1e-6);
    EXPECT_NEAR(ba->limitSe, 16.284612, 1e-6);
    EXPECT_NEAR(ba->biasInterval.low, -2.117647 - 2.119905 * 9.401925, 1e-4); // t of 16 degrees of freedom
    EXPECT_NEAR(ba->highInterval.high, 73.862007 + 2.119905 * 16.284612, 1e-4);
}

TEST(BlandAltman, CorrelationAndConcordanceOfThem) {
    EXPECT_NEAR(pearson(kLarge, kMini).value(), 0.943279, 1e-6);
    EXPECT_NEAR(linConcordance(kLarge, kMini).value(), 0.942743, 1e-6);
}

TEST(BlandAltman, IsNotDefinedForOneSubjectNorCorrelationForOneValue) {
    const std::vector<double> one{3.0}, same{2.0, 2.0}, other{1.0, 4.0};
    EXPECT_FALSE(blandAltman(one, one));
    EXPECT_FALSE(pearson(same, other));
    EXPECT_FALSE(linConcordance(same, same));
    EXPECT_DOUBLE_EQ(linConcordance(same, other).value(), 0.0);
}

TEST(Categories, FleissKappaOfTenSubjectsAndFourteenRaters) {
    const std::vector<std::vector<std::size_t>> counts{
        {0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
        {7, 7, 0, 0, 0},  {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}};
    EXPECT_NEAR(fleissKappa(counts).value(), 0.209931, 1e-6);
    RatingTable table; // the same as a table of categories
    for (int r = 0; r < 14; ++r)
        table.raters.push_back(std::to_string(r));
    for (const auto& row : counts) {
        auto& cells = table.rows.emplace_back();
        for (std::size_t c = 0; c < row.size(); ++c)
            cells.insert(cells.end(), row[c], std::optional(static_cast<double>(c)));
    }
    EXPECT_NEAR(fleissKappa(table).value(), 0.209931, 1e-6);
}

TEST(Categories, FleissKappaIsNotDefinedForOneCategoryOrUnequalNumbers) {
    EXPECT_FALSE(fleissKappa(std::vector<std::vector<std::size_t>>{{3, 0}, {3, 0}}));
    EXPECT_FALSE(fleissKappa(std::vector<std::vector<std::size_t>>{{3, 0}, {1, 1}}));
    EXPECT_FALSE(fleissKappa(std::vector<std::vector<std::size_t>>{}));
    EXPECT_DOUBLE_EQ(fleissKappa(std::vector<std::vector<std::size_t>>{{3, 0}, {0, 3}}).value(), 1.0);
}

TEST(Categories, KrippendorffAlphaOnItsFourScales) {
    EXPECT_NEAR(krippendorffAlpha(observers(), Scale::Nominal).value(), 0.743421, 1e-6);
    EXPECT_NEAR(krippendorffAlpha(observers(), Scale::Ordinal).value(), 0.815388, 1e-6);
    EXPECT_NEAR(krippendorffAlpha(observers(), Scale::Interval).value(), 0.849107, 1e-6);
    EXPECT_NEAR(krippendorffAlpha(observers(), Scale::Ratio).value(), 0.797403, 1e-6);
}

TEST(Categories, AlphaIsNotDefinedWhereNothingVaries) {
    EXPECT_FALSE(krippendorffAlpha({{}, {"A", "B"}, {{1, 1}, {1, 1}}}, Scale::Interval));
    EXPECT_FALSE(krippendorffAlpha({{}, {"A", "B"}, {{1, none}, {none, 2}}}, Scale::Interval));
    EXPECT_FALSE(krippendorffAlpha({{}, {"A", "B"}, {{-1, 1}, {2, 2}}}, Scale::Ratio));
    EXPECT_DOUBLE_EQ(krippendorffAlpha({{}, {"A", "B"}, {{1, 1}, {2, 2}}}, Scale::Interval).value(), 1.0);
}

TEST(Categories, ScalesHaveTheNamesOfTheCommandLine) {
    for (const char* text : {"nominal", "ordinal", "interval", "ratio"})
        EXPECT_EQ(name(scaleFromName(text).value()), text);
    EXPECT_FALSE(scaleFromName("cardinal"));
}

TEST(Repeatability, WithinSubjectSdOfTwoReadingsIsThatOfTheDifferences) {
    std::vector<std::vector<double>> readings;
    double squares = 0.0, change = 0.0;
    for (std::size_t i = 0; i < kLarge.size(); ++i) {
        readings.push_back({kLarge[i], kMini[i]});
        squares += (kMini[i] - kLarge[i]) * (kMini[i] - kLarge[i]);
        change += (kMini[i] - kLarge[i]) / 17.0;
    }
    readings.push_back({300.0}); // read once: says nothing
    const auto r = repeatability(readings);
    ASSERT_TRUE(r);
    EXPECT_EQ(r->subjects, 17u);
    EXPECT_EQ(r->readings, 34u);
    EXPECT_NEAR(r->meanChange, change, 1e-12);
    EXPECT_NEAR(r->withinSd.value, std::sqrt(squares / (2.0 * 17.0)), 1e-9);
    EXPECT_NEAR(r->coefficient.value, 1.96 * std::sqrt(squares / 17.0), 1e-9);
    readings.pop_back();
    EXPECT_NEAR(r->icc.value(), icc(meanSquares(readings).value()).icc11->value, 1e-12);
    // Chi-squared of 17 degrees of freedom: 7.564186 and 30.191009.
    EXPECT_NEAR(r->withinSd.interval->low, std::sqrt(squares / 2.0 / 30.191009), 1e-5);
    EXPECT_NEAR(r->withinSd.interval->high, std::sqrt(squares / 2.0 / 7.564186), 1e-5);
}

TEST(Repeatability, NeedsASubjectWithTwoReadings) {
    EXPECT_FALSE(repeatability(std::vector<std::vector<double>>{{1.0}, {2.0}}));
    EXPECT_FALSE(repeatability(std::vector<std::vector<double>>{{1.0, 2.0}})->icc);
}

// A mean of independent numbers: its standard error is known.
struct MeanOf {
    std::vector<double> values;
    std::optional<double> operator()(std::span<const std::size_t> clusters) const {
        double sum = 0.0;
        for (const std::size_t i : clusters)
            sum += values[i] / static_cast<double>(clusters.size());
        return sum;
    }
};

TEST(Bootstrap, IntervalOfAMeanIsThatOfItsKnownStandardErrorForSymmetricData) {
    MeanOf mean;
    Random random(5);
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < 60; ++i)
        mean.values.push_back(random.normal(10.0, 2.0));
    for (const double v : mean.values)
        sum += v / 60.0;
    for (const double v : mean.values)
        squares += (v - sum) * (v - sum);
    const double se = std::sqrt(squares) / 60.0; // of the bootstrap: variance over n
    const auto b = clusterBootstrap(60, mean, {.replicates = 8000, .seed = 3});
    ASSERT_TRUE(b && b->percentile && b->bca);
    EXPECT_NEAR(b->value, sum, 1e-12);
    EXPECT_NEAR(b->percentile->low, sum - 1.96 * se, 0.15 * se);
    EXPECT_NEAR(b->percentile->high, sum + 1.96 * se, 0.15 * se);
    EXPECT_NEAR(b->bca->low, b->percentile->low, 0.25 * se);
    EXPECT_EQ(b->undefined, 0u);
}

TEST(Bootstrap, BcaMovesTheIntervalOfASkewedStatisticUp) {
    MeanOf mean; // exponential: the percentile interval of a mean lies too low
    Random random(8);
    for (int i = 0; i < 40; ++i)
        mean.values.push_back(-std::log(1.0 - random.uniform()));
    const auto b = clusterBootstrap(40, mean, {.replicates = 4000, .seed = 1});
    ASSERT_TRUE(b && b->bca);
    EXPECT_GT(b->bca->low, b->percentile->low);
    EXPECT_GT(b->bca->high, b->percentile->high);
}

TEST(Bootstrap, TheSameSeedGivesTheSameNumbersAndAnotherOneOthers) {
    const MeanOf mean{{1, 5, 2, 8, 3, 9}};
    const auto a = clusterBootstrap(6, mean, {.replicates = 200, .seed = 7});
    const auto b = clusterBootstrap(6, mean, {.replicates = 200, .seed = 7});
    const auto c = clusterBootstrap(6, mean, {.replicates = 200, .seed = 8});
    EXPECT_EQ(a->percentile, b->percentile);
    EXPECT_NE(a->percentile, c->percentile);
}

TEST(Bootstrap, IsNotDefinedForOneClusterNorForAStatisticThatRarelyIs) {
    const MeanOf mean{{1, 2, 3, 4}};
    EXPECT_FALSE(clusterBootstrap(1, mean));
    const ClusterStatistic onlyAll = [](std::span<const std::size_t> clusters) -> std::optional<double> {
        for (std::size_t i = 0; i < clusters.size(); ++i)
            if (clusters[i] != i) return none;
        return 1.0;
    };
    EXPECT_FALSE(clusterBootstrap(4, onlyAll, {.replicates = 100}));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(clusterBootstrap(4, mean, {}, Watch{{}, stop.get_token()}));
}

TEST(TableAgreement, HoldsWhatItsScaleDefines) {
    RatingTable meters{{}, {"large", "mini"}, {}};
    for (std::size_t i = 0; i < kLarge.size(); ++i)
        meters.rows.push_back({kLarge[i], kMini[i]});
    const auto interval = tableAgreement(meters);
    EXPECT_NEAR(interval.pearson.value(), 0.943279, 1e-6);
    EXPECT_NEAR(interval.blandAltman->bias, -2.117647, 1e-6);
    EXPECT_TRUE(interval.reliability.icc.icc21);
    const auto nominal = tableAgreement(meters, Scale::Nominal);
    EXPECT_FALSE(nominal.pearson);
    EXPECT_FALSE(nominal.reliability.icc.icc21);
    EXPECT_FALSE(nominal.reliability.error);
    EXPECT_TRUE(nominal.fleissKappa);
    meters.rows[0][0] = 494.5; // no category
    EXPECT_FALSE(tableAgreement(meters).fleissKappa);
    EXPECT_FALSE(tableAgreement(observers()).blandAltman); // of two raters only
}

} // namespace
} // namespace forameter::agreement
