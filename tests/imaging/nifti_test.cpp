// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/nifti.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>

#include "../support/temporary_folder.hpp"
#include "volumes.hpp"

namespace forameter::imaging {
namespace {

using geometry::PatientPoint;
using geometry::PatientVector;
using geometry::PixelPoint;
using Affine = std::array<std::array<float, 4>, 3>;

/// A NIfTI-1 file made byte by byte, so that reading is not tested against our own writing.
struct RawNifti {
    std::vector<std::int16_t> dim{3, 5, 4, 3};
    Affine affine{};
    std::int16_t sformCode = 1, qformCode = 0;
    std::array<float, 6> quaternion{};
    std::array<float, 4> pixdim{1, 1, 1, 1};
    float slope = 1, intercept = 0;
    bool swapped = false;
    bool ownSizes = true; ///< pixdim agrees with the sform

    [[nodiscard]] std::vector<char> bytes() const {
        std::vector<char> out(352, 0);
        const auto put = [&](std::size_t at, auto value) {
            char raw[sizeof value];
            std::memcpy(raw, &value, sizeof value);
            if (swapped) std::reverse(raw, raw + sizeof value);
            std::memcpy(&out[at], raw, sizeof value);
        };
        put(0, std::int32_t{348});
        for (std::size_t i = 0; i < 8; ++i)
            put(40 + 2 * i, i < dim.size() ? dim[i] : std::int16_t{1});
        put(70, std::int16_t{4}); // signed 16 bit
        put(72, std::int16_t{16});
        for (std::size_t i = 0; i < 8; ++i)
            put(76 + 4 * i, i < 4 ? pixdim[i] : 1.0F);
        for (std::size_t k = 0; k < 3; ++k)
            if (ownSizes && sformCode > 0)
                put(80 + 4 * k, static_cast<float>(std::hypot(affine[0][k], affine[1][k], affine[2][k])));
        put(108, 352.0F);
        put(112, slope);
        put(116, intercept);
        out[123] = 2; // mm
        put(252, qformCode);
        put(254, sformCode);
        for (std::size_t i = 0; i < 6; ++i)
            put(256 + 4 * i, quaternion[i]);
        for (std::size_t r = 0; r < 3; ++r)
            for (std::size_t c = 0; c < 4; ++c)
                put(280 + 16 * r + 4 * c, affine[r][c]);
        std::memcpy(&out[344], "n+1", 4);
        std::size_t count = 1;
        for (std::size_t i = 1; i < dim.size(); ++i)
            count *= static_cast<std::size_t>(std::max<std::int16_t>(dim[i], 0));
        out.resize(352 + 2 * count);
        // Voxel (i, j, k) of a small file holds i + 10 j + 100 k.
        for (std::size_t n = 0; n < count; ++n) {
            const auto i = n % static_cast<std::size_t>(dim[1]),
                       j = n / static_cast<std::size_t>(dim[1]) % static_cast<std::size_t>(dim[2]),
                       k = n / static_cast<std::size_t>(dim[1]) / static_cast<std::size_t>(dim[2]);
            put(352 + 2 * n, static_cast<std::int16_t>(i + 10 * j + 100 * k));
        }
        return out;
    }
};

class Nifti : public ::testing::Test {
protected:
    std::filesystem::path path(const std::string& name) const { return m_folder / name; }
    std::filesystem::path store(const std::string& name, const std::vector<char>& bytes) const {
        if (name.ends_with(".gz")) {
            gzFile out = gzopen(path(name).c_str(), "wb");
            gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
            gzclose(out);
        } else {
            std::ofstream(path(name), std::ios::binary)
                .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        }
        return path(name);
    }

private:
    forameter::testing::TemporaryFolder m_folder;
};

Affine oblique(double si, double sj, double sk) {
    // Columns: an oblique right-handed triple, permuted and partly reversed so that no axis lies where it
    // usually does.
    const auto a = testing::obliqueRow(), b = testing::obliqueColumn(), c = cross(a, b);
    const PatientVector i = -si * c, j = sj * a, k = -sk * b;
    Affine m{};
    const PatientVector columns[3] = {i, j, k};
    for (std::size_t n = 0; n < 3; ++n) {
        m[0][n] = static_cast<float>(columns[n].x);
        m[1][n] = static_cast<float>(columns[n].y);
        m[2][n] = static_cast<float>(columns[n].z);
    }
    m[0][3] = 11.5F;
    m[1][3] = -23.25F;
    m[2][3] = 340.125F;
    return m;
}

/// affine times index, from RAS to LPS.
PatientPoint expectedPosition(const Affine& m, double i, double j, double k) {
    const auto row = [&](std::size_t r) { return m[r][0] * i + m[r][1] * j + m[r][2] * k + m[r][3]; };
    return {-row(0), -row(1), row(2)};
}

void expectAffineHolds(const Volume& volume, const Affine& affine, double slope = 1, double intercept = 0) {
    for (int s = 0; s < volume.sliceCount(); ++s)
        for (int r = 0; r < volume.rows(); ++r)
            for (int c = 0; c < volume.columns(); ++c) {
                const int code = static_cast<int>(std::lround((volume.slice(s)(c, r) - intercept) / slope));
                const auto expected = expectedPosition(affine, code % 10, code / 10 % 10, code / 100);
                const auto actual = volume.plane(s).toPatient(PixelPoint{double(c), double(r)});
                ASSERT_LT(length(actual - expected), 1e-4) << "voxel " << code;
            }
}

TEST_F(Nifti, APixelsPatientPositionIsAffineTimesIndexWhateverTheAxisOrder) {
    // The coarse axis in each of the three places.
    for (const auto& spacing :
         {std::array{4.0, 0.7, 0.9}, {0.7, 4.0, 0.9}, {0.7, 0.9, 4.0}, {1.0, 1.0, 1.0}}) {
        RawNifti raw{.affine = oblique(spacing[0], spacing[1], spacing[2])};
        const auto read = readNifti(store("oblique.nii", raw.bytes()));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_TRUE(read->warnings.empty()) << read->warnings.front();
        EXPECT_EQ(read->volume->voxels().size(), 60U);
        ASSERT_TRUE(read->volume->grid());
        if (spacing[0] != spacing[1]) {
            EXPECT_NEAR(length(read->volume->grid()->step), 4.0, 1e-5);
        }
        expectAffineHolds(*read->volume, raw.affine);
    }
}

TEST_F(Nifti, GzippedAndByteSwappedFilesReadTheSame) {
    RawNifti raw{.affine = oblique(0.7, 0.9, 4.0)};
    for (const bool swapped : {false, true}) {
        raw.swapped = swapped;
        const auto read = readNifti(store("oblique.nii.gz", raw.bytes()));
        ASSERT_TRUE(read) << read.error().message;
        expectAffineHolds(*read->volume, raw.affine);
    }
}

TEST_F(Nifti, SlopeAndInterceptAreApplied) {
    RawNifti raw{.affine = oblique(0.7, 0.9, 4.0), .slope = 0.25F, .intercept = -7.5F};
    const auto read = readNifti(store("scaled.nii", raw.bytes()));
    ASSERT_TRUE(read) << read.error().message;
    expectAffineHolds(*read->volume, raw.affine, 0.25, -7.5);
}

TEST_F(Nifti, AQformAloneIsFollowedWithItsHandedness) {
    // A quarter turn about z, third axis reversed.
    RawNifti raw{.sformCode = 0,
                 .qformCode = 1,
                 .quaternion = {0, 0, static_cast<float>(std::sqrt(0.5)), 1.5F, -2.5F, 30.0F},
                 .pixdim = {-1, 0.75F, 0.5F, 4.0F}};
    const Affine expected{{{0, -0.5F, 0, 1.5F}, {0.75F, 0, 0, -2.5F}, {0, 0, -4.0F, 30.0F}}};
    const auto read = readNifti(store("qform.nii", raw.bytes()));
    ASSERT_TRUE(read) << read.error().message;
    expectAffineHolds(*read->volume, expected);
}

TEST_F(Nifti, HangsSagittalImagesFaceLeftHeadUpAndAxialImagesWithTheRightOnTheLeft) {
    // RAS files: i to the right, j to the front, k to the head.
    const auto hung = [&](double si, double sj, double sk) {
        RawNifti raw;
        raw.affine = {{{float(si), 0, 0, 5}, {0, float(sj), 0, 5}, {0, 0, float(sk), 5}}};
        return readNifti(store("hung.nii", raw.bytes())).value().volume;
    };
    const auto sagittal = hung(4, 1, 1);
    EXPECT_EQ(geometry::orientationLetters(sagittal->plane(0).rowDirection()), "P");
    EXPECT_EQ(geometry::orientationLetters(sagittal->plane(0).columnDirection()), "F");
    const auto axial = hung(1, 1, 4);
    EXPECT_EQ(geometry::orientationLetters(axial->plane(0).rowDirection()), "L");
    EXPECT_EQ(geometry::orientationLetters(axial->plane(0).columnDirection()), "P");
    const auto coronal = hung(1, 4, 1);
    EXPECT_EQ(geometry::orientationLetters(coronal->plane(0).rowDirection()), "L");
    EXPECT_EQ(geometry::orientationLetters(coronal->plane(0).columnDirection()), "F");
    for (const auto& volume : {sagittal, axial, coronal})
        EXPECT_GT(dot(volume->grid()->step, volume->plane(0).normal()), 0);
}

TEST_F(Nifti, AFileThatContradictsItselfAboutItsGeometryIsRefused) {
    RawNifti raw{.affine = oblique(1, 1, 4), .qformCode = 1, .quaternion = {0, 0, 0, 0, 0, 0}};
    auto read = readNifti(store("two.nii", raw.bytes()));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::ConflictingGeometry);
    EXPECT_NE(read.error().message.find("sform, qform"), std::string::npos);

    raw.qformCode = 0;
    raw.ownSizes = false;
    raw.affine = oblique(0.7, 0.7, 4);
    read = readNifti(store("sizes.nii", raw.bytes()));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::ConflictingGeometry);
    EXPECT_NE(read.error().message.find("sizes of its voxels"), std::string::npos);
}

/// nifti1.h has positive voxel sizes, and the handedness in pixdim[0]; nibabel refuses others.
TEST_F(Nifti, ANegativeVoxelSizeIsRefusedWhereItWouldMirrorThePatient) {
    RawNifti raw;
    raw.sformCode = 0;
    for (const std::int16_t qform : {std::int16_t{1}, std::int16_t{0}}) {
        raw.qformCode = qform;
        raw.pixdim = {1, 0.7F, 0.7F, -4};
        const auto read = readNifti(store("negative.nii", raw.bytes()));
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, ErrorCode::BadSpacing);
        raw.pixdim = {-1, 0.7F, 0.7F, 4};
        EXPECT_TRUE(readNifti(store("positive.nii", raw.bytes())));
    }
}

/// As stacks of DICOM images are told (slice_runs.hpp), which are not measured either.
TEST_F(Nifti, SlicesThatAreShiftedAgainstEachOtherAreRefused) {
    RawNifti raw;
    raw.dim = {3, 5, 4, 12};
    const auto shifted = [&](float perSlice) {
        raw.affine = {{{0.7F, 0, perSlice, 10}, {0, 0.7F, 0, 20}, {0, 0, 4, 30}}};
        return readNifti(store("sheared.nii", raw.bytes()));
    };
    EXPECT_TRUE(shifted(0));
    EXPECT_TRUE(shifted(0.02F)) << "rounding";
    for (const float shift : {0.06F, 0.4F, 1.5F}) {
        const auto read = shifted(shift);
        ASSERT_FALSE(read) << shift;
        EXPECT_EQ(read.error().code, ErrorCode::BadOrientation);
    }
}

TEST_F(Nifti, LostGeometryIsSaid) {
    RawNifti raw{.affine = oblique(0.7, 0.7, 4), .sformCode = 0};
    const auto read = readNifti(store("none.nii", raw.bytes()));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->warnings.size(), 2U); // no orientation; 1 mm at the origin
    EXPECT_NE(read->warnings[0].find("left and right are unknown"), std::string::npos);
}

TEST_F(Nifti, BadFilesGetASentenceEach) {
    const RawNifti good{.affine = oblique(0.7, 0.9, 4.0)};
    const auto bytes = good.bytes();
    const auto code = [](const std::filesystem::path& file) {
        const auto read = readNifti(file);
        if (read) return std::string("read");
        EXPECT_NE(read.error().message.find(file.filename().string()), std::string::npos)
            << read.error().message;
        return std::string(name(read.error().code));
    };
    EXPECT_EQ(code(path("absent.nii")), "not-found");
    EXPECT_EQ(code(store("empty.nii", {})), "unreadable");
    EXPECT_EQ(code(store("text.nii", {'h', 'e', 'l', 'l', 'o'})), "unreadable");
    EXPECT_EQ(code(store("image.png", bytes)), "unreadable");
    auto cut = bytes;
    cut.resize(bytes.size() - 1);
    EXPECT_EQ(code(store("cut.nii", cut)), "truncated");
    EXPECT_EQ(code(store("cut.nii.gz", cut)), "truncated");

    // A gzip stream that ends early.
    const auto whole = store("whole.nii.gz", bytes);
    std::filesystem::resize_file(whole, std::filesystem::file_size(whole) - 20);
    EXPECT_EQ(code(whole), "truncated");

    // Its last bytes alone: all voxels are there, their sum is not.
    const auto sum = store("sum.nii.gz", bytes);
    std::filesystem::resize_file(sum, std::filesystem::file_size(sum) - 4);
    EXPECT_EQ(code(sum), "truncated");
    const auto wrong = store("wrong.nii.gz", bytes);
    std::fstream(wrong, std::ios::binary | std::ios::in | std::ios::out)
        .seekp(static_cast<std::streamoff>(std::filesystem::file_size(wrong)) - 8)
        .write("\1\2\3\4", 4);
    EXPECT_EQ(code(wrong), "truncated");
    auto longer = bytes;
    longer.resize(bytes.size() + 4096);
    EXPECT_EQ(code(store("padded.nii.gz", longer)), "read");
    longer.resize(bytes.size() + 5000);
    EXPECT_EQ(code(store("longer.nii.gz", longer)), "bad-length");

    auto raw = good;
    raw.dim = {4, 5, 4, 3, 2};
    EXPECT_EQ(code(store("four.nii", raw.bytes())), "unsupported-pixel-format");
    raw.dim = {3, 5, -4, 3};
    EXPECT_EQ(code(store("negative.nii", raw.bytes())), "bad-dimensions");
    auto header = good.bytes();
    const std::int16_t huge[3] = {32000, 32000, 32000};
    std::memcpy(&header[42], huge, sizeof huge);
    EXPECT_EQ(code(store("huge.nii", header)), "truncated");

    raw = good;
    raw.affine = {};
    EXPECT_EQ(code(store("flat.nii", raw.bytes())), "bad-spacing");
    raw.affine = {{{1, 1, 0, 0}, {0, 1, 0, 0}, {0, 0, 4, 0}}};
    EXPECT_EQ(code(store("sheared.nii", raw.bytes())), "bad-orientation");
    raw.affine[0][3] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(code(store("nan.nii", raw.bytes())), "bad-position");

    auto colour = good.bytes();
    const std::int16_t rgb[2] = {128, 24};
    std::memcpy(&colour[70], rgb, sizeof rgb);
    colour.resize(352 + 180);
    EXPECT_EQ(code(store("colour.nii", colour)), "unsupported-pixel-format");
}

LabelMap labelsOn(std::span<const geometry::ImagePlane> planes) {
    LabelMap map;
    for (const auto& plane : planes) {
        map.planes.push_back(plane);
        map.slices.emplace_back(plane.columns(), plane.rows());
        for (int r = 0; r < plane.rows(); ++r)
            for (int c = 0; c < plane.columns(); ++c)
                map.slices.back()(c, r) =
                    static_cast<std::uint16_t>(c + 10 * r + 1000 * static_cast<int>(map.planes.size()));
    }
    return map;
}

TEST_F(Nifti, LabelsComeBackOnTheSlicesOfTheirImages) {
    for (const double step : {4.0, -4.0}) {
        const auto planes = testing::stack(3, step);
        auto map = labelsOn(planes);
        ASSERT_TRUE(writeNiftiLabels(map, path("labels.nii.gz")));
        const auto read = readNiftiLabels(path("labels.nii.gz"), {.normal = planes[0].normal()});
        ASSERT_TRUE(read) << read.error().message;
        ASSERT_EQ(read->map.slices.size(), 3U);
        if (step < 0) { // slices are counted along the normal
            std::ranges::reverse(map.planes);
            std::ranges::reverse(map.slices);
        }
        EXPECT_EQ(read->map.slices, map.slices);
        for (std::size_t s = 0; s < 3; ++s)
            EXPECT_LT(length(read->map.planes[s].origin() - map.planes[s].origin()), 1e-4);
    }
}

TEST_F(Nifti, ASingleSliceIsWrittenWithItsThickness) {
    auto map = labelsOn(std::vector{testing::plane({1, 2, 3})});
    map.sliceThickness = Millimetres(3.5);
    ASSERT_TRUE(writeNiftiLabels(map, path("one.nii")));
    const auto read = readNiftiLabels(path("one.nii"));
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->map.planes.size(), 1U);
    EXPECT_NEAR(read->map.sliceThickness->value(), 3.5, 1e-5);
    EXPECT_LT(length(read->map.planes[0].center() - map.planes[0].center()), 1e-4);
}

TEST_F(Nifti, WritingSaysWhyItCannot) {
    auto planes = testing::stack(4, 4.0);
    const auto good = labelsOn(planes);
    planes.erase(planes.begin() + 1);
    const auto written = writeNiftiLabels(labelsOn(planes), path("gap.nii"));
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("evenly spaced"), std::string::npos);
    EXPECT_EQ(writeNiftiLabels(good, path("good.png")).error().code, ErrorCode::InvalidArgument);
    for (const char* name : {"no/such/folder/good.nii", "no/such/folder/good.nii.gz"})
        EXPECT_EQ(writeNiftiLabels(good, path(name)).error().code, ErrorCode::StorageFailed);
}

TEST_F(Nifti, AMapThatIsNearlyEmptyIsWrittenHoweverWellItDeflates) {
    LabelMap map{.planes = {testing::plane({1, 2, 3}, 192, 192)}, .sliceThickness = Millimetres(4.0)};
    map.slices.emplace_back(192, 192)(96, 96) = 21;
    const auto file = path("small.nii.gz");
    const auto written = writeNiftiLabels(map, file);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_LT(std::filesystem::file_size(file), 348U) << "less than the header alone";
    const auto read = readNiftiLabels(file, {.normal = map.planes[0].normal()});
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->map.slices, map.slices);
}

TEST_F(Nifti, LabelsLikeAnotherFileHaveItsVoxelOrder) {
    const RawNifti raw{.affine = oblique(0.7, 4.0, 0.9)};
    const auto image = store("image.nii", raw.bytes());
    const auto volume = readNifti(image).value().volume;
    LabelMap map;
    for (int s = 0; s < volume->sliceCount(); ++s) {
        map.planes.push_back(volume->plane(s));
        map.slices.emplace_back(volume->columns(), volume->rows());
        for (std::size_t n = 0; n < map.slices.back().data().size(); ++n)
            map.slices.back().data()[n] = static_cast<std::uint16_t>(volume->slice(s).data()[n]);
    }
    ASSERT_TRUE(writeNiftiLabels(map, path("labels.nii"), image));
    // Byte for byte the voxels of the image, since each label is its voxel's value.
    std::ifstream in(path("labels.nii"), std::ios::binary);
    std::vector<char> bytes((std::istreambuf_iterator<char>(in)), {});
    const auto original = raw.bytes();
    ASSERT_EQ(bytes.size(), original.size());
    EXPECT_TRUE(std::equal(bytes.begin() + 352, bytes.end(), original.begin() + 352));

    map.planes[0] = testing::plane({0, 0, 0}, volume->columns(), volume->rows());
    EXPECT_FALSE(writeNiftiLabels(map, path("labels.nii"), image));
    const auto elsewhere = labelsOn(testing::stack(3, 4.0));
    EXPECT_EQ(writeNiftiLabels(elsewhere, path("labels.nii"), image).error().code,
              ErrorCode::ConflictingGeometry);
}

TEST_F(Nifti, FractionsAndNegativeNumbersAreNoLabels) {
    RawNifti raw{.affine = oblique(0.7, 0.9, 4.0), .slope = 0.5F};
    EXPECT_EQ(readNiftiLabels(store("half.nii", raw.bytes())).error().code,
              ErrorCode::UnsupportedPixelFormat);
    raw.slope = 1;
    raw.intercept = -1;
    EXPECT_EQ(readNiftiLabels(store("negative.nii", raw.bytes())).error().code,
              ErrorCode::UnsupportedPixelFormat);
}

} // namespace
} // namespace forameter::imaging
