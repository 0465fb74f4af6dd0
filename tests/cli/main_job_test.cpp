// SPDX-License-Identifier: Apache-2.0
// The main job from the command line: images in, levels, slices, contours, areas, and the record out again.
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <set>

#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

class MainJob : public ::testing::Test {
protected:
    Folder m_folder;
    std::string m_store = m_folder / "store.sqlite";
    MadeStudy m_study = makeStudy(m_folder / "images");

    std::vector<std::string> with(std::vector<std::string> words) const {
        words.insert(words.end(), {"--store", m_store});
        return words;
    }
    std::vector<std::string> levels(const std::string& verb) const {
        std::vector<std::string> words = with({"levels", verb, "--study", m_study.uid, "--as", "r1"});
        words.insert(words.end(), m_study.marks.begin(), m_study.marks.end());
        return words;
    }
    json suggestions() const {
        return answer("levels-suggest", with({"levels", "suggest", "--study", m_study.uid}))["suggestions"];
    }
};

TEST_F(MainJob, AWeightingThatWasFoundWrongIsCorrectedByHand) {
    answer("init", with({"init"}));
    answer("import", with({"import", m_study.folder}));
    answer("levels", levels("confirm"));
    const auto listed = [&](const std::vector<std::string>& words) {
        return answer("series", with(words))["series"];
    };
    const json found = listed({"series", "list", "--study", m_study.uid});
    ASSERT_EQ(found.size(), 3u);
    const auto t1 = std::ranges::find_if(found, [](const json& one) {
        return one["stacks"][0]["weighting"] == "T1" && one["stacks"][0]["plane"] == "sagittal";
    });
    ASSERT_NE(t1, found.end());
    EXPECT_EQ((*t1)["stacks"][0]["corrected"], false);
    const std::string uid = (*t1)["series_uid"];
    const json corrected =
        listed({"series", "set-weighting", uid, "--study", m_study.uid, "--weighting", "STIR", "--as", "r1"});
    for (const json& one : corrected) {
        EXPECT_EQ(one["stacks"][0]["corrected"], one["series_uid"] == uid);
        if (one["series_uid"] == uid) {
            EXPECT_EQ(one["stacks"][0]["weighting"], "STIR");
        }
    }
    for (const json& one : suggestions()) {
        if (one["structure"] == "NF") {
            EXPECT_NE(one["series_uid"], uid) << "the T2 comes before it";
        }
    }
    EXPECT_EQ(answer("verify", with({"verify"}))["ok"], true);
    const std::vector<std::string> wrong{"series", "set-weighting", uid, "--study", m_study.uid};
    const auto but = [&](std::vector<std::string> more) {
        more.insert(more.begin(), wrong.begin(), wrong.end());
        return with(more);
    };
    EXPECT_EQ(run(but({"--weighting", "T3"})).exit, 2);
    answer("error", but({"--weighting", "T1", "--stack", "7"}), 1);
    answer("error", with({"series", "set-weighting", "1.2.3", "--study", m_study.uid, "--weighting", "T1"}),
           1);
}

TEST_F(MainJob, AWholeReadingOfFifteenContours) {
    answer("init", with({"init"}));
    const json imported = answer("import", with({"import", m_study.folder, "-j", "2"}));
    EXPECT_EQ(imported["added"], (json{{"studies", 1}, {"series", 3}, {"instances", 55}}));
    EXPECT_EQ(imported["studies"][0]["series"].size(), 3u);
    const json again = answer("import", with({"import", m_study.folder}));
    EXPECT_EQ(again["added"], (json{{"studies", 0}, {"series", 0}, {"instances", 0}}));
    EXPECT_EQ(again["unchanged"], 55);

    EXPECT_TRUE(answer("levels", with({"levels", "show", "--study", m_study.uid}))["levels"].is_null());
    const json draft = answer("levels", levels("set"));
    EXPECT_EQ(draft["levels"]["confirmed"], false);
    const json confirmed =
        answer("levels", with({"levels", "confirm", "--study", m_study.uid, "--as", "r1"}));
    EXPECT_EQ(confirmed["levels"]["confirmed"], true);
    EXPECT_EQ(confirmed["levels"]["discs"].size(), 5u);

    const json suggested = suggestions();
    ASSERT_EQ(suggested.size(), 15u);
    json contours = json::array();
    for (const json& s : suggested) {
        ASSERT_TRUE(s["covered"]) << s;
        const bool foramen = s["structure"] == "NF";
        EXPECT_EQ(s["plane"], foramen ? "sagittal" : "axial");
        EXPECT_EQ(s["weighting"], foramen ? "T1" : "T2");
        EXPECT_EQ(s["oblique"], false);
        if (foramen) {
            // The patient's left is +x; the midline runs at x = 1.
            EXPECT_EQ(s["side"] == "L", s["image"]["origin_mm"][0].get<double>() > 1.0);
            EXPECT_NEAR(std::abs(s["image"]["origin_mm"][0].get<double>() - 1.0),
                        s["offset_mm"].get<double>(), 1e-6);
        } else {
            EXPECT_NEAR(s["offset_mm"].get<double>(), 0.0, 1e-6);
        }
        contours.push_back(foramen ? ellipse(s, m_study.uid, 4.5, 8.5, "r1")
                                   : ellipse(s, m_study.uid, 10.0, 6.5, "r1"));
    }
    const std::string file = m_folder.write("contours.json", document(contours));
    EXPECT_EQ(answer("contours-import", with({"contours", "import", file, "--dry-run"}))["added"], 15);
    EXPECT_EQ(answer("studies", with({"studies"}))["studies"][0]["contours"], 0);
    const json added = answer("contours-import", with({"contours", "import", file}));
    EXPECT_EQ(added["added"], 15);
    EXPECT_EQ(added["refused"], json::array());

    const json measured = answer("measure", with({"measure", "--study", m_study.uid}));
    ASSERT_EQ(measured["measurements"].size(), 15u);
    std::set<std::string> cells;
    for (const json& m : measured["measurements"]) {
        const bool foramen = m["structure"] == "NF";
        const double area = std::numbers::pi * (foramen ? 4.5 * 8.5 : 10.0 * 6.5);
        EXPECT_NEAR(m["area_mm2"].get<double>() / area, 1.0, 1e-4);
        EXPECT_NEAR(m["area_mask_mm2"].get<double>() / area, 1.0,
                    foramen ? 0.25 : 0.06); // 2 mm and 1 mm pixels
        EXPECT_NEAR(m["diameters_mm"]["max"].get<double>(), foramen ? 17.0 : 20.0, 0.02);
        EXPECT_NEAR(m["diameters_mm"]["min"].get<double>(), foramen ? 9.0 : 13.0, 0.02);
        EXPECT_NEAR(m["diameters_mm"]["width"].get<double>(), foramen ? 9.0 : 20.0, 0.02);
        if (foramen) {
            EXPECT_NEAR(m["diameters_mm"]["height"].get<double>(), 17.0, 0.02);
            EXPECT_GT(m["midline_offset_mm"].get<double>(), 9.0);
        }
        cells.insert(m["structure"].get<std::string>() + m["level"].get<std::string>() + m["side"].dump());
    }
    EXPECT_EQ(cells.size(), 15u);

    const Ran table = run(with({"measure", "--csv"}));
    EXPECT_EQ(table.exit, 0);
    EXPECT_EQ(std::ranges::count(table.out, '\n'), 16);
    EXPECT_TRUE(table.out.starts_with("study_uid,patient_id,study_date,structure,level,side,"));
    EXPECT_NE(run(with({"measure"})).out.find("not for diagnosis"), std::string::npos);

    // Out and in again: points to 1e-6 mm, and nothing changes.
    const std::string exported = m_folder / "exported.json";
    EXPECT_EQ(answer("contours-export", with({"contours", "export", "-o", exported}))["contours"], 15);
    const json written = json::parse(readText(exported));
    EXPECT_EQ(misfit("contours", written), "");
    std::map<std::string, json> byImage;
    for (const json& c : contours)
        byImage[c["series_uid"].get<std::string>() + c["sop_uid"].get<std::string>() +
                c["level"].get<std::string>()] = c;
    for (const json& c : written["contours"]) {
        const json& original = byImage.at(c["series_uid"].get<std::string>() +
                                          c["sop_uid"].get<std::string>() + c["level"].get<std::string>());
        ASSERT_EQ(c["points_mm"].size(), original["points_mm"].size());
        for (std::size_t i = 0; i < c["points_mm"].size(); ++i)
            for (std::size_t k = 0; k < 3; ++k)
                EXPECT_NEAR(c["points_mm"][i][k].get<double>(), original["points_mm"][i][k].get<double>(),
                            1e-6);
    }
    EXPECT_EQ(answer("contours-import", with({"contours", "import", exported}))["unchanged"], 15);
    EXPECT_EQ(answer("contours", with({"contours", "export"}))["contours"].size(), 15u);
    // The same document measured on its images gives the stored areas.
    const json onImages = answer("measure", {"measure", exported, "--images", m_study.folder});
    ASSERT_EQ(onImages["measurements"].size(), 15u);
    for (std::size_t i = 0; i < 15; ++i) {
        EXPECT_NEAR(onImages["measurements"][i]["area_mm2"].get<double>(),
                    written["contours"][i]["area_mm2"].get<double>(), 1e-9);
        EXPECT_EQ(onImages["measurements"][i]["area_mask_mm2"], written["contours"][i]["area_mask_mm2"]);
    }

    const json verified = answer("verify", with({"verify"}));
    EXPECT_EQ(verified["ok"], true);
    EXPECT_EQ(verified["problems"], json::array());
    const json audit = answer("audit", with({"audit"}));
    EXPECT_EQ(audit["entries"].size(), verified["audit"]["entries"].get<std::size_t>());
    EXPECT_EQ(audit["entries"].back()["hash"], verified["audit"]["head"]);
    const auto last = audit["entries"].back()["seq"].get<int>();
    EXPECT_EQ(answer("audit", with({"audit", "--since", std::to_string(last - 2)}))["entries"].size(), 2u);

    const std::string copy = m_folder / "backup.sqlite";
    EXPECT_EQ(answer("backup", with({"backup", copy}))["ok"], true);
    const std::string elsewhere = m_folder / "restored.sqlite";
    EXPECT_TRUE(answer("restore", {"restore", copy, "--store", elsewhere})["replaced"].is_null());
    const json restored = answer("measure", {"measure", "--store", elsewhere});
    EXPECT_EQ(restored["measurements"], measured["measurements"]);
    EXPECT_EQ(answer("verify", {"verify", "--store", elsewhere})["ok"], true);
    EXPECT_EQ(answer("restore", with({"restore", copy}))["replaced"].is_string(), true);
}

TEST_F(MainJob, RelabellingMovesTheAreas) {
    answer("init", with({"init"}));
    answer("import", with({"import", m_study.folder}));
    answer("levels", levels("confirm"));
    json contour;
    for (const json& s : suggestions())
        if (s["structure"] == "NF" && s["level"] == "L4-L5" && s["side"] == "R")
            contour = ellipse(s, m_study.uid, 4, 8, "r1");
    answer("contours-import", with({"contours", "import", "-"}), 0, {.input = document({contour})});
    // What was called L1 is T12 after all: everything moves up by one.
    std::vector<std::string> moved = with({"levels", "confirm", "--study", m_study.uid, "--as", "r1"});
    const char* names[] = {"T12", "L1", "L2", "L3", "L4", "L5"};
    for (std::size_t i = 0; i < 6; ++i) {
        const std::string& mark = m_study.marks[2 * i + 1];
        moved.insert(moved.end(), {"--mark", names[i] + mark.substr(mark.find('='))});
    }
    answer("levels", moved);
    const json measured = answer("measure", with({"measure"}));
    ASSERT_EQ(measured["measurements"].size(), 1u);
    EXPECT_EQ(measured["measurements"][0]["level"], "L3-L4");
    const json versions = answer("contours", with({"contours", "export", "--all-versions"}))["contours"];
    ASSERT_EQ(versions.size(), 2u);
    EXPECT_EQ(versions[0]["version"], 1);
    EXPECT_EQ(versions[0]["level"], "L4-L5");
    EXPECT_EQ(versions[1]["version"], 2);
    EXPECT_EQ(answer("verify", with({"verify"}))["ok"], true);
}

TEST_F(MainJob, RatersSeeOnlyTheirOwn) {
    answer("init", with({"init"}));
    answer("import", with({"import", m_study.folder}));
    answer("raters-add", with({"raters", "add", "r1", "r2"}));
    answer("levels", levels("confirm"));
    const json s = suggestions()[0];
    answer("contours-import", with({"contours", "import", "-"}), 0,
           {.input = document({ellipse(s, m_study.uid, 4, 8, "r1"), ellipse(s, m_study.uid, 4, 7, "r2")})});
    EXPECT_EQ(answer("raters", with({"raters", "list"}))["raters"].size(), 2u);
    EXPECT_EQ(answer("measure", with({"measure"}))["measurements"].size(), 2u);
    for (const std::string rater : {"r1", "r2"}) {
        const json own = answer("measure", with({"measure", "--as", rater}))["measurements"];
        ASSERT_EQ(own.size(), 1u);
        EXPECT_EQ(own[0]["rater"], rater);
        EXPECT_EQ(answer("studies", with({"studies", "--as", rater}))["studies"][0]["contours"], 1);
        EXPECT_EQ(answer("contours", with({"contours", "export", "--as", rater}))["contours"].size(), 1u);
        EXPECT_EQ(
            answer("contours", with({"contours", "export", "--all-versions", "--as", rater}))["contours"]
                .size(),
            1u);
    }
    // Another rater's name is not hers to write under, and what concerns everybody is not hers to do.
    const json foreign = answer("contours-import", with({"contours", "import", "-", "--as", "r1"}), 3,
                                {.input = document({ellipse(s, m_study.uid, 4, 6, "r2")})});
    EXPECT_EQ(foreign["refused"].size(), 1u);
    for (const std::string verb : {"backup", "restore"})
        EXPECT_EQ(answer("error", with({verb, m_folder / "b", "--as", "r1"}), 4)["error"]["code"],
                  "not-allowed");
}

TEST_F(MainJob, ContoursThatDoNotFitTheStudyAreRefusedOneByOne) {
    answer("init", with({"init"}));
    answer("import", with({"import", m_study.folder}));
    answer("levels", levels("confirm"));
    const json all = suggestions();
    const json good = ellipse(all[0], m_study.uid, 4, 8, "r1");
    json unknownImage = good, otherSeries = good, offPlane = good, crossing = good, noSide = good,
         twoPoints = good, level = good;
    unknownImage["sop_uid"] = "1.2.3.4";
    otherSeries["series_uid"] = all[14]["series_uid"]; // that series has an image of this SOP UID, elsewhere
    offPlane["points_mm"][3][0] = offPlane["points_mm"][3][0].get<double>() + 0.2;
    std::swap(crossing["points_mm"][0], crossing["points_mm"][30]);
    noSide["side"] = nullptr;
    twoPoints["points_mm"] = json::array({good["points_mm"][0], good["points_mm"][1]});
    level["level"] = "L7-L8";
    const json refused = answer("contours-import", with({"contours", "import", "-"}), 3,
                                {.input = document({unknownImage, good, otherSeries, offPlane, crossing,
                                                    noSide, twoPoints, level})})["refused"];
    ASSERT_EQ(refused.size(), 7u);
    const int indices[] = {0, 2, 3, 4, 5, 6, 7};
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_EQ(refused[i]["index"], indices[i]);
        EXPECT_FALSE(refused[i]["message"].get<std::string>().empty());
    }
    EXPECT_EQ(refused[0]["reason"], "unknown-image");
    EXPECT_EQ(answer("studies", with({"studies"}))["studies"][0]["contours"], 1);
}

} // namespace
} // namespace forameter::testing
