// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/gather.hpp"

#include <algorithm>
#include <set>

#include "forameter/store/audit_log.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/image_planes.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/study_repository.hpp"

namespace forameter::report {

namespace {

using agreement::ReadingsInput;

/// The rounds' side of it: which occasion a reading is, and what the report says of the round.
struct OfRound {
    std::optional<store::Round> round;
    std::map<store::AssignmentId, int> occasions; ///< without calibration cases
};

Result<OfRound> ofRound(const store::Store& store, const std::optional<std::string>& name) {
    OfRound out;
    if (!name) return out;
    const store::RoundRepository rounds(store);
    auto found = rounds.find(*name);
    if (!found) return tl::unexpected(found.error());
    out.round = *std::move(found);
    auto occasions = rounds.occasions(*name);
    if (!occasions) return tl::unexpected(occasions.error());
    out.occasions = *std::move(occasions);
    return out;
}

bool wanted(const Request& request, const anatomy::Cell& cell) {
    return !request.structure || *request.structure == cell.structure;
}

Result<> addContours(const store::Store& store, const Request& request, const OfRound& round,
                     ReadingsInput& input, agreement::Reference& truth) {
    const store::ContourRepository contours(store);
    const auto all = contours.current({.round = request.round});
    if (!all) return tl::unexpected(all.error());
    for (const store::StoredContour& one : *all) {
        const protocol::Contour& contour = one.contour;
        if (!wanted(request, contour.cell)) continue;
        const bool named = request.raters.empty() ||
                           std::ranges::find(request.raters, contour.rater) != request.raters.end();
        if (!protocol::byHand(contour.source) || !named) continue;
        if (!request.round) {
            if (!one.reading) input.readings.push_back({contour, 1});
        } else if (one.reading) {
            const auto occasion = round.occasions.find(*one.reading);
            if (occasion != round.occasions.end()) input.readings.push_back({contour, occasion->second});
        }
    }
    if (!request.truth) return {};
    const auto known = contours.current({.source = protocol::Source::Phantom});
    if (!known) return tl::unexpected(known.error());
    std::set<StudyUid> studies;
    for (const auto& reading : input.readings)
        studies.insert(reading.contour.study);
    for (const store::StoredContour& one : *known)
        if (wanted(request, one.contour.cell) && studies.contains(one.contour.study))
            truth.contours.push_back(one.contour);
    return {};
}

Result<> addConsensus(const store::Store& store, const Request& request, ReadingsInput& input) {
    if (!request.consensus) return {};
    const auto list = store::ConsensusRepository(store).list({.round = request.round.value_or("")});
    if (!list) return tl::unexpected(list.error());
    std::map<std::string, agreement::Reference> methods;
    for (const protocol::Consensus& one : *list) {
        if (!wanted(request, one.cell)) continue;
        protocol::Contour contour = protocol::asContour(one);
        auto& reference = methods[contour.rater];
        reference.name = contour.rater;
        reference.contours.push_back(std::move(contour));
    }
    for (auto& [name, reference] : methods)
        input.references.push_back(std::move(reference));
    return {};
}

/// Patients and where the images lie.
Result<> addStudies(const store::Store& store, ReadingsInput& input,
                    std::map<std::string, std::string>& names, const Watch& watch) {
    std::map<StudyUid, std::set<ImageId>> images;
    for (const auto& reading : input.readings)
        images[reading.contour.study].insert(reading.contour.image);
    for (const auto& reference : input.references)
        for (const protocol::Contour& contour : reference.contours)
            if (images.contains(contour.study)) images[contour.study].insert(contour.image);
    std::size_t done = 0;
    for (const auto& [uid, used] : images) {
        if (watch.cancelled()) return fail(ErrorCode::Cancelled, "The report was cancelled.");
        watch.report(done++, images.size(), "reading studies");
        const auto study = store::StudyRepository(store).find(uid);
        if (!study) continue; // planes are then fitted to the contours
        if (!study->patientId.empty()) {
            input.patients[uid] = study->patientId;
            names[uid.text()] = study->patientId + (study->date.empty() ? "" : ", " + study->date);
        }
        store::addPlanes(*study, used, input.planes);
    }
    return {};
}

std::vector<std::pair<std::string, std::string>> factsOf(const store::Round& round) {
    const store::RoundPlan& plan = round.plan;
    std::vector<std::pair<std::string, std::string>> facts{
        {"Round", plan.name + " (" + std::string(name(round.state)) + "), made " +
                      isoDate(std::chrono::floor<std::chrono::days>(round.created))},
        {"Protocol",
         plan.protocol + ", canal: " + anatomy::label(plan.quantity) + ", slices " +
             (plan.slices == store::SliceRule::Fixed ? "fixed by the coordinator" : "chosen by the raters")}};
    if (plan.ai != store::AiArm::None)
        facts.emplace_back("Model's proposals",
                           plan.ai == store::AiArm::First ? "shown first" : "shown after own drawing");
    return facts;
}

} // namespace

Result<AgreementReport> gather(const store::Store& store, const Request& request, const Watch& watch) {
    auto round = ofRound(store, request.round);
    if (!round) return tl::unexpected(round.error());
    ReadingsInput input;
    agreement::Reference truth{"truth", {}};
    if (auto added = addContours(store, request, *round, input, truth); !added)
        return tl::unexpected(added.error());
    std::set<std::string> raters;
    for (const auto& reading : input.readings)
        raters.insert(reading.contour.rater);
    if (raters.size() < 2) {
        if (store.actor().rater && round->round && round->round->state != store::RoundState::Opened)
            return tl::unexpected(store::stillBlinded(*request.round));
        const auto hiding = request.round ? store::RoundRepository(store).hiding(*request.round)
                                          : std::vector<store::Round>();
        if (hiding && !hiding->empty())
            return fail(ErrorCode::NotAllowed,
                        stillHiding(hiding->front()) + ". " + store::hiddenUntilOpened(*request.round));
        return fail(ErrorCode::InvalidArgument,
                    "Agreement needs readings of at least two raters; here are those of " +
                        std::to_string(raters.size()) + ".");
    }
    if (!truth.contours.empty()) input.references.push_back(std::move(truth));
    if (auto added = addConsensus(store, request, input); !added) return tl::unexpected(added.error());
    std::map<std::string, std::string> names;
    if (auto added = addStudies(store, input, names, watch); !added) return tl::unexpected(added.error());

    auto readings = agreement::prepare(input, watch);
    if (!readings) return tl::unexpected(readings.error());
    auto summary = agreement::summarise(*readings, request.statistics, watch);
    if (!summary) return tl::unexpected(summary.error());
    AgreementReport out;
    out.readings = *std::move(readings);
    out.summary = *std::move(summary);
    out.names = request.names;
    out.studyNames = std::move(names);
    out.made = now();
    if (auto described = describe(out, store, request.round); !described)
        return tl::unexpected(described.error());
    return out;
}

Result<> describe(AgreementReport& report, const store::Store& store,
                  const std::optional<std::string>& round) {
    if (round) {
        const auto found = store::RoundRepository(store).find(*round);
        if (!found) return tl::unexpected(found.error());
        report.title = "Agreement of raters: round " + *round;
        report.facts = factsOf(*found);
        const auto hiding = store::RoundRepository(store).hiding(*round);
        for (const store::Round& other : hiding ? *hiding : std::vector<store::Round>())
            report.facts.emplace_back("Hidden", stillHiding(other) + " and hides readings of its studies");
    }
    if (const auto& actor = store.actor().rater) {
        const auto known = store::RaterRepository(store).find(*actor);
        const auto situation = round ? store::Situation::Opened : store::Situation::Free;
        if (!known || !allowed(known->role, store::Operation::RevealNames, situation))
            report.names = Names::Letters;
    }
    for (const auto& [study, number] : report.readings.patient) {
        if (report.phantom) break;
        const auto found =
            store::StudyRepository(store).list({.where = "study_uid = '" + study.text() + "'", .limit = 1});
        report.phantom =
            found && !found->studies.empty() && store::isPhantom(found->studies.front().patientId);
    }
    const auto head = store::AuditLog(store).head();
    if (!head) return tl::unexpected(head.error());
    report.auditHead = *head;
    report.store = store.writer();
    return {};
}

} // namespace forameter::report
