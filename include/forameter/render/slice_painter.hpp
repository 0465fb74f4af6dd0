// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "forameter/core/grid.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/volume.hpp"
#include "forameter/imaging/window_level.hpp"
#include "forameter/render/view_transform.hpp"

namespace forameter::render {

/// 0xffRRGGBB, row by row from the top: the layout of QImage::Format_RGB32.
using Picture = Grid<std::uint32_t>;

enum class Interpolation { Nearest, Linear, Cubic };

/// How a slice is shown.
struct SliceLook {
    imaging::WindowLevel window{};
    imaging::Greyscale greyscale = imaging::Greyscale::LowIsBlack;
    Interpolation interpolation = Interpolation::Linear;

    friend bool operator==(const SliceLook&, const SliceLook&) = default;
};

/// Turns slices into pictures on the CPU; outside the image the picture is black. One painter per view: it
/// keeps its buffers between calls. Not for use from two threads at once; needs no display.
class SlicePainter {
public:
    SlicePainter();
    ~SlicePainter();
    SlicePainter(SlicePainter&&) noexcept;
    SlicePainter& operator=(SlicePainter&&) noexcept;

    /// The picture stays valid until the next call. `slice` has the dimensions of `plane`. Empty for an empty
    /// view.
    [[nodiscard]] const Picture& paint(GridView<const float> slice, const geometry::ImagePlane& plane,
                                       const ViewTransform& view, const SliceLook& look);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace forameter::render
