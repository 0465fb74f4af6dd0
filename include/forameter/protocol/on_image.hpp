// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "forameter/geometry/image_plane.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/protocol/reading.hpp"

namespace forameter::protocol {

/// The side of the patient on which a sagittal image lies, and none near the midline. The midline is that of
/// the marked vertebrae, to 3 mm, where `right` is given: the image's slicePosition() for a right foramen.
/// Without, it is the middle image of the stack, to 8 mm.
[[nodiscard]] std::optional<anatomy::Side> sideOf(const geometry::ImagePlane& image,
                                                  const geometry::ImagePlane& middle,
                                                  const std::optional<SlicePosition>& right = {});

/// What a document may say and no hand would draw: refuses (bad-position) a curve that lies wholly outside
/// its image, where its area would be that of nothing seen. Taken with a reservation are a curve of which a
/// part does, by more than 0.1 mm (bad-position), a foramen on an image that lies on the other side, and a
/// foramen on an axial or a canal on a sagittal image (conflicting-geometry). For contours that validate()
/// lets pass.
[[nodiscard]] Result<std::vector<Error>> checkOnImage(const Contour& contour,
                                                      const geometry::ImagePlane& image,
                                                      std::optional<anatomy::Side> sideOfImage = {});

/// A reservation (conflicting-geometry) where a contour lies beside another disc than that of its level: more
/// than half a vertebra along the spine from its own.
[[nodiscard]] std::optional<Error> checkLevel(const Contour& contour, const geometry::ImagePlane& image,
                                              const anatomy::LevelSet& levels);

} // namespace forameter::protocol
