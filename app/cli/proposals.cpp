// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/compare.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/effort_repository.hpp"
#include "forameter/store/proposal_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string study, rater;
};

/// What became of an accepted proposal: its contour as it is now, against what was offered.
struct Outcome {
    // None where it was not accepted or was deleted since.
    std::optional<double> area;
    // And where it was moved to another slice.
    std::optional<double> dice, hd, assd;
    std::optional<double> seconds; ///< active work on the cell
};

Outcome outcomeOf(const store::Store& store, const store::StoredProposalDecision& said) {
    Outcome outcome;
    const auto& offered = said.proposal;
    if (!offered.contour) return outcome;
    if (const auto times =
            store::EffortRepository(store).totals({.study = offered.study, .rater = said.rater}))
        for (const auto& one : *times)
            if (one.effort.cell == offered.cell && one.reading == said.reading)
                outcome.seconds =
                    outcome.seconds.value_or(0.0) + std::chrono::duration<double>(one.effort.active).count();
    const auto now = store::ContourRepository(store).find(*offered.contour);
    if (!now || !now->contour.assessable) return outcome;
    if (now->measurement) outcome.area = now->measurement->area.value();
    if (now->contour.image != offered.image) return outcome;
    const auto plane = geometry::fittedPlane(offered.curve);
    if (!plane) return outcome;
    const auto comparison = geometry::compare(geometry::toPlane(offered.curve, *plane),
                                              geometry::toPlane(now->contour.curve, *plane));
    outcome.dice = comparison.dice;
    outcome.hd = comparison.hd.value();
    outcome.assd = comparison.assd.value();
    return outcome;
}

Result<int> list(const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    store::ProposalRepository::Filter filter;
    if (!options.study.empty()) filter.study = StudyUid(options.study);
    if (!options.rater.empty()) filter.rater = RaterId(options.rater);
    const auto decisions = store::ProposalRepository(*store).decisions(filter);
    if (!decisions) return tl::unexpected(decisions.error());
    Json entries = Json::array();
    Table table{{"study_uid", "structure", "level", "side", "rater", "decision", "proposed_mm2", "area_mm2",
                 "change_mm2", "dice", "hd_mm", "assd_mm", "active_s", "confidence", "doubtful", "model",
                 "time"},
                {}};
    for (const auto& said : *decisions) {
        const auto& offered = said.proposal;
        const Outcome outcome = outcomeOf(*store, said);
        Json entry{{"study_uid", offered.study.text()}};
        addCell(entry, offered.cell);
        entry["rater"] = said.rater.text();
        entry["decision"] = store::name(offered.decision);
        entry["proposed_mm2"] = offered.area;
        entry["area_mm2"] = orNull(outcome.area);
        entry["change_mm2"] = outcome.area ? Json(*outcome.area - offered.area) : Json(nullptr);
        entry["dice"] = orNull(outcome.dice);
        entry["hd_mm"] = orNull(outcome.hd);
        entry["assd_mm"] = orNull(outcome.assd);
        entry["active_s"] = orNull(outcome.seconds);
        entry["confidence"] = offered.confidence;
        entry["doubtful"] = offered.doubtful;
        entry["model"] = offered.model;
        entry["time"] = toIso8601(said.time);
        table.add(entry);
        entries.push_back(std::move(entry));
    }
    return session.answer(Json{{"decisions", entries}}, table);
}

} // namespace

void addProposals(Program& program) {
    CLI::App& noun = program.noun("proposals", "What people did with the contours that models proposed");
    const auto options = std::make_shared<Options>();
    CLI::App& verb = program.verb(
        noun, "list",
        "Every decision: accepted, rejected; how the contour was edited since, and how long that took",
        {Takes::Store, Takes::Rater, Takes::Csv},
        [options](const Session& session) { return list(*options, session); });
    verb.add_option("--study", options->study, "Of this study only")->type_name("UID");
    verb.add_option("--rater", options->rater, "By this rater only")->type_name("RATER");
}

} // namespace forameter::cli
