// SPDX-License-Identifier: Apache-2.0
#include "relaxation.hpp"

#include <algorithm>

namespace forameter::phantom {

namespace {

Relaxation mix(const Relaxation& a, const Relaxation& b, double t) {
    return {a.t1 + t * (b.t1 - a.t1), a.t2 + t * (b.t2 - a.t2), a.density + t * (b.density - a.density)};
}

/// Normal, intermediate, desiccated disc: T1 and density of Drake-Perez 2018, T2 of Marinelli 2010.
Relaxation nucleusOf(double degeneration) {
    constexpr Relaxation normal{1165.0, 132.0, 78.9}, intermediate{723.0, 86.0, 60.8},
        desiccated{554.0, 53.0, 47.6};
    const double d = std::clamp(degeneration, 0.0, 1.0);
    return d < 0.5 ? mix(normal, intermediate, 2.0 * d) : mix(intermediate, desiccated, 2.0 * d - 1.0);
}

/// Share of marrow's room that its trabeculae leave to water and fat.
constexpr double kSpongyBone = 0.88;

Composition at15(Tissue tissue, double marrowFat, double degeneration) {
    switch (tissue) {
    case Tissue::Air:
    case Tissue::Metal:
        return {{1000.0, 1.0, 0.0}, 0.0};
    case Tissue::Skin:
        return {{900.0, 30.0, 70.0}, 0.2};
    case Tissue::SubcutaneousFat:
    case Tissue::EpiduralFat:
        return {{900.0, 40.0, 80.0}, 0.95};
    case Tissue::VisceralFat:
        return {{900.0, 40.0, 80.0}, 0.92};
    case Tissue::Muscle:
        return {{870.0, 35.0, 78.0}, 0.02, 0.15};
    case Tissue::Marrow:
        return {{900.0, 53.0, 80.0}, marrowFat, 0.0, kSpongyBone};
    case Tissue::MarrowOedema:
        return {{1150.0, 95.0, 90.0}, 0.35 * marrowFat, 0.0, kSpongyBone};
    case Tissue::MarrowFat:
        return {{900.0, 50.0, 80.0}, 0.85, 0.0, kSpongyBone};
    case Tissue::Sclerosis:
        return {{900.0, 25.0, 25.0}, 0.1};
    case Tissue::CorticalBone:
        return {{1000.0, 3.0, 8.0}, 0.0};
    case Tissue::Nucleus:
        return {nucleusOf(degeneration), 0.0};
    case Tissue::Annulus:
        return {mix({700.0, 44.0, 62.0}, {650.0, 36.0, 50.0}, degeneration), 0.0, 0.15};
    case Tissue::Ligament:
        return {{700.0, 25.0, 48.0}, 0.04, 0.2};
    case Tissue::Csf:
        return {{4273.0, 1578.0, 107.5}, 0.0};
    case Tissue::Cord:
        return {{780.0, 92.0, 66.0}, 0.0, 0.15};
    case Tissue::Root:
        return {{780.0, 80.0, 62.0}, 0.0, 0.1};
    case Tissue::Ganglion:
        return {{850.0, 85.0, 68.0}, 0.0};
    case Tissue::Vein:
        return {{1350.0, 110.0, 80.0}, 0.05};
    case Tissue::Artery:
        return {{1400.0, 60.0, 9.0}, 0.0};
    case Tissue::BowelWall:
        return {{900.0, 48.0, 76.0}, 0.0, 0.15};
    case Tissue::BowelContent:
        return {{1000.0, 70.0, 60.0}, 0.1};
    case Tissue::Kidney:
        return {{970.0, 78.0, 84.0}, 0.0};
    case Tissue::Cartilage:
        return {{1000.0, 36.0, 60.0}, 0.0, 0.15};
    }
    return {};
}

} // namespace

Composition compositionOf(Tissue tissue, double tesla, double marrowFat, double degeneration) {
    Composition c = at15(tissue, marrowFat, degeneration);
    if (tesla > 2.0) {
        c.water.t1 *= tissue == Tissue::Csf ? 1.0 : 1.2;
        c.water.t2 *= tissue == Tissue::Csf ? 1.0 : 0.9;
    }
    return c;
}

Relaxation fatOf(double tesla) {
    return tesla > 2.0 ? Relaxation{390.0, 92.0, 95.0} : Relaxation{330.0, 100.0, 95.0};
}

double unevenness(Tissue tissue) {
    switch (tissue) {
    case Tissue::Marrow:
    case Tissue::MarrowOedema:
    case Tissue::MarrowFat:
        return 0.13;
    case Tissue::Muscle:
        return 0.22;
    case Tissue::Nucleus:
        return 0.13;
    case Tissue::Annulus:
        return 0.22;
    case Tissue::Ligament:
        return 0.20;
    case Tissue::SubcutaneousFat:
        return 0.07;
    case Tissue::VisceralFat:
        return 0.12;
    case Tissue::EpiduralFat:
        return 0.06;
    case Tissue::BowelContent:
        return 0.45;
    case Tissue::BowelWall:
        return 0.15;
    case Tissue::Kidney:
        return 0.08;
    case Tissue::Vein:
        return 0.15;
    default:
        return 0.05;
    }
}

} // namespace forameter::phantom
