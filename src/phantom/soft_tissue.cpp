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
    return superellipse<11>(point.x, point.y - m_trunkCenter + hollow * behind, 0.5 * m_parameters.bodyWidth,
                            half);
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
    // Rounded triangle: wide in front, narrower behind.
    const double narrow = 1.0 - 0.34 * std::clamp(x.place.b / d + 0.25, -0.25, 1.2);
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
    if (x.bone > -0.75) {
        found.tissue = Tissue::CorticalBone;
        return found;
    }
    if (body > -0.75) return found;
    // The basivertebral vein enters the middle of the posterior wall.
    if (std::abs(p.s) < 1.2 && std::abs(p.a) < 5.0 && p.b > 0.5 * v.shape.depth - 8.0 + std::abs(p.a))
        found.tissue = Tissue::Vein;
    // Modic change: a zone of uneven depth under the endplates that face the segment.
    const double depth = 5.0 + 3.0 * valueNoise({p.a, p.b, 9.0 * static_cast<double>(best)}, 9.0, 63u);
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
    // Cauda equina: pairs of strands in the back half of the sac that thin out as roots leave.
    const int pairs = static_cast<int>(std::clamp(7.5 - 1.1 * std::max(0.0, -above) / 34.0, 2.0, 7.0));
    const double fromCord = std::clamp((30.0 - above) / 60.0, 0.0, 1.0);
    if (fromCord > 0.0)
        for (int k = 0; k < pairs; ++k)
            for (const double sign : {-1.0, 1.0}) {
                const double wander = valueNoise({7.0 * k, 11.0 * sign, place.along}, 26.0, 77u);
                const double ra = sign * (0.10 + 0.105 * k) * w * (0.5 + 0.5 * fromCord) + 0.5 * wander;
                const double rb = (0.62 - 0.055 * k * (0.4 + 0.6 * fromCord)) * d - 0.35 + 0.5 * wander;
                const double da = place.a - ra, db = b - rb;
                if (da * da + db * db < 0.62) return Tissue::Root;
            }
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
    return valueNoise({place.a, place.b, place.along}, 2.6, 91u) > 0.35 ? Tissue::Vein : Tissue::EpiduralFat;
}

Tissue SoftTissue::aroundSpine(const Surroundings& x) const {
    const auto& place = x.place;
    const Local straight{place.a, place.b, place.along};
    // Roots and ganglia leave below the pedicles.
    for (std::size_t i = x.firstVertebra; x.nearSpine && i <= x.lastVertebra; ++i) {
        const auto& v = m_skeleton.vertebrae[i];
        const Local& p = x.inVertebra[i - x.firstVertebra];
        const double o = v.shape.pedicleOffset, half = 0.5 * v.shape.depth;
        if (std::abs(p.a) > o + 26.0 || p.b < half - 22.0 || p.b > half + 15.0) continue;
        const Local q{std::abs(p.a), p.b - half, p.s - v.pedicleLevel + 0.5 * v.shape.pedicleHeight};
        const double size = 1.0 + 0.03 * static_cast<double>(i);
        if (ellipsoid(q, {o + 0.8, 6.8, -4.4}, {4.2, 2.5 * size, 3.0 * size}) < 0.0) return Tissue::Ganglion;
        if (phantom::capsule(q, {0.38 * v.shape.canalWidth, 5.5, 6.0}, {o - 2.0, 7.0, -3.2}, 1.5, 1.9) <
                0.0 ||
            phantom::capsule(q, {o + 2.0, 6.4, -5.0}, {o + 20.0, -6.0, -22.0}, 2.2, 2.4) < 0.0)
            return Tissue::Root;
        if (phantom::capsule(q, {o - 5.0, 3.4, -9.0}, {o + 12.0, 2.0, -10.0}, 1.1, 1.0) < 0.0)
            return Tissue::Vein;
        if (phantom::capsule(q, {o - 5.0, 3.0, -2.0}, {o + 10.0, 1.0, -2.5}, 0.7, 0.7) < 0.0)
            return Tissue::Artery;
    }
    if (x.bone < 1.0 || x.disc < 1.0) { // anterior longitudinal ligament
        const double front = place.b + 0.5 * m_skeleton.at(place, &Station::canalDepth);
        if (front < -22.0 && std::abs(place.a) < 16.0) return Tissue::Ligament;
    }
    const double canalBack = 0.5 * m_skeleton.at(place, &Station::canalDepth);
    const double from = m_skeleton.stations.front().length, to = m_skeleton.sacralEnd;
    const double down = std::clamp((place.along - from) / (to - from), 0.0, 1.0); // 0 at T12, 1 at S2
    // Between the spinous processes.
    if (std::abs(place.a) < 3.4 && place.b > canalBack && place.b < canalBack + 34.0)
        return valueNoise({straight.a, straight.b + 0.6 * straight.s, 0.35 * straight.s}, 2.0, 11u) > 0.12
                   ? Tissue::SubcutaneousFat
                   : Tissue::Muscle;
    // Muscles with fat between their bundles, most in the multifidus at the lower levels.
    const auto streaked = [&](double fat, std::uint32_t seed) {
        const double fibre =
            0.55 * valueNoise(
                       {1.3 * place.a + 0.5 * place.b, 0.7 * place.b - 0.35 * place.a, 0.10 * place.along},
                       3.6, seed) +
            0.60 * valueNoise({2.4 * place.a, 1.9 * place.b, 0.16 * place.along}, 3.0, seed + 1);
        return fibre > 0.66 - 1.2 * fat ? Tissue::SubcutaneousFat : Tissue::Muscle;
    };
    const double mass = superellipse<10>(std::abs(place.a) - 32.0, place.b - canalBack - 19.0 + 4.0 * down,
                                         31.0 - 5.0 * down, 23.0 - 8.0 * down * down);
    if (mass < 0.0) {
        if (std::abs(std::abs(place.a) - 21.0 - 0.12 * (place.b - canalBack) -
                     2.0 * valueNoise(straight, 14.0, 22u)) < 0.45)
            return Tissue::SubcutaneousFat; // septum
        return streaked(m_parameters.muscleFat * (std::abs(place.a) < 22.0 ? 0.8 + 1.2 * down : 0.7), 21u);
    }
    const double half = 0.5 * m_skeleton.vertebrae[x.firstVertebra].shape.width;
    const double psoas = 9.0 + 17.0 * std::min(1.0, 1.25 * down);
    if (superellipse<9>(std::abs(place.a) - half - 0.62 * psoas, place.b + canalBack + 20.0 + 8.0 * down,
                        psoas, 1.15 * psoas) < 0.0)
        return streaked(0.25 * m_parameters.muscleFat, 31u);
    if (superellipse<9>(std::abs(place.a) - 68.0, place.b + 2.0, 20.0, 8.0 + 4.0 * (1.0 - down)) < 0.0 &&
        down < 0.75)
        return streaked(0.4 * m_parameters.muscleFat, 41u);
    // Great vessels in front of the bodies; they divide at L4.
    const double front = -(2.0 * canalBack + m_skeleton.vertebrae[x.firstVertebra].shape.depth) + canalBack;
    const double apart = std::max(0.0, down - 0.62) * 70.0;
    if (std::hypot(place.a - 8.0 - apart, place.b - front + 12.0) < 8.6 - 0.35 * std::min(apart, 8.0))
        return Tissue::Artery;
    if (std::hypot(place.a + 15.0 + 0.7 * apart, (place.b - front + 11.0) * 1.15) <
        9.6 - 0.3 * std::min(apart, 8.0))
        return Tissue::Artery; // the cava: flowing as well
    if (apart > 0.0 && std::hypot(place.a + 12.0 + 1.1 * apart, place.b - front + 14.0) < 5.8)
        return Tissue::Artery;
    if (down < 0.45) {
        const Local kidney{std::abs(place.a), place.b, place.along};
        const double level = from + 0.24 * (to - from);
        const double outer = ellipsoid(kidney, {64.0, -38.0, level}, {24.0, 29.0, 55.0});
        if (outer < 0.0)
            return ellipsoid(kidney, {56.0, -40.0, level}, {12.0, 11.0, 28.0}) < 0.0 ? Tissue::VisceralFat
                                                                                     : Tissue::Kidney;
    }
    if (place.b < front - 22.0) { // bowel loops in fat
        const double loop = 0.75 * valueNoise({place.a, place.b, place.along}, 26.0, 51u) +
                            0.25 * valueNoise({place.a, place.b, place.along}, 9.0, 52u);
        const double near =
            std::max(0.0, 1.0 - (front - 22.0 - place.b) / 14.0); // none against the great vessels
        if (loop > -0.08 + 0.8 * near)
            return loop > 0.03 + 0.8 * near ? Tissue::BowelContent : Tissue::BowelWall;
        return Tissue::VisceralFat;
    }
    // Fat turns from that of the back into that of the belly gradually.
    return place.b > canalBack + 8.0 + 34.0 * valueNoise(straight, 3.0, 53u) ? Tissue::SubcutaneousFat
                                                                             : Tissue::VisceralFat;
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
        const double uneven = lost + 1.2 * valueNoise(p, 6.0, 71u);
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
        const bool inside = nucleus(m_skeleton.segments[x.nearestSegment],
                                    x.inSegment[x.nearestSegment - x.firstSegment]) < 0.0;
        return {inside ? Tissue::Nucleus : Tissue::Annulus, Region::Disc,
                static_cast<std::uint8_t>(x.nearestSegment)};
    }
    if (x.nearSpine) {
        const double sac = duralSac(x);
        if (sac < 0.0) return {inSac(x, sac), Region::DuralSac, 0};
        if (x.flavum < 0.0) return {Tissue::Ligament, Region::None, 0};
        if (x.capsule < 0.0) return {x.bone < 1.0 ? Tissue::Cartilage : Tissue::Ligament, Region::None, 0};
        if (x.tube < 0.0) return {inEpiduralSpace(x), Region::Canal, 0};
    }
    Tissue deep = aroundSpine(x);
    // The wall of the trunk: fat under the skin, a sheet of muscle at the sides and in front.
    if (deep == Tissue::VisceralFat || deep == Tissue::BowelContent || deep == Tissue::BowelWall) {
        const double fat = 6.0 + 0.6 * m_parameters.backFat;
        if (trunk > -fat)
            deep = Tissue::SubcutaneousFat;
        else if (trunk > -fat - 11.0 * std::clamp((m_skinBack - 42.0 - point.y) / 30.0, 0.0, 1.0))
            deep = Tissue::Muscle;
    }
    return {deep, Region::None, 0};
}

} // namespace forameter::phantom
