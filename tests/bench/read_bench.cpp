// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstdlib>
#include <sched.h>
#include <thread>

#include "bench.hpp"
#include "files.hpp"
#include "peers_itk.hpp"

#include "forameter/dicom/pixels.hpp"
#include "forameter/dicom/scan.hpp"

namespace bench {
namespace {
const char* const pydicomScan =
    "import sys, os, pydicom\n"
    "tags = ['StudyInstanceUID','SeriesInstanceUID','SOPInstanceUID','Rows','Columns','PixelSpacing',"
    "'ImagePositionPatient','ImageOrientationPatient','EchoTime','RepetitionTime','SliceThickness',"
    "'InstanceNumber','SeriesDescription','Modality','PatientID','ImageType','FrameOfReferenceUID']\n"
    "n = 0\n"
    "for folder, _, names in os.walk(sys.argv[1]):\n"
    "    for name in names:\n"
    "        d = pydicom.dcmread(os.path.join(folder, name), stop_before_pixels=True, specific_tags=tags)\n"
    "        n += len(d.SOPInstanceUID) > 0\n"
    "assert n\n";

[[noreturn]] void give(const std::string& why) {
    std::fprintf(stderr, "forameter-bench: %s\n", why.c_str());
    std::exit(1);
}

/// The first stack of a folder as a volume: what a program does to see a series. Returns the sum of its
/// pixels.
double readSeries(const std::filesystem::path& folder, int threads) {
    using namespace forameter;
    const std::array paths{folder};
    const auto report = dicom::scan(paths);
    if (!report || report->studies.empty())
        give("the generated series in " + folder.string() + " was not read");
    const dicom::Stack& stack = report->studies.front().series.front().stacks.front();
    std::vector<dicom::SliceSource> slices;
    for (std::size_t i = 0; i < stack.instances.size(); ++i) {
        const auto plane = stack.imagePlane(i);
        if (!plane) give(plane.error().message);
        slices.push_back({stack.instances[i].path, stack.instances[i].frame, *plane, ""});
    }
    const auto volume = dicom::loadVolume(slices, "bench", threads);
    if (!volume) give(volume.error().message);
    double sum = 0.0;
    for (const float value : (*volume)->voxels())
        sum += static_cast<double>(value);
    return sum;
}
/// Keeps this process to one processor while it lives: GDCM decodes JPEG 2000 with as many threads as it
/// finds processors, and would not be a peer of one thread.
class OneProcessor {
public:
    OneProcessor() {
        sched_getaffinity(0, sizeof m_before, &m_before);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu(), &one);
        sched_setaffinity(0, sizeof one, &one);
    }
    ~OneProcessor() { sched_setaffinity(0, sizeof m_before, &m_before); }
    OneProcessor(const OneProcessor&) = delete;
    OneProcessor& operator=(const OneProcessor&) = delete;

private:
    cpu_set_t m_before{};
};
} // namespace

void benchScan(Report& report, const Scratch& scratch) {
    const std::filesystem::path folder = scratch.folder / "catalogue";
    constexpr int seriesCount = 200, filesEach = 20;
    std::fprintf(stderr, "writing %d files...\n", seriesCount * filesEach);
    for (int i = 0; i < seriesCount; ++i) {
        SeriesSpec spec;
        spec.studyUid = "1.2.826.0.1.3680043.8.1055.1." + std::to_string(1 + i / 8);
        spec.seriesUid = spec.studyUid + ".2." + std::to_string(1 + i % 8);
        spec.files = filesEach;
        spec.size = 384;
        spec.number = 1 + i % 8;
        if (!writeSeries(folder / std::to_string(i / 8) / std::to_string(i % 8), spec, Syntax::Explicit))
            give("could not write to " + folder.string());
    }
#ifdef PATH_OF_forameter_cli
    const std::string cli = PATH_OF_forameter_cli;
    const auto ours = [&] {
        if (runProgram({cli, "scan", "-j", "2", "--json", "--quiet", folder.string()}) != 0)
            give("forameter-cli scan failed");
    };
    bool compared = false;
    if (const auto scanner = findProgram("gdcmscanner")) {
        std::vector<std::string> command{*scanner, "-r", "-p", "-d", folder.string()};
        for (const char* tag : {"0020,000d", "0020,000e", "0008,0018", "0028,0010", "0028,0011", "0028,0030",
                                "0020,0032", "0020,0037", "0018,0081", "0018,0080", "0018,0050", "0020,0013",
                                "0008,103e", "0008,0060", "0010,0020", "0008,0008", "0020,0052"}) {
            command.emplace_back("-t");
            command.emplace_back(tag);
        }
        report.row("header scan of 4,000 files, 2 threads (whole process, in child processes under limits)",
                   compare(3, ours, [&] { runProgram(command); }), "gdcmscanner", 1.0, "1x");
        compared = true;
    } else
        report.note("gdcmscanner (libgdcm-tools) is not installed: not compared.");
    if (runProgram({"python3", "-c", "import pydicom"}) == 0) {
        report.row("the same",
                   compare(2, ours,
                           [&] {
                               runProgram({"python3", "-c", pydicomScan, folder.string()});
                           }),
                   "pydicom", 1.0 / 6.0, "6x");
        compared = true;
    } else
        report.note("pydicom is not installed: not compared.");
    if (!compared)
        report.row("header scan of 4,000 files, 2 threads", time(measure(3, ours).median()), "", std::nullopt,
                   "1x gdcmscanner", std::nullopt);
#else
    report.note("forameter-cli is not part of this build: no scan.");
#endif
    std::filesystem::remove_all(folder);
}

void benchVolumes(Report& report, const Scratch& scratch) {
    const int processors = static_cast<int>(std::thread::hardware_concurrency());
    struct Case {
        Syntax syntax;
        int size, threads;
    };
    for (const auto& [syntax, size, threads] :
         {Case{Syntax::Explicit, 512, 1}, Case{Syntax::Rle, 512, 1}, Case{Syntax::JpegLossless, 512, 1},
          Case{Syntax::JpegLs, 512, 1}, Case{Syntax::Jpeg2000, 512, 1}, Case{Syntax::Jpeg2000, 256, 1},
          Case{Syntax::Jpeg2000, 512, processors}}) {
        const std::filesystem::path folder = scratch.folder / "series";
        SeriesSpec spec;
        spec.size = size;
        spec.studyUid = "1.2.826.0.1.3680043.8.1055.2";
        spec.seriesUid = spec.studyUid + ".1";
        if (!writeSeries(folder, spec, syntax)) {
            report.note(name(syntax) + ": gdcmconv (libgdcm-tools) is needed to make it; not measured.");
            continue;
        }
        double ours = 0.0, theirs = 0.0;
        std::optional<OneProcessor> one;
        if (threads == 1) one.emplace();
        const Pair pair = compare(
            7, [&, threads = threads] { ours = readSeries(folder, threads); },
            [&] { theirs = itkReadSeries(folder); });
        if (std::abs(ours - theirs) > 1e-6 * std::abs(theirs))
            give(name(syntax) + ": our pixels differ from ITK's, sum " + std::to_string(ours) + " against " +
                 std::to_string(theirs));
        const bool rle = syntax == Syntax::Rle;
        const std::string shape = std::to_string(size) + "x" + std::to_string(size) + "x20";
        const std::string width = threads == 1 ? "1 thread" : std::to_string(threads) + " threads";
        report.row("series " + shape + " to volume, " + name(syntax) + ", " + width, pair, "ITK+GDCM",
                   rle ? 0.2 : 1.0, rle ? "5x" : "never slower");
        std::filesystem::remove_all(folder);
    }
}

} // namespace bench
