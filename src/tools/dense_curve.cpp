// SPDX-License-Identifier: Apache-2.0
#include "dense_curve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "forameter/geometry/raster.hpp"

namespace forameter::tools {

using geometry::CurveKind;
using geometry::PlaneCurve;
using geometry::PlanePoint;

namespace {

constexpr std::size_t kMostVertices = 5000;

/// 1 in the middle, 0 with slope 0 at the radius.
double weight(PlanePoint p, PlanePoint center, double radius) {
    if (std::isinf(radius)) return 1.0;
    const PlanePoint d = p - center;
    const double s = 1.0 - dot(d, d) / (radius * radius);
    return s > 0.0 ? s * s : 0.0;
}

double distanceToSegment(PlanePoint p, PlanePoint a, PlanePoint b) {
    const PlanePoint d = b - a;
    const double square = dot(d, d);
    return length(p - (a + (square > 0.0 ? std::clamp(dot(p - a, d) / square, 0.0, 1.0) : 0.0) * d));
}

} // namespace

DenseCurve::DenseCurve(const PlaneCurve& curve, double spacing) : m_kind(curve.kind), m_spacing(spacing) {
    const auto segments = beziers(curve);
    double control = 0.0; // at least the curve's length
    for (const auto& b : segments)
        control += length(b.p1 - b.p0) + length(b.p2 - b.p1) + length(b.p3 - b.p2);
    m_spacing = std::max(spacing, control / (0.5 * kMostVertices));
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto& b = segments[i];
        const double size = length(b.p1 - b.p0) + length(b.p2 - b.p1) + length(b.p3 - b.p2);
        const int pieces = std::max(1, static_cast<int>(std::ceil(size / m_spacing)));
        for (int k = 0; k < pieces; ++k)
            m_vertices.push_back({b.at(k / double(pieces)), k == 0, false, false});
    }
    std::size_t seen = 0;
    for (Vertex& v : m_vertices) {
        if (!v.point) continue;
        v.corner = std::binary_search(curve.corners.begin(), curve.corners.end(), seen);
        ++seen;
    }
}

void DenseCurve::push(PlanePoint center, PlanePoint by, double radius) {
    // The falloff's slope is at most 1.54 / radius: steps below 0.65 radius never fold the plane, shorter
    // ones stretch it less.
    const int steps = std::clamp(static_cast<int>(std::ceil(length(by) / (0.2 * radius))), 1, 500);
    const PlanePoint part = (1.0 / steps) * by;
    for (int k = 0; k < steps; ++k) {
        step(center + static_cast<double>(k) * part, part, radius);
        respace();
    }
}

void DenseCurve::step(PlanePoint center, PlanePoint by, double radius) {
    for (Vertex& v : m_vertices) {
        const double w = weight(v.at, center, radius);
        if (w <= 0.0) continue;
        v.at = v.at + w * by;
        v.moved = true;
    }
}

void DenseCurve::respace() {
    std::vector<Vertex> spaced;
    spaced.reserve(m_vertices.size() + 16);
    for (std::size_t i = 0; i < m_vertices.size(); ++i) {
        const Vertex& v = m_vertices[i];
        const Vertex& next = m_vertices[(i + 1) % m_vertices.size()];
        const bool crowded = v.moved && !v.corner && !spaced.empty() &&
                             length(v.at - spaced.back().at) < 0.2 * m_spacing &&
                             length(v.at - next.at) < 0.2 * m_spacing;
        if (!crowded) spaced.push_back(v);
        const double gap = length(next.at - v.at);
        if ((v.moved || next.moved) && gap > 1.5 * m_spacing &&
            m_vertices.size() + spaced.size() < 2 * kMostVertices) {
            const int pieces = std::min(100, static_cast<int>(std::ceil(gap / m_spacing)));
            for (int k = 1; k < pieces; ++k)
                spaced.push_back({v.at + (k / double(pieces)) * (next.at - v.at), false, false, true});
        }
    }
    if (spaced.size() >= 3) m_vertices = std::move(spaced);
}

void DenseCurve::smooth(PlanePoint center, double radius) {
    const std::size_t n = m_vertices.size();
    if (n < 5) return;
    std::vector<double> weights(n);
    for (std::size_t i = 0; i < n; ++i) {
        weights[i] = weight(m_vertices[i].at, center, radius);
        if (weights[i] <= 0.0) continue;
        m_vertices[i].moved = true;
        m_vertices[i].corner = false;
    }
    std::vector<PlanePoint> shifted(n);
    for (int k = 0; k < 10; ++k) {
        for (const double factor : {0.5, -0.53}) { // inwards, then out again a little more: long waves stay
            for (std::size_t i = 0; i < n; ++i) {
                const PlanePoint p = m_vertices[i].at;
                const PlanePoint middle = 0.5 * (m_vertices[(i + n - 1) % n].at + m_vertices[(i + 1) % n].at);
                shifted[i] = p + (factor * weights[i]) * (middle - p);
            }
            for (std::size_t i = 0; i < n; ++i)
                m_vertices[i].at = shifted[i];
        }
    }
}

PlaneCurve DenseCurve::outline() const {
    PlaneCurve polygon{CurveKind::Polygon, {}, {}};
    polygon.points.reserve(m_vertices.size());
    for (const Vertex& v : m_vertices)
        polygon.points.push_back(v.at);
    return polygon;
}

bool DenseCurve::isSimple() const {
    return !selfIntersection(outline());
}

void DenseCurve::keepBetween(std::size_t first, std::size_t last, double tolerance,
                             std::vector<bool>& keep) const {
    const std::size_t n = m_vertices.size();
    std::vector<std::pair<std::size_t, std::size_t>> chains{{first, last}};
    while (!chains.empty()) {
        const auto [a, b] = chains.back();
        chains.pop_back();
        double greatest = tolerance;
        std::size_t middle = a;
        for (std::size_t i = (a + 1) % n; i != b; i = (i + 1) % n) {
            const double d = m_vertices[i].corner
                                 ? 1e9
                                 : distanceToSegment(m_vertices[i].at, m_vertices[a].at, m_vertices[b].at);
            if (d > greatest) greatest = d, middle = i;
        }
        if (middle == a) continue;
        keep[middle] = true;
        chains.push_back({a, middle});
        chains.push_back({middle, b});
    }
}

PlaneCurve DenseCurve::curve(double tolerance) const {
    const std::size_t n = m_vertices.size();
    const auto still =
        std::find_if(m_vertices.begin(), m_vertices.end(), [](const Vertex& v) { return !v.moved; });
    if (still == m_vertices.end())
        return m_kind == CurveKind::Spline ? splineThrough(outline(), tolerance)
                                           : simplified(outline(), 0.005);

    std::vector<bool> keep(n, false);
    for (std::size_t i = 0; i < n; ++i)
        keep[i] = m_vertices[i].point && !m_vertices[i].moved;
    const double within = m_kind == CurveKind::Spline ? tolerance : 0.005;
    const auto start = static_cast<std::size_t>(still - m_vertices.begin());
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t before = (start + k) % n, first = (before + 1) % n;
        if (m_vertices[before].moved || !m_vertices[first].moved) continue;
        std::size_t after = first;
        while (m_vertices[after].moved)
            after = (after + 1) % n;
        keep[before] = keep[after] = true; // they hold the untouched part where it is
        keepBetween(before, after, within, keep);
    }
    PlaneCurve result{m_kind, {}, {}};
    for (std::size_t i = 0; i < n; ++i) {
        if (!keep[i]) continue;
        if (m_vertices[i].corner) result.corners.push_back(result.points.size());
        result.points.push_back(m_vertices[i].at);
    }
    return result;
}

} // namespace forameter::tools
