// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "forameter/core/random.hpp"

namespace forameter::proposal {
namespace {

/// Cases whose error grows with the first feature as exp(-3 + 4 f); the others say nothing.
std::vector<CalibrationCase> madeCases(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<CalibrationCase> cases;
    for (std::size_t i = 0; i < count; ++i) {
        CalibrationCase one;
        for (double& f : one.features)
            f = random.uniform();
        one.dice = 0.95 - 0.4 * one.features[0];
        one.areaError = 0.02 + std::exp(-3.0 + 3.0 * one.features[0]) * random.normal();
        cases.push_back(one);
    }
    return cases;
}

TEST(Calibration, FindsWhatTheErrorDependsOn) {
    const auto fitted = fitCalibration(madeCases(2000, 1));
    ASSERT_TRUE(fitted);
    Features clear{}, doubtful{};
    clear.fill(0.5), doubtful.fill(0.5);
    clear[0] = 0.05, doubtful[0] = 0.95;
    const auto good = expectation(*fitted, clear, 100.0), bad = expectation(*fitted, doubtful, 100.0);
    EXPECT_NEAR(good.dice, 0.93, 0.01);
    EXPECT_NEAR(bad.dice, 0.57, 0.01);
    EXPECT_LT(good.areaHigh - good.areaLow, 0.5 * (bad.areaHigh - bad.areaLow));
    EXPECT_LT(good.failure, 0.2);
    EXPECT_GT(bad.failure, 0.5);
    EXPECT_FALSE(good.doubtful);
    EXPECT_TRUE(bad.doubtful);
}

TEST(Calibration, NineOfTenTrueAreasLieInTheInterval) {
    const auto fitted = fitCalibration(madeCases(2000, 1));
    ASSERT_TRUE(fitted);
    std::size_t inside = 0;
    const auto fresh = madeCases(2000, 2);
    for (const auto& one : fresh) {
        const double proposed = 100.0 * (1.0 + one.areaError);
        if (proposed <= 0.0) continue;
        const auto expected = expectation(*fitted, one.features, proposed);
        inside += expected.areaLow <= 100.0 && 100.0 <= expected.areaHigh;
    }
    EXPECT_NEAR(static_cast<double>(inside) / static_cast<double>(fresh.size()), 0.9, 0.03);
}

TEST(Calibration, RefusesFewCasesAndNumbersThatAreNone) {
    EXPECT_FALSE(fitCalibration(madeCases(19, 1)));
    auto cases = madeCases(30, 1);
    cases[3].features[2] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(fitCalibration(cases));
}

TEST(Calibration, WithoutOneDoubtStillGrowsWithDisagreement) {
    Features clear{}, doubtful{};
    doubtful[0] = 0.4;
    const auto good = expectation({}, clear, 100.0), bad = expectation({}, doubtful, 100.0);
    EXPECT_EQ(good.dice, 1.0);
    EXPECT_LT(bad.dice, good.dice);
    EXPECT_TRUE(bad.doubtful && !good.doubtful);
}

TEST(Calibration, IsWrittenIntoTheCardAndNothingElseChanges) {
    const auto fitted = fitCalibration(madeCases(100, 3));
    ASSERT_TRUE(fitted);
    Model model;
    model.card =
        R"({"name": "n", "calibration": null, "input": {"plane": "axial", "spacing_mm": 0.6}, "steps": 5})";
    model.spacing = 0.5;
    model.fit = {0.6, *fitted};
    const auto sacsOnly = withFits(model);
    ASSERT_TRUE(sacsOnly);
    EXPECT_FALSE(nlohmann::json::parse(*sacsOnly).contains("canal"));
    model.canalFit = Fit{0.35, *fitted};
    const auto card = withFits(model);
    ASSERT_TRUE(card);
    const auto json = nlohmann::json::parse(*card);
    EXPECT_EQ(json["name"], "n");
    EXPECT_EQ(json["steps"], 5);
    EXPECT_EQ(json["input"], nlohmann::json({{"plane", "axial"}, {"spacing_mm", 0.5}}));
    EXPECT_EQ(json["outline_level"], 0.6);
    EXPECT_EQ(json["calibration"]["dice"].size(), kFeatureCount + 1);
    EXPECT_EQ(json["canal"]["outline_level"], 0.35);
    EXPECT_EQ(json["canal"]["calibration"], json["calibration"]);
    model.card = "[]";
    EXPECT_FALSE(withFits(model));
    model.card = R"({"name": "n"})";
    EXPECT_FALSE(withFits(model)) << "no input";
}

} // namespace
} // namespace forameter::proposal
