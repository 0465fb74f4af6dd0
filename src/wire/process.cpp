// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace forameter::wire {

namespace {

constexpr std::size_t kWords = 12; ///< lines of standard error that are kept

void closeBoth(std::array<int, 2>& pipe) {
    for (int& end : pipe) {
        if (end >= 0) ::close(end);
        end = -1;
    }
}

} // namespace

Result<std::unique_ptr<Process>>
Process::start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::vector<std::pair<std::string, std::string>>& environment) {
    std::array<int, 2> in{-1, -1}, out{-1, -1}, err{-1, -1}, failed{-1, -1};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0 ||
        ::pipe2(err.data(), O_CLOEXEC) != 0 || ::pipe2(failed.data(), O_CLOEXEC) != 0) {
        const std::string why = std::strerror(errno);
        for (auto* pipe : {&in, &out, &err, &failed})
            closeBoth(*pipe);
        return fail(ErrorCode::Other, program.string() + " could not be started: " + why + ".");
    }
    // Everything that allocates, before the fork: between it and exec only what is async-signal-safe.
    const std::string path = program.string();
    std::vector<char*> words{const_cast<char*>(path.c_str())};
    for (const auto& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    std::vector<std::string> settings;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        bool replaced = false;
        for (const auto& [name, value] : environment)
            replaced =
                replaced || (text.starts_with(name) && text.size() > name.size() && text[name.size()] == '=');
        if (!replaced) settings.emplace_back(text);
    }
    for (const auto& [name, value] : environment)
        settings.push_back(name + "=" + value);
    std::vector<char*> pointers;
    for (auto& setting : settings)
        pointers.push_back(setting.data());
    pointers.push_back(nullptr);

    const pid_t child = ::fork();
    if (child == 0) {
        ::setpgid(0, 0); // Ctrl+C at the terminal is the parent's to answer
        sigset_t none;
        sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::signal(SIGPIPE, SIG_DFL);
        if (::dup2(in[0], 0) >= 0 && ::dup2(out[1], 1) >= 0 && ::dup2(err[1], 2) >= 0)
            ::execve(path.c_str(), words.data(), pointers.data());
        const int why = errno;
        (void)!::write(failed[1], &why, sizeof why);
        ::_exit(127);
    }
    const int forkError = errno;
    ::close(in[0]);
    ::close(out[1]);
    ::close(err[1]);
    ::close(failed[1]);
    in[0] = out[1] = err[1] = failed[1] = -1;
    int why = child < 0 ? forkError : 0;
    if (child > 0) {
        ssize_t got = 0;
        while ((got = ::read(failed[0], &why, sizeof why)) < 0 && errno == EINTR) {
        }
        if (got != sizeof why) why = 0;
    }
    closeBoth(failed);
    if (why != 0) {
        if (child > 0) ::waitpid(child, nullptr, 0);
        for (auto* pipe : {&in, &out, &err})
            closeBoth(*pipe);
        return fail(ErrorCode::NotFound, path + " could not be started: " + std::strerror(why) + ".");
    }
    std::unique_ptr<Process> process(new Process);
    process->m_id = child;
    process->m_input = in[1];
    process->m_output = out[0];
    process->m_errors = err[0];
    process->m_listener = std::jthread([self = process.get()](const std::stop_token& stop) {
        std::string line;
        std::array<char, 1024> buffer{};
        const auto keep = [&] {
            const std::scoped_lock lock(self->m_wordsMutex);
            self->m_words.push_back(std::move(line));
            if (self->m_words.size() > kWords) self->m_words.pop_front();
            line.clear();
        };
        while (!stop.stop_requested()) {
            pollfd waiting{self->m_errors, POLLIN, 0};
            if (::poll(&waiting, 1, 100) <= 0) continue;
            const ssize_t got = ::read(self->m_errors, buffer.data(), buffer.size());
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
        const std::scoped_lock lock(self->m_wordsMutex);
        self->m_silent = true;
        self->m_fellSilent.notify_all();
    });
    return process;
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
