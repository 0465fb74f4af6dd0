// SPDX-License-Identifier: Apache-2.0
// Simulated studies as other programs and our own meet them: files on disk.
#include <cmath>
#include <filesystem>
#include <future>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <set>

#include "child.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::map<std::string, std::string> everyFile(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[fs::relative(entry.path(), folder).string()] = readText(entry.path());
    return files;
}

/// Two studies with findings and two raters. Making them takes seconds, so they are made once and looked at
/// from every side.
class Phantom : public ::testing::Test {
protected:
    const Folder m_folder;
    const std::string m_cohort = m_folder / "cohort", m_again = m_folder / "again";
    /// The first study once more, on one thread, while the others are made.
    const std::shared_future<json> m_secondAnswer = std::async(std::launch::async, [this] {
        return answer("phantom", {"phantom", "-o", m_again, "--studies", "1", "--seed", "3", "--raters", "2",
                                  "--repeats", "0.5", "-j", "1", "--encoding", "jpeg-ls"});
    });
    const json m_answer =
        answer("phantom", {"phantom", "-o", m_cohort, "--studies", "2", "--seed", "3", "--raters", "2",
                           "--repeats", "0.5", "-j", "2", "--encoding", "jpeg-ls"});

    [[nodiscard]] json document(const std::string& name) const {
        return json::parse(readText(fs::path(m_cohort) / name));
    }
    void isLaidOutAsDocumented() const;
    void isReadAsTheStudiesOfAHospital() const;
    void hasNoErrorForAValidator() const;
    void entersAStoreAndMeasuresAsItClaims() const;
    void hasRatersWhoAgreeAsPeopleDo() const;
    void isTheSameForTheSameSeedWhateverTheNumberOfThreads() const;
};

TEST_F(Phantom, ACohortIsWhatItSaysItIs) {
    isLaidOutAsDocumented();
    isReadAsTheStudiesOfAHospital();
    hasNoErrorForAValidator();
    entersAStoreAndMeasuresAsItClaims();
    hasRatersWhoAgreeAsPeopleDo();
    isTheSameForTheSameSeedWhateverTheNumberOfThreads();
}

void Phantom::isLaidOutAsDocumented() const {
    ASSERT_EQ(m_answer["studies"].size(), 2u);
    std::size_t images = 0;
    for (const auto& made : m_answer["studies"]) {
        EXPECT_EQ(made["contours"], 15);
        for (const auto& entry : fs::recursive_directory_iterator(made["folder"].get<std::string>()))
            if (entry.is_regular_file()) {
                EXPECT_EQ(entry.path().extension(), ".dcm");
                ++images;
            }
    }
    EXPECT_EQ(images, m_answer["studies"][0]["images"].get<std::size_t>() +
                          m_answer["studies"][1]["images"].get<std::size_t>());
    for (const char* name : {"truth.json", "truth-all.json", "rater-1.json", "rater-2.json",
                             "rater-1-repeat.json", "clinical.csv", "manifest.json"})
        EXPECT_TRUE(fs::exists(fs::path(m_cohort) / name)) << name;
    for (const char* name : {"truth.json", "truth-all.json", "rater-1.json"}) {
        const json contours = document(name);
        EXPECT_EQ(misfit("contours", contours), "") << name;
    }
    EXPECT_EQ(document("truth.json")["contours"].size(), 30u);
    EXPECT_EQ(document("rater-2.json")["contours"].size(), 30u);
    EXPECT_EQ(document("rater-2-repeat.json")["contours"].size(), 15u);
    std::set<json> quantities;
    const json all = document("truth-all.json");
    for (const auto& contour : all["contours"])
        if (contour["structure"] == "CC") quantities.insert(contour["quantity"]);
    EXPECT_EQ(quantities, (std::set<json>{"bony_canal", "canal", "dural_sac"}));
    ASSERT_EQ(all["studies"].size(), 2u);
    EXPECT_GE(all["studies"][0]["levels"]["marks"].size(), 6u);
}

void Phantom::isReadAsTheStudiesOfAHospital() const {
    const json scanned = answer("scan", {"scan", m_cohort + "/phantom-0001", m_cohort + "/phantom-0002"});
    EXPECT_TRUE(scanned["refused"].empty());
    EXPECT_TRUE(scanned["warnings"].empty());
    ASSERT_EQ(scanned["studies"].size(), 2u);
    for (const json& found : scanned["studies"]) {
        std::multiset<std::string> kinds;
        std::set<std::string> frames;
        for (const json& series : found["series"])
            for (const json& stack : series["stacks"]) {
                EXPECT_TRUE(stack["measurable"]);
                EXPECT_TRUE(stack["warnings"].empty()) << stack["warnings"];
                const std::string plane = stack["plane"] == "sagittal" ? "sagittal " : "across ";
                kinds.insert(plane + stack["weighting"].get<std::string>());
                frames.insert(stack["frame_of_reference_uid"].get<std::string>());
            }
        EXPECT_EQ(frames.size(), 1u);
        EXPECT_EQ(kinds,
                  (std::multiset<std::string>{"across T2", "across T2", "across T2", "across T2", "across T2",
                                              "sagittal STIR", "sagittal T1", "sagittal T2"}));
    }
}

void Phantom::hasNoErrorForAValidator() const {
    if (std::system("command -v dciodvfy >/dev/null 2>&1") != 0) {
        std::cout << "dciodvfy (Debian: dicom3tools) is not installed: no file was validated\n";
        return;
    }
    const std::string said = m_cohort + "-said.txt";
    for (const auto& entry : fs::recursive_directory_iterator(m_cohort + "/phantom-0001")) {
        const std::string name = entry.path().filename().string();
        if (name != "0001.dcm" && name != "0013.dcm")
            continue; // what differs between the images of a series is checked by the other tests
        const int exit = std::system(("dciodvfy '" + entry.path().string() + "' >" + said + " 2>&1").c_str());
        EXPECT_EQ(exit, 0) << entry.path() << "\n" << readText(said);
        EXPECT_EQ(readText(said).find("Error"), std::string::npos) << readText(said);
    }
}

void Phantom::entersAStoreAndMeasuresAsItClaims() const {
    const std::string store = m_folder / "store.sqlite";
    const auto with = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--store", store});
        return words;
    };
    answer("init", with({"init"}));
    EXPECT_EQ(answer("import", with({"import", m_cohort + "/phantom-0001",
                                     m_cohort + "/phantom-0002"}))["added"]["studies"],
              2);
    const json all = document("truth-all.json");
    for (const json& about : all["studies"]) {
        const json levels = answer("levels", with({"levels", "confirm", "--study", about["study_uid"], "--as",
                                                   "rater-1", m_cohort + "/truth-all.json"}));
        EXPECT_EQ(levels["levels"]["confirmed"], true);
    }
    for (const char* name : {"truth.json", "rater-1.json", "rater-2.json"}) {
        const json imported = answer("contours-import", with({"contours", "import", m_cohort + "/" + name}));
        EXPECT_EQ(imported["added"], 30) << name;
        EXPECT_TRUE(imported["refused"].empty()) << name << imported["refused"];
    }
    const json measured =
        answer("measure", {"measure", m_cohort + "/truth.json", "--images", m_cohort + "/phantom-0001",
                           "--images", m_cohort + "/phantom-0002"});
    const json truth = document("truth.json");
    ASSERT_EQ(measured["measurements"].size(), 30u);
    for (std::size_t i = 0; i < 30; ++i) {
        const double area = truth["contours"][i]["area_mm2"];
        EXPECT_NEAR(measured["measurements"][i]["area_mm2"].get<double>(), area, 1e-6 * area);
        EXPECT_NEAR(measured["measurements"][i]["area_mask_mm2"].get<double>(), area, 0.12 * area + 3.0);
    }
}

void Phantom::hasRatersWhoAgreeAsPeopleDo() const {
    const json compared =
        answer("compare", {"compare", m_cohort + "/rater-1.json", m_cohort + "/truth.json"});
    double dice = 0.0;
    int n = 0;
    for (const json& row : compared["cases"]) {
        if (row["dice"].is_null()) continue; // drawn on another slice
        dice += row["dice"].get<double>();
        ++n;
    }
    ASSERT_GE(n, 20);
    EXPECT_GT(dice / n, 0.88);
    EXPECT_LT(dice / n, 0.975);
}

void Phantom::isTheSameForTheSameSeedWhateverTheNumberOfThreads() const {
    ASSERT_EQ(m_secondAnswer.get()["studies"].size(), 1u);
    const auto first = everyFile(fs::path(m_cohort) / "phantom-0001"),
               second = everyFile(fs::path(m_again) / "phantom-0001");
    EXPECT_GT(first.size(), 50u);
    EXPECT_TRUE(first == second);
    const json truth = document("truth.json"), one = json::parse(readText(fs::path(m_again) / "truth.json"));
    for (std::size_t i = 0; i < 15; ++i)
        EXPECT_EQ(truth["contours"][i], one["contours"][i]);
    const json rater = document("rater-2.json"),
               other = json::parse(readText(fs::path(m_again) / "rater-2.json"));
    for (std::size_t i = 0; i < 15; ++i)
        EXPECT_EQ(rater["contours"][i], other["contours"][i]);
}

TEST(PhantomVerb, RefusesWhatItCannotDo) {
    const Folder folder;
    EXPECT_EQ(run({"phantom", "--studies", "1"}).exit, 2) << "nowhere to write";
    EXPECT_EQ(run({"phantom", "-o", folder / "a", "--studies", "0"}).exit, 2);
    EXPECT_EQ(run({"phantom", "-o", folder / "a", "--studies", "1", "--pathology", "some"}).exit, 2);
    EXPECT_EQ(run({"phantom", "-o", folder / "a", "--studies", "1", "--repeats", "0.5"}).exit, 2)
        << "no raters who could";
    fs::create_directories(folder / "full");
    folder.write("full/file.txt", "x");
    const auto full = run({"phantom", "-o", folder / "full", "--studies", "1"});
    EXPECT_EQ(full.exit, 1);
    EXPECT_NE(full.err.find("not empty"), std::string::npos);
    const auto nowhere = run({"phantom", "-o", folder / "full/file.txt", "--studies", "1"});
    EXPECT_EQ(nowhere.exit, 1);
    EXPECT_NE(nowhere.err.find("file.txt"), std::string::npos);
}

TEST(PhantomVerb, StopsWhenInterrupted) {
    const Folder folder;
    const auto stopped = run({"phantom", "-o", folder / "many", "--studies", "5000", "-j", "1"},
                             {.signal = SIGINT, .signalAfterMs = 400});
    EXPECT_EQ(stopped.exit, 130);
    EXPECT_FALSE(fs::exists(fs::path(folder / "many") / "truth.json"));
}

} // namespace
} // namespace forameter::testing
