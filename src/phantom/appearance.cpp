// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/appearance.hpp"

#include <algorithm>
#include <cmath>

#include "field.hpp"
#include "relaxation.hpp"

namespace forameter::phantom {

using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PlanePoint;

Sequence sampleSequence(Weighting weighting, double tesla, Random& random) {
    Sequence s;
    s.weighting = weighting;
    s.tesla = tesla;
    // Wider at 3 T, as protocols are: fat then moves by about as many pixels as at 1.5 T.
    s.bandwidth = random.uniform(150.0, 280.0) * tesla / 1.5;
    switch (weighting) {
    case Weighting::T1:
        s.repetitionTime = random.uniform(450.0, 720.0);
        s.echoTime = random.uniform(8.0, 14.0);
        s.echoTrain = 3 + static_cast<int>(random.below(3));
        break;
    case Weighting::T2:
        s.repetitionTime = random.uniform(2800.0, 5000.0);
        s.echoTime = random.uniform(85.0, 118.0);
        s.echoTrain = 13 + static_cast<int>(random.below(10));
        break;
    case Weighting::PD:
        s.repetitionTime = random.uniform(2200.0, 3500.0);
        s.echoTime = random.uniform(20.0, 40.0);
        s.echoTrain = 8;
        break;
    case Weighting::STIR:
        s.repetitionTime = random.uniform(3200.0, 5500.0);
        s.echoTime = random.uniform(38.0, 68.0);
        // 140-170 ms at 1.5 T, as scanners are set: fat is not quite nulled.
        s.inversionTime = random.uniform(0.62, 0.75) * std::log(2.0) * fatOf(tesla).t1;
        s.echoTrain = 10 + static_cast<int>(random.below(6));
        break;
    }
    // As the console shows them: whole milliseconds.
    for (double* time : {&s.repetitionTime, &s.echoTime, &s.inversionTime, &s.bandwidth})
        *time = std::round(*time);
    return s;
}

Signal signalOf(Tissue tissue, const Sequence& sequence, double fatShare, double degeneration) {
    // CSF is always in motion: some of it comes into the slice without having been excited before.
    const double fresh = tissue == Tissue::Csf ? 0.05 : 0.0;
    const auto echo = [&](const Relaxation& r) {
        double longitudinal = 1.0 - (1.0 - fresh) * std::exp(-sequence.repetitionTime / r.t1);
        if (sequence.weighting == Weighting::STIR)
            longitudinal = std::abs(longitudinal - 2.0 * std::exp(-sequence.inversionTime / r.t1) +
                                    2.0 * std::exp(-sequence.repetitionTime / r.t1));
        return r.density * longitudinal * std::exp(-sequence.echoTime / r.t2);
    };
    const Composition c = compositionOf(tissue, sequence.tesla, fatShare, degeneration);
    return {c.room * (1.0 - c.fatShare) * (1.0 - c.transfer) * echo(c.water),
            c.room * c.fatShare * echo(fatOf(sequence.tesla))};
}

Acquisition sampleAcquisition(const Sequence& sequence, Random& random) {
    Acquisition a;
    a.sequence = sequence;
    a.snr = random.uniform(9.0, 24.0) * (sequence.tesla > 2.0 ? 1.3 : 1.0) *
            (sequence.weighting == Weighting::STIR ? 0.6 : 1.0);
    a.coilFalloff = random.uniform(1.8, 4.5);
    a.bias = random.uniform(0.03, 0.12);
    a.motion = random.chance(0.15) ? random.uniform(0.3, 1.5) : 0.0;
    a.pulsation = random.uniform(0.05, 0.5);
    a.flowVoid = random.uniform(0.03, 0.2);
    a.wrap = random.chance(0.25) ? random.uniform(0.1, 0.9) : 0.0;
    a.filter = random.uniform(0.15, 0.7);
    a.texture = random.uniform(0.7, 1.2);
    return a;
}

SliceSamples sampleSlice(const SpineModel& model, const ImagePlane& plane, double thickness, double fineness,
                         int subSlices, double beyond) {
    SliceSamples s{plane,
                   static_cast<int>(std::lround(fineness * plane.columns())),
                   static_cast<int>(std::lround(fineness * plane.rows())),
                   0,
                   {},
                   {}};
    const double stepX = plane.columns() * plane.columnSpacing() / s.columns,
                 stepY = plane.rows() * plane.rowSpacing() / s.rows;
    s.beyond = static_cast<int>(std::ceil(beyond / std::min(stepX, stepY)));
    const int columns = s.columns + 2 * s.beyond, rows = s.rows + 2 * s.beyond;
    const auto count = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    const auto at = [&](int c, int r) {
        return static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c);
    };
    s.through.assign(static_cast<std::size_t>(subSlices), std::vector<TissueSample>(count));
    const PatientPoint right = stepX * plane.rowDirection(), down = stepY * plane.columnDirection();
    const PatientPoint corner =
        plane.origin() - static_cast<double>(s.beyond) * right - static_cast<double>(s.beyond) * down;
    const int middle = subSlices / 2;
    const auto fill = [&](int k, auto&& needed) {
        // Sub-slices are moved against each other within the pixel, so that edges in the plane are softened,
        // too.
        const int turn = k - middle;
        const double dx = 0.36 * std::sin(2.1 * turn),
                     dy = 0.36 * (1.0 - std::cos(2.1 * turn)) - (turn == 0 ? 0.36 : 0.0);
        const PatientPoint start =
            corner + ((turn * thickness) / subSlices) * plane.normal() + dx * right + dy * down;
        auto& samples = s.through[static_cast<std::size_t>(k)];
        for (int r = 0; r < rows; ++r)
            for (int c = 0; c < columns; ++c)
                samples[at(c, r)] = needed(c, r) ? model.sampleAt(start + static_cast<double>(c) * right +
                                                                  static_cast<double>(r) * down)
                                                 : s.through[static_cast<std::size_t>(middle)][at(c, r)];
    };
    fill(middle, [](int, int) { return true; });
    // Deep inside one tissue the other sub-slices hold the same.
    const auto& first = s.through[static_cast<std::size_t>(middle)];
    const auto uneven = [&](int c, int r) {
        if (c < 2 || r < 2 || c >= columns - 2 || r >= rows - 2) return true;
        const Tissue here = first[at(c, r)].tissue;
        return first[at(c - 2, r)].tissue != here || first[at(c + 2, r)].tissue != here ||
               first[at(c, r - 2)].tissue != here || first[at(c, r + 2)].tissue != here;
    };
    for (int k = 0; k < subSlices; ++k)
        if (k != middle) fill(k, uneven);
    s.texture.resize(count);
    const std::uint32_t seed = model.parameters().texture;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            if (first[at(c, r)].tissue == Tissue::Air) continue;
            const PatientPoint p = corner + static_cast<double>(c) * right + static_cast<double>(r) * down;
            const Local q{p.x, p.y, p.z};
            // Muscle varies along its fibres less than across them; marrow finely, between its trabeculae.
            const Tissue tissue = first[at(c, r)].tissue;
            const double grain = tissue == Tissue::Marrow ? 1.6 : 2.3;
            const Local stretched = tissue == Tissue::Muscle ? Local{q.a, q.b, 0.3 * q.s} : q;
            s.texture[at(c, r)] = static_cast<float>(0.75 * valueNoise(stretched, 8.0, seed + 301u) +
                                                     0.85 * valueNoise(stretched, grain, seed + 302u));
        }
    return s;
}

} // namespace forameter::phantom
