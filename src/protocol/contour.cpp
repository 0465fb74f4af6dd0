// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/contour.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "forameter/geometry/raster.hpp"

namespace forameter::protocol {

using anatomy::Structure;
using geometry::ImagePlane;
using geometry::PlaneCurve;

namespace {

constexpr std::array kSources{std::pair{Source::Manual, std::string_view("manual")},
                              std::pair{Source::Model, std::string_view("model")},
                              std::pair{Source::EditedModel, std::string_view("edited-model")},
                              std::pair{Source::Consensus, std::string_view("consensus")},
                              std::pair{Source::Phantom, std::string_view("phantom")}};

tl::unexpected<Error> refuse(std::string message) {
    return fail(ErrorCode::Other, std::move(message));
}

Result<> checkCell(const anatomy::Cell& cell) {
    if (cell.structure == Structure::NF) {
        if (!cell.side) return refuse("A foramen (NF) needs a side, R or L.");
        if (cell.quantity) return refuse("A foramen (NF) has no quantity; that belongs to the canal (CC).");
    } else {
        if (cell.side) return refuse("The canal (CC) has no side.");
        if (!cell.quantity) return refuse("The canal (CC) needs a quantity: dural_sac, canal or bony_canal.");
    }
    return {};
}

struct OnPlane {
    ImagePlane plane;
    PlaneCurve curve;
};

/// The curve on its image, or on the plane through its points; refused where no area may be shown for it.
Result<OnPlane> onPlane(const geometry::PatientCurve& curve, const std::optional<ImagePlane>& image) {
    const auto& points = curve.points;
    if (points.size() < 3)
        return refuse("A contour needs at least 3 points; this one has " + std::to_string(points.size()) +
                      ".");
    if (!std::ranges::all_of(points, [](const auto& p) { return geometry::isFinite(p); }))
        return refuse("A point of the contour is not finite.");
    if (points.front() == points.back())
        return refuse("The contour repeats its first point at the end; a closed curve names it once.");
    std::optional<ImagePlane> plane = image;
    if (plane) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double distance = std::abs(plane->distance(points[i]).value());
            if (distance <= kPlaneTolerance.value()) continue;
            char text[120];
            std::snprintf(text, sizeof text,
                          "Point %zu lies %.3g mm off its image's plane; 0.1 mm is allowed.", i,
                          std::max(distance, 0.101)); // not rounded to what is allowed
            return fail(ErrorCode::ConflictingGeometry, text);
        }
    } else {
        auto fitted = geometry::fittedPlane(curve);
        if (!fitted) return tl::unexpected(fitted.error());
        plane = *fitted;
    }
    OnPlane result{*plane, geometry::toPlane(curve, *plane)};
    if (auto valid = geometry::validate(result.curve); !valid) return tl::unexpected(valid.error());
    return result;
}

} // namespace

std::string_view name(Source source) noexcept {
    for (const auto& [known, text] : kSources)
        if (known == source) return text;
    return {};
}

std::optional<Source> sourceFromName(std::string_view name) noexcept {
    for (const auto& [value, text] : kSources)
        if (text == name) return value;
    return std::nullopt;
}

std::string_view defaultProtocol(Structure structure) noexcept {
    return structure == Structure::NF ? "nf-pedicle-v1" : "cc-disc-v1";
}

Result<Measurement> measure(const Contour& contour, const std::optional<ImagePlane>& image) {
    if (!contour.assessable) return refuse("The contour is marked as not assessable, so it has no area.");
    if (auto cell = checkCell(contour.cell); !cell) return tl::unexpected(cell.error());
    const auto on = onPlane(contour.curve, image);
    if (!on) return tl::unexpected(on.error());
    Measurement m;
    m.area = geometry::area(on->curve);
    if (image) m.areaMask = geometry::pixelArea(on->curve, *image);
    m.perimeter = geometry::perimeter(on->curve);
    const geometry::Feret feret = geometry::feret(on->curve);
    m.maxDiameter = feret.max;
    m.minDiameter = feret.min;
    const geometry::AnatomicalExtents extents = geometry::anatomicalExtents(on->curve, on->plane);
    m.ap = extents.ap;
    if (contour.cell.structure == Structure::NF) {
        m.width = extents.ap;
        m.height = extents.craniocaudal;
    } else {
        m.width = extents.transverse;
    }
    return m;
}

Result<> validate(const Contour& contour, const std::optional<ImagePlane>& image) {
    if (auto cell = checkCell(contour.cell); !cell) return cell;
    if (!contour.assessable) {
        if (!contour.curve.points.empty())
            return refuse("The contour is marked as not assessable, but has points.");
        return {};
    }
    const auto on = onPlane(contour.curve, image);
    if (!on) return tl::unexpected(on.error());
    return {};
}

} // namespace forameter::protocol
