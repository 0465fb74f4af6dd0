// SPDX-License-Identifier: Apache-2.0
#include "soft_tissue.hpp"

#include <algorithm>
#include <limits>
#include <numbers>

#include "bones.hpp"

namespace forameter::phantom {

namespace {

constexpr double kFar = 1.0e3;
constexpr double kSacGap =
    0.45; ///< mm of epidural tissue that always stays between the sac and what presses on it
constexpr double kHollowTop = 250.0; ///< mm above the middle of L3
constexpr int kHollowCount = 500;
constexpr double kSacFront = 1.0; ///< mm between the sac and the canal's front wall

Tissue modicTissue(Modic modic) {
    return modic == Modic::Type1   ? Tissue::MarrowOedema
           : modic == Modic::Type2 ? Tissue::MarrowFat
                                   : Tissue::Sclerosis;
}

/// 1 at a disc, 0 beyond `reach` mm of it along the canal.
double nearDisc(const Skeleton& skeleton, const CanalPlace& place, double reach) {
    double best = 0.0;
    for (std::size_t i = place.below > 2 ? place.below - 2 : 0;
         i <= place.below + 1 && i < skeleton.stations.size(); ++i)
        if (skeleton.stations[i].interlaminar > 0.5)
            best = std::max(best, bump(place.along - skeleton.stations[i].length, reach));
    return best;
}

} // namespace

SoftTissue::SoftTissue(const SpineParameters& parameters, const Skeleton& skeleton)
    : m_parameters(parameters), m_skeleton(skeleton) {
    // The patient lies on the back: the skin behind is flat, just behind the rearmost spinous process.
    double rearmost = -kFar;
    for (const auto& v : skeleton.vertebrae)
        rearmost = std::max(
            rearmost,
            v.frame
                .toPatient({0.0, 0.5 * v.shape.depth + v.shape.canalDepth + 6.0 + v.shape.spinousLength,
                            v.pedicleLevel - 14.0})
                .y);
    m_skinBack = rearmost + 5.0 + 0.5 * parameters.backFat;
    m_trunkCenter = m_skinBack - 0.5 * parameters.bodyDepth;
    // In the lordosis the back is hollow by half of what the spinous processes stand back.
    for (int i = 0; i < kHollowCount; ++i) {
        const double z = kHollowTop - i;
        double sum = 0.0, weights = 0.0;
        for (const auto& v : skeleton.vertebrae) {
            const auto tip = v.frame.toPatient(
                {0.0, 0.5 * v.shape.depth + v.shape.canalDepth + 6.0 + v.shape.spinousLength,
                 v.pedicleLevel - 14.0});
            const double weight = std::exp(-0.5 * std::pow((tip.z - z) / 28.0, 2)) + 1.0e-6;
            sum += weight * std::max(0.0, rearmost - tip.y);
            weights += weight;
        }
        m_hollow.push_back(0.8 * sum / weights);
    }
}

double SoftTissue::trunk(const geometry::PatientPoint& point) const {
    const double half = 0.5 * m_parameters.bodyDepth;
    const double behind = std::clamp((point.y - m_trunkCenter) / half, 0.0, 1.0);
    const double row = std::clamp(kHollowTop - point.z, 0.0, kHollowCount - 1.001);
    const auto i = static_cast<std::size_t>(row);
    const double hollow = m_hollow[i] + (row - static_cast<double>(i)) * (m_hollow[i + 1] - m_hollow[i]);
    // The belly stands forward below the ribs, and lies unevenly.
    const double before = std::max(0.0, m_trunkCenter - point.y) / half;
    const double belly =
        before > 0.0 ? 9.0 * std::sin(0.021 * point.z + 1.9) + 4.0 * noise({0.0, 0.0, point.z}, 60.0, 81u)
                     : 0.0;
    return superellipse<9>(point.x, point.y - m_trunkCenter + hollow * behind + belly * before,
                           0.5 * m_parameters.bodyWidth, half);
}

Surroundings SoftTissue::surroundings(const geometry::PatientPoint& point) const {
    Surroundings x;
    x.point = point;
    x.place = m_skeleton.place(point);
    const std::size_t n = m_skeleton.vertebrae.size();
    const std::size_t middle = x.place.below / 2; // stations 2i are pedicles, 2i + 1 discs
    x.firstVertebra = middle >= 1 ? middle - 1 : 0;
    x.lastVertebra = std::min(n - 1, middle + 1);
    if (std::abs(x.place.a) > 72.0 || x.place.b < -62.0 || x.place.b > 62.0) return x;
    x.nearSpine = true;
    x.tube = bonyTube(x);
    double bone = kFar;
    for (std::size_t i = x.firstVertebra; i <= x.lastVertebra; ++i) {
        const std::size_t k = i - x.firstVertebra;
        x.inVertebra[k] = m_skeleton.vertebrae[i].frame.toLocal(point);
        x.vertebra[k] = vertebra(m_skeleton.vertebrae[i], x.inVertebra[k]);
        bone = std::min(bone, x.vertebra[k].bone);
    }
    // The ring never reaches into the canal: its inner border is the bony tube.
    x.bone = bone < kReach ? std::max(bone, -x.tube) : bone;
    x.firstSegment = middle >= 1 ? middle - 1 : 0;
    x.lastSegment = std::min(n - 2, middle);
    for (std::size_t i = x.firstSegment; i <= x.lastSegment; ++i) {
        const std::size_t k = i - x.firstSegment;
        x.inSegment[k] = m_skeleton.segments[i].frame.toLocal(point);
        const double disc = discBlock(m_skeleton.segments[i], x.inSegment[k]);
        if (disc < x.disc) {
            x.disc = disc;
            x.nearestSegment = i;
        }
    }
    x.flavum = flavum(x);
    x.capsule = capsule(x);
    return x;
}

double SoftTissue::bonyTube(const Surroundings& x) const {
    const double w = 0.5 * m_skeleton.at(x.place, &Station::canalWidth),
                 d = 0.5 * m_skeleton.at(x.place, &Station::canalDepth);
    // Rounded triangle: wide in front, narrower behind; its greatest width is the canal's.
    const double taper = m_skeleton.at(x.place, &Station::canalTaper);
    const double narrow =
        (1.0 - taper * std::clamp(x.place.b / d + 0.25, -0.25, 1.2)) / (1.0 + 0.216 * (taper - 0.30));
    return superellipse<10>(x.place.a, x.place.b, w * narrow, d);
}

double SoftTissue::flavum(const Surroundings& x) const {
    if (x.tube > 6.0 || x.place.b < -4.0) return std::max(x.tube, kReach);
    const double w = 0.5 * m_skeleton.at(x.place, &Station::canalWidth),
                 d = 0.5 * m_skeleton.at(x.place, &Station::canalDepth);
    const double angle = std::atan2(std::abs(x.place.a) / w, x.place.b / d); // 0 straight back
    const double side = std::clamp(0.5 + x.place.a / 4.0, 0.0, 1.0);         // 0 right, 1 left
    const double full = (1.0 - side) * m_skeleton.at(x.place, &Station::flavumR) +
                        side * m_skeleton.at(x.place, &Station::flavumL);
    const double midline = 1.0 - 0.35 * bump(x.place.a, 4.0); // thinner at the midline cleft
    const double around = std::clamp((1.85 - angle) / 0.5, 0.0, 1.0);
    const double thickness =
        full * midline * around * std::min(1.0, 1.6 * nearDisc(m_skeleton, x.place, 17.0));
    if (thickness <= 0.05) return kReach;
    const double outside = 3.0 * std::clamp((1.45 - angle) / 0.5, 0.0, 1.0);
    return std::max({-(x.tube + thickness), x.tube - outside, 8.0 * (angle - 1.85)});
}

double SoftTissue::capsule(const Surroundings& x) const {
    double field = kFar;
    for (std::size_t i = x.firstSegment; i <= x.lastSegment; ++i) {
        const auto& s = m_skeleton.segments[i];
        const Local& p = x.inSegment[i - x.firstSegment];
        if (std::abs(p.s) > 22.0) continue;
        double processes = kReach;
        for (std::size_t v = i; v <= i + 1; ++v)
            if (v >= x.firstVertebra && v <= x.lastVertebra)
                processes = std::min(processes, x.vertebra[v - x.firstVertebra].processes);
        const double thickness = 0.65 * s.shape.flavum[p.a > 0.0 ? 1 : 0];
        field = std::min(field, smoothMax(processes - thickness, std::abs(p.s) - 12.0, 4.0));
    }
    return field;
}

double SoftTissue::duralSac(const Surroundings& x) const {
    if (!x.nearSpine) return kFar;
    const double w = 0.5 * m_skeleton.at(x.place, &Station::sacWidth),
                 d = 0.5 * m_skeleton.at(x.place, &Station::sacDepth);
    const double canal = 0.5 * m_skeleton.at(x.place, &Station::canalDepth);
    const double b = x.place.b + std::max(0.0, canal - d - kSacFront); // it lies near the front wall
    const double free = superellipse<9>(x.place.a, b, w, d);
    if (free > 8.0) return free;
    const double end = x.place.along - m_skeleton.sacralEnd + 2.0; // the sac ends at S2
    double field = smoothMax(free, end, 4.0);
    field = smoothMax(field, kSacGap - x.disc, 1.0);
    field = smoothMax(field, kSacGap - x.flavum, 1.0);
    field = smoothMax(field, kSacGap - x.capsule, 1.0);
    return smoothMax(field, kSacGap - x.bone, 1.0);
}

double SoftTissue::canal(const Surroundings& x) const {
    return x.tube > 8.0 ? x.tube : std::max({x.tube, -x.disc, -x.flavum, -x.capsule, -x.bone});
}

double SoftTissue::bonyCanal(const Surroundings& x) const {
    return x.tube > 8.0 ? x.tube : std::max(x.tube, -x.bone);
}

double SoftTissue::foramenWall(const Surroundings& x) const {
    return std::min({x.bone, x.disc, x.flavum, x.capsule});
}

TissueSample SoftTissue::boneAt(const Surroundings& x) const {
    std::size_t best = x.firstVertebra;
    for (std::size_t i = x.firstVertebra; i <= x.lastVertebra; ++i)
        if (x.vertebra[i - x.firstVertebra].bone < x.vertebra[best - x.firstVertebra].bone) best = i;
    const Local& p = x.inVertebra[best - x.firstVertebra];
    const auto& v = m_skeleton.vertebrae[best];
    const double body = x.vertebra[best - x.firstVertebra].body;
    TissueSample found{Tissue::Marrow, body < 0.5 ? Region::Body : Region::Arch,
                       static_cast<std::uint8_t>(best)};
    // The dark line of compact bone is of uneven thickness and turns into spongy bone gradually.
    const double compact = 0.55 + 0.3 * noise(p, 5.0, 61u);
    if (x.bone > -compact - 0.4) {
        found.tissue = Tissue::CorticalBone;
        found.blend = inParts((-x.bone - compact) / 0.4);
        return found;
    }
    // Marrow is mottled with fat.
    found.blend = inParts(0.42 * noise(p, 10.0, 62u) + 0.34 * noise(p, 3.5, 64u) - 0.04);
    if (body > -0.75) return found;
    // The basivertebral vein enters the middle of the posterior wall.
    const double deep = 0.5 * v.shape.depth - p.b;
    if (std::abs(p.s) < 1.7 - 0.11 * deep && std::abs(p.a) < 6.0 && deep < 12.0 - std::abs(p.a)) {
        found.tissue = Tissue::Vein;
        return found;
    }
    // Modic change: a zone of uneven depth under the endplates that face the segment.
    const double depth = 5.0 + 3.0 * noise({p.a, p.b, 9.0 * static_cast<double>(best)}, 9.0, 63u);
    if (best > 0 && best <= m_parameters.modic.size() && m_parameters.modic[best - 1] != Modic::None &&
        0.5 * v.rim - p.s < depth)
        found.tissue = modicTissue(m_parameters.modic[best - 1]);
    else if (best < m_parameters.modic.size() && m_parameters.modic[best] != Modic::None &&
             0.5 * v.rim + p.s < depth)
        found.tissue = modicTissue(m_parameters.modic[best]);
    return found;
}

Tissue SoftTissue::inSac(const Surroundings& x, double sac) const {
    if (sac > -0.35) return Tissue::Ligament; // dura
    const auto& place = x.place;
    const double w = 0.5 * m_skeleton.at(place, &Station::sacWidth),
                 d = 0.5 * m_skeleton.at(place, &Station::sacDepth);
    const double canal = 0.5 * m_skeleton.at(place, &Station::canalDepth);
    const double b = place.b + std::max(0.0, canal - d - kSacFront);
    const std::size_t l1 = m_parameters.indexOf(anatomy::Vertebra::L1);
    const double tip = (l1 < m_skeleton.vertebrae.size() ? m_skeleton.stations[2 * l1].length : 0.0) +
                       28.0 * m_parameters.conus;
    const double above = tip - place.along;
    if (above > 0.0) {
        const double taper = std::sqrt(std::min(1.0, above / 28.0));
        if (superellipse<8>(place.a, b - 0.8, 4.7 * taper + 0.3, 3.9 * taper + 0.3) < 0.0)
            return Tissue::Cord;
    }
    // Cauda equina: pairs of strands in the back half of the sac that thin out as roots leave. Those that
    // leave last lie in the middle, in a second row before the first; at the midline they run as dark
    // threads.
    const double left = std::max(0.0, -above) / 34.0; // levels that the strands have passed
    const double fromCord = std::clamp((30.0 - above) / 60.0, 0.0, 1.0);
    if (fromCord <= 0.0) return Tissue::Csf;
    const auto isStrand = [&](double ra, double rb, double radius, const Local& seed) {
        if (std::abs(place.a - ra) > 2.0 || std::abs(b - rb) > 2.0) return false;
        const double wander = 0.5 * noise({seed.a, seed.b, place.along}, 26.0, 77u);
        return std::hypot(place.a - ra - wander, b - rb - wander) < radius;
    };
    const int pairs = static_cast<int>(std::clamp(7.5 - 1.1 * left, 2.0, 7.0));
    for (int k = 0; k < pairs; ++k)
        for (const double sign : {-1.0, 1.0})
            if (isStrand(sign * (0.09 + 0.125 * k) * w * (0.5 + 0.5 * fromCord),
                         (0.70 - 0.055 * k * (0.4 + 0.6 * fromCord)) * d - 0.35, 0.68,
                         {7.0 * k, 11.0 * sign, 0.0}))
                return Tissue::Root;
    const int middle = static_cast<int>(std::clamp(4.5 - 0.8 * left, 1.0, 4.0));
    for (int k = 0; k < middle; ++k)
        for (const double sign : {-1.0, 1.0})
            if (isStrand(sign * (0.03 + 0.15 * k) * w,
                         (0.46 - 0.06 * k + 0.07 * sign) * d * (0.7 + 0.3 * fromCord), 0.60,
                         {7.0 * k + 3.0, 11.0 * sign + 5.0, 0.0}))
                return Tissue::Root;
    return Tissue::Csf;
}

Tissue SoftTissue::inEpiduralSpace(const Surroundings& x) const {
    const auto& place = x.place;
    const double d = 0.5 * m_skeleton.at(place, &Station::canalDepth);
    const double disc = nearDisc(m_skeleton, place, 12.0);
    if (place.b < -0.75 * d) { // in front of the sac: posterior longitudinal ligament at the midline, veins
                               // behind the bodies
        if (std::abs(place.a) < 3.0 && place.b > -d - 0.5 && place.b < -d + 1.0) return Tissue::Ligament;
        if (disc < 0.15 && std::abs(place.a) < 9.0) return Tissue::Vein;
    }
    if (place.b > 0.15 * d && disc > 0.05) return Tissue::EpiduralFat;
    if (std::abs(place.a) < 0.75 * d && place.b > 0.0 && disc < 0.05) return Tissue::EpiduralFat;
    return noise({place.a, place.b, place.along}, 2.6, 91u) > 0.35 ? Tissue::Vein : Tissue::EpiduralFat;
}

bool SoftTissue::nearScrew(const Surroundings& x) const {
    constexpr double lost =
        5.5; // mm around the axis of a screw of 3 mm radius from which spins have dephased
    for (std::size_t i = x.firstVertebra; x.nearSpine && i <= x.lastVertebra; ++i) {
        const auto& v = m_skeleton.vertebrae[i];
        if (!v.screws) continue;
        const Local& p = x.inVertebra[i - x.firstVertebra];
        const Local q{std::abs(p.a), p.b - 0.5 * v.shape.depth, p.s - v.pedicleLevel};
        const double o = v.shape.pedicleOffset;
        const double uneven = lost + 1.2 * noise(p, 6.0, 71u);
        if (phantom::capsule(q, {o + 2.0, 26.0, 0.0}, {0.55 * o, -20.0, -1.0}, uneven, uneven) < 0.0)
            return true;
    }
    return false;
}

TissueSample SoftTissue::tissueAt(const geometry::PatientPoint& point) const {
    const double trunk = this->trunk(point);
    if (trunk > 0.0) return {Tissue::Air, Region::None, 0};
    if (trunk > -2.0) return {Tissue::Skin, Region::None, 0};
    const Surroundings x = surroundings(point);
    if (nearScrew(x)) return {Tissue::Metal, Region::None, 0};
    if (x.bone < 0.0) return boneAt(x);
    if (x.disc < 0.0) {
        const auto part = static_cast<std::uint8_t>(x.nearestSegment);
        const double outer = annulusShare(m_skeleton.segments[x.nearestSegment],
                                          x.inSegment[x.nearestSegment - x.firstSegment]);
        if (outer >= 1.0) return {Tissue::Annulus, Region::Disc, part};
        return {Tissue::Nucleus, Region::Disc, part, inParts(outer)};
    }
    if (x.nearSpine) {
        const double sac = duralSac(x);
        if (sac < 0.0) return {inSac(x, sac), Region::DuralSac, 0};
        if (x.flavum < 0.0) return {Tissue::Ligament, Region::None, 0};
        if (x.capsule < 0.0) {
            // Between and in front of the joint's bones; behind them the capsule is thin, and muscle follows.
            const SegmentBody& segment = m_skeleton.segments[x.nearestSegment];
            const double back = x.inSegment[x.nearestSegment - x.firstSegment].b - 0.5 * segment.depth;
            if (x.bone < 0.8 && back > 8.0) return {Tissue::Cartilage, Region::None, 0};
            if (back < 16.5 || x.bone < 1.2) return {Tissue::Ligament, Region::None, 0};
        }
        if (x.tube < 0.0) return {inEpiduralSpace(x), Region::Canal, 0};
    }
    return aroundSpine(x, trunk);
}

} // namespace forameter::phantom
