// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <poll.h>
#include <thread>
#include <unistd.h>

#include "forameter/core/files.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/core/text.hpp"
#include "forameter/store/sign_in.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostInput = std::size_t{1} << 30;

std::string reason() {
    return std::strerror(errno);
}

/// At most ten lines a second, and always the last one.
std::function<void(const Progress&)> progressWriter(const Globals& globals) {
    const bool json = globals.progress == "json";
    const bool text = globals.progress == "text" || (globals.progress == "auto" && isatty(STDERR_FILENO));
    if (globals.quiet || (!json && !text)) return {};
    struct State {
        std::mutex mutex;
        std::chrono::steady_clock::time_point last{};
    };
    return [json, state = std::make_shared<State>()](const Progress& progress) {
        const std::scoped_lock lock(state->mutex);
        const auto now = std::chrono::steady_clock::now();
        const bool complete = progress.total > 0 && progress.done >= progress.total;
        if (!complete && now - state->last < std::chrono::milliseconds(100)) return;
        state->last = now;
        std::string line;
        if (json) {
            line = dumped(Json{{"done", progress.done}, {"total", progress.total}, {"what", progress.what}}) +
                   "\n";
        } else {
            line = "\r\033[K" + printable(progress.what) + " " + std::to_string(progress.done);
            if (progress.total > 0) line += " of " + std::to_string(progress.total);
            if (complete) line += "\r\033[K";
        }
        writeAll(STDERR_FILENO, line);
    };
}

Result<std::string> readInput(const std::string& path, const Watch& watch) {
    const bool standard = path == "-";
    const std::string what = standard ? "Standard input" : "The file " + path;
    const int descriptor = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Unreadable,
                    what + " cannot be read: " + reason() + ".");
    std::string text;
    char buffer[1 << 16];
    Result<> failure;
    while (true) {
        if (watch.cancelled()) {
            failure = interrupted();
            break;
        }
        // A signal may arrive just before a read that waits: wait in small steps instead.
        pollfd waiting{descriptor, POLLIN, 0};
        if (::poll(&waiting, 1, 100) <= 0) continue;
        const ssize_t n = ::read(descriptor, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) failure = fail(ErrorCode::Unreadable, what + " cannot be read: " + reason() + ".");
        if (n <= 0) break;
        if (text.size() + static_cast<std::size_t>(n) > kMostInput) {
            failure = fail(ErrorCode::TooLarge, what + " is larger than 1 GiB.");
            break;
        }
        text.append(buffer, static_cast<std::size_t>(n));
    }
    if (!standard) ::close(descriptor);
    if (!failure) return tl::unexpected(failure.error());
    return text;
}

/// Names of files, people and models are strangers' words; only the ends of lines are ours.
std::string printableLines(std::string_view text) {
    std::string result;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        result += printable(text.substr(from, end - from));
        if (end < text.size()) result += '\n';
        from = end + 1;
    }
    return result;
}

bool same(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error);
}

} // namespace

Session::Session(Globals globals, std::stop_token stop) : m_globals(std::move(globals)) {
    m_watch.progress = progressWriter(m_globals);
    m_watch.stop = std::move(stop);
}

int Session::jobs() const {
    if (m_globals.jobs > 0) return m_globals.jobs;
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 64);
}

Result<> Session::findStore() {
    if (m_globals.store.empty()) {
        m_storePath = store::Store::defaultPath();
    } else {
        auto path = store::Store::pathFromArgument(m_globals.store);
        if (!path) return tl::unexpected(path.error());
        m_storePath = *std::move(path);
    }
    return checkOutput("--out", m_globals.out);
}

Result<> Session::checkOutput(const std::string& option, const std::string& path) const {
    for (const char* part : {"", "-wal", "-shm"})
        if (!path.empty() && same(path, m_storePath.string() + part))
            return fail(ErrorCode::InvalidArgument, option + " names the store itself; nothing was done.");
    return {};
}

Result<std::string> Session::input(const std::string& path) const {
    if (path != "-" && same(path, m_storePath))
        return fail(ErrorCode::InvalidArgument, path + " is the store itself.");
    return readInput(path, m_watch);
}

Result<std::string> Session::passwordFromInput() const {
    auto text = readInput("-", m_watch);
    if (!text) return text;
    text->resize(std::min(text->find_first_of("\r\n"), text->size()));
    if (text->empty()) return fail(ErrorCode::InvalidArgument, "There is no password on standard input.");
    return text;
}

Result<store::Store> Session::openStore(Input input, store::Store::Need need) const {
    std::error_code ignored;
    if (!fs::exists(m_storePath, ignored))
        return fail(ErrorCode::NotFound, "There is no store at " + m_storePath.string() +
                                             "; make one with: forameter-cli init --store " +
                                             m_storePath.string());
    if (m_globals.as.empty()) return store::Store::open(m_storePath, store::Actor::administrator(), need);
    const RaterId rater(m_globals.as);
    std::string password;
    if (m_globals.passwordStdin && input == Input::Free) {
        auto given = passwordFromInput();
        if (!given) return tl::unexpected(given.error());
        password = std::move(*given);
    } else if (const char* given = std::getenv("FORAMETER_PASSWORD")) {
        password = given;
    }
    if (password.empty()) return store::Store::open(m_storePath, store::Actor::as(rater), need);
    const auto needed = store::needsSignIn(m_storePath, store::Actor::as(rater));
    if (!needed) return tl::unexpected(needed.error());
    if (!*needed) return store::Store::open(m_storePath, store::Actor::as(rater), need);
    const auto actor = store::signIn(m_storePath, rater, password);
    if (!actor) return tl::unexpected(actor.error());
    return store::Store::open(m_storePath, *actor, need);
}

RaterId Session::needRater(const std::string& verb) const {
    if (m_globals.as.empty()) throw WrongUsage(verb + " needs to know who acts: --as RATER.");
    return RaterId(m_globals.as);
}

Result<store::Actor> Session::needAdministrator(const std::string& verb) const {
    const auto store = openStore();
    if (!store) {
        // A store that is not there or is damaged is nobody's, and what to say of it is the verb's. One of a
        // newer version (Conflict) may have accounts that this program cannot ask.
        const auto sound = store::Store::open(m_storePath, store::Actor::administrator());
        if (!sound && sound.error().code != ErrorCode::NotAllowed &&
            sound.error().code != ErrorCode::Conflict)
            return store::Actor::administrator();
        return tl::unexpected(store.error());
    }
    const auto may = store::mayDo(*store, store::Operation::MaintainStore);
    if (!may) return tl::unexpected(may.error());
    if (*may) return store->actor();
    return fail(ErrorCode::NotAllowed,
                verb + " concerns everybody's work in the store, so it cannot be done as " +
                    store->actor().name() + ".");
}

Result<int> Session::answerText(const std::string& jsonText, const std::string& text, int exit) const {
    endProgress();
    std::string out = m_globals.json ? jsonText : text;
    if (!out.empty() && out.back() != '\n') out += '\n';
    if (!writeAll(STDOUT_FILENO, out))
        return fail(ErrorCode::Other,
                    "The answer could not be written to standard output: " + reason() + ".");
    return exit;
}

Result<int> Session::answer(const Json& json, const std::string& text, int exit) const {
    return answerText(dumped(json, 1), printableLines(text), exit);
}

Result<int> Session::answer(const Json& json, const Table& table, const std::string& note, int exit) const {
    return m_globals.csv ? answerText(dumped(json, 1), toCsv(table), exit)
                         : answer(json, toText(table) + note, exit);
}

void Session::say(const std::string& line) const {
    if (!m_globals.quiet) writeAll(STDERR_FILENO, printable(line) + "\n");
}

void Session::endProgress() const {
    if (m_watch.progress && m_globals.progress != "json") writeAll(STDERR_FILENO, "\r\033[K");
}

fs::path ownProgram() {
    const fs::path self = thisProgram();
    return self.empty() ? fs::path("forameter-cli") : self;
}

Result<> writeOutput(const std::string& path, const std::string& text) {
    if (path != "-") return writeWhole(path, text);
    if (writeAll(STDOUT_FILENO, text)) return {};
    return fail(ErrorCode::StorageFailed, "Standard output cannot be written: " + reason() + ".");
}

} // namespace forameter::cli
