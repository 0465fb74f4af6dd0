// SPDX-License-Identifier: Apache-2.0
// The desktop program as a process: how soon its window is there, and what memory it holds.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <signal.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "bench.hpp"
#include "files.hpp"

namespace bench {
namespace {

/// A started program; ended when this goes.
class Process {
public:
    Process(std::vector<std::string> arguments, const std::string& preload) {
        std::vector<char*> argv, environment;
        for (std::string& argument : arguments)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        std::string load = "LD_PRELOAD=" + preload;
        if (!preload.empty()) environment.push_back(load.data());
        for (char** variable = environ; *variable; ++variable)
            environment.push_back(*variable);
        environment.push_back(nullptr);
        if (posix_spawn(&m_id, argv.front(), nullptr, nullptr, argv.data(), environment.data()) != 0)
            m_id = 0;
    }
    ~Process() {
        if (m_id <= 0) return;
        kill(m_id, SIGTERM);
        int status = 0;
        waitpid(m_id, &status, 0);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] bool running() const { return m_id > 0 && waitpid(m_id, nullptr, WNOHANG) == 0; }
    [[nodiscard]] std::string id() const { return std::to_string(m_id); }
    [[nodiscard]] double residentMegabytes() const {
        std::ifstream status("/proc/" + id() + "/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024.0;
        return 0.0;
    }

private:
    pid_t m_id = 0;
};

/// Waits for the window of a process; false after half a minute.
bool windowShown(const Process& process, const std::string& xdotool) {
    for (int i = 0; i < 3000; ++i) {
        if (runProgram({xdotool, "search", "--onlyvisible", "--pid", process.id()}) == 0) return true;
        if (!process.running()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
}
} // namespace

void benchDesktop(Report& report, const Scratch& scratch) {
#if defined(PATH_OF_forameter) && defined(PATH_OF_forameter_cli)
    const auto xdotool = findProgram("xdotool");
    if (!std::getenv("DISPLAY") || !xdotool) {
        report.note("Start-up and memory need an X display and xdotool: not measured.");
        return;
    }
    setenv("QT_QPA_PLATFORM", "xcb", 1);
    const std::string store = (scratch.folder / "desktop.sqlite").string(),
                      uid = "1.2.826.0.1.3680043.8.1055.5";
    for (const int number : {1, 2, 3}) {
        SeriesSpec spec;
        spec.studyUid = uid;
        spec.seriesUid = uid + "." + std::to_string(number);
        spec.files = number == 3 ? 56 : 20;
        spec.axial = number == 3;
        spec.echoTime = number == 1 ? 10 : 100;
        spec.repetitionTime = number == 1 ? 600 : 3500;
        spec.number = number;
        if (!writeSeries(scratch.folder / "desktop" / std::to_string(number), spec, Syntax::Explicit)) return;
    }
    const std::string images = (scratch.folder / "desktop").string();
    if (runProgram({PATH_OF_forameter_cli, "--store", store, "init"}) != 0 ||
        runProgram({PATH_OF_forameter_cli, "--store", store, "import", images}) != 0) {
        report.note("The study for start-up and memory could not be imported: not measured.");
        return;
    }
    const auto start = [&](const std::string& preload) {
        const Process process({PATH_OF_forameter, "--store", store}, preload);
        if (!windowShown(process, *xdotool)) report.note("The window of forameter did not appear.");
    };
    const std::string torch = "/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13";
    const bool hasTorch = access(torch.c_str(), R_OK) == 0;
    if (hasTorch)
        report.row("start of forameter to visible window",
                   compare(
                       5, [&] { start(""); }, [&] { start(torch); }),
                   "the same with LibTorch loaded", 0.6, "0.6x");
    else
        report.row("start of forameter to visible window", time(measure(5, [&] { start(""); }).median()),
                   "LibTorch is not installed", std::nullopt, "0.6x", std::nullopt);

    const Process process({PATH_OF_forameter, "--store", store, "--open", uid}, "");
    if (!windowShown(process, *xdotool)) return;
    double resident = 0.0;
    for (int i = 0; i < 40; ++i) { // until everything is loaded and drawn
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        resident = process.residentMegabytes();
    }
    char value[32];
    std::snprintf(value, sizeof value, "%.0f MB", resident);
    report.row("memory of the desktop with that study of 96 images 512x512 open (resident)", value, "",
               std::nullopt, "400 MB", resident > 0.0 && resident <= 400.0);
#else
    (void)scratch;
    report.note("One of the programs is not part of this build: no start-up, no memory.");
#endif
}

} // namespace bench
