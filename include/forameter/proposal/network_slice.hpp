// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/grid.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"

namespace forameter::proposal {

/// The plane on which a network sees an acquired slice: the same plane in space, pixels of `spacing` mm,
/// columns towards the patient's back and rows towards the feet (sagittal), or columns towards the patient's
/// left and rows towards the back (axial), covering the whole picture. The network so never sees which way
/// the scanner stored it. `looksLike` must be Sagittal or Axial. Fails where the slice stands across that
/// orientation (more than 60 degrees).
[[nodiscard]] Result<geometry::ImagePlane> networkPlane(const geometry::ImagePlane& acquired,
                                                        geometry::Plane looksLike, double spacing);

/// The slice on another plane that lies in it: bilinear, averaged over the target pixel where that is the
/// larger, `outside` beyond the border.
[[nodiscard]] Grid<float> resampled(GridView<const float> slice, const geometry::ImagePlane& from,
                                    const geometry::ImagePlane& onto, float outside = 0.0f);

/// How a picture's values are made comparable before a network sees them.
enum class Normalisation {
    Percentile, ///< the 1st percentile becomes 0 and the 99th 1; values beyond stay beyond. Of the pixels
                ///< that are not the smallest value (padding). What our own networks see.
    ZScore, ///< mean 0, standard deviation 1, of all pixels (nnU-Net)
    MinMax  ///< smallest 0, largest 1
};
/// Values that are no numbers become the smallest.
void normalise(Grid<float>& image, Normalisation how = Normalisation::Percentile);

} // namespace forameter::proposal
