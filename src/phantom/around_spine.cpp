// SPDX-License-Identifier: Apache-2.0
// Muscles, vessels, nerves, pelvis, ribs and belly: what a picture shows beside the structures that are
// measured.
#include "soft_tissue.hpp"

namespace forameter::phantom {

namespace {

/// 1 on the surface where a random field is 0, falling to 0 within `width` of it: sheets and, cut across,
/// lines.
double sheet(double field, double width) {
    return std::max(0.0, 1.0 - std::abs(field) / width);
}

TissueSample only(Tissue tissue) {
    return {tissue, Region::None, 0};
}

} // namespace

/// `p` in the straightened body, one side folded onto the other; `fat` is the muscle's fatty share, `slant`
/// how far the fibres run outwards on their way down.
TissueSample SoftTissue::muscle(const Local& p, double fat, double slant, std::uint32_t which) const {
    const double a = p.a - slant * p.s, b = p.b + 0.3 * slant * p.s;
    const double patch = noise({0.6 * a, b, 0.3 * p.s}, 15.0, which);
    const double here = fat * std::max(0.15, 1.0 + 1.2 * patch);
    // Sheets between the bundles, broken off here and there; across the fibres they run backwards and
    // inwards.
    const Local across{1.45 * a + 0.55 * b, 0.6 * b - 0.25 * a, 0.10 * p.s};
    const double unbroken = ramp(patch, -0.5, 0.3);
    const double bundles =
        unbroken > 0.0 ? sheet(noise(across, 8.0, which + 1), 0.06 + 0.40 * here) * unbroken : 0.0;
    const double fine = sheet(noise(across, 3.6, which + 2), 0.10 + 0.45 * here);
    const double between = bundles * (0.22 + 1.5 * here) + fine * (0.06 + 0.9 * here);
    return {Tissue::Muscle, Region::None, 0, inParts(std::min(0.9, between + 0.3 * here))};
}

/// Fat of back and flanks: lobules with thin septa, and a fascia half way to the muscles.
TissueSample SoftTissue::fat(const Local& p, double trunk) const {
    double lobules = sheet(noise({p.a, 1.7 * p.b, 0.6 * p.s}, 14.0, 111u), 0.045);
    if (lobules > 0.0) lobules *= 0.4 * ramp(noise(p, 11.0, 114u), -0.2, 0.4);
    lobules += 0.14 * sheet(noise({p.a, 1.5 * p.b, p.s}, 5.0, 112u), 0.08);
    double fascia = trunk + 0.55 * m_parameters.backFat;
    fascia =
        std::abs(fascia) < 3.5 ? 0.4 * sheet(fascia + 2.5 * noise({p.a, 0.0, p.s}, 25.0, 113u), 0.7) : 0.0;
    return {Tissue::SubcutaneousFat, Region::None, 0, inParts(std::max(lobules, fascia))};
}

/// Fat of the belly and around the kidneys, with vessels and septa.
TissueSample SoftTissue::deepFat(const Local& p, double share) const {
    double vessels = sheet(noise({p.a, 0.5 * p.b, p.s}, 12.0, 56u), 0.06);
    if (vessels > 0.0) vessels *= 0.6 * ramp(noise(p, 9.0, 60u), -0.1, 0.4);
    vessels += 0.22 * sheet(noise(p, 4.0, 57u), 0.12) + 0.14 + 0.20 * noise(p, 22.0, 58u);
    return {Tissue::VisceralFat, Region::None, 0, inParts(share * std::clamp(vessels, 0.0, 0.8))};
}

/// Roots and ganglia leave below the pedicles with their vessels; vessels run around the middle of the
/// bodies.
std::optional<Tissue> SoftTissue::nerveOrVessel(const Surroundings& x) const {
    for (std::size_t i = x.firstVertebra; x.nearSpine && i <= x.lastVertebra; ++i) {
        const auto& v = m_skeleton.vertebrae[i];
        const Local& p = x.inVertebra[i - x.firstVertebra];
        const double o = v.shape.pedicleOffset, half = 0.5 * v.shape.depth;
        if (std::abs(p.a) > o + 26.0 || p.b > half + 15.0) continue;
        if (!v.sacral && p.b < 0.6 * half && x.vertebra[i - x.firstVertebra].body < 3.2 &&
            std::abs(p.s + 1.0) < 1.5)
            return x.vertebra[i - x.firstVertebra].body > 1.2 ? std::optional(Tissue::Artery) : std::nullopt;
        if (p.b < half - 22.0) continue;
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
    return std::nullopt;
}

/// Wing of the ilium from its joint with the sacrum to the spine in front, with the muscles on both its
/// faces.
std::optional<TissueSample> SoftTissue::pelvis(const geometry::PatientPoint& point,
                                               const Local& straight) const {
    const std::size_t s1 = m_parameters.indexOf(anatomy::Vertebra::S1);
    if (s1 >= m_parameters.names.size()) return std::nullopt;
    const auto d = point - m_skeleton.vertebrae[s1].frame.origin;
    constexpr double crest = 68.0; // mm above the middle of S1: the level of L4-L5
    if (d.z > crest || std::abs(d.x) < 34.0) return std::nullopt;
    const double wide = m_parameters.vertebrae[s1].width / 53.0;
    const double up = std::max(0.0, d.z / crest);
    // On a horizontal cut the wing is a bowed line from behind the joint to the front.
    const double x0 = wide * (51.0 + 30.0 * up * up), y0 = 50.0 - 36.0 * up, x1 = wide * 121.0,
                 y1 = -58.0 + 38.0 * up;
    const double dx = x1 - x0, dy = y1 - y0, size = std::hypot(dx, dy);
    const double ex = std::abs(d.x) - x0, ey = d.y - y0;
    const double u = (ex * dx + ey * dy) / (size * size), c = std::clamp(u, 0.0, 1.0);
    const double aside = (ex * dy - ey * dx) / size; // negative: on the outer face
    const double bow = aside + 9.0 * 4.0 * c * (1.0 - c);
    const double beyond = std::max({0.0, -u, u - 1.0}) * size;
    const double thick = 3.2 + 5.5 * (1.0 - c) * (1.0 - c) * (1.0 - 0.6 * up) +
                         1.6 * ramp(d.z, crest - 14.0, crest - 4.0) +
                         0.5 * noise({point.x, point.y, point.z}, 8.0, 121u);
    const double bone = smoothMax(std::hypot(bow, beyond) - thick, d.z - crest + 4.0, 4.0);
    if (bone < 0.0) {
        if (bone > -1.0) return only(Tissue::CorticalBone);
        return TissueSample{Tissue::Marrow, Region::None, static_cast<std::uint8_t>(s1),
                            inParts(0.25 + 0.3 * noise(straight, 6.0, 122u))};
    }
    if (u < -0.02 || u > 1.05 || d.z > crest - 6.0) return std::nullopt;
    const double belly =
        std::sqrt(std::max(0.0, (u + 0.02) * (1.05 - u))) * 2.0; // muscles thin out at their ends
    if (bow > 0.0 && bow < 16.0 * belly && u > 0.2)              // iliacus
        return muscle(straight, 0.5 * m_parameters.muscleFat, 0.3, 131u);
    if (bow < 0.0 && bow > -28.0 * belly && d.z < crest - 18.0) // gluteal muscles
        return muscle(straight, 0.8 * m_parameters.muscleFat, -0.6, 135u);
    return std::nullopt;
}

/// Eleventh and twelfth rib: from beside the body outwards, backwards and down.
std::optional<TissueSample> SoftTissue::rib(const geometry::PatientPoint& point) const {
    const auto& v = m_skeleton.vertebrae.front();
    const Local p = v.frame.toLocal(point);
    const double w = 0.5 * v.shape.width, half = 0.5 * v.shape.depth;
    const Local q{std::abs(p.a), p.b, p.s};
    if (q.a < w || q.s < -70.0) return std::nullopt;
    double bone = 100.0;
    for (const double up : {4.0, 33.0}) {
        const Local head{w + 1.0, half + 1.0, up}, angle{w + 40.0, half + 27.0, up - 24.0},
            tip{w + 82.0 + 0.6 * up, half - 2.0, up - 58.0};
        bone = std::min({bone, phantom::capsule(q, head, angle, 4.4, 4.0, {1.0, 0.75, 1.3}),
                         phantom::capsule(q, angle, tip, 4.0, 3.4, {1.0, 0.75, 1.3})});
    }
    if (bone > 0.0) return std::nullopt;
    return bone > -1.0 ? only(Tissue::CorticalBone) : TissueSample{Tissue::Marrow, Region::None, 0, 0};
}

/// In front of spine and great vessels: loops of bowel, some with gas, in fat with vessels; liver and spleen
/// above.
TissueSample SoftTissue::abdomen(const Local& p, double front, double down) const {
    if (down < 0.5) {
        const double from = m_skeleton.stations.front().length;
        const double rough = 5.0 * noise(p, 30.0, 55u);
        const Local q{p.a, p.b - front + 30.0, p.s - from};
        if (ellipsoid(q, {-72.0, -32.0, 0.0}, {76.0 + rough, 62.0 + rough, 72.0 + rough}) < 0.0)
            return {Tissue::BowelWall, Region::None, 0}; // liver: much like the wall of the bowel
        if (ellipsoid(q, {88.0, 6.0, 4.0}, {30.0 + rough, 42.0 + rough, 44.0 + rough}) < 0.0)
            return only(Tissue::Kidney);
    }
    const double loop = 0.7 * noise(p, 24.0, 51u) + 0.3 * noise(p, 9.0, 52u);
    const double near = std::max(0.0, 1.0 - (front - 18.0 - p.b) / 16.0); // none against the great vessels
    const double edge = loop + 0.02 - 0.8 * near;
    if (edge > 0.09) {
        const double gas = ramp(noise({p.a, 0.6 * p.b, p.s}, 20.0, 54u), 0.15, 0.35);
        return {Tissue::BowelContent, Region::None, 0, inParts(gas)};
    }
    if (edge > 0.0) return only(Tissue::BowelWall);
    return deepFat(p, 1.0);
}

TissueSample SoftTissue::aroundSpine(const Surroundings& x, double trunk) const {
    const auto& place = x.place;
    const Local straight{place.a, place.b, place.along};
    const Local folded{std::abs(place.a), place.b, place.a > 0.0 ? place.along : place.along + 900.0};
    if (const auto found = nerveOrVessel(x)) return only(*found);
    const double canalBack = 0.5 * m_skeleton.at(place, &Station::canalDepth);
    if ((x.bone < 1.0 || x.disc < 1.0) && place.b + canalBack < -22.0 && std::abs(place.a) < 16.0)
        return only(Tissue::Ligament); // the anterior longitudinal one
    const double from = m_skeleton.stations.front().length, to = m_skeleton.sacralEnd;
    const double down = std::clamp((place.along - from) / (to - from), 0.0, 1.0); // 0 at T12, 1 at S2
    const double width = folded.a;

    // Between the spinous processes: ligament and small muscles with fat between their fibres, which fan out
    // backwards; bursae and fat close to the tips.
    if (width < 3.6 && place.b > canalBack && place.b < canalBack + 33.0) {
        const double back = place.b - canalBack;
        const Local fan{place.a, 0.35 * (back + 0.7 * place.along), place.along - 0.5 * back};
        const double fibres = 0.30 + 0.25 * noise(fan, 6.0, 11u) + 0.35 * sheet(noise(fan, 3.5, 12u), 0.35);
        return {Tissue::Muscle, Region::None, 0, inParts(std::clamp(fibres, 0.03, 0.85))};
    }
    // Back muscles under their fascia; multifidus, longissimus and iliocostalis parted by sheets of fat.
    const double across = 34.0 - 8.0 * down, lateral = width - across;
    double mass = superellipse<9>(lateral, place.b - canalBack - 18.0 + 4.0 * down - 0.10 * lateral, across,
                                  24.0 - 8.0 * down * down);
    if (mass < 1.0 && mass > -3.0) mass += 0.8 * noise({place.a, place.b, 0.3 * place.along}, 16.0, 25u);
    if (mass < 0.0) {
        if (mass > -0.7) return {Tissue::Ligament, Region::None, 0, inParts(0.2)};
        const double wander = 3.0 * noise({folded.a, folded.b, 0.4 * folded.s}, 15.0, 22u);
        const double first = width - 19.0 - 4.0 * down - 0.25 * (place.b - canalBack - 14.0) - wander,
                     second = width - 42.0 - 0.35 * (place.b - canalBack - 14.0) + wander;
        const double open = ramp(noise(straight, 13.0, 23u), -0.6, 0.6); // wide here, closed there
        const double parted = std::max(sheet(first, 0.5 + (0.8 + 2.0 * down) * open),
                                       0.8 * open * sheet(second, 0.4 + 0.9 * open));
        const bool multifidus = first < 0.0;
        TissueSample found = muscle(folded, m_parameters.muscleFat * (multifidus ? 0.7 + 1.3 * down : 0.6),
                                    multifidus ? 0.25 : -0.06, multifidus ? 21u : 26u);
        found.blend = std::max(found.blend, inParts(parted));
        return found;
    }
    if (down > 0.4)
        if (const auto found = pelvis(x.point, folded)) return *found;
    const double half = 0.5 * m_skeleton.vertebrae[x.firstVertebra].shape.width;
    const double psoas = 8.0 + 15.0 * std::min(1.0, 1.3 * down);
    const double tilted = width - half - 0.55 * psoas + 0.25 * (place.b + canalBack + 17.0);
    double ilio = superellipse<9>(tilted, place.b + canalBack + 17.0 + 9.0 * down, psoas, 1.25 * psoas);
    if (ilio < 1.2) ilio += 1.2 * noise(folded, 18.0, 33u);
    if (ilio < 0.0) return muscle(folded, 0.25 * m_parameters.muscleFat, 0.15, 31u);
    if (down < 0.75) {
        double quadratus = superellipse<9>(width - 60.0, place.b + 0.5 - 0.15 * (width - 60.0), 23.0,
                                           8.0 + 4.0 * (1.0 - down));
        if (quadratus < 1.0) quadratus += noise(folded, 14.0, 43u);
        if (quadratus < 0.0) return muscle(folded, 0.4 * m_parameters.muscleFat, -0.2, 41u);
    }
    if (place.along < from + 75.0)
        if (const auto found = rib(x.point)) return *found;
    // Great vessels in front of the bodies; they divide at L4.
    const double front = -(canalBack + m_skeleton.vertebrae[x.firstVertebra].shape.depth);
    const double apart = std::max(0.0, down - 0.62) * 70.0;
    if (std::hypot(place.a - 8.0 - apart, place.b - front + 11.0) < 8.6 - 0.35 * std::min(apart, 8.0) ||
        std::hypot(place.a + 15.0 + 0.7 * apart, (place.b - front + 10.0) * 1.25) <
            9.6 - 0.3 * std::min(apart, 8.0) ||
        (apart > 0.0 && std::hypot(place.a + 12.0 + 1.1 * apart, place.b - front + 14.0) < 5.8))
        return only(Tissue::Artery); // the cava flows as well
    if (down < 0.45) {               // kidneys lie obliquely in front of the muscles
        const double turned = 0.57;
        const double ka = width - 68.0, kb = place.b + 32.0;
        const Local kidney{std::cos(turned) * ka + std::sin(turned) * kb,
                           std::cos(turned) * kb - std::sin(turned) * ka,
                           place.along - from - 0.24 * (to - from) - (place.a < 0.0 ? 10.0 : 0.0)};
        const double outer = ellipsoid(kidney, {}, {31.0, 18.5, 54.0});
        if (outer < 0.0) {
            const double sinus =
                ellipsoid(kidney, {-7.0, -2.0, 0.0}, {20.0, 6.0, 30.0}) + 3.0 * noise(folded, 7.0, 45u);
            const double cortex = 0.18 * ramp(-outer, 4.0, 7.0) * (0.5 + 0.5 * noise(folded, 5.0, 46u));
            return {Tissue::Kidney, Region::None, 0, inParts(std::max(cortex, ramp(-sinus, -1.0, 1.5)))};
        }
    }
    // The wall of the trunk: fat under the skin, sheets of muscle at the sides and in front.
    const double under = 6.0 + 0.6 * m_parameters.backFat;
    const double wall = 11.0 * std::clamp((m_skinBack - 42.0 - x.point.y) / 30.0, 0.0, 1.0);
    if (trunk > -under) return fat(straight, trunk);
    if (trunk > -under - wall) {
        TissueSample found = muscle(folded, 0.5 * m_parameters.muscleFat, 0.0, 47u);
        found.blend = std::max(found.blend, inParts(0.7 * sheet(trunk + under + 0.5 * wall, 0.6)));
        return found;
    }
    if (place.b < front - 18.0 || (width > half + 40.0 && place.b < -30.0))
        return abdomen(straight, front, down);
    // Fat turns from that of the back into that around the kidneys gradually.
    const double inner = ramp(canalBack + 6.0 + 14.0 * noise(straight, 9.0, 53u) - place.b, 0.0, 14.0);
    return inner > 0.0 ? deepFat(straight, inner) : fat(straight, trunk);
}

} // namespace forameter::phantom
