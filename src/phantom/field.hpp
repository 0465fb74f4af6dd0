// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace forameter::phantom {

// Building blocks of implicit solids: distances in mm, negative inside.

/// A point in a local frame: a to the patient's left, b backwards, s upwards.
struct Local {
    double a = 0.0, b = 0.0, s = 0.0;

    friend Local operator-(Local p, Local q) { return {p.a - q.a, p.b - q.b, p.s - q.s}; }
    friend Local operator+(Local p, Local q) { return {p.a + q.a, p.b + q.b, p.s + q.s}; }
    friend Local operator*(double f, Local p) { return {f * p.a, f * p.b, f * p.s}; }
};
inline double norm(Local p) {
    return std::sqrt(p.a * p.a + p.b * p.b + p.s * p.s);
}

/// Union and intersection whose seam is rounded over about k mm (quadratic blend).
inline double smoothMin(double x, double y, double k) {
    const double h = std::max(k - std::abs(x - y), 0.0) / k;
    return std::min(x, y) - 0.25 * h * h * k;
}
inline double smoothMax(double x, double y, double k) {
    return -smoothMin(-x, -y, k);
}

/// A capsule from p to q with radii r0 and r1, stretched along the axes by `stretch` (1 = round).
inline double capsule(Local x, Local p, Local q, double r0, double r1, Local stretch = {1.0, 1.0, 1.0}) {
    const Local inverse{1.0 / stretch.a, 1.0 / stretch.b, 1.0 / stretch.s};
    const Local d{(q.a - p.a) * inverse.a, (q.b - p.b) * inverse.b, (q.s - p.s) * inverse.s};
    const Local e{(x.a - p.a) * inverse.a, (x.b - p.b) * inverse.b, (x.s - p.s) * inverse.s};
    const double dd = d.a * d.a + d.b * d.b + d.s * d.s;
    const double t = dd > 0.0 ? std::clamp((e.a * d.a + e.b * d.b + e.s * d.s) / dd, 0.0, 1.0) : 0.0;
    return (norm(e - t * d) - (r0 + t * (r1 - r0))) * std::min({stretch.a, stretch.b, stretch.s});
}

inline double ellipsoid(Local x, Local center, Local radii) {
    const Local e = x - center;
    const double k = norm({e.a / radii.a, e.b / radii.b, e.s / radii.s});
    return (k - 1.0) * std::min({radii.a, radii.b, radii.s});
}

/// x to the power Quarters / 4, x >= 0.
template <int Quarters>
double quarterPower(double x) {
    static_assert(Quarters >= 8 && Quarters <= 12);
    if constexpr (Quarters == 8) return x * x;
    if constexpr (Quarters == 9) return x * x * std::sqrt(std::sqrt(x));
    if constexpr (Quarters == 10) return x * x * std::sqrt(x);
    if constexpr (Quarters == 11) return x * x * std::sqrt(x * std::sqrt(x));
    if constexpr (Quarters == 12) return x * x * x;
}

/// Superellipse |a/w|^n + |b/d|^n = 1 with n = Quarters / 4 (8 is an ellipse). The root is taken by its [1/1]
/// Pade approximant around 1: exact on the surface, without a call of pow.
template <int Quarters>
double superellipse(double a, double b, double w, double d) {
    const double x = std::abs(a) / w, y = std::abs(b) / d, m = std::max(x, y);
    const double size = std::min(w, d);
    if (m > 2.0) return (m - 1.0) * size;
    constexpr double alpha = 4.0 / Quarters;
    const double u = quarterPower<Quarters>(x) + quarterPower<Quarters>(y) - 1.0;
    return alpha * u / (1.0 + 0.5 * (1.0 - alpha) * u) * size;
}

/// A bump of height 1 around 0 with the given half width (smooth, zero beyond it).
inline double bump(double x, double halfWidth) {
    const double t = x / halfWidth;
    if (t <= -1.0 || t >= 1.0) return 0.0;
    const double q = 1.0 - t * t;
    return q * q;
}

/// 0 below `low`, 1 above `high`, straight in between.
inline double ramp(double x, double low, double high) {
    return std::clamp((x - low) / (high - low), 0.0, 1.0);
}

/// Smooth random field in [-1, 1] with a period of about `size` mm; the same everywhere for the same seed.
/// Its lattice lies askew, so that no axis of the body shows it.
inline double valueNoise(Local p, double size, std::uint32_t seed) {
    const double f = 1.0 / size;
    const double x = f * (0.8138 * p.a - 0.4410 * p.b + 0.3785 * p.s),
                 y = f * (0.4698 * p.a + 0.8826 * p.b + 0.0180 * p.s),
                 z = f * (-0.3420 * p.a + 0.1632 * p.b + 0.9254 * p.s);
    const auto below = [](double v) { // std::floor is a call where SSE4 may not be assumed
        const auto i = static_cast<std::int32_t>(v);
        return i - (v < static_cast<double>(i) ? 1 : 0);
    };
    const std::int32_t ix = below(x), iy = below(y), iz = below(z);
    const double fx = ix, fy = iy, fz = iz;
    const std::uint32_t hx = static_cast<std::uint32_t>(ix) * 0x85ebca6bu,
                        hy = static_cast<std::uint32_t>(iy) * 0x27d4eb2fu,
                        hz = static_cast<std::uint32_t>(iz) * 0x9e3779b1u + seed * 0xc2b2ae35u;
    const auto corner = [&](std::uint32_t dx, std::uint32_t dy, std::uint32_t dz) {
        std::uint32_t h = (hx + dx * 0x85ebca6bu) ^ (hy + dy * 0x27d4eb2fu) ^ (hz + dz * 0x9e3779b1u);
        h = (h ^ (h >> 15)) * 0x2c1b3c6du;
        h = (h ^ (h >> 12)) * 0x297a2d39u;
        h ^= h >> 15;
        return static_cast<double>(h) * (2.0 / 4294967295.0) - 1.0;
    };
    const auto fade = [](double t) { return t * t * (3.0 - 2.0 * t); };
    const auto mix = [](double u, double v, double t) { return u + t * (v - u); };
    const double tx = fade(x - fx), ty = fade(y - fy), tz = fade(z - fz);
    return mix(mix(mix(corner(0, 0, 0), corner(1, 0, 0), tx), mix(corner(0, 1, 0), corner(1, 1, 0), tx), ty),
               mix(mix(corner(0, 0, 1), corner(1, 0, 1), tx), mix(corner(0, 1, 1), corner(1, 1, 1), tx), ty),
               tz);
}

} // namespace forameter::phantom
