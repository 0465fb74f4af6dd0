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
    bool recolour = true;             ///< its contrast is changed by augmented(); not where it is random already
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
/// anything but body, posterior (sacrum is not labelled), disc, sac and canal; below the lowest row of a
/// canal also sac and canal, which end there in the sacrum by choice of the readers. Pictures carry no
/// spacing, and thin slices: every other one is the mean of up to five neighbours, as thick ones look.
[[nodiscard]] Result<std::vector<LabelledSlice>> readPngMasks(const std::filesystem::path& folder,
                                                              double spacing);

/// Sagittal slices of about 4 mm from volumes NAME_image.nii.gz whose bodies (NAME starts with VB) or discs
/// (IVD) are labelled in NAME_labels.nii.gz: above 0 it is one (VB1: or
/// the sacrum); nearer than 10 mm to one, anything else; beyond, nothing is known, since the readers left
/// vertebrae out. The patient is NAME.
[[nodiscard]] Result<std::vector<LabelledSlice>> readLabelVolumes(const std::filesystem::path& folder,
                                                                  double spacing);

/// Slices from an interchange document and the images it refers to in `images`: inside a contour its
/// structure; around it, up to `ring` mm, anything else; beyond, nothing is known. Images are DICOM, or NIfTI
/// volumes as imaging::readNifti cuts them: the series is then the file's name, the SOP UID that name, "#" and
/// the slice from 0, e.g. "VB2_05_image.nii.gz#38", or "#axial:" and the cut from the feet up. Only images of `plane` are taken. Inside a canal lies
/// sac or canal; bony canals are left out. The patient is the volume's NAME, or the DICOM patient id.
[[nodiscard]] Result<std::vector<LabelledSlice>>
readContours(const std::filesystem::path& document, const std::filesystem::path& images,
             geometry::Plane plane, double spacing, double ring = 8.0);

} // namespace forameter::training
