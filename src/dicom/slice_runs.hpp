// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forameter/geometry/point.hpp"

namespace forameter::dicom {

/// A parallel slice: where it lies along the common normal, and where in plane.
struct SlicePosition {
    double along = 0.0;              ///< mm
    geometry::PatientVector inPlane; ///< mm; only differences matter
    std::optional<double> thickness; ///< mm
    std::optional<int> order =
        std::nullopt; ///< place in the order of acquisition; none where the files do not tell
};

/// Slices that form one stack.
struct SliceRun {
    std::vector<std::size_t> slices; ///< indices, in order along the normal
    double step = 0.0;               ///< mm between neighbours; 0 for a single slice
    int missing = 0;                 ///< slices that the even step lacks
    bool sheared = false; ///< each slice is shifted in plane against the one before, by the same amount
};

/// Splits parallel slices (no two at the same place) into evenly spaced runs, each straight along the normal:
/// - a shift of 0.1 mm or more in plane separates, unless it is the same from slice to slice over at least
/// three: then the run is sheared;
/// - steps are equal within 5 % (and 0.03 mm, for the jitter of written positions); blocks may each have
/// their own step;
/// - a gap of twice or three times the step, without shift and with no other run inside it, is one or two
/// missing slices;
/// - two slices alone form a run where their distance is plausible for their thickness.
/// Blocks may overlap along the normal where they are shifted in plane, or where the order of acquisition
/// tells them apart: straight slices that are not one even run are the blocks, each even and of three slices
/// or more, that were taken one after the other.
/// Where positions were rounded, by up to `rounding` mm in each coordinate, as much more is allowed as two of
/// them can differ by that.
[[nodiscard]] std::vector<SliceRun> findRuns(std::span<const SlicePosition> slices, double rounding = 0.0);

} // namespace forameter::dicom
