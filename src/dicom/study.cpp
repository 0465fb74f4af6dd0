// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/study.hpp"

#include <algorithm>
#include <cassert>

namespace forameter::dicom {

std::string_view name(StackWarning warning) noexcept {
    switch (warning) {
    case StackWarning::NoSpacing:
        return "no-spacing";
    case StackWarning::BadSpacing:
        return "bad-spacing";
    case StackWarning::NoOrientation:
        return "no-orientation";
    case StackWarning::BadOrientation:
        return "bad-orientation";
    case StackWarning::NoPosition:
        return "no-position";
    case StackWarning::BadPosition:
        return "bad-position";
    case StackWarning::ConflictingGeometry:
        return "conflicting-geometry";
    case StackWarning::Sheared:
        return "sheared";
    case StackWarning::Mosaic:
        return "mosaic";
    case StackWarning::SecondaryCapture:
        return "secondary-capture";
    case StackWarning::ComputedValues:
        return "computed-values";
    case StackWarning::Reformat:
        return "reformat";
    case StackWarning::PrimaryReformat:
        return "primary-reformat";
    case StackWarning::Localizer:
        return "localizer";
    case StackWarning::SuppressedSignal:
        return "suppressed-signal";
    case StackWarning::LossyCompression:
        return "lossy-compression";
    case StackWarning::MissingSlices:
        return "missing-slices";
    case StackWarning::DuplicateSlices:
        return "duplicate-slices";
    case StackWarning::NoModality:
        return "no-modality";
    case StackWarning::NoFrameOfReference:
        return "no-frame-of-reference";
    }
    return "";
}

bool forbidsMeasuring(StackWarning warning) noexcept {
    return warning <= StackWarning::Reformat;
}

Fitness Stack::fitness() const {
    Fitness worst = Fitness::Full;
    for (const StackWarning warning : warnings)
        worst = std::max(worst, fitnessFromWarning(name(warning)));
    return worst;
}

Result<geometry::ImagePlane> Stack::imagePlane(std::size_t i) const {
    assert(i < instances.size());
    const Instance& instance = instances[i];
    if (!rowSpacing || !columnSpacing)
        return fail(ErrorCode::NoSpacing, "Image " + instance.sop.text() + " has no pixel spacing.");
    if (!orientation)
        return fail(ErrorCode::BadOrientation, "Image " + instance.sop.text() + " has no orientation.");
    if (!instance.position)
        return fail(ErrorCode::BadPosition, "Image " + instance.sop.text() + " has no position.");
    return geometry::ImagePlane::create({.origin = *instance.position,
                                         .rowDirection = orientation->row,
                                         .columnDirection = orientation->column,
                                         .rowSpacing = *rowSpacing,
                                         .columnSpacing = *columnSpacing,
                                         .columns = columns,
                                         .rows = rows});
}

} // namespace forameter::dicom
