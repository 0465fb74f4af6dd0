// SPDX-License-Identifier: Apache-2.0
// Public test data of real scanners; skipped where it is absent.
#include <algorithm>
#include <map>
#include <set>

#include "../support/test_data.hpp"
#include "fixture.hpp"
#include "forameter/dicom/pixels.hpp"
#include "forameter/dicom/scan.hpp"

namespace forameter::dicom {
namespace {

namespace fs = std::filesystem;

#define REQUIRE_DATA(variable, name)                                                                         \
    const auto variable = testing::testData(name);                                                           \
    if (!variable) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold " << (name)

ScanReport scanned(const fs::path& path, bool pixels = false) {
    ScanOptions options;
    options.pixels = pixels;
    const auto report = scan({&path, 1}, options);
    EXPECT_TRUE(report);
    return report.value_or(ScanReport{});
}

std::vector<Stack> stacksOf(const ScanReport& report) {
    std::vector<Stack> stacks;
    for (const Study& study : report.studies)
        for (const Series& series : study.series)
            stacks.insert(stacks.end(), series.stacks.begin(), series.stacks.end());
    return stacks;
}

std::vector<fs::path> filesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

TEST(RealData, LosslessFilesOfNemaHaveThePixelsOfTheirReference) {
    REQUIRE_DATA(root, "nema_wg04_mr");
    for (const char* image : {"MR1", "MR3", "MR4"}) {
        const auto reference = decodeFrame(*root / "REF_uncompressed_from_wearemothership_dicom-test-files" /
                                           (std::string(image) + "_UNC"));
        ASSERT_TRUE(reference) << reference.error().message;
        for (const char* syntax : {"J2KR", "JLSL", "JPLL", "RLE"}) {
            const auto frame = decodeFrame(*root / syntax / (std::string(image) + "_" + syntax));
            ASSERT_TRUE(frame) << frame.error().message;
            EXPECT_EQ(frame->stored, reference->stored) << image << " " << syntax;
            EXPECT_FALSE(frame->lossy);
        }
        for (const char* syntax : {"J2KI", "JLSN", "JPLY"}) {
            const auto frame = decodeFrame(*root / syntax / (std::string(image) + "_" + syntax));
            ASSERT_TRUE(frame) << frame.error().message;
            EXPECT_TRUE(frame->lossy) << syntax;
            double difference = 0;
            for (std::size_t i = 0; i < frame->stored.data().size(); ++i)
                difference += std::abs(frame->stored.data()[i] - reference->stored.data()[i]);
            EXPECT_LT(difference / static_cast<double>(frame->stored.data().size()), 60)
                << image << " " << syntax;
        }
    }
}

TEST(RealData, OneImageInNineEncodingsHasTheSamePixels) {
    REQUIRE_DATA(root, "dcm_qa_ts/In");
    std::set<std::string> hashes;
    std::size_t images = 0;
    for (const Stack& stack : stacksOf(scanned(*root, true))) {
        EXPECT_FALSE(stack.measurable); // a mosaic
        for (const Instance& instance : stack.instances) {
            ++images;
            hashes.insert(instance.pixelSha256);
        }
    }
    EXPECT_EQ(images, 9u);
    EXPECT_EQ(hashes.size(), 1u);
}

TEST(RealData, JunkAboveTheStoredBitsChangesNothing) {
    REQUIRE_DATA(root, "dcm_qa_12bit/In");
    const auto clean = decodeFrame(*root / "12bitUnsigned.dcm"),
               junk = decodeFrame(*root / "12bitUnsigned_0x0F0F.dcm");
    ASSERT_TRUE(clean && junk);
    for (const auto& frame : {*clean, *junk})
        EXPECT_LT(*std::max_element(frame.stored.data().begin(), frame.stored.data().end()), 4096);
    const auto isSigned = decodeFrame(*root / "12bitSigned_0x0F0F.dcm");
    ASSERT_TRUE(isSigned);
    const auto [low, high] =
        std::minmax_element(isSigned->stored.data().begin(), isSigned->stored.data().end());
    EXPECT_GE(*low, -2048);
    EXPECT_LT(*high, 2048);
}

TEST(RealData, LumbarStudiesHaveASagittalStackAndFiveAngledAxialBlocks) {
    REQUIRE_DATA(root, "lumbar_dicom_real");
    const std::pair<const char*, Weighting> studies[] = {
        {"VB1_02", Weighting::T1}, {"VB1_12", Weighting::T2}, {"VB2_02", Weighting::T2}};
    for (const auto& [name, weighting] : studies) {
        const auto report = scanned(*root / name);
        EXPECT_TRUE(report.refused.empty());
        EXPECT_EQ(report.studies.size(), 1u);
        std::multiset<std::pair<geometry::Plane, int>> found;
        for (const Stack& stack : stacksOf(report)) {
            found.insert({stack.plane, stack.slices()});
            EXPECT_EQ(stack.weighting, weighting); // by the description alone: the times are missing
            EXPECT_TRUE(stack.measurable);
            EXPECT_EQ(stack.warnings, std::vector{StackWarning::PrimaryReformat}); // DERIVED, PRIMARY, MPR
            const bool sagittal = stack.plane == geometry::Plane::Sagittal;
            EXPECT_NEAR(stack.sliceSpacing.value_or(0), sagittal ? 4.4 : 3.3, 1e-5);
            EXPECT_EQ(stack.rowSpacing, sagittal ? 0.75 : 0.8);
        }
        using geometry::Plane;
        EXPECT_EQ(found, (std::multiset<std::pair<Plane, int>>{{Plane::Sagittal, 15},
                                                               {Plane::Axial, 5},
                                                               {Plane::Axial, 5},
                                                               {Plane::Axial, 5},
                                                               {Plane::Axial, 5},
                                                               {Plane::Axial, 5}}));
    }
}

TEST(RealData, OddSingleFilesAreRead) {
    REQUIRE_DATA(root, "lumbar_single_dicoms");
    const auto report = scanned(*root, true);
    std::map<int, const Stack*> byRows;
    const auto stacks = stacksOf(report);
    for (const Stack& stack : stacks)
        byRows[stack.rows] = &stack;
    ASSERT_EQ(byRows.size(), 3u);
    const Stack& axial = *byRows.at(320); // its last delimiter is missing
    EXPECT_EQ(axial.plane, geometry::Plane::Axial);
    EXPECT_EQ(axial.weighting, Weighting::T2);
    EXPECT_EQ(axial.rowSpacing, 0.625);
    EXPECT_TRUE(axial.measurable);
    const Stack& sagittal = *byRows.at(256); // nearly every element is VR UN
    EXPECT_EQ(sagittal.plane, geometry::Plane::Sagittal);
    EXPECT_EQ(sagittal.rowSpacing, 1.328125);
    EXPECT_TRUE(sagittal.measurable);
    EXPECT_EQ(byRows.at(384)->plane, geometry::Plane::Sagittal);
}

TEST(RealData, RowAndColumnSpacingKeepTheirOrder) {
    REQUIRE_DATA(root, "nonsquare_pixels_studyforrest");
    const auto stacks = stacksOf(scanned(*root));
    ASSERT_FALSE(stacks.empty());
    EXPECT_EQ(stacks[0].rows, 384);
    EXPECT_EQ(stacks[0].columns, 274);
    EXPECT_NEAR(*stacks[0].rowSpacing, 0.666667, 1e-6);
    EXPECT_NEAR(*stacks[0].columnSpacing, 0.699988, 1e-6);
}

TEST(RealData, PatientPositionsShowInTheOrientation) {
    REQUIRE_DATA(root, "dcm_qa_decubitus_sagT1/In");
    std::set<std::string> letters;
    for (const char* position : {"HFS", "HFP", "HFDR", "HFDL"}) {
        const auto stacks = stacksOf(scanned(*root / position));
        ASSERT_FALSE(stacks.empty());
        EXPECT_TRUE(stacks[0].measurable);
        const auto plane = stacks[0].imagePlane(0);
        ASSERT_TRUE(plane);
        EXPECT_EQ(plane->plane(), geometry::Plane::Sagittal) << position;
        EXPECT_EQ(geometry::orientationLetters(plane->columnDirection())[0], 'F') << position;
    }
}

TEST(RealData, EnhancedObjectsAreSplitByKindAndEvenlySpaced) {
    REQUIRE_DATA(root, "dcm_qa_enh/In");
    const auto report = scanned(*root, true);
    EXPECT_TRUE(report.refused.empty());
    const auto stacks = stacksOf(report);
    ASSERT_EQ(stacks.size(), 6u); // 4 volumes of 6 slices; a field map of 2 times 32
    for (const Stack& stack : stacks) {
        EXPECT_TRUE(stack.slices() == 6 || stack.slices() == 32);
        EXPECT_EQ(stack.duplicates, 0);
        EXPECT_NEAR(*stack.sliceSpacing, stack.slices() == 6 ? 2.4 : 4.0, 1e-5);
    }
}

TEST(RealData, NoForeignFileIsWithoutASentence) {
    for (const char* folder : {"pydicom_test_files", "dicom2nifti_headers"}) {
        REQUIRE_DATA(root, folder);
        const auto report = scanned(*root, true);
        std::set<fs::path> accounted;
        for (const auto* notes : {&report.refused, &report.warnings})
            for (const FileNote& note : *notes) {
                EXPECT_NE(note.message.find(note.path.string()), std::string::npos);
                accounted.insert(note.path);
            }
        for (const Stack& stack : stacksOf(report))
            for (const Instance& instance : stack.instances)
                accounted.insert(instance.path);
        for (const fs::path& file : filesIn(*root))
            EXPECT_TRUE(accounted.contains(file)) << file;
    }
}

} // namespace
} // namespace forameter::dicom
