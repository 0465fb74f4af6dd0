// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/study.hpp"

#include <algorithm>

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

} // namespace forameter::store
