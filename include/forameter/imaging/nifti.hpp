// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/volume.hpp"

namespace forameter::imaging {

// NIfTI-1 files, `.nii` and `.nii.gz`. The file's RAS coordinates become DICOM LPS. A file is cut into slices
// across its axis of largest spacing, as it was acquired (equal spacings: the axis nearest to the patient's
// right-left), and each slice is turned the usual way up without resampling (sagittal: front to the left,
// head up; axial: the patient's right to the left, front up; coronal: right to the left, head up).

struct NiftiReadOptions {
    /// Cut across the file's axis that is nearest to this direction instead: the normal of the images that a
    /// label map belongs to.
    std::optional<geometry::PatientVector> normal = {};
};

struct NiftiVolume {
    VolumePtr volume;
    /// Sentences about geometry that was lost, so that nothing measured is to be trusted: a file with neither
    /// sform nor qform, or with voxels of 1 mm at the origin. One that contradicts itself is refused.
    std::vector<std::string> warnings;
};

/// Errors: not-found, unreadable (not NIfTI), truncated (also: a damaged .gz), unsupported-pixel-format
/// (colour, complex, 4-D), bad-spacing (also: negative), bad-orientation (also: slices that are shifted
/// against each other), conflicting-geometry (sform, qform and voxel sizes disagree), bad-length.
[[nodiscard]] Result<NiftiVolume> readNifti(const std::filesystem::path& file,
                                            const NiftiReadOptions& options = {});

using Labels = Grid<std::uint16_t>;
/// One label image per slice; 0 is background.
struct LabelMap {
    std::vector<geometry::ImagePlane> planes = {};
    std::vector<Labels> slices = {};                ///< each of its plane's dimensions
    std::optional<Millimetres> sliceThickness = {}; ///< used for a single slice only
};

/// As readNifti; refuses values that are not whole numbers in 0..65535 (unsupported-pixel-format).
struct NiftiLabels {
    LabelMap map;
    std::vector<std::string> warnings;
};
[[nodiscard]] Result<NiftiLabels> readNiftiLabels(const std::filesystem::path& file,
                                                  const NiftiReadOptions& options = {});

/// Writes unsigned 16-bit labels. `like`: an existing NIfTI file whose voxel order and matrix the new one
/// gets, so that label and image files match voxel by voxel; refuses one whose voxels are not those of the
/// label map (conflicting-geometry). Refuses planes without a regular grid, except a single one (its
/// thickness is the map's, else 1 mm).
[[nodiscard]] Result<> writeNiftiLabels(const LabelMap& labels, const std::filesystem::path& file,
                                        const std::optional<std::filesystem::path>& like = std::nullopt);

} // namespace forameter::imaging
