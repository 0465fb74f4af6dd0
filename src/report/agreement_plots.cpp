// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "content.hpp"
#include "forameter/core/words.hpp"
#include "forameter/report/plots.hpp"
#include "group_labels.hpp"

namespace forameter::report {

namespace {

std::string withInterval(const agreement::Estimate& e, int decimals) {
    std::string out = printed(e.value, decimals);
    if (e.interval)
        out += " [" + printed(e.interval->low, decimals) + ", " + printed(e.interval->high, decimals) + "]";
    return out;
}

Plot nothing(std::string title, const std::string& why, const PlotStyle& style) {
    return {{.title = std::move(title), .description = why, .axes = false, .nothing = why}, style};
}

/// A row of a forest: the interval as a line with small ends, the value as a marker.
void addEstimate(std::vector<Mark>& marks, const agreement::Estimate& e, double y, const RaterMark& mark,
                 bool filled) {
    if (e.interval) {
        const Ink ink{.color = mark.color, .width = 1.4};
        marks.emplace_back(Line{e.interval->low, y, e.interval->high, y, ink});
        for (const double end : {e.interval->low, e.interval->high})
            marks.emplace_back(Line{end, y - 0.16, end, y + 0.16, ink});
    }
    marks.emplace_back(Dot{e.value, y, mark.marker, {.color = mark.color}, 8.0, filled});
}

/// Of sorted values; linear between neighbours (type 7 of Hyndman and Fan, Am Stat 50:361, 1996).
double quantile(const std::vector<double>& sorted, double share) {
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto i = static_cast<std::size_t>(at);
    if (i + 1 >= sorted.size()) return sorted.back();
    return sorted[i] + (at - static_cast<double>(i)) * (sorted[i + 1] - sorted[i]);
}

} // namespace

Plot blandAltmanPlot(std::span<const AreaPair> areas, const std::string& labelA, const std::string& labelB,
                     const PlotStyle& style, const std::string& given) {
    const std::string title = given.empty() ? labelA + " and " + labelB : given;
    std::vector<double> a, b;
    for (const AreaPair& pair : areas)
        a.push_back(pair.a), b.push_back(pair.b);
    const auto limits = agreement::blandAltman(a, b);
    if (!limits) return nothing(title, "Needs at least two cases that both have read.", style);

    double lowX = a[0], highX = a[0], lowY = limits->lowInterval.low, highY = limits->highInterval.high;
    Plot::Content content;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double mean = (a[i] + b[i]) / 2, difference = a[i] - b[i];
        lowX = std::min(lowX, mean), highX = std::max(highX, mean);
        lowY = std::min(lowY, difference), highY = std::max(highY, difference);
    }
    content.title = title;
    content.x = axisAround("Mean area (mm²)", lowX, highX);
    content.y = axisAround("Area " + labelA + " \u2212 " + labelB + " (mm²)", std::min(lowY, 0.0),
                           std::max(highY, 0.0));
    const Rgb limitColor = style.dark ? 0xe69f00 : 0xb36b00, biasColor = style.accent;
    const auto band = [&](const agreement::Interval& interval, Rgb color) {
        content.marks.emplace_back(
            Band{-kEdge, interval.low, kEdge, interval.high, {.color = color, .alpha = 0.16}});
    };
    band(limits->lowInterval, limitColor);
    band(limits->highInterval, limitColor);
    band(limits->biasInterval, biasColor);
    content.marks.emplace_back(Line{-kEdge, 0, kEdge, 0, {.color = style.quiet, .width = 0.8}});
    const auto line = [&](double y, Rgb color, std::vector<double> dash) {
        content.marks.emplace_back(
            Line{-kEdge, y, kEdge, y, {.color = color, .width = 1.4, .dash = std::move(dash)}});
        content.marks.emplace_back(Words{kEdge, y, printed(y, 1), Words::Align::Left, style.strong,
                                         0.5 * style.textSize, 0, 1.0, true});
    };
    line(limits->high, limitColor, {5, 3});
    line(limits->bias, biasColor, {});
    line(limits->low, limitColor, {5, 3});
    const RaterMark mark = raterMark(0, style);
    for (std::size_t i = 0; i < a.size(); ++i)
        content.marks.emplace_back(Dot{(a[i] + b[i]) / 2,
                                       a[i] - b[i],
                                       mark.marker,
                                       {.color = mark.color, .alpha = 0.8},
                                       5.5,
                                       a.size() <= 400});
    content.description = "Differences of " + counted(a.size(), "case") + ": bias " +
                          printed(limits->bias, 1) + " mm², limits of agreement " + printed(limits->low, 1) +
                          " to " + printed(limits->high, 1) + " mm².";
    content.note =
        "n = " + std::to_string(limits->n) + ". Bias, and bias \u00b1 1.96 SD; bands: 95 % intervals.";
    return {std::move(content), style};
}

Plot iccForest(std::span<const agreement::GroupAgreement> groups, const PlotStyle& style) {
    const std::string title = "Reliability of areas, ICC(2,1)";
    Plot::Content content;
    SideColumn values{"ICC [95 % CI]", {}}, cases{"cases", {}}, sem{"SEM mm²", {}};
    double low = 0.0;
    bool anyOneImage = false;
    const RaterMark chosen{style.accent, Marker::Circle, {}},
        one{style.dark ? 0x56b4e9u : 0x0072b2u, Marker::Diamond, {}};
    const auto row = [&](std::string label, bool heading) {
        content.y.categories.push_back({std::move(label), heading});
        for (SideColumn* column : {&values, &cases, &sem})
            column->texts.emplace_back();
        return static_cast<double>(content.y.categories.size()) - 1;
    };
    std::string structure;
    for (const auto& group : groups) {
        const auto& estimate = group.asChosen.icc.icc21;
        if (!estimate) continue;
        if (const std::string head = structureLabel(group.group); head != structure) {
            structure = head;
            row(head, true);
        }
        const double y = row(partLabel(group.group), false);
        const auto& other = group.onOneImage.icc.icc21;
        const bool both = other && group.onOneImage.subjects != group.asChosen.subjects;
        addEstimate(content.marks, *estimate, both ? y - 0.17 : y, chosen, true);
        if (both) addEstimate(content.marks, *other, y + 0.17, one, false);
        anyOneImage = anyOneImage || both;
        if (estimate->interval) low = std::min(low, estimate->interval->low);
        if (both && other->interval) low = std::min(low, other->interval->low);
        values.texts.back() = withInterval(*estimate, 2);
        cases.texts.back() = std::to_string(group.asChosen.subjects);
        if (group.asChosen.error) sem.texts.back() = printed(group.asChosen.error->semAgreement, 1);
    }
    if (content.y.categories.empty())
        return nothing(title, "Needs at least two cases that two raters have read.", style);
    content.title = title;
    content.x = {.title = "ICC(2,1), absolute agreement of a single rater",
                 .low = std::min(-0.02, std::floor(low * 10) / 10),
                 .high = 1.02};
    std::vector<Mark> limits; // Koo and Li, J Chiropr Med 15:155 (2016)
    for (const double limit : {0.5, 0.75, 0.9})
        limits.emplace_back(Line{
            limit, kEdge, limit, -kEdge, {.color = style.quiet, .width = 0.8, .alpha = 0.7, .dash = {2, 3}}});
    content.marks.insert(content.marks.begin(), limits.begin(), limits.end());
    const auto isGroup = [](const std::string& text) { return !text.empty(); }; // and no heading
    const auto rows = static_cast<std::size_t>(std::ranges::count_if(cases.texts, isGroup));
    content.description =
        "Intraclass correlation of areas in " + counted(rows, "row") + " by structure, level and side.";
    content.side = {std::move(values), std::move(cases), std::move(sem)};
    if (anyOneImage)
        content.legend = {{"slices as chosen", chosen.color, LegendEntry::Kind::Dot, chosen.marker, {}},
                          {"cases read on one image", one.color, LegendEntry::Kind::OpenDot, one.marker, {}}};
    content.note =
        "Dotted: 0.5, 0.75 and 0.9, the bounds of poor, moderate, good and excellent (Koo and Li 2016).";
    return {std::move(content), style};
}

Plot componentsPlot(std::span<const agreement::ComponentsOfGroup> components, const PlotStyle& style) {
    const std::string title = "What the error of one rater's area is made of";
    struct Part {
        const char* label;
        Rgb color;
        double (*variance)(const agreement::VarianceComponents&);
    };
    using Components = agreement::VarianceComponents;
    const Part parts[] = {
        {"rater", style.dark ? 0x56b4e9u : 0x0072b2u,
         [](const Components& c) { return c.rater ? c.rater->variance : 0.0; }},
        {"choice of slice", 0xe69f00, [](const Components& c) { return c.slice.variance; }},
        {"level or side label", 0xd55e00, [](const Components& c) { return c.levelLabel.variance; }},
        {"delineation", 0x009e73, [](const Components& c) { return c.delineation.variance; }},
        {"residual", style.dark ? 0x8a97a3u : 0x9aa4adu,
         [](const Components& c) { return c.residual ? c.residual->variance : 0.0; }}};
    Plot::Content content;
    std::set<std::string> present;
    SideColumn sd{"error SD", {}}, cases{"between cases SD", {}};
    for (const auto& [group, c] : components) {
        const double error = c.error();
        if (!(error > 0.0)) continue;
        const auto y = static_cast<double>(content.y.categories.size());
        content.y.categories.push_back({structureLabel(group), false});
        double from = 0.0;
        for (const Part& part : parts) {
            const double share = 100.0 * part.variance(c) / error;
            if (share <= 0.0) continue;
            present.insert(part.label);
            content.marks.emplace_back(Band{from, y - 0.36, from + share, y + 0.36, {.color = part.color}});
            if (share >= 6.0)
                content.marks.emplace_back(Words{from + share / 2, y, printed(share, 0) + " %",
                                                 Words::Align::Centre, 0x000000, 0, 0, 0.95, true});
            from += share;
        }
        sd.texts.push_back(printed(std::sqrt(error), 1) + " mm²");
        const double between = (c.patient ? c.patient->variance : 0.0) + (c.cell ? c.cell->variance : 0.0);
        cases.texts.push_back(printed(std::sqrt(between), 1) + " mm²");
    }
    if (content.y.categories.empty()) return nothing(title, "Needs cases that two raters have read.", style);
    content.title = title;
    content.x = {.title = "Share of the error's variance (%)", .low = 0, .high = 100};
    content.side = {std::move(sd), std::move(cases)};
    for (const Part& part : parts)
        if (present.contains(part.label))
            content.legend.push_back({part.label, part.color, LegendEntry::Kind::Swatch, Marker::Circle, {}});
    content.description =
        "Variance components of the area for " + counted(content.y.categories.size(), "structure") + ".";
    return {std::move(content), style};
}

Plot areaSpreadPlot(const agreement::Readings& readings, const agreement::Group& group, const Raters& raters,
                    const PlotStyle& style) {
    const std::string title = "Areas of each case, " + agreement::label(group);
    struct Case {
        agreement::CaseKey key;
        std::vector<std::pair<std::string, double>> areas;
        double mean = 0.0;
    };
    std::vector<Case> cases;
    for (const auto& reading : readings.all) {
        if (reading.isReference || reading.occasion != 1 || !reading.isMain || !reading.assessable) continue;
        if (reading.identified || !group.contains(reading.key.cell)) continue;
        if (cases.empty() || cases.back().key != reading.key) cases.push_back({reading.key, {}, 0.0});
        cases.back().areas.emplace_back(reading.rater, reading.area.value());
    }
    std::erase_if(cases, [](const Case& c) { return c.areas.size() < 2; });
    if (cases.empty()) return nothing(title, "Needs cases that two raters have read.", style);
    for (Case& c : cases) {
        for (const auto& [rater, area] : c.areas)
            c.mean += area / static_cast<double>(c.areas.size());
    }
    std::ranges::sort(cases, {}, &Case::mean);
    Plot::Content content;
    double lowest = cases[0].areas[0].second, highest = lowest;
    const double size = std::clamp(260.0 / static_cast<double>(cases.size()), 3.0, 8.0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto x = static_cast<double>(i) + 1;
        const auto [low, high] =
            std::ranges::minmax_element(cases[i].areas, {}, [](const auto& a) { return a.second; });
        content.marks.emplace_back(
            Line{x, low->second, x, high->second, {.color = style.quiet, .width = 1.0, .alpha = 0.7}});
        lowest = std::min(lowest, low->second), highest = std::max(highest, high->second);
        for (const auto& [rater, area] : cases[i].areas) {
            const RaterMark mark = raters.mark(rater, style);
            content.marks.emplace_back(
                Dot{x, area, mark.marker, {.color = mark.color, .alpha = 0.9}, size, true});
        }
    }
    content.title = title;
    content.x = {.title = "Cases by mean area",
                 .low = 0.0,
                 .high = static_cast<double>(cases.size()) + 1,
                 .whole = true};
    content.y = axisAround("Area (mm²)", lowest, highest);
    content.height = 0.45;
    for (const std::string& name : raters.names()) {
        const RaterMark mark = raters.mark(name, style);
        content.legend.push_back({raters.label(name), mark.color, LegendEntry::Kind::Dot, mark.marker, {}});
    }
    content.description =
        "Areas by every rater in " + counted(cases.size(), "case") + " of " + agreement::label(group) + ".";
    return {std::move(content), style};
}

Plot areaBiasPlot(std::span<const agreement::AreaBias> bias, const Raters& raters, const PlotStyle& style) {
    const std::string title = "Who draws larger or smaller";
    Plot::Content content;
    SideColumn values{"bias [95 % CI] mm²", {}}, percent{"%", {}}, cases{"cases", {}};
    double low = 0.0, high = 0.0;
    std::string structure;
    const auto row = [&](std::string label, bool heading) {
        content.y.categories.push_back({std::move(label), heading});
        for (SideColumn* column : {&values, &percent, &cases})
            column->texts.emplace_back();
        return static_cast<double>(content.y.categories.size()) - 1;
    };
    std::vector<agreement::AreaBias> ordered(bias.begin(), bias.end()); // a reference's rows stand together
    std::ranges::stable_sort(ordered, {}, [](const agreement::AreaBias& one) {
        return std::tuple(one.structure, one.quantity, one.against == "others", one.against);
    });
    for (const auto& one : ordered) {
        std::string head = structureLabel({one.structure, one.quantity, {}, {}});
        head += " against the " + referenceLabel(one.against);
        if (head != structure) row(structure = head, true);
        const double y = row(raters.label(one.rater), false);
        addEstimate(content.marks, one.bias, y, raters.mark(one.rater, style), true);
        low = std::min({low, one.bias.value, one.bias.interval ? one.bias.interval->low : 0.0});
        high = std::max({high, one.bias.value, one.bias.interval ? one.bias.interval->high : 0.0});
        values.texts.back() = withInterval(one.bias, 1);
        percent.texts.back() = printed(100.0 * one.relative.value, 1);
        cases.texts.back() = std::to_string(one.cases);
    }
    if (content.y.categories.empty())
        return nothing(title, "Needs cases that were read by several raters on one image.", style);
    content.title = title;
    content.x = axisAround("Signed error of the area (mm²)", low, high, 0.08);
    content.marks.insert(content.marks.begin(),
                         Line{0, kEdge, 0, -kEdge, {.color = style.quiet, .width = 1.2}});
    content.side = {std::move(values), std::move(percent), std::move(cases)};
    content.description = "Mean signed error of the areas of " +
                          counted(bias.size(), "rater and structure", "raters and structures") + ".";
    return {std::move(content), style};
}

std::vector<Distribution> overlapByLevel(const agreement::Readings& readings,
                                         std::span<const agreement::PairComparison> cases,
                                         const agreement::Group& group, Overlap measure) {
    std::map<anatomy::Level, std::vector<double>> byLevel;
    for (const auto& pair : cases) {
        const bool ofRaters = !readings.all[pair.a].isReference && !readings.all[pair.b].isReference;
        if (!ofRaters || pair.mixUp || !pair.comparison || !group.contains(pair.key.cell)) continue;
        const auto& c = *pair.comparison;
        byLevel[pair.key.cell.level].push_back(measure == Overlap::Dice   ? c.dice
                                               : measure == Overlap::Hd95 ? c.hd95.value()
                                                                          : c.assd.value());
    }
    std::vector<Distribution> out;
    for (auto& [level, values] : byLevel)
        out.push_back({anatomy::label(level), std::move(values)});
    return out;
}

Plot overlapPlot(std::span<const Distribution> distributions, Overlap measure, const PlotStyle& style,
                 const std::string& of) {
    const bool dice = measure == Overlap::Dice;
    const std::string what = dice ? "Dice" : measure == Overlap::Hd95 ? "HD95 (mm)" : "ASSD (mm)";
    const std::string title =
        (of.empty() ? "" : of + ": ") + (dice                       ? "overlap of two raters"
                                         : measure == Overlap::Hd95 ? "HD95 of two raters"
                                                                    : "ASSD of two raters");
    Plot::Content content;
    double low = 1e300, high = -1e300;
    const Rgb color = style.dark ? 0x56b4e9 : 0x0072b2;
    std::size_t total = 0;
    for (const Distribution& one : distributions) {
        if (one.values.empty()) continue;
        std::vector<double> sorted = one.values;
        std::ranges::sort(sorted);
        total += sorted.size();
        low = std::min(low, sorted.front()), high = std::max(high, sorted.back());
        const auto x = static_cast<double>(content.x.categories.size());
        content.x.categories.push_back({one.label, false});
        const double q1 = quantile(sorted, 0.25), q2 = quantile(sorted, 0.5), q3 = quantile(sorted, 0.75);
        const double reach = 1.5 * (q3 - q1);
        const double last = *(std::ranges::upper_bound(sorted, q3 + reach) - 1);
        const double first = *std::ranges::lower_bound(sorted, q1 - reach);
        // Points beside the box, spread by the golden ratio so that equal values do not hide each other.
        double phase = 0.5;
        for (const double value : one.values) {
            phase = std::fmod(phase + 0.6180339887498949, 1.0);
            content.marks.emplace_back(Dot{
                x - 0.32 + 0.24 * phase, value, Marker::Circle, {.color = color, .alpha = 0.35}, 3.6, true});
        }
        const Ink ink{.color = style.text, .width = 1.1};
        content.marks.emplace_back(Band{x + 0.02, q1, x + 0.34, q3, {.color = color, .alpha = 0.28}});
        content.marks.emplace_back(
            Outline{{{x + 0.02, q1}, {x + 0.34, q1}, {x + 0.34, q3}, {x + 0.02, q3}}, ink, {.alpha = 0}});
        content.marks.emplace_back(Line{x + 0.02, q2, x + 0.34, q2, {.color = style.strong, .width = 2.2}});
        content.marks.emplace_back(Line{x + 0.18, q3, x + 0.18, last, ink});
        content.marks.emplace_back(Line{x + 0.18, q1, x + 0.18, first, ink});
    }
    if (total == 0) return nothing(title, "Needs cases that two raters have read on one image.", style);
    content.title = title;
    content.y = axisAround(what, dice ? low : 0.0, dice ? 1.0 : high, dice ? 0.03 : 0.06);
    if (!dice) content.y.low = 0.0;
    content.height = 0.55;
    content.description = what + " of " + counted(total, "pair") + " of contours, by level.";
    content.note =
        std::to_string(total) + " pairs on one image. Boxes: median and quartiles; whiskers within 1.5 IQR.";
    return {std::move(content), style};
}

} // namespace forameter::report
