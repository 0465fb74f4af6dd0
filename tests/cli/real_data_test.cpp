// SPDX-License-Identifier: Apache-2.0
// The main job on real lumbar studies, where FORAMETER_TEST_DATA has them.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "../support/test_data.hpp"
#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

TEST(RealData, ThreeStudiesAreReadSuggestedAndMeasured) {
    const auto data = testData("lumbar_dicom_real");
    if (!data) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold lumbar_dicom_real";
    const Folder folder;
    const std::string store = folder / "store.sqlite";
    const auto with = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--store", store});
        return words;
    };
    answer("init", with({"init"}));
    const json imported = answer("import", with({"import", data->string()}), 3); // SOURCE.txt is no image
    EXPECT_EQ(imported["added"]["studies"], 3);
    for (const json& study : imported["studies"]) {
        const std::string uid = study["study_uid"];
        // The axial blocks are angled to the discs: their middles and normals say where the vertebrae lie.
        std::vector<std::pair<std::array<double, 3>, double>> blocks; // centre and height
        for (const json& series : study["series"])
            for (const json& stack : series["stacks"]) {
                EXPECT_TRUE(stack["measurable"]);
                if (stack["plane"] != "axial") continue;
                const auto& instances = stack["instances"];
                const auto& o = stack["orientation"];
                const auto& p = instances[instances.size() / 2]["position_mm"];
                std::array<double, 3> centre{};
                for (std::size_t k = 0; k < 3; ++k)
                    centre[k] = p[k].get<double>() +
                                o[k].get<double>() * stack["spacing_mm"][1].get<double>() *
                                    (stack["columns"].get<double>() - 1) / 2 +
                                o[k + 3].get<double>() * stack["spacing_mm"][0].get<double>() *
                                    (stack["rows"].get<double>() - 1) / 2;
                blocks.push_back({centre, centre[2]});
            }
        ASSERT_EQ(blocks.size(), 5u) << uid;
        std::ranges::sort(blocks, [](const auto& a, const auto& b) { return a.second > b.second; });
        // Vertebral bodies lie halfway between discs, the outer two as far beyond.
        std::vector<std::array<double, 3>> bodies(6);
        for (std::size_t i = 1; i < 5; ++i)
            for (std::size_t k = 0; k < 3; ++k)
                bodies[i][k] = 0.5 * (blocks[i - 1].first[k] + blocks[i].first[k]);
        for (std::size_t k = 0; k < 3; ++k) {
            bodies[0][k] = 2 * blocks[0].first[k] - bodies[1][k];
            bodies[5][k] = 2 * blocks[4].first[k] - bodies[4][k];
        }
        const char* names[] = {"L1", "L2", "L3", "L4", "L5", "S1"};
        std::vector<std::string> confirm = with({"levels", "confirm", "--study", uid, "--as", "r1"});
        for (std::size_t i = 0; i < 6; ++i)
            confirm.insert(confirm.end(),
                           {"--mark", std::string(names[i]) + "=" + std::to_string(bodies[i][0]) + "," +
                                          std::to_string(bodies[i][1]) + "," + std::to_string(bodies[i][2])});
        answer("levels", confirm);

        json contours = json::array();
        const json suggestions =
            answer("levels-suggest", with({"levels", "suggest", "--study", uid}))["suggestions"];
        ASSERT_EQ(suggestions.size(), 15u);
        for (const json& s : suggestions) {
            EXPECT_TRUE(s["covered"]) << s;
            if (!s["covered"]) continue;
            if (s["structure"] == "NF") {
                EXPECT_EQ(s["plane"], "sagittal");
                EXPECT_NEAR(s["offset_mm"].get<double>(), 17.5, 6.5);
            } else {
                EXPECT_EQ(s["plane"], "axial");
                EXPECT_LT(std::abs(s["offset_mm"].get<double>()), 5.0);
            }
            contours.push_back(ellipse(s, uid, 5.0, s["structure"] == "NF" ? 8.0 : 7.0, "r1"));
        }
        const json added =
            answer("contours-import", with({"contours", "import", "-"}), 0, {.input = document(contours)});
        EXPECT_EQ(added["added"], contours.size());
    }
    const json measured = answer("measure", with({"measure"}))["measurements"];
    EXPECT_EQ(measured.size(), 45u);
    for (const json& m : measured) {
        const double area = std::numbers::pi * 5.0 * (m["structure"] == "NF" ? 8.0 : 7.0);
        EXPECT_NEAR(m["area_mm2"].get<double>() / area, 1.0, 1e-4);
        EXPECT_NEAR(m["area_mask_mm2"].get<double>() / area, 1.0, 0.05);
    }
    EXPECT_EQ(answer("verify", with({"verify"}))["ok"], true);
}

TEST(RealData, InterruptedScanEndsAtOnce) {
    const auto data = testData("pydicom_test_files");
    if (!data) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold pydicom_test_files";
    // However far it has come when the signal arrives, it ends by itself, with the sentence or done.
    const Ran ran = run({"scan", data->parent_path().string(), "--pixels", "--json", "-j", "1"},
                        {.signal = SIGINT, .signalAfterMs = 400});
    EXPECT_EQ(ran.exit, 130) << ran.err;
    EXPECT_EQ(ran.json()["error"]["code"], "cancelled");
}

} // namespace
} // namespace forameter::testing
