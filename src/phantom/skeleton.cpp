// SPDX-License-Identifier: Apache-2.0
#include "skeleton.hpp"

#include <numbers>

namespace forameter::phantom {

namespace {

using geometry::PatientPoint;
using geometry::PatientVector;

constexpr double kRadians = std::numbers::pi / 180.0;
constexpr double kDiscTaper = 0.45; ///< of the canal where flavum and disc, not bone, bound it

/// Axes after tilting in the sagittal plane, then leaning sideways, then turning about the own axis.
Frame frameAt(PatientPoint origin, double tilt, double lateral, double rotation) {
    const double ct = std::cos(tilt), st = std::sin(tilt), cl = std::cos(lateral), sl = std::sin(lateral);
    const PatientVector superior{sl, cl * st, cl * ct};
    const PatientVector posterior0{0.0, ct, -st};
    const PatientVector left0 = cross(posterior0, superior);
    const double cr = std::cos(rotation), sr = std::sin(rotation);
    const PatientVector left = cr * left0 + sr * posterior0;
    return {origin, left, cross(superior, left), superior};
}

/// With a further sacral vertebra at the end, smaller than the last.
SpineParameters withRemnant(SpineParameters parameters) {
    VertebraShape tail = parameters.vertebrae.back();
    for (double* length : {&tail.depth, &tail.width, &tail.canalWidth, &tail.canalDepth, &tail.pedicleOffset,
                           &tail.pedicleHeight})
        *length *= 0.75;
    tail.heightAnterior *= 0.78;
    tail.heightPosterior *= 0.78;
    SegmentShape remnant = parameters.segments.back();
    remnant.discAnterior = remnant.discPosterior = 1.8;
    remnant.bulge = 0.0;
    parameters.names.push_back(parameters.names.back());
    parameters.vertebrae.push_back(tail);
    parameters.segments.push_back(remnant);
    parameters.laminectomy.push_back(0.0);
    parameters.screws.push_back(false);
    return parameters;
}

/// Of the bodies, radians. They follow from the wedges: what is higher in front turns everything below
/// forwards.
std::vector<double> tiltsOf(const SpineParameters& parameters, std::size_t reference) {
    const auto bodyWedge = [&](std::size_t i) {
        const auto& v = parameters.vertebrae[i];
        return std::atan((v.heightAnterior - v.heightPosterior) / v.depth);
    };
    const auto discWedge = [&](std::size_t i) {
        const auto& s = parameters.segments[i];
        return std::atan((s.discAnterior - s.discPosterior) /
                         (0.5 * (parameters.vertebrae[i].depth + parameters.vertebrae[i + 1].depth)));
    };
    std::vector<double> tilt(parameters.names.size(), parameters.tilt * kRadians);
    for (std::size_t i = reference; i + 1 < tilt.size(); ++i)
        tilt[i + 1] = tilt[i] - 0.5 * bodyWedge(i) - discWedge(i) - 0.5 * bodyWedge(i + 1);
    for (std::size_t i = reference; i > 0; --i)
        tilt[i - 1] = tilt[i] + 0.5 * bodyWedge(i) + discWedge(i - 1) + 0.5 * bodyWedge(i - 1);
    return tilt;
}

/// A body that is turned as it stands, and not yet in its place.
VertebraBody bodyOf(const SpineParameters& parameters, std::size_t i, double tilt) {
    const std::size_t n = parameters.names.size();
    VertebraBody v;
    v.shape = parameters.vertebrae[i];
    v.rim = 0.5 * (v.shape.heightAnterior + v.shape.heightPosterior);
    v.pedicleLevel = 0.5 * v.rim - 1.0 - 0.5 * v.shape.pedicleHeight;
    v.sacral = parameters.names[i] == anatomy::Vertebra::S1 || parameters.names[i] == anatomy::Vertebra::S2;
    v.fusedWing = !v.sacral && parameters.transition == anatomy::Transition::SacralisedL5 && i + 1 < n &&
                  parameters.names[i + 1] == anatomy::Vertebra::S1;
    v.laminaLeft = 1.0 - parameters.laminectomy[i];
    v.screws = parameters.screws[i];
    v.frame = frameAt({}, tilt, v.shape.lateralTilt * kRadians, v.shape.rotation * kRadians);
    if (i > 0) v.growthAbove = parameters.segments[i - 1].facetGrowth;
    if (i + 1 < n) v.growthBelow = parameters.segments[i].facetGrowth;
    return v;
}

/// From the middle of a body to the middle of the one below it.
PatientVector link(const VertebraBody& upper, const VertebraBody& lower, const SegmentShape& between) {
    const auto &u = upper.frame, &l = lower.frame;
    const PatientVector up = normalized(u.superior + l.superior),
                        back = normalized(u.posterior + l.posterior);
    const double height = 0.5 * (between.discAnterior + between.discPosterior);
    return -0.5 * upper.rim * u.superior - height * up + between.slip * back - 0.5 * lower.rim * l.superior;
}

SegmentBody segmentBetween(const VertebraBody& u, const VertebraBody& l, const SegmentShape& shape) {
    SegmentBody s;
    s.shape = shape;
    s.height = 0.5 * (s.shape.discAnterior + s.shape.discPosterior);
    s.width = 0.5 * (u.shape.width + l.shape.width) - 1.0;
    s.depth = 0.5 * (u.shape.depth + l.shape.depth);
    s.wedge = (s.shape.discPosterior - s.shape.discAnterior) / s.depth;
    const PatientPoint upper = u.frame.toPatient({0.0, 0.0, -0.5 * u.rim}),
                       lower = l.frame.toPatient({0.0, 0.0, 0.5 * l.rim});
    s.frame.origin = 0.5 * (upper + lower);
    s.frame.superior = normalized(u.frame.superior + l.frame.superior);
    const PatientVector left = u.frame.left + l.frame.left;
    s.frame.left = normalized(left - dot(left, s.frame.superior) * s.frame.superior);
    s.frame.posterior = cross(s.frame.superior, s.frame.left);
    return s;
}

PatientPoint canalMiddle(const VertebraBody& body, double level) {
    return body.frame.toPatient({0.0, 0.5 * body.shape.depth + 0.5 * body.shape.canalDepth, level});
}

Station stationAtPedicles(const VertebraBody& v, const SegmentShape& above, const SegmentShape& below) {
    Station pedicle;
    pedicle.frame = v.frame;
    pedicle.frame.origin = canalMiddle(v, v.pedicleLevel);
    pedicle.canalWidth = v.shape.canalWidth;
    pedicle.canalDepth = v.shape.canalDepth;
    pedicle.canalTaper = v.shape.canalTaper;
    pedicle.sacWidth = 0.5 * (below.sacWidth + above.sacWidth);
    pedicle.sacDepth = 0.5 * (below.sacDepth + above.sacDepth) + 0.6;
    pedicle.flavumR = pedicle.flavumL = 0.0;
    pedicle.epiduralFat = 0.5 * (below.epiduralFat + above.epiduralFat);
    return pedicle;
}

Station stationAtDisc(const VertebraBody& v, const VertebraBody& l, const SegmentBody& segment) {
    Station disc;
    disc.frame = segment.frame;
    disc.frame.origin = 0.5 * (canalMiddle(v, -0.5 * v.rim) + canalMiddle(l, 0.5 * l.rim));
    // Between the laminae the canal is deeper by the flavum that fills it.
    constexpr double deeper = 1.8;
    disc.frame.origin = disc.frame.origin + 0.5 * deeper * disc.frame.posterior;
    disc.canalWidth = 0.5 * (v.shape.canalWidth + l.shape.canalWidth) - 0.3;
    // A slip brings the arch above nearer to the body below.
    disc.canalDepth = std::max(4.0, 0.5 * (v.shape.canalDepth + l.shape.canalDepth) + deeper -
                                        0.6 * std::abs(segment.shape.slip));
    disc.canalTaper = kDiscTaper;
    disc.sacWidth = segment.shape.sacWidth;
    disc.sacDepth = segment.shape.sacDepth;
    disc.flavumR = segment.shape.flavum[0];
    disc.flavumL = segment.shape.flavum[1];
    disc.interlaminar = 1.0;
    disc.epiduralFat = segment.shape.epiduralFat;
    return disc;
}

} // namespace

Skeleton::Skeleton(const SpineParameters& given) {
    const std::size_t named = given.names.size();
    const SpineParameters parameters = withRemnant(given);
    const std::size_t n = parameters.names.size();
    const std::size_t reference = std::min(parameters.indexOf(anatomy::Vertebra::L3), n - 1);
    const std::vector<double> tilt = tiltsOf(parameters, reference);
    for (std::size_t i = 0; i < n; ++i)
        vertebrae.push_back(bodyOf(parameters, i, tilt[i]));
    // Chain the bodies through the discs, downwards and upwards from L3.
    const auto toNext = [&](std::size_t i) {
        return link(vertebrae[i], vertebrae[i + 1], parameters.segments[i]);
    };
    for (std::size_t i = reference; i + 1 < n; ++i)
        vertebrae[i + 1].frame.origin = vertebrae[i].frame.origin + toNext(i);
    for (std::size_t i = reference; i > 0; --i)
        vertebrae[i - 1].frame.origin = vertebrae[i].frame.origin - toNext(i - 1);
    for (std::size_t i = 0; i + 1 < n; ++i)
        segments.push_back(segmentBetween(vertebrae[i], vertebrae[i + 1], parameters.segments[i]));

    for (std::size_t i = 0; i < n; ++i) {
        const auto& shapes = parameters.segments;
        stations.push_back(stationAtPedicles(vertebrae[i], shapes[i == 0 ? 0 : i - 1],
                                             shapes[std::min(i, shapes.size() - 1)]));
        if (i + 1 < n) stations.push_back(stationAtDisc(vertebrae[i], vertebrae[i + 1], segments[i]));
    }
    for (std::size_t i = 1; i < stations.size(); ++i)
        stations[i].length =
            stations[i - 1].length + length(stations[i].frame.origin - stations[i - 1].frame.origin);
    sacralEnd = stations[2 * (named - 1)].length;
}

CanalPlace Skeleton::place(const PatientPoint& p) const {
    CanalPlace place;
    double above = dot(p - stations[0].frame.origin, stations[0].frame.superior); // >= 0: above that station
    double here = above;
    for (place.below = 1; place.below < stations.size(); ++place.below) {
        const auto& f = stations[place.below].frame;
        here = dot(p - f.origin, f.superior);
        if (here >= 0.0 || place.below + 1 == stations.size()) break;
        above = here;
    }
    const auto &u = stations[place.below - 1], &l = stations[place.below];
    place.t = here == above ? 0.0 : above / (above - here);
    const double t = place.t;
    const PatientPoint origin = (1.0 - t) * u.frame.origin + t * l.frame.origin;
    const auto d = p - origin;
    const double c = std::clamp(t, 0.0, 1.0);
    place.a = dot(d, (1.0 - c) * u.frame.left + c * l.frame.left);
    place.b = dot(d, (1.0 - c) * u.frame.posterior + c * l.frame.posterior);
    place.along = u.length + t * (l.length - u.length);
    return place;
}

} // namespace forameter::phantom
