// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/round_repository.hpp"

#include <algorithm>
#include <filesystem>

#include "contour_file.hpp"
#include "exit_code.hpp"
#include "forameter/core/text.hpp"
#include "forameter/core/words.hpp"
#include "forameter/intake/packets.hpp"
#include "forameter/store/round_advice.hpp"
#include "forameter/store/study_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string name, studies, where, calibration, slicesFile, truth;
    std::string slices = "fixed", quantity = "dural_sac", ai = "none", images = "copy";
    std::vector<std::string> raters, packets;
    store::RoundPlan plan;
    double passMark = -1;
};

/// One UID a line; "all" is every study of the store.
Result<std::vector<StudyUid>> studiesFrom(const std::string& file, const Session& session) {
    const auto text = session.input(file);
    if (!text) return tl::unexpected(text.error());
    return store::studyUidsIn(*text);
}

Result<std::vector<StudyUid>> studiesWhere(const store::Store& store, const std::string& where) {
    const auto page = store::StudyRepository(store).list({.where = where});
    if (!page) {
        if (page.error().code == ErrorCode::InvalidArgument) throw WrongUsage(page.error().message);
        return tl::unexpected(page.error());
    }
    std::vector<StudyUid> studies;
    for (const auto& study : page->studies)
        studies.push_back(study.uid);
    return studies;
}

Result<Json> toJson(const store::RoundRepository& rounds, const store::Round& round) {
    const auto& plan = round.plan;
    const auto progress = rounds.progress(plan.name);
    if (!progress) return tl::unexpected(progress.error());
    Json raters = Json::array();
    for (const auto& one : *progress)
        raters.push_back({{"rater", one.rater.text()},
                          {"cases", one.cases},
                          {"done", one.done},
                          {"in_progress", one.inProgress},
                          {"flagged", one.flagged},
                          {"passed", one.passed ? Json(*one.passed) : Json(nullptr)}});
    return Json{{"name", plan.name},
                {"id", round.id.text()},
                {"state", store::name(round.state)},
                {"created", toIso8601(round.created)},
                {"opened", round.opened ? Json(toIso8601(*round.opened)) : Json(nullptr)},
                {"studies", plan.studies.size()},
                {"calibration", plan.calibration.size()},
                {"pass_mark", orNull(plan.passMark)},
                {"protocol", plan.protocol},
                {"slices", store::name(plan.slices)},
                {"quantity", anatomy::name(plan.quantity)},
                {"ai", store::name(plan.ai)},
                {"raters_per_case", plan.ratersPerCase},
                {"repeats", plan.repeats},
                {"wash_out_days", plan.washOutDays},
                {"seed", plan.seed},
                {"raters", raters}};
}

std::string lines(const Json& round) {
    std::string text = printable(round["name"].get<std::string>()) + ": " +
                       round["state"].get<std::string>() + ", " +
                       counted(round["studies"].get<std::size_t>(), "study", "studies") + "\n";
    for (const Json& one : round["raters"])
        text += "  " + printable(one["rater"].get<std::string>()) + ": " +
                std::to_string(one["done"].get<std::size_t>()) + " of " +
                counted(one["cases"].get<std::size_t>(), "case") + " done\n";
    return text;
}

Result<int> answerRound(const store::Store& store, const Result<store::Round>& round, const Session& session,
                        std::vector<std::string> warnings = {}, const Json& further = Json::object()) {
    if (!round) return tl::unexpected(round.error());
    auto json = toJson(store::RoundRepository(store), *round);
    if (!json) return tl::unexpected(json.error());
    for (const auto& warning : warnings)
        session.say("warning: " + warning);
    (*json)["warnings"] = warnings;
    for (const auto& [key, value] : further.items())
        (*json)[key] = value;
    return session.answer(*json, lines(*json));
}

/// {"slices": [{"study_uid", "structure", "level", "side", "quantity", "series_uid", "sop_uid", "frame"}]}
Result<std::vector<store::FixedSlice>> slicesFrom(const std::string& file, anatomy::Quantity usual,
                                                  const Session& session) {
    const auto text = session.input(file);
    if (!text) return tl::unexpected(text.error());
    const Json json = Json::parse(*text, nullptr, false);
    const auto bad = [&](std::size_t i, const std::string& why) {
        return fail(ErrorCode::InvalidArgument, file + ": slice " + std::to_string(i) + " " + why + ".");
    };
    if (!json.is_object() || !json.contains("slices") || !json["slices"].is_array())
        return fail(ErrorCode::InvalidArgument, file + " is no list of slices: {\"slices\": [...]}.");
    std::vector<store::FixedSlice> slices;
    for (std::size_t i = 0; i < json["slices"].size(); ++i) {
        const Json& one = json["slices"][i];
        const auto word = [&](const char* key) {
            return one.is_object() && one.contains(key) && one[key].is_string() ? one[key].get<std::string>()
                                                                                : std::string();
        };
        const auto structure = anatomy::structureFromName(word("structure"));
        const auto level = anatomy::levelFromName(word("level"));
        const auto side = anatomy::sideFromName(word("side"));
        if (!structure || !level) return bad(i, "has no structure or level");
        const bool foramen = *structure == anatomy::Structure::NF;
        if (foramen != side.has_value()) return bad(i, "needs a side R or L for NF, and none for CC");
        const auto quantity =
            word("quantity").empty() ? std::optional(usual) : anatomy::quantityFromName(word("quantity"));
        if (!foramen && !quantity) return bad(i, "has an unknown quantity");
        if (word("study_uid").empty() || word("series_uid").empty() || word("sop_uid").empty())
            return bad(i, "does not name study_uid, series_uid and sop_uid");
        const bool framed = one.contains("frame") && !one["frame"].is_null();
        if (framed && !one["frame"].is_number_integer()) return bad(i, "has a frame that is no number");
        slices.push_back(
            {StudyUid(word("study_uid")),
             foramen ? anatomy::Cell::foramen(*level, *side) : anatomy::Cell::canal(*level, *quantity),
             {SeriesUid(word("series_uid")), SopUid(word("sop_uid")), framed ? one["frame"].get<int>() : 1}});
    }
    return slices;
}

Json toJson(const store::RoundAdvice& advice) {
    Json cells = Json::array(), off = Json::array();
    for (const auto& [study, cell] : advice.freeCells) {
        Json entry{{"study_uid", study.text()}};
        addCell(entry, cell);
        cells.push_back(std::move(entry));
    }
    for (const auto& [slice, why] : advice.offProtocol) {
        Json entry{{"study_uid", slice.study.text()}};
        addCell(entry, slice.cell);
        entry["series_uid"] = slice.image.series.text();
        entry["sop_uid"] = slice.image.sop.text();
        entry["frame"] = slice.image.frame;
        entry["warnings"] = why;
        off.push_back(std::move(entry));
    }
    return {
        {"fixed_slices", advice.fixed}, {"free_cells", std::move(cells)}, {"off_protocol", std::move(off)}};
}

Result<int> create(const Options& options, const Session& session) {
    if (options.studies.empty() == options.where.empty())
        throw WrongUsage("rounds create needs its studies: --studies all or a file, or --where EXPR.");
    store::RoundPlan plan = options.plan;
    plan.name = options.name;
    for (const auto& rater : options.raters)
        plan.raters.emplace_back(rater);
    plan.slices = options.slices == "free" ? store::SliceRule::Free : store::SliceRule::Fixed;
    plan.quantity = anatomy::quantityFromName(options.quantity).value_or(anatomy::Quantity::DuralSac);
    plan.ai = store::aiArmFromName(options.ai).value_or(store::AiArm::None);
    if (options.passMark >= 0) plan.passMark = options.passMark;
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    if (!options.calibration.empty()) {
        auto calibration = studiesFrom(options.calibration, session);
        if (!calibration) return tl::unexpected(calibration.error());
        plan.calibration = std::move(*calibration);
    }
    auto studies = options.where.empty() && options.studies != "all" ? studiesFrom(options.studies, session)
                                                                     : studiesWhere(*store, options.where);
    if (!studies) return tl::unexpected(studies.error());
    std::erase_if(*studies, [&](const auto& one) { return std::ranges::count(plan.calibration, one) > 0; });
    plan.studies = std::move(*studies);
    if (!options.slicesFile.empty()) {
        auto slices = slicesFrom(options.slicesFile, plan.quantity, session);
        if (!slices) return tl::unexpected(slices.error());
        plan.fixedSlices = std::move(*slices);
    }
    const auto round = store::RoundRepository(*store).create(plan);
    if (!round) return tl::unexpected(round.error());
    const auto advice = store::roundAdvice(*store, round->plan);
    if (!advice) return tl::unexpected(advice.error());
    return answerRound(*store, *round, session, advice->warnings(), toJson(*advice));
}

Result<int> list(const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const store::RoundRepository rounds(*store);
    const auto all = rounds.list();
    if (!all) return tl::unexpected(all.error());
    Json entries = Json::array();
    std::string text;
    Table table{{"name", "state", "studies", "rater", "cases", "done", "in_progress", "flagged", "passed"},
                {}};
    for (const auto& round : *all) {
        auto json = toJson(rounds, round);
        if (!json) return tl::unexpected(json.error());
        text += lines(*json);
        for (Json row : (*json)["raters"]) {
            for (const char* key : {"name", "state", "studies"})
                row[key] = (*json)[key];
            table.add(row);
        }
        entries.push_back(std::move(*json));
    }
    if (session.globals().csv) return session.answer(Json(), table);
    return session.answer(Json{{"rounds", entries}}, text.empty() ? "no rounds\n" : text);
}

Result<int> exportPackets(const Options& options, const Session& session) {
    if (session.globals().out.empty()) throw WrongUsage("rounds export needs a folder: --out DIR.");
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    const auto images =
        options.images == "copy" ? intake::PacketImages::Copy : intake::PacketImages::Reference;
    const auto packets =
        intake::exportPackets(*store, options.name, session.globals().out, images, session.watch());
    if (!packets) return tl::unexpected(packets.error());
    Json entries = Json::array();
    std::string text;
    for (const auto& packet : *packets) {
        entries.push_back({{"rater", packet.rater.text()},
                           {"path", packet.file.string()},
                           {"cases", packet.cases},
                           {"images", packet.images},
                           {"calibration", packet.calibration}});
        text += packet.file.string() + ": " + counted(packet.cases, "case") + " for " + packet.rater.text() +
                (packet.calibration ? ", calibration only" : "") + "\n";
    }
    return session.answer(Json{{"round", options.name}, {"packets", entries}}, text);
}

/// Packets under the paths given, folders walked.
std::vector<fs::path> packetsUnder(const std::vector<std::string>& paths) {
    std::vector<fs::path> packets;
    for (const auto& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            packets.emplace_back(path);
            continue;
        }
        std::vector<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(path, error))
            if (entry.is_regular_file(error) && !entry.is_symlink(error) &&
                entry.path().extension() == ".sqlite")
                found.push_back(entry.path());
        std::ranges::sort(found);
        packets.insert(packets.end(), found.begin(), found.end());
    }
    return packets;
}

Result<int> collect(const Options& options, const Session& session) {
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    const auto packets = packetsUnder(options.packets);
    if (packets.empty()) return fail(ErrorCode::NotFound, "There are no packets in the folders given.");
    Json collected = Json::array(), refused = Json::array();
    std::string text;
    for (const auto& packet : packets) {
        const auto taken = store::collectPacket(*store, options.name, packet, session.watch());
        if (!taken) {
            const auto code = taken.error().code;
            const bool ofPacket = code == ErrorCode::Conflict || code == ErrorCode::Corrupt ||
                                  code == ErrorCode::NotFound || code == ErrorCode::InvalidArgument;
            // What is wrong with the only packet, or not with a packet, is the verb's own failure.
            if (packets.size() == 1 || !ofPacket) return tl::unexpected(taken.error());
            refused.push_back({{"path", packet.string()},
                               {"reason", refusalReason(code)},
                               {"message", taken.error().message}});
            text += "refused: " + taken.error().message + "\n";
            continue;
        }
        collected.push_back({{"path", packet.string()},
                             {"rater", taken->rater.text()},
                             {"added", taken->added},
                             {"unchanged", taken->unchanged},
                             {"audit_entries", taken->auditEntries}});
        text += packet.string() + ": " + std::to_string(taken->added) + " added, " +
                std::to_string(taken->unchanged) + " unchanged\n";
    }
    const Json answer{{"round", options.name}, {"collected", collected}, {"refused", refused}};
    return session.answer(answer, text, refused.empty() ? kDone : kSomeRefused);
}

Result<int> score(const Options& options, const Session& session) {
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    const auto truth = readContourFile(options.truth, session);
    if (!truth) return tl::unexpected(truth.error());
    store::RoundRepository rounds(*store);
    const auto scores = rounds.scoreCalibration(options.name, truth->contours);
    if (!scores) return tl::unexpected(scores.error());
    const auto round = rounds.find(options.name);
    if (!round) return tl::unexpected(round.error());
    Json raters = Json::array();
    Table table{{"rater", "cases", "scored", "mean_dice", "passed"}, {}};
    for (const auto& hers : *scores) {
        Json cases = Json::array();
        for (const auto& one : hers.cases)
            cases.push_back({{"assignment", one.reading.text()},
                             {"study_uid", one.study.text()},
                             {"done", one.done},
                             {"cells", one.cells},
                             {"missing", one.missing},
                             {"elsewhere", one.elsewhere},
                             {"mean_dice", one.done ? Json(one.meanDice) : Json(nullptr)}});
        Json entry{{"rater", hers.rater.text()},
                   {"cases", cases},
                   {"scored", hers.done},
                   {"mean_dice", orNull(hers.meanDice)},
                   {"passed", hers.passed ? Json(*hers.passed) : Json(nullptr)}};
        table.rows.push_back({entry["rater"], cases.size(), hers.done, entry["mean_dice"], entry["passed"]});
        raters.push_back(std::move(entry));
    }
    const Json answer{{"round", options.name},
                      {"pass_mark", orNull(round->plan.passMark)},
                      {"raters", raters},
                      {"refused", refusals(options.truth, truth->refused)}};
    return session.answer(answer, table, {}, truth->refused.empty() ? kDone : kSomeRefused);
}

void addCreate(Program& program, CLI::App& noun, const std::shared_ptr<Options>& options) {
    CLI::App& verb =
        program.verb(noun, "create", "Make a blinded reading round", {Takes::Store, Takes::Rater},
                     [options](const Session& session) { return create(*options, session); });
    auto& plan = options->plan;
    verb.add_option("NAME", options->name, "Letters, digits, . _ - @")->required();
    verb.add_option("--raters", options->raters, "Who reads")
        ->delimiter(',')
        ->required()
        ->type_name("A,B,...");
    verb.add_option("--studies", options->studies, "all, or a file with one study UID a line")
        ->type_name("all|FILE");
    verb.add_option("--where", options->where, "The studies that fulfil this, as for studies --where")
        ->type_name("EXPR");
    verb.add_option("--raters-per-case", plan.ratersPerCase, "So many read each case (default: all)")
        ->type_name("N");
    verb.add_option("--repeats", plan.repeats, "Share of cases that come a second time, unannounced")
        ->type_name("0..1");
    verb.add_option("--wash-out", plan.washOutDays, "Days from finishing a case to its repeat (default 14)")
        ->type_name("DAYS");
    verb.add_option("--seed", plan.seed, "Of order, spreading and repeats (default 1)")->type_name("K");
    verb.add_option("--protocol", plan.protocol, "What is measured how")->type_name("NAME");
    verb.add_option("--slices", options->slices, "fixed (default) or free")
        ->check(CLI::IsMember({"fixed", "free"}));
    verb.add_option("--slices-file", options->slicesFile,
                    "JSON list of images for cells where the protocol's choice is not wanted")
        ->type_name("FILE");
    verb.add_option("--quantity", options->quantity, "What CC means: dural_sac (default), canal, bony_canal")
        ->check(CLI::IsMember({"dural_sac", "canal", "bony_canal"}));
    verb.add_option("--ai", options->ai, "A model's proposal is shown: none (default), after, first")
        ->check(CLI::IsMember({"none", "after", "first"}));
    verb.add_option("--calibration", options->calibration, "File with the study UIDs that come first")
        ->type_name("FILE");
    verb.add_option("--pass-mark", options->passMark, "Mean Dice that calibration needs")
        ->check(CLI::Range(0.0, 1.0));
    program.onlyWhere(
        verb, {"--wash-out"}, [options] { return options->plan.repeats > 0; }, "goes with --repeats");
}

} // namespace

void addRounds(Program& program) {
    CLI::App& noun = program.noun("rounds", "Blinded reading rounds and their packets");
    const auto options = std::make_shared<Options>();
    addCreate(program, noun, options);
    program.verb(noun, "list", "The rounds and how far they are", {Takes::Store, Takes::Rater, Takes::Csv},
                 list);
    const auto named = [options](CLI::App& verb) {
        verb.add_option("NAME", options->name, "The round")->required();
        return &verb;
    };
    named(program.verb(noun, "export", "Write one packet for each rater to --out DIR",
                       {Takes::Store, Takes::Rater, Takes::Out},
                       [options](const Session& session) { return exportPackets(*options, session); }))
        ->add_option("--images", options->images,
                     "copy (default): beside the packet; reference: where they are now")
        ->check(CLI::IsMember({"copy", "reference"}));
    named(program.verb(noun, "collect", "Take packets back; again does nothing", {Takes::Store, Takes::Rater},
                       [options](const Session& session) { return collect(*options, session); }))
        ->add_option("PACKET", options->packets, "Packets, or folders of them")
        ->required();
    named(program.verb(noun, "score", "Compare calibration cases with the truth, and say who has passed",
                       {Takes::Store, Takes::Rater, Takes::Csv},
                       [options](const Session& session) { return score(*options, session); }))
        ->add_option("--truth", options->truth, "Contours to compare with; a consensus of other rounds, too")
        ->type_name("FILE")
        ->required();
    named(program.verb(noun, "close", "End reading; blinding stays", {Takes::Store, Takes::Rater},
                       [options](const Session& session) -> Result<int> {
                           const auto store = session.openStore();
                           if (!store) return tl::unexpected(store.error());
                           return answerRound(*store, store::RoundRepository(*store).close(options->name),
                                              session);
                       }));
    named(program.verb(noun, "open", "End blinding, for good", {Takes::Store, Takes::Rater},
                       [options](const Session& session) -> Result<int> {
                           const auto store = session.openStore();
                           if (!store) return tl::unexpected(store.error());
                           return answerRound(*store, store::RoundRepository(*store).open(options->name),
                                              session);
                       }));
}

} // namespace forameter::cli
