// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/random.hpp"
#include "forameter/core/weighting.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/phantom/spine_model.hpp"

namespace forameter::phantom {

/// A spin-echo sequence as a study's header would name it.
struct Sequence {
    Weighting weighting = Weighting::T2; ///< T1, T2, PD or STIR
    double tesla = 1.5;
    double repetitionTime = 3500.0, echoTime = 100.0; ///< ms
    double inversionTime = 0.0;                       ///< ms, STIR only
    int echoTrain = 15;
    double bandwidth = 200.0; ///< Hz per pixel: sets the shift of fat

    friend bool operator==(const Sequence&, const Sequence&) = default;
};
/// Draws timing from the clinical ranges of docs/phantom.md.
[[nodiscard]] Sequence sampleSequence(Weighting weighting, double tesla, Random& random);

/// Spin-echo signal of a tissue's water and fat, PD (1 - e^(-TR/T1)) e^(-TE/T2), with inversion recovery |1 -
/// 2 e^(-TI/T1) + e^(-TR/T1)|; less of water by magnetisation transfer, more of CSF by inflow
/// (docs/phantom.md).
struct Signal {
    double water = 0.0, fat = 0.0;
};
/// `fatShare` matters for marrow, `degeneration` (0..1) for nucleus and annulus.
[[nodiscard]] Signal signalOf(Tissue tissue, const Sequence& sequence, double fatShare = 0.35,
                              double degeneration = 0.0);

/// What happens on the way from the body to the picture. Numbers of zero switch an effect off.
struct Acquisition {
    Sequence sequence;
    int frequencySteps = 320,
        phaseSteps = 256; ///< acquired samples; the picture's matrix is filled up with zeros
    enum class PhaseAxis {
        Columns,
        Rows
    } phaseAxis = PhaseAxis::Columns; ///< the picture's direction along which phase is encoded
    enum class InPlace {
        Water,
        Fat
    } inPlace = InPlace::Water; ///< what the scanner's frequency is set to; the other one is drawn beside its place
    double snr = 25.0;        ///< marrow over the noise's standard deviation in the middle of the spine
    double coilFalloff = 2.5; ///< signal at the back over the signal at the front, surface coil behind
    double bias = 0.1;        ///< slow variation left over
    double motion = 0.0;      ///< mm that the patient moved during the scan
    double pulsation = 0.3;   ///< 0..1: strength of CSF and vessel ghosts along phase
    double flowVoid = 0.3;    ///< 0..1: CSF signal lost to flow
    double wrap = 0.0; ///< 0..1: strength of what folds in along phase from beyond the field of view, as far
                       ///< as it was sampled
    double filter =
        0.3; ///< 0..1: how much the outer k-space is damped (1: Hann window); less of it, more Gibbs ringing
    double texture = 1.0;    ///< strength of the tissues' own variation
    double saturation = 0.0; ///< 0..1: signal that a saturation band in front of the spine takes away

    friend bool operator==(const Acquisition&, const Acquisition&) = default;
};
[[nodiscard]] Acquisition sampleAcquisition(const Sequence& sequence, Random& random);

/// Where tissue was found on one slice: several samples through the slice's thickness on a grid finer than
/// the picture. Made once and used by every series of the same planes.
struct SliceSamples {
    geometry::ImagePlane plane; ///< of the picture
    int columns = 0, rows = 0;  ///< of the fine grid that covers the picture's field of view
    int beyond = 0; ///< fine pixels sampled beyond it on every side; data rows hold columns + 2 beyond
    std::vector<std::vector<TissueSample>> through; ///< per sub-slice, row by row
    std::vector<float>
        texture; ///< per fine pixel, about -1..1: coarse and fine variation of the tissue itself
};
/// `beyond`: mm sampled beyond the field of view, for wrap. `fineness`: samples per pixel of the picture
/// along each axis, at least one per acquired sample.
[[nodiscard]] SliceSamples sampleSlice(const SpineModel& model, const geometry::ImagePlane& plane,
                                       double thickness, double fineness = 1.0, int subSlices = 3,
                                       double beyond = 0.0);

/// Magnitude image of one slice at the plane's matrix, arbitrary scale. The same inputs and random state give
/// the same picture.
[[nodiscard]] Grid<float> renderSlice(const SpineModel& model, const SliceSamples& samples,
                                      const Acquisition& acquisition, Random& random);

} // namespace forameter::phantom
