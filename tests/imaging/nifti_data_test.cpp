// SPDX-License-Identifier: Apache-2.0
// Real NIfTI files of the public test data.
#include <gtest/gtest.h>

#include <algorithm>

#include "../support/test_data.hpp"
#include "forameter/imaging/nifti.hpp"

namespace forameter::imaging {
namespace {

using forameter::testing::testData;
using geometry::PixelPoint;

TEST(NiftiData, TheLumbarVolumeIsCutSagittallyAtItsTruePlace) {
    const auto file = testData("sct_lumbar_t2_nifti/t2_lumbar.nii.gz");
    if (!file) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold it";
    const auto read = readNifti(*file);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->warnings.empty());
    const auto& volume = *read->volume;
    EXPECT_EQ(volume.sliceCount(), 38);
    EXPECT_EQ(volume.columns(), 257);
    EXPECT_EQ(volume.rows(), 201);
    EXPECT_EQ(volume.plane(0).plane(), geometry::Plane::Sagittal);
    // The header: identity axes, offset (-12.195, -150.938, -512.303) in RAS. The first slice along the
    // normal is the patient's left-most here, its first pixel front and head.
    const auto first = volume.plane(37).origin();
    EXPECT_NEAR(first.x, 12.195 - 37, 0.01);
    EXPECT_NEAR(volume.plane(0).origin().x, 12.195, 0.01);
    EXPECT_NEAR(first.y, 150.938 - 256, 0.01);
    EXPECT_NEAR(first.z, -512.303 + 200, 0.01);
    const auto window = initialWindow(volume);
    EXPECT_GT(window.width, 10);
}

TEST(NiftiData, ImagesAndTheirMasksShareGeometryWhateverTheirAxisOrder) {
    const auto folder = testData("sct_cervical_nifti_with_masks");
    if (!folder) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold it";
    const std::pair<const char*, const char*> pairs[] = {
        {"t1/t1w.nii.gz", "t1/t1w_seg-manual.nii.gz"},
        {"t2/t2.nii.gz", "t2/t2_seg-manual.nii.gz"},
        {"t2/t2.nii.gz", "t2/t2_seg-manual_labeled.nii.gz"},
        {"t2s/t2s.nii.gz", "t2s/t2s_seg.nii.gz"},
        {"t2s/t2s_uncropped.nii.gz", "t2s/t2s_uncropped_gmseg_manual.nii.gz"}};
    for (const auto& [image, mask] : pairs) {
        const auto volume = readNifti(*folder / image);
        ASSERT_TRUE(volume) << volume.error().message;
        const auto labels = readNiftiLabels(*folder / mask);
        ASSERT_TRUE(labels) << labels.error().message;
        ASSERT_EQ(labels->map.planes.size(), static_cast<std::size_t>(volume->volume->sliceCount())) << mask;
        std::size_t labelled = 0;
        for (int s = 0; s < volume->volume->sliceCount(); ++s) {
            const auto& a = volume->volume->plane(s);
            const auto& b = labels->map.planes[static_cast<std::size_t>(s)];
            EXPECT_LT(length(a.origin() - b.origin()), 0.01) << mask;
            EXPECT_LT(length(a.toPatient(PixelPoint{40, 40}) - b.toPatient(PixelPoint{40, 40})), 0.01)
                << mask;
            labelled += static_cast<std::size_t>(std::ranges::count_if(
                labels->map.slices[static_cast<std::size_t>(s)].data(), [](auto v) { return v > 0; }));
        }
        EXPECT_GT(labelled, 0U) << mask;
    }
}

TEST(NiftiData, TheCoarseAxisOfAnAxialSeriesIsCut) {
    const auto file = testData("sct_cervical_nifti_with_masks/t2s/t2s_uncropped.nii.gz");
    if (!file) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold it";
    const auto read = readNifti(*file);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->volume->sliceCount(), 11);
    EXPECT_EQ(read->volume->plane(0).plane(), geometry::Plane::Axial);
    EXPECT_NEAR(length(read->volume->grid()->step), 7.5, 1e-3);
}

TEST(NiftiData, FilesWhoseGeometryWasLostSaySo) {
    const auto folder = testData("lumbar_fastcleverseg");
    if (!folder) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold it";
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
        if (!entry.path().string().ends_with("_image.nii.gz")) continue;
        ++files;
        const auto read = readNifti(entry.path());
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->warnings.size(), 1U) << entry.path();
        EXPECT_EQ(read->volume->plane(0).plane(), geometry::Plane::Sagittal);
        EXPECT_EQ(geometry::orientationLetters(read->volume->plane(0).columnDirection()), "F");
    }
    EXPECT_EQ(files, 7);
}

} // namespace
} // namespace forameter::imaging
