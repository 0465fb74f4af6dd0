// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/geometry/point.hpp"

namespace forameter::imaging {

/// Finds the way along an edge from one point of a slice to another (intelligent scissors: Mortensen and
/// Barrett 1998). An edge is cheap where the gradient is strong, where its second derivative changes sign,
/// and along the direction across the gradient; all derivatives are taken at one scale in mm, so non-square
/// pixels make no difference.
///
/// Making one costs some tens of milliseconds for a whole slice; finding a way over 60 mm takes less than 5.
/// Values are copied and share their tables; all calls are const and may come from several threads. Fits
/// std::function<std::vector<PlanePoint>(PlanePoint, PlanePoint)>.
class LiveWire {
public:
    struct Options {
        Millimetres scale{
            0.7}; ///< standard deviation of the smoothing; about the width of the edges looked for
        Millimetres margin{12.0}; ///< how far the way may stray outside the box around its ends
        Millimetres reach{80.0};  ///< ends further apart than this are joined by a straight line
    };

    LiveWire(GridView<const float> slice, const geometry::ImagePlane& plane, const Options& options);
    LiveWire(GridView<const float> slice, const geometry::ImagePlane& plane);

    /// The cheapest way as a polyline in plane mm with points about half a millimetre apart: first point
    /// `from`, last point `to`. A straight line where an end lies outside the slice.
    [[nodiscard]] std::vector<geometry::PlanePoint> operator()(geometry::PlanePoint from,
                                                               geometry::PlanePoint to) const;

private:
    struct Tables;
    std::shared_ptr<const Tables> m_tables;
};

} // namespace forameter::imaging
