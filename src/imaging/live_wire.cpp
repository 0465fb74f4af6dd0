// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/live_wire.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "edge_features.hpp"
#include "forameter/core/bilinear.hpp"

namespace forameter::imaging {

using geometry::PlanePoint;

namespace {

// Shares of the three costs (Mortensen and Barrett give 0.43 to the Laplacian and the direction and 0.14 to
// the gradient for photographs; MR noise makes every second pixel a zero crossing, so here the gradient
// leads).
constexpr float kGradientWeight = 0.6F, kDirectionWeight = 0.25F, kCrossingWeight = 0.15F;
constexpr float kLeastCost = 0.02F;              // per mm even on a perfect edge, so that loops never pay
constexpr double kFinest = 0.3, kCoarsest = 0.5; // mm between nodes

struct Node {
    float cost = 0.0F;                        // of the node itself: gradient and zero crossing
    float gradientX = 0.0F, gradientY = 0.0F; // unit vector, or zero
};

struct Step {
    int dx, dy;
    float x, y, length; // unit vector; in nodes
};
constexpr float kDiagonal = 0.70710678F;
constexpr std::array<Step, 8> kSteps{{{1, 0, 1, 0, 1},
                                      {0, 1, 0, 1, 1},
                                      {-1, 0, -1, 0, 1},
                                      {0, -1, 0, -1, 1},
                                      {1, 1, kDiagonal, kDiagonal, 1.41421356F},
                                      {-1, 1, -kDiagonal, kDiagonal, 1.41421356F},
                                      {-1, -1, -kDiagonal, -kDiagonal, 1.41421356F},
                                      {1, -1, kDiagonal, -kDiagonal, 1.41421356F}}};

constexpr float kDearestStep =
    (kLeastCost + kGradientWeight + kCrossingWeight + kDirectionWeight) * 1.41421357F;

float linkCost(const Node& from, const Node& to, const Step& step) {
    // 0 where both gradients stand across the step, 1 where they lie along it.
    const float along = (std::abs(from.gradientX * step.x + from.gradientY * step.y) +
                         std::abs(to.gradientX * step.x + to.gradientY * step.y)) /
                        2;
    return (kLeastCost + to.cost + kDirectionWeight * along) * step.length;
}

/// The middle of three weights out the staircase of the nodes; ends stay.
void smoothen(std::vector<PlanePoint>& points) {
    for (int pass = 0; pass < 2; ++pass) {
        PlanePoint before = points.front();
        for (std::size_t i = 1; i + 1 < points.size(); ++i) {
            const PlanePoint here = points[i];
            points[i] = 0.25 * before + 0.5 * here + 0.25 * points[i + 1];
            before = here;
        }
    }
}

} // namespace

struct LiveWire::Tables {
    Options options;
    Grid<Node> nodes;
    PlanePoint origin; ///< plane mm of node (0, 0)
    double pitch = kCoarsest;
    std::array<double, 4> bounds{}; ///< of the slice, as ImagePlane::bounds

    [[nodiscard]] bool covers(PlanePoint p) const {
        return p.x >= bounds[0] && p.x <= bounds[1] && p.y >= bounds[2] && p.y <= bounds[3];
    }
};

LiveWire::LiveWire(GridView<const float> slice, const geometry::ImagePlane& plane)
    : LiveWire(slice, plane, Options{}) {}

LiveWire::LiveWire(GridView<const float> slice, const geometry::ImagePlane& plane, const Options& options) {
    auto tables = std::make_shared<Tables>();
    tables->options = options;
    tables->bounds = plane.bounds();
    tables->origin = {tables->bounds[0], tables->bounds[2]};
    tables->pitch = std::clamp(std::min(plane.columnSpacing(), plane.rowSpacing()), kFinest, kCoarsest);

    // Below about one pixel the recursive Gaussian no longer is one.
    const double sigma = std::max({options.scale.value(), plane.columnSpacing(), plane.rowSpacing()});
    const auto features = edgeFeatures(slice, plane.columnSpacing(), plane.rowSpacing(), sigma);

    const int columns =
        std::max(1, static_cast<int>((tables->bounds[1] - tables->bounds[0]) / tables->pitch) + 1);
    const int rows =
        std::max(1, static_cast<int>((tables->bounds[3] - tables->bounds[2]) / tables->pitch) + 1);
    tables->nodes = Grid<Node>(columns, rows);
    Grid<float> magnitude(columns, rows), laplacian(columns, rows);
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) {
            const PlanePoint point = tables->origin + PlanePoint{c * tables->pitch, r * tables->pitch};
            const geometry::PixelPoint pixel = plane.toPixel(point);
            const Bilinear at(pixel.x, pixel.y, plane.columns(), plane.rows());
            const float x = at(features.gradientX.data()), y = at(features.gradientY.data());
            const float norm = std::sqrt(x * x + y * y);
            magnitude(c, r) = norm;
            laplacian(c, r) = at(features.laplacian.data());
            if (norm > 0) tables->nodes(c, r) = {0.0F, x / norm, y / norm};
        }
    }

    // An ordinary edge costs half of flat ground: the gradient that one pixel in ten exceeds.
    std::vector<float> sorted(magnitude.data().begin(), magnitude.data().end());
    const auto ninth = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 9 / 10);
    std::nth_element(sorted.begin(), ninth, sorted.end());
    const float ordinary = std::max(*ninth, std::numeric_limits<float>::min());

    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) {
            const float here = laplacian(c, r);
            bool crossing = false;
            for (std::size_t k = 0; k < 4; ++k) {
                const int nc = c + kSteps[k].dx, nr = r + kSteps[k].dy;
                if (!magnitude.view().contains(nc, nr)) continue;
                const float there = laplacian(nc, nr);
                crossing = crossing || (here * there < 0 &&
                                        std::abs(here) <= std::abs(there)); // of the two, the nearer to zero
            }
            const float relative = magnitude(c, r) / ordinary;
            tables->nodes(c, r).cost =
                kGradientWeight / (1 + relative * relative) + (crossing ? 0.0F : kCrossingWeight);
        }
    }
    m_tables = std::move(tables);
}

std::vector<PlanePoint> LiveWire::operator()(PlanePoint from, PlanePoint to) const {
    const auto& t = *m_tables;
    const double distance = length(to - from);
    if (!t.covers(from) || !t.covers(to) || !(distance <= t.options.reach.value()) || distance < t.pitch)
        return {from, to};

    // Dijkstra over the nodes of a box around both ends.
    const double margin = t.options.margin.value();
    const auto node = [&](double mm, double start, int size) {
        return std::clamp(static_cast<int>(std::lround((mm - start) / t.pitch)), 0, size - 1);
    };
    const int columns = t.nodes.columns(), rows = t.nodes.rows();
    const int left = node(std::min(from.x, to.x) - margin, t.origin.x, columns);
    const int top = node(std::min(from.y, to.y) - margin, t.origin.y, rows);
    const int width = node(std::max(from.x, to.x) + margin, t.origin.x, columns) - left + 1;
    const int height = node(std::max(from.y, to.y) + margin, t.origin.y, rows) - top + 1;
    const int start =
        (node(from.y, t.origin.y, rows) - top) * width + node(from.x, t.origin.x, columns) - left;
    const int goal = (node(to.y, t.origin.y, rows) - top) * width + node(to.x, t.origin.x, columns) - left;

    const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    std::vector<float> best(count, std::numeric_limits<float>::infinity());
    std::vector<std::int8_t> arrivedBy(count, -1);
    // Nodes wait in buckets as wide as the cheapest step (Dial 1969): whatever lies in the lowest one is
    // final, in any order.
    constexpr auto kBuckets = static_cast<std::size_t>(kDearestStep / kLeastCost) + 2;
    std::array<std::vector<int>, kBuckets> buckets;
    const auto bucketOf = [](float cost) { return static_cast<std::size_t>(cost / kLeastCost); };
    const auto at = [nodes = t.nodes.data().data(), left, top, columns](int x, int y) -> const Node& {
        return nodes[static_cast<std::ptrdiff_t>(top + y) * columns + left + x];
    };
    float* cheapest = best.data();
    cheapest[start] = 0;
    buckets[0].push_back(start);
    std::size_t waiting = 1;
    for (std::size_t current = 0; waiting > 0 && current <= bucketOf(std::min(cheapest[goal], 1e6F));
         ++current) {
        auto& bucket = buckets[current % kBuckets];
        for (std::size_t i = 0; i < bucket.size(); ++i) {
            const int index = bucket[i];
            --waiting;
            const float cost = cheapest[index];
            if (bucketOf(cost) != current) continue; // a cheaper way was found since
            const int x = index % width, y = index / width;
            const Node& here = at(x, y);
            for (std::size_t k = 0; k < kSteps.size(); ++k) {
                const auto& step = kSteps[k];
                const int nx = x + step.dx, ny = y + step.dy;
                if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
                const int next = ny * width + nx;
                const float total = cost + linkCost(here, at(nx, ny), step);
                if (total >= cheapest[next]) continue;
                cheapest[next] = total;
                arrivedBy[static_cast<std::size_t>(next)] = static_cast<std::int8_t>(k);
                buckets[bucketOf(total) % kBuckets].push_back(next);
                ++waiting;
            }
        }
        bucket.clear();
    }

    std::vector<PlanePoint> path;
    for (int index = goal; index != start;) {
        const auto& step = kSteps[static_cast<std::size_t>(arrivedBy[static_cast<std::size_t>(index)])];
        const int x = index % width, y = index / width;
        path.push_back(t.origin + PlanePoint{(left + x) * t.pitch, (top + y) * t.pitch});
        index = (y - step.dy) * width + (x - step.dx);
    }
    if (path.empty()) return {from, to};
    path.front() = to;
    path.push_back(from);
    std::reverse(path.begin(), path.end());
    smoothen(path);
    return path;
}

} // namespace forameter::imaging
