// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/geometry/compare.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::cli {

/// Two delineations of one image, on the plane fitted through the first. Fails where they do not lie in one
/// plane.
[[nodiscard]] Result<geometry::Comparison> compared(const protocol::Contour& a, const protocol::Contour& b);

} // namespace forameter::cli
