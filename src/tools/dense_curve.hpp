// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "forameter/geometry/closed_curve.hpp"

namespace forameter::tools {

/// A contour as many closely spaced vertices, to be deformed as a whole and then turned back into a curve
/// whose untouched points are the ones it had.
class DenseCurve {
public:
    /// `spacing`: greatest distance between vertices, mm.
    DenseCurve(const geometry::PlaneCurve& curve, double spacing);

    /// Moves what lies within `radius` of `center` by `by`, fading out smoothly. Taken in steps short enough
    /// for the plane's deformation to be one-to-one, so that a simple curve stays simple.
    void push(geometry::PlanePoint center, geometry::PlanePoint by, double radius);

    /// Evens out what lies within `radius` of `center` without shrinking it (Taubin 1995); an infinite radius
    /// takes all of it.
    void smooth(geometry::PlanePoint center, double radius);

    [[nodiscard]] bool isSimple() const;
    [[nodiscard]] geometry::PlaneCurve outline() const; ///< the vertices as a polygon
    /// The curve with as few points in the touched part as stay within `tolerance` mm of its vertices.
    [[nodiscard]] geometry::PlaneCurve curve(double tolerance) const;

private:
    struct Vertex {
        geometry::PlanePoint at;
        bool point = false; ///< one of the curve's own points
        bool corner = false;
        bool moved = false;
    };

    void step(geometry::PlanePoint center, geometry::PlanePoint by, double radius);
    void respace();
    /// Marks the vertices between two kept ones that Douglas-Peucker keeps; indices run around.
    void keepBetween(std::size_t first, std::size_t last, double tolerance, std::vector<bool>& keep) const;

    geometry::CurveKind m_kind;
    double m_spacing;
    std::vector<Vertex> m_vertices;
};

} // namespace forameter::tools
