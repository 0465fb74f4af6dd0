// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/compare.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "forameter/geometry/measure.hpp"
#include "overlay.hpp"

namespace forameter::geometry {

namespace {

/// The squared distance to another curve along a stretch of an edge, u mm from its start: a u^2 + b u + c for
/// u in from..to.
struct Piece {
    double a = 0.0, b = 0.0, c = 0.0, from = 0.0, to = 0.0;

    [[nodiscard]] double at(double u) const { return std::max(0.0, (a * u + b) * u + c); }
    [[nodiscard]] double length() const { return to - from; }
    [[nodiscard]] double least() const {
        const double lowest = -b / (2.0 * a); // NaN or infinite for a constant
        return lowest > from && lowest < to ? at(lowest) : std::min(at(from), at(to));
    }
};

/// Integral of the distance over the piece: a is 1 for the distance to a point, less for that to a line (a
/// perfect square).
double integral(const Piece& p) {
    if (p.a < 1.0) {
        const double low = std::sqrt(p.at(p.from)), high = std::sqrt(p.at(p.to)),
                     zero = -p.b / (2.0 * p.a); // NaN where a is 0
        if (zero > p.from && zero < p.to) return 0.5 * (low * (zero - p.from) + high * (p.to - zero));
        return 0.5 * p.length() * (low + high);
    }
    const double m = 0.5 * p.b, h2 = std::max(0.0, p.c - m * m), h = std::sqrt(h2); // (u + m)^2 + h^2
    const auto antiderivative = [&](double v) {
        return 0.5 * (v * std::sqrt(v * v + h2) + (h > 0.0 ? h2 * std::asinh(v / h) : 0.0));
    };
    return antiderivative(p.to + m) - antiderivative(p.from + m);
}

/// The part of the piece, mm, on which the squared distance is at most `square`: the quadratic is convex.
double lengthWithin(const Piece& p, double square) {
    if (p.a < 1e-14) {
        const double low = p.at(p.from), high = p.at(p.to);
        if (low <= square && high <= square) return p.length();
        if (low > square && high > square) return 0.0;
        return p.length() * (square - std::min(low, high)) / std::abs(high - low);
    }
    const double m = -p.b / (2.0 * p.a), discriminant = m * m - (p.c - square) / p.a;
    if (discriminant < 0.0) return 0.0;
    const double reach = std::sqrt(discriminant);
    return std::max(0.0, std::min(p.to, m + reach) - std::max(p.from, m - reach));
}

struct Box {
    double x0 = std::numeric_limits<double>::infinity(), x1 = -x0, y0 = x0, y1 = -x0;

    void add(PlanePoint p) {
        x0 = std::min(x0, p.x), x1 = std::max(x1, p.x), y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
    }
};
double squaredDistance(const Box& a, const Box& b) {
    const double dx = std::max({a.x0 - b.x1, 0.0, b.x0 - a.x1}),
                 dy = std::max({a.y0 - b.y1, 0.0, b.y0 - a.y1});
    return dx * dx + dy * dy;
}

/// An edge of the polygon that distances are measured to.
struct Edge {
    PlanePoint start, direction; ///< unit vector
    double length = 0.0;

    [[nodiscard]] double squaredDistance(PlanePoint p) const {
        const PlanePoint d = p - start;
        const double along = dot(d, direction);
        const double excess = along < 0.0 ? along : std::max(0.0, along - length),
                     across = cross(direction, d);
        return excess * excess + across * across;
    }
};

std::vector<Edge> edgesOf(const Loop& polygon) {
    std::vector<Edge> edges;
    edges.reserve(polygon.size());
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const PlanePoint a = polygon[i], d = polygon[i + 1 == polygon.size() ? 0 : i + 1] - a;
        if (const double size = std::sqrt(dot(d, d)); size > 0.0)
            edges.push_back({a, (1.0 / size) * d, size});
    }
    return edges;
}

/// The distance from every place of one polygon to another, exactly, as pieces.
class DistanceAlong {
public:
    explicit DistanceAlong(const std::vector<Edge>& target) : m_target(target) {
        for (std::size_t first = 0; first < target.size(); first += kBlock) {
            Box box;
            for (std::size_t i = first; i < std::min(first + kBlock, target.size()); ++i) {
                box.add(target[i].start);
                box.add(target[i].start + target[i].length * target[i].direction);
            }
            m_blocks.push_back(box);
        }
    }

    /// Appends the pieces along `edge`.
    void along(const Edge& edge, std::vector<Piece>& pieces) {
        findCandidates(edge);
        m_knots.assign({0.0, edge.length});
        for (const std::size_t i : m_candidates)
            addKnots(edge, m_target[i]);
        std::sort(m_knots.begin(), m_knots.end());
        for (std::size_t k = 0; k + 1 < m_knots.size(); ++k)
            if (m_knots[k + 1] > m_knots[k]) envelope(edge, m_knots[k], m_knots[k + 1], pieces);
    }

private:
    static constexpr std::size_t kBlock = 8;

    /// Target edges that may be nearest somewhere on `edge`. The distance to a segment is convex along
    /// `edge`, so that the larger of its values at both ends bounds the distance to the target from above.
    void findCandidates(const Edge& edge) {
        const PlanePoint p = edge.start, q = edge.start + edge.length * edge.direction;
        Box box;
        box.add(p);
        box.add(q);
        const auto worst = [&](std::size_t i) {
            return std::max(m_target[i].squaredDistance(p), m_target[i].squaredDistance(q));
        };
        double bound = worst(m_hint); // the nearest of the previous edge is a good first guess
        m_found.clear();
        for (std::size_t b = 0; b < m_blocks.size(); ++b) {
            if (squaredDistance(box, m_blocks[b]) > bound) continue;
            for (std::size_t i = b * kBlock; i < std::min((b + 1) * kBlock, m_target.size()); ++i) {
                const double dp = m_target[i].squaredDistance(p), dq = m_target[i].squaredDistance(q);
                if (const double w = std::max(dp, dq); w < bound) bound = w, m_hint = i;
                m_found.push_back({i, dp, dq});
            }
        }
        m_candidates.clear();
        const double limit = std::sqrt(bound) * (1.0 + 1e-12) + 1e-12;
        for (const auto& [i, dp, dq] : m_found)
            if (0.5 * (std::sqrt(dp) + std::sqrt(dq) - edge.length) <= limit)
                m_candidates.push_back(i); // distance is 1-Lipschitz
    }

    /// Where the foot of the perpendicular on `other` passes an end of it.
    void addKnots(const Edge& edge, const Edge& other) {
        const double slope = dot(edge.direction, other.direction),
                     start = dot(edge.start - other.start, other.direction);
        for (const double end : {0.0, other.length}) {
            const double u = (end - start) / slope;
            if (u > 0.0 && u < edge.length) m_knots.push_back(u); // false for NaN
        }
    }

    /// The squared distance to `other` along `edge`, for all u that see the same part of it as `u` does.
    static Piece quadratic(const Edge& edge, const Edge& other, double u) {
        const PlanePoint d = edge.start - other.start;
        const double along = dot(d, other.direction) + u * dot(edge.direction, other.direction);
        if (along > 0.0 && along < other.length) {
            const double c = cross(other.direction, d), slope = cross(other.direction, edge.direction);
            return {slope * slope, 2.0 * slope * c, c * c};
        }
        const PlanePoint e = along <= 0.0 ? d : d - other.length * other.direction;
        return {1.0, 2.0 * dot(e, edge.direction), dot(e, e)};
    }

    /// The lower envelope between two knots, where every candidate is one quadratic: cut at all crossings,
    /// the lowest in the middle of each cut is the lowest on all of it.
    void envelope(const Edge& edge, double from, double to, std::vector<Piece>& pieces) {
        m_quadratics.clear();
        double bound = std::numeric_limits<double>::infinity();
        for (const std::size_t i : m_candidates) {
            Piece q = quadratic(edge, m_target[i], 0.5 * (from + to));
            q.from = from, q.to = to;
            bound = std::min(bound, std::max(q.at(from), q.at(to)));
            m_quadratics.push_back(q);
        }
        std::erase_if(m_quadratics,
                      [&](const Piece& q) { return q.least() > bound * (1.0 + 1e-12) + 1e-15; });
        m_cuts.assign({from, to});
        for (std::size_t i = 0; i < m_quadratics.size(); ++i)
            for (std::size_t j = i + 1; j < m_quadratics.size(); ++j)
                addCrossings(m_quadratics[i], m_quadratics[j]);
        std::sort(m_cuts.begin(), m_cuts.end());
        for (std::size_t k = 0; k + 1 < m_cuts.size(); ++k) {
            if (!(m_cuts[k + 1] > m_cuts[k])) continue;
            const double middle = 0.5 * (m_cuts[k] + m_cuts[k + 1]);
            Piece lowest = *std::min_element(
                m_quadratics.begin(), m_quadratics.end(),
                [&](const Piece& p, const Piece& q) { return p.at(middle) < q.at(middle); });
            lowest.from = m_cuts[k], lowest.to = m_cuts[k + 1];
            pieces.push_back(lowest);
        }
    }

    void addCrossings(const Piece& p, const Piece& q) {
        const double a = p.a - q.a, b = p.b - q.b, c = p.c - q.c, discriminant = b * b - 4.0 * a * c;
        if (!(discriminant >= 0.0)) return;
        const double r = -0.5 * (b + std::copysign(std::sqrt(discriminant), b));
        for (const double u : {r / a, c / r}) // one of them may be infinite or NaN: outside
            if (u > p.from && u < p.to) m_cuts.push_back(u);
    }

    struct Found {
        std::size_t index;
        double dp, dq;
    };
    const std::vector<Edge>& m_target;
    std::vector<Box> m_blocks;
    std::size_t m_hint = 0;
    std::vector<Found> m_found;
    std::vector<std::size_t> m_candidates;
    std::vector<double> m_knots, m_cuts;
    std::vector<Piece> m_quadratics;
};

struct Directed {
    double greatest = 0.0, percentile95 = 0.0, integral = 0.0, length = 0.0;
};

/// The least distance within which 95 % of the boundary lies. Pieces that are decided leave the search as its
/// bracket narrows.
double percentile95(std::vector<Piece>& pieces, double length, double greatest) {
    double low = 0.0, high = greatest,
           within = 0.0; // `within`: length of the pieces that lie below the bracket
    const double wanted = 0.95 * length * (1.0 - 1e-12);
    for (int k = 0; k < 60 && high - low > 1e-10 * (1.0 + greatest); ++k) {
        const double middle = 0.5 * (low + high), square = middle * middle;
        double sum = within;
        for (const Piece& p : pieces)
            sum += lengthWithin(p, square);
        const bool enough = sum >= wanted;
        (enough ? high : low) = middle;
        std::erase_if(pieces, [&](const Piece& p) {
            if (enough) return lengthWithin(p, square) == 0.0;
            const bool below = std::max(p.at(p.from), p.at(p.to)) <= square;
            if (below) within += p.length();
            return below;
        });
    }
    return high;
}

Directed directed(const std::vector<Edge>& from, const std::vector<Edge>& to) {
    Directed result;
    DistanceAlong distance(to);
    std::vector<Piece> pieces;
    pieces.reserve(4 * from.size());
    for (const Edge& edge : from) {
        distance.along(edge, pieces);
        result.length += edge.length;
    }
    double square = 0.0;
    for (const Piece& p : pieces) {
        result.integral += integral(p);
        square = std::max({square, p.at(p.from), p.at(p.to)}); // convex: greatest at an end
    }
    result.greatest = std::sqrt(square);
    result.percentile95 = percentile95(pieces, result.length, result.greatest);
    return result;
}

/// Cheap beside the comparison itself: what keeps it from making sense at all. Curves that cross themselves
/// still give numbers.
bool isComparable(const PlaneCurve& curve) {
    return curve.points.size() >= 3 && curve.points.size() <= kMaxPoints && area(curve).value() > 0.0 &&
           std::all_of(curve.points.begin(), curve.points.end(), [](PlanePoint p) {
               return std::abs(p.x) <= kMaxCoordinate && std::abs(p.y) <= kMaxCoordinate;
           });
}

bool insideEvenOdd(const Loop& polygon, PlanePoint p) {
    bool inside = false;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const PlanePoint a = polygon[i], b = polygon[i + 1 == polygon.size() ? 0 : i + 1];
        if ((a.y <= p.y) == (b.y <= p.y)) continue;
        if (p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x)) inside = !inside;
    }
    return inside;
}

} // namespace

Comparison compare(const PlaneCurve& a, const PlaneCurve& b) {
    if (!isComparable(a) || !isComparable(b)) {
        constexpr double nan = std::numeric_limits<double>::quiet_NaN();
        return {area(a),          area(b),          SquareMillimetres(nan), nan,
                Millimetres(nan), Millimetres(nan), Millimetres(nan)};
    }
    const Loop loopA = flatten(a, 1e-3), loopB = flatten(b, 1e-3);
    const double common = commonArea(loopA, loopB), flatA = area({CurveKind::Polygon, loopA, {}}).value(),
                 flatB = area({CurveKind::Polygon, loopB, {}}).value();
    Comparison result{area(a), area(b), SquareMillimetres(common), 2.0 * common / (flatA + flatB), {},
                      {},      {}};

    const auto edgesA = edgesOf(loopA), edgesB = edgesOf(loopB);
    const Directed ab = directed(edgesA, edgesB), ba = directed(edgesB, edgesA);
    result.hd = Millimetres(std::max(ab.greatest, ba.greatest));
    result.hd95 = Millimetres(std::max(ab.percentile95, ba.percentile95));
    result.assd = Millimetres((ab.integral + ba.integral) / (ab.length + ba.length));
    return result;
}

std::vector<PlaneCurve> combine(std::span<const PlaneCurve> a, std::span<const PlaneCurve> b,
                                SetOperation operation) {
    const auto loops = [](std::span<const PlaneCurve> curves) {
        std::vector<Loop> result;
        for (const PlaneCurve& curve : curves) {
            const bool finite = std::all_of(curve.points.begin(), curve.points.end(),
                                            [](PlanePoint p) { return isFinite(p); });
            if (finite && curve.points.size() >= 3) result.push_back(flatten(curve, 1e-3));
        }
        return result;
    };
    std::vector<PlaneCurve> result;
    for (Loop& loop : overlay(loops(a), loops(b), operation))
        result.push_back({CurveKind::Polygon, std::move(loop), {}});
    return result;
}

std::vector<PlaneCurve> combine(const PlaneCurve& a, const PlaneCurve& b, SetOperation operation) {
    return combine(std::span(&a, 1), std::span(&b, 1), operation);
}

std::vector<PlaneCurve> combine(std::span<const PlaneCurve> curves,
                                const std::function<bool(std::uint64_t)>& accepted) {
    assert(curves.size() <= 64 && !accepted(0));
    std::vector<std::vector<Loop>> regions(curves.size());
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const bool finite = std::all_of(curves[i].points.begin(), curves[i].points.end(),
                                        [](PlanePoint p) { return isFinite(p); });
        if (finite && curves[i].points.size() >= 3) regions[i].push_back(flatten(curves[i], 1e-3));
    }
    std::vector<PlaneCurve> result;
    for (Loop& loop : overlay(regions, accepted))
        result.push_back({CurveKind::Polygon, std::move(loop), {}});
    return result;
}

Millimetres signedDistance(const PlaneCurve& curve, PlanePoint point) {
    const double distance = nearestPoint(curve, point).distance;
    return Millimetres(contains(curve, point) ? -distance : distance);
}

bool contains(const PlaneCurve& curve, PlanePoint point) {
    return curve.points.size() >= 3 && insideEvenOdd(flatten(curve, 1e-4), point);
}

} // namespace forameter::geometry
