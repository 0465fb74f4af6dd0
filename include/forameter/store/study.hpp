// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/fitness.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::store {

// What the store knows of a study's images. Intake fills these from a scan; pixels stay in the files.

/// One image of a stack.
struct InstanceRecord {
    SopUid sop;
    int frame = 1;                 ///< counted from 1
    geometry::PatientPoint origin; ///< centre of the first pixel, LPS mm
    std::string path;              ///< absolute path of the file
    std::string sha256;            ///< of the file's bytes, 64 hex digits; "" where not known

    friend bool operator==(const InstanceRecord&, const InstanceRecord&) = default;
};

/// Parallel, equally spaced images in order along the normal: one block.
struct StackRecord {
    int index = 0; ///< within the series, from 0
    int rows = 0;
    int columns = 0;
    double rowSpacing = 0.0;    ///< mm between rows; 0 where the file has none
    double columnSpacing = 0.0; ///< mm between columns
    std::optional<double> sliceSpacing;
    std::optional<double> sliceThickness;
    geometry::PatientVector rowDirection;
    geometry::PatientVector columnDirection;
    geometry::Plane plane = geometry::Plane::Oblique;
    std::optional<protocol::Weighting>
        weighting; ///< as found by intake, or as corrected by a person (then weightingCorrected)
    bool weightingCorrected = false;                               ///< only ever set on reading
    std::string frameOfReference;                                  ///< UID; "" where the file has none
    std::optional<double> echoTime, repetitionTime, inversionTime; ///< ms
    int missing = 0;
    int duplicates = 0;
    bool measurable = true;            ///< false: may be shown, never measured
    std::vector<std::string> warnings; ///< codes
    std::vector<InstanceRecord> instances;

    /// Distinct positions: the instances that are no duplicates.
    [[nodiscard]] int slices() const { return static_cast<int>(instances.size()) - duplicates; }
    [[nodiscard]] Fitness fitness() const; ///< by its warnings
    /// Where instance i lies. Fails where the geometry is not valid.
    [[nodiscard]] Result<geometry::ImagePlane> imagePlane(std::size_t i) const;

    friend bool operator==(const StackRecord&, const StackRecord&) = default;
};

struct SeriesRecord {
    SeriesUid uid;
    std::optional<int> number;
    std::string description;
    std::string modality; ///< "MR"
    std::vector<StackRecord> stacks;

    friend bool operator==(const SeriesRecord&, const SeriesRecord&) = default;
};

struct StudyRecord {
    StudyUid uid;
    std::string patientId;
    std::string date;          ///< "2026-01-31", or "" where not known
    std::optional<double> age; ///< years
    std::string sex;           ///< "M", "F", "O" or ""
    std::string description;
    std::string scanner;         ///< manufacturer and model
    std::optional<double> field; ///< tesla
    std::vector<SeriesRecord> series;

    friend bool operator==(const StudyRecord&, const StudyRecord&) = default;
};

/// Whether a patient is simulated: such results are to be called so. They are named by phantom::
/// (PHANTOM-<seed>-<number>).
[[nodiscard]] bool isPhantom(std::string_view patientId) noexcept;

/// One line of the study list. Counts are those that the acting rater may see.
struct StudySummary {
    StudyUid uid;
    std::string patientId;
    std::string date;
    std::optional<double> age;
    std::string sex;
    std::string description;
    std::string scanner;
    std::optional<double> field;
    std::size_t series = 0;
    std::size_t contours = 0; ///< current ones
};

} // namespace forameter::store
