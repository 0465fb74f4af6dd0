// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/imaging/volume.hpp"

namespace forameter::training {

/// Distance in pixels of every pixel from the nearest one that is set, by chamfer 3-4 (within 6 % of the
/// Euclidean one); very large where none is set.
[[nodiscard]] Grid<float> distanceTo(const Grid<std::uint8_t>& mask);

/// The mean of the slices within 2 mm of one of a volume: what an acquisition of about 4 mm shows. Volumes of
/// thick slices give the slice itself.
[[nodiscard]] Grid<float> thickSlice(const imaging::Volume& volume, int slice);

/// How many slices to each side thickSlice() takes: those whose middle lies within 2 mm.
[[nodiscard]] int thickReach(const imaging::Volume& volume);

/// A thick slice with its neighbours about 4 mm apart, `inputs` in all.
[[nodiscard]] std::vector<Grid<float>> thickSlices(const imaging::Volume& volume, int slice, int inputs);
inline constexpr double kThickStep = 4.0; ///< mm

/// "VB2_05" of ".../VB2_05_image.nii.gz"; "" where the file is not named so.
[[nodiscard]] std::string volumeName(const std::filesystem::path& file);

} // namespace forameter::training
