// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

double Times::quantile(double q) const {
    if (ms.empty()) return 0.0;
    std::vector<double> sorted = ms;
    std::ranges::sort(sorted);
    const double at = q * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return std::lerp(sorted[low], sorted[high], at - static_cast<double>(low));
}

double millisecondsOf(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double Pair::ratio() const {
    Times ratios;
    for (std::size_t i = 0; i < ours.ms.size() && i < peer.ms.size(); ++i)
        ratios.ms.push_back(ours.ms[i] / peer.ms[i]);
    return ratios.median();
}

Pair compare(int runs, const std::function<void()>& ours, const std::function<void()>& peer) {
    Pair pair;
    ours();
    peer();
    for (int i = 0; i < runs; ++i) {
        pair.ours.ms.push_back(millisecondsOf(ours));
        pair.peer.ms.push_back(millisecondsOf(peer));
    }
    return pair;
}

Times measure(int runs, const std::function<void()>& work) {
    Times times;
    work();
    for (int i = 0; i < runs; ++i)
        times.ms.push_back(millisecondsOf(work));
    return times;
}

std::string time(double ms) {
    char text[64];
    if (ms >= 1000.0)
        std::snprintf(text, sizeof text, "%.2f s", ms / 1000.0);
    else if (ms >= 10.0)
        std::snprintf(text, sizeof text, "%.1f ms", ms);
    else
        std::snprintf(text, sizeof text, "%.3g ms", ms);
    return text;
}

namespace {
std::string ratioText(double ratio) {
    char text[64];
    std::snprintf(text, sizeof text, ratio < 0.1 ? "%.4f" : "%.2f", ratio);
    return text;
}
} // namespace

void Report::row(std::string work, std::string value, std::string against, std::optional<double> ratio,
                 std::string goal, std::optional<bool> met) {
    m_rows.push_back({std::move(work), std::move(value), std::move(against), ratio ? ratioText(*ratio) : "",
                      std::move(goal), met ? (*met ? "yes" : "**no**") : ""});
    const Row& last = m_rows.back();
    std::fprintf(stderr, "%s: %s against %s %s\n", last.work.c_str(), last.value.c_str(),
                 last.against.c_str(), last.ratio.c_str());
}

void Report::row(const std::string& work, const Pair& pair, const std::string& peer, double most,
                 const std::string& goal) {
    row(work, time(pair.ours.median()), peer + " " + time(pair.peer.median()), pair.ratio(), goal,
        pair.ratio() <= most);
}

void Report::note(const std::string& line) {
    m_notes.push_back(line);
    std::fprintf(stderr, "%s\n", line.c_str());
}

void Report::print() const {
    std::printf("| work | ours | against | ratio | goal | met |\n|---|---|---|---|---|---|\n");
    for (const Row& row : m_rows)
        std::printf("| %s | %s | %s | %s | %s | %s |\n", row.work.c_str(), row.value.c_str(),
                    row.against.c_str(), row.ratio.c_str(), row.goal.c_str(), row.met.c_str());
    for (const std::string& note : m_notes)
        std::printf("\n%s\n", note.c_str());
}

int runProgram(const std::vector<std::string>& arguments) {
    std::vector<char*> pointers;
    for (const std::string& argument : arguments)
        pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, pointers.front(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return -1;
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::optional<std::string> findProgram(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string file = folder + "/" + name;
        if (access(file.c_str(), X_OK) == 0) return file;
    }
    return std::nullopt;
}

} // namespace bench
