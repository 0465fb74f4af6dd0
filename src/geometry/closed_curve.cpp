// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/closed_curve.hpp"

#include <algorithm>
#include <limits>

#include "bezier.hpp"

namespace forameter::geometry {

namespace {

/// The index of the nearest point at or before each one (in steps of -1 or +1) that differs from it; the
/// index itself if all are equal.
template <int step>
std::vector<std::size_t> differingNeighbours(const std::vector<PlanePoint>& points) {
    const std::size_t n = points.size();
    std::vector<std::size_t> neighbour(n);
    for (std::size_t i = 0; i < n; ++i)
        neighbour[i] = i;
    const auto beside = [n](std::size_t i) { return step < 0 ? (i + n - 1) % n : (i + 1) % n; };
    std::size_t start = 0;
    while (start < n && points[beside(start)] == points[start])
        ++start;
    if (start == n) return neighbour;
    // Walk away from `start` against `step`: a repeated point inherits the neighbour of the one before it.
    std::size_t i = start;
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t b = beside(i);
        neighbour[i] = points[b] == points[i] ? neighbour[b] : b;
        i = step < 0 ? (i + 1) % n : (i + n - 1) % n;
    }
    return neighbour;
}

/// Tangent at p1 with respect to the centripetal knots, times the following interval; d0 and d1 are the
/// square roots of the chords before and after it.
PlanePoint velocity(PlanePoint p0, PlanePoint p1, PlanePoint p2, double d0, double d1) {
    if (d0 == 0.0) return p2 - p1;
    return d1 * ((1.0 / d0) * (p1 - p0) - (1.0 / (d0 + d1)) * (p2 - p0)) + (p2 - p1);
}

double squaredDistance(PlanePoint a, PlanePoint b) {
    return dot(a - b, a - b);
}

/// Least distance of p from the box around the control points, squared: a lower bound of its distance from
/// the Bezier.
double squaredDistanceToHull(const Bezier& b, PlanePoint p) {
    const auto [x0, x1] = std::minmax({b.p0.x, b.p1.x, b.p2.x, b.p3.x});
    const auto [y0, y1] = std::minmax({b.p0.y, b.p1.y, b.p2.y, b.p3.y});
    const double dx = std::max({x0 - p.x, 0.0, p.x - x1}), dy = std::max({y0 - p.y, 0.0, p.y - y1});
    return dx * dx + dy * dy;
}

/// Golden section search of the parameter nearest to p between low and high.
double nearestParameter(const Bezier& b, PlanePoint p, double low, double high) {
    constexpr double golden = 0.6180339887498949;
    double t1 = high - golden * (high - low), t2 = low + golden * (high - low);
    double d1 = squaredDistance(b.at(t1), p), d2 = squaredDistance(b.at(t2), p);
    for (int k = 0; k < 40; ++k) {
        if (d1 < d2) {
            high = t2, t2 = t1, d2 = d1;
            t1 = high - golden * (high - low);
            d1 = squaredDistance(b.at(t1), p);
        } else {
            low = t1, t1 = t2, d1 = d2;
            t2 = low + golden * (high - low);
            d2 = squaredDistance(b.at(t2), p);
        }
    }
    return 0.5 * (low + high);
}

} // namespace

PatientCurve toPatient(const PlaneCurve& curve, const ImagePlane& plane) {
    PatientCurve result{curve.kind, {}, curve.corners};
    result.points.reserve(curve.points.size());
    for (const PlanePoint& p : curve.points)
        result.points.push_back(plane.toPatient(p));
    return result;
}

PlaneCurve toPlane(const PatientCurve& curve, const ImagePlane& plane) {
    PlaneCurve result{curve.kind, {}, curve.corners};
    result.points.reserve(curve.points.size());
    for (const PatientPoint& p : curve.points)
        result.points.push_back(plane.toPlane(p));
    return result;
}

PlanePoint Bezier::at(double t) const {
    return valueAt(*this, t);
}

std::vector<Bezier> beziers(const PlaneCurve& curve) {
    const auto& points = curve.points;
    const std::size_t n = points.size();
    std::vector<Bezier> result;
    if (n < 3) return result;
    result.reserve(n);
    if (curve.kind == CurveKind::Polygon) {
        for (std::size_t i = 0; i < n; ++i) {
            const PlanePoint a = points[i], b = points[(i + 1) % n], third = (1.0 / 3.0) * (b - a);
            result.push_back({a, a + third, b - third, b});
        }
        return result;
    }
    std::vector<bool> corner(n, false);
    for (const std::size_t c : curve.corners)
        if (c < n) corner[c] = true;
    const auto previous = [n](std::size_t i) { return i == 0 ? n - 1 : i - 1; };
    const auto next = [n](std::size_t i) { return i + 1 == n ? 0 : i + 1; };
    std::vector<double> root(n); // of the chord from a point to the next one
    for (std::size_t i = 0; i < n; ++i)
        root[i] = std::sqrt(length(points[next(i)] - points[i]));
    std::vector<std::size_t> before, after; // only beside a repeated point are they not the next ones
    if (std::ranges::find(root, 0.0) != root.end()) {
        before = differingNeighbours<-1>(points);
        after = differingNeighbours<1>(points);
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t j = next(i), from = before.empty() ? previous(i) : before[i],
                          to = after.empty() ? next(j) : after[j];
        const PlanePoint p1 = points[i], p2 = points[j];
        // The points between `from` and i equal i, those between j and `to` equal j.
        const PlanePoint out = corner[i] ? p2 - p1 : velocity(points[from], p1, p2, root[from], root[i]);
        const PlanePoint in = corner[j] ? p1 - p2 : velocity(points[to], p2, p1, root[previous(to)], root[i]);
        result.push_back({p1, p1 + (1.0 / 3.0) * out, p2 + (1.0 / 3.0) * in, p2});
    }
    return result;
}

PlanePoint pointAt(const PlaneCurve& curve, std::size_t segment, double t) {
    const std::size_t n = curve.points.size();
    if (n < 3 || segment >= n) return {};
    if (curve.kind == CurveKind::Polygon)
        return (1.0 - t) * curve.points[segment] + t * curve.points[(segment + 1) % n];
    return beziers(curve)[segment].at(t);
}

std::vector<PlanePoint> flatten(const PlaneCurve& curve, double tolerance) {
    if (curve.kind == CurveKind::Polygon || curve.points.size() < 3) return curve.points;
    std::vector<PlanePoint> result;
    result.reserve(curve.points.size() * 8);
    for (const Bezier& b : beziers(curve)) {
        const Division division(b, tolerance);
        const std::size_t first = result.size();
        result.resize(first + static_cast<std::size_t>(division.pieces()));
        PlanePoint* const out = result.data() + first;
        for (int k = 0; k < division.pieces(); ++k)
            out[k] = division.at(k);
    }
    return result;
}

NearestPoint nearestPoint(const PlaneCurve& curve, PlanePoint to) {
    NearestPoint best;
    double least = std::numeric_limits<double>::infinity();
    const auto consider = [&](std::size_t segment, double t, PlanePoint p) {
        const double d = squaredDistance(p, to);
        if (d < least) least = d, best = {segment, t, p, 0.0};
    };
    const std::size_t n = curve.points.size();
    if (n < 3) {
        for (std::size_t i = 0; i < n; ++i)
            consider(i, 0.0, curve.points[i]);
    } else if (curve.kind == CurveKind::Polygon) {
        for (std::size_t i = 0; i < n; ++i) {
            const PlanePoint a = curve.points[i], d = curve.points[(i + 1) % n] - a;
            const double square = dot(d, d);
            const double t = square > 0.0 ? std::clamp(dot(to - a, d) / square, 0.0, 1.0) : 0.0;
            consider(i, t, a + t * d);
        }
    } else {
        constexpr int samples = 16; // a cubic has at most five nearest-point candidates; neighbours of the
                                    // least sample hold the minimum
        const auto segments = beziers(curve);
        for (std::size_t i = 0; i < n; ++i)
            consider(i, 0.0, segments[i].p0);
        for (std::size_t i = 0; i < n; ++i) {
            const Bezier& b = segments[i];
            if (squaredDistanceToHull(b, to) >= least) continue;
            std::array<double, samples + 1> d{};
            for (int k = 0; k <= samples; ++k)
                d[static_cast<std::size_t>(k)] = squaredDistance(b.at(k / double{samples}), to);
            for (int k = 0; k <= samples; ++k) {
                const auto at = [&](int m) { return d[static_cast<std::size_t>(std::clamp(m, 0, samples))]; };
                if (at(k) > at(k - 1) || at(k) > at(k + 1)) continue;
                const double t = nearestParameter(b, to, std::max(k - 1, 0) / double{samples},
                                                  std::min(k + 1, samples) / double{samples});
                consider(i, t, b.at(t));
            }
        }
    }
    best.distance = std::sqrt(least);
    return best;
}

Result<ImagePlane> fittedPlane(const PatientCurve& curve) {
    const std::size_t n = curve.points.size();
    if (n < 3) return fail(ErrorCode::InvalidArgument, "A plane needs at least 3 points.");
    PatientPoint mean;
    for (const PatientPoint& p : curve.points)
        mean = mean + (1.0 / static_cast<double>(n)) * p;
    PatientVector normal; // Newell's
    double perimeter = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const PatientVector a = curve.points[i] - mean, b = curve.points[(i + 1) % n] - mean;
        normal = normal + cross(a, b);
        perimeter += length(b - a);
    }
    if (!isFinite(normal))
        return fail(ErrorCode::InvalidArgument, "The curve has a coordinate that is not a number.");
    const double least = 1e-9 * perimeter * perimeter;
    if (!(length(normal) > least)) {
        // A curve that crosses itself may run around as much one way as the other; its points still span a
        // plane.
        const auto longest = [&](auto of) {
            PatientVector best;
            for (const PatientPoint& p : curve.points)
                if (const PatientVector v = of(p - mean); length(v) > length(best)) best = v;
            return best;
        };
        const PatientVector along = longest([](const PatientVector& v) { return v; });
        normal = longest([&](const PatientVector& v) { return cross(along, v); });
    }
    if (!(length(normal) > least))
        return fail(ErrorCode::InvalidArgument, "The curve's points lie on one line, so they have no plane.");
    normal = normalized(normal);
    for (std::size_t i = 0; i < n; ++i) {
        const double off = std::abs(dot(curve.points[i] - mean, normal));
        if (off > 0.1)
            return fail(ErrorCode::InvalidArgument, "Point " + std::to_string(i + 1) + " lies " +
                                                        std::to_string(off) +
                                                        " mm off the plane of the curve; 0.1 mm is allowed.");
    }
    const PatientVector axis =
        std::abs(normal.x) <= std::abs(normal.y) ? PatientVector{1, 0, 0} : PatientVector{0, 1, 0};
    const PatientVector x = normalized(axis - dot(axis, normal) * normal);
    const PatientVector across = cross(normal, x);
    const PatientVector y = across.y - across.z >= 0.0 ? across : -1.0 * across;
    return ImagePlane::create({mean, x, y, 1.0, 1.0, 1, 1});
}

} // namespace forameter::geometry
