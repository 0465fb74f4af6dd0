// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "consensus_json.hpp"
#include "consensus_make.hpp"
#include "forameter/core/text.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/review_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/store/study_repository.hpp"
#include "json.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string study, method, round, uuid;
    std::string structure, level, side, quantity;
    std::string state = "signed", accept, reason;
    int contourVersion = 0;
    bool all = false;
};

Json toJson(const store::Review& review) {
    Json entry{{"study_uid", review.study.text()}};
    addCell(entry, review.cell);
    entry["round"] = orNull(review.round);
    entry["version"] = review.version;
    entry["state"] = name(review.state);
    entry["accepted"] = review.accepted ? Json(review.accepted->id.text()) : Json(nullptr);
    entry["accepted_version"] =
        review.accepted && review.accepted->version ? Json(*review.accepted->version) : Json(nullptr);
    entry["reason"] = review.reason;
    entry["reviewer"] = review.reviewer;
    entry["time"] = toIso8601(review.time);
    return entry;
}

std::optional<protocol::ConsensusMethod> methodOf(const Options& options) {
    if (options.method.empty()) return std::nullopt;
    const auto method = protocol::consensusMethodFromName(options.method);
    if (!method) throw WrongUsage("--method is one of majority, staple, mean-shape.");
    return method;
}

/// With what has changed since: "stale" and, for a consensus, "stale_inputs".
Result<Json> withStale(const store::Store& store, const protocol::Consensus& consensus) {
    const auto stale = store::ConsensusRepository(store).stale(consensus);
    if (!stale) return tl::unexpected(stale.error());
    Json entry = cli::toJson(consensus);
    entry["stale"] = !stale->empty();
    entry["stale_inputs"] = Json::array();
    for (const auto& input : *stale)
        entry["stale_inputs"].push_back(
            {{"rater", input.rater}, {"uuid", input.contour.text()}, {"reason", name(input.reason)}});
    return entry;
}

/// A review is stale where the consensus that it accepts is.
Result<Json> withStale(const store::Store& store, const store::Review& review) {
    Json entry = toJson(review);
    entry["stale"] = false;
    if (!review.accepted || review.accepted->version) return entry;
    const store::ConsensusRepository records(store);
    const auto accepted = records.find(review.accepted->id);
    if (!accepted && accepted.error().code == ErrorCode::NotFound) return entry;
    if (!accepted) return tl::unexpected(accepted.error());
    const auto stale = records.stale(*accepted);
    if (!stale) return tl::unexpected(stale.error());
    entry["stale"] = !stale->empty();
    return entry;
}

std::string staleText(const Json& entry) {
    if (!entry["stale"].get<bool>()) return {};
    std::string inputs;
    for (const Json& input : entry["stale_inputs"])
        inputs += (inputs.empty() ? "" : ", ") + printable(input["rater"].get<std::string>()) + " " +
                  input["reason"].get<std::string>();
    return "stale: consensus " + entry["uuid"].get<std::string>() + " (" + inputs + " since)\n";
}

/// The cell of --level with --side (a foramen) or without (the canal).
anatomy::Cell cellOf(const Options& options) {
    const auto level = anatomy::levelFromName(options.level);
    if (!level) throw WrongUsage("--level is a level such as L4-L5.");
    const std::string structure = !options.structure.empty() ? options.structure
                                  : options.side.empty()     ? "CC"
                                                             : "NF";
    if (structure == "NF") {
        const auto side = anatomy::sideFromName(options.side);
        if (!side) throw WrongUsage("A foramen needs --side R or L.");
        return anatomy::Cell::foramen(*level, *side);
    }
    if (structure != "CC") throw WrongUsage("--structure is NF or CC.");
    if (!options.side.empty()) throw WrongUsage("The canal has no --side.");
    const auto quantity =
        anatomy::quantityFromName(options.quantity.empty() ? "dural_sac" : options.quantity);
    if (!quantity) throw WrongUsage("--quantity is one of dural_sac, canal, bony_canal.");
    return anatomy::Cell::canal(*level, *quantity);
}

/// Readings that count: not repeats, not calibration.
Result<std::set<store::AssignmentId>> firstReadings(const store::Store& store, const std::string& only) {
    const store::RoundRepository rounds(store);
    const auto all = rounds.list();
    if (!all) return tl::unexpected(all.error());
    std::set<store::AssignmentId> first;
    for (const auto& round : *all) {
        if (!only.empty() && round.plan.name != only) continue;
        const auto occasions = rounds.occasions(round.plan.name);
        if (!occasions) return tl::unexpected(occasions.error());
        for (const auto& [reading, occasion] : *occasions)
            if (occasion == 1) first.insert(reading);
    }
    return first;
}

Result<int> list(const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    store::ConsensusFilter filter{.method = methodOf(options)};
    store::ReviewFilter reviewed;
    if (!options.study.empty()) filter.study = reviewed.study = StudyUid(options.study);
    if (!options.round.empty()) filter.round = reviewed.round = options.round;
    using Which = store::ConsensusRepository::Which;
    const auto found =
        store::ConsensusRepository(*store).list(filter, options.all ? Which::All : Which::Newest);
    if (!found) return tl::unexpected(found.error());
    const auto reviews = store::ReviewRepository(*store).list(reviewed);
    if (!reviews) return tl::unexpected(reviews.error());
    if (found->empty() && reviews->empty())
        if (const auto may = store::demand(*store, store::Operation::ReadConsensus, "list consensus"); !may)
            return tl::unexpected(may.error());
    std::vector<Json> entries;
    std::string text;
    for (const auto& consensus : *found) {
        auto entry = withStale(*store, consensus);
        if (!entry) return tl::unexpected(entry.error());
        text += staleText(*entry);
        entries.push_back(std::move(*entry));
    }
    Json reviewList = Json::array();
    for (const auto& review : *reviews) {
        auto entry = withStale(*store, review);
        if (!entry) return tl::unexpected(entry.error());
        reviewList.push_back(std::move(*entry));
        text += printable(review.study.text()) + " " + anatomy::label(review.cell) + ": " +
                std::string(name(review.state)) + " by " + printable(review.reviewer) +
                (review.reason.empty() ? "" : " (" + printable(review.reason) + ")") + "\n";
    }
    const std::string document = documentOf(entries, {{"reviews", reviewList}});
    return session.answer(Json::parse(document), tableOf(entries), text);
}

Result<int> show(const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto found = store::ConsensusRepository(*store).find(ContourId(options.uuid));
    if (!found) {
        // Whether there is such a one is not for those who may see none.
        const auto may = store::demand(*store, store::Operation::ReadConsensus, "see a consensus");
        return tl::unexpected(may ? found.error() : may.error());
    }
    auto described = withStale(*store, *found);
    if (!described) return tl::unexpected(described.error());
    Json entry = std::move(*described);
    Json mask = Json::array(), soft = Json::array();
    for (int r = 0; r < found->mask.rows(); ++r) {
        mask.push_back(
            Json(std::vector<int>(found->mask.view().row(r).begin(), found->mask.view().row(r).end())));
        soft.push_back(
            Json(std::vector<float>(found->soft.view().row(r).begin(), found->soft.view().row(r).end())));
    }
    entry["pixels"] = {
        {"first_column", found->column}, {"first_row", found->row}, {"mask", mask}, {"soft", soft}};
    const auto history = store::ReviewRepository(*store).history(found->study, found->cell, found->round);
    if (!history) return tl::unexpected(history.error());
    Json reviews = Json::array();
    for (const auto& review : *history) {
        auto one = withStale(*store, review);
        if (!one) return tl::unexpected(one.error());
        reviews.push_back(std::move(*one));
    }
    const std::string document = documentOf({entry}, {{"reviews", reviews}});
    return session.answer(Json::parse(document), tableOf({entry}), staleText(entry));
}

/// What to accept: --accept, else the newest consensus by --method.
Result<std::optional<store::Accepted>> accepted(const Options& options, const store::Store& store,
                                                const store::Review& review) {
    if (!options.accept.empty())
        return store::Accepted{ContourId(options.accept), options.contourVersion > 0
                                                              ? std::optional(options.contourVersion)
                                                              : std::nullopt};
    const auto method = methodOf(options);
    if (!method) return std::optional<store::Accepted>();
    const auto found = store::ConsensusRepository(store).list(
        {.study = review.study, .cell = review.cell, .method = method, .round = review.round});
    if (!found) return tl::unexpected(found.error());
    if (found->empty())
        return fail(ErrorCode::NotFound, "There is no " + options.method + " consensus of the " +
                                             anatomy::label(review.cell) + " of study " +
                                             review.study.text() + " to accept.");
    return store::Accepted{found->front().id, std::nullopt};
}

Result<int> sign(const Options& options, const Session& session) {
    const auto state = store::reviewStateFromName(options.state);
    if (!state) throw WrongUsage("--state is one of open, discuss, signed.");
    if (options.study.empty() || options.level.empty())
        throw WrongUsage("consensus sign needs --study and --level.");
    store::Review review{
        StudyUid(options.study), cellOf(options), options.round, 0, *state, {}, options.reason, "", {}};
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    if (const auto may =
            store::demand(*store, store::Operation::SignConsensus, "review a consensus", review.study);
        !may)
        return tl::unexpected(may.error());
    store::ReviewRepository reviews(*store);
    const auto chosen = accepted(options, *store, review);
    if (!chosen) return tl::unexpected(chosen.error());
    review.accepted = *chosen;
    const auto current = reviews.current(review.study, review.cell, review.round);
    if (!current) return tl::unexpected(current.error());
    const auto kept = reviews.set(review, *current ? (*current)->version : 0);
    if (!kept) return tl::unexpected(kept.error());
    return session.answer(toJson(*kept), anatomy::label(kept->cell) + ": " + std::string(name(kept->state)) +
                                             " by " + printable(kept->reviewer) + "\n");
}

} // namespace

Result<int> makeFromStore(const ConsensusRequest& request, const Session& session) {
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    const auto role = store::roleOf(*store);
    if (!role) return tl::unexpected(role.error());
    const auto mayMake = [&] { // whoever may at all is asked again study by study, when it is kept
        return store::demand(*store, store::Operation::MakeConsensus, "make a consensus");
    };
    if (store->actor().rater &&
        !store::allowed(*role, store::Operation::MakeConsensus, store::Situation::Opened))
        if (const auto may = mayMake(); !may) return tl::unexpected(may.error());
    store::ContourFilter filter;
    if (!request.study.empty()) filter.study = StudyUid(request.study);
    if (!request.round.empty()) {
        const auto round = store::RoundRepository(*store).find(request.round);
        if (!round) return tl::unexpected(round.error());
        if (round->state != store::RoundState::Opened)
            return tl::unexpected(store::stillBlinded(request.round));
        filter.round = request.round;
    }
    const auto found = store::ContourRepository(*store).current(filter);
    if (!found) return tl::unexpected(found.error());
    const auto first = firstReadings(*store, request.round);
    if (!first) return tl::unexpected(first.error());
    std::vector<agreement::ConsensusMember> contours;
    for (const auto& stored : *found)
        if (request.wants(stored.contour) && (!stored.reading || first->contains(*stored.reading)))
            contours.push_back({stored.contour, stored.version});
    if (contours.empty())
        if (const auto may = mayMake(); !may) return tl::unexpected(may.error());
    if (contours.empty())
        return fail(ErrorCode::NotFound,
                    "There is no contour in the store that could take part" +
                        (request.study.empty() ? std::string() : " of study " + request.study) + ".");
    const store::StudyRepository studies(*store);
    store::ConsensusRepository records(*store);
    const auto made = makeAll(
        contours, request,
        [&](const StudyUid& study, const ImageId& image) { return studies.imagePlane(study, image); },
        [&](protocol::Consensus consensus) -> Result<protocol::Consensus> {
            consensus.round = request.round;
            if (!session.globals().dryRun) return records.add(consensus);
            consensus.id = ContourId(newUuid());
            consensus.created = now();
            return consensus;
        },
        session.watch());
    if (!made) return tl::unexpected(made.error());
    return answerWith(*made, Json::array(), session);
}

void addConsensusReview(Program& program, CLI::App& noun) {
    const auto options = std::make_shared<Options>();
    CLI::App& listing =
        program.verb(noun, "list", "The consensus records of a store, and where their review stands",
                     {Takes::Store, Takes::Rater, Takes::Csv},
                     [options](const Session& session) { return list(*options, session); });
    CLI::App& showing = program.verb(noun, "show", "One consensus with its mask, soft map and review",
                                     {Takes::Store, Takes::Rater},
                                     [options](const Session& session) { return show(*options, session); });
    showing.add_option("UUID", options->uuid, "Of the consensus")->required();
    CLI::App& signing = program.verb(noun, "sign", "Say what is taken for the truth of a cell, with a reason",
                                     {Takes::Store, Takes::Rater},
                                     [options](const Session& session) { return sign(*options, session); });
    for (CLI::App* verb : {&listing, &signing}) {
        verb->add_option("--study", options->study, "The study")->type_name("UID");
        verb->add_option("--round", options->round, "The round that it was made of")->type_name("NAME");
        verb->add_option("--method", options->method, "majority, staple or mean-shape")->type_name("METHOD");
    }
    listing.add_flag("--all", options->all, "Earlier ones of the same cell and method, too");
    signing.add_option("--level", options->level, "For example L4-L5")->type_name("LEVEL");
    signing.add_option("--side", options->side, "R or L: the foramen; without it, the canal")
        ->type_name("SIDE");
    signing.add_option("--structure", options->structure, "NF or CC")->type_name("NF|CC");
    signing.add_option("--quantity", options->quantity, "Of the canal (default: dural_sac)")
        ->type_name("QUANTITY");
    signing
        .add_option(
            "--accept", options->accept,
            "What is accepted: a consensus or, with --contour-version, a contour (default: the newest "
            "consensus by --method)")
        ->type_name("UUID");
    signing
        .add_option("--contour-version", options->contourVersion, "Version of the contour that is accepted")
        ->type_name("N");
    signing.add_option("--state", options->state, "open, discuss or signed (default: signed)")
        ->type_name("STATE");
    signing.add_option("--reason", options->reason, "Why; needed to sign")->type_name("TEXT");
    const auto named = [options] { return !options->accept.empty(); };
    program.onlyWhere(signing, {"--contour-version"}, named, "goes with --accept");
    program.onlyWhere(signing, {"--method"}, std::not_fn(named), "does not go with --accept");
    program.onlyWhere(
        signing, {"--quantity"}, [options] { return options->side.empty() && options->structure != "NF"; },
        "goes with the canal");
}

} // namespace forameter::cli
