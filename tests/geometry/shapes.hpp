// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "forameter/geometry/closed_curve.hpp"

namespace forameter::geometry::shapes {

inline PlaneCurve polygon(std::vector<PlanePoint> points) {
    return {CurveKind::Polygon, std::move(points), {}};
}

inline PlaneCurve rectangle(double x0, double y0, double x1, double y1) {
    return polygon({{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}});
}

/// n points on an ellipse with half axes a and b, turned by `angle`.
inline PlaneCurve ellipse(CurveKind kind, int n, double a, double b, PlanePoint center = {},
                          double angle = 0.0) {
    PlaneCurve curve{kind, {}, {}};
    for (int i = 0; i < n; ++i) {
        const double t = 2.0 * std::numbers::pi * i / n, x = a * std::cos(t), y = b * std::sin(t);
        curve.points.push_back({center.x + x * std::cos(angle) - y * std::sin(angle),
                                center.y + x * std::sin(angle) + y * std::cos(angle)});
    }
    return curve;
}

/// Own small generator: the same numbers everywhere (splitmix64).
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}
    double operator()(double low, double high) {
        m_state += 0x9e3779b97f4a7c15u;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return low + (high - low) * (static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53);
    }

private:
    std::uint64_t m_state;
};

/// A star-shaped, hence simple, blob like a hand-drawn foramen.
inline PlaneCurve blob(Random& random, CurveKind kind, int n, double radius, PlanePoint center = {}) {
    PlaneCurve curve{kind, {}, {}};
    const double p1 = random(0.0, 6.3), p2 = random(0.0, 6.3), a1 = random(0.0, 0.25), a2 = random(0.0, 0.15);
    for (int i = 0; i < n; ++i) {
        const double t = 2.0 * std::numbers::pi * i / n;
        const double r =
            radius * (1.0 + a1 * std::cos(2 * t + p1) + a2 * std::cos(3 * t + p2) + random(-0.02, 0.02));
        curve.points.push_back({center.x + r * std::cos(t), center.y + r * std::sin(t)});
    }
    return curve;
}

} // namespace forameter::geometry::shapes
