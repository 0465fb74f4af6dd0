// SPDX-License-Identifier: Apache-2.0
#include "contour_file.hpp"
#include "exit_code.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/audit_log.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string file, study, rater, source, assignment, round;
    bool allVersions = false;
};

Result<int> import(const Options& options, const Session& session) {
    const auto read = readContourFile(options.file, session);
    if (!read) return tl::unexpected(read.error());
    auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    if (!options.assignment.empty()) {
        store = store->inReading(store::AssignmentId(options.assignment));
        if (!store) return tl::unexpected(store.error());
    }
    using Mode = store::ContourRepository::Mode;
    const auto imported = store::ContourRepository(*store).import(
        *read, session.globals().dryRun ? Mode::DryRun : Mode::Write, session.watch());
    if (!imported) return tl::unexpected(imported.error());
    const Json refused = refusals(options.file, imported->refused);
    const Json warnings = refusals(options.file, imported->warnings);
    const Json answer{{"added", imported->added},
                      {"changed", imported->changed},
                      {"unchanged", imported->unchanged},
                      {"refused", refused},
                      {"warnings", warnings}};
    const std::string lines =
        refusalText(refused) + refusalText(warnings, "warning") + std::to_string(imported->added) +
        " added, " + std::to_string(imported->changed) + " changed, " + std::to_string(imported->unchanged) +
        " unchanged, " + std::to_string(refused.size()) + " refused\n";
    return session.answer(answer, lines, refused.empty() ? kDone : kSomeRefused);
}

Result<int> exportThem(const Options& options, const Session& session) {
    store::ContourFilter filter;
    if (!options.study.empty()) filter.study = StudyUid(options.study);
    if (!options.rater.empty()) filter.rater = RaterId(options.rater);
    if (!options.assignment.empty()) filter.reading = store::AssignmentId(options.assignment);
    if (!options.round.empty()) filter.round = options.round;
    if (!options.source.empty()) {
        filter.source = protocol::sourceFromName(options.source);
        if (!filter.source)
            throw WrongUsage("--source is one of manual, model, edited-model, consensus, phantom.");
    }
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    if (filter.study)
        if (const auto known = store::StudyRepository(*store).find(*filter.study); !known)
            return tl::unexpected(known.error());
    const store::ContourRepository contours(*store);
    const auto found = options.allVersions ? contours.versions(filter) : contours.current(filter);
    if (!found) return tl::unexpected(found.error());
    if (!options.round.empty() && store->actor().rater) {
        const auto round = store::RoundRepository(*store).find(options.round);
        if (round && round->state != store::RoundState::Opened)
            session.say(store::stillBlinded(options.round).message);
    }
    std::vector<protocol::MeasuredContour> entries;
    for (const auto& stored : *found)
        entries.push_back({stored.contour, stored.measurement,
                           options.allVersions ? std::optional(stored.version) : std::nullopt,
                           stored.deleted});
    // Data that leave the store are an event of their own, which one that cannot be written cannot keep.
    const std::string what = counted(entries.size(), "contour") + " of " +
                             (options.study.empty() ? "all studies" : "study " + options.study);
    if (store->readOnly())
        session.say("The export is not noted in the audit, because the store cannot be written.");
    else if (auto noted = store::AuditLog(*store).record("contours.export", what); !noted)
        return tl::unexpected(noted.error());
    const std::string document = protocol::contoursToJson(entries);
    const std::string& out = session.globals().out;
    if (out.empty() || out == "-") {
        return session.answerText(document, document);
    }
    if (auto done = writeOutput(out, document); !done) return tl::unexpected(done.error());
    return session.answer(Json{{"file", out}, {"contours", entries.size()}},
                          counted(entries.size(), "contour") + " written to " + out + "\n");
}

} // namespace

void addContours(Program& program) {
    CLI::App& noun = program.noun("contours", "Contours in and out of a store");
    const auto options = std::make_shared<Options>();
    CLI::App& importing = program.verb(
        noun, "import", "Take the contours of a document", {Takes::Store, Takes::Rater, Takes::DryRun},
        [options](const Session& session) { return import(*options, session); });
    importing.add_option("FILE", options->file, "Contour document, - for standard input")->required();
    const auto reading = [options](CLI::App& verb, const char* what) {
        verb.add_option("--assignment", options->assignment, what)->type_name("UUID");
    };
    reading(importing,
            "They belong to this case of a round, as worklist names it (default: the rater's first "
            "reading of the study in a running round)");
    CLI::App& exporting =
        program.verb(noun, "export", "Write contours with their areas as a document",
                     {Takes::Store, Takes::Rater, Takes::Out},
                     [options](const Session& session) { return exportThem(*options, session); });
    exporting.add_option("--study", options->study, "Of this study only")->type_name("UID");
    exporting.add_option("--rater", options->rater, "By this rater only")->type_name("RATER");
    reading(exporting, "Of this case of a round only");
    exporting.add_option("--round", options->round, "Of the readings of this round only")->type_name("NAME");
    exporting
        .add_option("--source", options->source,
                    "Of this source only: manual, model, edited-model, consensus, phantom")
        ->type_name("SOURCE");
    exporting.add_flag("--all-versions", options->allVersions, "Every version, deleted ones too");
}

} // namespace forameter::cli
