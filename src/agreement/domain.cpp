// SPDX-License-Identifier: Apache-2.0
#include "domain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forameter::agreement {

namespace {

using geometry::ImagePlane;
using geometry::Mask;
using geometry::PlaneCurve;
using geometry::PlanePoint;

/// A distance of exactly `reach` counts, whatever its last digit.
constexpr double kRounding = 1.0 + 1e-12;

struct Rectangle {
    int column = 0, row = 0, columns = 0, rows = 0;
};

/// Pixels that may lie within `reach` of a curve's inside. A Bezier lies within its control points.
Rectangle around(std::span<const PlaneCurve> curves, const ImagePlane& image, double reach) {
    double x0 = std::numeric_limits<double>::infinity(), x1 = -x0, y0 = x0, y1 = -x0;
    for (const auto& curve : curves)
        for (const auto& bezier : geometry::beziers(curve))
            for (const PlanePoint p : {bezier.p0, bezier.p1, bezier.p2, bezier.p3}) {
                x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
                y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
            }
    const auto limits = [reach](double low, double high, double spacing, int count) {
        const double first = std::floor((low - reach) / spacing) - 1.0,
                     last = std::ceil((high + reach) / spacing) + 1.0;
        const auto inImage = [count](double v) {
            return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(count - 1)));
        };
        return std::pair(inImage(first), inImage(last) - inImage(first) + 1);
    };
    const auto [column, columns] = limits(x0, x1, image.columnSpacing(), image.columns());
    const auto [row, rows] = limits(y0, y1, image.rowSpacing(), image.rows());
    return {column, row, columns, rows};
}

Mask cropped(const Mask& mask, const Rectangle& to) {
    Mask result(to.columns, to.rows, 0);
    for (int r = 0; r < to.rows; ++r)
        std::ranges::copy(
            mask.view()
                .row(to.row + r)
                .subspan(static_cast<std::size_t>(to.column), static_cast<std::size_t>(to.columns)),
            result.view().row(r).begin());
    return result;
}

/// Per pixel the rows to the nearest drawn pixel of its column; a large number where there is none.
Grid<int> rowsToDrawn(const Mask& drawn) {
    constexpr int far = std::numeric_limits<int>::max() / 2;
    Grid<int> distance(drawn.columns(), drawn.rows(), far);
    for (int r = 0; r < drawn.rows(); ++r)
        for (int c = 0; c < drawn.columns(); ++c)
            distance(c, r) = drawn(c, r) != 0 ? 0 : r > 0 ? std::min(far, distance(c, r - 1) + 1) : far;
    for (int r = drawn.rows() - 2; r >= 0; --r)
        for (int c = 0; c < drawn.columns(); ++c)
            distance(c, r) = std::min(distance(c, r), distance(c, r + 1) + 1);
    return distance;
}

/// Exact, in a time that does not depend on `reach`: a column's nearest drawn pixel at g rows covers the
/// pixels of this row up to sqrt(reach² - g²) to either side.
Mask dilated(const Mask& drawn, const ImagePlane& image, double reach) {
    const Grid<int> rows = rowsToDrawn(drawn);
    Mask result(drawn.columns(), drawn.rows(), 0);
    std::vector<int> change(static_cast<std::size_t>(drawn.columns()) + 1);
    for (int r = 0; r < drawn.rows(); ++r) {
        std::ranges::fill(change, 0);
        for (int c = 0; c < drawn.columns(); ++c) {
            const double g = rows(c, r) * image.rowSpacing();
            const double left = reach * reach * kRounding - g * g;
            if (left < 0.0) continue;
            const double width = std::sqrt(left) / image.columnSpacing() * kRounding;
            const int half = static_cast<int>(std::min(width, static_cast<double>(drawn.columns())));
            ++change[static_cast<std::size_t>(std::max(0, c - half))];
            --change[static_cast<std::size_t>(std::min(drawn.columns(), c + half + 1))];
        }
        int covered = 0;
        for (int c = 0; c < drawn.columns(); ++c) {
            covered += change[static_cast<std::size_t>(c)];
            result(c, r) = covered > 0 ? 1 : 0;
        }
    }
    return result;
}

std::size_t setPixels(const Mask& mask) {
    return static_cast<std::size_t>(std::ranges::count_if(mask.data(), [](auto v) { return v != 0; }));
}

} // namespace

Domain domainOf(std::span<const PlaneCurve> curves, const ImagePlane& image, Millimetres reach) {
    const Rectangle window = around(curves, image, reach.value());
    Domain domain{window.column, window.row, {}, Mask(window.columns, window.rows, 0), 0, 0};
    Mask drawn(window.columns, window.rows, 0);
    for (const auto& curve : curves) {
        domain.votes.push_back(cropped(geometry::rasterize(curve, image), window));
        const auto votes = domain.votes.back().data();
        for (std::size_t i = 0; i < votes.size(); ++i)
            drawn.data()[i] |= votes[i];
    }
    domain.drawn = setPixels(drawn);
    domain.pixels = dilated(drawn, image, reach.value());
    domain.count = setPixels(domain.pixels);
    return domain;
}

} // namespace forameter::agreement
