// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "session.hpp"

namespace forameter::cli {

/// The global options that a verb takes beside --json, --quiet and --progress. Another one on its command
/// line is wrong usage.
enum class Takes {
    Store,
    Rater,
    NewPassword, ///< --password-stdin brings one to be set, not that of --as
    Jobs,
    Csv,
    DryRun,
    Out
};

/// What a verb does; the result is the exit code.
using Action = std::function<Result<int>(const Session&)>;

/// A check for an option's value: a whole number, at least `least`.
[[nodiscard]] CLI::Validator atLeast(std::int64_t least);

/// The command line: verbs and nouns register themselves, then run() parses and acts.
class Program {
public:
    Program();

    /// A verb for files, or one of a noun. Its positionals and own options are added to what is returned.
    CLI::App& verb(const std::string& name, const std::string& description, std::set<Takes> takes,
                   Action action);
    CLI::App& verb(CLI::App& noun, const std::string& name, const std::string& description,
                   std::set<Takes> takes, Action action);
    CLI::App& noun(const std::string& name, const std::string& description);

    /// Options of a verb, global ones among them, that mean something only where `applies` holds after
    /// parsing. Elsewhere they are wrong usage: "--seed" and `why`, "goes with --bootstrap".
    void onlyWhere(const CLI::App& verb, std::vector<std::string> options, std::function<bool()> applies,
                   std::string why);

    /// Where this holds after parsing, the verb draws: an off-screen application is made for it.
    void drawsIf(std::function<bool()> wanted) { m_draws.push_back(std::move(wanted)); }

    /// Returns the exit code.
    int run(int argc, char** argv, std::stop_token stop);

private:
    void checkValues() const;
    void checkGlobals() const;
    void checkRules() const;
    [[nodiscard]] std::string whatIsWrong(const CLI::ParseError& e) const;
    int act(int& argc, char** argv, std::stop_token stop);

    CLI::App m_app;
    Globals m_globals;
    Action m_action; ///< of the verb that was named
    std::set<Takes> m_takes;
    struct Rule {
        const CLI::App* verb;
        std::vector<std::string> options;
        std::function<bool()> applies;
        std::string why;
    };
    std::vector<Rule> m_rules;
    std::vector<std::function<bool()>> m_draws;
};

} // namespace forameter::cli
