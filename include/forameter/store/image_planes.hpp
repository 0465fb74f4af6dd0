// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <vector>

#include "forameter/protocol/reading.hpp"
#include "forameter/store/study.hpp"

namespace forameter::store {

/// The planes of those of a study's images that are wanted and have one.
void addPlanes(const StudyRecord& study, const std::set<ImageId>& wanted,
               std::map<ImageId, geometry::ImagePlane>& planes);

/// A stack as slice choice sees it: the images with a valid place, of several at one the first, and which of
/// its instances they are.
struct StackSlices {
    protocol::StackGeometry geometry; ///< not linked yet (protocol::linkSpaces)
    std::vector<std::size_t> instances;
};
[[nodiscard]] StackSlices slicesOf(const SeriesUid& series, const StackRecord& stack);

} // namespace forameter::store
