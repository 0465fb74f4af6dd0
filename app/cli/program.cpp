// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <langinfo.h>

#include "exit_code.hpp"
#include "forameter/core/text.hpp"
#include "forameter/report/drawing.hpp"

namespace forameter::cli {

namespace {

int exitCode(const Error& error) {
    if (error.code == ErrorCode::Cancelled) return kInterrupted;
    return error.code == ErrorCode::NotAllowed ? kNotAllowed : kFailed;
}

/// The failure as the contract wants it: one JSON document on standard output, or a line on standard error.
int report(bool json, std::string_view code, const std::string& message, int exit) {
    if (json)
        std::cout << dumped(Json{{"error", {{"code", code}, {"message", message}}}}, 1) << std::endl;
    else
        std::cerr << "forameter-cli: " << printable(message) << std::endl;
    return exit;
}

/// Qt wants a UTF-8 locale and says so on standard error where there is none, as in a bare container.
void useUtf8() {
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
    setenv("LC_ALL", "C.UTF-8", 1);
    std::setlocale(LC_CTYPE, "C.UTF-8");
}

} // namespace

CLI::Validator atLeast(std::int64_t least) {
    // Not CLI11's, whose sentence names the greatest number of the type with all its digits.
    return {[least](const std::string& text) {
                std::int64_t value = 0;
                const char* const end = text.data() + text.size();
                const auto [stop, error] = std::from_chars(text.data(), end, value);
                const bool good = error == std::errc{} && stop == end && value >= least;
                return good ? std::string()
                            : text + " is no whole number of at least " + std::to_string(least);
            },
            ""};
}

Program::Program()
    : m_app("Measures the lumbar neuroforamina and the central canal on MRI. Research use only, not for "
            "diagnosis.",
            "forameter-cli") {
    m_app.set_version_flag("--version", "forameter " FORAMETER_VERSION);
    m_app.require_subcommand(1);
    m_app.fallthrough(); // global options may stand before or after the verb
    m_app.get_formatter()->column_width(36);
    m_app.add_flag("--json", m_globals.json, "Answer with exactly one JSON document on standard output");
    m_app.add_flag("--csv", m_globals.csv, "Answer with a table as comma-separated values");
    m_app.add_flag("--quiet", m_globals.quiet, "No progress, no remarks");
    m_app.add_option("--progress", m_globals.progress, "Progress on standard error: auto, text, json, none")
        ->check(CLI::IsMember({"auto", "text", "json", "none"}));
    m_app
        .add_option("--store", m_globals.store, "The store to work on: a file (default: in your data folder)")
        ->type_name("FILE");
    m_app.add_option("--as", m_globals.as, "Act as this rater; without it, as the administrator")
        ->type_name("RATER");
    m_app.add_flag("--password-stdin", m_globals.passwordStdin,
                   "Read the password of --as from the first line of standard input (or set "
                   "FORAMETER_PASSWORD)");
    m_app.add_option("-j,--jobs", m_globals.jobs, "Processes that read (default: one per processor)")
        ->type_name("N")
        ->check(CLI::Range(1, 1024));
    m_app.add_flag("--dry-run", m_globals.dryRun, "Say what would be done, change nothing");
    m_app.add_option("-o,--out", m_globals.out, "File or folder to write to")->type_name("PATH");
}

CLI::App& Program::noun(const std::string& name, const std::string& description) {
    CLI::App& noun = *m_app.add_subcommand(name, description);
    noun.require_subcommand(1);
    return noun;
}

CLI::App& Program::verb(const std::string& name, const std::string& description, std::set<Takes> takes,
                        Action action) {
    return verb(m_app, name, description, std::move(takes), std::move(action));
}

CLI::App& Program::verb(CLI::App& noun, const std::string& name, const std::string& description,
                        std::set<Takes> takes, Action action) {
    CLI::App& verb = *noun.add_subcommand(name, description);
    verb.callback([this, takes = std::move(takes), action = std::move(action)] {
        m_takes = takes;
        m_action = action;
    });
    return verb;
}

/// An empty value, as a script with an unset variable gives it, would count as not given: `--as ""` as
/// nobody.
void Program::checkValues() const {
    constexpr std::array mayBeEmpty{"--where", "--note", "--reason", "--comment"};
    for (const CLI::App* app = &m_app; app;) {
        for (const CLI::Option* option : app->get_options())
            for (const std::string& value : option->results())
                if (value.empty() && std::ranges::find(mayBeEmpty, option->get_name()) == mayBeEmpty.end())
                    throw WrongUsage(option->get_name() + " has an empty value.");
        const auto verbs = app->get_subcommands();
        app = verbs.empty() ? nullptr : verbs.front();
    }
}

void Program::checkGlobals() const {
    const auto check = [&](bool given, Takes option, const char* name) {
        if (given && !m_takes.contains(option))
            throw WrongUsage(std::string(name) + " does not apply to this verb.");
    };
    check(!m_globals.store.empty(), Takes::Store, "--store");
    check(!m_globals.as.empty(), Takes::Rater, "--as");
    check(m_globals.passwordStdin, Takes::Rater, "--password-stdin");
    if (m_globals.passwordStdin && m_globals.as.empty() && !m_takes.contains(Takes::NewPassword))
        throw WrongUsage("--password-stdin goes with --as: it is that rater's password.");
    check(m_globals.jobs != 0, Takes::Jobs, "-j");
    check(m_globals.csv, Takes::Csv, "--csv");
    check(m_globals.dryRun, Takes::DryRun, "--dry-run");
    check(!m_globals.out.empty(), Takes::Out, "--out");
    if (m_globals.json && m_globals.csv) throw WrongUsage("--json and --csv exclude each other.");
}

void Program::onlyWhere(const CLI::App& verb, std::vector<std::string> options, std::function<bool()> applies,
                        std::string why) {
    m_rules.push_back({&verb, std::move(options), std::move(applies), std::move(why)});
}

void Program::checkRules() const {
    for (const Rule& rule : m_rules) {
        if (!rule.verb->parsed() || rule.applies()) continue;
        for (const std::string& name : rule.options) {
            const CLI::Option* option = rule.verb->get_option_no_throw(name);
            if (!option) option = m_app.get_option(name);
            if (option->count() > 0) throw WrongUsage(name + " " + rule.why + ".");
        }
    }
}

int Program::act(int& argc, char** argv, std::stop_token stop) {
    checkValues();
    checkGlobals();
    checkRules();
    Session session(m_globals, std::move(stop));
    // Qt's database drivers need an application, plots an off-screen one; nothing else does.
    std::unique_ptr<QCoreApplication> application;
    std::unique_ptr<report::Drawing> drawing;
    const bool draws = std::ranges::any_of(m_draws, [](const auto& wanted) { return wanted(); });
    if (draws || m_takes.contains(Takes::Store)) useUtf8();
    if (draws)
        drawing = std::make_unique<report::Drawing>(argc, argv);
    else if (m_takes.contains(Takes::Store))
        application = std::make_unique<QCoreApplication>(argc, argv);
    if (m_takes.contains(Takes::Store)) {
        if (auto found = session.findStore(); !found)
            return report(m_globals.json, name(found.error().code), found.error().message,
                          exitCode(found.error()));
    }
    const Result<int> result = m_action(session);
    if (result) return *result;
    session.endProgress();
    return report(m_globals.json, name(result.error().code), result.error().message,
                  exitCode(result.error()));
}

std::string Program::whatIsWrong(const CLI::ParseError& e) const {
    // The parser says that a verb is missing where it does not know the one given.
    const std::vector<std::string> unknown = m_app.remaining(true);
    if (e.get_name() == "RequiredError" && !unknown.empty()) return "There is no verb " + unknown.front();
    return e.what();
}

int Program::run(int argc, char** argv, std::stop_token stop) {
    // The parser may fail before it has come to --json.
    const auto wantsJson = [&] {
        for (int i = 1; i < argc; ++i)
            if (std::strcmp(argv[i], "--json") == 0) return true;
        return false;
    };
    try {
        m_app.parse(argc, argv);
        return act(argc, argv, std::move(stop));
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) { // --help and --version
            if (!wantsJson() || !dynamic_cast<const CLI::CallForVersion*>(&e)) return m_app.exit(e);
            std::cout << dumped(Json{{"version", FORAMETER_VERSION}}, 1) << std::endl;
            return kDone;
        }
        return report(wantsJson(), "usage", whatIsWrong(e) + " (see forameter-cli --help)", kUsage);
    } catch (const WrongUsage& e) {
        return report(wantsJson(), "usage", e.what(), kUsage);
    } catch (const std::bad_alloc&) {
        return report(wantsJson(), "other", "There is not enough memory for this.", kFailed);
    } catch (const std::exception& e) {
        return report(wantsJson(), "other", std::string("Something is wrong in this program: ") + e.what(),
                      kFailed);
    }
}

} // namespace forameter::cli
