// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/model.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "forameter/proposal/labels.hpp"
#include "../support/temporary_folder.hpp"

namespace forameter::proposal {
namespace {

using Json = nlohmann::json;

Json card() {
    return Json::parse(R"({"format": "forameter-model", "version": 1, "name": "lumbar-sagittal",
        "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "network": {"kind": "unet-2d", "inputs": 1, "base": 16, "levels": 4,
                    "classes": ["background", "body", "posterior", "disc", "dural_sac", "canal", "foramen", "sacrum"]},
        "input": {"plane": "sagittal", "spacing_mm": 0.8, "normalisation": "1st to 99th percentile to 0..1"},
        "looks": {"mirror": false, "scales": [0.9, 1.1]}, "calibration": null})");
}

std::filesystem::path kept(const testing::TemporaryFolder& folder, const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / (name + ".json")) << text;
    std::ofstream(folder.path() / (name + ".safetensors")) << "weights";
    return folder.path() / (name + ".json");
}

TEST(Label, NamesAreFoundAgain) {
    for (std::size_t i = 0; i < kLabelCount; ++i) {
        const auto label = static_cast<Label>(i);
        EXPECT_EQ(labelFromName(name(label)), label);
    }
    EXPECT_EQ(name(Label::DuralSac), "dural_sac");
    EXPECT_FALSE(labelFromName("spleen"));
    EXPECT_FALSE(labelFromName(""));
}

TEST(Model, CardTellsWhatTheNetworkIsAndSees) {
    const testing::TemporaryFolder folder;
    const auto model = readModel(kept(folder, "lumbar", card().dump()));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->name, "lumbar-sagittal");
    EXPECT_EQ(model->weights, folder.path() / "lumbar.safetensors");
    EXPECT_EQ(model->network, (wire::Network{1, 8, 16, 4}));
    EXPECT_EQ(model->plane, geometry::Plane::Sagittal);
    EXPECT_EQ(model->spacing, 0.8);
    EXPECT_FALSE(model->looks.mirror);
    EXPECT_EQ(model->looks.scales, (std::vector{0.9, 1.1}));
    EXPECT_TRUE(model->calibration.dice.empty());
    EXPECT_EQ(Json::parse(model->card), card());
}

TEST(Model, BadCardsAreRefusedWithASentenceThatNamesTheFault) {
    const testing::TemporaryFolder folder;
    struct Case {
        std::string pointer;
        Json value;
        std::string told;
    };
    const std::vector<Case> cases{
        {"/format", "something", "no card of a Forameter model"},
        {"/version", 2, "version 2"},
        {"/version", 1.5, "no whole number"},
        {"/name", "", "name is no text"},
        {"/sha256", "abc", "64 hex digits"},
        {"/network", 7, "network.kind"},
        {"/network/kind", "transformer", "\"transformer\""},
        {"/network/inputs", 3, "3 slices"},
        {"/network/base", 0, "network.base"},
        {"/network/levels", "4", "network.levels"},
        {"/network/classes", Json::array({"background", "spleen"}), "not the labels"},
        {"/input/plane", "coronal", "neither sagittal nor axial"},
        {"/input/spacing_mm", -1.0, "input.spacing_mm"},
        {"/looks/scales", Json::array({5.0}), "looks.scales"},
        {"/looks/mirror", 1, "looks.mirror"},
        {"/calibration", Json{{"dice", Json::array({1.0})}}, "calibration.area_error"},
        {"/calibration",
         Json{{"dice", Json::array({1.0})}, {"area_error", Json::array()}, {"failure", Json::array()}},
         "other features"},
    };
    for (const Case& c : cases) {
        Json bad = card();
        bad[Json::json_pointer(c.pointer)] = c.value;
        const auto model = readModel(kept(folder, "bad", bad.dump()));
        ASSERT_FALSE(model) << c.pointer;
        EXPECT_NE(model.error().message.find(c.told), std::string::npos) << model.error().message;
        EXPECT_NE(model.error().message.find("bad.json"), std::string::npos);
    }
    for (const char* text : {"", "[]", "{", "null", "\xff\xfe"})
        EXPECT_FALSE(readModel(kept(folder, "bad", text)));
    EXPECT_EQ(readModel(folder.path() / "none.json").error().code, ErrorCode::NotFound);
    const auto lone = kept(folder, "lone", card().dump());
    std::filesystem::remove(folder.path() / "lone.safetensors");
    EXPECT_NE(readModel(lone).error().message.find("not beside it"), std::string::npos);
}

TEST(Model, FolderTellsWhichCardsItCouldNotRead) {
    const testing::TemporaryFolder folder;
    Json second = card();
    second["name"] = "a-lumbar-axial";
    second["input"]["plane"] = "axial";
    kept(folder, "x", card().dump());
    kept(folder, "y", second.dump());
    kept(folder, "z", "{}");
    const ModelFolder found = readModels(folder.path());
    ASSERT_EQ(found.models.size(), 2u);
    EXPECT_EQ(found.models.front().name, "a-lumbar-axial");
    EXPECT_EQ(found.models.front().plane, geometry::Plane::Axial);
    ASSERT_EQ(found.refused.size(), 1u);
    EXPECT_EQ(found.refused.front().first.filename(), "z.json");
    EXPECT_TRUE(readModels(folder.path() / "none").models.empty());
}

} // namespace
} // namespace forameter::proposal
