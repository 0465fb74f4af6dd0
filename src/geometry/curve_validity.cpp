// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>

#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::geometry {

namespace {

std::string coordinates(PlanePoint p) {
    char text[96];
    std::snprintf(text, sizeof text, "(%.2f, %.2f) mm", p.x, p.y);
    return text;
}

/// Without points that repeat the one before them.
std::vector<PlanePoint> withoutRepetition(std::vector<PlanePoint> points) {
    points.erase(std::unique(points.begin(), points.end()), points.end());
    while (points.size() > 1 && points.back() == points.front())
        points.pop_back();
    return points;
}

/// The sign of the turn a -> b -> p.
int side(PlanePoint a, PlanePoint b, PlanePoint p) {
    const double c = cross(b - a, p - a);
    return (c > 0.0) - (c < 0.0);
}

/// For p on the line through a and b: whether it lies between them.
bool between(PlanePoint a, PlanePoint b, PlanePoint p) {
    return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
           p.y <= std::max(a.y, b.y);
}

/// Where the closed segments a-b and c-d have a point in common.
std::optional<PlanePoint> meeting(PlanePoint a, PlanePoint b, PlanePoint c, PlanePoint d) {
    const int sc = side(a, b, c), sd = side(a, b, d), sa = side(c, d, a), sb = side(c, d, b);
    if (sc * sd < 0 && sa * sb < 0) {
        const double t = cross(c - a, d - c) / cross(b - a, d - c);
        return a + t * (b - a);
    }
    if (sc == 0 && between(a, b, c)) return c;
    if (sd == 0 && between(a, b, d)) return d;
    if (sa == 0 && between(c, d, a)) return a;
    if (sb == 0 && between(c, d, b)) return b;
    return std::nullopt;
}

bool withinLimits(const PlaneCurve& curve) {
    return curve.points.size() <= kMaxPoints &&
           std::all_of(curve.points.begin(), curve.points.end(), [](PlanePoint p) {
               return std::abs(p.x) <= kMaxCoordinate && std::abs(p.y) <= kMaxCoordinate; // false for NaN
           });
}

/// Where the closed polygon crosses or touches itself. Sweeps along x, so that only edges abreast of each
/// other are compared.
std::optional<PlanePoint> crossing(const std::vector<PlanePoint>& points) {
    const std::size_t n = points.size();
    if (n < 3) return std::nullopt;
    const auto end = [&](std::size_t i) { return points[i + 1 == n ? 0 : i + 1]; };
    struct Edge {
        double x0, x1, y0, y1;
        std::size_t index;
    };
    std::vector<Edge> edges(n);
    for (std::size_t i = 0; i < n; ++i) {
        const PlanePoint a = points[i], b = end(i);
        edges[i] = {std::min(a.x, b.x), std::max(a.x, b.x), std::min(a.y, b.y), std::max(a.y, b.y), i};
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.x0 < b.x0; });
    std::vector<Edge> active;
    for (const Edge& edge : edges) {
        const PlanePoint a = points[edge.index], b = end(edge.index);
        std::size_t kept = 0;
        for (std::size_t k = 0; k < active.size(); ++k) {
            const Edge other = active[k];
            if (other.x1 < edge.x0) continue;
            active[kept++] = other;
            if (other.y1 < edge.y0 || other.y0 > edge.y1) continue;
            const PlanePoint c = points[other.index], d = end(other.index);
            // Neighbours share a point; they touch elsewhere only if the curve folds back onto itself.
            const bool next = (edge.index + 1) % n == other.index,
                       previous = (other.index + 1) % n == edge.index;
            if (next || previous) {
                const PlanePoint shared = next ? b : a, from = next ? a : c, to = next ? d : b;
                if (side(from, shared, to) == 0 && dot(from - shared, to - shared) > 0.0) return shared;
                continue;
            }
            if (const auto p = meeting(a, b, c, d)) return p;
        }
        active.resize(kept);
        active.push_back(edge);
    }
    return std::nullopt;
}

} // namespace

std::optional<PlanePoint> selfIntersection(const PlaneCurve& curve) {
    if (!withinLimits(curve)) return std::nullopt;
    return crossing(withoutRepetition(flatten(curve, 1e-3)));
}

Result<> validate(const PlaneCurve& curve) {
    const auto refuse = [](std::string message) {
        return fail(ErrorCode::InvalidArgument, std::move(message));
    };
    const std::size_t n = curve.points.size();
    if (n < 3)
        return refuse("A closed curve needs at least 3 points; this one has " + std::to_string(n) + ".");
    if (n > kMaxPoints)
        return refuse("The curve has " + std::to_string(n) + " points; " + std::to_string(kMaxPoints) +
                      " are allowed.");
    for (std::size_t i = 0; i < n; ++i) {
        if (!isFinite(curve.points[i]))
            return refuse("Point " + std::to_string(i + 1) +
                          " of the curve has a coordinate that is not a finite number.");
        if (std::abs(curve.points[i].x) > kMaxCoordinate || std::abs(curve.points[i].y) > kMaxCoordinate)
            return refuse("Point " + std::to_string(i + 1) +
                          " of the curve lies more than 10 m from the image.");
    }
    for (std::size_t k = 0; k < curve.corners.size(); ++k) {
        if (curve.corners[k] >= n)
            return refuse("Corner " + std::to_string(curve.corners[k]) + " is not one of the curve's " +
                          std::to_string(n) + " points.");
        if (k > 0 && curve.corners[k] <= curve.corners[k - 1])
            return refuse("The curve's corners are not in ascending order.");
    }
    auto different = curve.points;
    std::sort(different.begin(), different.end(),
              [](PlanePoint a, PlanePoint b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
    if (std::unique(different.begin(), different.end()) - different.begin() < 3)
        return refuse("Fewer than 3 of the curve's points are different.");
    if (const auto p = selfIntersection(curve))
        return refuse("The curve crosses or touches itself near " + coordinates(*p) + ".");
    return {};
}

bool isTiny(const PlaneCurve& curve) {
    return !(area(curve).value() >= 1.0);
}

} // namespace forameter::geometry
