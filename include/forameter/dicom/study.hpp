// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/fitness.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/core/weighting.hpp"
#include "forameter/geometry/image_plane.hpp"

namespace forameter::dicom {

// What a scan finds: studies of series of stacks of images. All text is valid UTF-8 without control
// characters.

/// Why a stack deserves a second look. Those marked (*) make it not measurable: it may be shown, but no area
/// is taken from it.
enum class StackWarning {
    NoSpacing,           ///< (*) no pixel spacing
    BadSpacing,          ///< (*) pixel spacing that is no pair of lengths between 0.01 and 20 mm
    NoOrientation,       ///< (*) no image orientation
    BadOrientation,      ///< (*) directions that are not unit vectors at a right angle
    NoPosition,          ///< (*) no image position
    BadPosition,         ///< (*) an image position that is no triple of finite numbers
    ConflictingGeometry, ///< (*) two places of the file name different spacings, positions or orientations
    Sheared, ///< (*) slices follow each other at a slant: each is shifted in plane against the one before
    Mosaic,  ///< (*) many slices laid out in one image
    SecondaryCapture,   ///< (*) a screenshot or a scanned film
    ComputedValues,     ///< (*) a phase, a difference or a map: no signal of the anatomy
    Reformat,           ///< (*) computed from other images: a reformat or projection, nothing acquired
    PrimaryReformat,    ///< a reformat that counts as a result of the examination itself (PRIMARY)
    Localizer,          ///< a scout, taken to plan the others
    SuppressedSignal,   ///< fat or water is suppressed: none of the four weightings
    LossyCompression,   ///< pixels went through lossy compression at some time
    MissingSlices,      ///< the step between two slices is two or three times the usual one
    DuplicateSlices,    ///< several images at one position
    NoModality,         ///< the files do not say that they are MR
    NoFrameOfReference, ///< its position against other series is assumed, not stated
};
[[nodiscard]] std::string_view
name(StackWarning warning) noexcept; ///< "no-spacing", "lossy-compression", ...
[[nodiscard]] bool forbidsMeasuring(StackWarning warning) noexcept;

/// One image: a file, or one frame of a multi-frame file.
struct Instance {
    SopUid sop;
    int frame = 1; ///< counted from 1
    std::filesystem::path path;
    std::optional<geometry::PatientPoint> position; ///< centre of the first pixel, LPS mm
    std::optional<int> number;                      ///< Instance Number
    bool duplicate = false;  ///< an earlier instance of the stack lies at the same position
    std::string fileSha256;  ///< 64 hex digits where the scan was asked for it, else ""
    std::string pixelSha256; ///< likewise; see ScanOptions::pixels
};

/// How the images of a stack were taken, as far as the files say.
struct Acquisition {
    std::optional<double> echoTime, repetitionTime, inversionTime; ///< ms
    std::optional<double> flipAngle;                               ///< degrees
    std::optional<int> echoTrainLength;
    std::optional<double> fieldStrength; ///< tesla
};

/// Directions of the rows and columns of an image, as written in the file.
struct Orientation {
    geometry::PatientVector row, column;
};

/// Parallel, evenly spaced images of one kind, in order along their normal: one block of an angled axial
/// series, one echo.
struct Stack {
    int index = 0; ///< within the series, from 0
    int rows = 0, columns = 0;
    std::optional<double> rowSpacing,
        columnSpacing; ///< mm between the centres of neighbouring rows and columns
    std::optional<double>
        sliceSpacing; ///< mm between the centres of neighbouring slices; none for a single slice
    std::optional<double> sliceThickness; ///< mm
    std::optional<Orientation> orientation;
    geometry::Plane plane = geometry::Plane::Oblique;
    std::optional<Weighting> weighting;
    std::optional<FrameOfReferenceUid> frameOfReference;
    Acquisition acquisition;
    int missing = 0;                    ///< slices that the even spacing lacks
    int duplicates = 0;                 ///< instances beyond the first at a position
    bool measurable = true;             ///< false: may be shown, never measured
    std::vector<StackWarning> warnings; ///< each at most once, in the order of the enumeration
    std::vector<Instance> instances;

    /// Distinct positions: the instances that are no duplicates.
    [[nodiscard]] int slices() const { return static_cast<int>(instances.size()) - duplicates; }
    [[nodiscard]] Fitness fitness() const; ///< by its warnings
    /// Where instance i lies; fails where spacing, orientation or position is missing or not valid.
    [[nodiscard]] Result<geometry::ImagePlane> imagePlane(std::size_t i) const;
};

struct Series {
    SeriesUid uid;
    std::optional<int> number;
    std::string description;
    std::string modality; ///< "MR", or "" where the files do not say
    std::vector<Stack> stacks;
};

struct Study {
    StudyUid uid;
    std::string patientId, patientName;
    std::string date;          ///< "2026-01-31" or ""
    std::optional<double> age; ///< years, as written or from the birth date
    std::string sex;           ///< "M", "F", "O" or ""
    std::string description;
    std::string scanner; ///< manufacturer and model
    std::vector<Series> series;
};

} // namespace forameter::dicom
