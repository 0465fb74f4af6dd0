// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/random.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/proposal/labels.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::training {

/// A picture of `size` x `size` pixels, percentile-normalised, and which labels are possible at each pixel.
struct Example {
    Grid<float> image;
    Grid<proposal::LabelSet> allowed;
};

/// A picture as it was taken, with what is known of it; examples are drawn from it.
struct LabelledSlice {
    Grid<float> image;
    Grid<proposal::LabelSet> allowed; ///< like image
    double spacing = 0.0;             ///< mm per pixel, square
    std::string patient;              ///< whom it shows: patients are held out as a whole
    std::string origin;               ///< for messages and manifests: file or UID
};

/// Random crop of `size` pixels of `spacing` mm from a slice, deformed (affine, elastic, mirrored left-right
/// where axial), with another contrast (a random smooth grey curve, not always rising), bias field, blur along
/// one axis, ghosts, noise, gamma; then percentile-normalised. Crops favour places where labels are.
struct Augmentation {
    int size = 160;
    double spacing = 0.8;
    bool mirror = false;
    double strength = 1.0; ///< 0: only the crop
};
[[nodiscard]] Example augmented(const LabelledSlice& slice, const Augmentation& how, Random& random);

/// Slices of a folder with images/NAME.png and masks/NAME.png, PATIENT_SLICE.png (SPIDER in this form:
/// van der Graaf et al. 2024, Sci Data 11:264): grey 76 is body or posterior, 29 disc, 150 sac or canal, 0
/// anything but body, posterior (sacrum is not labelled), disc, sac and canal. Pictures carry no spacing.
[[nodiscard]] Result<std::vector<LabelledSlice>> readPngMasks(const std::filesystem::path& folder,
                                                              double spacing);

/// Slices from an interchange document and the images it refers to (DICOM in `images`): inside a contour its
/// structure; around it, up to `ring` mm, anything else; beyond, nothing is known.
[[nodiscard]] Result<std::vector<LabelledSlice>>
readContours(const std::filesystem::path& document, const std::filesystem::path& images,
             geometry::Plane plane, double spacing, double ring = 8.0);

} // namespace forameter::training
