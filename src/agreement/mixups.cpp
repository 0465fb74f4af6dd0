// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/mixups.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::agreement {

namespace {

using anatomy::Cell;
using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PlaneCurve;

constexpr double kCoarse = 0.05;    // mm: which cell it is does not hang on less
constexpr double kParallel = 0.966; // cosine of 15 degrees

/// A contour as a polygon in its own plane and in the patient.
struct Shape {
    std::size_t index = 0;
    ImagePlane plane;
    PlaneCurve curve;
    std::vector<PatientPoint> points;
    double area = 0.0;
};

std::optional<Shape> shapeOf(const protocol::Contour& contour, std::size_t index) {
    if (!contour.assessable) return std::nullopt;
    const auto plane = geometry::fittedPlane(contour.curve);
    if (!plane) return std::nullopt;
    const PlaneCurve drawn = geometry::toPlane(contour.curve, *plane);
    if (!geometry::validate(drawn)) return std::nullopt;
    Shape shape{
        index, *plane, {geometry::CurveKind::Polygon, geometry::flatten(drawn, kCoarse), {}}, {}, 0.0};
    if (!geometry::validate(shape.curve)) return std::nullopt; // flattened across a bottleneck
    for (const auto& p : shape.curve.points)
        shape.points.push_back(plane->toPatient(p));
    shape.area = std::abs(geometry::area(shape.curve).value());
    return shape;
}

std::array<double, 4> box(const PlaneCurve& curve) {
    constexpr double inf = std::numeric_limits<double>::infinity();
    std::array<double, 4> b{inf, -inf, inf, -inf};
    for (const auto& p : curve.points)
        b = {std::min(b[0], p.x), std::max(b[1], p.x), std::min(b[2], p.y), std::max(b[3], p.y)};
    return b;
}

double overlap(const Shape& a, const Shape& b) {
    if (std::abs(dot(a.plane.normal(), b.plane.normal())) < kParallel) return 0.0;
    PlaneCurve other{geometry::CurveKind::Polygon, {}, {}};
    double offset = 0.0;
    for (const auto& p : b.points) {
        other.points.push_back(a.plane.toPlane(p));
        offset += a.plane.distance(p).value() / static_cast<double>(b.points.size());
    }
    if (std::abs(offset) > kSliceReach.value()) return 0.0;
    const auto boxA = box(a.curve), boxB = box(other);
    if (boxA[1] < boxB[0] || boxB[1] < boxA[0] || boxA[3] < boxB[2] || boxB[3] < boxA[2]) return 0.0;
    double common = 0.0; // what two simple curves have in common has no holes
    for (const PlaneCurve& loop : geometry::combine(a.curve, other, geometry::SetOperation::Intersection))
        common += std::abs(geometry::area(loop).value());
    return std::clamp(2.0 * common / (a.area + b.area), 0.0, 1.0);
}

using RaterShapes = std::map<std::string, std::vector<const Shape*>>;

/// Mean over the other raters; none where nobody else has the cell.
struct Overlap {
    double dice = 0.0;
    std::size_t others = 0;
};
std::optional<Overlap> withOthers(const Shape& shape, const std::string& rater, const RaterShapes& shapes) {
    Overlap all;
    for (const auto& [name, theirs] : shapes) {
        if (name == rater) continue;
        double best = 0.0;
        for (const Shape* other : theirs)
            best = std::max(best, overlap(shape, *other));
        all.dice += best;
        ++all.others;
    }
    if (all.others == 0) return std::nullopt;
    all.dice /= static_cast<double>(all.others);
    return all;
}

/// Cells that can be taken for one another.
struct Family {
    StudyUid study;
    anatomy::Structure structure;
    std::optional<anatomy::Quantity> quantity;
    friend auto operator<=>(const Family&, const Family&) = default;
};

/// The other cell that a contour overlaps best, if better than its own.
std::optional<MixUp> mixUpOf(const Shape& shape, const std::string& rater, const Cell& cell,
                             const std::map<Cell, RaterShapes>& cells) {
    std::optional<MixUp> best;
    for (const auto& [other, raters] : cells) {
        if (other == cell) continue;
        const auto there = withOthers(shape, rater, raters);
        if (!there || there->dice <= (best ? best->identifiedDice : 0.0)) continue;
        best =
            MixUp{shape.index, cell,        other,        other.level != cell.level, other.side != cell.side,
                  0.0,         there->dice, there->others};
    }
    if (!best) return std::nullopt; // nearly always, and found by bounding boxes alone
    best->namedDice = withOthers(shape, rater, cells.at(cell)).value_or(Overlap{}).dice;
    return best->identifiedDice > best->namedDice ? best : std::nullopt;
}

} // namespace

std::vector<MixUp> findMixUps(std::span<const protocol::Contour> contours) {
    std::vector<Shape> shapes;
    shapes.reserve(contours.size());
    for (std::size_t i = 0; i < contours.size(); ++i)
        if (auto shape = shapeOf(contours[i], i)) shapes.push_back(*std::move(shape));
    std::map<Family, std::map<Cell, RaterShapes>> families;
    for (const Shape& shape : shapes) {
        const auto& contour = contours[shape.index];
        families[{contour.study, contour.cell.structure, contour.cell.quantity}][contour.cell][contour.rater]
            .push_back(&shape);
    }
    std::vector<MixUp> found;
    for (const auto& [family, cells] : families)
        for (const auto& [cell, raters] : cells)
            for (const auto& [rater, theirs] : raters)
                for (const Shape* shape : theirs)
                    if (const auto mixUp = mixUpOf(*shape, rater, cell, cells)) found.push_back(*mixUp);
    std::ranges::sort(found, {}, &MixUp::index);
    return found;
}

} // namespace forameter::agreement
