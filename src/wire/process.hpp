// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "forameter/core/result.hpp"

namespace forameter::wire {

/// A child process with pipes on its standard input, output and error. What it says on standard error is
/// collected by a thread. The destructor ends the child; where this process dies first, the end of its
/// standard input tells it. (PR_SET_PDEATHSIG would end it with the thread that started it.)
class Process {
public:
    [[nodiscard]] static Result<std::unique_ptr<Process>>
    start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
          const std::vector<std::pair<std::string, std::string>>& environment);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] int id() const { return m_id; }
    [[nodiscard]] int input() const { return m_input; }   ///< to write to
    [[nodiscard]] int output() const { return m_output; } ///< to read from
    /// Waits so long for something to read: true where there is (the end of the pipe, too).
    [[nodiscard]] bool readable(std::chrono::milliseconds wait) const;
    void signal(int number) const;
    /// The last lines of its standard error; of one that has ended, all that it still had to say.
    [[nodiscard]] std::string lastWords() const;
    /// Whether it has; waits shortly for a process that is about to.
    [[nodiscard]] bool ended() { return reap(std::chrono::milliseconds(500)); }
    /// How it ended, as a part of a sentence: "ended with status 1", "was killed by signal 9 (Killed)". Waits
    /// shortly for a process that is about to end; "stopped answering" where it runs on.
    [[nodiscard]] std::string fate();

private:
    Process() = default;
    bool reap(std::chrono::milliseconds wait);
    /// The thread that collects what the child says on standard error.
    void listen(const std::stop_token& stop);

    int m_id = -1, m_input = -1, m_output = -1, m_errors = -1;
    bool m_reaped = false;
    int m_status = 0;
    mutable std::mutex m_wordsMutex;
    mutable std::condition_variable m_fellSilent;
    std::deque<std::string> m_words;
    bool m_silent = false; ///< nobody has its standard error open any more
    std::jthread m_listener;
};

} // namespace forameter::wire
