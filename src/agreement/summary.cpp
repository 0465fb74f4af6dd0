// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/summary.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "forameter/core/interrupted.hpp"
#include "forameter/geometry/compare.hpp"

namespace forameter::agreement {

namespace {

bool isFirst(const PreparedReading& r) {
    return r.isMain && r.occasion == 1 && !r.isReference;
}

Group kindOf(const anatomy::Cell& cell) {
    return {cell.structure, cell.quantity, std::nullopt, std::nullopt};
}

/// Each structure, then its sides, its levels, and both.
std::vector<Group> groupsOf(const Readings& readings) {
    std::set<Group> kinds;
    std::map<Group, std::set<Group>> parts;
    for (const PreparedReading& r : readings.all) {
        if (!isFirst(r)) continue;
        const anatomy::Cell& cell = r.key.cell;
        const Group kind = kindOf(cell);
        kinds.insert(kind);
        auto& of = parts[kind];
        of.insert({kind.structure, kind.quantity, cell.level, std::nullopt});
        if (!cell.side) continue;
        of.insert({kind.structure, kind.quantity, std::nullopt, cell.side});
        of.insert({kind.structure, kind.quantity, cell.level, cell.side});
    }
    std::vector<Group> groups;
    for (const Group& kind : kinds) {
        groups.push_back(kind);
        groups.insert(groups.end(), parts[kind].begin(), parts[kind].end());
    }
    return groups;
}

std::size_t raterNumber(const Readings& readings, const std::string& rater) {
    return static_cast<std::size_t>(std::ranges::lower_bound(readings.raters, rater) -
                                    readings.raters.begin());
}

/// First readings of a group as a table of what `value` says (none: a missing cell), one row per case; the
/// patient of each row.
template <class Value>
RatingTable tableOf(const Readings& readings, const Group& group, Value value,
                    std::vector<std::size_t>* patients = nullptr) {
    RatingTable table;
    table.raters = readings.raters;
    const CaseKey* last = nullptr;
    for (const PreparedReading& r : readings.all) {
        if (!isFirst(r) || !group.contains(r.key.cell)) continue;
        if (!last || *last != r.key) {
            last = &r.key;
            table.subjects.push_back(r.key.study.text() + " " + label(r.key.cell));
            table.rows.emplace_back(readings.raters.size());
            if (patients) patients->push_back(readings.patient.at(r.key.study));
        }
        table.rows.back()[raterNumber(readings, r.rater)] = value(r);
    }
    return table;
}

std::optional<double> areaOf(const PreparedReading& r) {
    return r.assessable && !r.identified ? std::optional(r.area.value()) : std::nullopt;
}

/// What the rater of `main` drew on that image in the same reading; null where nothing.
const PreparedReading* inProfile(const Readings& readings, const PreparedReading& main,
                                 const ImageId& image) {
    for (auto r = &main; r != readings.all.data() + readings.all.size(); ++r) {
        if (r != &main && r->isMain) break;
        if (r->image == image) return r;
    }
    return nullptr;
}

/// BCa interval of ICC(2,1), patients drawn with all their cases.
std::optional<Interval> bootstrapIcc(const RatingTable& table, const std::vector<std::size_t>& patients,
                                     const BootstrapOptions& options, const Watch& watch) {
    std::map<std::size_t, std::vector<std::vector<double>>> byPatient;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        std::vector<double> row;
        for (const auto& cell : table.rows[i])
            if (cell) row.push_back(*cell);
        if (row.size() == table.raters.size()) byPatient[patients[i]].push_back(std::move(row));
    }
    std::vector<const std::vector<std::vector<double>>*> clusters;
    for (const auto& [patient, rows] : byPatient)
        clusters.push_back(&rows);
    std::vector<std::vector<double>> rows;
    const auto statistic = [&](std::span<const std::size_t> drawn) -> std::optional<double> {
        std::size_t size = 0; // rows are kept from draw to draw: their memory is what takes time
        for (const std::size_t cluster : drawn)
            for (const auto& row : *clusters[cluster]) {
                if (size == rows.size()) rows.emplace_back();
                rows[size++] = row;
            }
        const auto ms = meanSquares(std::span(rows).first(size));
        return ms ? icc21(*ms) : std::nullopt;
    };
    const auto bootstrap = clusterBootstrap(clusters.size(), statistic, options, watch);
    return bootstrap ? bootstrap->bca : std::nullopt;
}

GroupAgreement groupAgreement(const Readings& readings, const Group& group, const SummaryOptions& options,
                              const Watch& watch) {
    GroupAgreement result;
    result.group = group;
    std::vector<std::size_t> patients;
    const RatingTable areas = tableOf(readings, group, areaOf, &patients);
    result.asChosen = reliability(areas, options.confidence);
    result.onOneImage = reliability(areaTable(readings, group, Images::ModalOnly), options.confidence);
    if (options.bootstrap > 0)
        result.iccInterval =
            bootstrapIcc(areas, patients, {options.bootstrap, options.seed, options.confidence}, watch);
    const RatingTable assessable = tableOf(
        readings, group, [](const PreparedReading& r) { return std::optional(r.assessable ? 1.0 : 0.0); });
    result.fleissAssessable = fleissKappa(assessable);
    result.alphaAssessable = krippendorffAlpha(assessable, Scale::Nominal);
    return result;
}

std::vector<PairAgreement> pairAgreements(const Readings& readings, const std::vector<PairComparison>& cases,
                                          double confidence) {
    struct Values {
        PairAgreement result;
        std::vector<double> a, b, dice, hd, hd95, assd;
        std::vector<std::size_t> patients; // of those on one image
    };
    std::map<std::tuple<Group, std::string, bool, std::string>, Values> found;
    for (const PairComparison& pair : cases) {
        const PreparedReading &a = readings.all[pair.a], &b = readings.all[pair.b];
        const Group group = kindOf(pair.key.cell);
        Values& values = found[{group, a.rater, b.isReference, b.rater}];
        values.result.group = group;
        values.result.raterA = a.rater;
        values.result.raterB = b.rater;
        if (pair.mixUp) {
            ++values.result.mixUps;
            continue;
        }
        ++values.result.cases;
        values.a.push_back(pair.areaA.value());
        values.b.push_back(pair.areaB.value());
        if (!pair.comparison) continue;
        ++values.result.onOneImage;
        values.dice.push_back(pair.comparison->dice);
        values.hd.push_back(pair.comparison->hd.value());
        values.hd95.push_back(pair.comparison->hd95.value());
        values.assd.push_back(pair.comparison->assd.value());
        values.patients.push_back(readings.patient.at(pair.key.study));
    }
    std::vector<PairAgreement> result;
    for (auto& [key, v] : found) {
        v.result.dice = clusteredMean(v.dice, v.patients, confidence);
        v.result.hd = clusteredMean(v.hd, v.patients, confidence);
        v.result.hd95 = clusteredMean(v.hd95, v.patients, confidence);
        v.result.assd = clusteredMean(v.assd, v.patients, confidence);
        v.result.areas = blandAltman(v.a, v.b, confidence);
        v.result.pearson = pearson(v.a, v.b);
        v.result.linConcordance = linConcordance(v.a, v.b);
        result.push_back(std::move(v.result));
    }
    return result;
}

std::vector<RaterRepeats> raterRepeats(const Readings& readings, double confidence) {
    struct Values {
        std::vector<std::vector<double>> areas;
        std::vector<double> dice, hd95;
        std::vector<std::size_t> patients;
    };
    std::map<std::pair<Group, std::string>, Values> found; // rater "" for all of them
    const auto& all = readings.all;
    for (std::size_t i = 0, j = 0; i < all.size(); i = j) {
        std::vector<const PreparedReading*> read; // by occasion
        for (; j < all.size() && all[j].key == all[i].key && all[j].rater == all[i].rater &&
               all[j].isReference == all[i].isReference;
             ++j)
            if (all[j].isMain && all[j].assessable && !all[j].identified) read.push_back(&all[j]);
        if (all[i].isReference || read.size() < 2) continue;
        std::vector<double> areas;
        for (const auto* r : read)
            areas.push_back(r->area.value());
        std::optional<geometry::Comparison> comparison;
        if (read[0]->image == read[1]->image) comparison = geometry::compare(read[0]->curve, read[1]->curve);
        for (const std::string& rater : {all[i].rater, std::string()}) {
            Values& values = found[{kindOf(all[i].key.cell), rater}];
            values.areas.push_back(areas);
            if (!comparison) continue;
            values.dice.push_back(comparison->dice);
            values.hd95.push_back(comparison->hd95.value());
            values.patients.push_back(readings.patient.at(all[i].key.study));
        }
    }
    std::vector<RaterRepeats> result;
    for (const auto& [key, values] : found) {
        const auto areas = repeatability(values.areas, confidence);
        if (!areas) continue;
        result.push_back({key.second.empty() ? "all" : key.second, key.first, *areas, values.dice.size(),
                          clusteredMean(values.dice, values.patients, confidence),
                          clusteredMean(values.hd95, values.patients, confidence)});
    }
    return result;
}

} // namespace

bool Group::contains(const anatomy::Cell& cell) const {
    return structure == cell.structure && quantity == cell.quantity && (!level || *level == cell.level) &&
           (!side || side == cell.side);
}

std::string label(const Group& group) {
    std::string text;
    if (group.structure == anatomy::Structure::NF)
        text = !group.side                       ? "foramina"
               : *group.side == anatomy::Side::R ? "right foramina"
                                                 : "left foramina";
    else
        text = "canal";
    if (group.level) text += " " + label(*group.level);
    if (group.quantity) text += " (" + label(*group.quantity) + ")";
    return text;
}

RatingTable areaTable(const Readings& readings, const Group& group, Images images) {
    if (images == Images::AsChosen) return tableOf(readings, group, areaOf);
    std::map<CaseKey, std::optional<ImageId>> modal;
    return tableOf(readings, group, [&](const PreparedReading& r) {
        auto found = modal.find(r.key);
        if (found == modal.end()) found = modal.emplace(r.key, modalImage(readings, r.key)).first;
        const auto* on = found->second ? inProfile(readings, r, *found->second) : nullptr;
        return on ? areaOf(*on) : std::nullopt;
    });
}

Result<Summary> summarise(const Readings& readings, const SummaryOptions& options, const Watch& watch) {
    Summary summary;
    auto pairs = comparePairs(readings, watch);
    if (!pairs) return tl::unexpected(pairs.error());
    summary.cases = *std::move(pairs);
    summary.spreads = caseSpreads(readings, summary.cases);
    const auto groups = groupsOf(readings);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        watch.report(i, groups.size(), "computing agreement");
        summary.groups.push_back(groupAgreement(readings, groups[i], options, watch));
        if (groups[i].level || groups[i].side) continue;
        std::optional<BootstrapOptions> bootstrap;
        if (options.bootstrap > 0) bootstrap = {options.bootstrap, options.seed, options.confidence};
        if (auto components = varianceComponents(areaReadings(readings, groups[i]), bootstrap, watch))
            summary.components.push_back({groups[i], *components});
    }
    summary.pairs = pairAgreements(readings, summary.cases, options.confidence);
    summary.bias = areaBias(readings, summary.cases);
    auto maps = biasMaps(readings, kBiasMapPositions, watch);
    if (!maps) return tl::unexpected(maps.error());
    summary.biasMaps = *std::move(maps);
    summary.repeats = raterRepeats(readings, options.confidence);
    summary.slices = sliceAgreement(readings, summary.cases);
    if (watch.cancelled()) return interrupted();
    return summary;
}

TableAgreement tableAgreement(const RatingTable& table, Scale scale, double confidence) {
    TableAgreement result;
    result.reliability = reliability(table, confidence);
    result.krippendorffAlpha = krippendorffAlpha(table, scale);
    const auto rows = completeRows(table);
    const bool areCategories =
        scale == Scale::Nominal || scale == Scale::Ordinal || std::ranges::all_of(rows, [](const auto& row) {
            return std::ranges::all_of(row, [](double value) { return value == std::round(value); });
        });
    if (areCategories) result.fleissKappa = fleissKappa(table);
    if (scale == Scale::Nominal) {
        result.reliability.icc = {};
        result.reliability.error.reset();
        return result;
    }
    if (table.raters.size() != 2) return result;
    std::vector<double> a, b;
    for (const auto& row : rows) {
        a.push_back(row[0]);
        b.push_back(row[1]);
    }
    result.blandAltman = blandAltman(a, b, confidence);
    result.pearson = pearson(a, b);
    result.linConcordance = linConcordance(a, b);
    return result;
}

} // namespace forameter::agreement
