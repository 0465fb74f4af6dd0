// SPDX-License-Identifier: Apache-2.0
#include "forameter/intake/import.hpp"
#include "exit_code.hpp"
#include "forameter/core/words.hpp"
#include "forameter/intake/import_json.hpp"
#include "images.hpp"
#include "scan_text.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::vector<std::string> paths;
    std::string copyTo, key;
    bool deidentify = false;
};

Result<int> import(const Options& options, const Session& session) {
    // Never take identified images silently where somebody asked for the contrary.
    if (options.deidentify || !options.key.empty())
        throw WrongUsage("This version cannot de-identify: --deidentify and --key come with a later one. "
                         "Nothing was imported.");
    const auto found = existing(options.paths);
    if (!found) return tl::unexpected(found.error());
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    intake::ImportOptions how;
    how.copyTo = options.copyTo;
    how.worker = ownProgram();
    how.jobs = session.jobs();
    how.dryRun = session.globals().dryRun;
    const auto report = intake::importPaths(*store, *found, how, session.watch());
    if (!report) return tl::unexpected(report.error());
    const bool json = session.globals().json;
    std::string text;
    if (!json)
        text = scanText(report->scan) + (how.dryRun ? "would add " : "added ") +
               counted(report->added.studies, "study", "studies") + ", " +
               std::to_string(report->added.series) + " series, " +
               counted(report->added.instances, "image") + "; " +
               counted(report->unchanged, "image was", "images were") + " there already\n";
    return session.answerText(json ? intake::toJson(*report) : "", text,
                              report->scan.refused.empty() ? kDone : kSomeRefused);
}

} // namespace

void addImport(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb = program.verb("import", "Register the studies in files and folders in a store",
                                  {Takes::Store, Takes::Rater, Takes::Jobs, Takes::DryRun},
                                  [options](const Session& session) { return import(*options, session); });
    verb.add_option("PATH", options->paths, "Files and folders")->required();
    verb.add_option("--copy-to", options->copyTo,
                    "Keep a copy of every file taken in this folder; without it the store refers to the "
                    "files where they are")
        ->type_name("DIR");
    verb.add_flag("--deidentify", options->deidentify)->group("");
    verb.add_option("--key", options->key)->group("");
}

} // namespace forameter::cli
