// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace forameter::wire {

namespace {

constexpr std::size_t kWords = 12; ///< lines of standard error that are kept

/// A pipe, each of whose ends is closed with it unless it was taken.
class Pipe {
public:
    enum End { Read, Write };

    Pipe() = default;
    ~Pipe() {
        close(Read);
        close(Write);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    /// False, with errno, where there is none to be had.
    bool open() { return ::pipe2(m_ends.data(), O_CLOEXEC) == 0; }
    void close(End end) {
        if (m_ends[end] >= 0) ::close(take(end));
    }
    [[nodiscard]] int take(End end) { return std::exchange(m_ends[end], -1); }
    [[nodiscard]] int operator[](End end) const { return m_ends[end]; }

private:
    std::array<int, 2> m_ends{-1, -1};
};

/// This process's environment with some settings in place of its own.
std::vector<std::string> environmentWith(const std::vector<std::pair<std::string, std::string>>& changes) {
    std::vector<std::string> settings;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        const bool replaced = std::ranges::any_of(changes, [&](const auto& change) {
            const std::string& name = change.first;
            return text.starts_with(name) && text.size() > name.size() && text[name.size()] == '=';
        });
        if (!replaced) settings.emplace_back(text);
    }
    for (const auto& [name, value] : changes)
        settings.push_back(name + "=" + value);
    return settings;
}

/// As execve() takes them; they point into `words`.
std::vector<char*> pointersTo(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// What the child does after the fork: only what is async-signal-safe. Where the program cannot be run it
/// says why through `failed`.
[[noreturn]] void become(char* const* words, char* const* settings, const Pipe& in, const Pipe& out,
                         const Pipe& err, const Pipe& failed) {
    ::setpgid(0, 0); // Ctrl+C at the terminal is the parent's to answer
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (::dup2(in[Pipe::Read], 0) >= 0 && ::dup2(out[Pipe::Write], 1) >= 0 &&
        ::dup2(err[Pipe::Write], 2) >= 0)
        ::execve(words[0], words, settings);
    const int why = errno;
    (void)!::write(failed[Pipe::Write], &why, sizeof why);
    ::_exit(127);
}

/// errno of a child that could not become its program; 0 where it has, which closes the pipe.
int whyNotStarted(Pipe& failed) {
    failed.close(Pipe::Write);
    int why = 0;
    ssize_t got = 0;
    while ((got = ::read(failed[Pipe::Read], &why, sizeof why)) < 0 && errno == EINTR) {
    }
    return got == sizeof why ? why : 0;
}

} // namespace

Result<std::unique_ptr<Process>>
Process::start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::vector<std::pair<std::string, std::string>>& environment) {
    const auto notStarted = [&](ErrorCode code, int why) {
        return fail(code, program.string() + " could not be started: " + std::strerror(why) + ".");
    };
    Pipe in, out, err, failed;
    if (!in.open() || !out.open() || !err.open() || !failed.open())
        return notStarted(ErrorCode::Other, errno);
    // Everything that allocates, before the fork.
    std::vector<std::string> words{program.string()}, settings = environmentWith(environment);
    words.insert(words.end(), arguments.begin(), arguments.end());
    const std::vector<char*> wordPointers = pointersTo(words), settingPointers = pointersTo(settings);
    const pid_t child = ::fork();
    if (child == 0) become(wordPointers.data(), settingPointers.data(), in, out, err, failed);
    if (child < 0) return notStarted(ErrorCode::NotFound, errno);
    out.close(Pipe::Write);
    err.close(Pipe::Write);
    if (const int why = whyNotStarted(failed); why != 0) {
        ::waitpid(child, nullptr, 0);
        return notStarted(ErrorCode::NotFound, why);
    }
    std::unique_ptr<Process> process(new Process);
    process->m_id = child;
    process->m_input = in.take(Pipe::Write);
    process->m_output = out.take(Pipe::Read);
    process->m_errors = err.take(Pipe::Read);
    process->m_listener =
        std::jthread([self = process.get()](const std::stop_token& stop) { self->listen(stop); });
    return process;
}

void Process::listen(const std::stop_token& stop) {
    std::string line;
    std::array<char, 1024> buffer{};
    const auto keep = [&] {
        const std::scoped_lock lock(m_wordsMutex);
        m_words.push_back(std::move(line));
        if (m_words.size() > kWords) m_words.pop_front();
        line.clear();
    };
    while (!stop.stop_requested()) {
        pollfd waiting{m_errors, POLLIN, 0};
        if (::poll(&waiting, 1, 100) <= 0) continue;
        const ssize_t got = ::read(m_errors, buffer.data(), buffer.size());
        if (got <= 0) {
            if (got < 0 && errno == EINTR) continue;
            break;
        }
        for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(got))) {
            if (c != '\n' && line.size() < 2000) {
                line += c;
                continue;
            }
            keep();
        }
    }
    if (!line.empty()) keep();
    const std::scoped_lock lock(m_wordsMutex);
    m_silent = true;
    m_fellSilent.notify_all();
}

Process::~Process() {
    ::close(m_input); // a worker that waits for work ends by itself
    m_input = -1;
    if (!reap(std::chrono::milliseconds(300))) {
        signal(SIGTERM);
        if (!reap(std::chrono::milliseconds(500))) {
            signal(SIGKILL);
            (void)reap(std::chrono::seconds(5));
        }
    }
    m_listener.request_stop();
    m_listener = {};
    ::close(m_output);
    ::close(m_errors);
}

bool Process::readable(std::chrono::milliseconds wait) const {
    pollfd waiting{m_output, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(wait.count())) > 0;
}

void Process::signal(int number) const {
    if (!m_reaped) ::kill(m_id, number);
}

std::string Process::lastWords() const {
    std::unique_lock lock(m_wordsMutex);
    if (m_reaped) m_fellSilent.wait_for(lock, std::chrono::milliseconds(500), [this] { return m_silent; });
    std::string words;
    for (const auto& line : m_words)
        words += (words.empty() ? "" : " / ") + line;
    return words;
}

bool Process::reap(std::chrono::milliseconds wait) {
    const auto end = std::chrono::steady_clock::now() + wait;
    while (!m_reaped) {
        const pid_t done = ::waitpid(m_id, &m_status, WNOHANG);
        if (done == m_id || (done < 0 && errno == ECHILD)) {
            m_reaped = true;
        } else {
            if (std::chrono::steady_clock::now() >= end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
    return true;
}

std::string Process::fate() {
    if (!ended()) return "stopped answering";
    if (WIFSIGNALED(m_status))
        return "was killed by signal " + std::to_string(WTERMSIG(m_status)) + " (" +
               ::strsignal(WTERMSIG(m_status)) + ")";
    return "ended with status " + std::to_string(WEXITSTATUS(m_status));
}

} // namespace forameter::wire
