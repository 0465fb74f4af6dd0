// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/measure.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numbers>
#include <numeric>

#include "bezier.hpp"

namespace forameter::geometry {

namespace {

/// Nodes and weights of 16-point Gauss-Legendre quadrature on [0, 1], found by Newton's method on the
/// Legendre polynomial.
struct GaussLegendre {
    static constexpr int n = 16;
    std::array<double, n> node{}, weight{};

    GaussLegendre() {
        for (int i = 0; i < n; ++i) {
            double x = std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5)), slope = 1.0;
            for (int iteration = 0; iteration < 50; ++iteration) {
                double p = 1.0, previous = 0.0;
                for (int k = 1; k <= n; ++k)
                    previous = std::exchange(p, ((2 * k - 1) * x * p - (k - 1) * previous) / k);
                slope = n * (x * p - previous) / (x * x - 1.0);
                const double step = p / slope;
                x -= step;
                if (std::abs(step) < 1e-16) break;
            }
            node[static_cast<std::size_t>(i)] = 0.5 * (1.0 - x);
            weight[static_cast<std::size_t>(i)] = 1.0 / ((1.0 - x * x) * slope * slope);
        }
    }
};

template <class F>
double integrate(F f, double from, double to) {
    static const GaussLegendre rule;
    double sum = 0.0;
    for (std::size_t i = 0; i < rule.node.size(); ++i)
        sum += rule.weight[i] * f(from + (to - from) * rule.node[i]);
    return (to - from) * sum;
}

PlanePoint derivative(const Bezier& b, double t) {
    const double s = 1.0 - t;
    return (3.0 * s * s) * (b.p1 - b.p0) + (6.0 * s * t) * (b.p2 - b.p1) + (3.0 * t * t) * (b.p3 - b.p2);
}

double arcLength(const Bezier& b, double from, double to, double whole, int depth) {
    const auto speed = [&](double t) { return length(derivative(b, t)); };
    const double middle = 0.5 * (from + to);
    const double first = integrate(speed, from, middle), second = integrate(speed, middle, to);
    if (depth == 0 || std::abs(first + second - whole) <= 1e-10 * (first + second)) return first + second;
    return arcLength(b, from, middle, first, depth - 1) + arcLength(b, middle, to, second, depth - 1);
}

/// Green's theorem, 1/2 of the integral of B x B' for one cubic: the weights are integrals of products of
/// Bernstein polynomials.
double signedArea(const Bezier& b) {
    return 0.3 * (cross(b.p0, b.p1) + cross(b.p2, b.p3)) + 0.05 * cross(b.p0, b.p3) +
           0.15 * (cross(b.p0, b.p2) + cross(b.p1, b.p2) + cross(b.p1, b.p3));
}

/// Relative to the first point, so that far-off coordinates cost no digits.
std::vector<Bezier> nearOrigin(const PlaneCurve& curve) {
    auto segments = beziers(curve);
    if (segments.empty()) return segments;
    const PlanePoint origin = segments.front().p0;
    for (Bezier& b : segments)
        b = {b.p0 - origin, b.p1 - origin, b.p2 - origin, b.p3 - origin};
    return segments;
}

double signedArea(const PlaneCurve& curve) {
    if (curve.kind == CurveKind::Polygon) return geometry::signedArea(curve.points).value();
    double sum = 0.0;
    for (const Bezier& b : nearOrigin(curve))
        sum += signedArea(b);
    return sum;
}

/// Corners of the convex hull, counter-clockwise (Andrew's monotone chain).
std::vector<PlanePoint> convexHull(std::vector<PlanePoint> points) {
    const auto before = [](PlanePoint a, PlanePoint b) { return a.x < b.x || (a.x == b.x && a.y < b.y); };
    // Most delineations go once to the right and once back, and are two sorted rows already.
    std::rotate(points.begin(), std::min_element(points.begin(), points.end(), before), points.end());
    const auto back = std::max_element(points.begin(), points.end(), before);
    std::reverse(back, points.end());
    if (std::is_sorted(points.begin(), back, before) && std::is_sorted(back, points.end(), before))
        std::inplace_merge(points.begin(), back, points.end(), before);
    else
        std::sort(points.begin(), points.end(), before);
    points.erase(std::unique(points.begin(), points.end()), points.end());
    if (points.size() < 3) return points;
    std::vector<PlanePoint> hull(2 * points.size());
    PlanePoint* const corner = hull.data();
    std::size_t k = 0;
    const auto add = [&](PlanePoint p, std::size_t least) {
        while (k >= least && cross(corner[k - 1] - corner[k - 2], p - corner[k - 2]) <= 0.0)
            --k;
        corner[k++] = p;
    };
    for (const PlanePoint p : points)
        add(p, 2);
    const std::size_t lower = k + 1;
    const PlanePoint* const point = points.data();
    for (std::size_t i = points.size() - 1; i-- > 0;)
        add(point[i], lower);
    hull.resize(k - 1);
    return hull;
}

/// Least and greatest value of direction . B(t) for t in 0..1.
void extend(const Bezier& b, PlanePoint direction, double& low, double& high) {
    const auto include = [&](double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    };
    include(dot(b.p0, direction));
    include(dot(b.p3, direction));
    forEachTurn(b, direction, [&](double t) { include(dot(b.at(t), direction)); });
}

} // namespace

SquareMillimetres signedArea(std::span<const PlanePoint> polygon) {
    double twice = 0.0; // relative to the first point, so that far-off coordinates cost no digits
    for (std::size_t i = 2; i < polygon.size(); ++i)
        twice += cross(polygon[i - 1] - polygon[0], polygon[i] - polygon[0]);
    return SquareMillimetres(0.5 * twice);
}

SquareMillimetres area(const PlaneCurve& curve) {
    return SquareMillimetres(std::abs(signedArea(curve)));
}

Millimetres perimeter(const PlaneCurve& curve) {
    double sum = 0.0;
    const std::size_t n = curve.points.size();
    if (curve.kind == CurveKind::Polygon) {
        for (std::size_t i = 0; n >= 3 && i < n; ++i)
            sum += length(curve.points[(i + 1) % n] - curve.points[i]);
    } else {
        for (const Bezier& b : nearOrigin(curve))
            sum += arcLength(b, 0.0, 1.0,
                             integrate([&](double t) { return length(derivative(b, t)); }, 0.0, 1.0), 8);
    }
    return Millimetres(sum);
}

PlanePoint centroid(const PlaneCurve& curve) {
    if (curve.points.empty()) return {};
    const PlanePoint origin = curve.points.front();
    double total = 0.0;
    PlanePoint moment;
    if (curve.kind == CurveKind::Polygon) {
        for (std::size_t i = 2; i < curve.points.size(); ++i) {
            const PlanePoint a = curve.points[i - 1] - origin, b = curve.points[i] - origin;
            total += 0.5 * cross(a, b);
            moment = moment + (cross(a, b) / 6.0) * (a + b);
        }
    } else {
        for (const Bezier& b : nearOrigin(curve)) {
            total += signedArea(b);
            // Fan of triangles from the origin: centroid 2/3 B, area 1/2 B x B' dt. Degree 8: the rule is
            // exact.
            moment.x += integrate(
                [&](double t) { return b.at(t).x * cross(b.at(t), derivative(b, t)) / 3.0; }, 0.0, 1.0);
            moment.y += integrate(
                [&](double t) { return b.at(t).y * cross(b.at(t), derivative(b, t)) / 3.0; }, 0.0, 1.0);
        }
    }
    if (total != 0.0) return origin + (1.0 / total) * moment;
    PlanePoint mean;
    for (const PlanePoint& p : curve.points)
        mean = mean + (1.0 / static_cast<double>(curve.points.size())) * p;
    return mean;
}

Feret feret(const PlaneCurve& curve) {
    const auto hull = convexHull(flatten(curve, 1e-4));
    const std::size_t n = hull.size();
    if (n < 2) return {};
    double greatest = 0.0, least = std::numeric_limits<double>::infinity();
    const auto consider = [&](PlanePoint a, PlanePoint b) {
        if (dot(b - a, b - a) < (1.0 - 1e-9) * greatest * greatest) return; // spares most roots
        greatest = std::max(greatest, length(b - a));
    };
    if (n == 2) {
        consider(hull[0], hull[1]);
        least = 0.0;
    }
    // Rotating calipers: the corner farthest from each edge only moves forwards.
    const PlanePoint* const corner = hull.data();
    const auto after = [n](std::size_t k) { return k + 1 == n ? 0 : k + 1; };
    std::size_t far = 1;
    for (std::size_t i = 0; n > 2 && i < n; ++i) {
        const PlanePoint a = corner[i], b = corner[after(i)], edge = b - a;
        const auto height = [&](std::size_t k) { return cross(edge, corner[k] - a); };
        double reach = height(far);
        for (std::size_t k = 0; k < n; ++k) {
            const double next = height(after(far));
            if (!(next > reach)) break;
            far = after(far);
            reach = next;
        }
        // Spares most roots and quotients: only what may be less is worked out.
        if (!(reach * reach > (1.0 + 1e-9) * least * least * dot(edge, edge)))
            least = std::min(least, reach / length(edge));
        for (const std::size_t k : {far, after(far)}) { // parallel edges have two farthest corners
            consider(a, corner[k]);
            consider(b, corner[k]);
        }
    }
    return {Millimetres(greatest), Millimetres(least)};
}

Millimetres extent(const PlaneCurve& curve, PlanePoint direction) {
    const double size = length(direction);
    if (!(size > 0.0)) return Millimetres(0.0);
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Bezier& b : beziers(curve)) {
        if (curve.kind == CurveKind::Polygon) {
            low = std::min(low, dot(b.p0, direction));
            high = std::max(high, dot(b.p0, direction));
        } else {
            extend(b, direction, low, high);
        }
    }
    return Millimetres(high > low ? (high - low) / size : 0.0);
}

AnatomicalExtents anatomicalExtents(const PlaneCurve& curve, const ImagePlane& plane) {
    const auto along = [&](const PatientVector& axis) -> std::optional<Millimetres> {
        const PlanePoint direction{dot(axis, plane.rowDirection()), dot(axis, plane.columnDirection())};
        if (length(direction) < 0.5) return std::nullopt; // cosine of 60 degrees
        return extent(curve, direction);
    };
    return {along({0, 1, 0}), along({1, 0, 0}), along({0, 0, 1})};
}

} // namespace forameter::geometry
