// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "exit_code.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/store/store.hpp"
#include "table.hpp"

namespace forameter::cli {

/// What the global options say.
struct Globals {
    bool json = false, csv = false, quiet = false, dryRun = false;
    std::string progress = "auto"; ///< auto, text, json or none
    std::string store, as, out;    ///< "": not given
    bool passwordStdin = false;
    int jobs = 0; ///< 0: not given
};

/// What a verb works with: the global options, its place to answer, and how it is followed and ended.
class Session {
public:
    Session(Globals globals, std::stop_token stop);

    [[nodiscard]] const Globals& globals() const { return m_globals; }
    [[nodiscard]] const Watch& watch() const { return m_watch; }
    [[nodiscard]] int jobs() const; ///< -j, else the number of processors
    [[nodiscard]] std::filesystem::path storePath() const { return m_storePath; }
    /// Works out storePath(); fails on stores that this version cannot open, and where --out names the store.
    Result<> findStore();
    /// Fails where a file that a verb is to write, named by `option`, is the store or its journal.
    [[nodiscard]] Result<> checkOutput(const std::string& option, const std::string& path) const;
    /// The whole of a file, or of standard input for "-". Fails, naming it, where it cannot be read, exceeds
    /// 1 GiB or is the store itself: closing it would drop SQLite's locks.
    [[nodiscard]] Result<std::string> input(const std::string& path) const;

    /// The store under --store, opened as --as says. Fails where it does not exist. Where a password is given
    /// (--password-stdin, else the environment's FORAMETER_PASSWORD) the rater signs in with it.
    enum class Input { Free, Taken }; ///< Taken: standard input holds something else than her password
    [[nodiscard]] Result<store::Store> openStore(Input input = Input::Free,
                                                 store::Store::Need need = store::Store::Need::Write) const;
    /// The same for verbs that only read: a store that cannot be written will do.
    [[nodiscard]] Result<store::Store> openStoreToRead() const {
        return openStore(Input::Free, store::Store::Need::Read);
    }
    /// The first line of standard input. Fails where there is none.
    [[nodiscard]] Result<std::string> passwordFromInput() const;
    /// The rater of --as; wrong usage where it is missing.
    [[nodiscard]] RaterId needRater(const std::string& verb) const;
    /// Refuses (not-allowed) what only an administrator of a store may do, for verbs that do not open it. Who
    /// acts; without a name where the store is not there or damaged, so that nobody's right could be asked.
    [[nodiscard]] Result<store::Actor> needAdministrator(const std::string& verb) const;

    // Answers. Exactly one of them is called by a verb that succeeds; the result is its exit code.
    [[nodiscard]] Result<int> answer(const Json& json, const std::string& text, int exit = kDone) const;
    /// The note follows the table that people read; as CSV the table stands alone.
    [[nodiscard]] Result<int> answer(const Json& json, const Table& table, const std::string& note = {},
                                     int exit = kDone) const;
    [[nodiscard]] Result<int> answerText(const std::string& jsonText, const std::string& text,
                                         int exit = kDone) const;

    /// One line on standard error, unless --quiet.
    void say(const std::string& line) const;
    /// Ends the progress line.
    void endProgress() const;

private:
    Globals m_globals;
    Watch m_watch;
    std::filesystem::path m_storePath;
};

/// `forameter-cli` itself, for the child processes that scans start.
[[nodiscard]] std::filesystem::path ownProgram();

/// The command line's fault, found after parsing: exit code 2. Thrown by verbs, caught by Program.
struct WrongUsage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// writeWhole(), or to standard output for "-".
[[nodiscard]] Result<> writeOutput(const std::string& path, const std::string& text);

} // namespace forameter::cli
