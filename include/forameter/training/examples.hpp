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
    std::vector<Grid<float>> beside; ///< its neighbours: the half before it, then the half after it
};

/// The slice of a stack of `count` that is the `input`-th of `inputs` around `slice`; beyond the last one the
/// last one again.
[[nodiscard]] int neighbour(int slice, int input, int inputs, int count);

/// A picture as it was taken, with what is known of it; examples are drawn from it.
struct LabelledSlice {
    Grid<float> image;
    Grid<proposal::LabelSet> allowed; ///< like image
    double spacing = 0.0;             ///< mm per pixel, square
    std::string patient;              ///< whom it shows: patients are held out as a whole
    std::string origin;               ///< for messages and manifests: file or UID
    bool recolour = true; ///< its contrast is changed by augmented(); not where it is random already
    /// What others hold of it, like `allowed`: an example shows one of all, each as likely as any.
    std::vector<Grid<proposal::LabelSet>> others = {};
    /// Neighbouring slices, like `image`: the half before it, nearest last, then the half after it, nearest
    /// first.
    std::vector<Grid<float>> beside = {};

    /// Sets image and beside from acquired slices, an odd number of which the middle one is the labelled one:
    /// resampled and normalised each by itself, as when a model is asked.
    void show(const std::vector<Grid<float>>& acquired, const geometry::ImagePlane& plane,
              const geometry::ImagePlane& onto);
};

/// Random crop of `size` pixels of `spacing` mm from a slice, deformed (affine, elastic, mirrored left-right
/// where axial), with another contrast (a random smooth grey curve, not always rising), bias field, blur
/// along one axis, ghosts, noise, gamma; then percentile-normalised. Crops favour places where labels are.
/// Neighbours get the same but for noise and ghosts, and come in the other order half the time, since stacks
/// do. Where the slice has fewer than are wanted, its outermost ones, at last itself, stand again.
struct Augmentation {
    int size = 160;
    double spacing = 0.8;
    bool mirror = false;
    double strength = 1.0; ///< 0: only the crop
    int inputs = 1;        ///< the slice and its neighbours, odd
};
[[nodiscard]] Example augmented(const LabelledSlice& slice, const Augmentation& how, Random& random);

/// Slices of a folder with images/NAME.png and masks/NAME.png, PATIENT_SLICE.png (SPIDER in this form:
/// van der Graaf et al. 2024, Sci Data 11:264): grey 76 is body or posterior, 29 disc, 150 sac or canal, 0
/// anything but body, posterior (sacrum is not labelled), disc, sac and canal; below the lowest row of a
/// canal also sac and canal, which end there in the sacrum by choice of the readers. Pictures carry no
/// spacing, and thin slices: every other one is the mean of up to five neighbours, as thick ones look.
[[nodiscard]] Result<std::vector<LabelledSlice>> readPngMasks(const std::filesystem::path& folder,
                                                              double spacing);

/// Sagittal slices of about 4 mm, `inputs` with their neighbours, from volumes NAME_image.nii.gz whose bodies
/// (NAME starts with VB) or discs (IVD) are labelled in NAME_labels.nii.gz: above 0 it is one (VB1: or the
/// sacrum); nearer than 10 mm to one, anything else; beyond, nothing is known, since the readers left
/// vertebrae out. The patient is NAME.
[[nodiscard]] Result<std::vector<LabelledSlice>> readLabelVolumes(const std::filesystem::path& folder,
                                                                  double spacing, int inputs = 1);

/// Slices, `inputs` with their neighbours, from an interchange document and the images it refers to in
/// `images`, labelled as readings.hpp says, all contours of an image as one answer. Images are DICOM, or
/// NIfTI volumes as imaging::readNifti cuts them: the series is then the file's name, the SOP UID that name,
/// "#" and the slice from 0, e.g. "VB2_05_image.nii.gz#38", or "#axial:" and the cut from the feet up. Only
/// images of `plane` are taken. The patient is the volume's NAME, or the DICOM patient id. `scanWorker`: as
/// dicom::ScanOptions::worker.
[[nodiscard]] Result<std::vector<LabelledSlice>> readContours(const std::filesystem::path& document,
                                                              const std::filesystem::path& images,
                                                              geometry::Plane plane, double spacing,
                                                              double ring = 8.0, int inputs = 1,
                                                              const std::filesystem::path& scanWorker = {});

} // namespace forameter::training
