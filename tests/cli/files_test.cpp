// SPDX-License-Identifier: Apache-2.0
// The verbs for files: scan, measure, compare, validate.
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <numbers>

#include "../support/dicom_dataset.hpp"
#include "child.hpp"
#include "made_study.hpp"

namespace forameter::testing {
namespace {

using nlohmann::json;

/// A canal contour on no image in particular: a circle about (x, 0) in the plane z = 5.
json circle(double x, double radius, const std::string& rater = "r1", int points = 64) {
    json contour{{"study_uid", "1.2"}, {"series_uid", "1.2.3"}, {"sop_uid", "1.2.3.4"},
                 {"structure", "CC"},  {"level", "L4-L5"},      {"quantity", "dural_sac"},
                 {"curve", "spline"},  {"rater", rater},        {"source", "manual"}};
    for (int i = 0; i < points; ++i) {
        const double t = 2.0 * std::numbers::pi * i / points;
        contour["points_mm"].push_back({x + radius * std::cos(t), radius * std::sin(t), 5.0});
    }
    return contour;
}

TEST(Scan, AnswersByItsSchemaAndGoesOnPastBadFiles) {
    const Folder folder;
    const MadeStudy study = makeStudy(folder / "images");
    folder.write("images/broken.dcm", std::string(128, '\0') + "DICM and then nothing of use");
    folder.write("images/note.txt", "hello");
    const json scan = answer("scan", {"scan", study.folder, "--pixels", "-j", "2"}, 3);
    EXPECT_EQ(scan["files"], 57);
    EXPECT_EQ(scan["refused"].size(), 2u);
    ASSERT_EQ(scan["studies"].size(), 1u);
    std::size_t images = 0;
    for (const json& series : scan["studies"][0]["series"])
        for (const json& stack : series["stacks"]) {
            images += stack["instances"].size();
            for (const json& instance : stack["instances"])
                EXPECT_EQ(instance["pixel_sha256"].get<std::string>().size(), 64u);
        }
    EXPECT_EQ(images, 55u);
    const Ran text = run({"scan", study.folder});
    EXPECT_EQ(text.exit, 3);
    EXPECT_NE(text.out.find("5 slices of 160 x 160"), std::string::npos) << text.out;
    EXPECT_NE(text.out.find("broken.dcm"), std::string::npos);
}

TEST(Scan, OneThingIsToldInTheSingular) {
    const Folder folder;
    const MadeStudy study = makeStudy(folder / "images");
    const std::string text = run({"scan", study.folder}).out;
    EXPECT_NE(text.find(" files, 1 study, 0 refused\n"), std::string::npos) << text;
}

TEST(Scan, ProgressForMachinesIsOneJsonObjectPerLine) {
    const Folder folder;
    const MadeStudy study = makeStudy(folder / "images");
    const Ran ran = run({"scan", study.folder, "--json", "--progress", "json"});
    EXPECT_EQ(ran.exit, 0);
    std::istringstream lines(ran.err);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const json progress = json::parse(line, nullptr, false);
        EXPECT_TRUE(progress.contains("done") && progress.contains("total") && progress.contains("what"))
            << line;
    }
    EXPECT_GT(count, 0u);
    EXPECT_EQ(run({"scan", study.folder, "--json", "--progress", "json", "--quiet"}).err, "");
    EXPECT_EQ(run({"scan", study.folder, "--json"}).err, ""); // standard error is no terminal here
}

TEST(Measure, AgreesWithClosedFormsAndNeverTrustsTheDocument) {
    json contour = circle(0, 10);
    contour["area_mm2"] = 1.0;
    contour["perimeter_mm"] = "long";
    json square = circle(0, 1);
    square["curve"] = "polygon";
    square["points_mm"] = {{0, 0, 0}, {12, 0, 0}, {12, 9, 0}, {0, 9, 0}};
    const json measured =
        answer("measure", {"measure", "-"}, 0, {.input = document({contour, square})})["measurements"];
    ASSERT_EQ(measured.size(), 2u);
    EXPECT_NEAR(measured[0]["area_mm2"].get<double>() / (100 * std::numbers::pi), 1.0, 1e-4);
    EXPECT_NEAR(measured[0]["perimeter_mm"].get<double>() / (20 * std::numbers::pi), 1.0, 1e-4);
    EXPECT_TRUE(measured[0]["area_mask_mm2"].is_null());
    EXPECT_NEAR(measured[1]["area_mm2"].get<double>(), 108.0, 108.0 * 1e-9);
    EXPECT_NEAR(measured[1]["diameters_mm"]["max"].get<double>(), 15.0, 1e-9);
    EXPECT_NEAR(measured[1]["diameters_mm"]["min"].get<double>(), 9.0, 1e-9);
    EXPECT_NEAR(measured[1]["diameters_mm"]["ap"].get<double>(), 9.0, 1e-9);
    EXPECT_NEAR(measured[1]["diameters_mm"]["width"].get<double>(), 12.0, 1e-9);
    EXPECT_TRUE(measured[1]["diameters_mm"]["height"].is_null());
}

TEST(Measure, RefusesByIndexAndMeasuresTheRest) {
    json nan = circle(0, 5), crossing = circle(0, 5);
    nan["points_mm"][0][1] = nullptr;
    std::swap(crossing["points_mm"][0], crossing["points_mm"][20]);
    std::string text = document({circle(0, 5), nan, crossing, circle(0, 6)});
    text.replace(text.find("null"), 4, "NaN");
    const json measured = answer("measure", {"measure", "-"}, 3, {.input = text});
    EXPECT_EQ(measured["measurements"].size(), 2u);
    EXPECT_EQ(measured["measurements"][1]["index"], 3);
    ASSERT_EQ(measured["refused"].size(), 2u);
    EXPECT_EQ(measured["refused"][0]["index"], 1);
    EXPECT_EQ(measured["refused"][1]["index"], 2);
    EXPECT_EQ(answer("validate", {"validate", "-"}, 3, {.input = text})["ok"], false);
    EXPECT_EQ(answer("validate", {"validate", "-"}, 0, {.input = document({circle(0, 5)})})["ok"], true);
    EXPECT_EQ(
        answer("validate", {"validate", "-"}, 0, {.input = document({circle(0, 0.3)})})["warnings"].size(),
        1u);
}

TEST(Measure, OnImagesRefusesWhatIsNotOnThem) {
    const Folder folder;
    const MadeStudy study = makeStudy(folder / "images");
    json contour = circle(0, 5);
    const json measured =
        answer("measure", {"measure", "-", "--images", study.folder}, 3, {.input = document({contour})});
    EXPECT_EQ(measured["measurements"], json::array());
    EXPECT_EQ(measured["refused"][0]["reason"], "unknown-image");
    EXPECT_EQ(answer("validate", {"validate", "-", "--images", study.folder}, 3,
                     {.input = document({contour})})["refused"][0]["reason"],
              "unknown-image");
}

TEST(Measure, WhatIsDoubtfulIsMeasuredAndWarnedOf) {
    const Folder folder;
    writeFile(folder / "image", dicomFile(mrDataset().encode(), kExplicitLittle));
    json contour = circle(0, 1); // at the corner of the image: some of it lies outside
    contour.update({{"study_uid", "1.2.3"}, {"series_uid", "1.2.3.4"}, {"sop_uid", "1.2.3.4.5"}});
    for (json& point : contour["points_mm"])
        point[2] = 0.0;
    const json measured = answer("measure", {"measure", "-", "--images", folder / "image", "--quiet"}, 0,
                                 {.input = document({contour})});
    EXPECT_EQ(measured["measurements"].size(), 1u);
    ASSERT_GE(measured["warnings"].size(), 1u);
    for (const json& warning : measured["warnings"]) {
        EXPECT_EQ(warning["path"], "-");
        EXPECT_EQ(warning["index"], 0);
        EXPECT_FALSE(warning["reason"].get<std::string>().empty());
        EXPECT_FALSE(warning["message"].get<std::string>().empty());
    }
}

TEST(Measure, WhyAnImageMustNotBeMeasuredOnIsAWordOfTheContract) {
    for (const auto& [missing, reason] : {std::pair{0x00280030u, "no-spacing"},
                                          {0x00200037u, "bad-orientation"},
                                          {0x00200032u, "bad-position"}}) {
        const Folder folder;
        Dataset data = mrDataset();
        writeFile(folder / "image", dicomFile(data.remove(missing).encode(), kExplicitLittle));
        json contour = circle(0, 1);
        contour.update({{"study_uid", "1.2.3"}, {"series_uid", "1.2.3.4"}, {"sop_uid", "1.2.3.4.5"}});
        const json measured = answer("measure", {"measure", "-", "--images", folder / "image"}, 3,
                                     {.input = document({contour})});
        EXPECT_EQ(measured["refused"][0]["reason"], reason);
    }
}

TEST(Measure, CsvIsTidyAndQuoted) {
    json contour = circle(0, 10, "r,\"1\"");
    const Ran ran = run({"measure", "-", "--csv"}, {.input = document({contour})});
    EXPECT_EQ(ran.exit, 0) << ran.err;
    EXPECT_EQ(std::ranges::count(ran.out, '\n'), 2);
    EXPECT_NE(ran.out.find(",\"r,\"\"1\"\"\","), std::string::npos) << ran.out;
    const auto fields = [](const std::string& line) { return std::ranges::count(line, ','); };
    EXPECT_EQ(fields(ran.out.substr(0, ran.out.find('\n'))),
              fields(ran.out.substr(ran.out.find('\n') + 1)) - 1);
}

TEST(Measure, ARefusalBesideATableIsALine) {
    json contour = circle(0, 10, "r1");
    contour["points_mm"] = {{0, 0, 0}, {1, 1, 0}};
    const Ran ran = run({"measure", "-", "--csv"}, {.input = document({contour})});
    EXPECT_EQ(ran.exit, 3);
    EXPECT_TRUE(ran.err.starts_with("refused: -, contour 0: ") && ran.err.ends_with("]\n")) << ran.err;
}

TEST(Compare, ShiftedCirclesHaveTheirClosedForms) {
    const Folder folder;
    const double r = 10.0, d = 4.0;
    const std::string a = folder.write("a.json", document({circle(0, r, "r1", 128)}));
    const std::string b = folder.write("b.json", document({circle(d, r, "r2", 128)}));
    const json cases = answer("compare", {"compare", a, b})["cases"];
    ASSERT_EQ(cases.size(), 1u);
    const double lens = 2 * r * r * std::acos(d / (2 * r)) - d / 2 * std::sqrt(4 * r * r - d * d);
    EXPECT_NEAR(cases[0]["dice"].get<double>(), lens / (std::numbers::pi * r * r), 1e-4);
    EXPECT_NEAR(cases[0]["hd_mm"].get<double>(), d, 1e-3);
    EXPECT_NEAR(cases[0]["area_a_mm2"].get<double>(), std::numbers::pi * r * r, 0.05);
    EXPECT_LE(cases[0]["assd_mm"].get<double>(), cases[0]["hd95_mm"].get<double>());
    EXPECT_LE(cases[0]["hd95_mm"].get<double>(), cases[0]["hd_mm"].get<double>());
    EXPECT_EQ(cases[0]["rater_a"], "r1");
    EXPECT_EQ(cases[0]["rater_b"], "r2");
    const json same = answer("compare", {"compare", a, a})["cases"][0];
    EXPECT_NEAR(same["dice"].get<double>(), 1.0, 1e-9);
    EXPECT_NEAR(same["hd_mm"].get<double>(), 0.0, 1e-6);
    EXPECT_EQ(run({"compare", a, b, "--csv"}).out.substr(0, 10), "study_uid,");
}

TEST(Compare, CasesMeetByCellAndOtherImagesShowAreasOnly) {
    const Folder folder;
    json elsewhere = circle(0, 8, "r2"), otherLevel = circle(0, 8, "r2");
    elsewhere["sop_uid"] = "1.2.3.5";
    otherLevel["level"] = "L3-L4";
    const std::string a = folder.write("a.json", document({circle(0, 10)}));
    const std::string b = folder.write("b.json", document({elsewhere, otherLevel}));
    const json compared = answer("compare", {"compare", a, b});
    ASSERT_EQ(compared["cases"].size(), 1u);
    EXPECT_EQ(compared["cases"][0]["same_image"], false);
    EXPECT_TRUE(compared["cases"][0]["dice"].is_null());
    EXPECT_NEAR(compared["cases"][0]["area_b_mm2"].get<double>(), 64 * std::numbers::pi, 0.05);
    ASSERT_EQ(compared["unmatched"].size(), 1u);
    EXPECT_EQ(compared["unmatched"][0]["level"], "L3-L4");
}

} // namespace
} // namespace forameter::testing
