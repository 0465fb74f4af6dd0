// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/raster.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "bezier.hpp"

namespace forameter::geometry {

namespace {

/// The first index whose centre, at index * spacing, is not before `position`, kept within 0..count.
int firstNotBefore(double position, double spacing, int count) {
    return static_cast<int>(std::clamp(std::ceil(position / spacing), 0.0, static_cast<double>(count)));
}

/// A place of an outline and the first row whose centres are not above it.
struct Place {
    PlanePoint point;
    int row;
};

/// Calls edge(from, to) for the edges of a polygon that leave the row they begin in, in their order.
template <class Placed, class Edge>
void forEachEdgeBetweenRows(const std::vector<PlanePoint>& polygon, Placed placed, Edge edge) {
    Place from = placed(polygon.back());
    for (const PlanePoint p : polygon) {
        const Place to = placed(p);
        if (from.row != to.row) edge(from, to);
        from = to;
    }
}

/// The same of flatten()'s polygon, without working out its many other edges: where y only rises or only
/// falls between two places of one row, all between them lie in that row too.
template <class Placed, class Edge>
void forEachEdgeBetweenRows(const std::vector<Bezier>& spline, Placed placed, Edge edge) {
    for (const Bezier& b : spline) {
        const Division chords(b, 1e-5);
        const auto narrow = [&](const auto& self, int first, const Place& from, int last,
                                const Place& to) -> void {
            if (from.row == to.row) return;
            if (last - first == 1) return edge(from, to);
            const int middle = first + (last - first) / 2;
            const Place between = placed(chords.at(middle));
            self(self, first, from, middle, between);
            self(self, middle, between, last, to);
        };
        std::array<int, 5> stops; // for each turn of y both ends of its chord, and the end
        stops.fill(chords.pieces());
        std::size_t n = 0;
        forEachTurn(b, {0.0, 1.0}, [&](double t) {
            stops[n] = static_cast<int>(t * chords.pieces());
            stops[n + 1] = std::min(stops[n] + 1, chords.pieces());
            n += 2;
        });
        std::ranges::sort(stops);
        Place from = placed(b.p0);
        int first = 0;
        for (const int last : stops) {
            if (last == first) continue;
            const Place to = placed(chords.at(last));
            narrow(narrow, first, from, last, to);
            first = last;
            from = to;
        }
    }
}

/// Calls span(row, first, last) for every run of pixels first..last-1 whose centres lie inside the curve.
/// Centres take part in an edge half-open (from its lower y, up to its higher y), so that a vertex on a row
/// counts once.
template <class Span>
void scan(const PlaneCurve& curve, const ImagePlane& plane, Span span) {
    if (curve.points.size() < 3 ||
        !std::ranges::all_of(curve.points, [](PlanePoint p) { return isFinite(p); }))
        return;
    struct Hit {
        int row;
        double x;
    };
    std::vector<Hit> hits;
    const auto placed = [&](PlanePoint p) {
        return Place{p, firstNotBefore(p.y, plane.rowSpacing(), plane.rows())};
    };
    const auto add = [&](const Place& from, const Place& to) {
        const bool down = from.point.y <= to.point.y;
        const PlanePoint a = down ? from.point : to.point, b = down ? to.point : from.point;
        for (int row = std::min(from.row, to.row); row < std::max(from.row, to.row); ++row)
            hits.push_back({row, a.x + (row * plane.rowSpacing() - a.y) / (b.y - a.y) * (b.x - a.x)});
    };
    if (curve.kind == CurveKind::Polygon) {
        forEachEdgeBetweenRows(curve.points, placed, add);
    } else {
        const auto spline = beziers(curve);
        // Finite points of absurd size have tangents that are not.
        for (const Bezier& b : spline)
            if (!isFinite(b.p1) || !isFinite(b.p2)) return;
        forEachEdgeBetweenRows(spline, placed, add);
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
