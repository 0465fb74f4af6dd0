// SPDX-License-Identifier: Apache-2.0
#include "mean_shape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forameter::agreement {

namespace {

using geometry::ImagePlane;
using geometry::Mask;
using geometry::PlaneCurve;
using geometry::PlanePoint;

/// The distance to a curve's boundary.
class Boundary {
public:
    explicit Boundary(const PlaneCurve& curve) {
        const auto points = geometry::flatten(curve, 1e-3);
        for (std::size_t i = 0; i < points.size(); ++i) {
            const PlanePoint a = points[i], d = points[i + 1 == points.size() ? 0 : i + 1] - a;
            const double square = dot(d, d);
            if (square > 0.0) m_edges.push_back({a, d, 1.0 / square});
        }
    }
    [[nodiscard]] double distance(PlanePoint to) const {
        double least = std::numeric_limits<double>::infinity();
        for (const Edge& e : m_edges) {
            const PlanePoint p = to - e.from;
            const PlanePoint off = p - std::clamp(dot(p, e.along) * e.inverse, 0.0, 1.0) * e.along;
            least = std::min(least, dot(off, off));
        }
        return std::sqrt(least);
    }

private:
    struct Edge {
        PlanePoint from, along;
        double inverse; ///< of the squared length
    };
    std::vector<Edge> m_edges;
};

} // namespace

MeanShape meanShape(std::span<const PlaneCurve> curves, const ImagePlane& image, int column, int row,
                    int columns, int rows) {
    // A finer grid that has the pixel centres among its points.
    const auto steps = [](double spacing) { return static_cast<int>(std::ceil(spacing / kMeanShapeStep)); };
    const int stepsX = steps(image.columnSpacing()), stepsY = steps(image.rowSpacing());
    const PlanePoint origin =
        image.toPlane(geometry::PixelPoint{static_cast<double>(column), static_cast<double>(row)});
    const double dx = image.columnSpacing() / stepsX, dy = image.rowSpacing() / stepsY;
    const int across = (columns - 1) * stepsX + 1, down = (rows - 1) * stepsY + 1;
    const auto at = [&](int c, int r) { return PlanePoint{origin.x + c * dx, origin.y + r * dy}; };

    // Curves that all contain a point, or none of which does, need no distance there: the zero level lies
    // between points that the curves do not see alike.
    std::vector<Mask> inside;
    Grid<int> votes(across, down, 0);
    std::vector<Boundary> boundaries;
    for (const auto& curve : curves) {
        PlaneCurve moved = curve;
        for (PlanePoint& p : moved.points)
            p = p - origin;
        const auto plane = ImagePlane::create(
            {image.origin(), image.rowDirection(), image.columnDirection(), dy, dx, across, down});
        inside.push_back(plane ? geometry::rasterize(moved, *plane) : Mask(across, down, 0));
        for (std::size_t i = 0; i < votes.data().size(); ++i)
            votes.data()[i] += inside.back().data()[i];
        boundaries.emplace_back(curve);
    }
    const int all = static_cast<int>(curves.size());
    const auto mixed = [&](int c, int r) {
        const int v = votes(c, r);
        if (v > 0 && v < all) return true;
        for (int y = std::max(0, r - 1); y <= std::min(down - 1, r + 1); ++y)
            for (int x = std::max(0, c - 1); x <= std::min(across - 1, c + 1); ++x)
                if (votes(x, y) != v) return true;
        return false;
    };
    Grid<float> depth(across, down, 0.0f); // minus the mean distance: positive inside
    for (int r = 0; r < down; ++r)
        for (int c = 0; c < across; ++c) {
            double sum = 0.0;
            if (mixed(c, r)) {
                for (std::size_t j = 0; j < curves.size(); ++j) {
                    const double distance = boundaries[j].distance(at(c, r));
                    sum += inside[j](c, r) != 0 ? distance : -distance;
                }
            } else {
                sum = votes(c, r) == all ? all : -all; // any number of that sign: no outline runs here
            }
            depth(c, r) = static_cast<float>(sum / all);
        }

    MeanShape result{Mask(columns, rows, 0), geometry::outlines(depth.view(), 0.0f, origin, {dx, dy})};
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            result.mask(c, r) = depth(c * stepsX, r * stepsY) > 0.0f ? 1 : 0;
    return result;
}

} // namespace forameter::agreement
