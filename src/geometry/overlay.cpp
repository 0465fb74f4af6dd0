// SPDX-License-Identifier: Apache-2.0
#include "overlay.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "forameter/geometry/measure.hpp"

namespace forameter::geometry {

namespace {

__extension__ typedef __int128 Wide; // products of three grid differences need 117 bits

struct GridPoint {
    std::int64_t x = 0, y = 0;

    friend bool operator==(const GridPoint&, const GridPoint&) = default;
    friend auto operator<=>(const GridPoint&, const GridPoint&) = default;
    friend GridPoint operator-(GridPoint a, GridPoint b) { return {a.x - b.x, a.y - b.y}; }
};

Wide cross(GridPoint a, GridPoint b) {
    return Wide{a.x} * b.y - Wide{a.y} * b.x;
}
int sign(Wide v) {
    return (v > 0) - (v < 0);
}

Wide roundedQuotient(Wide a, Wide b) {
    if (b < 0) a = -a, b = -b;
    return a >= 0 ? (2 * a + b) / (2 * b) : -((-2 * a + b) / (2 * b));
}

using Regions = std::span<const std::vector<Loop>* const>;

/// How often two regions' loops wind around a place.
struct TwoWindings {
    int a = 0, b = 0;

    [[nodiscard]] static TwoWindings of(std::size_t region, int direction) {
        return region == 0 ? TwoWindings{direction, 0} : TwoWindings{0, direction};
    }
    friend bool operator==(const TwoWindings&, const TwoWindings&) = default;
    TwoWindings& operator+=(TwoWindings other) { return a += other.a, b += other.b, *this; }
    TwoWindings& operator-=(TwoWindings other) { return a -= other.a, b -= other.b, *this; }
};
/// Which of up to 64 regions contain a place, even-odd: crossing an edge changes it either way.
struct Parities {
    std::uint64_t odd = 0;

    [[nodiscard]] static Parities of(std::size_t region, int) { return {std::uint64_t{1} << region}; }
    friend bool operator==(const Parities&, const Parities&) = default;
    Parities& operator+=(Parities other) { return odd ^= other.odd, *this; }
    Parities& operator-=(Parities other) { return *this += other; }
};

/// All edges of all regions, split where they meet, with what lies on either side. The predicate `inside` of
/// a place's windings says what is wanted of the plane.
template <class Windings>
class Arrangement {
public:
    explicit Arrangement(Regions regions) {
        chooseGrid(regions);
        for (std::size_t r = 0; r < regions.size(); ++r)
            addEdges(*regions[r], r);
        addCrossings();
        mergePoints();
        splitEdges();
        sortAroundPoints();
        carryWindings();
    }

    /// Loops around the part of the plane where inside(windings).
    template <class Inside>
    [[nodiscard]] std::vector<Loop> loops(Inside inside) const;

    template <class Inside>
    [[nodiscard]] double area(Inside inside) const {
        double sum = 0.0;
        if (m_points.empty()) return sum;
        const PlanePoint reference = m_points.front().exact;
        for (const Edge& e : m_edges) {
            const int direction = boundaryDirection(e, inside);
            if (direction == 0) continue;
            const PlanePoint from = m_points[e.from].exact - reference, to = m_points[e.to].exact - reference;
            sum += 0.5 * direction * geometry::cross(from, to);
        }
        return sum;
    }

private:
    struct Point {
        GridPoint at;
        PlanePoint exact; ///< an input's own coordinates, or those of the grid for a crossing
        bool given = false;
    };
    struct Segment {
        GridPoint from, to;
        std::size_t region = 0;
    };
    struct Edge {
        std::size_t from = 0, to = 0; ///< from < to
        Windings delta{};             ///< winding on the left minus winding on the right
        Windings left{};
        bool known = false;

        [[nodiscard]] Windings right() const { return Windings(left) -= delta; }
    };
    /// An edge as seen from one of its ends.
    struct Spoke {
        std::size_t edge = 0;
        bool outward = true; ///< the edge starts here
    };

    void chooseGrid(Regions regions);
    void addEdges(const std::vector<Loop>& loops, std::size_t region);
    void addCrossings();
    void mergePoints();
    void splitEdges();
    void sortAroundPoints();
    void carryWindings();
    [[nodiscard]] Windings windingLeftOf(const Edge& edge) const;
    [[nodiscard]] GridPoint direction(const Spoke& s) const {
        const Edge& e = m_edges[s.edge];
        const GridPoint d = m_points[e.to].at - m_points[e.from].at;
        return s.outward ? d : GridPoint{-d.x, -d.y};
    }
    [[nodiscard]] std::size_t otherEnd(const Spoke& s) const {
        return s.outward ? m_edges[s.edge].to : m_edges[s.edge].from;
    }

    /// 1 where the region lies on the left of the edge only, -1 on the right only, else 0.
    template <class Inside>
    [[nodiscard]] static int boundaryDirection(const Edge& e, Inside inside) {
        return static_cast<int>(inside(e.left)) - static_cast<int>(inside(e.right()));
    }

    double m_step = 1.0;
    std::vector<Point> m_points;
    std::vector<Segment> m_segments;
    std::vector<Edge> m_edges;
    std::vector<Spoke> m_spokes; ///< of all points, one after the other, counter-clockwise around each
    std::vector<std::size_t> m_firstSpoke; ///< per point, and one past the last
};

template <class Windings>
void Arrangement<Windings>::chooseGrid(Regions regions) {
    double x0 = std::numeric_limits<double>::infinity(), x1 = -x0, y0 = x0, y1 = -x0;
    for (const auto* loops : regions)
        for (const Loop& loop : *loops)
            for (const PlanePoint p : loop)
                x0 = std::min(x0, p.x), x1 = std::max(x1, p.x), y0 = std::min(y0, p.y),
                y1 = std::max(y1, p.y);
    const double extent = std::max(x1 - x0, y1 - y0);
    const double reach = std::max({std::abs(x0), std::abs(x1), std::abs(y0), std::abs(y1)});
    if (!(extent > 0.0) || !std::isfinite(reach)) return;
    // A power of two, so that coordinates with few binary digits stay as they are.
    m_step = std::ldexp(1.0, std::max(std::ilogb(extent) - 37, std::ilogb(reach) - 51));
}

template <class Windings>
void Arrangement<Windings>::addEdges(const std::vector<Loop>& loops, std::size_t region) {
    for (const Loop& loop : loops) {
        const auto start = m_points.size();
        for (const PlanePoint p : loop)
            m_points.push_back({{std::llround(p.x / m_step), std::llround(p.y / m_step)}, p, true});
        for (std::size_t i = 0; i < loop.size(); ++i) {
            const Segment s{m_points[start + i].at, m_points[start + (i + 1) % loop.size()].at, region};
            if (!(s.from == s.to)) m_segments.push_back(s);
        }
    }
}

template <class Windings>
void Arrangement<Windings>::addCrossings() {
    struct Box {
        std::int64_t x0, x1, y0, y1;
        std::size_t segment;
    };
    std::vector<Box> boxes(m_segments.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto [x0, x1] = std::minmax(m_segments[i].from.x, m_segments[i].to.x);
        const auto [y0, y1] = std::minmax(m_segments[i].from.y, m_segments[i].to.y);
        boxes[i] = {x0, x1, y0, y1, i};
    }
    std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.x0 < b.x0; });
    std::vector<Box> active;
    for (const Box& box : boxes) {
        const auto [a, b, regionA] = m_segments[box.segment];
        std::size_t kept = 0;
        for (std::size_t k = 0; k < active.size(); ++k) {
            const Box other = active[k];
            if (other.x1 < box.x0) continue;
            active[kept++] = other;
            if (other.y1 < box.y0 || other.y0 > box.y1) continue;
            const auto [c, d, regionB] = m_segments[other.segment];
            if (sign(cross(b - a, c - a)) * sign(cross(b - a, d - a)) >= 0)
                continue; // touching: the end point is there already
            if (sign(cross(d - c, a - c)) * sign(cross(d - c, b - c)) >= 0) continue;
            const Wide part = cross(c - a, d - c), whole = cross(b - a, d - c);
            const GridPoint at{a.x + static_cast<std::int64_t>(roundedQuotient(part * (b.x - a.x), whole)),
                               a.y + static_cast<std::int64_t>(roundedQuotient(part * (b.y - a.y), whole))};
            m_points.push_back(
                {at, {static_cast<double>(at.x) * m_step, static_cast<double>(at.y) * m_step}, false});
        }
        active.resize(kept);
        active.push_back(box);
    }
}

template <class Windings>
void Arrangement<Windings>::mergePoints() {
    std::stable_sort(m_points.begin(), m_points.end(), [](const Point& a, const Point& b) {
        return a.at < b.at || (a.at == b.at && a.given && !b.given); // an input's own coordinates go first
    });
    m_points.erase(std::unique(m_points.begin(), m_points.end(),
                               [](const Point& a, const Point& b) { return a.at == b.at; }),
                   m_points.end());
}

template <class Windings>
void Arrangement<Windings>::splitEdges() {
    std::vector<std::size_t> on;
    for (const Segment& s : m_segments) {
        const GridPoint d = s.to - s.from;
        const auto [x0, x1] = std::minmax(s.from.x, s.to.x);
        const auto [y0, y1] = std::minmax(s.from.y, s.to.y);
        const Wide reach = Wide{std::abs(d.x)} + std::abs(d.y);
        on.clear();
        const auto first = std::lower_bound(m_points.begin(), m_points.end(), x0,
                                            [](const Point& p, std::int64_t x) { return p.at.x < x; });
        for (auto p = first; p != m_points.end() && p->at.x <= x1; ++p) {
            if (p->at.y < y0 || p->at.y > y1) continue;
            const Wide c =
                2 * cross(d, p->at - s.from); // the segment passes through the unit square around p
            if (c <= reach && -c <= reach) on.push_back(static_cast<std::size_t>(p - m_points.begin()));
        }
        const auto along = [&](std::size_t i) {
            const GridPoint q = m_points[i].at - s.from;
            return Wide{q.x} * d.x + Wide{q.y} * d.y;
        };
        std::sort(on.begin(), on.end(), [&](std::size_t i, std::size_t j) { return along(i) < along(j); });
        for (std::size_t k = 0; k + 1 < on.size(); ++k) {
            Edge e{on[k], on[k + 1], {}, {}, false};
            int winding = 1;
            if (e.from > e.to) std::swap(e.from, e.to), winding = -1;
            e.delta = Windings::of(s.region, winding);
            m_edges.push_back(e);
        }
    }
    std::sort(m_edges.begin(), m_edges.end(),
              [](const Edge& a, const Edge& b) { return std::pair(a.from, a.to) < std::pair(b.from, b.to); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_edges.size();) {
        Edge merged = m_edges[i];
        for (++i; i < m_edges.size() && m_edges[i].from == merged.from && m_edges[i].to == merged.to; ++i)
            merged.delta += m_edges[i].delta;
        if (!(merged.delta == Windings{})) m_edges[kept++] = merged;
    }
    m_edges.resize(kept);
}

template <class Windings>
void Arrangement<Windings>::sortAroundPoints() {
    m_firstSpoke.assign(m_points.size() + 1, 0);
    for (const Edge& e : m_edges)
        ++m_firstSpoke[e.from + 1], ++m_firstSpoke[e.to + 1];
    for (std::size_t p = 0; p < m_points.size(); ++p)
        m_firstSpoke[p + 1] += m_firstSpoke[p];
    m_spokes.resize(2 * m_edges.size());
    auto place = m_firstSpoke;
    for (std::size_t i = 0; i < m_edges.size(); ++i) {
        m_spokes[place[m_edges[i].from]++] = {i, true};
        m_spokes[place[m_edges[i].to]++] = {i, false};
    }
    const auto upper = [](GridPoint d) { return d.y > 0 || (d.y == 0 && d.x > 0); };
    for (std::size_t p = 0; p < m_points.size(); ++p) {
        const auto begin = m_spokes.begin() + static_cast<std::ptrdiff_t>(m_firstSpoke[p]);
        const auto end = m_spokes.begin() + static_cast<std::ptrdiff_t>(m_firstSpoke[p + 1]);
        if (end - begin < 3) continue; // two need no order
        std::sort(begin, end, [&](const Spoke& a, const Spoke& b) {
            const GridPoint da = direction(a), db = direction(b);
            return upper(da) != upper(db) ? upper(da) : cross(da, db) > 0;
        });
    }
}

/// Counts the edges that a ray from the edge's middle meets; doubled coordinates keep the middle on the grid.
template <class Windings>
Windings Arrangement<Windings>::windingLeftOf(const Edge& edge) const {
    const GridPoint a = m_points[edge.from].at, b = m_points[edge.to].at;
    const GridPoint middle{a.x + b.x, a.y + b.y};
    const bool sideways = a.y != b.y; // else the ray runs along y
    Windings total{};
    for (const Edge& other : m_edges) {
        if (&other == &edge) continue;
        GridPoint c = m_points[other.from].at, d = m_points[other.to].at, m = middle;
        if (!sideways) c = {c.y, -c.x}, d = {d.y, -d.x}, m = {m.y, -m.x}; // a quarter turn
        c = {2 * c.x, 2 * c.y}, d = {2 * d.x, 2 * d.y};
        const bool up = c.y <= m.y && m.y < d.y, down = d.y <= m.y && m.y < c.y;
        if (!up && !down) continue;
        const int where = sign(cross(d - c, m - c)); // left of the edge: > 0
        if (up ? where <= 0 : where >= 0) continue;  // the edge lies at lower x
        up ? total += other.delta : total -= other.delta;
    }
    // `total` is the winding just beyond the edge towards the ray, which is its right side if it runs up,
    // else its left.
    const bool up = sideways ? b.y > a.y : b.x < a.x;
    if (up) total += edge.delta;
    return total;
}

template <class Windings>
void Arrangement<Windings>::carryWindings() {
    std::vector<bool> done(m_points.size(), false);
    std::vector<std::pair<std::size_t, std::size_t>> open; // point, and a known edge at it
    for (std::size_t first = 0; first < m_edges.size(); ++first) {
        if (m_edges[first].known) continue;
        m_edges[first].left = windingLeftOf(m_edges[first]);
        m_edges[first].known = true;
        open.push_back({m_edges[first].from, first});
        open.push_back({m_edges[first].to, first});
        while (!open.empty()) {
            const auto [point, knownEdge] = open.back();
            open.pop_back();
            if (done[point]) continue;
            done[point] = true;
            const std::size_t begin = m_firstSpoke[point], count = m_firstSpoke[point + 1] - begin;
            std::size_t k = 0;
            while (m_spokes[begin + k].edge != knownEdge)
                ++k;
            const Spoke start = m_spokes[begin + k];
            // Counter-clockwise of a spoke lies its left side if it runs outward, else its right.
            Windings sector = start.outward ? m_edges[start.edge].left : m_edges[start.edge].right();
            for (std::size_t step = 1; step < count; ++step) {
                const Spoke spoke = m_spokes[begin + (k + step) % count];
                Edge& e = m_edges[spoke.edge];
                // The sector is this spoke's clockwise side; crossing it gives the next sector.
                spoke.outward ? sector += e.delta : sector -= e.delta;
                if (e.known) continue;
                e.known = true;
                e.left = spoke.outward ? sector : Windings(sector) += e.delta;
                open.push_back({otherEnd(spoke), spoke.edge});
            }
        }
    }
}

template <class Windings>
template <class Inside>
std::vector<Loop> Arrangement<Windings>::loops(Inside inside) const {
    std::vector<int> direction(m_edges.size());
    for (std::size_t i = 0; i < m_edges.size(); ++i)
        direction[i] = boundaryDirection(m_edges[i], inside);
    std::vector<Loop> result;
    constexpr auto nowhere = static_cast<std::size_t>(-1);
    std::vector<std::size_t> position(m_points.size(), nowhere); // in the path at hand
    std::vector<std::size_t> path;
    const auto emit = [&](std::size_t from) {
        if (path.size() - from >= 3) {
            Loop loop;
            for (std::size_t i = from; i < path.size(); ++i)
                loop.push_back(m_points[path[i]].exact);
            result.push_back(std::move(loop));
        }
        for (std::size_t i = from; i < path.size(); ++i)
            position[path[i]] = nowhere;
        path.resize(from);
    };
    for (std::size_t start = 0; start < m_edges.size(); ++start) {
        std::size_t edge = start;
        while (direction[edge] != 0) {
            const bool forward = direction[edge] > 0;
            direction[edge] = 0; // walked
            const std::size_t from = forward ? m_edges[edge].from : m_edges[edge].to;
            const std::size_t to = forward ? m_edges[edge].to : m_edges[edge].from;
            position[from] = path.size();
            path.push_back(from);
            if (position[to] != nowhere)
                emit(position[to]); // back at a point: that part is a loop of its own
            // Go on along the first boundary edge clockwise from where we came: the interior between the two
            // stays on the left.
            const std::size_t begin = m_firstSpoke[to], count = m_firstSpoke[to + 1] - begin;
            std::size_t k = 0;
            while (m_spokes[begin + k].edge != edge)
                ++k;
            for (std::size_t step = 1; step <= count; ++step) {
                const Spoke spoke = m_spokes[begin + (k + count - step) % count];
                if (direction[spoke.edge] == (spoke.outward ? 1 : -1)) {
                    edge = spoke.edge;
                    break;
                }
            }
        }
        for (const std::size_t p : path)
            position[p] = nowhere; // always empty: boundaries have no ends
        path.clear();
    }
    return result;
}

template <class Use>
auto withPredicate(SetOperation operation, Use use) {
    switch (operation) {
    case SetOperation::Union:
        return use([](TwoWindings w) { return w.a != 0 || w.b != 0; });
    case SetOperation::Difference:
        return use([](TwoWindings w) { return w.a != 0 && w.b == 0; });
    case SetOperation::Intersection:
        break;
    }
    return use([](TwoWindings w) { return w.a != 0 && w.b != 0; });
}

std::vector<Loop> largestFirst(std::vector<Loop> loops) {
    std::vector<std::pair<double, Loop>> sized;
    for (Loop& loop : loops)
        if (const double size = std::abs(signedArea(loop).value()); size > 0.0)
            sized.push_back({size, std::move(loop)});
    std::stable_sort(sized.begin(), sized.end(),
                     [](const auto& l, const auto& r) { return l.first > r.first; });
    loops.clear();
    for (auto& [size, loop] : sized)
        loops.push_back(std::move(loop));
    return loops;
}

} // namespace

std::vector<Loop> overlay(const std::vector<Loop>& a, const std::vector<Loop>& b, SetOperation operation) {
    const std::array regions{&a, &b};
    const Arrangement<TwoWindings> arrangement(regions);
    return largestFirst(withPredicate(operation, [&](auto inside) { return arrangement.loops(inside); }));
}

std::vector<Loop> overlay(std::span<const std::vector<Loop>> regions,
                          const std::function<bool(std::uint64_t)>& accepted) {
    std::vector<const std::vector<Loop>*> all;
    for (const auto& region : regions)
        all.push_back(&region);
    const Arrangement<Parities> arrangement(all);
    return largestFirst(arrangement.loops([&](Parities p) { return accepted(p.odd); }));
}

double commonArea(const Loop& a, const Loop& b) {
    const std::vector<Loop> regionA{a}, regionB{b};
    const std::array regions{&regionA, &regionB};
    return Arrangement<TwoWindings>(regions).area([](TwoWindings w) { return w.a != 0 && w.b != 0; });
}

} // namespace forameter::geometry
