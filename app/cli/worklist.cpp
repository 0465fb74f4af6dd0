// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/round_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string assignment, state, flag, comment;
    int difficulty = -1;
    bool comments = false;
};

Json toJson(const store::Assignment& one) {
    return {{"assignment", one.id.text()},
            {"round", one.round},
            {"position", one.position},
            {"case", "Case " + std::to_string(one.position)},
            {"study_uid", one.study.text()},
            {"calibration", one.calibration},
            {"state", store::name(one.state)},
            {"flagged", one.flagged},
            {"difficulty", one.difficulty ? Json(*one.difficulty) : Json(nullptr)},
            {"comment", one.comment},
            {"finished", one.finished ? Json(toIso8601(*one.finished)) : Json(nullptr)},
            {"due", one.due}};
}

Result<int> worklist(const Options& options, const Session& session) {
    store::AssignmentChange change;
    if (!options.state.empty()) {
        change.state = store::caseStateFromName(options.state);
        if (!change.state) throw WrongUsage("--state is todo, in-progress or done.");
    }
    if (!options.flag.empty()) change.flagged = options.flag == "yes";
    if (options.difficulty >= 0) change.difficulty = options.difficulty;
    if (options.comments) change.comment = options.comment;
    const bool changes = change.state || change.flagged || change.difficulty || change.comment;
    if (changes == options.assignment.empty())
        throw WrongUsage(
            "To say something of a case, name it with --assignment UUID and give --state, --flag, "
            "--difficulty or --comment.");
    const auto store = changes ? session.openStore() : session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto& rater = store->actor().rater; // a packet knows whose it is
    if (!rater) throw WrongUsage("worklist needs to know who acts: --as RATER.");
    store::RoundRepository rounds(*store);
    if (changes)
        if (auto done = rounds.update(store::AssignmentId(options.assignment), change); !done)
            return tl::unexpected(done.error());
    const auto list = rounds.worklist(*rater);
    if (!list) return tl::unexpected(list.error());
    const auto next = rounds.next(*rater);
    if (!next) return tl::unexpected(next.error());
    Table table{{"round", "position", "study_uid", "state", "due", "flagged", "difficulty", "comment"}, {}};
    Json cases = Json::array();
    std::size_t done = 0, inProgress = 0;
    for (const auto& one : *list) {
        cases.push_back(toJson(one));
        table.add(cases.back());
        done += one.state == store::CaseState::Done ? 1 : 0;
        inProgress += one.state == store::CaseState::InProgress ? 1 : 0;
    }
    const Json answer{{"rater", rater->text()},
                      {"cases", cases},
                      {"progress", {{"cases", list->size()}, {"done", done}, {"in_progress", inProgress}}},
                      {"next", *next ? toJson(**next) : Json(nullptr)}};
    const std::string note =
        std::to_string(done) + " of " + std::to_string(list->size()) + " done; next: " +
        (*next ? "case " + std::to_string((*next)->position) + " of round " + (*next)->round : "none") + "\n";
    return session.answer(answer, table, note);
}

} // namespace

void addWorklist(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb =
        program.verb("worklist", "The acting rater's cases in her order, and what she says of one",
                     {Takes::Store, Takes::Rater, Takes::Csv},
                     [options](const Session& session) { return worklist(*options, session); });
    verb.add_option("--assignment", options->assignment, "Change this case")->type_name("UUID");
    verb.add_option("--state", options->state, "todo, in-progress or done")->type_name("STATE");
    verb.add_option("--flag", options->flag, "yes or no")->check(CLI::IsMember({"yes", "no"}));
    verb.add_option("--difficulty", options->difficulty, "1 (easy) to 5; 0 takes it back")
        ->check(CLI::Range(0, 5));
    verb.add_option_function<std::string>(
            "--comment",
            [options](const std::string& text) {
                options->comment = text;
                options->comments = true;
            },
            "What there is to say")
        ->type_name("TEXT");
}

} // namespace forameter::cli
