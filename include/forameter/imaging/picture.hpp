// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "forameter/core/grid.hpp"
#include "forameter/core/result.hpp"

namespace forameter::imaging {

/// A grey picture without geometry, such as training sets come as. 8-bit values stay 0..255.
using Picture = Grid<std::uint16_t>;

/// Reads a PNG of one channel, 8 or 16 bit. Errors: unreadable (no such file, no PNG, cut off),
/// unsupported-pixel-format (colour, palette, alpha), too-large (more than 64 million pixels).
[[nodiscard]] Result<Picture> readPicture(const std::filesystem::path& file);

} // namespace forameter::imaging
