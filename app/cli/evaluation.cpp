// SPDX-License-Identifier: Apache-2.0
#include "evaluation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

#include "forameter/core/words.hpp"
#include "json.hpp"

namespace forameter::cli {

using anatomy::Structure;

namespace {

using Key = std::function<std::string(const EvaluatedCase&)>;

/// By how narrow the structure is: thirds of foramina as drawn, sacs and canals by the usual cut-offs (100
/// and 130 mm²; Bolender 1985).
std::string severityOf(const EvaluatedCase& one) {
    const bool foramen = one.cell.structure == Structure::NF;
    const double severe = foramen ? 70.0 : 100.0, moderate = foramen ? 100.0 : 130.0;
    return one.trueArea < severe ? "narrow" : one.trueArea < moderate ? "medium" : "wide";
}

const std::vector<std::pair<std::string, Key>>& groupings() {
    static const std::vector<std::pair<std::string, Key>> all{
        {"level", [](const EvaluatedCase& c) { return std::string(anatomy::name(c.cell.level)); }},
        {"side",
         [](const EvaluatedCase& c) {
             return c.cell.side ? std::string(anatomy::name(*c.cell.side)) : std::string();
         }},
        {"severity", severityOf},
        {"sequence",
         [](const EvaluatedCase& c) {
             return c.weighting ? std::string(name(*c.weighting)) : std::string();
         }},
        {"scanner", [](const EvaluatedCase& c) { return c.scanner; }}};
    return all;
}

constexpr std::array kKinds{Kind::Foramen, Kind::DuralSac, Kind::Canal};

std::vector<const EvaluatedCase*> of(const Evaluation& evaluation, Kind kind) {
    std::vector<const EvaluatedCase*> some;
    for (const EvaluatedCase& one : evaluation.cases)
        if (kindOf(one.cell) == kind) some.push_back(&one);
    return some;
}

Json summaryJson(const Summary& s) {
    return {{"cases", s.cases},
            {"proposed", s.proposed},
            {"dice_cases", s.diceCases},
            {"dice", orNull(s.dice)},
            {"dice_p10", orNull(s.diceP10)},
            {"area_mae_mm2", orNull(s.areaError)},
            {"area_bias_mm2", orNull(s.areaBias)},
            {"area_relative_error", orNull(s.relativeError)},
            {"interval_coverage", orNull(s.coverage)},
            {"failures", orNull(s.failures)},
            {"failures_or_missing", orNull(s.failuresOrMissing)},
            {"failure_auroc", orNull(s.failureAuroc)}};
}

/// Every group of every grouping that divides the cases.
template <class Take>
void forGroups(const std::vector<const EvaluatedCase*>& cases, Take take) {
    for (const auto& [what, key] : groupings()) {
        std::map<std::string, std::vector<const EvaluatedCase*>> groups;
        for (const EvaluatedCase* one : cases)
            groups[key(*one)].push_back(one);
        groups.erase("");
        for (const auto& [value, some] : groups)
            take(what, value, summaryOf(some));
    }
}

std::string line(const std::string& what, const Summary& s) {
    const auto number = [](std::optional<double> v, const char* format) {
        char text[32];
        if (!v) return std::string("-");
        std::snprintf(text, sizeof text, format, *v);
        return std::string(text);
    };
    std::string text = what;
    text.resize(std::max<std::size_t>(text.size(), 30), ' ');
    return text + number(static_cast<double>(s.proposed), "%4.0f") + " of " +
           number(static_cast<double>(s.cases), "%-4.0f") + "  Dice " + number(s.dice, "%.3f") + " (p10 " +
           number(s.diceP10, "%.3f") + ")  area error " + number(s.areaError, "%.1f") + " mm² (bias " +
           number(s.areaBias, "%+.1f") + ")  in interval " + number(s.coverage, "%.2f") +
           "  off by 20 % or missing " + number(s.failuresOrMissing, "%.2f") + "  AUROC " +
           number(s.failureAuroc, "%.2f") + "\n";
}

} // namespace

std::optional<Kind> kindOf(const anatomy::Cell& cell) {
    if (cell.structure == Structure::NF) return Kind::Foramen;
    if (cell.quantity == anatomy::Quantity::BonyCanal) return std::nullopt;
    return cell.quantity == anatomy::Quantity::Canal ? Kind::Canal : Kind::DuralSac;
}

std::string_view name(Kind kind) noexcept {
    switch (kind) {
    case Kind::Foramen:
        return "NF";
    case Kind::DuralSac:
        return "CC";
    case Kind::Canal:
        return "CC canal";
    }
    return "";
}

std::optional<double> auroc(const std::vector<std::pair<double, bool>>& scored) {
    double events = 0.0, wins = 0.0, others = 0.0;
    for (const auto& [score, event] : scored) {
        (event ? events : others) += 1.0;
        if (!event) continue;
        for (const auto& [other, otherEvent] : scored)
            if (!otherEvent) wins += score > other ? 1.0 : score == other ? 0.5 : 0.0;
    }
    if (events == 0.0 || others == 0.0) return std::nullopt;
    return wins / (events * others);
}

Summary summaryOf(const std::vector<const EvaluatedCase*>& cases) {
    Summary s;
    s.cases = cases.size();
    std::vector<double> dice;
    std::vector<std::pair<double, bool>> scored;
    double error = 0.0, bias = 0.0, relative = 0.0, covered = 0.0, failures = 0.0;
    for (const EvaluatedCase* one : cases) {
        if (!one->area) continue;
        ++s.proposed;
        if (one->dice) dice.push_back(*one->dice);
        const double off = *one->area - one->trueArea;
        error += std::abs(off);
        bias += off;
        relative += std::abs(off) / one->trueArea;
        covered += one->trueArea >= one->low && one->trueArea <= one->high;
        const bool failed = std::abs(off) > proposal::kFailedArea * one->trueArea;
        failures += failed;
        scored.emplace_back(one->failure, failed);
    }
    if (s.cases > 0)
        s.failuresOrMissing =
            (failures + static_cast<double>(s.cases - s.proposed)) / static_cast<double>(s.cases);
    if (s.proposed == 0) return s;
    const auto n = static_cast<double>(s.proposed);
    s.areaError = error / n;
    s.areaBias = bias / n;
    s.relativeError = relative / n;
    s.coverage = covered / n;
    s.failures = failures / n;
    s.failureAuroc = auroc(scored);
    if (dice.empty()) return s;
    s.diceCases = dice.size();
    std::ranges::sort(dice);
    double sum = 0.0;
    for (const double d : dice)
        sum += d;
    s.dice = sum / static_cast<double>(dice.size());
    s.diceP10 = dice[static_cast<std::size_t>(0.1 * static_cast<double>(dice.size()))];
    return s;
}

Json toJson(const Evaluation& evaluation) {
    Json cases = Json::array(), groups = Json::array(), summary = Json::object();
    for (const EvaluatedCase& one : evaluation.cases) {
        Json object{{"study_uid", one.study}};
        addCell(object, one.cell);
        object["area_true_mm2"] = one.trueArea;
        object["area_mm2"] = orNull(one.area);
        object["dice"] = orNull(one.dice);
        object["same_image"] = one.area ? Json(one.sameImage) : Json(nullptr);
        object["weighting"] = nameOrNull(one.weighting);
        object["scanner"] = orNull(one.scanner);
        object["confidence"] = one.area ? Json(one.confidence) : Json(nullptr);
        object["area_interval_mm2"] = one.area ? Json({one.low, one.high}) : Json(nullptr);
        object["failure_probability"] = one.area ? Json(one.failure) : Json(nullptr);
        object["doubtful"] = one.area ? Json(one.doubtful) : Json(nullptr);
        object["withheld"] = orNull(one.withheld);
        cases.push_back(std::move(object));
    }
    for (const Kind kind : kKinds) {
        const auto some = of(evaluation, kind);
        if (some.empty()) continue;
        const std::string key(name(kind));
        summary[key] = summaryJson(summaryOf(some));
        forGroups(some, [&](const std::string& what, const std::string& value, const Summary& s) {
            const anatomy::Cell& cell = some.front()->cell;
            Json group{{"structure", std::string(anatomy::name(cell.structure))},
                       {"quantity", nameOrNull(cell.quantity)},
                       {"by", what},
                       {"value", value}};
            group.update(summaryJson(s));
            groups.push_back(std::move(group));
        });
    }
    return {{"studies", evaluation.studies},
            {"missing_studies", evaluation.missing},
            {"repeats_left_out", evaluation.repeats},
            {"summary", summary},
            {"groups", groups},
            {"levels",
             {{"studies", evaluation.levels.studies},
              {"studies_right", evaluation.levels.studiesRight},
              {"vertebrae", evaluation.levels.vertebrae},
              {"right", evaluation.levels.right}}},
            {"seconds", evaluation.seconds},
            {"seconds_levels", evaluation.levelSeconds},
            {"cases", cases}};
}

Table caseTable(const Evaluation& evaluation) {
    Table table{{"study_uid", "structure", "level", "side", "quantity", "area_true_mm2", "area_mm2", "dice",
                 "same_image", "weighting", "scanner", "confidence", "low_mm2", "high_mm2",
                 "failure_probability", "doubtful", "withheld"},
                {}};
    for (const EvaluatedCase& one : evaluation.cases) {
        const auto ifMade = [&](auto value) { return one.area ? Json(value) : Json(nullptr); };
        table.rows.push_back({one.study, std::string(anatomy::name(one.cell.structure)),
                              std::string(anatomy::name(one.cell.level)), nameOrNull(one.cell.side),
                              nameOrNull(one.cell.quantity), one.trueArea, orNull(one.area), orNull(one.dice),
                              ifMade(one.sameImage), nameOrNull(one.weighting), orNull(one.scanner),
                              ifMade(one.confidence), ifMade(one.low), ifMade(one.high), ifMade(one.failure),
                              ifMade(one.doubtful), orNull(one.withheld)});
    }
    return table;
}

std::string summaryText(const Evaluation& evaluation) {
    std::string text = counted(evaluation.studies, "study", "studies") + ", " +
                       counted(evaluation.cases.size(), "contour") + " of the truth\n";
    for (const Kind kind : kKinds) {
        const auto some = of(evaluation, kind);
        if (some.empty()) continue;
        text += line(std::string(name(kind)), summaryOf(some));
        forGroups(some, [&](const std::string& what, const std::string& value, const Summary& s) {
            text += line("  " + what + " " + value, s);
        });
    }
    if (evaluation.levels.studies > 0)
        text += "levels: all right in " + std::to_string(evaluation.levels.studiesRight) + " of " +
                counted(evaluation.levels.studies, "study", "studies") + ", " +
                std::to_string(evaluation.levels.right) + " of " +
                counted(evaluation.levels.vertebrae, "vertebra", "vertebrae") + "\n";
    char seconds[96];
    std::snprintf(seconds, sizeof seconds, "%.2f s per study for contours, %.2f s for levels\n",
                  evaluation.seconds / std::max<double>(1.0, static_cast<double>(evaluation.studies)),
                  evaluation.levelSeconds / std::max<double>(1.0, static_cast<double>(evaluation.studies)));
    return text + seconds + "Research use only, not for diagnosis.\n";
}

} // namespace forameter::cli
