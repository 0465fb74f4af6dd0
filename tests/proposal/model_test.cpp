// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/model.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "../support/temporary_folder.hpp"
#include "forameter/proposal/labels.hpp"

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

std::filesystem::path kept(const testing::TemporaryFolder& folder, const std::string& name,
                           const std::string& text) {
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
    EXPECT_TRUE(model->fit.calibration.dice.empty());
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
        {"/name", "a\x1b[2J", "control characters"},
        {"/network/inputs", 4, "network.inputs is 4, not an odd number"},
        {"/network/base", 0, "network.base"},
        {"/network/base", 6, "network.base is 6, not a multiple of 4"},
        {"/network/levels", "4", "network.levels"},
        {"/network",
         Json{{"kind", "unet-2d"},
              {"inputs", 1},
              {"base", 256},
              {"levels", 7},
              {"classes", card()["network"]["classes"]}},
         "at most 130000000"},
        {"/network/classes", Json::array({"background", "spleen"}), "not the labels"},
        {"/input/plane", "coronal", "neither sagittal nor axial"},
        {"/input/spacing_mm", -1.0, "input.spacing_mm"},
        {"/looks/scales", Json::array({5.0}), "looks.scales"},
        {"/looks/mirror", 1, "looks.mirror"},
        {"/calibration", Json{{"dice", Json::array({1.0})}}, "calibration.area_error"},
        {"/calibration",
         Json{{"dice", Json::array({1.0})}, {"area_error", Json::array()}, {"failure", Json::array()}},
         "other features"},
        {"/canal", Json::object(),
         "canals, which are proposed on axial slices, and its input.plane is sagittal"},
    };
    for (const Case& c : cases) {
        Json bad = card();
        bad[Json::json_pointer(c.pointer)] = c.value;
        const auto model = readModel(kept(folder, "bad", bad.dump()));
        ASSERT_FALSE(model) << c.pointer;
        EXPECT_NE(model.error().message.find(c.told), std::string::npos) << model.error().message;
        EXPECT_NE(model.error().message.find("bad.json"), std::string::npos);
    }
    std::string deep = card().dump(); // would end a program that copies or writes it
    deep.insert(1, "\"metrics\": " + std::string(1'000'000, '[') + std::string(1'000'000, ']') + ", ");
    const auto deepCard = readModel(kept(folder, "deep", deep));
    ASSERT_FALSE(deepCard);
    EXPECT_NE(deepCard.error().message.find("nested too deeply"), std::string::npos);
    for (const char* text : {"", "[]", "{", "null", "\xff\xfe"})
        EXPECT_FALSE(readModel(kept(folder, "bad", text)));
    EXPECT_EQ(readModel(folder.path() / "none.json").error().code, ErrorCode::NotFound);
    const auto lone = kept(folder, "lone", card().dump());
    std::filesystem::remove(folder.path() / "lone.safetensors");
    EXPECT_NE(readModel(lone).error().message.find("not beside it"), std::string::npos);
}

Json foreignCard() {
    return Json::parse(R"({"format": "forameter-model", "version": 1, "name": "from-elsewhere",
        "network": {"kind": "torchscript", "inputs": 1, "classes": ["foramen", "background"], "activation": "sigmoid"},
        "input": {"plane": "sagittal", "spacing_mm": 0.6, "normalisation": "z-score"},
        "window": {"size": [192, 160], "overlap": 0.5, "weights": "gaussian"},
        "looks": {"mirror": true, "scales": []}})");
}

std::filesystem::path keptForeign(const testing::TemporaryFolder& folder, const std::string& text,
                                  const std::string& ending = ".ts") {
    std::ofstream(folder.path() / "foreign.json") << text;
    std::ofstream(folder.path() / ("foreign" + ending)) << "code";
    return folder.path() / "foreign.json";
}

TEST(Model, FromElsewhereIsMappedOntoOurLabelsByName) {
    const testing::TemporaryFolder folder;
    const auto model = readModel(keptForeign(folder, foreignCard().dump()));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->kind, NetworkKind::TorchScript);
    EXPECT_EQ(model->labels, (std::vector{Label::Foramen, Label::Background}));
    EXPECT_FALSE(model->exclusive);
    EXPECT_EQ(model->normalisation, Normalisation::ZScore);
    EXPECT_EQ(model->weights, folder.path() / "foreign.ts");
    EXPECT_EQ(model->sha256, "5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b")
        << "of \"code\"";
    EXPECT_EQ(readModel(kept(folder, "ours", card().dump()))->labels.size(), kLabelCount);
}

TEST(Model, FromElsewhereWithABadCardIsRefused) {
    const testing::TemporaryFolder folder;
    const std::vector<std::tuple<std::string, Json, std::string>> cases{
        {"/network/classes", Json::array({"background", "spleen"}), "\"spleen\""},
        {"/network/classes", Json::array({"background", "../foramen"}), "none of background, body"},
        {"/network/inputs", 4, "even"},
        {"/network/activation", "relu", "network.activation"},
        {"/window/size", Json::array({1 << 30, 1 << 30}), "window.size"},
        {"/input/normalisation", "1st to 99th percentile to 0..1", "input.normalisation"},
        {"/input/normalisation", nullptr, "input.normalisation"},
        {"/input/nonzero", true, "input.nonzero is not known"},
        {"/sha256", "abc", "64 hex digits"},
        {"/input/spacing_mm", 1.0e9, "input.spacing_mm"},
    };
    for (const auto& [pointer, value, told] : cases) {
        Json bad = foreignCard();
        bad[Json::json_pointer(pointer)] = value;
        const auto model = readModel(keptForeign(folder, bad.dump()));
        ASSERT_FALSE(model) << pointer;
        EXPECT_NE(model.error().message.find(told), std::string::npos) << model.error().message;
    }
    keptForeign(folder, foreignCard().dump(), ".pt");
    EXPECT_NE(readModel(folder.path() / "foreign.json").error().message.find("cannot mean both"),
              std::string::npos);
    std::filesystem::remove(folder.path() / "foreign.ts");
    EXPECT_EQ(readModel(folder.path() / "foreign.json")->weights.extension(), ".pt");
    std::filesystem::remove(folder.path() / "foreign.pt");
    std::ofstream(folder.path() / "foreign.safetensors") << "weights";
    EXPECT_NE(readModel(folder.path() / "foreign.json").error().message.find("not beside it"),
              std::string::npos);
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
