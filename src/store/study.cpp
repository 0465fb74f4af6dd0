// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/study.hpp"

#include <algorithm>

#include "forameter/geometry/slice_gap.hpp"
#include "forameter/store/image_planes.hpp"

namespace forameter::store {

Fitness StackRecord::fitness() const {
    Fitness worst = Fitness::Full;
    for (const std::string& code : warnings)
        worst = std::max(worst, fitnessFromWarning(code));
    return worst;
}

Result<geometry::ImagePlane> StackRecord::imagePlane(std::size_t i) const {
    if (i >= instances.size())
        return fail(ErrorCode::UnknownImage, "The stack has no image " + std::to_string(i) + ".");
    return geometry::ImagePlane::create({.origin = instances[i].origin,
                                         .rowDirection = rowDirection,
                                         .columnDirection = columnDirection,
                                         .rowSpacing = rowSpacing,
                                         .columnSpacing = columnSpacing,
                                         .columns = columns,
                                         .rows = rows});
}

bool isPhantom(std::string_view patientId) noexcept {
    return patientId.starts_with("PHANTOM");
}

void addPlanes(const StudyRecord& study, const std::set<ImageId>& wanted,
               std::map<ImageId, geometry::ImagePlane>& planes) {
    for (const auto& series : study.series)
        for (const auto& stack : series.stacks)
            for (std::size_t i = 0; i < stack.instances.size(); ++i) {
                const ImageId image{series.uid, stack.instances[i].sop, stack.instances[i].frame};
                if (!wanted.contains(image)) continue;
                if (const auto plane = stack.imagePlane(i)) planes.emplace(image, *plane);
            }
}

StackSlices slicesOf(const SeriesUid& series, const StackRecord& stack) {
    StackSlices found{{{}, stack.weighting, stack.measurable, stack.fitness(), series}, {}};
    if (!stack.frameOfReference.empty())
        found.geometry.frameOfReference = FrameOfReferenceUid(stack.frameOfReference);
    auto& slices = found.geometry.slices;
    for (std::size_t i = 0; i < stack.instances.size(); ++i) {
        const auto plane = stack.imagePlane(i);
        if (!plane || (!slices.empty() && geometry::atOnePlace(slices.back(), *plane))) continue;
        slices.push_back(*plane);
        found.instances.push_back(i);
    }
    return found;
}

} // namespace forameter::store
