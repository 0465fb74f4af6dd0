// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/raster.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::geometry {

namespace {

/// The first index whose centre, at index * spacing, is not before `position`, kept within 0..count.
int firstNotBefore(double position, double spacing, int count) {
    return static_cast<int>(std::clamp(std::ceil(position / spacing), 0.0, static_cast<double>(count)));
}

/// Calls span(row, first, last) for every run of pixels first..last-1 whose centres lie inside the curve.
/// Centres take part in an edge half-open (from its lower y, up to its higher y), so that a vertex on a row
/// counts once.
template <class Span>
void scan(const PlaneCurve& curve, const ImagePlane& plane, Span span) {
    const auto points = flatten(curve, 1e-5);
    const std::size_t n = points.size();
    if (n < 3 || !std::all_of(points.begin(), points.end(), [](PlanePoint p) { return isFinite(p); })) return;
    struct Hit {
        int row;
        double x;
    };
    std::vector<Hit> hits;
    PlanePoint from = points.back();
    int fromRow = firstNotBefore(from.y, plane.rowSpacing(), plane.rows());
    // Most points are of the row of the one before them, as those surely are that lie well within it.
    constexpr double well = 1e-6; // mm; coordinates are rounded at 1e-11
    double low = 0.0, high = 0.0;
    for (const PlanePoint to : points) {
        if (to.y > low && to.y < high) {
            from = to;
            continue;
        }
        const int toRow = firstNotBefore(to.y, plane.rowSpacing(), plane.rows());
        low = toRow > 0 && toRow < plane.rows() ? (toRow - 1) * plane.rowSpacing() + well : 0.0;
        high = toRow > 0 && toRow < plane.rows() ? toRow * plane.rowSpacing() - well : 0.0;
        const bool down = from.y <= to.y;
        const PlanePoint a = down ? from : to, b = down ? to : from;
        for (int row = std::min(fromRow, toRow); row < std::max(fromRow, toRow); ++row)
            hits.push_back({row, a.x + (row * plane.rowSpacing() - a.y) / (b.y - a.y) * (b.x - a.x)});
        from = to;
        fromRow = toRow;
    }
    std::sort(hits.begin(), hits.end(),
              [](const Hit& a, const Hit& b) { return a.row < b.row || (a.row == b.row && a.x < b.x); });
    for (std::size_t k = 0; k + 1 < hits.size(); k += 2) { // every row is hit an even number of times
        const int first = firstNotBefore(hits[k].x, plane.columnSpacing(), plane.columns());
        const int last = firstNotBefore(hits[k + 1].x, plane.columnSpacing(), plane.columns());
        if (first < last) span(hits[k].row, first, last);
    }
}

} // namespace

Mask rasterize(const PlaneCurve& curve, const ImagePlane& plane) {
    Mask mask(plane.columns(), plane.rows(), 0);
    scan(curve, plane, [&](int row, int first, int last) {
        const auto line = mask.view().row(row);
        std::fill(line.begin() + first, line.begin() + last, std::uint8_t{1});
    });
    return mask;
}

SquareMillimetres pixelArea(const PlaneCurve& curve, const ImagePlane& plane) {
    long long pixels = 0;
    scan(curve, plane, [&](int, int first, int last) { pixels += last - first; });
    return static_cast<double>(pixels) * plane.pixelArea();
}

} // namespace forameter::geometry
