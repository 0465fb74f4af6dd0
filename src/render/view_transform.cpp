// SPDX-License-Identifier: Apache-2.0
#include "forameter/render/view_transform.hpp"

#include <algorithm>

namespace forameter::render {

using geometry::PlanePoint;

ViewTransform ViewTransform::fitting(const geometry::ImagePlane& plane, int width, int height) {
    const auto [x0, x1, y0, y1] = plane.bounds();
    const PlanePoint middle{(x0 + x1) / 2, (y0 + y1) / 2};
    if (width <= 0 || height <= 0) return {.topLeft = middle, .width = width, .height = height};
    const double mm = std::max((x1 - x0) / width, (y1 - y0) / height);
    return around(middle, mm * std::min(width, height), width, height);
}

ViewTransform ViewTransform::around(PlanePoint center, double span, int width, int height) {
    const double mm = span / std::max(std::min(width, height), 1);
    ViewTransform view{.topLeft = {}, .right = {mm, 0}, .down = {0, mm}, .width = width, .height = height};
    view.topLeft = center - width / 2.0 * view.right - height / 2.0 * view.down;
    return view;
}

DevicePoint ViewTransform::toDevice(PlanePoint p) const {
    const PlanePoint offset = p - topLeft;
    const double determinant = cross(right, down);
    return {cross(offset, down) / determinant, cross(right, offset) / determinant};
}

ViewTransform ViewTransform::panned(DevicePoint by) const {
    ViewTransform result = *this;
    result.topLeft = topLeft - by.x * right - by.y * down;
    return result;
}

ViewTransform ViewTransform::zoomed(double factor, DevicePoint about) const {
    const PlanePoint fixed = toPlane(about);
    ViewTransform result = *this;
    result.right = 1.0 / factor * right;
    result.down = 1.0 / factor * down;
    result.topLeft = fixed - about.x * result.right - about.y * result.down;
    return result;
}

ViewTransform ViewTransform::resized(int newWidth, int newHeight) const {
    const PlanePoint middle = center();
    const int before = std::min(width, height), after = std::min(newWidth, newHeight);
    const double factor = before > 0 && after > 0 ? static_cast<double>(before) / after : 1.0;
    ViewTransform result{.topLeft = {},
                         .right = factor * right,
                         .down = factor * down,
                         .width = newWidth,
                         .height = newHeight};
    result.topLeft = middle - newWidth / 2.0 * result.right - newHeight / 2.0 * result.down;
    return result;
}

} // namespace forameter::render
