// SPDX-License-Identifier: Apache-2.0
// Three raters, one consensus: from documents and from a store, to the signature.
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

class ConsensusVerb : public ::testing::Test {
protected:
    void SetUp() override {
        answer("init", with({"init"}));
        answer("import", with({"import", m_study.folder, "-j", "2"}));
        std::vector<std::string> levels = with({"levels", "set", "--study", m_study.uid, "--as", "r1"});
        levels.insert(levels.end(), m_study.marks.begin(), m_study.marks.end());
        answer("levels", levels);
        answer("levels", with({"levels", "confirm", "--study", m_study.uid, "--as", "r1"}));
        const json suggested =
            answer("levels-suggest", with({"levels", "suggest", "--study", m_study.uid}))["suggestions"];
        for (const auto& [rater, size] : {std::pair("r1", 0.9), {"r2", 1.0}, {"r3", 1.1}}) {
            std::vector<json> contours;
            for (const json& s : suggested)
                contours.push_back(ellipse(s, m_study.uid, 6 * size, 8 * size, rater));
            m_files.push_back(m_folder.write(std::string(rater) + ".json", document(contours)));
        }
    }
    std::vector<std::string> with(std::vector<std::string> words) const {
        words.insert(words.end(), {"--store", m_store});
        return words;
    }
    std::vector<std::string> fromFiles(std::vector<std::string> words) const {
        words.insert(words.begin(), {"consensus", "make"});
        words.insert(words.end(), m_files.begin(), m_files.end());
        words.insert(words.end(), {"--images", m_study.folder});
        return words;
    }

    Folder m_folder;
    std::string m_store = m_folder / "store.sqlite";
    MadeStudy m_study = makeStudy(m_folder / "images");
    std::vector<std::string> m_files;
};

TEST_F(ConsensusVerb, OfDocumentsIsTheMiddleRater) {
    const double middle = 48 * std::numbers::pi;
    for (const std::string method : {"majority", "staple", "mean-shape"}) {
        const json made = answer("consensus-make", fromFiles({"--method", method}));
        ASSERT_EQ(made["contours"].size(), 15u) << method;
        EXPECT_TRUE(made["withheld"].empty());
        for (const json& contour : made["contours"]) {
            EXPECT_EQ(contour["rater"], "consensus-" + method);
            EXPECT_NEAR(contour["area_mm2"].get<double>(), middle, 0.01 * middle);
            EXPECT_NEAR(contour["area_mask_mm2"].get<double>(), middle, 0.06 * middle);
            EXPECT_NEAR(contour["majority_area_mm2"].get<double>(), middle, 0.01 * middle);
            ASSERT_EQ(contour["raters"].size(), 3u);
            EXPECT_EQ(contour["raters"][0]["rater"], "r1");
            EXPECT_LT(contour["raters"][0]["sensitivity"], 0.9);
            EXPECT_LT(contour["raters"][2]["specificity"], 1.0);
            EXPECT_EQ(contour["domain_mm"], 5.0);
        }
        // It is an interchange document: what reads those reads it.
        EXPECT_EQ(misfit("contours", made), "");
        const std::string file = m_folder / (method + ".json");
        answer("consensus-make-out", fromFiles({"--method", method, "-o", file}));
        const json measured = answer("measure", {"measure", file, "--images", m_study.folder});
        EXPECT_EQ(measured["measurements"].size(), 15u);
        const json kept = json::parse(readText(file))["contours"][0];
        EXPECT_NEAR(measured["measurements"][0]["area_mm2"].get<double>(), kept["area_mm2"].get<double>(),
                    1e-4);
    }
}

TEST_F(ConsensusVerb, WideAndNarrowDomainsAndChosenRaters) {
    const json narrow = answer("consensus-make", fromFiles({"--method", "staple", "--domain-mm", "0"}));
    const json wide = answer("consensus-make", fromFiles({"--method", "staple", "--domain-mm", "20"}));
    EXPECT_LT(narrow["contours"][0]["domain_pixels"], wide["contours"][0]["domain_pixels"]);
    EXPECT_GT(narrow["contours"][0]["prior"], wide["contours"][0]["prior"]);
    const json two = answer("consensus-make", fromFiles({"--raters", "r1,r3"}));
    EXPECT_EQ(two["contours"][0]["raters"].size(), 2u);
    EXPECT_TRUE(two["contours"][0]["raters"][0]["area_without_mm2"].is_null());
    const json one = answer("consensus-make", fromFiles({"--raters", "r2"}), 3);
    EXPECT_EQ(one["withheld"].size(), 15u);
}

TEST_F(ConsensusVerb, WrongUsageIsSaid) {
    answer("error", {"consensus", "make", m_files[0], m_files[1]}, 2);
    answer("error", fromFiles({"--method", "mean"}), 2);
    answer("error", fromFiles({"--domain-mm", "-1"}), 2);
    answer("error", with({"consensus", "make", m_files[0], "--images", m_study.folder}), 2);
    answer("error", with({"consensus", "make"}), 1); // nobody has drawn in the store
}

TEST_F(ConsensusVerb, FromTheStoreToTheSignature) {
    for (const auto& file : m_files)
        answer("contours-import", with({"contours", "import", file}));
    const json tried =
        answer("consensus-make", with({"consensus", "make", "--method", "staple", "--dry-run"}));
    EXPECT_EQ(tried["contours"].size(), 15u);
    EXPECT_TRUE(answer("consensus-list", with({"consensus", "list"}))["contours"].empty());

    const json made = answer("consensus-make", with({"consensus", "make", "--method", "staple"}));
    ASSERT_EQ(made["contours"].size(), 15u);
    EXPECT_EQ(made["contours"][0]["raters"][0]["version"], 1);
    const json again = answer("consensus-make", with({"consensus", "make", "--method", "staple"}));
    EXPECT_EQ(again["contours"][3]["uuid"], made["contours"][3]["uuid"]);
    EXPECT_EQ(answer("consensus-list", with({"consensus", "list", "--all"}))["contours"].size(), 15u);

    const json shown =
        answer("consensus-list", with({"consensus", "show", made["contours"][0]["uuid"].get<std::string>()}));
    double set = 0;
    for (const json& row : shown["contours"][0]["pixels"]["mask"])
        for (const json& pixel : row)
            set += pixel.get<int>();
    EXPECT_GT(set, 0);

    const std::vector<std::string> cell{"--study", m_study.uid, "--level", "L4-L5", "--side", "R"};
    const auto sign = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"consensus", "sign"});
        words.insert(words.end(), cell.begin(), cell.end());
        return with(words);
    };
    answer("consensus-sign", sign({"--state", "discuss"}));
    answer("error", sign({"--method", "staple"}), 1); // no reason
    const json done = answer("consensus-sign", sign({"--method", "staple", "--reason", "all agree"}));
    EXPECT_EQ(done["version"], 2);
    EXPECT_EQ(done["state"], "signed");
    EXPECT_FALSE(done["accepted"].is_null());
    const json listed = answer("consensus-list", with({"consensus", "list"}));
    ASSERT_EQ(listed["reviews"].size(), 1u);
    EXPECT_EQ(listed["reviews"][0]["reason"], "all agree");
    answer("verify", with({"verify"}));

    // A rater neither makes nor sees one, and is told so.
    auto asRater = sign({"--method", "staple", "--reason", "x"});
    asRater.insert(asRater.end(), {"--as", "r1"});
    for (const auto& words :
         {with({"consensus", "make", "--as", "r1"}), with({"consensus", "make", "--dry-run", "--as", "r1"}),
          with({"consensus", "list", "--as", "r1"}),
          with({"consensus", "show", made["contours"][0]["uuid"].get<std::string>(), "--as", "r1"}),
          asRater}) {
        const json refused = answer("error", words, 4)["error"];
        EXPECT_EQ(refused["code"], "not-allowed");
        EXPECT_TRUE(refused["message"].get<std::string>().starts_with("Rater r1 may not ")) << refused;
    }
    std::size_t denied = 0;
    const json audit = answer("audit", with({"audit"}));
    for (const json& entry : audit["entries"])
        denied += entry["action"] == "denied" && entry["actor"] == "r1" ? 1 : 0;
    EXPECT_EQ(denied, 5u);

    // One of the contours changes: what was made of it is stale, and says so everywhere.
    const json before = answer("contours", with({"contours", "export", "--rater", "r1"}))["contours"];
    for (const json& contour : before)
        if (contour["structure"] == "NF" && contour["level"] == "L4-L5" && contour["side"] == "R") {
            json edited = contour;
            for (json& xyz : edited["points_mm"])
                xyz[1] = xyz[1].get<double>() + 0.5;
            EXPECT_EQ(answer("contours-import", with({"contours", "import", "-"}), 0,
                             {.input = document({edited})})["changed"],
                      1);
        }
    const json after = answer("consensus-list", with({"consensus", "list"}));
    std::size_t stale = 0;
    for (const json& contour : after["contours"])
        if (contour["stale"].get<bool>()) {
            ++stale;
            ASSERT_EQ(contour["stale_inputs"].size(), 1u);
            EXPECT_EQ(contour["stale_inputs"][0]["rater"], "r1");
            EXPECT_EQ(contour["stale_inputs"][0]["reason"], "changed");
            EXPECT_EQ(
                answer("consensus-list", with({"consensus", "show",
                                               contour["uuid"].get<std::string>()}))["contours"][0]["stale"],
                true);
        }
    EXPECT_EQ(stale, 1u);
    EXPECT_EQ(after["reviews"][0]["stale"], true);
    const json compared = answer("agreement", with({"agreement"}));
    ASSERT_EQ(compared["stale_consensus"].size(), 1u);
    EXPECT_NE(compared["stale_consensus"][0]["message"].get<std::string>().find("make it anew"),
              std::string::npos);
    answer("consensus-make", with({"consensus", "make", "--method", "staple"}));
    const json anew = answer("consensus-list", with({"consensus", "list"}));
    for (const json& contour : anew["contours"])
        EXPECT_EQ(contour["stale"], false);
}

} // namespace
} // namespace forameter::testing
