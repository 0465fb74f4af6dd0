// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/interchange.hpp"

#include <chrono>
#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <numbers>

namespace forameter::protocol {
namespace {

using nlohmann::json;

json entry() {
    return json::parse(
        R"({"uuid": "0f8fad5b-d9cb-469f-a165-70867728950e", "study_uid": "1.2.3", "series_uid": "1.2.3.4",
        "sop_uid": "1.2.3.4.5", "frame": 2, "structure": "NF", "level": "L4-L5", "side": "R", "quantity": null, "curve": "polygon",
        "points_mm": [[-14.2, 31.0, -88.5], [-14.2, 40.1, -88.5], [-14.2, 40.1, -101.25], [-14.2, 31.0, -101.25]], "corners": [],
        "rater": "r1", "source": "manual", "assessable": true, "note": "clear", "plane": "sagittal", "weighting": "T1",
        "protocol": "nf-pedicle-v1", "created": "2026-01-31T10:00:00Z", "parent": null, "model": null,
        "area_mm2": 1e9, "area_mask_mm2": "nonsense", "perimeter_mm": -4})");
}
std::string document(const json& contours) {
    return json{{"format", "forameter-contours"}, {"version", 1}, {"contours", contours}}.dump();
}
ReadContours readOne(const json& e) {
    auto read = contoursFromJson(document(json::array({e})));
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
}

TEST(Interchange, ReadsEveryField) {
    const ReadContours read = readOne(entry());
    ASSERT_EQ(read.contours.size(), 1u);
    const Contour& c = read.contours[0];
    EXPECT_EQ(c.id.text(), "0f8fad5b-d9cb-469f-a165-70867728950e");
    EXPECT_EQ(c.study.text(), "1.2.3");
    EXPECT_EQ(c.image, (ImageId{SeriesUid("1.2.3.4"), SopUid("1.2.3.4.5"), 2}));
    EXPECT_EQ(c.cell, anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R));
    EXPECT_EQ(c.curve.kind, geometry::CurveKind::Polygon);
    ASSERT_EQ(c.curve.points.size(), 4u);
    EXPECT_EQ(c.curve.points[2], (geometry::PatientPoint{-14.2, 40.1, -101.25}));
    EXPECT_EQ(c.rater, "r1");
    EXPECT_EQ(c.note, "clear");
    EXPECT_EQ(c.plane, geometry::Plane::Sagittal);
    EXPECT_EQ(c.weighting, Weighting::T1);
    EXPECT_EQ(c.protocol, "nf-pedicle-v1");
    EXPECT_EQ(toIso8601(c.created), "2026-01-31T10:00:00.000Z");
    EXPECT_FALSE(c.parent);
    EXPECT_FALSE(c.model);
}

TEST(Interchange, EverythingElseHasADefault) {
    json e = entry();
    for (const char* key :
         {"uuid", "frame", "quantity", "corners", "assessable", "note", "plane", "weighting", "protocol",
          "created", "parent", "model", "area_mm2", "area_mask_mm2", "perimeter_mm"})
        e.erase(key);
    const auto before = now();
    const ReadContours read = readOne(e);
    ASSERT_EQ(read.contours.size(), 1u) << read.refused[0].error.message;
    const Contour& c = read.contours[0];
    EXPECT_TRUE(isUuid(c.id.text()));
    EXPECT_EQ(c.image.frame, 1);
    EXPECT_TRUE(c.assessable);
    EXPECT_EQ(c.note, "");
    EXPECT_FALSE(c.plane);
    EXPECT_FALSE(c.weighting);
    EXPECT_EQ(c.protocol, "");
    EXPECT_GE(c.created, before);
}

TEST(Interchange, NullAndUnknownKeysCountAsAbsent) {
    json e = entry();
    for (const char* key :
         {"uuid", "frame", "corners", "assessable", "note", "plane", "weighting", "protocol", "created"})
        e[key] = nullptr;
    e["colour"] = {{"deep", {1, 2, 3}}};
    EXPECT_EQ(readOne(e).contours.size(), 1u);
}

TEST(Interchange, ACanalWithoutQuantityIsTheDuralSac) {
    json e = entry();
    e["structure"] = "CC";
    e["side"] = nullptr;
    ASSERT_EQ(readOne(e).contours.size(), 1u);
    EXPECT_EQ(readOne(e).contours[0].cell, anatomy::Cell::canal(anatomy::Level::L4_L5));
    e["quantity"] = "bony_canal";
    EXPECT_EQ(readOne(e).contours[0].cell.quantity, anatomy::Quantity::BonyCanal);
}

TEST(Interchange, WhatIsNeededIsRefusedByNameWhenMissing) {
    for (const char* key : {"study_uid", "series_uid", "sop_uid", "structure", "level", "side", "curve",
                            "points_mm", "rater", "source"})
        for (const bool null : {false, true}) {
            json e = entry();
            if (null)
                e[key] = nullptr;
            else
                e.erase(key);
            const ReadContours read = readOne(e);
            ASSERT_EQ(read.refused.size(), 1u) << key;
            EXPECT_NE(read.refused[0].error.message.find(key), std::string::npos)
                << read.refused[0].error.message;
        }
}

TEST(Interchange, BadEntriesAreRefusedByIndexAndTheOthersKept) {
    const std::vector<std::pair<const char*, json>> rows{
        {"uuid", "not-a-uuid"},
        {"uuid", 7},
        {"study_uid", 123},
        {"study_uid", "1.2 3"},
        {"sop_uid", std::string(500, '1')},
        {"frame", 0},
        {"frame", 1.5},
        {"frame", -1},
        {"frame", "1"},
        {"frame", 5000000000},
        {"structure", "nf"},
        {"level", "L7-L8"},
        {"side", "right"},
        {"quantity", "sac"},
        {"quantity", "canal"},
        {"curve", "bezier"},
        {"points_mm", "none"},
        {"points_mm", json::object()},
        {"points_mm", {1, 2, 3}},
        {"points_mm", json::array()},
        {"points_mm", {{1, 2}, {3, 4}, {5, 6}}},
        {"points_mm", {{1, 2, "3"}, {3, 4, 5}, {6, 7, 9}}},
        {"points_mm", {{1, 2, 3}, {4, 5, 6}}},
        {"corners", {-1}},
        {"corners", "0"},
        {"corners", {99}},
        {"rater", ""},
        {"rater", 3},
        {"source", "guess"},
        {"assessable", "yes"},
        {"note", 4},
        {"plane", "sideways"},
        {"weighting", "t1"},
        {"created", "yesterday"},
        {"created", 20260131},
        {"parent", "x"},
        {"model", false},
        {"midline_offset_mm", "12"},
    };
    json contours = json::array();
    for (const auto& [key, value] : rows) {
        contours.push_back(entry());
        json bad = entry();
        bad[key] = value;
        if (std::string_view(key) == "corners") bad["curve"] = "spline";
        contours.push_back(bad);
    }
    contours.push_back("not an object");
    contours.push_back(json::array());
    const auto read = contoursFromJson(document(contours));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->contours.size(), rows.size());
    ASSERT_EQ(read->refused.size(), rows.size() + 2);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(read->indices[i], 2 * i);
        EXPECT_EQ(read->refused[i].index, 2 * i + 1) << rows[i].first << " " << rows[i].second;
        EXPECT_FALSE(read->refused[i].error.message.empty());
    }
}

TEST(Interchange, NonFiniteNumbersOfLaxWritersCostOnlyTheirEntry) {
    for (const std::string bad : {"NaN", "Infinity", "-Infinity", "1e999", "-1e999"}) {
        std::string text = document(json::array({entry(), entry(), entry()}));
        const std::string number = "-101.25";
        // Spoil a coordinate of the entry in the middle.
        const std::size_t at = text.find(number, text.size() / 2 - 300);
        ASSERT_NE(at, std::string::npos);
        text.replace(at, number.size(), bad);
        const auto read = contoursFromJson(text);
        ASSERT_TRUE(read) << bad << ": " << read.error().message;
        EXPECT_EQ(read->contours.size(), 2u) << bad;
        ASSERT_EQ(read->refused.size(), 1u) << bad;
        EXPECT_NE(read->refused[0].error.message.find("finite"), std::string::npos)
            << read->refused[0].error.message;
    }
}

TEST(Interchange, NaNInsideAStringIsText) {
    json e = entry();
    e["note"] = "NaN, 1e999 and \\\"Infinity\\\" are words";
    json nan = entry();
    std::string text = document(json::array({e, nan}));
    text.replace(text.rfind("-88.5"), 5, "NaN");
    const auto read = contoursFromJson(text);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->contours.size(), 1u);
    EXPECT_EQ(read->contours[0].note, e["note"].get<std::string>());
}

TEST(Interchange, WhatIsNoSuchDocumentFailsAsAWhole) {
    const std::string good = document(json::array({entry()}));
    const std::string rows[] = {"",
                                "{",
                                "null",
                                "[]",
                                "42",
                                "{}",
                                R"({"format": "forameter-contours", "version": 1})",
                                R"({"format": "forameter-contours", "version": 1, "contours": {}})",
                                R"({"format": "forameter-contours", "version": 2, "contours": []})",
                                R"({"format": "forameter-contours", "version": "1", "contours": []})",
                                R"({"format": "forameter-contours", "version": 0, "contours": []})",
                                R"({"format": "other", "version": 1, "contours": []})",
                                R"({"format": 1, "version": 1, "contours": []})",
                                good.substr(0, good.size() - 2),
                                good + "x",
                                std::string("\xff\xfe\x00\x01", 4),
                                std::string(1000, '\0')};
    for (const std::string& text : rows) {
        const auto read = contoursFromJson(text);
        EXPECT_FALSE(read) << text;
        if (!read) {
            EXPECT_EQ(read.error().code, ErrorCode::InvalidArgument);
        }
    }
    EXPECT_TRUE(contoursFromJson(good));
}

TEST(Interchange, DeepNestingAndCutsNeverCrash) {
    const std::string deep(2'000'000, '[');
    EXPECT_FALSE(contoursFromJson(deep));
    EXPECT_FALSE(contoursFromJson(deep + std::string(2'000'000, ']')));
    json e = entry();
    std::string text = document(json::array({e}));
    const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
    std::string withNested = text;
    withNested.replace(withNested.find("\"nonsense\""), 10, nested);
    const auto read = contoursFromJson(withNested);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->contours.size(), 1u); // a derived number, ignored whatever it holds
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(contoursFromJson(text.substr(0, length)));
    for (std::size_t i = 0; i < text.size(); ++i) { // every byte spoilt once: any answer but a crash
        std::string spoilt = text;
        spoilt[i] = static_cast<char>(spoilt[i] ^ 0x15);
        (void)contoursFromJson(spoilt);
    }
}

TEST(Interchange, ContoursSurviveWritingAndReadingBitForBit) {
    Contour c = readOne(entry()).contours[0];
    c.curve.kind = geometry::CurveKind::Spline;
    c.curve.points.clear();
    for (int i = 0; i < 11; ++i) {
        const double t = 2.0 * std::numbers::pi * i / 11.0;
        c.curve.points.push_back({1.0 / 3.0, 6.0 * std::cos(t) + 1e-13, 9.0 * std::sin(t) - 1e5 / 7.0});
    }
    c.curve.corners = {0, 4};
    c.note = "line\nbreak, \"quote\", µ";
    c.midlineOffset = 14.2;
    c.obliquity = 0.1 + 0.2;
    c.parent = ContourId(newUuid());
    c.model = std::string(64, 'a');
    c.created = *timestampFromIso8601("2026-01-31T10:00:00.123Z");
    const auto measurement = measure(c, std::nullopt);
    ASSERT_TRUE(measurement) << measurement.error().message;
    const std::string text = contoursToJson({{c, *measurement, 3, false}});
    const auto back = contoursFromJson(text);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(back->contours.size(), 1u) << back->refused[0].error.message;
    EXPECT_EQ(back->contours[0], c);
    const json written = json::parse(text);
    EXPECT_EQ(written["contours"][0]["area_mm2"].get<double>(), measurement->area.value());
    EXPECT_TRUE(written["contours"][0]["area_mask_mm2"].is_null());
    EXPECT_EQ(written["contours"][0]["version"], 3);
}

TEST(Interchange, NotAssessableTravelsWithoutACurve) {
    json e = entry();
    e["assessable"] = false;
    e["note"] = "metal";
    e.erase("points_mm");
    e.erase("curve");
    const ReadContours read = readOne(e);
    ASSERT_EQ(read.contours.size(), 1u) << read.refused[0].error.message;
    EXPECT_FALSE(read.contours[0].assessable);
    const std::string text = contoursToJson({{read.contours[0], std::nullopt, std::nullopt, false}});
    const json written = json::parse(text)["contours"][0];
    EXPECT_EQ(written["points_mm"], json::array());
    EXPECT_TRUE(written["area_mm2"].is_null());
    EXPECT_FALSE(written.contains("version"));
    EXPECT_EQ(contoursFromJson(text)->contours[0], read.contours[0]);
}

TEST(Interchange, ADeletedVersionSaysSoAndIsNotTakenBack) {
    MeasuredContour gone{readOne(entry()).contours[0], std::nullopt, 4, true};
    const std::string text = contoursToJson({gone});
    EXPECT_EQ(json::parse(text)["contours"][0]["deleted"], true);
    const auto back = contoursFromJson(text);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->refused.size(), 1u);
}

TEST(Interchange, TextThatIsNotUtf8IsWrittenAsValidJson) {
    Contour c = readOne(entry()).contours[0];
    c.note = "caf\xe9";
    EXPECT_TRUE(json::accept(contoursToJson({{c, std::nullopt, std::nullopt, false}})));
    EXPECT_EQ(json::parse(contoursToJson({}))["contours"], json::array());
}

TEST(Interchange, HostileTextIsInertAndShortInMessages) {
    json e = entry();
    e["level"] = std::string(100'000, 'A') + "\n\x1b[31m<b>'; drop table contour_version; --";
    const ReadContours read = readOne(e);
    ASSERT_EQ(read.refused.size(), 1u);
    EXPECT_LT(read.refused[0].error.message.size(), 200u);
    e["level"] = "\n\x1b[31m<b>";
    EXPECT_EQ(readOne(e).refused[0].error.message.find('\x1b'), std::string::npos);
}

} // namespace
} // namespace forameter::protocol
