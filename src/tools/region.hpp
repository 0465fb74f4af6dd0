// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "forameter/tools/tool.hpp"

namespace forameter::tools {

/// What to do with a drawn region, from the keys held when it was begun. Without a contour there is nothing
/// to add to or remove from.
enum class RegionMode { Replace, Add, Remove };
[[nodiscard]] RegionMode regionMode(const Modifiers& modifiers, bool hasCurve);

/// A contour after a region was added, removed or put in its place; no curve where nothing changes or nothing
/// sensible is left.
struct RegionResult {
    std::optional<geometry::PlaneCurve> curve;
    std::vector<Warning> warnings;
};
/// `region` may cross itself and consist of several loops (winding). The result is one simple polygon: the
/// largest piece, holes filled.
[[nodiscard]] RegionResult applyRegion(const std::optional<geometry::PlaneCurve>& curve,
                                       const std::vector<geometry::PlaneCurve>& region, RegionMode mode);

/// The region within `radius` of the way from one point to the other; its ends are polygons of the same area
/// as the circle.
[[nodiscard]] geometry::PlaneCurve capsule(geometry::PlanePoint from, geometry::PlanePoint to, double radius);

} // namespace forameter::tools
