// SPDX-License-Identifier: Apache-2.0
#include "sections.hpp"

#include <algorithm>
#include <set>

#include "forameter/agreement/consensus.hpp"
#include "forameter/core/words.hpp"
#include "forameter/geometry/measure.hpp"
#include "group_labels.hpp"

namespace forameter::report {

using agreement::Group;

namespace {

constexpr std::size_t kMostLimitsPlots = 6; ///< of a structure; further pairs are in the table

/// The structures (and quantities) that were read.
std::vector<Group> structures(const AgreementReport& report) {
    std::set<Group> all;
    for (const auto& reading : report.readings.all)
        all.insert(Group{reading.key.cell.structure, reading.key.cell.quantity, {}, {}});
    return {all.begin(), all.end()};
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::vector<AreaPair> areasOf(const AgreementReport& report, const agreement::PairAgreement& pair) {
    std::vector<AreaPair> out;
    for (const auto& one : report.summary.cases) {
        if (one.mixUp || !pair.group.contains(one.key.cell)) continue;
        if (report.readings.all[one.a].rater != pair.raterA ||
            report.readings.all[one.b].rater != pair.raterB)
            continue;
        out.push_back({one.areaA.value(), one.areaB.value()});
    }
    return out;
}

} // namespace

Raters AgreementReport::raters() const {
    return {readings.raters, readings.references, names};
}

std::vector<std::pair<std::string, std::string>> headFacts(const AgreementReport& report) {
    std::set<std::string> studies;
    std::set<agreement::CaseKey> cases;
    std::size_t contours = 0;
    for (const auto& reading : report.readings.all) {
        studies.insert(reading.key.study.text());
        if (reading.isReference) continue;
        cases.insert(reading.key);
        contours += reading.assessable ? 1 : 0;
    }
    std::vector<std::string> names, measured;
    const Raters raters = report.raters();
    for (const std::string& name : raters.names())
        names.push_back(raters.label(name));
    for (const Group& group : structures(report))
        measured.push_back(agreement::label(group));
    std::vector<std::pair<std::string, std::string>> facts{
        {"Measured", "Area (mm²) and outline of " + joined(measured)},
        {"Raters", std::to_string(names.size()) + ": " + joined(names) +
                       (report.names == Names::Letters ? " (names hidden)" : "")},
        {"Data", counted(report.readings.patients, "patient") + ", " +
                     counted(studies.size(), "study", "studies") + ", " + counted(cases.size(), "case") +
                     " (level and side), " + counted(contours, "contour")}};
    std::vector<std::string> references;
    for (const std::string& name : raters.references())
        references.push_back(raters.label(name));
    if (!references.empty()) facts.emplace_back("References", joined(references));
    if (report.phantom) facts.emplace_back("Images", "Simulated (phantom), no patients");
    facts.insert(facts.end(), report.facts.begin(), report.facts.end());
    facts.emplace_back("Made", toIso8601(report.made).substr(0, 16).replace(10, 1, " ") +
                                   " UTC by Forameter " + report.version);
    if (!report.auditHead.empty()) facts.emplace_back("Audit head", report.auditHead);
    return facts;
}

std::vector<std::string> methods() {
    return {
        "Areas are those of the exact curves (Green's theorem, area algorithm " +
            std::to_string(geometry::kAreaAlgorithmVersion) +
            "); distances between curves are exact, weighted by length.",
        ("ICC with intervals: Shrout and Fleiss 1979, McGraw and Wong 1996. SEM and minimal detectable "
         "change: de Vet et al. 2006."),
        ("Limits of agreement with intervals: Bland and Altman 1986, 1999. Repeatability: Bland and Altman "
         "1999."),
        "Variance components from half squared differences of pairs of readings (Koch 1967).",
        "Intervals of means are cluster-robust by patient (Liang and Zeger 1986), bootstraps draw patients.",
        "Bias maps: signed distance from the reference's boundary to the rater's at " +
            std::to_string(agreement::kBiasMapPositions) +
            " places of the wall, left foramina mirrored onto right ones.",
        "Consensus: algorithm " + std::to_string(agreement::kConsensusAlgorithmVersion) +
            " (majority; STAPLE, Warfield et al. 2004; mean shape).",
        ("Contours on another level or side than named are found by overlap, listed, and left out of every "
         "mean.")};
}

std::string footLine(const AgreementReport& report) {
    return std::string(kResearchUse) + (report.phantom ? ". Phantom results: simulated images" : "") + ".";
}

std::vector<Section> sections(const AgreementReport& report, const PlotStyle& style) {
    const Raters raters = report.raters();
    const auto& summary = report.summary;
    auto all = tables(report);
    const auto take = [&](const char* id) -> std::vector<Table> {
        const auto found = std::ranges::find(all, id, &Table::id);
        if (found->rows.empty()) return {};
        return {std::move(*found)};
    };
    std::vector<Section> out;
    const auto section = [&](std::string heading, std::string text) -> Section& {
        auto& added = out.emplace_back();
        added.heading = std::move(heading);
        added.text = std::move(text);
        return added;
    };

    auto& reliability = section("Reliability of areas", "");
    reliability.plots.push_back(iccForest(summary.groups, style));
    reliability.tables = take("reliability");

    auto& sources = section("Where differences come from", "");
    sources.plots.push_back(componentsPlot(summary.components, style));
    sources.tables = take("variance_components");
    for (Table& table : take("slice_choice"))
        sources.tables.push_back(std::move(table));

    auto& bias = section("Systematic differences between raters", "");
    bias.plots.push_back(areaBiasPlot(summary.bias, raters, style));
    bias.tables = take("area_bias");

    if (!summary.biasMaps.empty()) {
        auto& maps = section("Where on the wall", "");
        for (const Group& group : structures(report))
            for (const auto& of : biasMapsOf(summary, group))
                maps.plots.push_back(biasMapPlot(of, raters, style));
    }

    auto& spread = section("Areas of single cases", "");
    for (const Group& group : structures(report))
        spread.plots.push_back(areaSpreadPlot(report.readings, group, raters, style));

    auto& overlap = section("Outlines", "");
    overlap.across = 2;
    for (const Group& group : structures(report))
        for (const Overlap measure : {Overlap::Dice, Overlap::Hd95}) {
            const auto values = overlapByLevel(report.readings, summary.cases, group, measure);
            overlap.plots.push_back(overlapPlot(values, measure, style, structureLabel(group)));
        }
    overlap.tables = take("pairs");

    auto& limits = section("Limits of agreement", "");
    limits.across = 2;
    std::size_t left = 0;
    for (const Group& group : structures(report)) { // pairs of raters come before those with a reference
        std::size_t drawn = 0;
        std::vector<agreement::PairAgreement> ordered = summary.pairs;
        std::ranges::stable_partition(ordered, [&](const auto& pair) {
            return !raters.isReference(pair.raterA) && !raters.isReference(pair.raterB);
        });
        for (const auto& pair : ordered) {
            if (pair.group != group || !pair.areas) continue;
            if (drawn++ >= kMostLimitsPlots) {
                ++left;
                continue;
            }
            const std::string a = raters.label(pair.raterA), b = raters.label(pair.raterB);
            limits.plots.push_back(blandAltmanPlot(areasOf(report, pair), a, b, style,
                                                   structureLabel(group) + ": " + a + " and " + b));
        }
    }
    if (left > 0)
        limits.text = "Further pairs, " + std::to_string(left) + " of them, are in the table of pairs.";
    if (limits.plots.empty()) out.pop_back();

    for (const char* id : {"repeats", "mix_ups", "not_measured"})
        if (auto tables = take(id); !tables.empty()) {
            auto& added = section(tables.front().title, "");
            tables.front().title.clear();
            added.tables = std::move(tables);
        }
    std::string text;
    for (const std::string& method : methods())
        text += (text.empty() ? "" : "\n") + method;
    section("Methods", text);
    return out;
}

} // namespace forameter::report
