// SPDX-License-Identifier: Apache-2.0
#include "file_readers.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "record_wire.hpp"

namespace forameter::dicom {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kInFlight = 32; ///< requests that a child has before it; it never waits for the next

tl::unexpected<Error> cancelled() {
    return fail(ErrorCode::Cancelled, "Reading was cancelled.");
}

/// One child and what it has been asked.
class Child {
public:
    explicit Child(const ScanOptions& options) : m_options(&options) {}
    ~Child() { stop(); }
    Child(Child&&) = delete;

    Result<> start();
    void stop();
    [[nodiscard]] bool running() const { return m_pid > 0; }
    [[nodiscard]] bool greeted() const { return m_greeted; }
    [[nodiscard]] int descriptor() const { return m_socket; }
    [[nodiscard]] bool hasOutput() const { return !m_outbox.empty(); }
    [[nodiscard]] const std::deque<std::size_t>& asked() const { return m_asked; }
    [[nodiscard]] bool overdue() const {
        return !m_asked.empty() && Clock::now() - m_since > m_options->timePerFile;
    }

    void ask(std::size_t index, const ReadRequest& request) {
        if (m_asked.empty()) m_since = Clock::now();
        m_asked.push_back(index);
        m_outbox += framed(encode(request));
    }
    /// Takes back the request that the child did not survive.
    std::size_t giveUp() {
        const std::size_t index = m_asked.front();
        m_asked.pop_front();
        return index;
    }
    std::deque<std::size_t> takeAsked() { return std::exchange(m_asked, {}); }

    void send();
    /// Delivers what has arrived; false where the child is gone or talks nonsense.
    bool receive(const TakeRecord& take);
    /// How the child ended, for a message.
    std::string ending();
    /// Whether it gave up by itself, known after ending().
    [[nodiscard]] bool aborted() const { return m_aborted; }

private:
    const ScanOptions* m_options;
    pid_t m_pid = -1;
    int m_socket = -1;
    bool m_greeted = false;
    bool m_aborted = false;
    std::string m_outbox;
    Inbox m_inbox;
    std::deque<std::size_t> m_asked;
    Clock::time_point m_since{};
};

Result<> Child::start() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(ErrorCode::Other,
                    std::string("A reading process could not be connected (") + std::strerror(errno) + ").");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const std::string program = m_options->worker.string();
    const char* arguments[] = {program.c_str(), "scan-worker", nullptr};
    const int error =
        ::posix_spawn(&m_pid, program.c_str(), &actions, nullptr, const_cast<char**>(arguments), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    m_socket = ends[0];
    if (error != 0) {
        m_pid = -1;
        stop();
        return fail(ErrorCode::Other, "The reading process " + program + " could not be started (" +
                                          std::strerror(error) + ").");
    }
    m_greeted = m_aborted = false;
    m_inbox = {};
    m_asked.clear();
    m_outbox = framed(encode(WorkerSetup{m_options->memory}));
    return {};
}

void Child::stop() {
    if (m_socket >= 0) ::close(std::exchange(m_socket, -1));
    if (m_pid > 0) {
        ::kill(m_pid, SIGKILL);
        ::waitpid(std::exchange(m_pid, -1), nullptr, 0);
    }
}

void Child::send() {
    const ssize_t sent = ::send(m_socket, m_outbox.data(), m_outbox.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) m_outbox.erase(0, static_cast<std::size_t>(sent));
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        m_outbox.clear(); // the child is gone, which receive() will notice
}

bool Child::receive(const TakeRecord& take) {
    char buffer[1 << 16];
    const ssize_t count = ::recv(m_socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    m_inbox.add({buffer, static_cast<std::size_t>(count)});
    while (const auto message = m_inbox.next()) {
        if (!m_greeted) {
            m_greeted = *message == kGreeting;
            if (!m_greeted) return false;
            continue;
        }
        if (m_asked.empty()) return false;
        auto answer = decodeAnswer(*message);
        if (!answer) return false;
        const std::size_t index = giveUp();
        m_since = Clock::now();
        take(index, std::move(*answer));
    }
    return count > 0 && m_inbox.valid();
}

std::string Child::ending() {
    // Nothing to wait for where it is still alive: then it is stopped for being late, or for talking
    // nonsense.
    int status = 0;
    for (int i = 0; i < 50 && m_pid > 0; ++i) {
        if (::waitpid(m_pid, &status, WNOHANG) == m_pid) {
            m_pid = -1;
            m_aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
            if (WIFSIGNALED(status)) return std::string("ended by \"") + ::strsignal(WTERMSIG(status)) + "\"";
            return "ended with code " + std::to_string(WEXITSTATUS(status));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return "stopped answering sensibly";
}

/// The children and the requests that are left, driven from one thread.
class Crew {
public:
    Crew(std::span<const ReadRequest> requests, const ScanOptions& options, const Watch& watch,
         const TakeRecord& take)
        : m_requests(requests), m_options(options), m_watch(watch) {
        m_take = [this, &take](std::size_t index, Result<FileRecord> record) {
            take(index, std::move(record));
            m_watch.report(++m_done, m_requests.size(), "reading files");
        };
        const auto count =
            std::min<std::size_t>(static_cast<std::size_t>(std::max(options.jobs, 1)), requests.size());
        for (std::size_t i = 0; i < count; ++i)
            m_children.push_back(std::make_unique<Child>(options));
    }

    Result<> run() {
        while (m_done < m_requests.size()) {
            if (m_watch.cancelled()) return cancelled();
            std::vector<pollfd> polls;
            std::vector<Child*> polled;
            for (const auto& child : m_children) {
                if (!child->running() && hasWork()) {
                    if (const auto started = child->start(); !started) return started;
                }
                if (!child->running()) continue;
                while (child->asked().size() < kInFlight && hasWork()) {
                    const std::size_t index = nextRequest();
                    child->ask(index, m_requests[index]);
                }
                polls.push_back({child->descriptor(),
                                 static_cast<short>(POLLIN | (child->hasOutput() ? POLLOUT : 0)), 0});
                polled.push_back(child.get());
            }
            if (::poll(polls.data(), polls.size(), 50) < 0 && errno != EINTR)
                return fail(ErrorCode::Other, std::string("Waiting for reading processes failed (") +
                                                  std::strerror(errno) + ").");
            for (std::size_t i = 0; i < polls.size(); ++i)
                if (const auto served = serve(*polled[i], polls[i].revents); !served) return served;
        }
        return {};
    }

private:
    bool hasWork() const { return !m_again.empty() || m_next < m_requests.size(); }
    std::size_t nextRequest() {
        if (m_again.empty()) return m_next++;
        const std::size_t index = m_again.front();
        m_again.pop_front();
        return index;
    }

    Result<> serve(Child& child, short events) {
        if (events & POLLOUT) child.send();
        const bool alive = !(events & (POLLIN | POLLHUP | POLLERR)) || child.receive(m_take);
        if (alive && !child.overdue()) return {};
        if (!child.greeted() && !(alive && child.overdue()))
            return fail(ErrorCode::Other, "The reading process " + m_options.worker.string() +
                                              " did not start as one (it " + child.ending() + ").");
        const std::string why =
            alive ? "reading it took longer than " + seconds() : "the reading process " + child.ending();
        if (!child.asked().empty()) {
            const std::size_t index = child.giveUp();
            // A codec that meets what it did not think of: CharLS has assertions for what a damaged stream
            // brings it to.
            const bool decoding = m_requests[index].decode || m_requests[index].pixels;
            m_take(index, child.aborted() && decoding
                              ? fail(ErrorCode::BadCodestream,
                                     "its compressed pixel data are damaged in a way that ends their decoder")
                              : fail(ErrorCode::Unreadable, why));
        }
        const auto rest = child.takeAsked();
        m_again.insert(m_again.begin(), rest.begin(), rest.end());
        child.stop();
        return {};
    }

    std::string seconds() const { return std::to_string(m_options.timePerFile.count() / 1000) + " seconds"; }

    std::span<const ReadRequest> m_requests;
    const ScanOptions& m_options;
    const Watch& m_watch;
    TakeRecord m_take;
    std::vector<std::unique_ptr<Child>> m_children;
    std::deque<std::size_t> m_again; ///< asked of a child that is gone
    std::size_t m_next = 0, m_done = 0;
};

} // namespace

Result<> readInChildren(std::span<const ReadRequest> requests, const ScanOptions& options, const Watch& watch,
                        const TakeRecord& take) {
    return Crew(requests, options, watch, take).run();
}

Result<> readInThreads(std::span<const ReadRequest> requests, int jobs, const Watch& watch,
                       const TakeRecord& take) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex; // guards take, progress and done
    std::size_t done = 0;
    const auto work = [&] {
        for (std::size_t i; !watch.cancelled() && (i = next++) < requests.size();) {
            auto record = readFile(requests[i]);
            const std::scoped_lock lock(mutex);
            take(i, std::move(record));
            watch.report(++done, requests.size(), "reading files");
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t t = 1;
             t < std::min<std::size_t>(static_cast<std::size_t>(std::max(jobs, 1)), requests.size()); ++t)
            helpers.emplace_back(work);
        work();
    }
    if (watch.cancelled()) return cancelled();
    return {};
}

} // namespace forameter::dicom
