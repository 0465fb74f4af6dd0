// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/bias_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "forameter/agreement/comparisons.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/track.hpp"

namespace forameter::agreement {

namespace {

using anatomy::Structure;
using geometry::PatientVector;
using geometry::PlaneCurve;
using geometry::PlanePoint;

constexpr double kFine = 0.005; // mm: outlines are walked as polygons within this of the curve

/// A patient axis as it lies in the plane, unit length; none where it stands more than 60 degrees off it.
std::optional<PlanePoint> inPlane(const geometry::ImagePlane& plane, const PatientVector& axis) {
    const PlanePoint p{dot(axis, plane.rowDirection()), dot(axis, plane.columnDirection())};
    if (length(p) < 0.5) return std::nullopt;
    return (1.0 / length(p)) * p;
}

/// The place where the ray leaves the region for good; none where it does not meet the ring.
std::optional<double> leaves(const geometry::Track& ring, PlanePoint from, PlanePoint direction) {
    std::optional<double> found;
    double farthest = -1.0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const PlanePoint a = ring.point(i) - from, b = ring.point(i + 1) - from;
        const double sideA = cross(direction, a), sideB = cross(direction, b);
        if ((sideA > 0.0) == (sideB > 0.0)) continue;
        const double t = sideA / (sideA - sideB);
        const double reach = dot(direction, (1.0 - t) * a + t * b);
        if (reach <= farthest || reach < 0.0) continue;
        farthest = reach;
        found = ring.placeOn(i, t);
    }
    return found;
}

/// The four directions of the anchors and the template's axes on the screen.
struct Axes {
    std::array<PlanePoint, 4> anchors;
    PlanePoint right, down;
};
std::optional<Axes> axesOf(const geometry::ImagePlane& plane, Structure structure) {
    const auto back = inPlane(plane, {0.0, 1.0, 0.0});
    const auto other = inPlane(plane, structure == Structure::NF ? PatientVector{0.0, 0.0, -1.0}
                                                                 : PatientVector{1.0, 0.0, 0.0});
    if (!back || !other) return std::nullopt;
    if (structure == Structure::NF) // superior, anterior, inferior, posterior
        return Axes{{-1.0 * *other, -1.0 * *back, *other, *back}, *back, *other};
    return Axes{
        {-1.0 * *back, *other, *back, -1.0 * *other}, *other, *back}; // anterior, left, posterior, right
}

constexpr std::array kForamenWalls{Wall::Superior, Wall::Anterior, Wall::Inferior, Wall::Posterior};
constexpr std::array kCanalWalls{Wall::Anterior, Wall::Left, Wall::Posterior, Wall::Right};

PlaneCurve asPolygon(const PlaneCurve& curve) {
    return {geometry::CurveKind::Polygon, geometry::flatten(curve, kFine), {}};
}

using Kind = std::pair<Structure, std::optional<anatomy::Quantity>>;

/// What one rater did, case by case.
struct Gathered {
    std::vector<std::vector<double>> distances; ///< [case][position]
    std::vector<PlanePoint> outline;            ///< sum of the references' places
    std::vector<std::size_t> patients;

    void add(const std::vector<TemplateSample>& samples, std::vector<double> distance, std::size_t patient) {
        outline.resize(samples.size());
        for (std::size_t i = 0; i < samples.size(); ++i)
            outline[i] = outline[i] + samples[i].onScreen;
        distances.push_back(std::move(distance));
        patients.push_back(patient);
    }
};
/// By kind, rater and yardstick: its place in the list of references, or their number for "others".
using All = std::map<std::tuple<Kind, std::string, std::size_t>, Gathered>;

/// Signed distances of a curve at the samples, mm: + where the sample lies inside it.
std::vector<double> outwards(const PlaneCurve& polygon, const std::vector<TemplateSample>& samples) {
    std::vector<double> distances;
    for (const TemplateSample& sample : samples)
        distances.push_back(-geometry::signedDistance(polygon, sample.point).value());
    return distances;
}

BiasMap mapOf(const Gathered& gathered, Structure structure) {
    BiasMap map;
    map.structure = structure;
    map.cases = gathered.distances.size();
    map.patients = std::set(gathered.patients.begin(), gathered.patients.end()).size();
    const std::size_t positions = gathered.outline.size();
    const auto meanOver = [&](auto includes) { // positions of each case first, so that cases count alike
        std::vector<double> means;
        for (const auto& distances : gathered.distances) {
            double sum = 0.0, count = 0.0;
            for (std::size_t i = 0; i < positions; ++i) {
                if (!includes(i)) continue;
                sum += distances[i];
                count += 1.0;
            }
            means.push_back(count > 0.0 ? sum / count : 0.0);
        }
        return clusteredMean(means, gathered.patients).value_or(Estimate{});
    };
    const auto position = [&](std::size_t i) {
        return static_cast<double>(i) / static_cast<double>(positions);
    };
    for (std::size_t i = 0; i < positions; ++i)
        map.points.push_back({position(i), (1.0 / static_cast<double>(map.cases)) * gathered.outline[i],
                              meanOver([i](std::size_t k) { return k == i; })});
    for (const Wall wall : structure == Structure::NF ? kForamenWalls : kCanalWalls)
        map.walls.push_back(
            {wall, meanOver([&](std::size_t k) { return wallAt(structure, position(k)) == wall; })});
    map.overall = meanOver([](std::size_t) { return true; });
    return map;
}

/// One case on one image: every rater against the reference, or against the others.
void addImage(All& all, const Readings& readings, const std::vector<const PreparedReading*>& raters,
              const PreparedReading* reference, std::size_t positions) {
    const auto& key = raters.front()->key;
    const Kind kind{key.cell.structure, key.cell.quantity};
    const auto& plane = readings.planes[raters.front()->plane];
    const std::size_t patient = readings.patient.at(key.study);
    if (!reference && raters.size() < 3) return;
    // Without a reference distances are taken at the outline of middle size; the mean shape of the others is
    // where the mean of their signed distances is zero, so a rater's distance from it is the difference of
    // the two.
    std::vector<const PreparedReading*> bySize = raters;
    std::ranges::sort(bySize, {}, [](const auto* r) { return r->area; });
    const PreparedReading& base = reference ? *reference : *bySize[bySize.size() / 2];
    const auto samples = sampleTemplate(base.curve, plane, kind.first, positions);
    if (!samples) return;
    std::vector<std::vector<double>> distances;
    for (const auto* r : raters)
        distances.push_back(outwards(asPolygon(r->curve), *samples));
    const auto against =
        reference ? static_cast<std::size_t>(std::ranges::find(readings.references, reference->rater) -
                                             readings.references.begin())
                  : readings.references.size();
    const auto others = static_cast<double>(raters.size() - 1);
    for (std::size_t r = 0; r < raters.size(); ++r) {
        std::vector<double> own = distances[r];
        for (std::size_t i = 0; i < own.size() && !reference; ++i) {
            double sum = 0.0;
            for (std::size_t other = 0; other < raters.size(); ++other)
                if (other != r) sum += distances[other][i];
            own[i] -= sum / others;
        }
        all[{kind, raters[r]->rater, against}].add(*samples, std::move(own), patient);
    }
}

} // namespace

std::string_view name(Wall wall) noexcept {
    constexpr std::array<std::string_view, 6> names{"superior",  "anterior", "inferior",
                                                    "posterior", "left",     "right"};
    return names[static_cast<std::size_t>(wall)];
}

Wall wallAt(Structure structure, double position) noexcept {
    const auto quarter = static_cast<std::size_t>(std::floor(4.0 * position + 0.5)) % 4;
    return structure == Structure::NF ? kForamenWalls[quarter] : kCanalWalls[quarter];
}

std::optional<std::vector<TemplateSample>> sampleTemplate(const PlaneCurve& reference,
                                                          const geometry::ImagePlane& plane,
                                                          Structure structure, std::size_t positions) {
    const auto axes = axesOf(plane, structure);
    if (!axes || !geometry::validate(reference)) return std::nullopt;
    const geometry::Track ring(geometry::flatten(reference, kFine));
    const PlanePoint middle = geometry::centroid(reference);
    std::array<double, 4> anchors{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto found = leaves(ring, middle, axes->anchors[i]);
        if (!found) return std::nullopt;
        anchors[i] = *found;
    }
    // From the first anchor, the way round on which the others follow in their order.
    for (const double way : {1.0, -1.0}) {
        std::array<double, 5> from{};
        for (std::size_t i = 1; i < 4; ++i)
            from[i] = ring.wrapped(way * (anchors[i] - anchors[0]));
        from[4] = ring.length();
        if (!std::ranges::is_sorted(from)) continue;
        std::vector<TemplateSample> samples;
        for (std::size_t k = 0; k < positions; ++k) {
            const double u = 4.0 * static_cast<double>(k) / static_cast<double>(positions);
            const auto quarter = std::min<std::size_t>(3, static_cast<std::size_t>(u));
            const double t = u - static_cast<double>(quarter);
            const PlanePoint p =
                ring.at(anchors[0] + way * ((1.0 - t) * from[quarter] + t * from[quarter + 1]));
            samples.push_back({p, {dot(p - middle, axes->right), dot(p - middle, axes->down)}});
        }
        return samples;
    }
    return std::nullopt;
}

Result<std::vector<BiasMap>> biasMaps(const Readings& readings, std::size_t positions, const Watch& watch) {
    All all;
    for (std::size_t begin = 0, end = 0; begin < readings.all.size(); begin = end) {
        if (watch.cancelled()) return interrupted();
        std::map<ImageId, std::vector<const PreparedReading*>> raters;
        std::map<std::pair<ImageId, std::string>, const PreparedReading*> references;
        for (; end < readings.all.size() && readings.all[end].key == readings.all[begin].key; ++end) {
            const PreparedReading& r = readings.all[end];
            if (!r.assessable || r.identified) continue;
            if (r.isReference)
                references.emplace(std::pair(r.image, r.rater), &r);
            else if (r.isMain && r.occasion == 1)
                raters[r.image].push_back(&r);
        }
        for (const auto& [image, list] : raters) {
            if (readings.references.empty()) addImage(all, readings, list, nullptr, positions);
            for (const std::string& name : readings.references)
                if (const auto found = references.find({image, name}); found != references.end())
                    addImage(all, readings, list, found->second, positions);
        }
    }
    std::vector<BiasMap> maps;
    for (const auto& [key, gathered] : all) {
        const auto& [kind, rater, against] = key;
        BiasMap map = mapOf(gathered, kind.first);
        map.rater = rater;
        map.quantity = kind.second;
        map.against = against < readings.references.size() ? readings.references[against] : "others";
        maps.push_back(std::move(map));
    }
    return maps;
}

} // namespace forameter::agreement
