// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>

#include "../support/temporary_folder.hpp"
#include "forameter/dicom/write_mr.hpp"
#include "forameter/imaging/nifti.hpp"
#include "forameter/protocol/interchange.hpp"
#include "forameter/training/examples.hpp"
#include "forameter/training/run.hpp"

using namespace forameter;
using namespace forameter::training;
using proposal::Label;
using proposal::only;
namespace fs = std::filesystem;

namespace {

constexpr int kBright = 4; ///< slice of the volume as it is read back

/// A volume of sagittal slices every 2.5 mm with a bright square in one.
imaging::VolumePtr writeVolume(const fs::path& file) {
    std::vector<geometry::ImagePlane> planes;
    for (int k = 0; k < 8; ++k)
        planes.push_back(*geometry::ImagePlane::create(
            {{2.5 * k - 8.0, -40.0, 30.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, -1.0}, 1.0, 1.0, 80, 70}));
    imaging::LabelMap image{planes, {}, {}}; // a volume of whole numbers
    for (int k = 0; k < 8; ++k) {
        image.slices.emplace_back(80, 70);
        for (int r = 0; r < 70; ++r)
            for (int c = 0; c < 80; ++c) {
                // The reader counts from the patient's left.
                const bool bright = k == 7 - kBright && c >= 30 && c < 45 && r >= 20 && r < 35;
                image.slices.back()(c, r) = static_cast<std::uint16_t>(bright ? 100 : (c + r) % 7);
            }
    }
    EXPECT_TRUE(imaging::writeNiftiLabels(image, file));
    return imaging::readNifti(file)->volume;
}

protocol::Contour square(const geometry::ImagePlane& plane) {
    protocol::Contour contour;
    contour.id = ContourId(newUuid());
    contour.study = StudyUid("VB2_98");
    contour.cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    contour.curve.kind = geometry::CurveKind::Polygon;
    for (const auto& [c, r] : {std::pair{29.5, 19.5}, {44.5, 19.5}, {44.5, 34.5}, {29.5, 34.5}})
        contour.curve.points.push_back(plane.toPatient(geometry::PixelPoint{c, r}));
    contour.rater = "r1";
    return contour;
}
protocol::Contour square(const imaging::Volume& volume, int slice, const std::string& name) {
    protocol::Contour contour = square(volume.plane(slice));
    contour.image = {SeriesUid(name), SopUid(name + "#" + std::to_string(slice)), 1};
    return contour;
}

/// Five sagittal DICOM images, and a square on the middle one.
protocol::Contour writeDicom(const fs::path& folder) {
    dicom::MrStudyHeader study;
    study.uid = StudyUid("1.2.3");
    study.frameOfReference = FrameOfReferenceUid("1.2.3.9");
    study.patientId = "P7";
    dicom::MrSeriesHeader series;
    series.uid = SeriesUid("1.2.3.1");
    series.imageType = {"ORIGINAL", "PRIMARY", "M"};
    series.scanningSequence = {"SE"};
    protocol::Contour contour;
    for (int k = 0; k < 5; ++k) {
        const auto plane = geometry::ImagePlane::create(
            {{4.0 * k - 8.0, -40.0, 30.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, -1.0}, 1.0, 1.0, 80, 70});
        dicom::MrImageHeader image{SopUid("1.2.3.1." + std::to_string(k + 1)), k + 1, 1, *plane};
        const Grid<std::uint16_t> pixels(80, 70, static_cast<std::uint16_t>(100 + k));
        EXPECT_TRUE(
            dicom::writeMr(folder / (std::to_string(k) + ".dcm"), study, series, image, pixels.view()));
        if (k != 2) continue;
        contour = square(*plane);
        contour.study = study.uid;
        contour.image = {series.uid, image.uid, 1};
    }
    return contour;
}

void write(const fs::path& file, const std::vector<protocol::Contour>& contours) {
    std::vector<protocol::MeasuredContour> all;
    for (const auto& contour : contours)
        all.push_back({contour, std::nullopt, std::nullopt, false});
    std::ofstream(file) << protocol::contoursToJson(all);
}

} // namespace

TEST(Contours, OfVolumesBecomeLabelsOnTheirSlice) {
    const forameter::testing::TemporaryFolder folder;
    const auto volume = writeVolume(folder / "VB2_98_image.nii.gz");
    write(folder / "c.json", {square(*volume, kBright, "VB2_98_image.nii.gz")});
    const auto slices = readContours(folder / "c.json", folder.path(), geometry::Plane::Sagittal, 1.0, 5.0);
    ASSERT_TRUE(slices) << slices.error().message;
    ASSERT_EQ(slices->size(), 1u);
    const auto& slice = slices->front();
    EXPECT_EQ(slice.patient, "VB2_98");
    std::size_t inside = 0, ring = 0, unknown = 0;
    for (std::size_t i = 0; i < slice.allowed.data().size(); ++i) {
        const auto set = slice.allowed.data()[i];
        inside += set == only(Label::Foramen);
        ring += set == (proposal::kAnyLabel & ~only(Label::Foramen));
        unknown += set == proposal::kAnyLabel;
        if (set == only(Label::Foramen)) {
            EXPECT_GT(slice.image.data()[i], 0.9f); // on the bright square
        }
    }
    EXPECT_EQ(inside, 15u * 15u);
    EXPECT_GT(ring, 4u * 15u * 4u);
    EXPECT_LT(ring, 25u * 25u - 15u * 15u + 1u);
    EXPECT_EQ(inside + ring + unknown, slice.allowed.data().size());
}

TEST(Contours, ADocumentThatHasChangedIsNotTheOneThatATrainingBeganWith) {
    const forameter::testing::TemporaryFolder folder;
    const auto volume = writeVolume(folder / "VB2_98_image.nii");
    const auto config = configFromJson(R"({"name": "c", "plane": "sagittal", "spacing_mm": 1.0, "steps": 1,
        "sources": [{"kind": "contours", "folder": ".", "documents": ["c.json"]}]})",
                                       folder.path());
    ASSERT_TRUE(config) << config.error().message;
    const auto fingerprint = [&](int slice) {
        write(folder / "c.json", {square(*volume, slice, "VB2_98_image.nii")});
        const auto sources = readSources(*config, folder.path());
        EXPECT_TRUE(sources) << sources.error().message;
        return sources ? sources->front().fingerprint : std::string();
    };
    const std::string first = fingerprint(kBright);
    EXPECT_EQ(first.size(), 64u);
    EXPECT_NE(fingerprint(kBright - 1), first);
}

TEST(Contours, OfDicomImagesBringTheirNeighbours) {
    const forameter::testing::TemporaryFolder folder;
    write(folder / "c.json", {writeDicom(folder.path())});
    const auto slices =
        readContours(folder / "c.json", folder.path(), geometry::Plane::Sagittal, 1.0, 5.0, 3);
    ASSERT_TRUE(slices) << slices.error().message;
    ASSERT_EQ(slices->size(), 1u);
    EXPECT_EQ(slices->front().patient, "P7");
    EXPECT_EQ(slices->front().beside.size(), 2u);
}

TEST(Contours, OfDicomImagesAreReadByTheChildWhereThereIsOne) {
    const forameter::testing::TemporaryFolder folder;
    write(folder / "c.json", {writeDicom(folder.path())});
    const auto slices = readContours(folder / "c.json", folder.path(), geometry::Plane::Sagittal, 1.0, 5.0, 1,
                                     folder / "no-such-program");
    ASSERT_FALSE(slices);
    EXPECT_NE(slices.error().message.find("no-such-program"), std::string::npos) << slices.error().message;
}

TEST(Contours, NamesWhatCannotBeFound) {
    const forameter::testing::TemporaryFolder folder;
    const auto volume = writeVolume(folder / "VB2_98_image.nii.gz");
    const auto message = [&](const protocol::Contour& contour) {
        write(folder / "c.json", {contour});
        const auto slices = readContours(folder / "c.json", folder.path(), geometry::Plane::Sagittal, 1.0);
        return slices ? std::string() : slices.error().message;
    };
    auto contour = square(*volume, kBright, "VB2_98_image.nii.gz");
    contour.image.sop = SopUid("VB2_98_image.nii.gz#8");
    EXPECT_NE(message(contour).find("has 8 slices"), std::string::npos) << message(contour);
    contour.image.sop = SopUid("VB2_98_image.nii.gz#x");
    EXPECT_NE(message(contour).find("named"), std::string::npos) << message(contour);
    contour = square(*volume, kBright, "VB2_97_image.nii.gz");
    EXPECT_NE(message(contour).find("VB2_97_image.nii.gz"), std::string::npos) << message(contour);
    contour.image = {SeriesUid("1.2.3"), SopUid("1.2.3.4"), 1};
    EXPECT_NE(message(contour).find("1.2.3.4"), std::string::npos) << message(contour);
    contour = square(*volume, kBright, "VB2_98_image.nii.gz");
    contour.curve.points[1].x += 0.5; // off the plane
    EXPECT_NE(message(contour).find("plane"), std::string::npos) << message(contour);
    EXPECT_FALSE(readContours(folder / "none.json", folder.path(), geometry::Plane::Sagittal, 1.0));
    contour = square(*volume, kBright, "VB2_98_image.nii.gz");
    write(folder / "c.json", {contour});
    const auto axial = readContours(folder / "c.json", folder.path(), geometry::Plane::Axial, 0.6);
    ASSERT_FALSE(axial);
    EXPECT_NE(axial.error().message.find("axial"), std::string::npos);
}
