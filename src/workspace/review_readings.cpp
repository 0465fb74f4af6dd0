// SPDX-License-Identifier: Apache-2.0
#include "review_readings.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "forameter/agreement/comparisons.hpp"
#include "forameter/store/image_planes.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "study_parts.hpp"

namespace forameter::workspace {

using agreement::CaseKey;

namespace {

/// What the areas alone say of one cell.
std::optional<ReviewEntry> entryOf(const CaseKey& key,
                                   const std::vector<const store::StoredContour*>& drawn) {
    ReviewEntry entry{.study = key.study, .cell = key.cell};
    std::set<std::string> raters, doubters;
    std::set<ImageId> images;
    std::vector<double> areas;
    for (const auto* stored : drawn) {
        if (!stored->contour.assessable) {
            doubters.insert(stored->contour.rater);
        } else if (raters.insert(stored->contour.rater).second) {
            images.insert(stored->contour.image);
            if (stored->measurement) areas.push_back(stored->measurement->area.value());
        }
    }
    entry.raters = raters.size();
    entry.notAssessable = doubters.size();
    entry.images = images.size();
    for (const auto& rater : raters)
        doubters.erase(rater);
    if (raters.size() + doubters.size() < 2) return std::nullopt;
    if (areas.size() > 1) {
        const auto [low, high] = std::ranges::minmax(areas);
        entry.spread = SquareMillimetres(high - low);
        double mean = 0.0, square = 0.0;
        for (const double area : areas)
            mean += area / static_cast<double>(areas.size());
        for (const double area : areas)
            square += (area - mean) * (area - mean) / static_cast<double>(areas.size() - 1);
        if (mean > 0) entry.relative = std::sqrt(square) / mean;
    }
    return entry;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const auto n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

} // namespace

Result<ReviewReadings> readForReview(const store::Store& store, const std::string& round,
                                     const Watch& watch) {
    ReviewReadings readings;
    std::map<store::AssignmentId, int> occasions;
    if (!round.empty()) {
        const store::RoundRepository rounds(store);
        const auto found = rounds.find(round);
        if (!found) return tl::unexpected(found.error());
        readings.seed = found->plan.seed;
        auto counting = rounds.occasions(round);
        if (!counting) return tl::unexpected(counting.error());
        occasions = *std::move(counting);
    }
    store::ContourFilter filter;
    if (!round.empty()) filter.round = round;
    auto all = store::ContourRepository(store).current(filter);
    if (!all) return tl::unexpected(all.error());
    if (watch.cancelled()) return fail(ErrorCode::Cancelled, "Reading the contours was cancelled.");

    std::map<CaseKey, std::vector<const store::StoredContour*>> cases;
    for (auto& stored : *all) {
        if (!protocol::byHand(stored.contour.source)) continue;
        int occasion = 1;
        if (round.empty()) {
            if (stored.reading) continue;
        } else {
            const auto known = stored.reading ? occasions.find(*stored.reading) : occasions.end();
            if (known == occasions.end()) continue;
            occasion = known->second;
        }
        readings.contours.push_back(std::move(stored));
        readings.occasions.push_back(occasion);
    }
    readings.anybody = !readings.contours.empty();
    for (std::size_t i = 0; i < readings.contours.size(); ++i) {
        const auto& contour = readings.contours[i].contour;
        auto& range = readings.studies.try_emplace(contour.study, std::pair{i, i}).first->second;
        range.second = i + 1;
        if (readings.occasions[i] == 1) cases[{contour.study, contour.cell}].push_back(&readings.contours[i]);
    }
    const auto page = store::StudyRepository(store).list();
    if (!page) return tl::unexpected(page.error());
    std::map<StudyUid, std::string> titles;
    for (const auto& study : page->studies) {
        if (!readings.studies.contains(study.uid)) continue;
        titles[study.uid] = studyTitle(study.patientId, study.uid);
        if (!study.patientId.empty()) readings.patients[study.uid] = study.patientId;
        readings.phantom = readings.phantom || store::isPhantom(study.patientId);
    }
    for (const auto& [key, drawn] : cases) {
        auto entry = entryOf(key, drawn);
        if (!entry) continue;
        entry->title = titles[key.study];
        readings.entries.push_back(std::move(*entry));
    }
    return readings;
}

agreement::ReadingsInput statisticsInput(const store::Store& store, const ReviewReadings& readings,
                                         const std::vector<StudyUid>& studies) {
    agreement::ReadingsInput input;
    input.patients = readings.patients;
    for (const auto& uid : studies) {
        const auto range = readings.studies.at(uid);
        std::set<ImageId> used;
        for (std::size_t i = range.first; i < range.second; ++i) {
            input.readings.push_back({readings.contours[i].contour, readings.occasions[i]});
            used.insert(readings.contours[i].contour.image);
        }
        const auto study = store::StudyRepository(store).find(uid);
        if (study) store::addPlanes(*study, used, input.planes); // else they are fitted to the contours
    }
    return input;
}

void sortForReview(std::vector<ReviewEntry>& entries,
                   const std::map<CaseKey, agreement::CaseSpread>& spreads) {
    std::vector<agreement::CaseSpread> compared;
    for (const auto& entry : entries)
        if (const auto found = spreads.find({entry.study, entry.cell}); found != spreads.end())
            compared.push_back(found->second);
    std::map<CaseKey, std::size_t> rank;
    for (const auto& spread : agreement::worstFirst(std::move(compared)))
        rank.emplace(spread.key, rank.size());
    for (auto& entry : entries) {
        const auto found = spreads.find({entry.study, entry.cell});
        if (found == spreads.end()) continue;
        const auto& spread = found->second;
        entry.compared = true;
        entry.raters = spread.raters;
        entry.notAssessable = spread.notAssessable;
        entry.mixUps = spread.mixUps;
        entry.images = spread.images;
        entry.spread = spread.raters > 1 ? spread.maxArea - spread.minArea : SquareMillimetres(0.0);
        entry.relative = spread.relativeSd;
        entry.hd95 = spread.maxHd95;
    }
    std::ranges::stable_sort(entries, [&](const ReviewEntry& a, const ReviewEntry& b) {
        if (a.compared != b.compared) return a.compared;
        if (a.compared) return rank.at({a.study, a.cell}) < rank.at({b.study, b.cell});
        return a.relative.value_or(-1.0) > b.relative.value_or(-1.0);
    });
}

std::optional<AgreementFigures> figuresOf(const agreement::Readings& readings,
                                          const agreement::Summary& summary, const anatomy::Cell& cell) {
    const agreement::Group wanted{cell.structure, cell.quantity, cell.level, std::nullopt};
    const auto found = std::ranges::find(summary.groups, wanted, &agreement::GroupAgreement::group);
    const agreement::Group group = found != summary.groups.end() ? found->group : wanted;
    AgreementFigures figures;
    figures.label = agreement::label(group);
    const auto table = agreement::areaTable(readings, group);
    figures.raters = table.raters.size();
    std::vector<double> own, others;
    for (const auto& row : table.rows) {
        double sum = 0.0;
        std::size_t n = 0;
        for (const auto& area : row)
            if (area) sum += *area, ++n;
        if (n < 2) continue;
        ++figures.cases;
        for (const auto& area : row) {
            if (!area) continue;
            own.push_back(*area);
            others.push_back((sum - *area) / static_cast<double>(n - 1));
            figures.areas.emplace_back(others.back(), *area);
        }
    }
    if (figures.cases == 0) return std::nullopt;
    figures.limits = agreement::blandAltman(own, others);
    if (found != summary.groups.end()) {
        figures.icc = found->asChosen.icc.icc21;
        if (found->asChosen.error) figures.detectableChange = found->asChosen.error->mdcAgreement;
    }
    std::vector<double> dice, hd95;
    for (const auto& pair : summary.cases) {
        if (pair.mixUp || !pair.comparison || !group.contains(pair.key.cell)) continue;
        dice.push_back(pair.comparison->dice);
        hd95.push_back(pair.comparison->hd95.value());
    }
    if (!dice.empty()) {
        figures.medianDice = median(dice);
        figures.medianHd95 = median(hd95);
    }
    for (const auto& of : summary.components) {
        if (of.group.structure != cell.structure || of.group.quantity != cell.quantity || of.group.level)
            continue;
        const auto& c = of.components;
        const double error = c.error();
        if (error <= 0.0) break;
        const auto share = [&](const char* what, double variance) {
            figures.variance.push_back({what, variance / error});
        };
        if (c.rater) share("rater", c.rater->variance);
        share("slice", c.slice.variance);
        share("level", c.levelLabel.variance);
        share("delineation", c.delineation.variance);
        if (c.residual) share("repeat", c.residual->variance);
    }
    return figures;
}

} // namespace forameter::workspace
