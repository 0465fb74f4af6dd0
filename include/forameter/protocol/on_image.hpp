// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "forameter/geometry/image_plane.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::protocol {

/// What a document may say and no hand can draw: refuses (bad-position) a curve that lies wholly outside its
/// image, where its area would be that of nothing seen. A sentence where a part of it does, by more than
/// 0.1 mm; else "". For contours that validate() lets pass.
[[nodiscard]] Result<std::string> checkOnImage(const Contour& contour, const geometry::ImagePlane& image);

} // namespace forameter::protocol
