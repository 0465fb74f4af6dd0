// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>

#include "forameter/store/study.hpp"

namespace forameter::store {

/// The planes of those of a study's images that are wanted and have one.
void addPlanes(const StudyRecord& study, const std::set<ImageId>& wanted,
               std::map<ImageId, geometry::ImagePlane>& planes);

} // namespace forameter::store
