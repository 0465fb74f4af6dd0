// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"

namespace forameter::dicom {

// Writes MR images (SOP class MR Image Storage) whose headers hold what a scanner's would. Text is UTF-8; ""
// and absent numbers leave an attribute out, or empty where the standard demands it. Nothing but what is
// given here decides the bytes: no clock, no host.

struct MrStudyHeader {
    StudyUid uid;
    FrameOfReferenceUid frameOfReference;
    std::string id;         ///< up to 16 characters
    std::string date, time; ///< "20240131", "101500"
    std::string description;
    std::string patientId, patientName;   ///< "PHANTOM^0001"
    std::string sex;                      ///< "F", "M", "O"
    std::optional<double> age;            ///< years
    std::optional<double> height, weight; ///< cm, kg
    std::string manufacturer, model, software;
    double tesla = 1.5;
    std::string deidentification; ///< how the identity was removed; "": identity is there
    bool phantom = false;         ///< the subject is a quality-control phantom, no person (0010,0200)
    std::string comments;         ///< Image Comments of every image
};

struct MrSeriesHeader {
    SeriesUid uid;
    int number = 1;
    std::string description, protocol, sequenceName, coil;
    std::vector<std::string> imageType; ///< "ORIGINAL", "PRIMARY", and one or more
    std::vector<std::string> scanningSequence, sequenceVariant, scanOptions;
    double repetitionTime = 0.0, echoTime = 0.0; ///< ms
    std::optional<double> inversionTime;         ///< ms
    int echoTrainLength = 1;
    double flipAngle = 90.0, averages = 1.0, bandwidth = 200.0; ///< degrees, number, Hz per pixel
    double sliceThickness = 4.0, sliceSpacing = 4.0;            ///< mm; spacing between slice centres
    int frequencySteps = 256, phaseSteps = 256;
    bool phaseAlongRows = false; ///< phase is encoded along the rows of the picture
};

struct MrImageHeader {
    SopUid uid;
    int number = 1;
    int acquisition = 1;
    geometry::ImagePlane plane;
    double windowCenter = 2048.0, windowWidth = 4096.0;
};

enum class MrEncoding { ExplicitLittleEndian, JpegLsLossless };

/// Writes one 12-bit image; replaces a file of that name. Fails, naming the file, where pixels do not fit the
/// plane or exceed 12 bits, where text is too long for its attribute, and where the file cannot be written.
[[nodiscard]] Result<> writeMr(const std::filesystem::path& path, const MrStudyHeader& study,
                               const MrSeriesHeader& series, const MrImageHeader& image,
                               GridView<const std::uint16_t> pixels,
                               MrEncoding encoding = MrEncoding::ExplicitLittleEndian);

} // namespace forameter::dicom
