// SPDX-License-Identifier: Apache-2.0
// The answers of `agreement` as tables, made from the JSON so that both say the same.
#include <cstdio>

#include "agreement_json.hpp"

namespace forameter::cli {

namespace {

std::string fixed(const Json& value, int digits) {
    if (!value.is_number()) return "-";
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value.get<double>());
    return text;
}

/// "0.932 (0.871 to 0.966)"
std::string withInterval(const Json& estimate, int digits) {
    if (estimate.is_null()) return "-";
    std::string text = fixed(estimate["value"], digits);
    if (!estimate["low"].is_null())
        text += " (" + fixed(estimate["low"], digits) + " to " + fixed(estimate["high"], digits) + ")";
    return text;
}

std::string what(const Json& row) {
    std::string text = row["structure"].get<std::string>();
    for (const char* key : {"level", "side", "quantity"})
        if (row.contains(key) && !row[key].is_null()) text += " " + row[key].get<std::string>();
    return text;
}

std::string section(const std::string& heading, const Table& table) {
    return table.rows.empty() ? "" : heading + "\n" + toText(table) + "\n";
}

} // namespace

Table casesTable(const Json& answer) {
    Table table{{"study_uid", "series_uid", "sop_uid", "frame", "structure", "level", "side", "quantity",
                 "rater_a", "rater_b", "same_image", "mixup", "dice", "hd_mm", "hd95_mm", "assd_mm",
                 "area_a_mm2", "area_b_mm2"},
                {}};
    for (const Json& row : answer["cases"])
        table.add(row);
    return table;
}

std::string agreementText(const Json& answer) {
    std::string text;
    Table pairs{{"of", "rater a", "rater b", "cases", "Dice", "HD95 mm", "ASSD mm", "Lin"}, {}};
    for (const Json& row : answer["pairs"])
        pairs.rows.push_back({what(row), row["rater_a"], row["rater_b"], row["cases"],
                              withInterval(row["dice"], 3), withInterval(row["hd95_mm"], 2),
                              withInterval(row["assd_mm"], 2), fixed(row["lin_ccc"], 3)});
    text += section("Pairs (means over cases on one image; mix-ups left out)", pairs);

    Table icc{{"of", "n", "raters", "ICC(2,1)", "ICC(3,1)", "ICC(2,k)", "SEM mm2", "MDC mm2",
               "on one image: n", "ICC(2,1)"},
              {}};
    for (const Json& row : answer["icc"])
        icc.rows.push_back({what(row), row["n"], row["k"], withInterval(row["icc"]["2,1"], 3),
                            withInterval(row["icc"]["3,1"], 3), withInterval(row["icc"]["2,k"], 3),
                            fixed(row["sem_agreement"], 1), fixed(row["mdc_agreement"], 1),
                            row["one_image"]["n"], withInterval(row["one_image"]["icc"]["2,1"], 3)});
    text += section("Areas between raters", icc);

    Table components{{"of", "component", "SD mm2", "share of error", "note"}, {}};
    for (const Json& row : answer["components"])
        for (const char* key :
             {"patient", "cell", "rater", "slice", "level_label", "delineation", "residual"}) {
            const Json& c = row[key];
            std::string note;
            if (c.is_null())
                note = "these readings cannot tell";
            else if (c["truncated"].get<bool>())
                note = "estimate below zero, set to zero";
            else if (std::string(key) == "delineation" && row["residual"].is_null())
                note = "with the residual: no repeats";
            components.rows.push_back({what(row), key, c.is_null() ? "-" : fixed(c["sd_mm2"], 1),
                                       c.is_null() || c["share"].is_null()
                                           ? "-"
                                           : fixed(100.0 * c["share"].get<double>(), 0) + " %",
                                       note});
        }
    text += section("Where differences of areas come from", components);

    Table bias{{"of", "rater", "against", "cases", "bias mm2", "mean abs. mm2"}, {}};
    for (const Json& row : answer["bias"])
        bias.rows.push_back({what(row), row["rater"], row["against"], row["cases"],
                             withInterval(row["bias_mm2"], 1), fixed(row["mean_absolute_mm2"], 1)});
    text += section("Signed error of areas", bias);

    Table walls{{"of", "rater", "against", "cases", "wall", "mm, + outwards"}, {}};
    for (const Json& row : answer["bias_map"])
        for (const auto& [wall, distance] : row["walls_mm"].items())
            walls.rows.push_back(
                {what(row), row["rater"], row["against"], row["cases"], wall, withInterval(distance, 2)});
    text += section("Where raters draw larger or smaller", walls);

    Table repeats{{"of", "rater", "cases", "within SD mm2", "repeatability mm2", "ICC", "Dice"}, {}};
    for (const Json& row : answer["repeats"])
        repeats.rows.push_back({what(row), row["rater"], row["cases"], withInterval(row["within_sd_mm2"], 1),
                                withInterval(row["repeatability_mm2"], 1), fixed(row["icc"], 3),
                                withInterval(row["dice"], 3)});
    text += section("Repeats by the same rater", repeats);

    Table slices{{"of", "cases", "on one image", "distance mm", "alpha", "area diff. one image mm2",
                  "other images mm2"},
                 {}};
    for (const Json& row : answer["slices"])
        slices.rows.push_back({what(row), row["cases"], row["cases_on_one_image"],
                               fixed(row["mean_distance_mm"], 1), fixed(row["krippendorff_alpha"], 3),
                               fixed(row["area_difference_on_one_image_mm2"], 1),
                               fixed(row["area_difference_on_other_images_mm2"], 1)});
    text += section("Choice of slice", slices);

    Table mixUps{{"study", "named", "drawn", "rater", "Dice as named", "as drawn"}, {}};
    for (const Json& row : answer["mixups"]) {
        std::string drawn =
            row["structure"].get<std::string>() + " " + row["identified_level"].get<std::string>();
        if (!row["identified_side"].is_null()) drawn += " " + row["identified_side"].get<std::string>();
        mixUps.rows.push_back({row["study_uid"], what(row), drawn, row["rater"], row["dice_as_named"],
                               row["dice_as_identified"]});
    }
    text += section("Mix-ups of level or side (in no mean above)", mixUps);
    return text + "Research use only, not for diagnosis\n";
}

Table ratingsTable(const Json& answer) {
    Table table{{"statistic", "value", "low", "high"}, {}};
    const auto add = [&](const std::string& name, const Json& value, const Json& low = nullptr,
                         const Json& high = nullptr) {
        table.rows.push_back({name, value, low, high});
    };
    for (const char* key : {"n", "k", "omitted"})
        add(key, answer[key]);
    for (const auto& [form, value] : answer["icc"].items())
        if (value.is_null())
            add("icc " + form, nullptr);
        else
            add("icc " + form, value["value"], value["low"], value["high"]);
    for (const char* key : {"sem_agreement", "sem_consistency", "mdc_agreement", "mdc_consistency"})
        add(key, answer[key]);
    const Json& ba = answer["bland_altman"];
    for (const char* key : {"bias", "sd", "low", "high", "bias_se", "limit_se"})
        add(std::string("bland_altman ") + key, ba.is_null() ? Json(nullptr) : ba[key]);
    for (const char* key : {"pearson", "lin_ccc", "fleiss_kappa", "krippendorff_alpha"})
        add(key, answer[key]);
    return table;
}

} // namespace forameter::cli
