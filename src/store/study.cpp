// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/study.hpp"

#include <algorithm>

namespace forameter::store {

bool StackRecord::isReformat() const {
    return std::ranges::any_of(
        warnings, [](const std::string& code) { return code == "reformat" || code == "primary-reformat"; });
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
