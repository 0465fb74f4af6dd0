// SPDX-License-Identifier: Apache-2.0
#include "bones.hpp"

#include <numbers>

namespace forameter::phantom {

namespace {

/// Cross-section of a body or disc: rounder in front, flatter behind.
double endplateOutline(double a, double b, double w, double d) {
    return b > 0.0 ? superellipse<12>(a, b, w, d) : superellipse<9>(a, b, w, d);
}

double vertebralBody(const VertebraBody& v, Local p) {
    const double w = 0.5 * v.shape.width, d = 0.5 * v.shape.depth;
    if (std::abs(p.a) > w + kReach || std::abs(p.b) > d + kReach) return kReach;
    const double wedge = (v.shape.heightPosterior - v.shape.heightAnterior) / v.shape.depth;
    const double x = std::clamp(2.0 * p.s / v.rim, -1.2, 1.2);
    const double waist = v.shape.waist + (1.0 - v.shape.waist) * x * x; // the posterior wall is hollowed less
    const double outline = endplateOutline(p.a, p.b, w * waist, d * (p.b > 0.0 ? 0.4 + 0.6 * waist : waist));
    const double ra = p.a / w, rb = p.b / d;
    const double hollow = v.shape.endplateConcavity * std::max(0.0, 1.0 - (ra * ra + rb * rb));
    const double half = 0.5 * v.rim + 0.5 * wedge * std::clamp(p.b, -d, d) - hollow;
    return smoothMax(outline, std::abs(p.s) - half, 2.5);
}

/// Pars, superior and inferior articular process. `q` is measured from the back of the body at the pedicles'
/// middle, one side folded onto the other.
double articularProcesses(const VertebraBody& v, Local q, bool left) {
    const double x = v.shape.pedicleOffset;
    if (q.a > x + 20.0 || q.a < x - 20.0 || q.b < -2.0 || q.b > 34.0 || q.s > 34.0 || q.s < -40.0)
        return kReach;
    const double growAbove = v.growthAbove[left ? 1 : 0], growBelow = v.growthBelow[left ? 1 : 0];
    // Pars: from the back of the pedicle down and backwards; superior process: up and forwards, towards the
    // disc; inferior process: down and inwards, behind the superior process of the vertebra below.
    double field = capsule(q, {x + 0.5, 14.8, 2.0}, {x + 0.2, 16.8, -12.5}, 5.2, 4.4, {1.0, 0.80, 1.0});
    const double lean = v.sacral ? 10.6 : 9.0;
    field =
        smoothMin(field,
                  capsule(q, {x + 1.6, 12.6, 0.5}, {x + 1.8, lean - 0.25 * growAbove, 13.6 + 0.5 * growAbove},
                          4.8 + 0.6 * growAbove, 3.5 + growAbove, {1.35, 0.85, 1.0}),
                  3.0);
    if (!v.sacral)
        field = smoothMin(field,
                          capsule(q, {x - 0.4, 18.0, -11.5}, {x - 2.6, 20.2, -23.5}, 4.6 + 0.5 * growBelow,
                                  3.8 + growBelow, {1.5, 0.85, 1.0}),
                          2.5);
    return field;
}

double pedicle(const VertebraBody& v, Local q) {
    const double section = superellipse<9>(q.a - v.shape.pedicleOffset, q.s, 0.5 * v.shape.pedicleWidth,
                                           0.5 * v.shape.pedicleHeight);
    return smoothMax(section, std::max(-8.0 - q.b, q.b - 14.0), 2.0);
}

/// Lamina, spinous and transverse process, wing of the sacrum.
double arch(const VertebraBody& v, Local p, Local q) {
    const auto seed = static_cast<std::uint32_t>(1000.0 * v.shape.spinousLength); // of its own unevenness
    const double x = v.shape.pedicleOffset, canal = v.shape.canalDepth;
    double field = kReach;
    if (v.laminaLeft > 0.02 && q.a < x + 8.0 && q.b > 2.0) {
        double lamina = capsule(q, {x - 1.5, 0.80 * canal + 3.5, -9.0}, {0.0, canal + 4.2, -11.5}, 3.2, 3.4,
                                {1.0, 1.0, 2.5});
        const double length = v.shape.spinousLength * v.laminaLeft;
        const double drop = v.sacral ? 3.0 : 7.5;
        if (length > 3.0 && q.a < 14.0)
            lamina =
                smoothMin(lamina,
                          capsule(q, {0.0, canal + 5.5, -12.0}, {0.0, canal + 4.0 + length, -12.0 - drop},
                                  2.8, 4.1, {1.0, 1.0, v.sacral ? 1.8 : 2.6}) +
                              (v.sacral ? 0.6 : 1.1) * valueNoise({p.a, p.b, p.s}, 8.0, seed),
                          3.0);
        // What a laminectomy takes away is taken from the midline outwards.
        if (v.laminaLeft < 0.98) lamina = std::max(lamina, (1.0 - v.laminaLeft) * (x + 4.0) - q.a);
        field = std::min(field, lamina);
    }
    if (v.shape.transverseLength > 2.0 && q.a > x - 8.0 && q.b < 28.0 && q.b > -2.0)
        field = smoothMin(field,
                          capsule(q, {x + 5.0, 11.5, 1.0}, {x + 5.0 + v.shape.transverseLength, 16.5, 3.0},
                                  4.6, 3.2, {1.0, 0.7, 1.15}),
                          3.0);
    if (v.sacral || v.fusedWing) {
        field =
            smoothMin(field, ellipsoid(q, {x + 15.0, 3.0, -7.0}, {24.0, 15.0, v.sacral ? 17.0 : 10.0}), 6.0);
    }
    return field;
}

struct Behind {
    double pedicle, processes, all;
};

Behind behind(const VertebraBody& v, Local p) {
    const Local q{std::abs(p.a), p.b - 0.5 * v.shape.depth, p.s - v.pedicleLevel};
    const double bar = pedicle(v, q), processes = articularProcesses(v, q, p.a > 0.0);
    // The blends round the roof and the floor of the foramen.
    return {bar, processes, smoothMin(smoothMin(bar, processes, 5.0), arch(v, p, q), 3.0)};
}

} // namespace

VertebraFields vertebra(const VertebraBody& v, Local p) {
    VertebraFields f;
    if (std::abs(p.s) > 48.0 || p.b < -0.5 * v.shape.depth - kReach) return f;
    const double below = 0.5 * std::max(v.shape.heightAnterior, v.shape.heightPosterior) + kReach;
    if (std::abs(p.s) < below) f.body = vertebralBody(v, p);
    f.bone = f.body;
    if (p.b > 0.5 * v.shape.depth - 9.0) {
        const Behind b = behind(v, p);
        f.processes = b.processes;
        f.bone = std::min(smoothMin(f.body, b.pedicle, 6.0), b.all);
    }
    return f;
}

double posteriorElements(const VertebraBody& v, Local p) {
    return behind(v, p).all;
}

double discBlock(const SegmentBody& s, Local p) {
    const double w = 0.5 * s.width, d = 0.5 * s.depth;
    const double half = 0.5 * s.height + 0.5 * s.wedge * std::clamp(p.b, -d - 3.0, d + 3.0);
    // A slip draws the disc out: it reaches from the rim of the one body to that of the other, and rises
    // behind the body that stands in front.
    const double slipped = std::min(std::abs(s.shape.slip), 12.0);
    const double rise = s.shape.slip * p.s > 0.0
                            ? 0.6 * slipped * std::clamp((p.b - d + 0.5 * slipped + 1.5) / 3.0, 0.0, 1.0)
                            : 0.0;
    const double along = std::abs(p.s) - half - 2.2 - rise;
    const double most = kReach + s.shape.bulge + s.shape.protrusion.size + 0.5 * std::abs(s.shape.slip);
    if (along > kReach || std::abs(p.a) > w + most || std::abs(p.b) > d + most) return kReach;
    // Beyond the endplates by the bulge, most behind; a protrusion is a bump at its own angle and height.
    const double rim = 0.5 * (w + d);
    const double x = p.a / w, y = p.b / d, r = std::sqrt(x * x + y * y) + 1.0e-9;
    double beyond = s.shape.bulge * (0.35 + 0.65 * (0.5 + 0.5 * y / r));
    if (s.shape.protrusion.size > 0.0) {
        const double azimuth = std::atan2(x, y); // 0 straight back, positive to the left
        const double delta = std::remainder(azimuth - s.shape.protrusion.angle * std::numbers::pi / 180.0,
                                            2.0 * std::numbers::pi);
        const double up = p.s / (0.75 * s.height + 3.0);
        beyond += s.shape.protrusion.size * bump(delta * rim, s.shape.protrusion.width) *
                  std::max(0.0, 1.0 - up * up);
    }
    // Annulus bulges roundly: full at mid height, less at the rims.
    const double u = p.s / (0.5 * s.height + 1.0);
    beyond *= std::max(0.0, 1.0 - 0.35 * u * u);
    return std::max(endplateOutline(p.a, p.b, w + beyond, d + beyond + 0.5 * slipped), along);
}

double annulusShare(const SegmentBody& s, Local p) {
    const double half = 0.5 * s.height + 0.5 * s.wedge * p.b;
    const double x = p.a / (0.41 * s.width), y = (p.b - 0.6) / (0.40 * s.depth);
    const double outwards = ramp(std::sqrt(x * x + y * y), 0.60, 1.08);
    const double endplate = ramp(std::abs(p.s), half - 0.2, half + 0.9);
    // From the thirties on a dark cleft runs through the middle of the nucleus.
    const double cleft = 0.6 * ramp(s.shape.degeneration, 0.1, 0.4) * bump(p.s - 0.3, 1.4);
    return std::max({outwards * outwards * (3.0 - 2.0 * outwards), endplate, cleft});
}

} // namespace forameter::phantom
