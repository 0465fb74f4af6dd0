// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "forameter/geometry/point.hpp"

namespace forameter::geometry {

/// A closed polygon whose places are counted by their distance from its first point along it, mm. Places
/// outside 0..length() go on around it.
class Track {
public:
    /// At least one point.
    explicit Track(std::vector<PlanePoint> points);

    [[nodiscard]] double length() const { return m_starts.back(); }
    /// The same place within 0..length().
    [[nodiscard]] double wrapped(double place) const;
    [[nodiscard]] PlanePoint at(double place) const;
    /// Of the place that lies `t` (0..1) of the way from a point to the next.
    [[nodiscard]] double placeOn(std::size_t segment, double t) const {
        return m_starts[segment] + t * (m_starts[segment + 1] - m_starts[segment]);
    }
    /// How far it is from one place to another in the direction of the points; both within 0..length().
    [[nodiscard]] double ahead(double from, double to) const {
        return to >= from ? to - from : to - from + length();
    }
    [[nodiscard]] std::size_t size() const { return m_points.size(); }
    [[nodiscard]] PlanePoint point(std::size_t i) const { return m_points[i % size()]; }
    [[nodiscard]] const std::vector<PlanePoint>& points() const { return m_points; }

private:
    std::vector<PlanePoint> m_points;
    std::vector<double> m_starts{0.0}; ///< place of each point, and of the first one again
};

} // namespace forameter::geometry
