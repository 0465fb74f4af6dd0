// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/take_arc.hpp"

#include <algorithm>
#include <cmath>

#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/geometry/track.hpp"

namespace forameter::geometry {

namespace {

constexpr double kFlatness = 1e-3; // mm: how far the polygons that are cut may be off the splines

Track trackOf(const PlaneCurve& curve) {
    return Track(flatten(curve, kFlatness));
}

/// The place on the track that lies nearest.
double nearest(const Track& track, PlanePoint to) {
    const NearestPoint found = nearestPoint({CurveKind::Polygon, track.points(), {}}, to);
    return track.placeOn(found.segment, found.t);
}

/// Both ends and the polygon's own points between them: `distance` along, against the points where negative.
std::vector<PlanePoint> stretch(const Track& track, double from, double distance) {
    std::vector<PlanePoint> points{track.at(from)};
    const double start = track.wrapped(distance < 0.0 ? from + distance : from), reach = std::abs(distance);
    std::vector<std::pair<double, std::size_t>> between;
    for (std::size_t i = 0; i < track.size(); ++i)
        if (const double along = track.ahead(start, track.placeOn(i, 0.0)); along > 0.0 && along < reach)
            between.push_back({along, i});
    std::sort(between.begin(), between.end());
    if (distance < 0.0) std::reverse(between.begin(), between.end());
    for (const auto& [along, i] : between)
        points.push_back(track.point(i));
    points.push_back(track.at(from + distance));
    return points;
}

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
    const Track mine = trackOf(curve), theirs = trackOf(other);

    const double start = nearest(theirs, from), end = nearest(theirs, to);
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
    const double mineStart = nearest(mine, theirs.at(start)), mineEnd = nearest(mine, theirs.at(start + arc));
    const double mineAhead = mine.ahead(mineStart, mineEnd), mineBack = mine.length() - mineAhead;
    const bool replacedAhead = length(mine.at(mineStart + 0.5 * mineAhead) - middle) <=
                               length(mine.at(mineStart - 0.5 * mineBack) - middle);
    std::vector<PlanePoint> points = stretch(theirs, start, arc);
    append(points, stretch(mine, mineEnd, replacedAhead ? mine.length() - mineAhead : -mineAhead));
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
