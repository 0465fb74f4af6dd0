// SPDX-License-Identifier: Apache-2.0
// Damaged and hostile files, read as the program reads them: by children under limits. Whatever is in them,
// the scan ends, says a sentence about every file that it does not take, and never gives an image other than
// the one that was written.
#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <string_view>
#include <unistd.h>

#include "../support/dicom_dataset.hpp"
#include "../support/temporary_folder.hpp"
#include "../support/test_data.hpp"
#include "forameter/dicom/scan.hpp"

namespace forameter::dicom {
namespace {

namespace fs = std::filesystem;
using namespace forameter::testing;

class DicomFaults : public ::testing::Test {
protected:
    ScanReport scanned() {
        ScanOptions options;
        options.worker = fs::read_symlink("/proc/self/exe");
        options.pixels = true;
        options.jobs = 2;
        options.timePerFile = std::chrono::seconds(20);
        const auto report = scan({&m_folder, 1}, options);
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(ScanReport{});
    }

    /// Every file is an instance, refused, or noted; every sentence names its file.
    void expectAllAccounted(const ScanReport& report) {
        std::set<fs::path> accounted;
        for (const auto* notes : {&report.refused, &report.warnings})
            for (const FileNote& note : *notes) {
                EXPECT_TRUE(note.message.ends_with('.')) << note.message;
                accounted.insert(note.path);
            }
        for (const Study& study : report.studies)
            for (const Series& series : study.series)
                for (const Stack& stack : series.stacks)
                    for (const Instance& instance : stack.instances)
                        accounted.insert(instance.path);
        std::size_t files = 0;
        for (const auto& entry : fs::recursive_directory_iterator(m_folder))
            if (entry.is_regular_file()) {
                ++files;
                EXPECT_TRUE(accounted.contains(entry.path())) << entry.path();
            }
        EXPECT_EQ(report.files, files);
    }

    TemporaryFolder m_temporary;
    const fs::path& m_folder = m_temporary.path();
};

std::set<std::string> pixelHashes(const ScanReport& report) {
    std::set<std::string> hashes;
    for (const Study& study : report.studies)
        for (const Series& series : study.series)
            for (const Stack& stack : series.stacks)
                for (const Instance& instance : stack.instances)
                    hashes.insert(instance.pixelSha256);
    return hashes;
}

TEST_F(DicomFaults, AFileCutAnywhereIsRefusedOrHasItsWholeImage) {
    const std::string whole = dicomFile(mrDataset().encode(), kExplicitLittle);
    for (std::size_t length = 0; length < whole.size(); ++length)
        writeFile(m_folder / std::to_string(length), std::string_view(whole).substr(0, length));
    const auto report = scanned();
    expectAllAccounted(report);
    EXPECT_EQ(report.refused.size(), whole.size());
    for (const FileNote& note : report.refused)
        EXPECT_TRUE(note.reason == ErrorCode::Truncated || note.reason == ErrorCode::NotDicom ||
                    note.reason == ErrorCode::NotAnMrImage || note.reason == ErrorCode::BadUid)
            << note.message;
}

TEST_F(DicomFaults, RealCompressedFilesCutOrChangedNeverStopAScan) {
    const auto root = testData("nema_wg04_mr");
    if (!root) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold nema_wg04_mr";
    std::mt19937 random(11);
    int made = 0;
    for (const char* name :
         {"J2KR/MR1_J2KR", "JLSL/MR3_JLSL", "JPLL/MR4_JPLL", "RLE/MR1_RLE", "JPLY/MR1_JPLY"}) {
        std::ifstream stream(*root / name, std::ios::binary);
        const std::string whole{std::istreambuf_iterator<char>(stream), {}};
        for (int i = 0; i < 12; ++i) {
            std::string bytes = whole.substr(0, i % 3 == 0 ? random() % whole.size() : whole.size());
            for (std::size_t changes = i % 3 == 1 ? 3 : i % 3 == 2 ? 40 : 0; changes > 0; --changes)
                bytes[random() % bytes.size()] = static_cast<char>(random());
            writeFile(m_folder / std::to_string(made++), bytes);
        }
    }
    expectAllAccounted(scanned());
}

TEST_F(DicomFaults, HostileStructuresAreRefusedWithoutHangOrMemory) {
    const auto put = [&](const std::string& name, const std::string& bytes) {
        writeFile(m_folder / name, bytes);
    };
    const std::string sequence("\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff", 12),
        item("\xfe\xff\0\xe0\xff\xff\xff\xff", 8), empty("\xfe\xff\0\xe0\0\0\0\0", 8);
    std::string deep, wide = sequence;
    for (int i = 0; i < 100'000; ++i) {
        deep += sequence + item;
        wide += empty;
    }
    put("deep", dicomFile(deep, kExplicitLittle));
    put("wide", dicomFile(wide, kExplicitLittle));
    put("fragments", [] {
        std::string pieces;
        for (int i = 0; i < 300'000; ++i)
            pieces += std::string("\xfe\xff\0\xe0\0\0\0\0", 8);
        return dicomFile(mrDataset().bytes(0x7fe00010, "OB", pieces).encode(), kJpeg2000);
    }());
    put("pe", "MZ" + dicomFile(mrDataset().encode(), kExplicitLittle)
                         .substr(2)); // an executable's mark in the preamble is harmless
    put("text",
        dicomFile(
            mrDataset("1.2.77").text(0x0008103e, "LO", "<img src=x>%s%n'; DROP TABLE study;--").encode(),
            kExplicitLittle));
    put("frames", dicomFile(mrDataset("1.2.78").text(0x00280008, "IS", "20000").encode(), kExplicitLittle));
    const auto report = scanned();
    expectAllAccounted(report);
    EXPECT_EQ(report.refused.size(), 4u);
    EXPECT_EQ(pixelHashes(report).size(), 1u);
}

TEST_F(DicomFaults, FilesThatVanishOrGrowDuringAScanHarmNothing) {
    const std::string whole = dicomFile(mrDataset().encode(), kExplicitLittle);
    for (int i = 0; i < 300; ++i)
        writeFile(m_folder / std::to_string(i),
                  dicomFile(mrDataset("1.2." + std::to_string(i)).encode(), kExplicitLittle));
    ScanOptions options;
    options.worker = fs::read_symlink("/proc/self/exe");
    bool changed = false;
    const auto report = scan({&m_folder, 1}, options,
                             {[&](const Progress& p) {
                                  if (changed || p.done < 10) return;
                                  changed = true;
                                  for (int i = 200; i < 300; ++i) {
                                      if (i % 2 == 0)
                                          fs::remove(m_folder / std::to_string(i));
                                      else
                                          fs::resize_file(m_folder / std::to_string(i), i);
                                  }
                              },
                              {}});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->files, 300u);
    for (const FileNote& note : report->refused)
        EXPECT_FALSE(note.message.empty());
}

} // namespace
} // namespace forameter::dicom

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "scan-worker") return forameter::dicom::runScanWorker(0, 1);
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
