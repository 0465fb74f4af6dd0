// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "nifti_file.hpp"

namespace forameter::imaging {

/// How a file's voxels become slices the usual way up: voxel (column, row) of slice s is the file's value
/// number first + column * perColumn + row * perRow + s * perSlice.
struct Slicing {
    std::vector<geometry::ImagePlane> planes;
    std::ptrdiff_t first = 0, perColumn = 0, perRow = 0, perSlice = 0;
    double sliceSpacing = 0.0; ///< mm, also of a single slice
};
[[nodiscard]] Result<Slicing> slicingOf(const NiftiAxes& axes,
                                        const std::optional<geometry::PatientVector>& normal,
                                        const std::filesystem::path& file);

/// The axes of a file that holds these slices one after the other. Refuses slices that do not form a regular
/// grid; a single slice gets `thickness` as its spacing.
[[nodiscard]] Result<NiftiAxes> axesOf(std::span<const geometry::ImagePlane> planes,
                                       std::optional<Millimetres> thickness, const std::string& what);

/// Where the voxels of `inner` lie among those of `file`: value (i, j, k) of the file is the inner value
/// number first + i * step[0] + ... Refuses grids whose voxel centres differ by more than a hundredth of a
/// voxel.
struct SameVoxels {
    std::ptrdiff_t first = 0;
    std::array<std::ptrdiff_t, 3> step{};
};
[[nodiscard]] Result<SameVoxels> sameVoxels(const NiftiAxes& file, const NiftiAxes& inner,
                                            const std::string& what);

} // namespace forameter::imaging
