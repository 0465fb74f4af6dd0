// SPDX-License-Identifier: Apache-2.0
#include "agreement_input.hpp"
#include "agreement_json.hpp"
#include "agreement_report.hpp"
#include "exit_code.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

Result<int> agreementOfTable(const AgreementOptions& options, const Session& session) {
    const auto scale = agreement::scaleFromName(options.scale);
    if (!scale) throw WrongUsage("--scale is one of nominal, ordinal, interval, ratio.");
    const auto text = session.input(options.table);
    if (!text) return tl::unexpected(text.error());
    const auto table = readRatings(*text, *scale);
    if (!table) return fail(table.error().code, options.table + ": " + table.error().message);
    const Json answer = toJson(*table, agreement::tableAgreement(*table, *scale));
    return session.answer(answer, ratingsTable(answer));
}

Result<int> agreementOfContours(const AgreementOptions& options, const Session& session) {
    if (!options.level.empty() && !anatomy::levelFromName(options.level))
        throw WrongUsage("--level is one of L1-L2, L2-L3, ..., L5-S1.");
    if (auto free = checkReports(options, session); !free) return tl::unexpected(free.error());
    const auto input = readAgreementInput(options, session);
    if (!input) return tl::unexpected(input.error());
    const auto summary = agreement::summarise(
        input->readings, {.bootstrap = options.bootstrap, .seed = options.seed}, session.watch());
    if (!summary) return tl::unexpected(summary.error());
    if (auto written = writeReports(options, *input, *summary, session); !written)
        return tl::unexpected(written.error());
    session.endProgress();
    Json answer = toJson(input->readings, *summary);
    answer["refused"] = input->refused;
    answer["stale_consensus"] = input->stale;
    for (const Json& one : input->stale)
        session.say("warning: " + one["message"].get<std::string>());
    const int exit = input->refused.empty() ? kDone : kSomeRefused;
    return session.globals().csv
               ? session.answer(answer, casesTable(answer), {}, exit)
               : session.answer(answer, agreementText(answer) + refusalText(input->refused), exit);
}

Result<int> agreementVerb(const AgreementOptions& options, const Session& session) {
    return options.table.empty() ? agreementOfContours(options, session) : agreementOfTable(options, session);
}

} // namespace

void addAgreement(Program& program) {
    const auto options = std::make_shared<AgreementOptions>();
    CLI::App& verb =
        program.verb("agreement", "How far raters agree: of contours in files or the store, or of a table",
                     {Takes::Store, Takes::Rater, Takes::Csv},
                     [options](const Session& session) { return agreementVerb(*options, session); });
    verb.add_option("FILE", options->files,
                    "Contour documents; a rater's second document is her repeat (without: the store)");
    verb.add_option(
            "--truth", options->truth,
            "Contours to measure everybody against; with neighbouring slices, the choice of slice, too")
        ->type_name("FILE");
    verb.add_option("--raters", options->raters,
                    "Only these, separated by commas; truth if it is to count as one")
        ->delimiter(',')
        ->type_name("A,B");
    verb.add_option("--round", options->round, "Of the store: only the readings of this round")
        ->type_name("NAME");
    verb.add_option("--structure", options->structure, "NF or CC only")->check(CLI::IsMember({"NF", "CC"}));
    verb.add_option("--level", options->level, "One level only")->type_name("L4-L5");
    verb.add_option("--bootstrap", options->bootstrap,
                    "Intervals from so many draws of patients (default: none)")
        ->type_name("N")
        ->check(CLI::Range(0, 1'000'000));
    verb.add_option("--seed", options->seed, "Of the bootstrap (default 1)")->type_name("K");
    verb.add_option("--table", options->table, "Ratings as CSV instead: subject, one column per rater")
        ->type_name("FILE.csv");
    addReportOptions(program, verb, options);
    verb.add_option("--scale", options->scale, "Of the table: interval (default), nominal, ordinal or ratio")
        ->check(CLI::IsMember({"interval", "nominal", "ordinal", "ratio"}));
    program.onlyWhere(
        verb,
        {"FILE", "--truth", "--raters", "--structure", "--level", "--bootstrap", "--seed", "--pdf", "--html",
         "--csv-dir", "--hide-names"},
        [options] { return options->table.empty(); }, "goes with contours, not with a --table");
    program.onlyWhere(
        verb, {"--scale"}, [options] { return !options->table.empty(); }, "goes with a --table");
    program.onlyWhere(
        verb, {"--store", "--as", "--password-stdin", "--round"},
        [options] { return options->files.empty() && options->table.empty(); },
        "goes with contours of a store, not of documents or a --table");
    program.onlyWhere(
        verb, {"--seed"}, [options] { return options->bootstrap > 0; }, "goes with --bootstrap");
    program.onlyWhere(
        verb, {"--hide-names"}, [options] { return options->report.wanted(); },
        "goes with --pdf, --html or --csv-dir");
}

} // namespace forameter::cli
