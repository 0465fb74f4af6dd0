// SPDX-License-Identifier: Apache-2.0
#include "regions.hpp"

#include <algorithm>
#include <array>

#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::proposal {

using geometry::ImagePlane;
using geometry::PlaneCurve;

namespace {

constexpr std::size_t kMostPoints = 24;

} // namespace

std::vector<Region> regionsOf(const Grid<float>& map, const ImagePlane& plane, double leastArea,
                              double level) {
    const auto least = static_cast<float>(level);
    const int columns = map.columns(), rows = map.rows();
    const auto values = map.data();
    std::vector<bool> seen(values.size(), false);
    std::vector<Region> all;
    for (std::size_t start = 0; start < values.size(); ++start) {
        if (seen[start] || !(values[start] >= least)) continue;
        Region region;
        seen[start] = true;
        region.pixels.push_back(start);
        geometry::PixelPoint sum{};
        for (std::size_t i = 0; i < region.pixels.size(); ++i) {
            const auto at = static_cast<int>(region.pixels[i]);
            const int c = at % columns, r = at / columns;
            sum = sum + geometry::PixelPoint{static_cast<double>(c), static_cast<double>(r)};
            for (const auto& [dc, dr] :
                 std::array<std::pair<int, int>, 4>{{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}}) {
                const int nc = c + dc, nr = r + dr;
                if (nc < 0 || nr < 0 || nc >= columns || nr >= rows) continue;
                const auto next = static_cast<std::size_t>(nr * columns + nc);
                if (seen[next] || !(values[next] >= least)) continue;
                seen[next] = true;
                region.pixels.push_back(next);
            }
        }
        region.area = static_cast<double>(region.pixels.size()) * plane.pixelArea().value();
        if (region.area < leastArea) continue;
        region.center = plane.toPatient(1.0 / static_cast<double>(region.pixels.size()) * sum);
        all.push_back(std::move(region));
    }
    std::ranges::stable_sort(all, std::greater<>{}, &Region::area);
    return all;
}

std::optional<PlaneCurve> outlineOf(const Region& region, const Grid<float>& map, const ImagePlane& plane,
                                    const ImagePlane& acquired, double level) {
    const auto border = static_cast<float>(level);
    // The region and the ring of pixels around it, which say where between the two the border runs.
    Grid<float> alone(map.columns(), map.rows(), 0.0f);
    for (const std::size_t i : region.pixels) {
        const int c = static_cast<int>(i) % map.columns(), r = static_cast<int>(i) / map.columns();
        for (int dr = -1; dr <= 1; ++dr)
            for (int dc = -1; dc <= 1; ++dc) {
                if (!map.view().contains(c + dc, r + dr)) continue;
                // Pixels of another region that touches this one at a corner stay out.
                const float value = map(c + dc, r + dr);
                if (value < border) alone(c + dc, r + dr) = value;
            }
    }
    for (const std::size_t i : region.pixels)
        alone.data()[i] = map.data()[i];
    const auto loops =
        geometry::outlines(alone.view(), border, {0.0, 0.0}, {plane.columnSpacing(), plane.rowSpacing()});
    if (loops.empty()) return std::nullopt;
    PlaneCurve polygon{geometry::CurveKind::Polygon, {}, {}};
    for (const auto& p : loops.front().points)
        polygon.points.push_back(acquired.toPlane(plane.toPatient(p)));
    if (geometry::area(polygon).value() < 1.0) return std::nullopt;
    // As close as a reader's clicks would be: up to kMostPoints, or as many as a quarter millimetre asks for.
    std::optional<PlaneCurve> best;
    for (const double tolerance : {0.12, 0.18, 0.25, 0.35, 0.5, 0.7}) {
        PlaneCurve curve = geometry::splineThrough(polygon, tolerance);
        if (!geometry::validate(curve)) continue;
        const bool few = curve.points.size() <= kMostPoints;
        if (!best || !few || best->points.size() > kMostPoints) best = std::move(curve);
        if (few) break;
    }
    if (!best && geometry::validate(polygon)) best = std::move(polygon);
    return best;
}

} // namespace forameter::proposal
