// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "forameter/geometry/closed_curve.hpp"

namespace forameter::geometry {

/// Here rather than in Bezier::at(), which a library that others link cannot inline: flattening is little
/// else.
inline PlanePoint valueAt(const Bezier& b, double t) {
    const double s = 1.0 - t;
    return (s * s * s) * b.p0 + (3.0 * s * s * t) * b.p1 + (3.0 * s * t * t) * b.p2 + (t * t * t) * b.p3;
}

/// Calls turn(t) for every t strictly between 0 and 1, at most two and in no order, where direction . B(t)
/// turns from rising to falling or back; between them it only rises or only falls.
template <class Turn>
void forEachTurn(const Bezier& b, PlanePoint direction, Turn turn) {
    const double c0 = dot(b.p0, direction), c1 = dot(b.p1, direction), c2 = dot(b.p2, direction),
                 c3 = dot(b.p3, direction);
    // B'(t)/3 = a t^2 + 2 h t + c
    const double a = c3 - 3.0 * c2 + 3.0 * c1 - c0, h = c2 - 2.0 * c1 + c0, c = c1 - c0;
    const double discriminant = h * h - a * c;
    if (!(discriminant >= 0.0)) return;
    const double q = -(h + std::copysign(std::sqrt(discriminant), h));
    for (const double t : {q / a, c / q}) // one of the two may be infinite or NaN: outside 0..1
        if (t > 0.0 && t < 1.0) turn(t);
}

/// A Bezier as flatten() divides it: chords between its places 0, 1, ..., pieces, evenly spaced in t, each of
/// which stays within the tolerance.
class Division {
public:
    Division(const Bezier& curve, double tolerance) : m_curve(curve) {
        // A chord over a parameter step h lies within h^2/8 max|B''| of the curve; B'' is between its two end
        // values.
        const double bend = 6.0 * std::max(length(curve.p0 - 2.0 * curve.p1 + curve.p2),
                                           length(curve.p1 - 2.0 * curve.p2 + curve.p3));
        const double wanted = std::ceil(std::sqrt(bend / (8.0 * tolerance)));
        if (wanted >= 1.0) m_pieces = static_cast<int>(std::min(wanted, double{kMaxPieces})); // NaN gives 1
    }

    [[nodiscard]] int pieces() const { return m_pieces; }
    [[nodiscard]] PlanePoint at(int k) const {
        return k == 0          ? m_curve.p0
               : k == m_pieces ? m_curve.p3
                               : valueAt(m_curve, static_cast<double>(k) / m_pieces);
    }

private:
    static constexpr int kMaxPieces = 1000; // so that absurd coordinates cannot exhaust memory
    Bezier m_curve;                         ///< a copy: nothing that is written can be a part of it
    int m_pieces = 1;
};

} // namespace forameter::geometry
