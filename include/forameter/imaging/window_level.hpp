// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/grid.hpp"

namespace forameter::imaging {

class Volume;

/// Which voxel values become black and white: values are mapped linearly from center - width / 2 to center +
/// width / 2 (VOI LUT function LINEAR_EXACT, DICOM PS3.3 C.11.2.1.3.2). Width is above 0.
struct WindowLevel {
    double center = 0.0;
    double width = 1.0;

    [[nodiscard]] double low() const { return center - width / 2; }
    [[nodiscard]] double high() const { return center + width / 2; }
    friend bool operator==(const WindowLevel&, const WindowLevel&) = default;
};

/// From `low` to `high`; equal (or swapped, or non-finite) ends still give a window with a width above 0.
[[nodiscard]] WindowLevel windowBetween(double low, double high);

/// What a view starts with: the window that the images name, where it meets their values at all, otherwise
/// the percentile window.
[[nodiscard]] WindowLevel initialWindow(const Volume& volume);

/// From the 0.1 % to the 99.9 % quantile of the middle of the volume (the border of an MR image is air and
/// coil flare). A constant image is mid-grey.
[[nodiscard]] WindowLevel percentileWindow(const Volume& volume);

} // namespace forameter::imaging
