// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/config.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../support/temporary_folder.hpp"
#include "forameter/core/files.hpp"

using namespace forameter;
using namespace forameter::training;
using Json = nlohmann::json;

namespace {

Json whole() {
    return Json::parse(R"({
        "name": "small", "plane": "sagittal", "spacing_mm": 0.7, "crop": [64, 96], "batch": 4, "steps": 20, "seed": 5,
        "learning_rate": 0.003, "network": {"base": 8, "levels": 3},
        "sources": [{"kind": "phantom", "weight": 2},
                    {"kind": "pictures", "folder": "p", "spacing_mm": 0.6, "citation": "X 2024"},
                    {"kind": "contours", "folder": "d", "documents": ["a.json", "b.json"]}],
        "hold_out": ["18"], "looks": {"mirror": true, "scales": [0.9]}, "licence": "Apache-2.0"})");
}

std::string refusal(const Json& document) {
    const auto config = configFromJson(document.dump(), "/x");
    return config ? std::string() : config.error().message;
}

} // namespace

TEST(Config, HoldsWhatWasWritten) {
    const auto config = configFromJson(whole().dump(), "/x");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->name, "small");
    EXPECT_EQ(config->plane, geometry::Plane::Sagittal);
    EXPECT_EQ(config->spacing, 0.7);
    EXPECT_EQ(config->smallest, 64);
    EXPECT_EQ(config->largest, 96);
    EXPECT_EQ(config->plan.steps, 20);
    EXPECT_EQ(config->plan.seed, 5u);
    EXPECT_EQ(config->plan.network.base, 8);
    EXPECT_EQ(config->plan.network.levels, 3);
    ASSERT_EQ(config->sources.size(), 3u);
    EXPECT_EQ(config->sources[0].weight, 2.0);
    EXPECT_EQ(config->sources[1].kind, SourceKind::Pictures);
    EXPECT_EQ(config->sources[1].citation, "X 2024");
    EXPECT_EQ(config->sources[2].documents.size(), 2u);
    EXPECT_EQ(config->holdOut, std::vector<std::string>{"18"});
    EXPECT_TRUE(config->looks.mirror);
    EXPECT_EQ(config->folder, "/x");
}

TEST(Config, AStoreTeachesConsensusSoftMapsOrRaters) {
    auto document = whole();
    document["network"]["inputs"] = 3;
    document["sources"].push_back({{"kind", "store"}, {"where", "age > 40"}, {"round", "pilot"}});
    document["sources"].push_back({{"kind", "store"}, {"readings", "soft"}, {"method", "majority"}});
    document["sources"].push_back({{"kind", "store"}, {"readings", "raters"}, {"raters", {"r1", "r2"}}});
    const auto config = configFromJson(document.dump(), "/x");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->plan.network.inputs, 3);
    EXPECT_EQ(config->sources[3].store.readings, Readings::Consensus);
    EXPECT_EQ(config->sources[3].store.method, protocol::ConsensusMethod::Staple);
    EXPECT_EQ(config->sources[3].store.where, "age > 40");
    EXPECT_EQ(config->sources[3].store.round, "pilot");
    EXPECT_EQ(config->sources[4].store.readings, Readings::Soft);
    EXPECT_EQ(config->sources[4].store.method, protocol::ConsensusMethod::Majority);
    EXPECT_EQ(config->sources[5].store.raters, (std::vector<std::string>{"r1", "r2"}));

    document["sources"][5]["method"] = "staple"; // raters have no method
    EXPECT_NE(refusal(document).find("\"method\" of source 6"), std::string::npos) << refusal(document);
    document = whole();
    document["sources"].push_back({{"kind", "store"}, {"readings", "all"}});
    EXPECT_NE(refusal(document).find("consensus, soft, raters"), std::string::npos) << refusal(document);
    document = whole();
    document["network"]["inputs"] = 2;
    EXPECT_NE(refusal(document).find("network.inputs is 2, not an odd"), std::string::npos)
        << refusal(document);
}

TEST(Config, RefusesWhatTheWorkerWouldRefuseAfterTheExamplesWereMade) {
    for (const auto& [key, value] : std::vector<std::pair<std::string, int>>{
             {"base", 6}, {"base", 2}, {"base", 512}, {"levels", 8}, {"inputs", 17}}) {
        auto document = whole();
        document["network"][key] = value;
        EXPECT_NE(refusal(document).find("network." + key + " is " + std::to_string(value)),
                  std::string::npos)
            << refusal(document);
    }
    auto document = whole();
    document["looks"]["scales"] = std::vector<double>(9, 1.1);
    EXPECT_NE(refusal(document).find("looks.scales"), std::string::npos) << refusal(document);
}

TEST(Config, RefusesWhatNoMachineHolds) {
    auto document = whole();
    document["network"]["base"] = 256;
    document["network"]["levels"] = 7;
    EXPECT_NE(refusal(document).find("at most 130000000"), std::string::npos) << refusal(document);
    document = whole();
    document["batch"] = 1024;
    document["crop"] = {512, 512};
    EXPECT_NE(refusal(document).find("2048 MiB"), std::string::npos) << refusal(document);
}

TEST(Config, RefusesAKeyThatIsGivenTwice) {
    std::string twice = whole().dump();
    twice.insert(1, "\"hold_out\": [\"somebody\"], ");
    const auto config = configFromJson(twice, "/x");
    ASSERT_FALSE(config);
    EXPECT_NE(config.error().message.find("\"hold_out\" is given twice"), std::string::npos)
        << config.error().message;
}

TEST(Config, RefusesUnknownKeysByName) {
    auto document = whole();
    document["learning_rat"] = 0.1;
    EXPECT_NE(refusal(document).find("\"learning_rat\" is not a key"), std::string::npos)
        << refusal(document);
    document = whole();
    document["sources"][1]["folders"] = "x";
    EXPECT_NE(refusal(document).find("\"folders\" of source 2"), std::string::npos) << refusal(document);
}

TEST(Config, PhantomsHaveTheBurdenOfFindingsThatIsNamed) {
    auto document = whole();
    EXPECT_EQ(configFromJson(document.dump(), "/x")->sources[0].burden, phantom::kUsualBurden);
    document["sources"][0]["burden"] = {2, 6.5};
    const auto config = configFromJson(document.dump(), "/x");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->sources[0].burden, (std::array{2.0, 6.5}));
    for (const Json& wrong :
         {Json(3), Json::array({2}), Json::array({6, 2}), Json::array({-1, 2}), Json::array({2, 21})}) {
        document["sources"][0]["burden"] = wrong;
        EXPECT_NE(refusal(document).find("\"burden\" of source 1"), std::string::npos) << refusal(document);
    }
    document = whole();
    document["sources"][1]["burden"] = {2, 6};
    EXPECT_NE(refusal(document).find("\"burden\" of source 2"), std::string::npos) << refusal(document);
}

TEST(Config, RefusesWhatMakesNoSense) {
    const std::vector<std::pair<std::string, Json>> bad{
        {"steps", 0},
        {"steps", 1.5},
        {"batch", "8"},
        {"learning_rate", -1},
        {"crop", {4294967312, 4294967312}}, // 16 where its upper half is lost
        {"batch", 1025},
        {"crop", {60, 96}},
        {"crop", {96, 64}},
        {"plane", "coronal"},
        {"sources", Json::array()},
        {"spacing_mm", "0.8"},
        {"hold_out", {1, 2}},
        {"name", ""},
        {"looks", {{"scales", "1"}}},
        {"start_share", 0.3},
        {"weight_decay", 1},
        {"learning_rate", 0}};
    for (const auto& [key, value] : bad) {
        auto document = whole();
        document[key] = value;
        EXPECT_NE(refusal(document).find("\"" + (key == "looks" ? std::string("scales") : key) + "\""),
                  std::string::npos)
            << key << " " << value << ": " << refusal(document);
    }
    auto document = whole();
    document["sources"][1].erase("spacing_mm");
    EXPECT_NE(refusal(document).find("pictures carry none"), std::string::npos);
    document = whole();
    EXPECT_FALSE(configFromJson("{", "/x"));
    EXPECT_FALSE(readConfig("/there/is/none.json"));
}

TEST(Config, AnAxialNetworkDoesNotLearnFromSagittalPicturesAndVolumes) {
    const forameter::testing::TemporaryFolder folder;
    auto document = whole();
    document["plane"] = "axial";
    EXPECT_NE(refusal(document).find("source 2 (pictures) gives sagittal slices"), std::string::npos)
        << refusal(document);
    document["sources"][1] = {{"kind", "volumes"}, {"folder", "v"}};
    EXPECT_NE(refusal(document).find("source 2 (volumes) gives sagittal slices"), std::string::npos)
        << refusal(document);
    const auto file = folder / "mine.json";
    ASSERT_TRUE(writeWhole(file, document.dump()));
    const auto read = readConfig(file);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("mine.json"), std::string::npos) << read.error().message;
}
