// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/truth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::phantom {

namespace {

using anatomy::Cell;
using anatomy::Structure;
using geometry::ImagePlane;
using geometry::PlaneCurve;
using geometry::PlanePoint;

constexpr double kGrid = 0.25;         ///< mm between the samples from which an outline starts
constexpr double kExtent = 26.0;       ///< mm: no structure reaches farther from its seed
constexpr double kPedicleShare = 0.95; ///< of half a pedicle's width: as far from its middle it is a roof
constexpr double kRounding = 0.8;      ///< mm that a foramen may reach past the pedicles' edges

constexpr double kBehind = 9.0,
                 kBefore = 10.0; ///< mm that it reaches from its middle, 6 mm behind the bodies

/// Moves a point along the field's gradient onto its zero set.
template <class F>
PlanePoint ontoZero(const F& field, PlanePoint p) {
    constexpr double h = 1.0e-3;
    for (int i = 0; i < 12; ++i) {
        const double f = field(p);
        if (std::abs(f) < 2.0e-7) break;
        const PlanePoint g{(field({p.x + h, p.y}) - field({p.x - h, p.y})) / (2 * h),
                           (field({p.x, p.y + h}) - field({p.x, p.y - h})) / (2 * h)};
        const double gg = dot(g, g);
        if (gg < 1.0e-6) break;
        PlanePoint step = (-f / gg) * g;
        const double size = length(step);
        if (size > 0.1) step = (0.1 / size) * step;
        p = p + step;
    }
    return p;
}

/// The grid's outline with its points moved onto the surface. At creases of the field two neighbours may be
/// led across each other: near such a place the grid's points are kept (they are simple, and within a few
/// hundredths of a millimetre).
template <class F>
PlaneCurve ontoSurface(const F& field, const PlaneCurve& grid) {
    PlaneCurve moved = grid;
    moved.kind = geometry::CurveKind::Polygon;
    for (auto& p : moved.points) {
        const PlanePoint at = ontoZero(field, p);
        if (length(at - p) < 1.5 * kGrid) p = at;
    }
    for (const double near : {0.3, 0.6, 1.0, 1.0, 2.0, 2.0}) {
        const auto crossing = geometry::selfIntersection(moved);
        if (!crossing) return moved;
        for (std::size_t i = 0; i < moved.points.size(); ++i)
            if (length(moved.points[i] - *crossing) < near) moved.points[i] = grid.points[i];
    }
    return geometry::selfIntersection(moved) ? grid : moved;
}

/// The outline of the component of {field > 0} around `seed`; none where it is open (reaches kExtent) or the
/// seed lies outside.
template <class F>
std::optional<PlaneCurve> component(const F& field, PlanePoint seed) {
    const int reach = static_cast<int>(kExtent / kGrid), n = 2 * reach + 1;
    constexpr float unseen = -1.0e6f;
    Grid<float> samples(n, n, unseen);
    const PlanePoint origin{seed.x - reach * kGrid, seed.y - reach * kGrid};
    std::vector<std::pair<int, int>> open{{reach, reach}};
    const auto visit = [&](int c, int r) {
        float& value = samples(c, r);
        if (value != unseen) return;
        value = static_cast<float>(field({origin.x + c * kGrid, origin.y + r * kGrid}));
        if (value > 0.0f) open.emplace_back(c, r);
    };
    samples(reach, reach) = static_cast<float>(field(seed));
    if (samples(reach, reach) <= 0.0f) return std::nullopt;
    while (!open.empty()) {
        const auto [c, r] = open.back();
        open.pop_back();
        if (c == 0 || r == 0 || c == n - 1 || r == n - 1) return std::nullopt;
        visit(c - 1, r);
        visit(c + 1, r);
        visit(c, r - 1);
        visit(c, r + 1);
    }
    for (float& value : samples.data())
        if (value == unseen) value = -1.0f;
    for (const auto& loop : geometry::outlines(std::as_const(samples).view(), 0.0f, origin, {kGrid, kGrid}))
        if (geometry::contains(loop, seed)) return ontoSurface(field, loop);
    return std::nullopt;
}

/// The place near `around` where the field is greatest.
template <class F>
PlanePoint deepest(const F& field, PlanePoint around, double reachX, double reachY) {
    PlanePoint best = around;
    double most = -std::numeric_limits<double>::infinity();
    for (double y = -reachY; y <= reachY; y += 1.0)
        for (double x = -reachX; x <= reachX; x += 1.0) {
            const PlanePoint p{around.x + x, around.y + y};
            const double value = field(p) - 0.1 * std::sqrt(x * x + y * y);
            if (value > most) {
                most = value;
                best = p;
            }
        }
    return best;
}

Outline finished(PlaneCurve curve) {
    curve.kind = geometry::CurveKind::Polygon;
    const SquareMillimetres area = geometry::area(curve);
    return {std::move(curve), area};
}

Result<Outline> cutForamen(const SpineModel& model, const Cell& cell, const ImagePlane& plane) {
    const auto site = model.foramen(cell.level, *cell.side);
    if (!site) return fail(ErrorCode::NotFound, "This spine has no foramen at " + label(cell) + ".");
    // Medial and lateral of the pedicles there is no roof or floor: free space goes on into the recess or the
    // psoas.
    for (const auto& pedicle : {site->above, site->below})
        if (std::abs(plane.distance(pedicle.center).value()) > kPedicleShare * pedicle.halfWidth)
            return fail(ErrorCode::NotFound, "The plane passes beside a pedicle of " + label(cell) + ".");
    // Roof and floor are the pedicles' edges, also where a plane beside their middles cuts them thin; where
    // the joint or the body is cut beside its edge, the foramen ends as far behind and in front as elsewhere.
    const auto wall = [&](PlanePoint p) {
        const auto at = plane.toPatient(p);
        const double back = dot(at - site->center, site->posterior);
        return std::min({model.field(SpineModel::Field::ForamenWall, at),
                         dot(at - site->above.edge, site->above.inside) + kRounding,
                         dot(at - site->below.edge, site->below.inside) + kRounding, kBehind - back,
                         kBefore + back});
    };
    const PlanePoint seed = deepest(wall, plane.toPlane(site->center), 9.0, 9.0);
    if (auto closed = component(wall, seed)) return finished(std::move(*closed));
    return fail(ErrorCode::NotFound, "The foramen " + label(cell) + " is closed up on this plane.");
}

Result<Outline> cutCanal(const SpineModel& model, const Cell& cell, const ImagePlane& plane) {
    const auto site = model.disc(cell.level);
    if (!site) return fail(ErrorCode::NotFound, "This spine has no disc at " + label(cell) + ".");
    using Field = SpineModel::Field;
    const Field which = *cell.quantity == anatomy::Quantity::DuralSac ? Field::DuralSac
                        : *cell.quantity == anatomy::Quantity::Canal  ? Field::Canal
                                                                      : Field::BonyCanal;
    const auto inside = [&](PlanePoint p) { return -model.field(which, plane.toPatient(p)); };
    // Where the canal's course meets the plane.
    const double slope = dot(plane.normal(), site->superior);
    if (std::abs(slope) < 0.3)
        return fail(ErrorCode::NotFound, "The plane for " + label(cell) + " runs along the canal.");
    const double along = plane.distance(site->canalCenter).value() / slope;
    const PlanePoint seed =
        deepest(inside, plane.toPlane(site->canalCenter - along * site->superior), 4.0, 5.0);
    if (auto loop = component(inside, seed)) return finished(std::move(*loop));
    return fail(ErrorCode::NotFound, "The plane does not pass through " + label(cell) + ".");
}

std::optional<SliceOutline> outlineOn(const SpineModel& model, const Cell& cell,
                                      std::span<const ImagePlane> planes, std::size_t slice) {
    auto outline = cut(model, cell, planes[slice]);
    if (!outline) return std::nullopt;
    return SliceOutline{cell, slice, std::move(*outline)};
}

} // namespace

Result<Outline> cut(const SpineModel& model, const Cell& cell, const ImagePlane& plane) {
    return cell.structure == Structure::NF ? cutForamen(model, cell, plane) : cutCanal(model, cell, plane);
}

std::optional<ImagePlane> standardPlane(const SpineModel& model, const Cell& cell) {
    constexpr double spacing = 0.5;
    constexpr int size = 200;
    const double half = 0.5 * spacing * (size - 1);
    if (cell.structure == Structure::NF) {
        const auto site = model.foramen(cell.level, *cell.side);
        if (!site) return std::nullopt;
        const geometry::PatientVector back{0.0, 1.0, 0.0}, down{0.0, 0.0, -1.0};
        return *ImagePlane::create(
            {site->center - half * back - half * down, back, down, spacing, spacing, size, size});
    }
    const auto site = model.disc(cell.level);
    if (!site) return std::nullopt;
    return *ImagePlane::create({site->center - half * site->left - half * site->posterior, site->left,
                                site->posterior, spacing, spacing, size, size});
}

std::optional<SliceOutline> ofProtocol(const SpineModel& model, const Cell& cell,
                                       std::span<const ImagePlane> planes) {
    if (planes.empty()) return std::nullopt;
    if (cell.structure == Structure::NF) {
        const auto site = model.foramen(cell.level, *cell.side);
        if (!site) return std::nullopt;
        std::vector<double> sections(planes.size(), 0.0);
        for (std::size_t i = 0; i < planes.size(); ++i) {
            if (std::abs(planes[i].distance(site->center).value()) > 15.0) continue;
            const double upper = model.pedicleSection(anatomy::above(cell.level), *cell.side, planes[i]);
            const double lower = model.pedicleSection(anatomy::below(cell.level), *cell.side, planes[i]);
            if (upper > 0.0 && lower > 0.0) sections[i] = upper + lower;
        }
        const double most = *std::max_element(sections.begin(), sections.end());
        if (most <= 0.0) return std::nullopt;
        // Ties go to the medial slice; a slice without an outline goes to the next best one.
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < planes.size(); ++i)
            if (sections[i] > 0.4 * most) order.push_back(i);
        const auto level = model.disc(cell.level);
        const auto lateral = [&](std::size_t i) {
            return std::abs(planes[i].distance(level->center).value());
        };
        const auto tie = [&](std::size_t i) { return sections[i] >= 0.98 * most; };
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            if (tie(a) != tie(b)) return tie(a);
            return tie(a) ? lateral(a) < lateral(b) : sections[a] > sections[b];
        });
        for (const std::size_t i : order)
            if (auto found = outlineOn(model, cell, planes, i)) return found;
        return std::nullopt;
    }
    const auto site = model.disc(cell.level);
    if (!site) return std::nullopt;
    std::optional<SliceOutline> best;
    double smallest = std::numeric_limits<double>::infinity();
    const Cell sac = Cell::canal(cell.level);
    for (std::size_t i = 0; i < planes.size(); ++i) {
        const double slope = dot(planes[i].normal(), site->superior);
        if (std::abs(slope) < 0.8) continue;
        double step = 6.0; // half of it where there is a single slice
        for (std::size_t k : {i - 1, i + 1})
            if (k < planes.size())
                step = std::min(step, std::abs(planes[k].distance(planes[i].center()).value()));
        const double along = std::abs(planes[i].distance(site->canalCenter).value() / slope);
        if (along > 0.5 * std::max(step, 1.0) + 0.5 * site->height) continue;
        auto outline = cut(model, sac, planes[i]);
        if (!outline || outline->area.value() >= smallest) continue;
        smallest = outline->area.value();
        best = SliceOutline{sac, i, std::move(*outline)};
    }
    return best && cell.quantity != sac.quantity ? outlineOn(model, cell, planes, best->slice) : best;
}

std::vector<SliceOutline> neighbours(const SpineModel& model, const SliceOutline& of,
                                     std::span<const ImagePlane> planes) {
    std::vector<SliceOutline> found;
    for (const std::size_t i : {of.slice - 1, of.slice + 1}) {
        if (i >= planes.size()) continue; // before the first wraps round and is beyond the last
        if (std::abs(dot(planes[i].normal(), planes[of.slice].normal())) < 0.99) continue; // another block
        if (auto next = outlineOn(model, of.cell, planes, i)) found.push_back(std::move(*next));
    }
    return found;
}

} // namespace forameter::phantom
