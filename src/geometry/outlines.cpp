// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::geometry {

namespace {

/// Marching squares on the cells between the pixel centres of a window that is one pixel larger than the set
/// pixels on every side. Field values are given relative to the level: set where positive. Segments keep the
/// set side on their left (x right, y up), so outer loops come out counter-clockwise and holes clockwise.
class Marcher {
public:
    Marcher(int columns, int rows) : m_columns(columns), m_rows(rows), m_values(columns, rows, -1.0) {}

    double& value(int column, int row) { return m_values(column, row); }

    /// Loops in window coordinates (pixels).
    [[nodiscard]] std::vector<std::vector<PlanePoint>> loops() const {
        std::vector<int> next(static_cast<std::size_t>(2 * m_columns) * static_cast<std::size_t>(m_rows), -1);
        for (int r = 0; r + 1 < m_rows; ++r)
            for (int c = 0; c + 1 < m_columns; ++c)
                link(c, r, next);
        std::vector<std::vector<PlanePoint>> found;
        for (std::size_t start = 0; start < next.size(); ++start) {
            if (next[start] < 0) continue;
            std::vector<PlanePoint> loop;
            for (auto at = static_cast<int>(start); at >= 0;) {
                loop.push_back(crossingOn(at));
                at = std::exchange(next[static_cast<std::size_t>(at)], -1);
            }
            loop.pop_back(); // the start again
            found.push_back(std::move(loop));
        }
        return found;
    }

private:
    /// Grid edges are numbered: 2 * pixel for the one to the right of a pixel centre, 2 * pixel + 1 for the
    /// one below.
    [[nodiscard]] int edge(int column, int row, int down) const {
        return 2 * (row * m_columns + column) + down;
    }

    [[nodiscard]] PlanePoint crossingOn(int edge) const {
        const int pixel = edge / 2, column = pixel % m_columns, row = pixel / m_columns;
        const bool down = edge % 2 != 0;
        const double a = m_values(column, row),
                     b = down ? m_values(column, row + 1) : m_values(column + 1, row);
        const double t = a / (a - b);
        return {column + (down ? 0.0 : t), row + (down ? t : 0.0)};
    }

    void link(int c, int r, std::vector<int>& next) const {
        // Corners and edges of the cell counter-clockwise; edge k runs from corner k to corner k + 1.
        const std::array corner{m_values(c, r), m_values(c + 1, r), m_values(c + 1, r + 1),
                                m_values(c, r + 1)};
        const std::array edges{edge(c, r, 0), edge(c + 1, r, 1), edge(c, r + 1, 0), edge(c, r, 1)};
        std::array<int, 2> starts{},
            ends{}; // cell edges where the walk around the cell leaves and enters the set side
        std::size_t started = 0, ended = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const bool here = corner[k] > 0.0, there = corner[(k + 1) % 4] > 0.0;
            if (here && !there) starts[started++] = static_cast<int>(k);
            if (!here && there) ends[ended++] = static_cast<int>(k);
        }
        const auto join = [&](int from, int to) {
            next[static_cast<std::size_t>(edges[static_cast<std::size_t>(from)])] =
                edges[static_cast<std::size_t>(to)];
        };
        if (started == 1) join(starts[0], ends[0]);
        if (started < 2) return;
        // A saddle: two opposite corners are set. They are one piece where the middle of the cell is set.
        const bool connected = corner[0] + corner[1] + corner[2] + corner[3] > 0.0;
        for (const int s : starts) {
            const int wanted = (s + (connected ? 1 : 3)) % 4;
            join(s, wanted);
        }
    }

    int m_columns, m_rows;
    Grid<double> m_values;
};

/// `above(column, row)` is the field minus the level, for the pixels; `beyond` that of everything outside.
template <class Above>
std::vector<PlaneCurve> march(int columns, int rows, Above above, double beyond, PlanePoint origin,
                              PlanePoint spacing) {
    int c0 = columns, c1 = -1, r0 = rows, r1 = -1;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            if (above(c, r) > 0.0)
                c0 = std::min(c0, c), c1 = std::max(c1, c), r0 = std::min(r0, r), r1 = std::max(r1, r);
    std::vector<PlaneCurve> result;
    if (c1 < 0) return result;
    Marcher marcher(c1 - c0 + 3, r1 - r0 + 3);
    for (int r = r0 - 1; r <= r1 + 1; ++r) {
        for (int c = c0 - 1; c <= c1 + 1; ++c) {
            const bool inside = c >= 0 && r >= 0 && c < columns && r < rows;
            const double value = inside ? above(c, r) : beyond;
            marcher.value(c - c0 + 1, r - r0 + 1) = std::isnan(value) ? -1.0 : std::clamp(value, -1e30, 1e30);
        }
    }
    for (const auto& loop : marcher.loops()) {
        PlaneCurve curve{CurveKind::Polygon, {}, {}};
        if (signedArea(loop) <= SquareMillimetres(0.0)) continue; // a hole
        curve.points.reserve(loop.size());
        for (const PlanePoint p : loop) {
            const PlanePoint q{origin.x + (p.x + c0 - 1) * spacing.x, origin.y + (p.y + r0 - 1) * spacing.y};
            if (curve.points.empty() || !(curve.points.back() == q)) curve.points.push_back(q);
        }
        while (curve.points.size() > 1 && curve.points.back() == curve.points.front())
            curve.points.pop_back();
        if (curve.points.size() >= 3) result.push_back(std::move(curve));
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const PlaneCurve& a, const PlaneCurve& b) { return area(a) > area(b); });
    return result;
}

} // namespace

std::vector<PlaneCurve> outlines(GridView<const std::uint8_t> mask, PlanePoint origin, PlanePoint spacing) {
    return march(
        mask.columns(), mask.rows(), [&](int c, int r) { return mask(c, r) != 0 ? 0.5 : -0.5; }, -0.5, origin,
        spacing);
}

std::vector<PlaneCurve> outlines(GridView<const float> field, float level, PlanePoint origin,
                                 PlanePoint spacing) {
    const double beyond =
        level > 0.0f ? -static_cast<double>(level) : -1.0; // a loop must close at the border
    return march(
        field.columns(), field.rows(),
        [&](int c, int r) { return static_cast<double>(field(c, r)) - static_cast<double>(level); }, beyond,
        origin, spacing);
}

} // namespace forameter::geometry
