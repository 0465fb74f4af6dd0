// SPDX-License-Identifier: Apache-2.0
// Prints the budgets of docs/benchmarks.md as a markdown table. Times go to the reader, never into a test.
#ifdef FORAMETER_BENCH_DESKTOP
#include <QApplication>
#else
#include <QCoreApplication>
#endif
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "bench.hpp"

#ifdef FORAMETER_BENCH_DESKTOP
#include "forameter/ui/application.hpp"
#endif

int main(int argc, char** argv) {
#ifdef FORAMETER_BENCH_DESKTOP
    const QApplication application(argc, argv);
    forameter::ui::prepareApplication(forameter::workspace::Theme::Dark);
#else
    const QCoreApplication application(argc, argv); // Qt loads its SQL driver through it
#endif
    std::vector<std::string> wanted;
    std::filesystem::path parent = std::filesystem::temp_directory_path();
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--scratch") == 0 && i + 1 < argc)
            parent = argv[++i];
        else if (argv[i][0] == '-') {
            std::fprintf(
                stderr,
                "usage: forameter-bench [--scratch FOLDER] [geometry agreement scan volumes store study views "
                "desktop]\n"
                "Needs about 1.5 GB in FOLDER (default: the system's), which it removes at the end.\n");
            return 2;
        } else
            wanted.emplace_back(argv[i]);
    }
    const bench::Scratch scratch{parent / ("forameter-bench-" + std::to_string(getpid()))};
    std::filesystem::create_directories(scratch.folder);
    bench::Report report;
    const auto run = [&](const char* name, auto&& work) {
        if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end()) work();
    };
    run("geometry", [&] { bench::benchGeometry(report); });
    run("agreement", [&] { bench::benchAgreement(report); });
    run("scan", [&] { bench::benchScan(report, scratch); });
    run("volumes", [&] { bench::benchVolumes(report, scratch); });
    run("store", [&] {
        bench::benchStore(report, scratch);
#ifdef FORAMETER_BENCH_DESKTOP
        bench::benchWorklist(report, scratch);
#endif
    });
#ifdef FORAMETER_BENCH_DESKTOP
    run("views", [&] { bench::benchViews(report, scratch); });
    run("desktop", [&] { bench::benchDesktop(report, scratch); });
#else
    report.note("This build has no desktop: no views, no start-up.");
#endif
    report.print();
    std::filesystem::remove_all(scratch.folder);
    return 0;
}
