// SPDX-License-Identifier: Apache-2.0
// convert: contours to NIfTI label maps and back.
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <numbers>

#include "../support/dicom_writer.hpp"
#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

/// A suggestion as `levels suggest` gives it, for an image of the made study found by scanning.
json onImage(const json& scan, const std::string& plane, std::size_t stackOf, std::size_t slice) {
    std::size_t seen = 0;
    for (const json& series : scan["studies"][0]["series"])
        for (const json& stack : series["stacks"]) {
            if (stack["plane"] != plane || seen++ != stackOf) continue;
            const json& instance = stack["instances"][slice];
            const auto& o = stack["orientation"];
            json s{{"series_uid", series["series_uid"]},
                   {"sop_uid", instance["sop_uid"]},
                   {"frame", 1},
                   {"plane", plane},
                   {"weighting", stack["weighting"]},
                   {"protocol", ""},
                   {"offset_mm", nullptr},
                   {"obliquity_deg", nullptr}};
            s["image"] = {{"row_direction", {o[0], o[1], o[2]}}, {"column_direction", {o[3], o[4], o[5]}}};
            const double half = 79.3; // off the pixel grid
            for (std::size_t k = 0; k < 3; ++k)
                s["point_mm"].push_back(instance["position_mm"][k].get<double>() +
                                        half * stack["spacing_mm"][1].get<double>() * o[k].get<double>() +
                                        half * stack["spacing_mm"][0].get<double>() * o[k + 3].get<double>());
            return s;
        }
    return nullptr;
}

TEST(Convert, ContoursBecomeLabelMapsAndComeBack) {
    const Folder folder;
    const MadeStudy study = makeStudy(folder / "images");
    const json scan = answer("scan", {"scan", study.folder});
    json canal = onImage(scan, "axial", 1, 2), foramen = onImage(scan, "sagittal", 0, 4),
         other = onImage(scan, "sagittal", 0, 5);
    ASSERT_FALSE(canal.is_null() || foramen.is_null());
    canal.update({{"structure", "CC"}, {"level", "L2-L3"}, {"side", nullptr}, {"quantity", "dural_sac"}});
    foramen.update({{"structure", "NF"}, {"level", "L4-L5"}, {"side", "R"}, {"quantity", nullptr}});
    other.update({{"structure", "NF"}, {"level", "L4-L5"}, {"side", "R"}, {"quantity", nullptr}});
    const json contours{ellipse(canal, study.uid, 12, 9, "r1"), ellipse(foramen, study.uid, 14, 21, "r1"),
                        ellipse(other, study.uid, 14, 20, "r1"), ellipse(foramen, study.uid, 13, 20, "r2")};
    const std::string file = folder.write("contours.json", document(contours));
    const std::string labels = folder / "labels";
    const json written = answer("convert", {"convert", file, "--images", study.folder, "-o", labels});
    EXPECT_EQ(written["contours"], 4);
    EXPECT_EQ(written["files"].size(), 4u); // canal, r1's foramina, r2's foramen, labels.json
    const std::string list = labels + "/labels.json";
    const json labelList = json::parse(readText(list));
    EXPECT_EQ(misfit("labels", labelList), "");

    const std::string back = folder / "back.json";
    EXPECT_EQ(answer("convert", {"convert", list, "-o", back})["contours"], 4);
    const json returned = json::parse(readText(back));
    EXPECT_EQ(misfit("contours", returned), "");
    const json originals = answer("measure", {"measure", file, "--images", study.folder})["measurements"];
    const json measured = answer("measure", {"measure", back, "--images", study.folder})["measurements"];
    ASSERT_EQ(measured.size(), 4u);
    for (const json& m : measured) {
        const auto original = std::ranges::find_if(originals, [&](const json& o) {
            return o["sop_uid"] == m["sop_uid"] && o["series_uid"] == m["series_uid"] &&
                   o["rater"] == m["rater"] && o["level"] == m["level"] && o["side"] == m["side"];
        });
        ASSERT_NE(original, originals.end()) << m;
        EXPECT_EQ(m["area_mask_mm2"], (*original)["area_mask_mm2"]); // the very same pixels
        EXPECT_NEAR(m["area_mm2"].get<double>() / (*original)["area_mm2"].get<double>(), 1.0, 0.04);
    }
    // Overlap with what was drawn.
    const json compared = answer("compare", {"compare", file, back});
    for (const json& c : compared["cases"])
        if (c["rater_a"] == c["rater_b"]) {
            EXPECT_GT(c["dice"].get<double>(), 0.95) << c;
        }
    // To standard output, too.
    EXPECT_EQ(json::parse(run({"convert", list, "-o", "-"}).out)["contours"].size(), 4u);
}

TEST(Convert, RefusesWhatHasNoImageAndNamesItsFiles) {
    const Folder folder;
    const MadeStudy study = makeStudy(folder / "images");
    json s = onImage(answer("scan", {"scan", study.folder}), "axial", 0, 0);
    s.update({{"structure", "CC"}, {"level", "L1-L2"}, {"side", nullptr}, {"quantity", "canal"}});
    json known = ellipse(s, study.uid, 10, 8, "../../evil/r 1"), unknown = known;
    unknown["sop_uid"] = "9.9";
    const json written =
        answer("convert", {"convert", "-", "--images", study.folder, "-o", folder / "labels"}, 3,
               {.input = document({unknown, known})});
    EXPECT_EQ(written["contours"], 1);
    ASSERT_EQ(written["refused"].size(), 1u);
    EXPECT_EQ(written["refused"][0]["index"], 0);
    for (const json& file : written["files"])
        EXPECT_EQ(std::filesystem::path(file.get<std::string>()).parent_path(),
                  std::filesystem::path(folder / "labels"));
}

/// A sagittal series of its own study: slices at these x, mm.
void writeSagittal(const std::string& folder, const std::string& series, const std::vector<double>& x) {
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto plane =
            *geometry::ImagePlane::create({{x[i], -80.0, 80.0}, {0, 1, 0}, {0, 0, -1}, 1.0, 1.0, 160, 160});
        MrImage image;
        image.series = series;
        image.sop = series + "." + std::to_string(i + 1);
        image.number = static_cast<int>(i + 1);
        image.pixels.resize(160 * 160);
        writeMrImage(folder + "/" + series + "/" + std::to_string(i) + ".dcm", image, plane);
    }
}

json foramenOn(const json& scan, std::size_t stack, std::size_t slice) {
    json s = onImage(scan, "sagittal", stack, slice);
    s.update({{"structure", "NF"}, {"level", "L4-L5"}, {"side", "L"}, {"quantity", nullptr}});
    return ellipse(s, "1.2.840.1", 8, 12, "r1");
}

TEST(Convert, WhatItWritesOfAnUnevenStackItReadsBackOnTheSameImages) {
    const Folder folder;
    const std::string images = folder / "images";
    writeSagittal(images, "1.2.840.1.1", {0, 4.09, 8, 12.09, 16}); // two steps may differ by 5 %
    const json scan = answer("scan", {"scan", images});
    json contours = json::array();
    for (std::size_t i = 0; i < 5; ++i)
        contours.push_back(foramenOn(scan, 0, i));
    const std::string file = folder.write("contours.json", document(contours));
    answer("convert", {"convert", file, "--images", images, "-o", folder / "labels"});
    const std::string back = folder / "back.json";
    EXPECT_EQ(answer("convert", {"convert", folder / "labels/labels.json", "-o", back})["contours"], 5);
    const json originals = answer("measure", {"measure", file, "--images", images})["measurements"];
    const json measured = answer("measure", {"measure", back, "--images", images})["measurements"];
    ASSERT_EQ(measured.size(), 5u);
    for (const json& m : measured) {
        const auto original =
            std::ranges::find_if(originals, [&](const json& o) { return o["sop_uid"] == m["sop_uid"]; });
        ASSERT_NE(original, originals.end()) << m;
        EXPECT_EQ(m["area_mask_mm2"], (*original)["area_mask_mm2"]);
    }
}

TEST(Convert, AStackWithAMissingSliceIsRefusedByNameAndTheOthersAreWritten) {
    const Folder folder;
    const std::string images = folder / "images";
    writeSagittal(images, "1.2.840.1.1", {0, 4, 12, 16});
    writeSagittal(images, "1.2.840.1.2", {0, 4, 8, 12});
    const json scan = answer("scan", {"scan", images});
    const std::string file =
        folder.write("contours.json", document({foramenOn(scan, 0, 1), foramenOn(scan, 1, 1)}));
    const json written = answer("convert", {"convert", file, "--images", images, "-o", folder / "labels"}, 3);
    EXPECT_EQ(written["contours"], 1);
    EXPECT_EQ(written["files"].size(), 2u);
    ASSERT_EQ(written["refused"].size(), 1u);
    EXPECT_EQ(written["refused"][0]["index"], 0);
    EXPECT_NE(written["refused"][0]["message"].get<std::string>().find("1.2.840.1.1"), std::string::npos);
}

TEST(Convert, ALabelListThatPointsElsewhereIsRefused) {
    const Folder folder;
    const json map{{"file", "../x.nii.gz"},  {"study_uid", "1"},   {"series_uid", "1"},
                   {"rater", "r"},           {"source", "manual"}, {"slices", json::array()},
                   {"labels", json::array()}};
    json missing = map;
    missing["file"] = "none.nii.gz";
    const std::string list = folder.write(
        "labels.json",
        json{{"format", "forameter-labels"}, {"version", 1}, {"maps", {map, missing, 7, nullptr}}}.dump());
    EXPECT_EQ(answer("convert", {"convert", list, "-o", folder / "out.json"}, 3)["refused"].size(), 4u);
    answer("error", {"convert", "-", "-o", folder / "out.json"}, 1,
           {.input = R"({"format": "forameter-labels", "version": 9})"});
}

} // namespace
} // namespace forameter::testing
