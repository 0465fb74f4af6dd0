// SPDX-License-Identifier: Apache-2.0
// Training, proposing and evaluating from the command line, with networks of a few steps: they know nothing,
// and what is said of that must hold all the same.
#include <fstream>
#include <gtest/gtest.h>

#include <set>

#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

class Learning : public ::testing::Test {
protected:
    Folder m_folder;

    std::string config(const std::string& plane, int steps) const {
        const json document{{"name", "tiny-" + plane},
                            {"plane", plane},
                            {"spacing_mm", 2.0},
                            {"crop", {64, 64}},
                            {"batch", 2},
                            {"steps", steps},
                            {"seed", 3},
                            {"network", {{"base", 4}, {"levels", 3}}},
                            {"sources", {{{"kind", "phantom"}}}},
                            {"evaluate_every", 2},
                            {"evaluation_slices", 2},
                            {"checkpoint_every", 2},
                            {"intended_use", "a test"},
                            {"limits", "knows nothing"}};
        return m_folder.write(plane + "-config.json", document.dump());
    }
    std::string models() const { return m_folder / "models"; }
    void trainBoth() {
        for (const std::string plane : {"sagittal", "axial"})
            answer("train", {"train", config(plane, 2), "-o", models() + "/tiny-" + plane + ".safetensors",
                             "-j", "1"});
    }
};

TEST_F(Learning, ATrainingLeavesWeightsCardAndCurve) {
    const json trained =
        answer("train", {"train", config("sagittal", 4), "-o", models() + "/tiny.safetensors", "-j", "1"});
    EXPECT_EQ(trained["steps"], 4);
    const json card = json::parse(readText(models() + "/tiny.json"));
    EXPECT_EQ(card["sha256"], trained["sha256"]);
    EXPECT_EQ(card["limits"], "knows nothing");
    EXPECT_TRUE(readText(models() + "/tiny.csv").starts_with("step,loss"));
    EXPECT_FALSE(std::filesystem::exists(models() + "/tiny.checkpoint"));
    const Ran bad =
        run({"train",
             m_folder.write(
                 "bad.json",
                 R"({"name": "x", "plane": "sagittal", "sources": [{"kind": "phantom"}], "stepz": 3})"),
             "-o", m_folder / "x.safetensors"});
    EXPECT_EQ(bad.exit, 1);
    EXPECT_NE(bad.err.find("stepz"), std::string::npos) << bad.err;
    EXPECT_EQ(run({"train", config("sagittal", 2)}).exit, 2) << "no place for the weights";
}

TEST_F(Learning, AStoreTeachesItsConsensusItsSoftMapsOrItsRaters) {
    const std::string store = m_folder / "s.sqlite";
    const MadeStudy study = makeStudy(m_folder / "images");
    const auto with = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--store", store});
        return words;
    };
    answer("init", with({"init"}));
    answer("import", with({"import", study.folder}));
    std::vector<std::string> confirm = with({"levels", "confirm", "--study", study.uid, "--as", "r1"});
    confirm.insert(confirm.end(), study.marks.begin(), study.marks.end());
    answer("levels", confirm);
    const json places =
        answer("levels-suggest", with({"levels", "suggest", "--study", study.uid}))["suggestions"];
    for (const auto& [rater, size] : {std::pair("r1", 0.9), {"r2", 1.1}}) {
        std::vector<json> contours;
        for (const json& place : places)
            contours.push_back(ellipse(place, study.uid, 6 * size, 8 * size, rater));
        answer("contours-import", with({"contours", "import", m_folder.write("c.json", document(contours))}));
    }
    answer("consensus-make", with({"consensus", "make", "--method", "majority"}));
    const auto slicesOf = [&](const std::string& structure) {
        std::set<std::string> sops;
        for (const json& place : places)
            if (place["structure"] == structure) sops.insert(place["sop_uid"]);
        return sops.size();
    };

    const auto trained = [&](const std::string& plane, const json& source, int inputs) {
        json document = json::parse(readText(config(plane, 2)));
        document["sources"] = {source};
        document["network"]["inputs"] = inputs;
        return with({"train", m_folder.write("store-config.json", document.dump()), "-o",
                     models() + "/s.safetensors", "-j", "1"});
    };
    std::set<std::string> fingerprints;
    for (const std::string readings : {"consensus", "soft", "raters"}) {
        json source{{"kind", "store"}, {"readings", readings}};
        if (readings != "raters") source["method"] = "majority";
        const std::string plane = readings == "soft" ? "axial" : "sagittal";
        answer("train", trained(plane, source, readings == "raters" ? 3 : 1));
        const json data = json::parse(readText(models() + "/s.json"))["data"][0];
        EXPECT_EQ(data["readings"], readings);
        EXPECT_EQ(data["patients"], 1);
        EXPECT_EQ(data["slices"], slicesOf(plane == "axial" ? "CC" : "NF"));
        fingerprints.insert(data["readings_sha256"].get<std::string>());
    }
    EXPECT_EQ(fingerprints.size(), 2u) << "soft map and consensus are the same records";
    const Ran nobody =
        run(trained("sagittal", {{"kind", "store"}, {"readings", "raters"}, {"raters", {"r9"}}}, 1));
    EXPECT_EQ(nobody.exit, 1);
    EXPECT_NE(nobody.err.find("holds nothing of readings \"raters\""), std::string::npos) << nobody.err;
    const Ran wrong = run(trained("sagittal", {{"kind", "store"}, {"where", "colour = 3"}}, 1));
    EXPECT_EQ(wrong.exit, 1);
    EXPECT_NE(wrong.err.find("colour"), std::string::npos) << wrong.err;
    // A model of three slices proposes like any other.
    answer("train", trained("sagittal", {{"kind", "store"}, {"readings", "raters"}}, 3));
    const json made =
        answer("segment", {"segment", study.folder, "--models", models(), "--device", "cpu", "-j", "1"});
    EXPECT_EQ(made["contours"].size() + made["withheld"].size(), 15u);

    const auto evaluation = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words = with({"evaluate", "--models", models(), "-j", "1"});
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    };
    const Ran whose = evaluation({"--source", "manual"}); // neither of two raters is the truth
    EXPECT_EQ(whose.exit, 1);
    EXPECT_NE(whose.err.find("choose one of them with --rater"), std::string::npos) << whose.err;
    EXPECT_EQ(evaluation({"--source", "manual", "--rater", "r2"}).exit, 0);
    const Ran ghost = evaluation({"--source", "manual", "--rater", "ghost"});
    EXPECT_NE(ghost.err.find("no contours of source manual by ghost"), std::string::npos) << ghost.err;
    const Ran round = evaluation({"--method", "majority", "--round", "pilot"});
    EXPECT_NE(round.err.find("in round pilot"), std::string::npos) << round.err;
}

TEST_F(Learning, EveryCellIsProposedOrWithheldWithAReason) {
    trainBoth();
    const MadeStudy study = makeStudy(m_folder / "images");
    const json made =
        answer("segment", {"segment", study.folder, "--models", models(), "--device", "cpu", "-j", "1"});
    std::set<std::string> cells;
    for (const char* list : {"contours", "withheld"})
        for (const json& one : made[list])
            cells.insert(one["structure"].dump() + one["level"].dump() + one["side"].dump());
    EXPECT_EQ(cells.size(), 15u);
    EXPECT_EQ(made["contours"].size() + made["withheld"].size(), 15u);
    EXPECT_EQ(made["levels"][0]["confirmed"], false);
    EXPECT_EQ(made["device"], "cpu");
    EXPECT_EQ(made["models"].size(), 2u);
    json document = made;
    EXPECT_EQ(misfit("contours", document), "");
    // Another canal than the dural sac, where it is asked for.
    const json canals = answer("segment", {"segment", study.folder, "--models", models(), "--device", "cpu",
                                           "-j", "1", "--quantity", "canal"});
    for (const char* list : {"contours", "withheld"})
        for (const json& one : canals[list])
            EXPECT_EQ(one["quantity"], one["structure"] == "CC" ? json("canal") : json(nullptr)) << one;
    EXPECT_EQ(run({"segment", study.folder, "--models", models(), "--quantity", "bony_canal"}).exit, 2);
}

TEST_F(Learning, AStudyOfTheStoreIsProposedOnByItsConfirmedLevels) {
    trainBoth();
    const std::string store = m_folder / "s.sqlite";
    const MadeStudy study = makeStudy(m_folder / "images");
    answer("init", {"init", "--store", store});
    answer("import", {"import", study.folder, "--store", store});
    std::vector<std::string> confirm{"levels", "confirm", "--study", study.uid,
                                     "--as",   "r1",      "--store", store};
    confirm.insert(confirm.end(), study.marks.begin(), study.marks.end());
    answer("levels", confirm);
    const json made = answer(
        "segment", {"segment", "--study", study.uid, "--store", store, "--models", models(), "-j", "1"});
    EXPECT_EQ(made["levels"][0]["confirmed"], true);
    EXPECT_EQ(made["contours"].size() + made["withheld"].size(), 15u);
    EXPECT_EQ(run({"segment", "--study", "1.2.3", "--store", store, "--models", models()}).exit, 1);

    // A round without proposals keeps them from its readers, and from nobody else, until it is opened.
    answer("rounds-round",
           {"rounds", "create", "pilot", "--raters", "r1", "--studies", "all", "--store", store});
    const std::vector<std::string> mine{"segment",  "--study", study.uid, "--store", store,
                                        "--models", models(),  "--as",    "r1"};
    const Ran refused = run(mine);
    EXPECT_EQ(refused.exit, 4);
    EXPECT_NE(refused.err.find("read in the round pilot, which shows its readers no proposals"),
              std::string::npos)
        << refused.err;
    answer("segment", {"segment", "--study", study.uid, "--store", store, "--models", models()});
    answer("rounds-round", {"rounds", "open", "pilot", "--store", store});
    answer("segment", mine);
}

TEST_F(Learning, AnEvaluationCountsEveryContourOfTheTruth) {
    trainBoth();
    answer("phantom", {"phantom", "-o", m_folder / "phantom", "--studies", "1", "--seed", "5", "-j", "1"});
    const json evaluated = answer("evaluate", {"evaluate", "--truth", m_folder / "phantom/truth.json",
                                               "--models", models(), "-j", "1"});
    EXPECT_EQ(evaluated["studies"], 1);
    EXPECT_EQ(evaluated["cases"].size(), 15u);
    EXPECT_EQ(evaluated["summary"]["NF"]["cases"], 10);
    EXPECT_EQ(evaluated["summary"]["CC"]["cases"], 5);
    EXPECT_EQ(evaluated["levels"]["studies"], 1);
    EXPECT_EQ(evaluated["levels"]["vertebrae"], 6) << "those that were not found count as well";
    for (const json& one : evaluated["cases"])
        EXPECT_NE(one["area_mm2"].is_null(), one["withheld"].is_null()) << one;

    const auto with = [&](const std::string& truth, const std::vector<std::string>& more) {
        std::vector<std::string> words{"evaluate", "--truth", truth, "--images", m_folder / "phantom",
                                       "--models", models(),  "-j",  "1"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    EXPECT_EQ(evaluated["missing_studies"], json::array());
    const json& sums = evaluated["summary"]["NF"]; // what is not proposed has failed, too
    EXPECT_EQ(sums["failures_or_missing"],
              (sums["proposed"].get<double>() *
                   (sums["failures"].is_null() ? 0.0 : sums["failures"].get<double>()) +
               10.0 - sums["proposed"].get<double>()) /
                  10.0);

    const std::string truth = m_folder / "phantom/truth.json";
    json two = json::parse(readText(truth)); // of which one would count, without a word which
    two["contours"].push_back(two["contours"][0]);
    two["contours"].back()["rater"] = "somebody";
    two["contours"].back()["uuid"] = "11111111-1111-4111-8111-111111111111";
    EXPECT_NE(answer("error", with(m_folder.write("two.json", two.dump()), {}), 1)["error"]["message"]
                  .get<std::string>()
                  .find("\"truth\" and by \"somebody\""),
              std::string::npos);
    two["contours"].back()["rater"] = two["contours"][0]["rater"]; // a repeat
    two["contours"].back()["created"] = "2999-01-01T00:00:00Z";
    const std::string repeated = m_folder.write("repeat.json", two.dump());
    const json once = answer("evaluate", with(repeated, {}));
    EXPECT_EQ(once["cases"].size(), 15u);
    EXPECT_EQ(once["repeats_left_out"], 1);
    EXPECT_EQ(once["cases"][0]["area_true_mm2"], evaluated["cases"][0]["area_true_mm2"]);
    EXPECT_NE(run(with(repeated, {})).err.find("1 later contour does not count."), std::string::npos);
    json elsewhere = json::parse(readText(truth));
    elsewhere["contours"].push_back(elsewhere["contours"][0]);
    elsewhere["contours"].back()["study_uid"] = "1.2.3";
    elsewhere["contours"].back()["uuid"] = "11111111-1111-4111-8111-111111111111";
    const json partial = answer("evaluate", with(m_folder.write("elsewhere.json", elsewhere.dump()), {}));
    EXPECT_EQ(partial["missing_studies"], json({"1.2.3"}));
    EXPECT_EQ(partial["cases"].size(), 15u);
    const Ran none = run(with(m_folder.write("none.json", document({})), {}));
    EXPECT_EQ(none.exit, 1);
    EXPECT_NE(none.err.find("holds no contour"), std::string::npos) << none.err;

    const std::string broken = m_folder.write("levels.json", "{");
    EXPECT_NE(
        answer("error", with(truth, {"--levels", broken}), 1)["error"]["message"].get<std::string>().find(
            "levels.json: The levels cannot be read"),
        std::string::npos);
    json other = json::parse(readText(truth));
    other["contours"][3]["points_mm"] = {{0, 0, 0}};
    // A canal is no dural sac.
    json all = json::parse(readText(m_folder / "phantom/truth-all.json"));
    std::erase_if(all["contours"].get_ref<json::array_t&>(),
                  [](const json& one) { return one["structure"] == "NF" || one["quantity"] == "dural_sac"; });
    const json canals =
        answer("evaluate", with(m_folder.write("canals.json", all.dump()), {"--canal-outline-level", "0.3"}));
    EXPECT_EQ(canals["summary"]["CC canal"]["cases"], 5) << "bony canals are not proposed";
    EXPECT_EQ(canals["summary"].size(), 1u);
    EXPECT_EQ(canals["cases"].size(), 5u);
    for (const json& group : canals["groups"])
        EXPECT_EQ(group["quantity"], "canal");
    const json partly = answer("evaluate", with(m_folder.write("other.json", other.dump()), {}), 3);
    EXPECT_EQ(partly["cases"].size(), 14u);
    ASSERT_EQ(partly["refused"].size(), 1u);
    EXPECT_EQ(partly["refused"][0]["index"], 3);
}

TEST_F(Learning, AFileThatCannotBeUsedIsNamedWhereverTheAnswerGoes) {
    trainBoth();
    const MadeStudy study = makeStudy(m_folder / "images");
    std::ofstream(std::filesystem::path(study.folder) / "readme.txt") << "no image";
    const std::string out = m_folder / "proposed.json";
    const Ran text = run({"segment", study.folder, "--models", models(), "-j", "1"});
    EXPECT_EQ(text.exit, 3);
    EXPECT_NE(text.err.find("readme.txt"), std::string::npos) << text.err;
    const Ran file = run({"segment", study.folder, "--models", models(), "-j", "1", "-o", out, "--json"});
    EXPECT_EQ(file.exit, 3);
    EXPECT_EQ(file.json()["refused"].size(), 1u);
}

TEST_F(Learning, AStudyThatCannotBeProposedForCostsTheOthersNothing) {
    trainBoth();
    const std::string both = m_folder / "images";
    const MadeStudy first = makeStudy(both + "/a"), second = makeStudy(both + "/b", "1.2.840.7.2");
    const std::vector<std::string> segment{"segment", both, "--models", models(), "-j", "1"};

    // A worker that dies over the first study: it gets the beginning of what it is asked and no more.
    const std::string worker =
        m_folder.write("worker", "#!/bin/sh\n"
                                 "if mkdir " +
                                     (m_folder / "once") +
                                     " 2>/dev/null; then\n"
                                     "  dd bs=1 count=2000 2>/dev/null | \"$REAL\" \"$@\"; exit 1\n"
                                     "fi\n"
                                     "exec \"$REAL\" \"$@\"\n");
    std::filesystem::permissions(worker, std::filesystem::perms::owner_all);
    const std::string real =
        (std::filesystem::path(FORAMETER_CLI).parent_path() / "forameter-worker").string();
    ASSERT_TRUE(std::filesystem::exists(real)) << real;
    const json died =
        answer("segment", segment, 3, {.environment = {"FORAMETER_WORKER=" + worker, "REAL=" + real}});
    ASSERT_EQ(died["refused"].size(), 1u);
    const std::string why = died["refused"][0]["message"];
    EXPECT_NE(why.find(first.uid), std::string::npos) << why;
    EXPECT_NE(why.find("worker"), std::string::npos) << why;
    EXPECT_EQ(died["withheld"].size() + died["contours"].size(), 15u);

    // Levels of another study alone.
    json levels{{"study_uid", second.uid}, {"marks", json::array()}};
    int z = 150;
    for (const char* vertebra : {"L1", "L2", "L3", "L4", "L5", "S1"}) {
        levels["marks"].push_back({{"vertebra", vertebra}, {"center_mm", {1, 5, z}}});
        z -= 34;
    }
    auto with = segment;
    with.insert(with.end(), {"--levels", m_folder.write("l.json", json{{"studies", {levels}}}.dump())});
    const json partly = answer("segment", with, 3);
    ASSERT_EQ(partly["refused"].size(), 1u);
    EXPECT_EQ(partly["levels"].size(), 1u);
    EXPECT_EQ(partly["levels"][0]["study_uid"], second.uid);

    // Where there is but one, its failure is the answer.
    auto alone = with;
    alone[1] = first.folder;
    const Ran none = run(alone);
    EXPECT_EQ(none.exit, 1);
    EXPECT_NE(none.err.find(first.uid), std::string::npos) << none.err;
}

TEST_F(Learning, WhatCannotBeDoneIsSaid) {
    EXPECT_EQ(run({"segment"}).exit, 2);
    const Ran none = run({"segment", m_folder.path(), "--models", m_folder / "nowhere"});
    EXPECT_EQ(none.exit, 1);
    EXPECT_NE(none.err.find("There is no model"), std::string::npos) << none.err;
    trainBoth();
    const Ran unknown = run({"segment", m_folder.path(), "--models", models(), "--model", "other"});
    EXPECT_EQ(unknown.exit, 1);
    EXPECT_NE(unknown.err.find("no model \"other\""), std::string::npos) << unknown.err;
    const MadeStudy study = makeStudy(m_folder / "images");
    const Ran noWorker = run({"segment", study.folder, "--models", models(), "--device", "cuda:7"});
    EXPECT_EQ(noWorker.exit, 1);
    EXPECT_NE(noWorker.err.find("cuda:7"), std::string::npos) << noWorker.err;
}

} // namespace
} // namespace forameter::testing
