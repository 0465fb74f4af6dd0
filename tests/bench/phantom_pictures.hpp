// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "forameter/core/grid.hpp"

namespace forameter {

inline constexpr double kPixel = 0.7; ///< mm per pixel of every picture written

/// A picture at kPixel, black at the 1st and white at the 99.7th percentile.
[[nodiscard]] Grid<std::uint8_t> picture(const Grid<float>& image, double columnSpacing, double rowSpacing);
[[nodiscard]] Grid<std::uint8_t> beside(const std::vector<Grid<std::uint8_t>>& pictures);
[[nodiscard]] Grid<std::uint8_t> below(const std::vector<Grid<std::uint8_t>>& pictures);
/// As PGM; false where the file cannot be written.
bool write(const std::filesystem::path& file, const Grid<std::uint8_t>& image);
[[nodiscard]] Grid<float> toFloat(const Grid<std::uint16_t>& stored);

} // namespace forameter
