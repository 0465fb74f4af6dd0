// SPDX-License-Identifier: Apache-2.0
#include "region.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::tools {

using geometry::CurveKind;
using geometry::PlaneCurve;
using geometry::PlanePoint;
using geometry::SetOperation;

namespace {

constexpr double kSliver = 0.01; // mm²: what is smaller is no region of its own

double signedArea(const PlaneCurve& loop) {
    return geometry::signedArea(loop.points).value();
}

double totalArea(const std::vector<PlaneCurve>& loops) {
    double sum = 0.0;
    for (const PlaneCurve& loop : loops)
        sum += signedArea(loop);
    return sum;
}

} // namespace

RegionMode regionMode(const Modifiers& modifiers, bool hasCurve) {
    if (!hasCurve) return RegionMode::Replace;
    if (modifiers.control || modifiers.alt) return RegionMode::Remove;
    return modifiers.shift ? RegionMode::Add : RegionMode::Replace;
}

RegionResult applyRegion(const std::optional<PlaneCurve>& curve, const std::vector<PlaneCurve>& region,
                         RegionMode mode) {
    RegionResult result;
    const std::span<const PlaneCurve> before =
        curve && mode != RegionMode::Replace ? std::span(&*curve, 1) : std::span<const PlaneCurve>();
    const auto loops =
        combine(before, region, mode == RegionMode::Remove ? SetOperation::Difference : SetOperation::Union);
    const auto largest =
        std::find_if(loops.begin(), loops.end(), [](const PlaneCurve& l) { return signedArea(l) > 0.0; });
    if (largest == loops.end() || signedArea(*largest) < kSliver) {
        result.warnings.push_back(Warning::Empty);
        return result;
    }
    if (!before.empty()) {
        const double had = geometry::area({CurveKind::Polygon, flatten(*curve, 1e-3), {}}).value(),
                     has = totalArea(loops);
        if (std::abs(has - had) < 1e-9 * had) return result; // painted within, or removed outside
        const auto outer = std::count_if(loops.begin(), loops.end(),
                                         [](const PlaneCurve& l) { return signedArea(l) > 0.0; });
        if (mode == RegionMode::Add && outer > 1 &&
            std::abs(has - had - totalArea(combine(region, {}, SetOperation::Union))) < 1e-9 * has) {
            result.warnings.push_back(Warning::Apart);
            return result;
        }
    }
    for (auto loop = loops.begin(); loop != loops.end(); ++loop) {
        if (loop == largest || std::abs(signedArea(*loop)) < kSliver) continue;
        const Warning warning = signedArea(*loop) > 0.0 ? Warning::Pieces : Warning::Hole;
        if (std::find(result.warnings.begin(), result.warnings.end(), warning) == result.warnings.end())
            result.warnings.push_back(warning);
    }
    // Overlays leave points on straight lines and tiny edges where strokes meet. No coarser: chords cut off
    // area.
    PlaneCurve whole = simplified(*largest, 0.0005);
    if (curve && mode == RegionMode::Remove &&
        std::abs(area(whole).value() - area(*curve).value()) < kSliver && !result.warnings.empty())
        return result; // a hole in the middle was all there was
    result.curve = std::move(whole);
    return result;
}

PlaneCurve capsule(PlanePoint from, PlanePoint to, double radius) {
    // Edges stay within 5 µm of the circle. The straight sides lie at the radius; the other corners of the
    // two half circles lie a little outside it, by as much as gives each half circle its area: 2 triangles at
    // the sides and half - 2 between them.
    const int half =
        std::max(8, static_cast<int>(std::ceil(0.5 * std::numbers::pi / std::acos(1.0 - 0.005 / radius))));
    const double step = std::numbers::pi / half, s = std::sin(step), between = half - 2.0;
    const double outer = radius * (std::sqrt(1.0 + between * std::numbers::pi / s) - 1.0) / between;
    const PlanePoint way = to - from;
    const double direction = from == to ? 0.0 : std::atan2(way.y, way.x);
    PlaneCurve outline{CurveKind::Polygon, {}, {}};
    outline.points.reserve(static_cast<std::size_t>(2 * half + 2));
    for (const auto& [center, start] : {std::pair(to, direction - 0.5 * std::numbers::pi),
                                        std::pair(from, direction + 0.5 * std::numbers::pi)})
        for (int k = 0; k <= half; ++k)
            outline.points.push_back(center +
                                     (k == 0 || k == half ? radius : outer) *
                                         PlanePoint{std::cos(start + k * step), std::sin(start + k * step)});
    return outline;
}

} // namespace forameter::tools
