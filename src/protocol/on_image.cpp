// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/on_image.hpp"

#include <algorithm>
#include <cmath>

#include "forameter/core/words.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::protocol {

using anatomy::Side;

namespace {

constexpr double kBesideMarks = 3.0, kBesideMiddle = 8.0; // mm
constexpr double kHalfVertebra = 17.0;                    // mm

} // namespace

std::optional<Side> sideOf(const geometry::ImagePlane& image, const geometry::ImagePlane& middle,
                           const std::optional<SlicePosition>& right) {
    const double toRight = right ? right->offset : middle.center().x - image.center().x;
    if (std::abs(toRight) <= (right ? kBesideMarks : kBesideMiddle)) return std::nullopt;
    return toRight > 0.0 ? Side::R : Side::L;
}

Result<std::vector<Error>> checkOnImage(const Contour& contour, const geometry::ImagePlane& image,
                                        std::optional<Side> sideOfImage) {
    std::vector<Error> reservations;
    if (!contour.assessable) return reservations;
    const auto outline = geometry::flatten(geometry::toPlane(contour.curve, image));
    const auto [left, right, top, bottom] = image.bounds();
    const auto [x0, x1] = std::ranges::minmax(outline, {}, &geometry::PlanePoint::x);
    const auto [y0, y1] = std::ranges::minmax(outline, {}, &geometry::PlanePoint::y);
    if (x1.x < left || x0.x > right || y1.y < top || y0.y > bottom)
        return fail(ErrorCode::BadPosition,
                    "The contour lies wholly outside its image; are its points in millimetres of the patient "
                    "(LPS)?");
    const double over = std::max({left - x0.x, x1.x - right, top - y0.y, y1.y - bottom});
    if (over > kPlaneTolerance.value())
        reservations.push_back({ErrorCode::BadPosition,
                                "The contour reaches " + printed(over, 1) +
                                    " mm beyond the edge of its image: that part of its area is not seen."});
    if (sideOfImage && contour.cell.side && sideOfImage != contour.cell.side)
        reservations.push_back({ErrorCode::ConflictingGeometry,
                                "The contour of the " + anatomy::label(contour.cell) +
                                    " lies on the patient's " + (*sideOfImage == Side::R ? "right" : "left") +
                                    "; is its side right?"});
    const bool foramen = contour.cell.structure == anatomy::Structure::NF;
    if (image.plane() == (foramen ? geometry::Plane::Axial : geometry::Plane::Sagittal))
        reservations.push_back({ErrorCode::ConflictingGeometry,
                                "The contour of the " + anatomy::label(contour.cell) + " lies on " +
                                    (foramen ? "an axial" : "a sagittal") + " image; the protocol measures " +
                                    (foramen ? "foramina on sagittal ones." : "canals on axial ones.")});
    return reservations;
}

std::optional<Error> checkLevel(const Contour& contour, const geometry::ImagePlane& image,
                                const anatomy::LevelSet& levels) {
    if (!contour.assessable) return std::nullopt;
    const auto own = anatomy::discPosition(levels, contour.cell.level);
    const auto middle = image.toPatient(geometry::centroid(geometry::toPlane(contour.curve, image)));
    const auto nearest = anatomy::nearestLevel(levels, middle);
    if (!own || !nearest || nearest->level == contour.cell.level) return std::nullopt;
    const double off = geometry::dot(middle - own->center, own->axis);
    if (std::abs(off) <= kHalfVertebra) return std::nullopt;
    return Error{ErrorCode::ConflictingGeometry,
                 "The contour of the " + anatomy::label(contour.cell) + " lies " + printed(std::abs(off), 0) +
                     " mm " + (off > 0.0 ? "above" : "below") + " that disc, beside " +
                     anatomy::label(nearest->level) + "; is its level right?"};
}

} // namespace forameter::protocol
