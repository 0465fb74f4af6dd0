// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/on_image.hpp"

#include <algorithm>
#include <cmath>

#include "forameter/core/words.hpp"

namespace forameter::protocol {

using anatomy::Side;

namespace {

constexpr double kBesideMarks = 3.0, kBesideMiddle = 8.0; // mm

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
    return reservations;
}

} // namespace forameter::protocol
