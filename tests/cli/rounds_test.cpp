// SPDX-License-Identifier: Apache-2.0
// Rounds from the command line: packets out and back, and every verb tried by somebody who must not see.
#include <fstream>
#include <gtest/gtest.h>

#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

class Rounds : public ::testing::Test {
protected:
    Folder m_folder;
    std::string m_store = m_folder / "store.sqlite";
    MadeStudy m_study = makeStudy(m_folder / "images");
    json m_place;

    Words in(const std::string& store, Words words) const {
        words.insert(words.end(), {"--store", store});
        return words;
    }
    Words with(Words words) const { return in(m_store, std::move(words)); }
    void SetUp() override {
        answer("init", with({"init"}));
        answer("import", with({"import", m_study.folder}));
        answer("raters-add", with({"raters", "add", "anna", "berta"}));
        answer("raters-add", with({"raters", "add", "rolf", "--role", "reviewer"}));
        Words levels = with({"levels", "confirm", "--study", m_study.uid, "--as", "berta"});
        levels.insert(levels.end(), m_study.marks.begin(), m_study.marks.end());
        answer("levels", levels);
        m_place =
            answer("levels-suggest", with({"levels", "suggest", "--study", m_study.uid}))["suggestions"][0];
        const json made =
            answer("rounds-round",
                   with({"rounds", "create", "pilot", "--raters", "anna,berta", "--studies", "all"}));
        EXPECT_TRUE(made["warnings"].empty());
        EXPECT_EQ(made["raters"].size(), 2u);
    }
    json draw(const std::string& store, const std::string& rater, double size, int exit = 0) const {
        return answer("contours-import", in(store, {"contours", "import", "-", "--as", rater}), exit,
                      {.input = document({ellipse(m_place, m_study.uid, 4, size, rater)})});
    }
    json exported(const Words& more, const std::string& store) const {
        Words words{"contours", "export"};
        words.insert(words.end(), more.begin(), more.end());
        return answer("contours", in(store, words))["contours"];
    }
};

TEST_F(Rounds, PacketsGoOutAreReadAndComeBack) {
    const std::string out = m_folder / "packets";
    const json packets =
        answer("rounds-export", with({"rounds", "export", "pilot", "--out", out}))["packets"];
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(packets[0]["images"], 55);
    answer("error", with({"rounds", "export", "pilot", "--out", out}), 1);
    std::filesystem::remove_all(m_study.folder); // the packet brings its images
    for (const json& packet : packets) {
        const std::string file = packet["path"], rater = packet["rater"];
        const json list = answer("worklist", in(file, {"worklist"}));
        EXPECT_EQ(list["rater"], rater);
        ASSERT_EQ(list["cases"].size(), 1u);
        EXPECT_EQ(list["next"]["study_uid"], m_study.uid);
        EXPECT_EQ(draw(file, rater, rater == "anna" ? 7 : 8)["added"], 1);
        const json done =
            answer("worklist", in(file, {"worklist", "--assignment", list["next"]["assignment"], "--state",
                                         "done", "--difficulty", "3", "--comment", "fine"}));
        EXPECT_EQ(done["progress"]["done"], 1);
        EXPECT_TRUE(done["next"].is_null());
        EXPECT_EQ(answer("error", in(file, {"studies", "--as", "somebody"}), 4)["error"]["code"],
                  "not-allowed");
        EXPECT_EQ(answer("verify", in(file, {"verify"}))["ok"], true);
    }
    const json taken = answer("rounds-collect", with({"rounds", "collect", "pilot", out}));
    ASSERT_EQ(taken["collected"].size(), 2u);
    EXPECT_EQ(taken["collected"][0]["added"], 2);
    const json again = answer("rounds-collect", with({"rounds", "collect", "pilot", out}));
    EXPECT_EQ(again["collected"][0]["added"], 0);
    EXPECT_EQ(exported({"--round", "pilot"}, m_store).size(), 2u);
    EXPECT_TRUE(exported({"--as", "rolf"}, m_store).empty());
    EXPECT_EQ(answer("rounds-round", with({"rounds", "open", "pilot"}))["state"], "opened");
    EXPECT_EQ(exported({"--as", "rolf"}, m_store).size(), 2u);
    EXPECT_EQ(answer("rounds", with({"rounds", "list"}))["rounds"][0]["raters"][0]["done"], 1);
    EXPECT_EQ(run(with({"rounds", "list", "--csv"})).out,
              "name,state,studies,rater,cases,done,in_progress,flagged,passed\n"
              "pilot,opened,1,anna,1,1,0,0,\npilot,opened,1,berta,1,1,0,0,\n");
    EXPECT_EQ(answer("verify", with({"verify"}))["ok"], true);
}

TEST_F(Rounds, ADamagedPacketIsRefusedWithWordsAndTheOthersAreTaken) {
    const std::string out = m_folder / "packets";
    const json packets =
        answer("rounds-export",
               with({"rounds", "export", "pilot", "--out", out, "--images", "reference"}))["packets"];
    for (const json& packet : packets)
        draw(packet["path"], packet["rater"], 7);
    const std::string bad = packets[0]["path"];
    std::string bytes = readText(bad);
    const auto at = bytes.find("contour.import");
    ASSERT_NE(at, std::string::npos);
    bytes[at] ^= 1;
    std::ofstream(bad, std::ios::binary | std::ios::trunc) << bytes;
    const json taken = answer("rounds-collect", with({"rounds", "collect", "pilot", out}), 3);
    EXPECT_EQ(taken["collected"].size(), 1u);
    EXPECT_NE(taken["refused"][0]["message"].get<std::string>().find("was not taken"), std::string::npos);
    answer("error", with({"rounds", "collect", "pilot", bad}), 1);
    EXPECT_EQ(answer("verify", with({"verify"}))["ok"], true);
}

TEST_F(Rounds, NoVerbShowsABlindedRaterAnythingOfAnother) {
    draw(m_store, "anna", 7);
    draw(m_store, "berta", 8);
    const json bertas = exported({"--rater", "berta"}, m_store)[0];
    const std::string uuid = bertas["uuid"];
    const std::string area = std::to_string(bertas["area_mm2"].get<double>()).substr(0, 8);
    const std::string file =
        m_folder.write("anna.json", document({ellipse(m_place, m_study.uid, 4, 7, "anna")}));
    const std::string studies = m_folder.write("studies.txt", m_study.uid + "\n");
    const std::string training = m_folder.write(
        "training.json",
        R"({"name": "spy", "plane": "sagittal", "steps": 1, "network": {"base": 4, "levels": 1},
                             "sources": [{"kind": "store", "readings": "raters", "raters": ["berta"]}]})");
    const json theirs = answer("worklist", with({"worklist", "--as", "berta"}))["next"];
    const std::vector<Words> tries{
        {"measure"},
        {"measure", "--study", m_study.uid},
        {"contours", "export"},
        {"contours", "export", "--rater", "berta"},
        {"contours", "export", "--all-versions"},
        {"contours", "export", "--round", "pilot"},
        {"contours", "export", "--study", m_study.uid},
        {"contours", "export", "--assignment", theirs["assignment"]},
        {"contours", "import", file},
        {"contours", "import", file, "--assignment", theirs["assignment"]},
        {"studies"},
        {"studies", "--where", "contours > 1"},
        {"studies", "--count", "--where", "contours > 1"},
        {"levels", "show", "--study", m_study.uid},
        {"levels", "suggest", "--study", m_study.uid},
        {"audit"},
        {"audit", "--since", "1"},
        {"verify"},
        {"backup", m_folder / "copy.sqlite"},
        {"restore", m_folder / "copy.sqlite"},
        {"migrate"},
        {"raters", "list"},
        {"raters", "add", "spy", "--role", "administrator"},
        {"raters", "set-role", "anna", "--role", "administrator"},
        {"raters", "check"},
        {"rounds", "list"},
        {"rounds", "open", "pilot"},
        {"rounds", "close", "pilot"},
        {"rounds", "create", "mine", "--raters", "anna", "--studies", studies},
        {"rounds", "export", "pilot", "--out", m_folder / "stolen"},
        {"rounds", "collect", "pilot", m_folder / "stolen"},
        {"rounds", "score", "pilot", "--truth", file},
        {"worklist"},
        {"worklist", "--assignment", theirs["assignment"], "--state", "done"},
        {"import", m_study.folder},
        {"agreement"},
        {"agreement", "--raters", "anna,berta"},
        {"consensus", "make", "--method", "majority"},
        {"consensus", "list"},
        {"proposals", "list"},
        {"evaluate", "--source", "manual"},
        {"evaluate", "--source", "manual", "--rater", "berta"},
        {"train", training, "-o", m_folder / "learnt.safetensors"},
    };
    for (Words words : tries) {
        std::string line;
        for (const auto& word : words)
            line += word + " ";
        words.insert(words.end(), {"--as", "anna"});
        for (const bool asJson : {false, true}) {
            Words all = with(words);
            if (asJson) all.emplace_back("--json");
            const Ran ran = run(all);
            EXPECT_NE(ran.exit, 2) << line << ran.err; // it was really tried
            for (std::string said : {ran.out, ran.err}) {
                // What she typed herself comes back in "has no such rater".
                if (line.find("berta") == std::string::npos) {
                    EXPECT_EQ(said.find("berta"), std::string::npos) << line << said;
                }
                EXPECT_EQ(said.find(uuid), std::string::npos) << line;
                EXPECT_EQ(said.find(area), std::string::npos) << line;
            }
        }
    }
    for (const Words& governance :
         std::vector<Words>{{"verify"},
                            {"backup", m_folder / "b"},
                            {"migrate"},
                            {"rounds", "open", "pilot"},
                            {"rounds", "export", "pilot", "--out", m_folder / "stolen"}}) {
        Words words = with(governance);
        words.insert(words.end(), {"--as", "anna"});
        EXPECT_EQ(answer("error", words, 4)["error"]["code"], "not-allowed") << governance.front();
    }
    const std::string blinded = "The readings of round pilot are blinded until it has been opened.";
    EXPECT_EQ(answer("error", with({"agreement", "--round", "pilot", "--as", "anna"}), 4)["error"]["message"],
              blinded);
    EXPECT_EQ(answer("error", with({"consensus", "make", "--round", "pilot"}), 4)["error"]["message"],
              blinded);
    const Ran own = run(with({"contours", "export", "--round", "pilot", "--as", "anna"}));
    EXPECT_EQ(own.exit, 0);
    EXPECT_EQ(own.err, blinded + "\n") << "what is left out is said";
    EXPECT_EQ(answer("studies", with({"studies", "--as", "anna"}))["studies"][0]["contours"], 1);
    EXPECT_EQ(answer("studies", with({"studies", "--as", "rolf"}))["studies"][0]["contours"], 0);
    EXPECT_FALSE(std::filesystem::exists(m_folder / "copy.sqlite"));
    EXPECT_FALSE(std::filesystem::exists(m_folder / "stolen"));
    EXPECT_FALSE(std::filesystem::exists(m_folder / "learnt.safetensors")) << "nothing was learnt from berta";
}

TEST_F(Rounds, FixedSlicesHoldAndTheCoordinatorMayChooseThem) {
    const json suggested =
        answer("levels-suggest", with({"levels", "suggest", "--study", m_study.uid}))["suggestions"];
    json other = m_place; // of the next foramen of that side, which lies elsewhere or on the same slice
    for (const json& one : suggested)
        if (one["structure"] == "NF" && one["covered"] == true && one["sop_uid"] != m_place["sop_uid"])
            other = one;
    ASSERT_NE(other["sop_uid"], m_place["sop_uid"]);
    const auto onOther = [&] {
        json contour = ellipse(other, m_study.uid, 4, 6, "anna");
        for (const char* const key : {"structure", "level", "side", "quantity"})
            contour[key] = m_place[key];
        return document({contour});
    };
    const json refused =
        answer("contours-import", with({"contours", "import", "-", "--as", "anna"}), 3, {.input = onOther()});
    EXPECT_NE(refused["refused"][0]["message"].get<std::string>().find("fixes this cell to image"),
              std::string::npos);
    json mine = m_place;
    mine["study_uid"] = m_study.uid;
    for (const char* const key : {"series_uid", "sop_uid", "frame"})
        mine[key] = other[key];
    const std::string file = m_folder.write("slices.json", json{{"slices", {mine}}}.dump());
    const json made = answer("rounds-round", with({"rounds", "create", "mine", "--raters", "anna",
                                                   "--studies", "all", "--slices-file", file}));
    EXPECT_GT(made["fixed_slices"], 5);
    EXPECT_EQ(made["fixed_slices"].get<std::size_t>() + made["free_cells"].size(), suggested.size());
    EXPECT_EQ(answer("contours-import", with({"contours", "import", "-", "--as", "anna"}), 0,
                     {.input = onOther()})["added"],
              1);
    answer("error",
           with({"rounds", "create", "bad", "--raters", "anna", "--studies", "all", "--slices-file",
                 m_folder.write("bad.json", "{}")}),
           1);
    EXPECT_EQ(answer("verify", with({"verify"}))["ok"], true);
}

TEST_F(Rounds, TheCoordinatorIsToldOfSlicesThatTheProtocolDoesNotAskFor) {
    json sac{{"study_uid", m_study.uid}, {"structure", "CC"}, {"level", "L4-L5"}};
    for (const char* const key : {"series_uid", "sop_uid", "frame"})
        sac[key] = m_place[key]; // sagittal T1
    const std::string file = m_folder.write("slices.json", json{{"slices", {sac}}}.dump());
    const Words words{"rounds",    "create", "odd",           "--raters", "anna",
                      "--studies", "all",    "--slices-file", file};
    const json made = answer("rounds-round", with(words));
    ASSERT_EQ(made["off_protocol"].size(), 1u) << made.dump();
    EXPECT_EQ(made["off_protocol"][0]["level"], "L4-L5");
    EXPECT_EQ(made["off_protocol"][0]["sop_uid"], m_place["sop_uid"]);
    ASSERT_EQ(made["warnings"].size(), 1u);
    EXPECT_NE(made["warnings"][0].get<std::string>().find("1 fixed slice of 1 study"), std::string::npos);
    EXPECT_NE(
        made["warnings"][0].get<std::string>().find("This is T1; the protocol measures the dural sac on T2"),
        std::string::npos)
        << made["warnings"].dump();
}

TEST_F(Rounds, CalibrationIsScoredAndReleasesTheRest) {
    const MadeStudy other = makeStudy(m_folder / "more", "1.2.840.7.2"); // the first one is the trial
    answer("import", with({"import", other.folder}));
    const std::string trial = m_folder.write("trial.txt", m_study.uid + "\n");
    answer("rounds-round", with({"rounds", "create", "exam", "--raters", "anna,berta", "--studies", "all",
                                 "--calibration", trial, "--pass-mark", "0.8"}));
    const std::string truth =
        m_folder.write("truth.json", document({ellipse(m_place, m_study.uid, 4, 7, "truth")}));
    const Words scoring = with({"rounds", "score", "exam", "--truth", truth});
    EXPECT_EQ(answer("rounds-score", scoring)["raters"][0]["scored"], 0);
    for (const auto& [rater, size] : {std::pair("anna", 7.0), std::pair("berta", 3.0)}) {
        draw(m_store, rater, size);
        const json list = answer("worklist", with({"worklist", "--as", rater}));
        for (const json& one : list["cases"])
            if (one["round"] == "exam" && one["calibration"] == true)
                answer("worklist", with({"worklist", "--assignment", one["assignment"].get<std::string>(),
                                         "--state", "done", "--as", rater}));
    }
    const json scores = answer("rounds-score", scoring)["raters"];
    ASSERT_EQ(scores.size(), 2u);
    EXPECT_GT(scores[0]["mean_dice"], 0.99);
    EXPECT_EQ(scores[0]["passed"], true);
    EXPECT_NEAR(scores[1]["mean_dice"].get<double>(), 0.6, 0.01);
    EXPECT_EQ(scores[1]["passed"], false);
    const json packets =
        answer("rounds-export",
               with({"rounds", "export", "exam", "--out", m_folder / "exam", "--images", "reference"}));
    EXPECT_EQ(packets["packets"][0]["calibration"], false);
    EXPECT_EQ(packets["packets"][1]["calibration"], true);
    Words byAnna = scoring;
    byAnna.insert(byAnna.end(), {"--as", "anna"});
    answer("error", byAnna, 4);
}

TEST_F(Rounds, PasswordsAreAskedForAndNeverShown) {
    const std::string secret = "correct horse battery";
    answer("raters-add", with({"raters", "add", "ada", "--role", "administrator", "--password-stdin"}), 0,
           {.input = secret + "\n"});
    EXPECT_EQ(answer("error", with({"studies"}), 4)["error"]["code"], "not-allowed");
    EXPECT_EQ(answer("error", with({"verify"}), 4)["error"]["code"], "not-allowed");
    const json asNobody = answer("doctor", with({"doctor"}));
    EXPECT_EQ(asNobody["store"]["state"], "locked") << "which is no fault of it";
    EXPECT_TRUE(asNobody["problems"].empty()) << asNobody["problems"];
    answer("error", with({"studies", "--as", "ada"}), 4);
    const std::string other = m_folder / "other.sqlite";
    answer("init", {"init", "--store", other});
    for (const char* who : {"anna", "nobody"})
        for (const Words& verb :
             {Words{"restore", other}, Words{"backup", m_folder / "b"}, Words{"migrate"}}) {
            Words words = with(verb);
            words.insert(words.end(), {"--as", who});
            const Ran ran = run(words);
            EXPECT_NE(ran.exit, 0) << verb.front() << " as " << who;
        }
    answer("error", with({"studies", "--as", "ada", "--password-stdin"}), 4, {.input = "wrong\n"});
    answer("studies", with({"studies", "--as", "ada", "--password-stdin"}), 0, {.input = secret + "\n"});
    const HowToRun signedIn{.environment = {"FORAMETER_PASSWORD=" + secret}};
    EXPECT_EQ(answer("doctor", with({"doctor", "--as", "ada"}), 0, signedIn)["store"]["state"], "ok");
    const json may = answer("raters-check", with({"raters", "check", "--as", "ada"}), 0, signedIn);
    EXPECT_EQ(may["role"], "administrator");
    EXPECT_EQ(may["allowed"]["maintain-store"], true);
    answer("raters-rater", with({"raters", "set-role", "rolf", "--role", "clinician", "--as", "ada"}), 0,
           signedIn);
    HowToRun both = signedIn;
    both.input = "another secret of rolf\n";
    answer("raters-password", with({"raters", "set-password", "rolf", "--password-stdin", "--as", "ada"}), 0,
           both);
    answer("raters", with({"raters", "list", "--as", "rolf", "--password-stdin"}), 0,
           {.input = "another secret of rolf"});
    EXPECT_EQ(answer("verify", with({"verify", "--as", "ada"}), 0, signedIn)["ok"], true);
    const std::string bytes = readText(m_store);
    EXPECT_EQ(bytes.find(secret), std::string::npos);
    EXPECT_EQ(bytes.find("another secret"), std::string::npos);
}

} // namespace
} // namespace forameter::testing
