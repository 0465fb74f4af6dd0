// SPDX-License-Identifier: Apache-2.0
// models list, check, trust and export on cards of a folder of the test's own.
#include <gtest/gtest.h>

#include <filesystem>

#include "child.hpp"

using namespace forameter::testing;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

const char* const kForeign = R"({"format": "forameter-model", "version": 1, "name": "from-elsewhere",
    "network": {"kind": "torchscript", "inputs": 1, "classes": ["background", "foramen"], "activation": "softmax"},
    "input": {"plane": "sagittal", "spacing_mm": 0.6, "normalisation": "z-score"},
    "window": {"size": [192, 192], "overlap": 0.5, "weights": "gaussian"},
    "looks": {"mirror": true, "scales": []}})";
const char* const kOurs = R"({"format": "forameter-model", "version": 1, "name": "ours",
    "sha256": "9a6c6fcff0d4b21ee7a7f9d5e5e4d4d2a2e3cc2e9a0a0a1f0e0d0c0b0a090807",
    "network": {"kind": "unet-2d", "inputs": 1, "base": 8, "levels": 3,
                "classes": ["background", "body", "posterior", "disc", "dural_sac", "canal", "foramen", "sacrum"]},
    "input": {"plane": "axial", "spacing_mm": 0.8}, "calibration": null})";

/// A folder with a model of ours and one from elsewhere, and a data folder of the test's own.
struct Models {
    Models() {
        fs::create_directory(folder / "models");
        folder.write("models/ours.json", kOurs);
        folder.write("models/ours.safetensors", "weights");
        folder.write("models/foreign.json", kForeign);
        folder.write("models/foreign.ts", "code");
    }
    [[nodiscard]] Json verb(const std::string& name, std::vector<std::string> arguments, int exit = 0) const {
        arguments.insert(arguments.begin(), {"models", name});
        arguments.insert(arguments.end(), {"--folder", folder / "models"});
        return answer("models-" + name, arguments, exit, how);
    }
    [[nodiscard]] std::string trust(const std::string& model) const {
        const Json listed = verb("list", {});
        for (const Json& one : listed.at("models"))
            if (one.at("name") == model) return one.at("trust");
        return "not listed";
    }

    Folder folder;
    HowToRun how{.environment = {"XDG_DATA_HOME=" + (folder / "data"), "FORAMETER_WORKER=/nowhere"}};
};

} // namespace

TEST(ModelsTrust, IsAskedForPerFile) {
    const Models models;
    EXPECT_EQ(models.trust("ours"), "not-needed");
    EXPECT_EQ(models.trust("from-elsewhere"), "untrusted");
    const Json first = models.verb("trust", {"from-elsewhere"});
    EXPECT_EQ(first.at("trust"), "trusted");
    EXPECT_EQ(first.at("changed"), true);
    EXPECT_EQ(first.at("sha256"), "5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b");
    EXPECT_EQ(first.at("trust_file"), models.folder / "data/forameter/trusted-models.json");
    EXPECT_TRUE(fs::exists(models.folder / "data/forameter/trusted-models.json"));
    EXPECT_EQ(models.trust("from-elsewhere"), "trusted");
    const auto byCard =
        answer("models-trust", {"models", "trust", models.folder / "models/foreign.json"}, 0, models.how);
    EXPECT_EQ(byCard.at("changed"), false);
    models.folder.write("models/foreign.ts", "codf");
    EXPECT_EQ(models.trust("from-elsewhere"), "untrusted") << "another file under the same name";
    models.folder.write("models/foreign.ts", "code");
    EXPECT_EQ(models.verb("trust", {"--withdraw", "from-elsewhere"}).at("trust"), "untrusted");
    EXPECT_EQ(models.trust("from-elsewhere"), "untrusted");
    EXPECT_EQ(models.verb("trust", {"ours"}).at("trust"), "not-needed");
}

TEST(ModelsTrust, SaysWhatItMeans) {
    const Models models;
    const auto ran = run({"models", "trust", models.folder / "models/foreign.json"}, models.how);
    EXPECT_EQ(ran.exit, 0) << ran.err;
    EXPECT_NE(ran.out.find("5694d08a"), std::string::npos);
    EXPECT_NE(ran.out.find("run with your rights"), std::string::npos) << ran.out;
    EXPECT_EQ(run({"models", "trust"}, models.how).exit, 2);
    EXPECT_EQ(run({"models", "trust", "none", "--folder", models.folder / "models"}, models.how).exit, 1);
}

TEST(ModelsTrust, IsNeededByWhatProposes) {
    const Models models;
    const std::vector<std::string> arguments{
        "segment", models.folder.path(), "--models", models.folder / "models", "--model", "from-elsewhere"};
    const auto untrusted = run(arguments, models.how);
    EXPECT_EQ(untrusted.exit, 4);
    EXPECT_NE(untrusted.err.find("not trusted"), std::string::npos) << untrusted.err;
    (void)models.verb("trust", {"from-elsewhere"});
    const auto trusted = run(arguments, models.how);
    EXPECT_EQ(trusted.exit, 1);
    EXPECT_NE(trusted.err.find("/nowhere"), std::string::npos)
        << "it gets as far as the worker: " << trusted.err;
}

TEST(ModelsTrust, OfAFileThatIsNotItsCardsIsRefused) {
    const Models models;
    Json card = Json::parse(kForeign);
    card["sha256"] = std::string(64, 'a');
    models.folder.write("models/foreign.json", card.dump());
    const auto ran = run({"models", "trust", models.folder / "models/foreign.json"}, models.how);
    EXPECT_EQ(ran.exit, 1);
    EXPECT_NE(ran.err.find("not the one that its card describes"), std::string::npos) << ran.err;
    EXPECT_EQ(models.trust("from-elsewhere"), "untrusted");
}

TEST(ModelsCheck, TellsWhatCannotBeUsed) {
    const Models models;
    const Json found = models.verb("check", {}, 1);
    EXPECT_EQ(found.at("ok"), false);
    EXPECT_NE(found.at("worker").get<std::string>().find("/nowhere"), std::string::npos);
    for (const Json& one : found.at("models")) {
        const bool foreign = one.at("name") == "from-elsewhere";
        EXPECT_NE(one.at("problem").get<std::string>().find(foreign ? "not trusted" : "are not those"),
                  std::string::npos);
    }
    models.folder.write("models/foreign.json", "{}");
    EXPECT_EQ(models.verb("list", {}, 3).at("refused").size(), 1u);
}
