// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/geometry/image_plane.hpp"
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

    /// The whole image, centred, as large as it fits.
    [[nodiscard]] static ViewTransform fitting(const geometry::ImagePlane& plane, int width, int height);
    /// `center` in the middle of the view, `span` mm across the shorter side of the view.
    [[nodiscard]] static ViewTransform around(geometry::PlanePoint center, double span, int width,
                                              int height);

    [[nodiscard]] geometry::PlanePoint toPlane(DevicePoint p) const {
        return topLeft + p.x * right + p.y * down;
    }
    [[nodiscard]] DevicePoint toDevice(geometry::PlanePoint p) const;
    [[nodiscard]] double mmPerPixel() const { return geometry::length(right); }
    [[nodiscard]] geometry::PlanePoint center() const { return toPlane({width / 2.0, height / 2.0}); }

    /// Moves the picture by device pixels (a drag to the right is positive x).
    [[nodiscard]] ViewTransform panned(DevicePoint by) const;
    /// Enlarges by `factor` about a point of the view, which stays where it is.
    [[nodiscard]] ViewTransform zoomed(double factor, DevicePoint about) const;
    /// Another size of view: the same centre and scale of the shorter side.
    [[nodiscard]] ViewTransform resized(int newWidth, int newHeight) const;

    friend bool operator==(const ViewTransform&, const ViewTransform&) = default;
};

} // namespace forameter::render
