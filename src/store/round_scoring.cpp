// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "contour_rows.hpp"
#include "forameter/geometry/compare.hpp"
#include "images.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"
#include "round_rows.hpp"

namespace forameter::store {

namespace {

using protocol::Contour;

/// Dice of two contours on one image.
Result<double> overlap(Images& images, const Contour& a, const Contour& b) {
    const auto place = images.find(a.study, a.image);
    if (!place) return tl::unexpected(place.error());
    for (const Contour* contour : {&a, &b})
        if (const auto valid = protocol::validate(*contour, place->image); !valid)
            return tl::unexpected(valid.error());
    return geometry::compare(geometry::toPlane(a.curve, place->image),
                             geometry::toPlane(b.curve, place->image))
        .dice;
}

using Scores = std::map<RaterId, std::vector<CalibrationScore>>;

/// Records each case's score, in one change.
Result<Scores> scored(Database& database, const std::string& name, std::span<const Contour> truth) {
    auto change = Transaction::begin(database);
    if (!change) return tl::unexpected(change.error());
    Connection& sql = change->sql();
    const auto round = roundToChange(sql, database.actor(), name, "score");
    if (!round) return tl::unexpected(round.error());
    const auto& plan = round->round.plan;
    if (plan.calibration.empty())
        return fail(ErrorCode::InvalidArgument, "Round " + name + " has no calibration cases to score.");
    std::map<StudyUid, std::map<anatomy::Cell, std::vector<const Contour*>>> known;
    for (const auto& contour : truth)
        if (contour.assessable && (!contour.cell.quantity || *contour.cell.quantity == plan.quantity))
            known[contour.study][contour.cell].push_back(&contour);
    for (const auto& study : plan.calibration)
        if (!known.contains(study))
            return fail(ErrorCode::InvalidArgument, "Round " + name +
                                                        " was not scored: there is no truth of its "
                                                        "calibration case " +
                                                        study.text() + ".");
    const auto cases = assignmentRows(sql, *round, std::nullopt);
    if (!cases) return tl::unexpected(cases.error());
    Images images(sql);
    Scores scores;
    for (const auto& row : *cases) {
        const auto& one = row.assignment;
        if (!one.calibration) continue;
        CalibrationScore score{one.id, one.study, one.state == CaseState::Done, 0, 0, 0, 0.0};
        const auto& cells = known[one.study];
        score.cells = cells.size();
        // Asked for by the core itself: what she drew stays hidden, how well is told.
        const auto drawn = contourRows(
            sql, "o.reading_id = ? AND v.deleted = 0 AND " + std::string(kNewestContour), {bindable(row.id)});
        if (!drawn) return tl::unexpected(drawn.error());
        for (const auto& [cell, truths] : cells) {
            bool any = false;
            std::optional<double> best; // of several contours of hers the best counts
            for (const auto& hers : *drawn) {
                if (hers.stored.contour.cell != cell || !hers.stored.contour.assessable) continue;
                any = true;
                for (const auto* right : truths) {
                    if (right->image != hers.stored.contour.image) continue;
                    const auto dice = overlap(images, *right, hers.stored.contour);
                    if (!dice)
                        return fail(dice.error().code,
                                    "Round " + name + " was not scored: " + dice.error().message);
                    best = std::max(best.value_or(0.0), *dice);
                }
            }
            score.meanDice += best.value_or(0.0) / static_cast<double>(cells.size());
            score.missing += any ? 0 : 1;
            score.elsewhere += any && !best ? 1 : 0;
        }
        score.meanDice = std::clamp(score.meanDice, 0.0, 1.0);
        if (score.done && one.score != score.meanDice)
            if (const auto put = putScore(*change, row.id, one.id, score.meanDice); !put)
                return tl::unexpected(put.error());
        scores[one.rater].push_back(std::move(score));
    }
    if (change->hasAudit())
        if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return scores;
}

} // namespace

Result<std::vector<RaterCalibration>> RoundRepository::scoreCalibration(const std::string& name,
                                                                        std::span<const Contour> truth) {
    auto scores = scored(m_database, name, truth);
    if (!scores) return tl::unexpected(scores.error());
    const auto all = progress(name);
    if (!all) return tl::unexpected(all.error());
    std::vector<RaterCalibration> raters;
    for (const RaterProgress& hers : *all) {
        RaterCalibration rater{hers.rater, std::move((*scores)[hers.rater]), 0, std::nullopt, hers.passed};
        double sum = 0.0;
        for (const CalibrationScore& one : rater.cases) {
            if (!one.done) continue;
            ++rater.done;
            sum += one.meanDice;
        }
        if (rater.done > 0) rater.meanDice = sum / static_cast<double>(rater.done);
        raters.push_back(std::move(rater));
    }
    return raters;
}

} // namespace forameter::store
