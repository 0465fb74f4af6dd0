// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/take_arc.hpp"

#include <algorithm>

#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::geometry {

namespace {

constexpr double kFlatness = 1e-3; // mm: how far the polygons that are cut may be off the splines

/// A polygon whose places are counted by their distance from its first point along it.
class Track {
public:
    explicit Track(const PlaneCurve& curve) : m_polygon{CurveKind::Polygon, flatten(curve, kFlatness), {}} {
        for (std::size_t i = 0; i < size(); ++i)
            m_starts.push_back(m_starts.back() + geometry::length(point(i + 1) - point(i)));
    }

    [[nodiscard]] double length() const { return m_starts.back(); }

    [[nodiscard]] double nearest(PlanePoint to) const {
        const NearestPoint found = nearestPoint(m_polygon, to);
        return m_starts[found.segment] + found.t * (m_starts[found.segment + 1] - m_starts[found.segment]);
    }
    [[nodiscard]] PlanePoint at(double place) const {
        place = wrapped(place);
        const auto after = std::upper_bound(m_starts.begin() + 1, m_starts.end() - 1, place);
        const auto i = static_cast<std::size_t>(after - m_starts.begin()) - 1;
        const double step = m_starts[i + 1] - m_starts[i];
        const double t = step > 0.0 ? (place - m_starts[i]) / step : 0.0;
        return (1.0 - t) * point(i) + t * point(i + 1);
    }
    /// How far it is from one place to another in the direction of the points.
    [[nodiscard]] double ahead(double from, double to) const {
        return to >= from ? to - from : to - from + length();
    }
    /// Both ends and the polygon's own points between them: `distance` along, against the points where
    /// negative.
    [[nodiscard]] std::vector<PlanePoint> stretch(double from, double distance) const {
        std::vector<PlanePoint> points{at(from)};
        const double start = distance < 0.0 ? wrapped(from + distance) : wrapped(from),
                     reach = std::abs(distance);
        std::vector<std::pair<double, std::size_t>> between;
        for (std::size_t i = 0; i < size(); ++i)
            if (const double along = ahead(start, m_starts[i]); along > 0.0 && along < reach)
                between.push_back({along, i});
        std::sort(between.begin(), between.end());
        if (distance < 0.0) std::reverse(between.begin(), between.end());
        for (const auto& [along, i] : between)
            points.push_back(point(i));
        points.push_back(at(from + distance));
        return points;
    }
    [[nodiscard]] const std::vector<PlanePoint>& points() const { return m_polygon.points; }

private:
    [[nodiscard]] std::size_t size() const { return m_polygon.points.size(); }
    [[nodiscard]] PlanePoint point(std::size_t i) const { return m_polygon.points[i % size()]; }
    [[nodiscard]] double wrapped(double place) const {
        const double turn = std::fmod(place, length());
        return turn < 0.0 ? turn + length() : turn;
    }

    PlaneCurve m_polygon;
    std::vector<double> m_starts{0.0};
};

void append(std::vector<PlanePoint>& points, const std::vector<PlanePoint>& more) {
    for (const PlanePoint p : more)
        if (points.empty() || length(points.back() - p) > 1e-9) points.push_back(p);
}

} // namespace

Result<PlaneCurve> takeArc(const PlaneCurve& curve, const PlaneCurve& other, PlanePoint from, PlanePoint to,
                           Way way) {
    for (const auto* one : {&curve, &other})
        if (const auto valid = validate(*one); !valid)
            return fail(valid.error().code, "No arc can be taken: " + valid.error().message);
    const Track mine(curve), theirs(other);

    const double start = theirs.nearest(from), end = theirs.nearest(to);
    const double ahead = theirs.ahead(start, end), back = theirs.length() - ahead;
    if (std::min(ahead, back) < 1e-6)
        return fail(ErrorCode::InvalidArgument,
                    "No arc can be taken: both ends fall on the same place of the other contour.");
    const bool equal = std::abs(ahead - back) <= 1e-9 * theirs.length();
    const bool shorterIsAhead = equal ? signedArea(theirs.points()) > SquareMillimetres(0.0) : ahead < back;
    const double arc = shorterIsAhead == (way == Way::Shorter) ? ahead : -back;

    // What is replaced: of the two stretches between the arc's ends, the one whose middle lies nearer to the
    // arc's.
    const PlanePoint middle = theirs.at(start + 0.5 * arc);
    const double mineStart = mine.nearest(theirs.at(start)), mineEnd = mine.nearest(theirs.at(start + arc));
    const double mineAhead = mine.ahead(mineStart, mineEnd), mineBack = mine.length() - mineAhead;
    const bool replacedAhead = length(mine.at(mineStart + 0.5 * mineAhead) - middle) <=
                               length(mine.at(mineStart - 0.5 * mineBack) - middle);
    std::vector<PlanePoint> points = theirs.stretch(start, arc);
    append(points, mine.stretch(mineEnd, replacedAhead ? mine.length() - mineAhead : -mineAhead));
    while (points.size() > 1 && length(points.back() - points.front()) <= 1e-9)
        points.pop_back();

    PlaneCurve result{CurveKind::Polygon, std::move(points), {}};
    if (const auto valid = validate(result); !valid)
        return fail(ErrorCode::InvalidArgument,
                    "No arc can be taken there: the contour would cross itself. " + valid.error().message);
    const bool polygons = curve.kind == CurveKind::Polygon && other.kind == CurveKind::Polygon;
    return polygons ? result : splineThrough(result, kTakenArcTolerance - kFlatness);
}

} // namespace forameter::geometry
