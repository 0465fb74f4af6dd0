// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/study.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "forameter/core/sha256.hpp"
#include "forameter/core/time.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/protocol/reading.hpp"
#include "names.hpp"

namespace forameter::phantom {

namespace {

using anatomy::Cell;
using anatomy::Structure;
using geometry::PlaneCurve;

/// "2.25." and the first 128 bits of the name's SHA-256 as a decimal number (the form that DICOM PS3.5 B.2
/// gives UUIDs).
std::string uidOf(const std::string& name) {
    const Sha256Digest digest = sha256(name);
    std::array<std::uint8_t, 16> number{};
    std::copy_n(digest.begin(), number.size(), number.begin());
    std::string digits;
    while (std::ranges::any_of(number, [](std::uint8_t byte) { return byte != 0; })) {
        unsigned rest = 0;
        for (auto& byte : number) { // long division by ten
            const unsigned value = rest << 8 | byte;
            byte = static_cast<std::uint8_t>(value / 10);
            rest = value % 10;
        }
        digits.insert(digits.begin(), static_cast<char>('0' + rest));
    }
    return "2.25." + (digits.empty() ? "0" : digits);
}

bool isSagittal(const SeriesPlan& series) {
    return !series.planes.empty() && series.planes.front().plane() == geometry::Plane::Sagittal;
}

/// The series with these properties that comes first; series.size() where there is none.
std::size_t firstSeries(const StudyPlan& plan, bool sagittal, Weighting weighting) {
    const auto fits = [&](const SeriesPlan& s) {
        return isSagittal(s) == sagittal && s.acquisition.sequence.weighting == weighting;
    };
    return static_cast<std::size_t>(std::ranges::find_if(plan.series, fits) - plan.series.begin());
}

/// Splines of ever more points until the area is that of the polygon within 0.05 %; the polygon itself where
/// none does.
PlaneCurve splineOf(const Outline& outline) {
    for (const double tolerance : {0.03, 0.015, 0.005}) {
        PlaneCurve spline = geometry::splineThrough(outline.curve, tolerance);
        const double area = geometry::area(spline).value();
        if (std::abs(area - outline.area.value()) <= 5e-4 * outline.area.value() &&
            geometry::validate(spline))
            return spline;
    }
    return outline.curve;
}

/// 31 January 2020 to about 2025, never a real visit.
std::string madeUpDate(Random random) {
    return isoDate(std::chrono::sys_days(std::chrono::year(2020) / 1 / 31) +
                   std::chrono::days(random.below(2000)));
}

/// Areas of the cells as a complete reading would find them: those of the protocol's slices, and of the
/// model's own planes for cells that the study does not cover.
CellAreas areasOf(const SpineModel& model, const StudyTruth& truth) {
    CellAreas areas;
    for (const auto& on : truth.protocol)
        areas[on.cell] = on.outline.area;
    for (const Cell& cell : protocol::readingCells(model.parameters().lumbarCount)) {
        if (areas.contains(cell)) continue;
        if (const auto plane = standardPlane(model, cell))
            if (const auto outline = cut(model, cell, *plane)) areas[cell] = outline->area;
    }
    return areas;
}

} // namespace

StudyIds::StudyIds(const CohortSettings& settings, std::size_t index)
    : m_name(nameOf(settings) + "/study " + std::to_string(index)) {}

StudyUid StudyIds::study() const {
    return StudyUid(uidOf(m_name));
}
FrameOfReferenceUid StudyIds::frameOfReference() const {
    return FrameOfReferenceUid(uidOf(m_name + "/frame of reference"));
}
SeriesUid StudyIds::series(std::size_t series) const {
    return SeriesUid(uidOf(m_name + "/series " + std::to_string(series)));
}
SopUid StudyIds::image(std::size_t series, std::size_t slice) const {
    return SopUid(uidOf(m_name + "/series " + std::to_string(series) + "/image " + std::to_string(slice)));
}

ContourId StudyIds::contour(std::string_view name) const {
    Sha256Digest digest = sha256(m_name + "/contour " + std::string(name));
    digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0f) | 0x80); // version 8
    digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3f) | 0x80); // variant
    const std::string hex = toHex(digest);
    return ContourId(hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
                     hex.substr(16, 4) + "-" + hex.substr(20, 12));
}

StudyTruth truthOf(const SpineModel& model, const StudyPlan& plan) {
    StudyTruth truth;
    truth.levels = model.levels();
    const std::size_t none = plan.series.size();
    const std::size_t sagT1 = firstSeries(plan, true, Weighting::T1),
                      sagT2 = firstSeries(plan, true, Weighting::T2);
    const std::size_t axT2 = firstSeries(plan, false, Weighting::T2);

    const auto take = [&](const Cell& cell, std::size_t series, bool ofDefault) {
        const auto& planes = plan.series[series].planes;
        const auto block = [&](std::size_t slice) {
            return std::ranges::upper_bound(plan.series[series].blockStarts, slice);
        };
        auto on = ofProtocol(model, cell, planes);
        if (!on) return;
        if (ofDefault) truth.protocol.push_back({cell, series, on->slice, 0, on->outline});
        truth.all.push_back({cell, series, on->slice, 0, on->outline});
        for (auto& next : neighbours(model, *on, planes))
            if (block(next.slice) == block(on->slice)) // the first slice of the next block shows another disc
                truth.all.push_back(
                    {cell, series, next.slice, next.slice > on->slice ? 1 : -1, std::move(next.outline)});
    };
    for (const Cell& cell : protocol::readingCells(model.parameters().lumbarCount)) {
        if (cell.structure == Structure::CC) {
            if (axT2 == none) continue;
            take(cell, axT2, true);
            for (const auto quantity : {anatomy::Quantity::Canal, anatomy::Quantity::BonyCanal})
                take(Cell::canal(cell.level, quantity), axT2, false);
            continue;
        }
        const std::size_t first = sagT1 != none ? sagT1 : sagT2;
        if (first == none) continue;
        const std::size_t from = truth.all.size();
        take(cell, first, true);
        if (sagT2 == none || sagT2 == first) continue;
        if (plan.series[sagT2].planes == plan.series[first].planes) {
            const std::size_t to = truth.all.size(); // the same planes: the same outlines
            for (std::size_t i = from; i < to; ++i) {
                ImageOutline same = truth.all[i];
                same.series = sagT2;
                truth.all.push_back(std::move(same));
            }
        } else {
            take(cell, sagT2, false);
        }
    }
    return truth;
}

Result<SimulatedStudy> simulateStudy(const CohortSettings& settings, std::size_t index) {
    const std::string name = "study " + std::to_string(index);
    constexpr std::uint64_t kAttempts = 4 * kMildest;
    for (std::uint64_t attempt = 0; attempt < kAttempts; ++attempt) {
        Subject subject = drawSubject(settings, index, attempt);
        SpineModel model(subject.spine);
        Random planning = randomOf(settings, name + "/plan " + std::to_string(attempt));
        StudyPlan plan = planStudy(model, settings.coverage, planning);
        StudyTruth truth = truthOf(model, plan);
        const std::size_t cells = protocol::readingCells(subject.spine.lumbarCount).size();
        if (settings.coverage == Coverage::Complete && truth.protocol.size() != cells) continue;
        ClinicalRecord clinical =
            drawClinicalRecord(subject, areasOf(model, truth), randomOf(settings, name + "/clinic"));
        char number[32];
        std::snprintf(number, sizeof number, "%04zu", index + 1);
        return SimulatedStudy{index,
                              StudyIds(settings, index),
                              "PHANTOM-" + std::to_string(settings.seed) + "-" + number,
                              std::string("PHANTOM^") + number,
                              madeUpDate(randomOf(settings, name + "/date")),
                              std::move(subject),
                              std::move(model),
                              std::move(plan),
                              std::move(truth),
                              std::move(clinical),
                              randomOf(settings, name + "/pictures")};
    }
    return fail(ErrorCode::Other, "No spine with an outline for every cell was found for " + name +
                                      " of seed " + std::to_string(settings.seed) + ".");
}

protocol::Contour SimulatedStudy::contour(const ImageOutline& on, const PlaneCurve& curve,
                                          const std::string& rater, protocol::Source source) const {
    protocol::Contour contour;
    contour.study = ids.study();
    contour.image = {ids.series(on.series), ids.image(on.series, on.slice), 1};
    contour.cell = on.cell;
    contour.curve = geometry::toPatient(curve, plane(on));
    contour.rater = rater;
    contour.source = source;
    contour.plane = plane(on).plane();
    contour.weighting = plan.series[on.series].acquisition.sequence.weighting;
    contour.protocol = protocol::defaultProtocol(on.cell.structure);
    protocol::keepSlicePosition(contour, truth.levels, plane(on));
    if (const auto at = timestampFromIso8601(date + "T10:00:00Z")) contour.created = *at;
    return contour;
}

std::vector<protocol::Contour> SimulatedStudy::truthContours(std::span<const ImageOutline> outlines) const {
    std::vector<protocol::Contour> contours;
    for (const auto& on : outlines) {
        contours.push_back(contour(on, splineOf(on.outline), "truth", protocol::Source::Phantom));
        contours.back().id = ids.contour("truth: " + label(on.cell) + "/" + std::to_string(on.series) + "/" +
                                         std::to_string(on.slice));
    }
    return contours;
}

} // namespace forameter::phantom
