// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/phantom/spine_model.hpp"

namespace forameter::phantom {

/// Times in ms, proton density relative to water = 107.
struct Relaxation {
    double t1 = 1000.0, t2 = 50.0, density = 0.0;
};
/// A tissue's water, and the share of fat beside it. `transfer`: share of the water's signal that the pulses
/// for the neighbouring slices take away through bound water (magnetisation transfer: Melki and Mulkern 1992;
/// a fifth in multi-slice multi-echo, PMC7053148); fat and fluids have none. `room`: share that is not bone.
struct Composition {
    Relaxation water;
    double fatShare = 0.0, transfer = 0.0, room = 1.0;
};

/// Values at 1.5 T (docs/phantom.md names the sources), water T1 a fifth longer and T2 a tenth shorter at 3
/// T.
[[nodiscard]] Composition compositionOf(Tissue tissue, double tesla, double marrowFat, double degeneration);
/// Fat of every tissue, as fast spin echo shows it.
[[nodiscard]] Relaxation fatOf(double tesla);
/// How strongly a tissue varies in itself: standard deviation over mean for texture 1.
[[nodiscard]] double unevenness(Tissue tissue);

} // namespace forameter::phantom
