// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/protocol/consensus.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/training/examples.hpp"

namespace forameter::training {

/// An acquired slice and what readers hold of it.
struct ReadSlice {
    std::vector<Grid<float>> images; ///< an odd number of neighbours of which the middle one was read
    geometry::ImagePlane plane;      ///< of the middle one; the others lie beside it
    std::string patient, origin;
    /// Each a whole answer of its own: a consensus, or one reader's contours. An example shows one of them.
    std::vector<std::vector<protocol::Contour>> readings;
    /// Consensus records of each round whose soft maps teach, beside the readings. The soft maps of a round
    /// are taken for as many answers as kSoftAnswers: the pixels whose share of the readers is at least 1/16,
    /// 3/16, ... 15/16. Drawn evenly, they teach each pixel by the share of the readers who drew it: the
    /// cross-entropy of a soft label is the mean of the cross-entropies of hard ones.
    std::vector<std::vector<protocol::Consensus>> soft;
};
inline constexpr int kSoftAnswers = 8;

/// As networks see it: resampled to `spacing` on its own plane, percentile-normalised. Within a contour lies
/// its structure; around it, up to `ring` mm, anything else; beyond, nothing is known. Within a canal lies
/// sac or canal; bony canals and contours that are not assessable teach nothing. Fails where a contour does
/// not lie on the plane, a soft map does not fit the image, or the slice stands across `looksLike`.
[[nodiscard]] Result<LabelledSlice> labelled(const ReadSlice& read, geometry::Plane looksLike, double spacing,
                                             double ring = 8.0);

} // namespace forameter::training
