// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "forameter/core/text.hpp"
#include "forameter/store/study_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string study, series, weighting;
    int stack = -1; ///< -1: all of the series
};

Result<int> answerWith(const store::Store& store, const Options& options, const Session& session) {
    const auto study = store::StudyRepository(store).find(StudyUid(options.study));
    if (!study) return tl::unexpected(study.error());
    Json all = Json::array();
    Table table{{"series_uid", "description", "stack", "plane", "weighting", "corrected", "slices",
                 "measurable", "warnings"},
                {}};
    for (const auto& series : study->series) {
        Json stacks = Json::array();
        for (const auto& stack : series.stacks) {
            const Json entry{{"index", stack.index},
                             {"plane", geometry::name(stack.plane)},
                             {"weighting", nameOrNull(stack.weighting)},
                             {"corrected", stack.weightingCorrected},
                             {"slices", stack.slices()},
                             {"measurable", stack.measurable},
                             {"warnings", stack.warnings}};
            std::string warnings;
            for (const auto& warning : stack.warnings)
                warnings += (warnings.empty() ? "" : " ") + warning;
            table.rows.push_back({series.uid.text(), series.description, stack.index, entry["plane"],
                                  entry["weighting"], entry["corrected"], entry["slices"],
                                  entry["measurable"], orNull(warnings)});
            stacks.push_back(entry);
        }
        all.push_back({{"series_uid", series.uid.text()},
                       {"description", series.description},
                       {"stacks", std::move(stacks)}});
    }
    return session.answer(Json{{"study_uid", study->uid.text()}, {"series", all}}, table);
}

Result<int> list(const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    return answerWith(*store, options, session);
}

Result<int> setWeighting(const Options& options, const Session& session) {
    const auto weighting = weightingFromName(options.weighting);
    if (!weighting && options.weighting != "unknown")
        throw WrongUsage("--weighting is T1, T2, PD, STIR or unknown.");
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    store::StudyRepository studies(*store);
    const auto study = studies.find(StudyUid(options.study));
    if (!study) return tl::unexpected(study.error());
    const auto series =
        std::ranges::find(study->series, SeriesUid(options.series), &store::SeriesRecord::uid);
    if (series == study->series.end())
        return fail(ErrorCode::NotFound,
                    "Study " + options.study + " has no series " + printable(options.series) + ".");
    std::vector<int> stacks{options.stack};
    if (options.stack < 0) {
        stacks.clear();
        for (const auto& stack : series->stacks)
            stacks.push_back(stack.index);
    }
    if (auto done = studies.correctWeighting(series->uid, stacks, weighting); !done)
        return tl::unexpected(done.error());
    return answerWith(*store, options, session);
}

} // namespace

void addSeries(Program& program) {
    CLI::App& noun = program.noun("series", "The series of a study: their stacks, planes and weightings");
    const auto options = std::make_shared<Options>();
    const auto study = [options](CLI::App& verb) {
        verb.add_option("--study", options->study, "Of this study")->type_name("UID")->required();
    };
    study(program.verb(noun, "list", "How each stack of a study was understood",
                       {Takes::Store, Takes::Rater, Takes::Csv},
                       [options](const Session& session) { return list(*options, session); }));
    CLI::App& verb =
        program.verb(noun, "set-weighting", "Correct the weighting that was found, where it is wrong",
                     {Takes::Store, Takes::Rater, Takes::Csv},
                     [options](const Session& session) { return setWeighting(*options, session); });
    study(verb);
    verb.add_option("SERIES", options->series, "Its UID")->required();
    verb.add_option("--weighting", options->weighting, "T1, T2, PD, STIR or unknown")
        ->type_name("WORD")
        ->required();
    verb.add_option("--stack", options->stack, "Only this stack of the series, counted from 0 (default: all)")
        ->type_name("N")
        ->check(CLI::Range(0, 100'000));
}

} // namespace forameter::cli
