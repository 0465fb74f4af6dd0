// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/on_image.hpp"

#include <algorithm>

#include "forameter/core/words.hpp"

namespace forameter::protocol {

Result<std::string> checkOnImage(const Contour& contour, const geometry::ImagePlane& image) {
    if (!contour.assessable) return std::string();
    const auto outline = geometry::flatten(geometry::toPlane(contour.curve, image));
    const auto [left, right, top, bottom] = image.bounds();
    const auto [x0, x1] = std::ranges::minmax(outline, {}, &geometry::PlanePoint::x);
    const auto [y0, y1] = std::ranges::minmax(outline, {}, &geometry::PlanePoint::y);
    if (x1.x < left || x0.x > right || y1.y < top || y0.y > bottom)
        return fail(ErrorCode::BadPosition,
                    "The contour lies wholly outside its image; are its points in millimetres of the patient "
                    "(LPS)?");
    const double over = std::max({left - x0.x, x1.x - right, top - y0.y, y1.y - bottom});
    if (over <= kPlaneTolerance.value()) return std::string();
    return "The contour reaches " + printed(over, 1) +
           " mm beyond the edge of its image: that part of its area is not seen.";
}

} // namespace forameter::protocol
