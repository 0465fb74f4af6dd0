// SPDX-License-Identifier: Apache-2.0
// The verb agreement: tables of ratings, contour documents, the store.
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

const char* kJudges = "subject,1,2,3,4\na,9,2,5,8\nb,6,1,3,2\nc,8,4,6,8\nd,7,1,2,6\ne,10,5,6,9\nf,6,2,4,7\n";

void expectEstimate(const json& estimate, double value, double low, double high) {
    EXPECT_NEAR(estimate["value"].get<double>(), value, 1e-6);
    EXPECT_NEAR(estimate["low"].get<double>(), low, 1e-6);
    EXPECT_NEAR(estimate["high"].get<double>(), high, 1e-6);
}

/// A sac as a circle of `radius` mm on the axial image of `study`, at the height of its level.
json sac(const std::string& rater, int study, double radius, int level = 4, int day = 1, double shift = 0.0) {
    const std::string uid = "1.2." + std::to_string(study);
    const std::string name = "L" + std::to_string(level) + "-L" + std::to_string(level + 1);
    json contour{{"study_uid", uid},
                 {"series_uid", uid + ".1"},
                 {"sop_uid", uid + ".1." + std::to_string(level)},
                 {"structure", "CC"},
                 {"level", name},
                 {"quantity", "dural_sac"},
                 {"curve", "polygon"},
                 {"rater", rater},
                 {"source", "manual"},
                 {"created", "2026-01-0" + std::to_string(day) + "T10:00:00Z"}};
    for (int i = 0; i < 120; ++i) {
        const double t = 2.0 * std::numbers::pi * i / 120;
        contour["points_mm"].push_back({shift + radius * std::cos(t), radius * std::sin(t), -35.0 * level});
    }
    return contour;
}

/// Three raters on four studies at two levels; radii differ by rater and study.
std::vector<json> readings(const std::string& rater, double add, int day = 1) {
    std::vector<json> contours;
    for (int study = 1; study <= 4; ++study)
        for (const int level : {3, 4})
            contours.push_back(sac(rater, study, 7.0 + 0.5 * study + 0.2 * level + add, level, day));
    return contours;
}

TEST(AgreementTable, HoldsThePublishedVectors) {
    const Folder folder;
    const json judges = answer("agreement-table", {"agreement", "--table", folder.write("j.csv", kJudges)});
    EXPECT_EQ(judges["n"], 6);
    EXPECT_EQ(judges["k"], 4);
    expectEstimate(judges["icc"]["1,1"], 0.165742, -0.132932, 0.722560);
    expectEstimate(judges["icc"]["2,1"], 0.289764, 0.018787, 0.761084);
    expectEstimate(judges["icc"]["2,k"], 0.620051, 0.071137, 0.927232);
    EXPECT_NEAR(judges["sem_agreement"].get<double>(), 2.502776, 1e-6);
    EXPECT_TRUE(judges["bland_altman"].is_null());
    EXPECT_TRUE(judges["pearson"].is_null());

    const std::string units =
        "unit,A,B,C,D\n1,1,1,,1\n2,2,2,3,2\n3,3,3,3,3\n4,3,3,3,3\n5,2,2,2,2\n6,1,2,3,4\n7,4,4,4,4\n"
        "8,1,1,2,1\n9,2,2,2,2\n10,,5,5,5\n11,,,1,1\n12,,3,,\n";
    const std::string file = folder.write("k.csv", units);
    for (const auto& [scale, alpha] : {std::pair("nominal", 0.743421), std::pair("ordinal", 0.815388),
                                       std::pair("interval", 0.849107), std::pair("ratio", 0.797403)})
        EXPECT_NEAR(
            answer("agreement-table", {"agreement", "--table", file, "--scale", scale})["krippendorff_alpha"]
                .get<double>(),
            alpha, 1e-6)
            << scale;
}

TEST(AgreementTable, TwoRatersHaveBlandAltmanAndCorrelations) {
    const Folder folder;
    const std::string meters =
        "subject,large,mini\r\n1,494,512\r\n2,395,430\r\n3,516,520\r\n4,434,428\r\n5,476,500\r\n"
        "6,557,600\r\n7,413,364\r\n8,442,380\r\n9,650,658\r\n10,433,445\r\n11,417,432\r\n"
        "12,656,626\r\n13,267,260\r\n14,478,477\r\n15,178,259\r\n16,423,350\r\n\"17, last\",427,451\r\n";
    const json a = answer("agreement-table", {"agreement", "--table", folder.write("m.csv", meters)});
    EXPECT_NEAR(a["bland_altman"]["bias"].get<double>(), -2.117647, 1e-6);
    EXPECT_NEAR(a["bland_altman"]["low"].get<double>(), -78.097302, 1e-6);
    EXPECT_NEAR(a["bland_altman"]["limit_se"].get<double>(), 16.284612, 1e-6);
    EXPECT_NEAR(a["pearson"].get<double>(), 0.943279, 1e-6);
    EXPECT_NEAR(a["lin_ccc"].get<double>(), 0.942743, 1e-6);
}

TEST(AgreementTable, RefusesWhatIsNoTableOfNumbersAndSaysWhere) {
    const Folder folder;
    const Ran words = run({"agreement", "--table", folder.write("w.csv", "s,a,b\nx,1,mild\n")});
    EXPECT_EQ(words.exit, 1);
    EXPECT_NE(words.err.find("Line 2"), std::string::npos) << words.err;
    EXPECT_NE(words.err.find("mild"), std::string::npos);
    EXPECT_EQ(run({"agreement", "--table", folder / "w.csv", "--scale", "nominal"}).exit, 0);
    EXPECT_EQ(run({"agreement", "--table", folder.write("r.csv", "s,a,b\nx,1\n")}).exit, 1);
    EXPECT_EQ(run({"agreement", "--table", folder.write("e.csv", "")}).exit, 1);
    EXPECT_EQ(run({"agreement", "--table", folder.write("n.csv", "s,a,b\nx,1,nan\n")}).exit, 1);
    EXPECT_EQ(run({"agreement", "--table", folder / "none.csv"}).exit, 1);
    EXPECT_EQ(run({"agreement", "--table", folder / "e.csv", "--scale", "rank"}).exit, 2);
}

TEST(Agreement, OfThreeRatersAgainstTruthHasTheKnownFigures) {
    const Folder folder;
    const std::string a = folder.write("a.json", document(readings("a", 0.0))),
                      b = folder.write("b.json", document(readings("b", 0.3))),
                      c = folder.write("c.json", document(readings("c", -0.1))),
                      truth = folder.write("t.json", document(readings("somebody", 0.0)));
    const json answered = answer("agreement", {"agreement", a, b, c, "--truth", truth, "--bootstrap", "200"});
    EXPECT_EQ(answered["raters"], (json{"a", "b", "c"}));
    EXPECT_EQ(answered["references"], (json{"truth"}));
    EXPECT_EQ(answered["cases"].size(), 8u * 6u);
    for (const json& row : answered["cases"]) {
        EXPECT_TRUE(row["same_image"].get<bool>());
        EXPECT_FALSE(row["mixup"].get<bool>());
        if (row["rater_a"] == "b" && row["rater_b"] == "truth") {
            EXPECT_NEAR(row["hd_mm"].get<double>(), 0.3, 1e-3);
            EXPECT_NEAR(row["assd_mm"].get<double>(), 0.3, 1e-3);
        }
    }
    for (const json& map : answered["bias_map"]) {
        const double expected = map["rater"] == "a" ? 0.0 : map["rater"] == "b" ? 0.3 : -0.1;
        EXPECT_NEAR(map["overall_mm"]["value"].get<double>(), expected, 1e-3);
        for (const auto& [wall, distance] : map["walls_mm"].items())
            EXPECT_NEAR(distance["value"].get<double>(), expected, 2e-3) << wall;
    }
    bool found = false;
    for (const json& bias : answered["bias"])
        if (bias["rater"] == "a" && bias["against"] == "truth") {
            found = true;
            EXPECT_NEAR(bias["bias_mm2"]["value"].get<double>(), 0.0, 1e-9);
        }
    EXPECT_TRUE(found);
    EXPECT_EQ(answered["icc"][0]["n"], 8);
    EXPECT_GT(answered["icc"][0]["icc"]["3,1"]["value"].get<double>(), 0.99);
    EXPECT_EQ(answered["components"].size(), 1u);
    EXPECT_GT(answered["components"][0]["rater"]["share"].get<double>(), 0.95);
    EXPECT_TRUE(answered["mixups"].empty() && answered["repeats"].empty() && answered["refused"].empty());

    const Ran text = run({"agreement", a, b, c, "--truth", truth});
    EXPECT_NE(text.out.find("Research use only"), std::string::npos);
    const Ran csv = run({"agreement", a, b, c, "--csv"});
    EXPECT_EQ(std::ranges::count(csv.out, '\n'), 1 + 8 * 3);
    const json level = answer("agreement", {"agreement", a, b, c, "--level", "L3-L4", "--raters", "a,c"});
    EXPECT_EQ(level["cases"].size(), 4u);
}

TEST(Agreement, MixUpsAreToldApartAndSecondDocumentsAreRepeats) {
    const Folder folder;
    auto slipped = readings("b", 0.0);
    slipped[1] = sac("b", 1, 8.1, 3); // named L4-L5 below, drawn at L3-L4
    slipped[1]["level"] = "L4-L5";
    const std::string a = folder.write("a.json", document(readings("a", 0.0))),
                      b = folder.write("b.json", document(slipped)),
                      c = folder.write("c.json", document(readings("c", 0.1))),
                      again = folder.write("a-again.json", document(readings("a", 0.2, 9)));
    const json answered =
        answer("agreement", {"agreement", again, a, b, c}); // age, not order, tells the repeat
    ASSERT_EQ(answered["mixups"].size(), 1u);
    EXPECT_EQ(answered["mixups"][0]["rater"], "b");
    EXPECT_EQ(answered["mixups"][0]["level"], "L4-L5");
    EXPECT_EQ(answered["mixups"][0]["identified_level"], "L3-L4");
    EXPECT_EQ(answered["mixups"][0]["kind"], "level");
    EXPECT_EQ(answered["icc"][0]["omitted"], 1);
    bool found = false;
    for (const json& repeats : answered["repeats"]) {
        if (repeats["rater"] != "a") continue;
        found = true;
        EXPECT_EQ(repeats["cases"], 8);
        EXPECT_GT(repeats["mean_change_mm2"].get<double>(), 9.0);
    }
    EXPECT_TRUE(found);
    for (const json& row : answered["cases"])
        if (row["rater_a"] == "a" && row["rater_b"] == "c") {
            EXPECT_NEAR(row["assd_mm"].get<double>(), 0.1, 1e-3);
        }
}

TEST(Agreement, TruthCountsAsARaterWhereThereIsOneOtherOnly) {
    const Folder folder;
    const std::string a = folder.write("a.json", document(readings("a", 0.2))),
                      truth = folder.write("t.json", document(readings("truth", 0.0)));
    const json answered = answer("agreement", {"agreement", a, truth});
    EXPECT_EQ(answered["raters"], (json{"a", "truth"}));
    EXPECT_EQ(answered["icc"][0]["k"], 2);
    EXPECT_EQ(answered["cases"].size(), 8u);
}

TEST(Agreement, FromTheStoreCountsOnlyWhatTheActorMaySee) {
    const Folder folder;
    const std::string store = folder / "s.sqlite";
    const auto with = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--store", store});
        return words;
    };
    answer("init", with({"init"}));
    // A store without contours has nothing to compare.
    const Ran empty = run(with({"agreement"}));
    EXPECT_EQ(empty.exit, 1);
    EXPECT_NE(empty.err.find("no contours"), std::string::npos) << empty.err;

    const MadeStudy study = makeStudy(folder / "images");
    answer("import", with({"import", study.folder}));
    std::vector<std::string> confirm{"levels", "confirm", "--study", study.uid, "--as", "r1"};
    confirm.insert(confirm.end(), study.marks.begin(), study.marks.end());
    answer("levels", with(confirm));
    const json suggestions =
        answer("levels-suggest", with({"levels", "suggest", "--study", study.uid}))["suggestions"];
    std::vector<json> drawn;
    for (const json& suggestion : suggestions)
        for (const auto& [rater, size] : {std::pair("r1", 4.0), std::pair("r2", 4.2), std::pair("r3", 4.4)})
            drawn.push_back(ellipse(suggestion, study.uid, size, size, rater));
    ASSERT_GE(drawn.size(), 9u);
    answer("contours-import", with({"contours", "import", "-"}), 0, {.input = document(drawn)});
    const json everybody = answer("agreement", with({"agreement"}));
    EXPECT_EQ(everybody["raters"], (json{"r1", "r2", "r3"}));
    EXPECT_EQ(everybody["cases"].size(), drawn.size());
    const json own = answer("agreement", with({"agreement", "--as", "r1"}));
    EXPECT_EQ(own["raters"], json{"r1"});
    EXPECT_TRUE(own["cases"].empty());
    EXPECT_EQ(own.dump().find("r2"), std::string::npos);
    EXPECT_EQ(run(with({"agreement", "--as", "r1", "--raters", "r2"})).exit, 1);
    EXPECT_EQ(run(with({"agreement", "--round", "none"})).exit, 1);

    const std::string a = folder.write("a.json", document(readings("a", 0.2)));
    EXPECT_EQ(run(with({"agreement", a})).exit, 2);
    EXPECT_EQ(run({"agreement", "--scale", "ratio", a}).exit, 2);
}

TEST(AgreementReports, AreWrittenWithoutADisplayWhateverTheEnvironmentSays) {
    const Folder folder;
    const std::string a = folder.write("a.json", document(readings("alice", 0.0))),
                      b = folder.write("b.json", document(readings("bob", 0.3)));
    const HowToRun bare{.environment = {"DISPLAY", "QT_QPA_PLATFORM=no-such-platform", "XDG_RUNTIME_DIR"}};
    const std::string pdf = folder / "r.pdf", html = folder / "r.html", tables = folder / "tables";
    answer("agreement",
           {"agreement", a, b, "--pdf", pdf, "--html", html, "--csv-dir", tables, "--hide-names"}, 0, bare);
    EXPECT_TRUE(readText(pdf).starts_with("%PDF-"));
    EXPECT_NE(readText(html).find("Research use only, not for diagnosis"), std::string::npos);
    EXPECT_EQ(readText(html).find("alice"), std::string::npos);
    EXPECT_TRUE(readText(tables + "/pairs.csv").starts_with("rater_a,rater_b,"));
    EXPECT_NE(readText(tables + "/pairs.csv").find("\nA,B,CC,dural_sac,"), std::string::npos);
    EXPECT_EQ(run({"agreement", a, b, "--pdf", "/nowhere/r.pdf"}).exit, 1);
    EXPECT_EQ(run({"agreement", "--table", folder.write("j.csv", kJudges), "--pdf", pdf}).exit, 2);
}

} // namespace
} // namespace forameter::testing
