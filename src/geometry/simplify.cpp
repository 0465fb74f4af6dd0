// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <utility>

#include "forameter/geometry/raster.hpp"

namespace forameter::geometry {

namespace {

double distanceToSegment(PlanePoint p, PlanePoint a, PlanePoint b) {
    const PlanePoint d = b - a;
    const double square = dot(d, d);
    const double t = square > 0.0 ? std::clamp(dot(p - a, d) / square, 0.0, 1.0) : 0.0;
    return length(p - (a + t * d));
}

/// The point of the chain first..last (indices run around) that is farthest from the chord, and its distance;
/// first if there is none.
std::pair<std::size_t, double> farthest(const std::vector<PlanePoint>& points, std::size_t first,
                                        std::size_t last) {
    const std::size_t n = points.size();
    std::pair<std::size_t, double> result{first, 0.0};
    for (std::size_t i = (first + 1) % n; i != last; i = (i + 1) % n)
        if (const double d = distanceToSegment(points[i], points[first], points[last]); d > result.second)
            result = {i, d};
    return result;
}

/// Indices of the points that Douglas-Peucker keeps, ascending. Starts from the first point and the one
/// farthest from it.
std::vector<std::size_t> keptPoints(const std::vector<PlanePoint>& points, double tolerance) {
    const std::size_t n = points.size();
    // An extreme point is a better anchor than the first, which may lie in the middle of a straight run.
    std::size_t a = 0, b = 0;
    for (std::size_t i = 1; i < n; ++i)
        if (points[i].x < points[a].x || (points[i].x == points[a].x && points[i].y < points[a].y)) a = i;
    for (std::size_t i = 0; i < n; ++i)
        if (length(points[i] - points[a]) > length(points[b] - points[a])) b = i;
    if (a == b) return {a};
    std::vector<bool> keep(n, false);
    keep[a] = keep[b] = true;
    std::vector<std::pair<std::size_t, std::size_t>> chains{{a, b}, {b, a}};
    while (!chains.empty()) {
        const auto [first, last] = chains.back();
        chains.pop_back();
        const auto [middle, distance] = farthest(points, first, last);
        if (distance <= tolerance) continue;
        keep[middle] = true;
        chains.push_back({first, middle});
        chains.push_back({middle, last});
    }
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < n; ++i)
        if (keep[i]) kept.push_back(i);
    return kept;
}

std::vector<PlanePoint> withoutRepetition(std::vector<PlanePoint> points) {
    points.erase(std::unique(points.begin(), points.end()), points.end());
    while (points.size() > 1 && points.back() == points.front())
        points.pop_back();
    return points;
}

bool isUsable(const std::vector<PlanePoint>& points) {
    return points.size() >= 3 && points.size() <= kMaxPoints &&
           std::all_of(points.begin(), points.end(), [](PlanePoint p) { return isFinite(p); });
}

} // namespace

PlaneCurve simplified(const PlaneCurve& polygon, double tolerance) {
    PlaneCurve result{CurveKind::Polygon, withoutRepetition(flatten(polygon)), {}};
    if (!isUsable(result.points) || !(tolerance >= 0.0)) return result;
    const auto points = result.points;
    const auto thinned = [&](double within) {
        result.points.clear();
        for (const std::size_t i : keptPoints(points, within))
            result.points.push_back(points[i]);
    };
    thinned(tolerance);
    // A chord may cut across a narrow neck: then a finer tolerance, in the end the polygon itself.
    for (int tries = 0; tries < 6 && (result.points.size() < 3 || selfIntersection(result)); ++tries) {
        tolerance *= 0.5;
        thinned(tolerance);
    }
    if (result.points.size() < 3 || selfIntersection(result)) result.points = points;
    return result;
}

PlaneCurve splineThrough(const PlaneCurve& polygon, double tolerance) {
    const auto points = withoutRepetition(flatten(polygon));
    const std::size_t n = points.size();
    if (!isUsable(points) || !(tolerance > 0.0)) return {CurveKind::Polygon, points, {}};

    auto kept =
        keptPoints(points, 8.0 * tolerance); // a smooth curve needs far fewer points than chords would
    for (std::size_t k = 0; kept.size() < 3 && k < n; ++k)
        if (std::find(kept.begin(), kept.end(), k) == kept.end())
            kept.insert(std::upper_bound(kept.begin(), kept.end(), k), k);
    std::vector<bool> corner(n, false);

    const auto spline = [&] {
        PlaneCurve curve{CurveKind::Spline, {}, {}};
        for (std::size_t k = 0; k < kept.size(); ++k) {
            curve.points.push_back(points[kept[k]]);
            if (corner[kept[k]]) curve.corners.push_back(k);
        }
        return curve;
    };
    // Where a segment strays from its stretch of the polygon it gets the stretch's middle point; one without
    // points between its ends becomes straight. That ends, at the latest, with the polygon itself.
    for (bool changed = true; changed;) {
        changed = false;
        const PlaneCurve curve = spline();
        const auto segments = beziers(curve);
        std::vector<std::size_t> refined;
        for (std::size_t k = 0; k < kept.size(); ++k) {
            const std::size_t first = kept[k], last = kept[(k + 1) % kept.size()];
            refined.push_back(first);
            constexpr int samples = 32;
            std::array<PlanePoint, samples + 1> on;
            for (int s = 0; s <= samples; ++s)
                on[static_cast<std::size_t>(s)] = segments[k].at(s / double{samples});
            double stray = 0.0;
            for (const PlanePoint p : on) {
                double least = std::numeric_limits<double>::infinity();
                for (std::size_t i = first; i != last && least > 0.5 * tolerance; i = (i + 1) % n)
                    least = std::min(least, distanceToSegment(p, points[i], points[(i + 1) % n]));
                stray = std::max(stray, least);
            }
            for (std::size_t i = (first + 1) % n; i != last; i = (i + 1) % n) {
                double least = std::numeric_limits<double>::infinity();
                for (std::size_t s = 0; s < samples && least > 0.5 * tolerance; ++s)
                    least = std::min(least, distanceToSegment(points[i], on[s], on[s + 1]));
                stray = std::max(stray, least);
            }
            if (stray <= 0.9 * tolerance) continue; // the rest for what lies between the samples
            const std::size_t between = (last + n - first) % n;
            if (between > 1) {
                auto middle = farthest(points, first, last).first;
                if (middle == first) middle = (first + between / 2) % n;
                refined.push_back(middle);
                changed = true;
            } else if (!corner[first] || !corner[last]) {
                corner[first] = corner[last] = true;
                changed = true;
            }
        }
        std::sort(refined.begin(), refined.end());
        kept = std::move(refined);
    }
    PlaneCurve curve = spline();
    if (selfIntersection(
            curve)) { // a neck narrower than the tolerance: the polygon as a spline of corners only
        curve = {CurveKind::Spline, points, {}};
        for (std::size_t i = 0; i < n; ++i)
            curve.corners.push_back(i);
    }
    return curve;
}

} // namespace forameter::geometry
