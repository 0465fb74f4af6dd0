// SPDX-License-Identifier: Apache-2.0
#include "agreement_json.hpp"

#include <cmath>

namespace forameter::cli {

namespace {

using namespace agreement;

Json interval(const std::optional<Interval>& i) {
    return i ? Json{{"low", orNull(i->low)}, {"high", orNull(i->high)}} : Json(nullptr);
}

/// {"value", "low", "high"}; null where there is no value.
Json estimate(const std::optional<Estimate>& e) {
    if (!e) return nullptr;
    return {{"value", orNull(e->value)},
            {"low", e->interval ? orNull(e->interval->low) : Json(nullptr)},
            {"high", e->interval ? orNull(e->interval->high) : Json(nullptr)}};
}

Json iccJson(const Icc& icc) {
    return {{"1,1", estimate(icc.icc11)}, {"2,1", estimate(icc.icc21)}, {"3,1", estimate(icc.icc31)},
            {"1,k", estimate(icc.icc1k)}, {"2,k", estimate(icc.icc2k)}, {"3,k", estimate(icc.icc3k)}};
}

/// n, k, icc, sem_..., mdc_...
void addReliability(Json& object, const Reliability& r) {
    object["n"] = r.subjects;
    object["k"] = r.raters;
    object["omitted"] = r.omitted;
    object["icc"] = iccJson(r.icc);
    const auto error = [&](double MeasurementError::*which) {
        return r.error ? orNull((*r.error).*which) : Json(nullptr);
    };
    object["sem_agreement"] = error(&MeasurementError::semAgreement);
    object["sem_consistency"] = error(&MeasurementError::semConsistency);
    object["mdc_agreement"] = error(&MeasurementError::mdcAgreement);
    object["mdc_consistency"] = error(&MeasurementError::mdcConsistency);
}

Json blandAltmanJson(const std::optional<BlandAltman>& ba) {
    if (!ba) return nullptr;
    return {{"n", ba->n},
            {"bias", ba->bias},
            {"sd", ba->sd},
            {"low", ba->low},
            {"high", ba->high},
            {"bias_se", ba->biasSe},
            {"limit_se", ba->limitSe},
            {"bias_ci", interval(ba->biasInterval)},
            {"low_ci", interval(ba->lowInterval)},
            {"high_ci", interval(ba->highInterval)}};
}

void addKind(Json& object, anatomy::Structure structure, const std::optional<anatomy::Quantity>& quantity) {
    object["structure"] = name(structure);
    object["quantity"] = nameOrNull(quantity);
}
void addGroup(Json& object, const Group& group) {
    object["structure"] = name(group.structure);
    object["level"] = nameOrNull(group.level);
    object["side"] = nameOrNull(group.side);
    object["quantity"] = nameOrNull(group.quantity);
}

Json casesJson(const Readings& readings, const Summary& summary) {
    Json rows = Json::array();
    for (const PairComparison& pair : summary.cases) {
        const auto &a = readings.all[pair.a], &b = readings.all[pair.b];
        Json row;
        row["study_uid"] = pair.key.study.text();
        row["series_uid"] = pair.sameImage ? Json(a.image.series.text()) : Json(nullptr);
        row["sop_uid"] = pair.sameImage ? Json(a.image.sop.text()) : Json(nullptr);
        row["frame"] = pair.sameImage ? Json(a.image.frame) : Json(nullptr);
        addCell(row, pair.key.cell);
        row["rater_a"] = a.rater;
        row["rater_b"] = b.rater;
        row["same_image"] = pair.sameImage;
        row["mixup"] = pair.mixUp;
        const auto& c = pair.comparison;
        row["dice"] = c ? orNull(c->dice) : Json(nullptr);
        row["hd_mm"] = c ? orNull(c->hd.value()) : Json(nullptr);
        row["hd95_mm"] = c ? orNull(c->hd95.value()) : Json(nullptr);
        row["assd_mm"] = c ? orNull(c->assd.value()) : Json(nullptr);
        row["area_a_mm2"] = pair.areaA.value();
        row["area_b_mm2"] = pair.areaB.value();
        rows.push_back(std::move(row));
    }
    return rows;
}

Json pairsJson(const Summary& summary) {
    Json rows = Json::array();
    for (const PairAgreement& pair : summary.pairs) {
        Json row;
        addKind(row, pair.group.structure, pair.group.quantity);
        row["rater_a"] = pair.raterA;
        row["rater_b"] = pair.raterB;
        row["cases"] = pair.cases;
        row["same_image"] = pair.onOneImage;
        row["mixups"] = pair.mixUps;
        row["dice"] = estimate(pair.dice);
        row["hd_mm"] = estimate(pair.hd);
        row["hd95_mm"] = estimate(pair.hd95);
        row["assd_mm"] = estimate(pair.assd);
        row["pearson"] = orNull(pair.pearson);
        row["lin_ccc"] = orNull(pair.linConcordance);
        rows.push_back(std::move(row));
    }
    return rows;
}

Json blandAltmanRows(const Summary& summary) {
    Json rows = Json::array();
    for (const PairAgreement& pair : summary.pairs) {
        if (!pair.areas) continue;
        Json row;
        addKind(row, pair.group.structure, pair.group.quantity);
        row["rater_a"] = pair.raterA;
        row["rater_b"] = pair.raterB;
        row.update(blandAltmanJson(pair.areas));
        rows.push_back(std::move(row));
    }
    return rows;
}

Json iccRows(const Summary& summary) {
    Json rows = Json::array();
    for (const GroupAgreement& group : summary.groups) {
        Json row;
        addGroup(row, group.group);
        addReliability(row, group.asChosen);
        row["bootstrap_2_1"] = interval(group.iccInterval);
        Json one = Json::object();
        addReliability(one, group.onOneImage);
        row["one_image"] = std::move(one);
        row["assessable"] = {{"fleiss_kappa", orNull(group.fleissAssessable)},
                             {"krippendorff_alpha", orNull(group.alphaAssessable)}};
        rows.push_back(std::move(row));
    }
    return rows;
}

Json componentsJson(const Summary& summary) {
    Json rows = Json::array();
    for (const auto& [group, c] : summary.components) {
        Json row;
        addKind(row, group.structure, group.quantity);
        row["patients"] = c.patients;
        row["cases"] = c.cases;
        row["raters"] = c.raters;
        row["readings"] = c.readings;
        row["pairs"] = c.pairs;
        row["pairs_on_other_images"] = c.otherImage;
        row["pairs_of_other_cells"] = c.otherCell;
        row["repeat_pairs"] = c.repeatPairs;
        const double error = c.error();
        const auto component = [&](const std::optional<Component>& of, bool isError) -> Json {
            if (!of) return nullptr;
            return {{"variance_mm4", of->variance},
                    {"sd_mm2", of->sd()},
                    {"share", isError && error > 0.0 ? Json(of->variance / error) : Json(nullptr)},
                    {"low", of->interval ? orNull(of->interval->low) : Json(nullptr)},
                    {"high", of->interval ? orNull(of->interval->high) : Json(nullptr)},
                    {"truncated", of->truncated}};
        };
        row["patient"] = component(c.patient, false);
        row["cell"] = component(c.cell, false);
        row["rater"] = component(c.rater, true);
        row["slice"] = component(c.slice, true);
        row["level_label"] = component(c.levelLabel, true);
        row["delineation"] = component(c.delineation, true);
        row["residual"] = component(c.residual, true);
        row["error_sd_mm2"] = std::sqrt(error);
        rows.push_back(std::move(row));
    }
    return rows;
}

Json biasJson(const Summary& summary) {
    Json rows = Json::array();
    for (const AreaBias& bias : summary.bias) {
        Json row{{"rater", bias.rater}, {"against", bias.against}};
        addKind(row, bias.structure, bias.quantity);
        row["cases"] = bias.cases;
        row["patients"] = bias.patients;
        row["bias_mm2"] = estimate(bias.bias);
        row["relative"] = estimate(bias.relative);
        row["mean_absolute_mm2"] = bias.meanAbsolute;
        row["limits"] = blandAltmanJson(bias.limits);
        rows.push_back(std::move(row));
    }
    return rows;
}

Json biasMapsJson(const Summary& summary) {
    Json rows = Json::array();
    for (const BiasMap& map : summary.biasMaps) {
        Json row{{"rater", map.rater}, {"against", map.against}};
        addKind(row, map.structure, map.quantity);
        row["cases"] = map.cases;
        row["patients"] = map.patients;
        row["overall_mm"] = estimate(map.overall);
        row["walls_mm"] = Json::object();
        for (const WallBias& wall : map.walls)
            row["walls_mm"][std::string(name(wall.wall))] = estimate(wall.distance);
        row["points"] = Json::array();
        for (const BiasMapPoint& point : map.points) {
            Json at{{"position", point.position}, {"x_mm", point.onScreen.x}, {"y_mm", point.onScreen.y}};
            at.update(estimate(point.distance));
            row["points"].push_back(std::move(at));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Json mixUpsJson(const Readings& readings) {
    Json rows = Json::array();
    for (const MixUp& mixUp : readings.mixUps) {
        const PreparedReading& r = readings.all[mixUp.index];
        Json row{{"uuid", r.id.text()}, {"study_uid", r.key.study.text()}};
        addCell(row, mixUp.named);
        row["rater"] = r.rater;
        row["occasion"] = r.occasion;
        row["identified_level"] = name(mixUp.identified.level);
        row["identified_side"] = nameOrNull(mixUp.identified.side);
        row["kind"] = mixUp.level && mixUp.side ? "level and side" : mixUp.level ? "level" : "side";
        row["dice_as_named"] = mixUp.namedDice;
        row["dice_as_identified"] = mixUp.identifiedDice;
        row["others"] = mixUp.others;
        rows.push_back(std::move(row));
    }
    return rows;
}

Json repeatsJson(const Summary& summary) {
    Json rows = Json::array();
    for (const RaterRepeats& repeats : summary.repeats) {
        Json row{{"rater", repeats.rater}};
        addKind(row, repeats.group.structure, repeats.group.quantity);
        row["cases"] = repeats.areas.subjects;
        row["readings"] = repeats.areas.readings;
        row["mean_change_mm2"] = repeats.areas.meanChange;
        row["within_sd_mm2"] = estimate(repeats.areas.withinSd);
        row["repeatability_mm2"] = estimate(repeats.areas.coefficient);
        row["icc"] = orNull(repeats.areas.icc);
        row["same_image"] = repeats.onOneImage;
        row["dice"] = estimate(repeats.dice);
        row["hd95_mm"] = estimate(repeats.hd95);
        rows.push_back(std::move(row));
    }
    return rows;
}

Json slicesJson(const Summary& summary) {
    Json rows = Json::array();
    for (const SliceAgreement& slices : summary.slices) {
        Json row;
        addKind(row, slices.structure, slices.quantity);
        row["cases"] = slices.cases;
        row["cases_on_one_image"] = slices.casesOnOneImage;
        row["pairs"] = slices.pairs;
        row["pairs_on_one_image"] = slices.pairsOnOneImage;
        row["mean_distance_mm"] = orNull(number(slices.meanDistance));
        row["krippendorff_alpha"] = orNull(slices.alpha);
        row["area_difference_on_one_image_mm2"] = orNull(slices.areaDifferenceOneImage);
        row["area_difference_on_other_images_mm2"] = orNull(slices.areaDifferenceOther);
        rows.push_back(std::move(row));
    }
    return rows;
}

Json spreadsJson(const Summary& summary) {
    Json rows = Json::array();
    for (const CaseSpread& spread : worstFirst(summary.spreads)) {
        Json row{{"study_uid", spread.key.study.text()}};
        addCell(row, spread.key.cell);
        row["raters"] = spread.raters;
        row["not_assessable"] = spread.notAssessable;
        row["mixups"] = spread.mixUps;
        row["images"] = spread.images;
        const bool drawn = spread.raters > 0;
        row["mean_area_mm2"] = drawn ? Json(spread.meanArea.value()) : Json(nullptr);
        row["min_area_mm2"] = drawn ? Json(spread.minArea.value()) : Json(nullptr);
        row["max_area_mm2"] = drawn ? Json(spread.maxArea.value()) : Json(nullptr);
        row["area_sd_mm2"] = orNull(spread.areaSd);
        row["relative_sd"] = orNull(spread.relativeSd);
        row["mean_dice"] = orNull(spread.meanDice);
        row["min_dice"] = orNull(spread.minDice);
        row["max_hd95_mm"] = orNull(number(spread.maxHd95));
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

Json toJson(const Readings& readings, const Summary& summary) {
    return {{"raters", readings.raters},
            {"references", readings.references},
            {"patients", readings.patients},
            {"cases", casesJson(readings, summary)},
            {"pairs", pairsJson(summary)},
            {"icc", iccRows(summary)},
            {"components", componentsJson(summary)},
            {"bland_altman", blandAltmanRows(summary)},
            {"bias", biasJson(summary)},
            {"bias_map", biasMapsJson(summary)},
            {"mixups", mixUpsJson(readings)},
            {"repeats", repeatsJson(summary)},
            {"slices", slicesJson(summary)},
            {"spreads", spreadsJson(summary)}};
}

Json toJson(const RatingTable& table, const TableAgreement& agreement) {
    Json answer;
    addReliability(answer, agreement.reliability);
    answer["subjects"] = table.rows.size();
    answer["bland_altman"] = blandAltmanJson(agreement.blandAltman);
    answer["pearson"] = orNull(agreement.pearson);
    answer["lin_ccc"] = orNull(agreement.linConcordance);
    answer["fleiss_kappa"] = orNull(agreement.fleissKappa);
    answer["krippendorff_alpha"] = orNull(agreement.krippendorffAlpha);
    return answer;
}

} // namespace forameter::cli
