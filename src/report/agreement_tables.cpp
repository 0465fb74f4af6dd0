// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "forameter/report/agreement_report.hpp"
#include "group_labels.hpp"

namespace forameter::report {

namespace {

using agreement::Estimate;
using agreement::Group;
using Row = std::vector<Value>;
using Columns = std::vector<Table::Column>;

Value value(const std::optional<double>& v) {
    return v ? Value(*v) : Value();
}
Value count(std::size_t n) {
    return static_cast<long long>(n);
}
void add(Row& row, const std::optional<Estimate>& e) {
    row.push_back(e ? Value(e->value) : Value());
    row.push_back(e && e->interval ? Value(e->interval->low) : Value());
    row.push_back(e && e->interval ? Value(e->interval->high) : Value());
}
void addEstimate(Columns& columns, const std::string& name, std::string heading, int decimals) {
    columns.push_back({name, std::move(heading), decimals, true});
    columns.push_back({name + "_low", "", decimals});
    columns.push_back({name + "_high", "", decimals});
}

Table::Column who(const char* name, const char* heading) {
    return {.name = name, .heading = heading, .who = true};
}

/// Machine columns structure, quantity, level, side and the two that people read.
void addGroup(Columns& columns) {
    for (const char* name : {"structure", "quantity", "level", "side"})
        columns.push_back({name, ""});
    columns.push_back({"structure_label", "Structure"});
    columns.push_back({"part_label", "Level, side"});
}
void add(Row& row, const Group& group) {
    row.emplace_back(std::string(anatomy::name(group.structure)));
    row.push_back(group.quantity ? Value(std::string(anatomy::name(*group.quantity))) : Value());
    row.push_back(group.level ? Value(std::string(anatomy::name(*group.level))) : Value());
    row.push_back(group.side ? Value(std::string(anatomy::name(*group.side))) : Value());
    row.emplace_back(structureLabel(group));
    row.emplace_back(partLabel(group));
}
Group groupOf(const anatomy::Cell& cell) {
    return {cell.structure, cell.quantity, cell.level, cell.side};
}

Table reliability(const AgreementReport& report) {
    Table table{.id = "reliability",
                .title = "Reliability of areas",
                .note = "ICC(2,1): two-way random effects, absolute agreement, one rater. SEM: standard "
                        "error of measurement (absolute agreement); MDC: minimal detectable change, 1.96 "
                        "\u221a2 SEM. Cases with a missing reading are left out."};
    addGroup(table.columns);
    table.columns.push_back({"images", "Slices"});
    table.columns.push_back({"cases", "Cases"});
    table.columns.push_back({"cases_omitted", "Left out"});
    table.columns.push_back({"raters", ""});
    addEstimate(table.columns, "icc_2_1", "ICC(2,1)", 2);
    addEstimate(table.columns, "icc_3_1", "ICC(3,1)", 2);
    for (const char* name : {"icc_1_1", "icc_1_k", "icc_2_k", "icc_3_k"})
        addEstimate(table.columns, name, "", 2);
    table.columns.push_back({"sem_agreement_mm2", "SEM mm²", 1});
    table.columns.push_back({"sem_consistency_mm2", "", 1});
    table.columns.push_back({"mdc_agreement_mm2", "MDC mm²", 1});
    table.columns.push_back({"mdc_consistency_mm2", "", 1});
    table.columns.push_back({"icc_2_1_bootstrap_low", "", 2});
    table.columns.push_back({"icc_2_1_bootstrap_high", "", 2});
    table.columns.push_back({"fleiss_kappa_assessable", "", 2});
    table.columns.push_back({"krippendorff_alpha_assessable", "", 2});
    for (const auto& group : report.summary.groups)
        for (const bool chosen : {true, false}) {
            const auto& r = chosen ? group.asChosen : group.onOneImage;
            if (!chosen && r.subjects == group.asChosen.subjects) continue; // every case is on one image
            if (r.subjects == 0) continue;
            Row row;
            add(row, group.group);
            row.emplace_back(std::string(chosen ? "as chosen" : "on one image"));
            row.insert(row.end(), {count(r.subjects), count(r.omitted), count(r.raters)});
            add(row, r.icc.icc21);
            add(row, r.icc.icc31);
            for (const auto* icc : {&r.icc.icc11, &r.icc.icc1k, &r.icc.icc2k, &r.icc.icc3k})
                add(row, *icc);
            const auto& e = r.error;
            row.insert(row.end(),
                       {e ? Value(e->semAgreement) : Value(), e ? Value(e->semConsistency) : Value(),
                        e ? Value(e->mdcAgreement) : Value(), e ? Value(e->mdcConsistency) : Value()});
            const auto interval = chosen ? group.iccInterval : std::nullopt;
            row.push_back(interval ? Value(interval->low) : Value());
            row.push_back(interval ? Value(interval->high) : Value());
            row.push_back(chosen ? value(group.fleissAssessable) : Value());
            row.push_back(chosen ? value(group.alphaAssessable) : Value());
            table.rows.push_back(std::move(row));
        }
    return table;
}

Table pairs(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{.id = "pairs",
                .title = "Pairs of raters",
                .note = "Dice, HD95 and ASSD on the exact curves, cases on one image; limits of agreement of "
                        "the areas with the slices as chosen. Brackets: 95 % intervals over patients; "
                        "limits: bias \u00b1 1.96 SD."};
    table.columns = {who("rater_a", "A"), who("rater_b", "B")};
    addGroup(table.columns);
    table.columns.push_back({"cases", "Cases"});
    table.columns.push_back({"cases_on_one_image", "On one image"});
    table.columns.push_back({"mix_ups", ""});
    addEstimate(table.columns, "dice", "Dice", 3);
    addEstimate(table.columns, "hd_mm", "", 2);
    addEstimate(table.columns, "hd95_mm", "HD95 mm", 2);
    addEstimate(table.columns, "assd_mm", "ASSD mm", 2);
    addEstimate(table.columns, "bias_mm2", "Bias mm²", 1);
    table.columns.push_back({"sd_mm2", "", 1});
    table.columns.push_back({"limit_low_mm2", "Lower limit mm²", 1});
    table.columns.push_back({"limit_high_mm2", "Upper limit mm²", 1});
    table.columns.push_back({"bias_se_mm2", "", 2});
    table.columns.push_back({"limit_se_mm2", "", 2});
    table.columns.push_back({"pearson", "", 3});
    table.columns.push_back({"lin_ccc", "", 3});
    // Pairs of raters come first, those of two references last.
    std::vector<agreement::PairAgreement> ordered = report.summary.pairs;
    std::ranges::stable_sort(ordered, {}, [&](const agreement::PairAgreement& pair) {
        return static_cast<int>(raters.isReference(pair.raterA)) + raters.isReference(pair.raterB);
    });
    for (const auto& pair : ordered) {
        Row row{raters.key(pair.raterA), raters.key(pair.raterB)};
        add(row, pair.group);
        row.insert(row.end(), {count(pair.cases), count(pair.onOneImage), count(pair.mixUps)});
        for (const auto* e : {&pair.dice, &pair.hd, &pair.hd95, &pair.assd})
            add(row, *e);
        const auto& limits = pair.areas;
        add(row, limits ? std::optional<Estimate>({limits->bias, limits->biasInterval}) : std::nullopt);
        if (limits)
            row.insert(row.end(), {limits->sd, limits->low, limits->high, limits->biasSe, limits->limitSe});
        else
            row.insert(row.end(), 5, Value());
        row.push_back(value(pair.pearson));
        row.push_back(value(pair.linConcordance));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table components(const AgreementReport& report) {
    Table table{.id = "variance_components",
                .title = "Variance components of the area",
                .note = "Standard deviations in mm². Estimates below zero are set to zero (marked in the CSV "
                        "file). Without repeats the residual is part of delineation."};
    addGroup(table.columns);
    table.columns.push_back({"component", "Source"});
    table.columns.push_back({"sd_mm2", "SD mm²", 2});
    addEstimate(table.columns, "variance_mm4", "Variance mm\u2074", 1);
    table.columns.push_back({"share_of_error_percent", "Share of error %", 1});
    table.columns.push_back({"truncated", ""});
    table.columns.push_back({"untruncated_mm4", "", 1});
    for (const auto& [group, c] : report.summary.components) {
        const double error = c.error();
        const auto line = [&](const char* name, const agreement::Component& one, bool isError) {
            Row row;
            add(row, group);
            row.insert(row.end(), {std::string(name), one.sd(), one.variance});
            row.push_back(one.interval ? Value(one.interval->low) : Value());
            row.push_back(one.interval ? Value(one.interval->high) : Value());
            row.push_back(isError && error > 0 ? Value(100.0 * one.variance / error) : Value());
            row.push_back(std::string(one.truncated ? "yes" : "no"));
            row.push_back(one.truncated ? one.untruncated : one.variance);
            table.rows.push_back(std::move(row));
        };
        if (c.patient) line("patient", *c.patient, false);
        if (c.cell) line("level and side of a patient", *c.cell, false);
        if (c.rater) line("rater", *c.rater, true);
        line("choice of slice", c.slice, true);
        line("level or side label", c.levelLabel, true);
        line("delineation", c.delineation, true);
        if (c.residual) line("residual (repeats)", *c.residual, true);
    }
    return table;
}

Table bias(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{.id = "area_bias",
                .title = "Signed error of areas by rater",
                .note = "Rater minus reference on the same image, else minus the mean of the other raters. "
                        "Brackets: 95 % intervals, cluster-robust by patient."};
    table.columns = {who("rater", "Rater"), who("against", "Against")};
    addGroup(table.columns);
    table.columns[7].heading.clear(); // always all levels
    table.columns.push_back({"cases", "Cases"});
    table.columns.push_back({"patients", "Patients"});
    addEstimate(table.columns, "bias_mm2", "Bias mm²", 1);
    addEstimate(table.columns, "relative_bias", "Relative", 3);
    table.columns.push_back({"mean_absolute_error_mm2", "Mean |error| mm²", 1});
    table.columns.push_back({"limit_low_mm2", "Lower limit mm²", 1});
    table.columns.push_back({"limit_high_mm2", "Upper limit mm²", 1});
    for (const auto& one : report.summary.bias) {
        Row row{raters.key(one.rater), raters.key(one.against)};
        add(row, Group{one.structure, one.quantity, {}, {}});
        row.insert(row.end(), {count(one.cases), count(one.patients)});
        add(row, one.bias);
        add(row, one.relative);
        row.emplace_back(one.meanAbsolute);
        row.push_back(one.limits ? Value(one.limits->low) : Value());
        row.push_back(one.limits ? Value(one.limits->high) : Value());
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table walls(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{
        .id = "bias_by_wall",
        .title = "Bias by wall",
        .note =
            "Signed distance from the reference's boundary to the rater's, mm; positive: drawn further out."};
    table.columns = {who("rater", "Rater"), who("against", "Against")};
    addGroup(table.columns);
    table.columns[7].heading.clear();
    table.columns.push_back({"wall", "Wall"});
    addEstimate(table.columns, "distance_mm", "Distance mm", 2);
    for (const auto& map : report.summary.biasMaps) {
        const auto line = [&](std::string wall, const Estimate& distance) {
            Row row{raters.key(map.rater), raters.key(map.against)};
            add(row, Group{map.structure, map.quantity, {}, {}});
            row.emplace_back(std::move(wall));
            add(row, distance);
            table.rows.push_back(std::move(row));
        };
        for (const auto& wall : map.walls)
            line(std::string(agreement::name(wall.wall)), wall.distance);
        line("whole outline", map.overall);
    }
    return table;
}

Table biasPoints(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{.id = "bias_map", .title = "Bias along the wall", .note = ""};
    table.columns = {{"rater", ""}, {"against", ""}};
    addGroup(table.columns);
    table.columns.push_back({"position", ""});
    table.columns.push_back({"x_mm", ""});
    table.columns.push_back({"y_mm", ""});
    addEstimate(table.columns, "distance_mm", "", 3);
    for (const auto& map : report.summary.biasMaps)
        for (const auto& point : map.points) {
            Row row{raters.key(map.rater), raters.key(map.against)};
            add(row, Group{map.structure, map.quantity, {}, {}});
            row.insert(row.end(), {point.position, point.onScreen.x, point.onScreen.y});
            add(row, point.distance);
            table.rows.push_back(std::move(row));
        }
    return table;
}

Table repeats(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{.id = "repeats",
                .title = "Repeatability of single raters",
                .note =
                    "From cases that were silently read again. Within-subject SD with its 95 % interval; two "
                    "readings differ by less than the coefficient, 1.96 \u221a2 SD, in 95 % of cases."};
    table.columns = {{"rater", "Rater"}};
    addGroup(table.columns);
    table.columns.push_back({"cases", "Cases"});
    table.columns.push_back({"readings", ""});
    addEstimate(table.columns, "within_sd_mm2", "Within-subject SD mm²", 1);
    addEstimate(table.columns, "coefficient_mm2", "Coefficient mm²", 1);
    table.columns.push_back({"mean_change_mm2", "Mean change mm²", 1});
    table.columns.push_back({"icc_1_1", "ICC(1,1)", 2});
    table.columns.push_back({"on_one_image", ""});
    addEstimate(table.columns, "dice", "Dice", 3);
    addEstimate(table.columns, "hd95_mm", "HD95 mm", 2);
    for (const auto& one : report.summary.repeats) {
        Row row{one.rater == "all" ? "all raters" : raters.key(one.rater)};
        add(row, one.group);
        row.insert(row.end(), {count(one.areas.subjects), count(one.areas.readings)});
        add(row, one.areas.withinSd);
        add(row, one.areas.coefficient);
        row.emplace_back(one.areas.meanChange);
        row.push_back(value(one.areas.icc));
        row.push_back(count(one.onOneImage));
        add(row, one.dice);
        add(row, one.hd95);
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table slices(const AgreementReport& report) {
    Table table{
        .id = "slice_choice",
        .title = "Choice of slice",
        .note =
            "Apart from delineation: how often raters chose the same image, and what that does to the area."};
    addGroup(table.columns);
    table.columns[5].heading.clear();
    table.columns.push_back({"cases", "Cases"});
    table.columns.push_back({"cases_on_one_image", "All on one image"});
    table.columns.push_back({"pairs", "Pairs"});
    table.columns.push_back({"pairs_on_one_image", "Pairs on one image"});
    table.columns.push_back({"mean_distance_mm", "Distance of others mm", 1});
    table.columns.push_back({"krippendorff_alpha", "Alpha", 2});
    table.columns.push_back({"area_difference_one_image_mm2", "|\u0394 area| same mm²", 1});
    table.columns.push_back({"area_difference_other_mm2", "|\u0394 area| other mm²", 1});
    for (const auto& one : report.summary.slices) {
        Row row;
        add(row, Group{one.structure, one.quantity, {}, {}});
        row.insert(row.end(), {count(one.cases), count(one.casesOnOneImage), count(one.pairs),
                               count(one.pairsOnOneImage)});
        row.push_back(one.meanDistance ? Value(one.meanDistance->value()) : Value());
        row.insert(row.end(),
                   {value(one.alpha), value(one.areaDifferenceOneImage), value(one.areaDifferenceOther)});
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table mixUps(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{.id = "mix_ups",
                .title = "Mix-ups of level or side",
                .note =
                    "Contours that overlap another cell than the one they name; they are left out of every "
                    "mean above. Where two raters disagree and there is no third, both are listed."};
    table.columns = {{"study_uid", "Study"},
                     {"rater", "Rater"},
                     {"named", "Named"},
                     {"identified", "Shows"},
                     {"level_wrong", ""},
                     {"side_wrong", ""},
                     {"dice_named", "Dice as named", 2},
                     {"dice_identified", "Dice as shown", 2},
                     {"others", "Others there"}};
    for (const auto& mixUp : report.readings.mixUps) {
        const auto& reading = report.readings.all[mixUp.index];
        table.rows.push_back({reading.key.study.text(), raters.key(reading.rater),
                              anatomy::label(mixUp.named), anatomy::label(mixUp.identified),
                              std::string(mixUp.level ? "yes" : "no"), std::string(mixUp.side ? "yes" : "no"),
                              mixUp.namedDice, mixUp.identifiedDice, count(mixUp.others)});
    }
    return table;
}

Table refused(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{.id = "not_measured", .title = "Contours that could not be measured", .note = ""};
    table.columns = {{"of", "Of"}, {"number", "Number"}, {"reason", "Reason"}, {"message", "Why"}};
    for (const auto& one : report.readings.refused)
        table.rows.push_back({one.reference ? *one.reference : std::string("raters"), count(one.index),
                              std::string(name(one.error.code)), one.error.message});
    return table;
}

Table spreads(const AgreementReport& report) {
    Table table{.id = "case_spread", .title = "Spread of each case", .note = ""};
    table.columns = {{"study_uid", "Study"}};
    addGroup(table.columns);
    const Columns more{{"raters", "Raters"},
                       {"not_assessable", ""},
                       {"mix_ups", ""},
                       {"images", "Images"},
                       {"mean_area_mm2", "Mean area mm²", 1},
                       {"min_area_mm2", "Least", 1},
                       {"max_area_mm2", "Largest", 1},
                       {"sd_mm2", "SD mm²", 1},
                       {"relative_sd", "SD / mean", 3},
                       {"mean_dice", "Mean Dice", 3},
                       {"min_dice", "", 3},
                       {"max_hd95_mm", "Largest HD95 mm", 2}};
    table.columns.insert(table.columns.end(), more.begin(), more.end());
    for (const auto& one : report.summary.spreads) {
        Row row{one.key.study.text()};
        add(row, groupOf(one.key.cell));
        row.insert(row.end(),
                   {count(one.raters), count(one.notAssessable), count(one.mixUps), count(one.images),
                    one.meanArea.value(), one.minArea.value(), one.maxArea.value(), value(one.areaSd),
                    value(one.relativeSd), value(one.meanDice), value(one.minDice)});
        row.push_back(one.maxHd95 ? Value(one.maxHd95->value()) : Value());
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table cases(const AgreementReport& report) {
    const Raters raters = report.raters();
    Table table{.id = "cases", .title = "Every pair of every case", .note = ""};
    table.columns = {{"study_uid", ""}};
    addGroup(table.columns);
    for (const char* name : {"rater_a", "rater_b", "same_image", "mix_up", "dice", "hd_mm", "hd95_mm",
                             "assd_mm", "area_a_mm2", "area_b_mm2"})
        table.columns.push_back({name, ""});
    for (const auto& one : report.summary.cases) {
        Row row{one.key.study.text()};
        add(row, groupOf(one.key.cell));
        row.insert(row.end(),
                   {raters.key(report.readings.all[one.a].rater),
                    raters.key(report.readings.all[one.b].rater), std::string(one.sameImage ? "yes" : "no"),
                    std::string(one.mixUp ? "yes" : "no")});
        if (const auto& c = one.comparison)
            row.insert(row.end(), {c->dice, c->hd.value(), c->hd95.value(), c->assd.value()});
        else
            row.insert(row.end(), 4, Value());
        row.insert(row.end(), {one.areaA.value(), one.areaB.value()});
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace

std::vector<Table> tables(const AgreementReport& report) {
    return {reliability(report), pairs(report),   components(report), bias(report),
            walls(report),       repeats(report), slices(report),     mixUps(report),
            refused(report),     spreads(report), cases(report),      biasPoints(report)};
}

} // namespace forameter::report
