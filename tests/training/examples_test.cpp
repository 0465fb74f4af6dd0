// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/examples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "../support/png_file.hpp"
#include "../support/temporary_folder.hpp"
#include "../support/test_data.hpp"
#include "forameter/imaging/nifti.hpp"
#include "forameter/imaging/picture.hpp"

using namespace forameter;
using namespace forameter::training;
using proposal::Label;
using proposal::only;
namespace fs = std::filesystem;

namespace {

/// A bright disc, labelled Foramen, on a dark ground.
LabelledSlice brightDisc() {
    LabelledSlice slice{Grid<float>(240, 200, 0.05f),
                        Grid<proposal::LabelSet>(240, 200, only(Label::Background)),
                        0.8,
                        "p",
                        "disc",
                        false};
    for (int r = 0; r < 200; ++r)
        for (int c = 0; c < 240; ++c)
            if ((c - 150) * (c - 150) + (r - 90) * (r - 90) < 30 * 30) {
                slice.image(c, r) = 1.0f;
                slice.allowed(c, r) = only(Label::Foramen);
            }
    return slice;
}

void writeMasks(const fs::path& folder) {
    fs::create_directories(folder / "images");
    fs::create_directories(folder / "masks");
    imaging::Picture picture(8, 6, 40), mask(8, 6, 0);
    picture(1, 1) = 200;
    mask(1, 1) = 76;
    mask(2, 1) = 29;
    mask(3, 1) = 150;
    for (const char* name : {"7_10.png", "7_11.png", "9_3.png"}) {
        forameter::testing::writePng(picture, folder / "images" / name);
        forameter::testing::writePng(mask, folder / "masks" / name);
    }
}

} // namespace

TEST(Augmentation, LabelsFollowThePicture) {
    const auto slice = brightDisc();
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Random random(seed);
        const auto example = augmented(slice, {128, 0.8, true, 1.0}, random);
        double in = 0.0, out = 0.0;
        std::size_t inside = 0, outside = 0;
        for (std::size_t i = 0; i < example.image.data().size(); ++i) {
            const auto set = example.allowed.data()[i];
            if (set == only(Label::Foramen)) {
                in += example.image.data()[i];
                ++inside;
            } else if (set == only(Label::Background)) {
                out += example.image.data()[i];
                ++outside;
            }
        }
        if (inside < 50 || outside < 50) continue; // a crop of one of them alone
        // The disc is twenty times as bright: one label off its place by a few pixels would show.
        EXPECT_GT(in / static_cast<double>(inside), 0.75) << seed;
        EXPECT_LT(out / static_cast<double>(outside), 0.35) << seed;
    }
}

TEST(Augmentation, StrengthZeroKeepsShapeAndContrast) {
    const auto slice = brightDisc();
    Random random(4);
    const auto example = augmented(slice, {160, 0.8, false, 0.0}, random);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < example.image.data().size(); ++i) {
        const bool bright = example.image.data()[i] > 0.5f;
        if (example.allowed.data()[i] != proposal::kAnyLabel)
            wrong += bright != (example.allowed.data()[i] == only(Label::Foramen));
    }
    EXPECT_LT(wrong, 120u); // the rim, where a crop between pixels is half bright
}

TEST(Augmentation, IsTheSameForTheSameNumbers) {
    const auto slice = brightDisc();
    Random a(8), b(8), c(9);
    const Augmentation how{96, 0.8, true, 1.0};
    const auto first = augmented(slice, how, a), again = augmented(slice, how, b),
               other = augmented(slice, how, c);
    EXPECT_EQ(first.image, again.image);
    EXPECT_EQ(first.allowed, again.allowed);
    EXPECT_FALSE(first.image == other.image);
}

TEST(Augmentation, KnowsNothingBeyondThePicture) {
    LabelledSlice small{Grid<float>(40, 40, 0.5f),
                        Grid<proposal::LabelSet>(40, 40, only(Label::Disc)),
                        0.8,
                        "p",
                        "small",
                        true};
    small.image(3, 3) = 1.0f;
    Random random(1);
    const auto example = augmented(small, {128, 0.8, false, 0.0}, random);
    EXPECT_EQ(example.allowed(0, 0), proposal::kAnyLabel);
    EXPECT_EQ(example.allowed(127, 127), proposal::kAnyLabel);
    EXPECT_EQ(std::ranges::count(example.allowed.data(), only(Label::Disc)), 40 * 40);
}

TEST(PngMasks, GreysBecomeTheLabelsThatAreNotToldApart) {
    const forameter::testing::TemporaryFolder folder;
    writeMasks(folder.path());
    const auto slices = readPngMasks(folder.path(), 0.6);
    ASSERT_TRUE(slices) << slices.error().message;
    ASSERT_EQ(slices->size(), 3u);
    const auto& allowed = slices->front().allowed;
    EXPECT_EQ(allowed(1, 1), only(Label::Body) | only(Label::Posterior));
    EXPECT_EQ(allowed(2, 1), only(Label::Disc));
    EXPECT_EQ(allowed(3, 1), only(Label::DuralSac) | only(Label::Canal));
    const auto elsewhere = only(Label::Background) | only(Label::Foramen) | only(Label::Sacrum);
    EXPECT_EQ(allowed(0, 0), elsewhere);
    EXPECT_EQ(allowed(0, 3), elsewhere | only(Label::DuralSac) | only(Label::Canal)); // below the canal's end
    EXPECT_EQ(slices->front().patient, "7");
    EXPECT_EQ(slices->back().patient, "9");
    EXPECT_EQ(slices->front().spacing, 0.6);
}

TEST(PngMasks, RefusesUnknownGreysAndMissingMasks) {
    const forameter::testing::TemporaryFolder folder;
    EXPECT_FALSE(readPngMasks(folder.path(), 0.6));
    writeMasks(folder.path());
    imaging::Picture mask(8, 6, 0);
    mask(0, 0) = 77;
    forameter::testing::writePng(mask, folder.path() / "masks" / "9_3.png");
    const auto wrong = readPngMasks(folder.path(), 0.6);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message.find("grey 77"), std::string::npos) << wrong.error().message;
    fs::remove(folder.path() / "masks" / "9_3.png");
    EXPECT_FALSE(readPngMasks(folder.path(), 0.6));
}

TEST(LabelVolumes, BodiesAreKnownNearbyIsNotAndFarIsUnknown) {
    const forameter::testing::TemporaryFolder folder;
    // A block of 20 mm within 15 slices of 64 x 64 pixels of 1.5 mm.
    std::vector<geometry::ImagePlane> planes;
    for (int k = 0; k < 15; ++k)
        planes.push_back(*geometry::ImagePlane::create(
            {{static_cast<double>(k) * 2.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, -1.0}, 1.5, 1.5, 64, 64}));
    imaging::LabelMap labels{planes, {}, {}}, image{planes, {}, {}};
    for (int k = 0; k < 15; ++k) {
        labels.slices.emplace_back(64, 64);
        image.slices.emplace_back(64, 64);
        for (int r = 0; r < 64; ++r)
            for (int c = 0; c < 64; ++c) {
                const bool body = std::abs(r - 32) < 7 && std::abs(c - 32) < 7;
                image.slices.back()(c, r) = static_cast<std::uint16_t>(body ? 100 : c % 5);
                labels.slices.back()(c, r) = body ? 3 : 0;
            }
    }
    ASSERT_TRUE(imaging::writeNiftiLabels(image, folder.path() / "VB2_99_image.nii.gz"));
    ASSERT_TRUE(imaging::writeNiftiLabels(labels, folder.path() / "VB2_99_labels.nii.gz"));
    const auto slices = readLabelVolumes(folder.path(), 1.5);
    ASSERT_TRUE(slices) << slices.error().message;
    ASSERT_GE(slices->size(), 5u);
    const auto& slice = (*slices)[2];
    EXPECT_EQ(slice.patient, "VB2_99");
    const int middle = slice.allowed.columns() / 2;
    EXPECT_EQ(slice.allowed(middle, middle), only(Label::Body));
    EXPECT_GT(slice.image(middle, middle), 0.9f); // the label lies on the bright block
    EXPECT_EQ(slice.allowed(middle + 10, middle), proposal::kAnyLabel & ~only(Label::Body));
    EXPECT_EQ(slice.allowed(2, 2), proposal::kAnyLabel);
}

TEST(LabelVolumes, LabelsAreOfTheSlicesThatThePictureIsTheMeanOf) {
    const forameter::testing::TemporaryFolder folder;
    // 7 slices 0.7 mm apart: the picture of the middle one is the mean of five, within 2 mm of it.
    std::vector<geometry::ImagePlane> planes;
    for (int k = 0; k < 7; ++k)
        planes.push_back(*geometry::ImagePlane::create({{static_cast<double>(k) * 0.7 + 1.0, 0.0, 0.0},
                                                        {0.0, 1.0, 0.0},
                                                        {0.0, 0.0, -1.0},
                                                        0.6,
                                                        0.6,
                                                        64,
                                                        64}));
    imaging::LabelMap labels{planes, {}, {}};
    const imaging::LabelMap image{planes, std::vector(7, Grid<std::uint16_t>(64, 64)), {}};
    for (int k = 0; k < 7; ++k) // a body in four of the five, and in four of seven
        labels.slices.emplace_back(64, 64, static_cast<std::uint16_t>(k >= 1 && k <= 4 ? 1 : 0));
    ASSERT_TRUE(imaging::writeNiftiLabels(image, folder.path() / "VB2_98_image.nii.gz"));
    ASSERT_TRUE(imaging::writeNiftiLabels(labels, folder.path() / "VB2_98_labels.nii.gz"));
    const auto slices = readLabelVolumes(folder.path(), 0.6);
    ASSERT_TRUE(slices) << slices.error().message;
    ASSERT_EQ(slices->size(), 1u);
    EXPECT_EQ(slices->front().allowed(32, 32), only(Label::Body));
}

TEST(RealData, SpiderAndTheVolumesAreReadAsDescribed) {
    const auto spider = forameter::testing::testData("spider_t2space_png");
    const auto volumes = forameter::testing::testData("lumbar_fastcleverseg");
    if (!spider || !volumes) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold them";
    const auto bodies = readLabelVolumes(*volumes, 1.6);
    ASSERT_TRUE(bodies) << bodies.error().message;
    EXPECT_GT(bodies->size(), 60u);
    std::size_t body = 0, disc = 0;
    for (const auto& slice : *bodies)
        for (const auto set : slice.allowed.data()) {
            body += set == only(Label::Body);
            disc += set == only(Label::Disc);
        }
    EXPECT_GT(body, 10'000u);
    EXPECT_GT(disc, 1'000u);
}
