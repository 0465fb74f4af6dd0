// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "forameter/store/study.hpp"
#include "forameter/workspace/study_images.hpp"

// Studies made for tests: a straight spine along z at x = 0, discs 36 mm apart, L4-L5 at z = 0, canal 25 mm
// behind.
namespace forameter::testing {

inline constexpr double kDiscStep = 36.0;
/// Middle of a vertebral body; 0 is L5, positive towards the head.
inline geometry::PatientPoint body(int above) {
    return {0.0, 0.0, -kDiscStep / 2 + kDiscStep * above};
}
/// The six marks of a complete reading, S1 first.
inline std::vector<geometry::PatientPoint> sixBodies() {
    return {body(-1), body(0), body(1), body(2), body(3), body(4)};
}

struct StackMaker {
    std::string series;
    geometry::Plane plane = geometry::Plane::Sagittal;
    std::optional<Weighting> weighting = Weighting::T1;
    std::vector<geometry::PatientPoint> centers = {}; ///< of the slices
    double tilt = 0.0;                                ///< axial: degrees about the patient's right-left axis
    std::string frameOfReference = "1.2.840.9";
    int index = 0;
    double spacing = 1.0;
    int columns = 256, rows = 256;
    std::vector<std::string> warnings = {}; ///< codes
};

/// Sagittal slices from left to right as scanners give them (x falling), 4 mm apart.
inline StackMaker sagittal(std::string series, Weighting weighting, int slices = 15) {
    StackMaker maker{.series = std::move(series), .weighting = weighting};
    for (int i = 0; i < slices; ++i)
        maker.centers.push_back({4.0 * (slices / 2 - i), 10.0, kDiscStep});
    return maker;
}
/// One angled block of `slices` about a disc; 0 is L5-S1, positive towards the head.
inline StackMaker axialBlock(std::string series, int disc, double tilt, int slices = 5) {
    StackMaker maker{.series = std::move(series),
                     .plane = geometry::Plane::Axial,
                     .weighting = Weighting::T2,
                     .tilt = tilt,
                     .index = disc};
    const double angle = tilt * M_PI / 180.0;
    for (int i = 0; i < slices; ++i) {
        const double along = 4.0 * (i - slices / 2);
        maker.centers.push_back(
            {0.0, 10.0 - along * std::sin(angle), kDiscStep * (disc - 1) + along * std::cos(angle)});
    }
    return maker;
}

inline geometry::ImagePlane planeOf(const StackMaker& maker, const geometry::PatientPoint& center) {
    const double angle = maker.tilt * M_PI / 180.0;
    geometry::PatientVector row{1, 0, 0}, column{0, std::cos(angle), std::sin(angle)};
    if (maker.plane == geometry::Plane::Sagittal) {
        row = {0, 1, 0};
        column = {0, 0, -1};
    } else if (maker.plane == geometry::Plane::Coronal) {
        column = {0, 0, -1};
    }
    const auto origin =
        center - 0.5 * maker.spacing * ((maker.columns - 1) * row + (maker.rows - 1) * column);
    return geometry::ImagePlane::create({.origin = origin,
                                         .rowDirection = row,
                                         .columnDirection = column,
                                         .rowSpacing = maker.spacing,
                                         .columnSpacing = maker.spacing,
                                         .columns = maker.columns,
                                         .rows = maker.rows})
        .value();
}

inline store::StackRecord record(const StackMaker& maker) {
    store::StackRecord stack;
    const auto first = planeOf(maker, maker.centers.front());
    stack.index = maker.index;
    stack.rows = maker.rows;
    stack.columns = maker.columns;
    stack.rowSpacing = stack.columnSpacing = maker.spacing;
    stack.sliceSpacing = maker.centers.size() > 1 ? std::optional(4.0) : std::nullopt;
    stack.sliceThickness = 4.0;
    stack.rowDirection = first.rowDirection();
    stack.columnDirection = first.columnDirection();
    stack.plane = first.plane();
    stack.weighting = maker.weighting;
    stack.warnings = maker.warnings;
    stack.frameOfReference = maker.frameOfReference;
    for (std::size_t i = 0; i < maker.centers.size(); ++i) {
        const auto sop = maker.series + "." + std::to_string(maker.index) + "." + std::to_string(i + 1);
        stack.instances.push_back(
            {SopUid(sop), 1, planeOf(maker, maker.centers[i]).origin(), "/nowhere/" + sop, ""});
    }
    return stack;
}

/// A study of the store; stacks of one series are gathered.
inline store::StudyRecord study(const std::vector<StackMaker>& makers, std::string uid = "1.2.840.1",
                                std::string patient = "FM-0001") {
    store::StudyRecord study;
    study.uid = StudyUid(std::move(uid));
    study.patientId = std::move(patient);
    study.date = "2026-01-31";
    for (const auto& maker : makers) {
        auto found = study.series.begin();
        while (found != study.series.end() && found->uid.text() != maker.series)
            ++found;
        if (found == study.series.end()) {
            found =
                study.series.insert(found, store::SeriesRecord{SeriesUid(maker.series), 1, "made", "MR", {}});
        }
        found->stacks.push_back(record(maker));
    }
    return study;
}

/// The usual lumbar study: sagittal T1 and T2, five axial T2 blocks angled to the discs.
inline std::vector<StackMaker> usual() {
    std::vector<StackMaker> makers{sagittal("1.2.840.1.1", Weighting::T1),
                                   sagittal("1.2.840.1.2", Weighting::T2)};
    for (int disc = 0; disc < 5; ++disc)
        makers.push_back(axialBlock("1.2.840.1.3", disc, disc == 0 ? -20.0 : 0.0));
    return makers;
}

/// A volume for a stack: every voxel brighter with its column.
inline Result<imaging::VolumePtr> madeVolume(const workspace::Stack& stack) {
    auto builder = imaging::VolumeBuilder::create(stack.planes);
    if (!builder) return tl::unexpected(builder.error());
    for (int s = 0; s < builder->sliceCount(); ++s) {
        const auto slice = builder->slice(s);
        for (int r = 0; r < slice.rows(); ++r)
            for (int c = 0; c < slice.columns(); ++c)
                slice(c, r) = static_cast<float>(c % 200);
    }
    return builder->finish({.name = stack.title});
}

} // namespace forameter::testing
