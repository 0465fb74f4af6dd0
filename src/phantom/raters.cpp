// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/raters.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>

#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/track.hpp"
#include "names.hpp"

namespace forameter::phantom {

namespace {

using anatomy::Cell;
using anatomy::Structure;

/// A smooth random field along a closed line, of unit variance, whose correlation at distance d is exp(-d^2 /
/// (2 length^2)): its Fourier series, wave by wave, has the variance of that kernel's spectrum.
class BoundaryField {
public:
    BoundaryField(double perimeter, double length, Random& random) : m_perimeter(perimeter) {
        double total = 0.0;
        for (int k = 0;; ++k) {
            const double w = 2.0 * std::numbers::pi * k * length / perimeter;
            const double variance = (k == 0 ? 1.0 : 2.0) * std::exp(-0.5 * w * w);
            if (k > 0 && variance < 1e-4) break;
            total += variance;
            m_waves.push_back({random.normal() * std::sqrt(variance), random.normal() * std::sqrt(variance)});
        }
        for (auto& [c, s] : m_waves) {
            c /= std::sqrt(total);
            s /= std::sqrt(total);
        }
    }
    [[nodiscard]] double at(double along) const {
        double value = m_waves[0][0];
        for (std::size_t k = 1; k < m_waves.size(); ++k) {
            const double angle = 2.0 * std::numbers::pi * static_cast<double>(k) * along / m_perimeter;
            value += m_waves[k][0] * std::cos(angle) + m_waves[k][1] * std::sin(angle);
        }
        return value;
    }

private:
    double m_perimeter;
    std::vector<std::array<double, 2>> m_waves;
};

geometry::PlanePoint inPlane(const geometry::ImagePlane& plane, const geometry::PatientVector& direction) {
    const geometry::PlanePoint p{dot(direction, plane.rowDirection()),
                                 dot(direction, plane.columnDirection())};
    return (1.0 / std::max(1e-9, length(p))) * p;
}

/// mm by which the rater moves a wall that faces along `normal` (outwards, unit length). Walls between two
/// named ones mix both.
double bias(const RaterProfile& rater, const Cell& cell, const geometry::ImagePlane& plane,
            geometry::PlanePoint normal) {
    const double back = dot(normal, inPlane(plane, {0.0, 1.0, 0.0}));
    if (cell.structure == Structure::NF) {
        const double up = dot(normal, inPlane(plane, {0.0, 0.0, 1.0}));
        return (up > 0.0 ? rater.foramen.superior : rater.foramen.inferior) * up * up +
               (back > 0.0 ? rater.foramen.posterior : rater.foramen.anterior) * back * back;
    }
    return (back > 0.0 ? rater.canal.posterior : rater.canal.anterior) * back * back +
           rater.canal.lateral * std::max(0.0, 1.0 - back * back);
}

/// A closed line walked at even steps.
struct Walk {
    std::vector<geometry::PlanePoint> points, normals; ///< normals outwards, smoothed over 1.5 mm
    double perimeter = 0.0;
};

Walk walk(const geometry::PlaneCurve& curve) {
    const geometry::Track line(geometry::flatten(curve, 0.005));
    Walk walk;
    walk.perimeter = line.length();
    const auto count = static_cast<std::size_t>(std::max(24.0, std::ceil(walk.perimeter / 0.25)));
    for (std::size_t i = 0; i < count; ++i)
        walk.points.push_back(line.at(walk.perimeter * static_cast<double>(i) / static_cast<double>(count)));
    const std::size_t reach = std::max<std::size_t>(
        1, static_cast<std::size_t>(0.75 * static_cast<double>(count) / walk.perimeter));
    const double turn = geometry::signedArea(line.points()) > SquareMillimetres(0.0) ? 1.0 : -1.0;
    for (std::size_t i = 0; i < count; ++i) {
        const geometry::PlanePoint tangent =
            walk.points[(i + reach) % count] - walk.points[(i + count - reach) % count];
        const double size = std::max(1e-9, length(tangent));
        walk.normals.push_back({turn * tangent.y / size, -turn * tangent.x / size});
    }
    return walk;
}

} // namespace

RaterProfile drawRater(const CohortSettings& settings, std::size_t number) {
    RaterProfile rater;
    rater.name = "rater-" + std::to_string(number);
    Random random = randomOf(settings, "profile of " + rater.name);
    // People who draw generously do so on most walls: a common part, and an own one per wall.
    const double common = random.normalWithin(0.0, 0.10, -0.22, 0.22);
    const auto wall = [&] {
        return std::clamp(common + random.normalWithin(0.0, 0.16, -0.35, 0.35), -0.4, 0.4);
    };
    rater.foramen = {wall(), wall(), wall(), wall()};
    rater.canal = {wall(), wall(), wall()};
    rater.skill = random.uniform(0.8, 1.3);
    rater.clickDistance = random.uniform(2.4, 3.4);
    rater.correlation = random.uniform(3.0, 5.0);
    rater.fatigue = random.uniform(0.1, 0.4);
    rater.otherSlice = random.uniform(0.04, 0.12);
    return rater;
}

geometry::PlaneCurve drawnBy(const RaterProfile& rater, const geometry::PlaneCurve& truth, const Cell& cell,
                             const geometry::ImagePlane& plane, Random own, Random fresh, double strength) {
    const Walk line = walk(truth);
    const BoundaryField habit(line.perimeter, rater.correlation, own),
        mood(line.perimeter, rater.correlation, fresh);
    const double count = static_cast<double>(line.points.size());
    const double start = fresh.uniform();
    double clickDistance = rater.clickDistance;
    double share = 1.0; // of the deviation; less where the full one would tangle a narrow outline
    for (int attempt = 0; attempt < 8; ++attempt, share *= 0.6, clickDistance *= 0.85) {
        const auto clicks =
            static_cast<std::size_t>(std::max(8.0, std::round(line.perimeter / clickDistance)));
        geometry::PlaneCurve drawn{geometry::CurveKind::Spline, {}, {}};
        Random jitter = fresh.stream(7);
        for (std::size_t i = 0; i < clicks; ++i) {
            const double at =
                (static_cast<double>(i) + start + jitter.uniform(-0.2, 0.2)) / static_cast<double>(clicks);
            const auto index =
                static_cast<std::size_t>(std::fmod(at + 1.0, 1.0) * count) % line.points.size();
            const double along = line.perimeter * static_cast<double>(index) / count;
            const double noise =
                std::sqrt(rater.habit) * habit.at(along) + std::sqrt(1.0 - rater.habit) * mood.at(along);
            const double shift =
                bias(rater, cell, plane, line.normals[index]) + rater.noise * rater.skill * strength * noise;
            drawn.points.push_back(line.points[index] + share * shift * line.normals[index]);
        }
        if (geometry::validate(drawn)) return drawn;
    }
    return truth;
}

std::vector<protocol::Contour> readStudy(const SimulatedStudy& study, const CohortSettings& settings,
                                         const RaterProfile& rater, std::size_t before,
                                         std::uint64_t repeat) {
    const auto& cells = study.truth.protocol;
    const auto ofCell = [&](const Cell& cell) -> const ImageOutline* {
        const auto found = std::ranges::find(cells, cell, &ImageOutline::cell);
        return found == cells.end() ? nullptr : &*found;
    };
    const auto beside = [&](const ImageOutline& of, int step) -> const ImageOutline* {
        const auto found = std::ranges::find_if(study.truth.all, [&](const ImageOutline& other) {
            return other.cell == of.cell && other.series == of.series && other.step == of.step + step;
        });
        return found == study.truth.all.end() ? nullptr : &*found;
    };
    const std::string reading = rater.name + " on study " + std::to_string(study.index);
    std::vector<protocol::Contour> contours;
    for (const ImageOutline& wanted : cells) {
        const std::string name = reading + ": " + label(wanted.cell);
        Random own = randomOf(settings, name),
               fresh = randomOf(settings, name + ", reading " + std::to_string(repeat));
        const double slip = rater.slip * rater.skill;
        const ImageOutline* on = &wanted;
        if (fresh.chance(slip)) {
            const int down = fresh.chance(0.5) ? 1 : -1;
            // Of the patient's levels, not of those that have an outline: a slip is of one level.
            const auto levels = anatomy::readingLevels(study.truth.levels.lumbarCount);
            const auto neighbour = static_cast<std::size_t>(std::ranges::find(levels, wanted.cell.level) -
                                                            levels.begin() + down); // -1 is out of range
            if (neighbour < levels.size()) {
                Cell other = wanted.cell;
                other.level = levels[neighbour];
                if (const auto* there = ofCell(other)) on = there;
            }
        } else if (wanted.cell.structure == Structure::NF && fresh.chance(slip)) {
            Cell other = wanted.cell;
            other.side = *other.side == anatomy::Side::R ? anatomy::Side::L : anatomy::Side::R;
            if (const auto* there = ofCell(other)) on = there;
        }
        // Readers who are unsure of the slice hesitate between the same two each time.
        Random& hesitation = fresh.chance(0.5) ? own : fresh;
        if (hesitation.chance(rater.otherSlice))
            if (const auto* next = beside(*on, hesitation.chance(0.5) ? 1 : -1)) on = next;
        const double tired = 1.0 + rater.fatigue *
                                       static_cast<double>((before + contours.size()) % kSession) /
                                       static_cast<double>(kSession);
        const geometry::PlaneCurve curve = drawnBy(rater, on->outline.curve, wanted.cell, study.plane(*on),
                                                   own.stream(1), fresh.stream(2), tired);
        ImageOutline as = *on;
        as.cell = wanted.cell;
        protocol::Contour contour = study.contour(as, curve, rater.name, protocol::Source::Manual);
        contour.id = study.ids.contour(name + ", reading " + std::to_string(repeat));
        contour.created += std::chrono::days(30 * (static_cast<int>(repeat) + 1)) +
                           std::chrono::seconds(40 * contours.size());
        contour.note = "simulated rater";
        contours.push_back(std::move(contour));
    }
    return contours;
}

} // namespace forameter::phantom
