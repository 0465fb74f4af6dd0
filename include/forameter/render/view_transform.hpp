// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/geometry/point.hpp"

namespace forameter::render {

/// Continuous device pixels of one view: (0, 0) is the top left corner of the top left pixel, so that pixel's
/// centre is (0.5, 0.5), as in QPainter.
using DevicePoint = geometry::Vector2<struct DeviceFrame>;

/// Which part of a slice's plane a view shows: plane millimetres of the view's top left corner, and the plane
/// displacement (mm) of one device pixel to the right and of one down. Any zoom, pan, flip or quarter turn;
/// right and down are perpendicular and equally long, so a millimetre is as long in both directions whatever
/// the shape of the image's pixels.
struct ViewTransform {
    geometry::PlanePoint topLeft{};
    geometry::PlanePoint right{1.0, 0.0};
    geometry::PlanePoint down{0.0, 1.0};
    int width = 0;  ///< device pixels
    int height = 0; ///< device pixels

    [[nodiscard]] geometry::PlanePoint toPlane(DevicePoint p) const {
        return topLeft + p.x * right + p.y * down;
    }
    [[nodiscard]] double mmPerPixel() const { return geometry::length(right); }

    friend bool operator==(const ViewTransform&, const ViewTransform&) = default;
};

} // namespace forameter::render
