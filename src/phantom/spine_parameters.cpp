// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/spine_parameters.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::phantom {

namespace {

using anatomy::Vertebra;

struct VertebraRow {
    Vertebra name;
    VertebraShape shape;
};

/// Mean vertebrae: bodies, canal and pedicles of L2-L5 from a mean mesh of 87 patients (Clouthier 2023),
/// neighbours by the trend of Panjabi 1992 and Zindrick 1987.
std::vector<VertebraRow> meanVertebrae(anatomy::LumbarCount count) {
    const auto row = [](Vertebra name, double ant, double post, double depth, double width, double canalWidth,
                        double canalDepth, double canalTaper, double offset, double pedicleWidth,
                        double pedicleHeight, double spinous, double transverse) {
        VertebraShape v;
        v.heightAnterior = ant;
        v.heightPosterior = post;
        v.depth = depth;
        v.width = width;
        v.canalWidth = canalWidth;
        v.canalDepth = canalDepth;
        v.canalTaper = canalTaper;
        v.pedicleOffset = offset;
        v.pedicleWidth = pedicleWidth;
        v.pedicleHeight = pedicleHeight;
        v.spinousLength = spinous;
        v.transverseLength = transverse;
        return VertebraRow{name, v};
    };
    std::vector<VertebraRow> rows{
        row(Vertebra::T12, 24.4, 26.4, 31.5, 43.0, 22.0, 17.0, 0.36, 12.4, 7.6, 16.0, 24.0, 14.0),
        row(Vertebra::L1, 25.4, 27.8, 32.8, 45.0, 22.4, 16.8, 0.40, 13.4, 7.8, 15.6, 27.0, 24.0),
        row(Vertebra::L2, 26.1, 28.5, 33.8, 47.3, 22.4, 16.5, 0.45, 14.4, 8.6, 15.0, 29.0, 30.0),
        row(Vertebra::L3, 27.3, 27.8, 34.8, 50.0, 22.8, 16.5, 0.56, 16.2, 10.2, 14.9, 31.0, 34.0),
        row(Vertebra::L4, 27.3, 26.2, 34.9, 52.6, 24.0, 17.0, 0.63, 18.4, 12.4, 14.8, 29.0, 32.0),
        row(Vertebra::L5, 27.6, 23.2, 34.4, 54.5, 26.4, 17.5, 0.60, 21.4, 15.6, 14.2, 24.0, 30.0),
    };
    if (count == anatomy::LumbarCount::Six)
        rows.push_back(
            row(Vertebra::L6, 27.2, 23.0, 34.2, 54.5, 27.0, 17.0, 0.60, 22.0, 16.0, 14.2, 22.0, 28.0));
    rows.push_back(row(Vertebra::S1, 29.0, 28.0, 32.5, 53.0, 29.0, 16.0, 0.60, 23.0, 18.0, 15.0, 14.0, 0.0));
    rows.push_back(row(Vertebra::S2, 21.0, 23.5, 22.0, 38.0, 23.0, 12.0, 0.60, 20.0, 16.0, 14.0, 10.0, 0.0));
    return rows;
}

/// Mean segments from T12-L1 down: disc heights of the rims (front, back) and the undisturbed dural sac.
std::vector<SegmentShape> meanSegments(anatomy::LumbarCount count) {
    const auto row = [](double ant, double post, double sacWidth, double sacDepth) {
        SegmentShape s;
        s.discAnterior = ant;
        s.discPosterior = post;
        s.sacWidth = sacWidth;
        s.sacDepth = sacDepth;
        return s;
    };
    std::vector<SegmentShape> rows{
        row(7.6, 5.2, 21.2, 15.2),  row(8.8, 5.6, 21.0, 15.0),  row(10.6, 5.4, 20.6, 14.8),
        row(11.5, 6.3, 20.2, 14.6), row(11.8, 6.2, 19.8, 14.4),
    };
    if (count == anatomy::LumbarCount::Six) rows.push_back(row(11.4, 6.0, 17.0, 12.4));
    rows.push_back(row(12.6, 5.4, 16.8, 12.2)); // the last mobile disc
    rows.push_back(row(3.0, 2.4, 14.0, 9.0));   // S1-S2 remnant
    return rows;
}

void scale(VertebraShape& v, double factor) {
    for (double* length : {&v.heightAnterior, &v.heightPosterior, &v.depth, &v.width, &v.pedicleOffset,
                           &v.pedicleWidth, &v.pedicleHeight, &v.spinousLength, &v.transverseLength})
        *length *= factor;
    // The canal grows less than the bodies with the height of a person (Griffith 2016).
    v.canalWidth *= 1.0 + 0.5 * (factor - 1.0);
    v.canalDepth *= 1.0 + 0.5 * (factor - 1.0);
}

/// Share of the undisturbed dural sac's area that is left at an age, by disc, linear with it. Set so that the
/// sac as disc and flavum leave it shrinks from the 20s to the 70s as Nakashima 2021 found:
/// to 89.9, 86.0, 84.6, 80.3, 79.9 % from T12-L1 to L4-L5, not at all at L5-S1.
double sacAreaAt(double age, std::size_t segment) {
    constexpr std::array<double, 5> at75{0.82, 0.74, 0.71, 0.66, 0.70};
    if (segment >= at75.size()) return 1.0 + 0.06 * std::clamp((age - 25.0) / 50.0, -0.1, 1.2);
    return 1.0 + (at75[segment] - 1.0) * std::clamp((age - 25.0) / 50.0, -0.1, 1.2);
}

} // namespace

std::size_t SpineParameters::indexOf(Vertebra vertebra) const {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), vertebra) - names.begin());
}

std::size_t SpineParameters::segmentOf(anatomy::Level level) const {
    const std::size_t upper = indexOf(anatomy::above(level)), lower = indexOf(anatomy::below(level));
    return lower == upper + 1 && lower < names.size() ? upper : segments.size();
}

SpineParameters meanSpine(const Person& person, anatomy::LumbarCount count) {
    SpineParameters spine;
    spine.lumbarCount = count;
    const double sexFactor = person.sex == Sex::M ? 1.03 : 0.97;
    const double factor =
        sexFactor * (1.0 + 0.55 * (person.height - (person.sex == Sex::M ? 177.0 : 164.0)) / 170.0);
    for (const auto& [name, shape] : meanVertebrae(count)) {
        spine.names.push_back(name);
        VertebraShape v = shape;
        scale(v, factor);
        v.marrowFat = std::clamp(0.18 + 0.0045 * person.age, 0.2, 0.65); // marrow turns fatty with age
        v.endplateConcavity = 0.8 + 0.008 * std::max(0.0, person.age - 40.0);
        spine.vertebrae.push_back(v);
    }
    spine.segments = meanSegments(count);
    for (std::size_t i = 0; i < spine.segments.size(); ++i) {
        auto& s = spine.segments[i];
        const double shrink = 1.0 - 0.002 * std::max(0.0, person.age - 30.0);
        s.discAnterior *= factor * shrink;
        s.discPosterior *= factor * shrink;
        const double sac = std::sqrt(sacAreaAt(person.age, i)) * (1.0 + 0.4 * (factor - 1.0));
        s.sacWidth *= sac;
        s.sacDepth *= sac;
        s.degeneration = std::clamp(0.05 + 0.009 * (person.age - 20.0), 0.05, 0.9);
        s.bulge = 0.4 + 0.012 * std::max(0.0, person.age - 30.0);
        const double flavum = 2.6 + 0.14 * static_cast<double>(std::min<std::size_t>(i, 5)) +
                              0.01 * std::max(0.0, person.age - 40.0);
        s.flavum = {flavum, flavum};
    }
    spine.modic.assign(spine.segments.size(), Modic::None);
    spine.laminectomy.assign(spine.names.size(), 0.0);
    spine.screws.assign(spine.names.size(), false);
    const double bmi = person.weight / std::pow(person.height / 100.0, 2);
    spine.bodyWidth = 300.0 + 7.0 * (bmi - 22.0) + (person.sex == Sex::M ? 15.0 : 0.0);
    spine.bodyDepth = 195.0 + 7.5 * (bmi - 22.0);
    spine.backFat = std::clamp(10.0 + 1.6 * (bmi - 20.0) + (person.sex == Sex::F ? 5.0 : 0.0), 6.0, 55.0);
    spine.muscleFat = std::clamp(0.05 + 0.004 * (person.age - 20.0), 0.04, 0.4);
    return spine;
}

SpineParameters sampleSpine(const Person& person, Random& random, anatomy::LumbarCount count) {
    SpineParameters spine = meanSpine(person, count);
    const auto z = [&] { return random.normalWithin(0.0, 1.0, -2.5, 2.5); };
    // Whole-spine deviations (SD of the mean over L2-L5 in the model population), then a smaller own part per
    // level.
    const double depth = 1.0 + 0.05 * z(), width = 1.0 + 0.06 * z(), height = 1.0 + 0.045 * z();
    const double canalDepth = 1.0 + 0.08 * z(), canalWidth = 1.0 + 0.07 * z(), disc = 1.0 + 0.13 * z(),
                 lordosis = z();
    const double sac = 1.0 + 0.07 * z(), flavum = 1.0 + 0.12 * z();
    for (auto& v : spine.vertebrae) {
        v.depth *= depth * (1.0 + 0.015 * z());
        v.width *= width * (1.0 + 0.015 * z());
        const double h = height * (1.0 + 0.015 * z());
        v.heightAnterior *= h;
        v.heightPosterior *= h;
        v.canalDepth *= canalDepth * (1.0 + 0.02 * z());
        v.canalWidth *= canalWidth * (1.0 + 0.02 * z());
        v.pedicleOffset *= width * (1.0 + 0.02 * z());
        v.pedicleHeight *= height * (1.0 + 0.03 * z());
        v.pedicleWidth *= 1.0 + 0.06 * z();
        v.spinousLength *= 1.0 + 0.07 * z();
        v.transverseLength *= 1.0 + 0.08 * z();
        v.waist = random.normalWithin(0.89, 0.02, 0.83, 0.95);
        v.marrowFat = std::clamp(v.marrowFat + 0.03 * z(), 0.1, 0.8);
    }
    for (auto& s : spine.segments) {
        const double h = disc * (1.0 + 0.06 * z());
        s.discAnterior *= h;
        s.discPosterior *= h;
        const double wedge = 0.6 * lordosis + 0.4 * z(); // mm more in front, less behind
        s.discAnterior = std::max(2.5, s.discAnterior + 0.7 * wedge);
        s.discPosterior = std::max(2.0, s.discPosterior - 0.4 * wedge);
        s.sacWidth *= sac * (1.0 + 0.03 * z());
        s.sacDepth *= sac * (1.0 + 0.03 * z());
        s.degeneration = std::clamp(s.degeneration + 0.08 * z(), 0.02, 0.95);
        s.bulge = std::max(0.0, s.bulge + 0.25 * z());
        for (auto& thickness : s.flavum)
            thickness = std::max(1.6, thickness * flavum * (1.0 + 0.06 * z()));
        s.epiduralFat = random.normalWithin(1.0, 0.2, 0.5, 1.6);
    }
    spine.tilt = -5.0 + 2.5 * z();
    spine.bodyWidth *= 1.0 + 0.03 * z();
    spine.bodyDepth *= 1.0 + 0.04 * z();
    spine.backFat *= 1.0 + 0.15 * z();
    spine.muscleFat = std::clamp(spine.muscleFat * (1.0 + 0.25 * z()), 0.02, 0.5);
    spine.conus = 0.5 + 0.6 * z();
    spine.texture = static_cast<std::uint32_t>(random.bits());
    return spine;
}

} // namespace forameter::phantom
