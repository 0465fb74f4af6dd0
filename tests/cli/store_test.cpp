// SPDX-License-Identifier: Apache-2.0
// The verbs for stores, apart from the main job.
#include <gtest/gtest.h>

#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

class StoreVerbs : public ::testing::Test {
protected:
    Folder m_folder;
    std::string m_store = m_folder / "store.sqlite";

    std::vector<std::string> with(std::vector<std::string> words) const {
        words.insert(words.end(), {"--store", m_store});
        return words;
    }
    void SetUp() override { answer("init", with({"init"})); }
};

TEST_F(StoreVerbs, InitDoesNotOverwrite) {
    const std::string before = readText(m_store);
    answer("error", with({"init"}), 1);
    EXPECT_EQ(readText(m_store), before);
}

TEST_F(StoreVerbs, AnEmptyStoreIsInOrderAndUpToDate) {
    EXPECT_EQ(answer("verify", with({"verify"}))["ok"], true);
    const json migrated = answer("migrate", with({"migrate"}));
    EXPECT_EQ(migrated["from"], migrated["to"]);
    EXPECT_TRUE(migrated["backup"].is_null());
    EXPECT_EQ(answer("studies", with({"studies"}))["total"], 0);
    EXPECT_EQ(answer("contours", with({"contours", "export"}))["contours"], json::array());
    EXPECT_EQ(answer("measure", with({"measure"}))["measurements"], json::array());
    EXPECT_EQ(answer("raters", with({"raters", "list"}))["raters"], json::array());
}

TEST_F(StoreVerbs, AStrangersFileIsRefusedWithWords) {
    const std::string text = m_folder.write("notes.txt", std::string(5000, 'x'));
    EXPECT_FALSE(
        answer("error", {"studies", "--store", text}, 1)["error"]["message"].get<std::string>().empty());
    EXPECT_EQ(readText(text), std::string(5000, 'x'));
}

TEST_F(StoreVerbs, AStoreOfANewerVersionCouldNotBeOpenedWhichIsNoQuestionOfRights) {
    std::string bytes = readText(m_store);
    bytes[63] = 99; // user_version: https://sqlite.org/fileformat.html section 1.3
    const std::string newer = m_folder.write("newer.sqlite", bytes);
    for (const auto& words :
         {std::vector<std::string>{"studies"}, {"verify"}, {"migrate"}, {"audit"}, {"restore", m_store}}) {
        std::vector<std::string> all = words;
        all.insert(all.end(), {"--store", newer});
        const auto refused = answer("error", all, 1)["error"];
        EXPECT_EQ(refused["code"], "conflict") << words.front();
        EXPECT_NE(refused["message"].get<std::string>().find("newer Forameter"), std::string::npos)
            << refused.dump();
    }
    EXPECT_EQ(readText(newer), bytes);
    answer("error", with({"restore", newer}), 1);
}

TEST_F(StoreVerbs, TheStoreItselfIsNeitherReadNorWrittenAsADocument) {
    const std::string before = readText(m_store);
    for (const auto& words : {std::vector<std::string>{"contours", "import", m_store},
                              {"contours", "export", "--out", m_store},
                              {"agreement", "--html", m_store},
                              {"agreement", "--pdf", m_store},
                              {"rounds", "create", "r", "--raters", "anna", "--studies", m_store}}) {
        const auto refused = answer("error", with(words), 1);
        EXPECT_NE(refused["error"]["message"].get<std::string>().find("the store itself"), std::string::npos)
            << refused.dump();
    }
    EXPECT_EQ(readText(m_store), before);
    // Nor where it is the one that is meant when none is named.
    const HowToRun home{.environment = {"XDG_DATA_HOME=" + m_folder.path()}};
    ASSERT_EQ(run({"init"}, home).exit, 0);
    const std::string usual = m_folder / "forameter/store.sqlite", empty = readText(usual);
    ASSERT_FALSE(empty.empty());
    EXPECT_EQ(run({"contours", "export", "--out", usual}, home).exit, 1);
    EXPECT_EQ(readText(usual), empty);
}

TEST_F(StoreVerbs, DamageIsFoundByVerify) {
    const MadeStudy study = makeStudy(m_folder / "images");
    answer("import", with({"import", study.folder}));
    std::string bytes = readText(m_store);
    ASSERT_GT(bytes.size(), 20000u);
    for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 3000; ++i)
        bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
    const std::string damaged = m_folder.write("damaged.sqlite", bytes);
    const json report = answer("verify", {"verify", "--store", damaged}, 1);
    EXPECT_EQ(report["ok"], false);
    EXPECT_FALSE(report["problems"].empty());
}

TEST_F(StoreVerbs, StudiesAreFilteredCountedAndPaged) {
    makeStudy(m_folder / "images/a", "1.2.840.7.1");
    makeStudy(m_folder / "images/b", "1.2.840.7.2");
    answer("import", with({"import", m_folder / "images"}));
    const json all = answer("studies", with({"studies"}));
    ASSERT_EQ(all["studies"].size(), 2u);
    EXPECT_EQ(all["studies"][0]["study_uid"], "1.2.840.7.1");
    EXPECT_EQ(all["studies"][0]["series"], 3);
    const json page = answer("studies", with({"studies", "--limit", "1"}));
    EXPECT_EQ(page["studies"].size(), 1u);
    EXPECT_EQ(page["total"], 2);
    EXPECT_EQ(answer("studies", with({"studies", "--after", "1.2.840.7.1"}))["studies"][0]["study_uid"],
              "1.2.840.7.2");
    EXPECT_EQ(answer("studies", with({"studies", "--where", "study_uid = '1.2.840.7.2'"}))["total"], 1);
    const json count = answer("studies", with({"studies", "--count", "--where", "series > 2"}));
    EXPECT_EQ(count["total"], 2);
    EXPECT_FALSE(count.contains("studies"));
    const json sql =
        answer("studies", with({"studies", "--where", "patient_id = 'x'' or 1=1 --'", "--show-sql"}));
    EXPECT_EQ(sql["total"], 0);
    EXPECT_EQ(sql["sql"].get<std::string>().find("or 1=1"), std::string::npos); // bound, not pasted
    EXPECT_EQ(answer("error", with({"studies", "--where", "colour = 3"}), 2)["error"]["code"], "usage");
    EXPECT_EQ(run(with({"studies", "--csv"})).out.substr(0, 10), "study_uid,");
}

TEST_F(StoreVerbs, ADryRunImportsNothing) {
    const MadeStudy study = makeStudy(m_folder / "images");
    EXPECT_EQ(answer("import", with({"import", study.folder, "--dry-run"}))["added"]["studies"], 1);
    EXPECT_EQ(answer("studies", with({"studies"}))["total"], 0);
}

TEST_F(StoreVerbs, NothingIsExportedOfAStudyThatIsNotThere) {
    EXPECT_EQ(answer("error", with({"contours", "export", "--study", "9.9"}), 1)["error"]["code"],
              "not-found");
}

TEST_F(StoreVerbs, LevelsAreReadFromAFileAndCheckedWhenConfirmed) {
    const MadeStudy study = makeStudy(m_folder / "images");
    answer("import", with({"import", study.folder}));
    const std::vector<std::string> whose{"--study", study.uid, "--as", "r1"};
    const auto words = [&](std::vector<std::string> verb, std::vector<std::string> more) {
        verb.insert(verb.end(), whose.begin(), whose.end());
        verb.insert(verb.end(), more.begin(), more.end());
        return with(verb);
    };
    answer("error", words({"levels", "confirm"}, {}), 1); // there is nothing to confirm
    EXPECT_EQ(run(with({"levels", "show", "--study", study.uid, "--csv"})).out, "vertebra,x,y,z\n");
    answer("error", with({"levels", "show", "--study", "9.9"}), 1);
    answer("error", with({"levels", "suggest", "--study", study.uid}), 1);
    const json file{
        {"lumbar_count", 6},
        {"transition", "lumbarised-S1"},
        {"note", "six"},
        {"marks",
         {{{"vertebra", "S1"}, {"center_mm", {0, 0, 0}}}, {{"vertebra", "L6"}, {"center_mm", {0, 0, 30}}}}}};
    EXPECT_EQ(misfit("levels-file", file), "");
    const json set = answer("levels", words({"levels", "set"}, {m_folder.write("levels.json", file.dump())}));
    EXPECT_EQ(set["levels"]["lumbar_count"], 6);
    EXPECT_EQ(set["levels"]["marks"][0]["vertebra"], "L6"); // from the head down
    EXPECT_EQ(set["levels"]["discs"][0]["level"], "L6-S1");
    // The answer of show is a file for set and confirm.
    const Ran shown = run(with({"levels", "show", "--study", study.uid, "--json"}));
    EXPECT_EQ(
        answer("levels", words({"levels", "confirm"}, {"-"}), 0, {.input = shown.out})["levels"]["confirmed"],
        true);
    answer("error", words({"levels", "confirm"}, {"--mark", "L4=0,0,0", "--mark", "L5=0,0,10"}),
           1); // upside down
    for (const char* bad :
         {"[]", "{", "{\"marks\": 3}", "{\"marks\": [{\"vertebra\": \"L9\", \"center_mm\": [0,0,0]}]}",
          "{\"marks\": [{\"vertebra\": \"L4\", \"center_mm\": [0,0]}]}",
          "{\"lumbar_count\": 7, \"marks\": []}"})
        EXPECT_FALSE(answer("error", words({"levels", "set"}, {"-"}), 1, {.input = bad})["error"]["message"]
                         .get<std::string>()
                         .empty())
            << bad;
}

TEST_F(StoreVerbs, TheWholeDocumentIsRefusedWhereItIsNone) {
    answer("error", with({"contours", "import", "-"}), 1, {.input = "[[["});
    answer("error", with({"contours", "import", "-"}), 1, {.input = std::string(100000, '[')});
    answer("error", with({"contours", "import", m_folder / "none"}), 1);
}

} // namespace
} // namespace forameter::testing
