// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/track.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace forameter::geometry {

Track::Track(std::vector<PlanePoint> points) : m_points(std::move(points)) {
    for (std::size_t i = 0; i < size(); ++i)
        m_starts.push_back(m_starts.back() + geometry::length(point(i + 1) - point(i)));
}

double Track::wrapped(double place) const {
    const double turn = std::fmod(place, length());
    return turn < 0.0 ? turn + length() : turn;
}

PlanePoint Track::at(double place) const {
    place = wrapped(place);
    const auto after = std::upper_bound(m_starts.begin() + 1, m_starts.end() - 1, place);
    const auto i = static_cast<std::size_t>(after - m_starts.begin()) - 1;
    const double step = m_starts[i + 1] - m_starts[i];
    const double t = step > 0.0 ? (place - m_starts[i]) / step : 0.0;
    return (1.0 - t) * point(i) + t * point(i + 1);
}

} // namespace forameter::geometry
