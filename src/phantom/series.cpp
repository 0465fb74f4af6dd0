// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/series.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "forameter/imaging/fourier.hpp"

namespace forameter::phantom {

namespace {

using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PatientVector;

/// Parallel planes around `center`; `normal` = row direction x column direction is the direction in which
/// they follow each other.
std::vector<ImagePlane> stackAround(PatientPoint center, PatientVector right, PatientVector down, int count,
                                    double spacing, double fieldOfView, int matrix) {
    const double pixel = fieldOfView / matrix, half = 0.5 * pixel * (matrix - 1);
    const PatientVector normal = cross(right, down);
    std::vector<ImagePlane> planes;
    for (int i = 0; i < count; ++i) {
        const PatientPoint middle = center + ((i - 0.5 * (count - 1)) * spacing) * normal;
        planes.push_back(*ImagePlane::create(
            {middle - half * right - half * down, right, down, pixel, pixel, matrix, matrix}));
    }
    return planes;
}

PatientVector turned(PatientVector v, PatientVector axis, double degrees) { // Rodrigues
    const double t = degrees * std::numbers::pi / 180.0;
    return std::cos(t) * v + std::sin(t) * cross(axis, v) + ((1.0 - std::cos(t)) * dot(axis, v)) * axis;
}

SeriesPlan sagittal(const SpineModel& model, Weighting weighting, double tesla, const SeriesPlan* like,
                    Random& random) {
    SeriesPlan plan;
    const Sequence sequence = sampleSequence(weighting, tesla, random);
    plan.acquisition = sampleAcquisition(sequence, random);
    plan.description = weighting == Weighting::STIR
                           ? "SAG STIR"
                           : std::string("SAG ") + std::string(name(weighting)) + " TSE";
    plan.blockStarts = {0};
    if (like) { // planned by copying the first one, as technologists do
        plan.planes = like->planes;
        plan.thickness = like->thickness;
        plan.spacing = like->spacing;
    } else {
        plan.thickness = random.chance(0.7) ? 4.0 : 3.5;
        plan.spacing = plan.thickness * (random.chance(0.7) ? 1.1 : 1.0);
        const int matrix = random.chance(0.5) ? 320 : 384;
        const double fieldOfView = std::round(random.uniform(260.0, 300.0));
        const auto levels = model.levels();
        PatientPoint middle{};
        for (const auto& mark : levels.marks)
            middle = middle + (1.0 / static_cast<double>(levels.marks.size())) * mark.center;
        const double turn = random.normalWithin(0.0, 1.2, -3.0, 3.0),
                     lean = random.normalWithin(0.0, 1.0, -2.5, 2.5);
        const PatientVector back =
            turned(turned({0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}, turn), {0.0, 1.0, 0.0}, lean);
        const PatientVector down =
            turned(turned({0.0, 0.0, -1.0}, {0.0, 0.0, 1.0}, turn), {0.0, 1.0, 0.0}, lean);
        const int count = static_cast<int>(std::ceil(62.0 / plan.spacing)) | 1;
        // Rows run backwards and columns down, so slices follow each other from the patient's left to the
        // right.
        plan.planes = stackAround(
            {middle.x + random.normalWithin(0.0, 1.5, -4.0, 4.0), middle.y + 12.0, middle.z - 4.0}, back,
            down, count, plan.spacing, fieldOfView, matrix);
    }
    const int matrix = plan.planes.front().columns();
    plan.acquisition.frequencySteps = weighting == Weighting::STIR ? matrix * 4 / 5 : matrix;
    plan.acquisition.phaseSteps =
        static_cast<int>(plan.acquisition.frequencySteps * random.uniform(0.7, 0.9));
    if (random.chance(0.6)) plan.acquisition.saturation = random.uniform(0.6, 0.95);
    plan.acquisition.phaseAxis =
        Acquisition::PhaseAxis::Columns; // head to foot: ghosts of the abdomen stay off the spine
    // Foramina are read by their fat: it stands where the truth is, and water beside its place.
    plan.acquisition.inPlace = Acquisition::InPlace::Fat;
    return plan;
}

SeriesPlan axial(const SpineModel& model, Weighting weighting, double tesla, Coverage coverage,
                 Random& random) {
    SeriesPlan plan;
    plan.acquisition = sampleAcquisition(sampleSequence(weighting, tesla, random), random);
    plan.description = std::string("AX ") + std::string(name(weighting)) + " TSE";
    plan.thickness = random.chance(0.6) ? 4.0 : 3.5;
    plan.spacing = plan.thickness * 1.1;
    const int matrix = random.chance(0.5) ? 320 : 384;
    const double fieldOfView = std::round(random.uniform(170.0, 210.0));
    const double off = random.normalWithin(0.0, 3.0, -8.0, 8.0);
    auto levels = anatomy::readingLevels(model.levels().lumbarCount);
    const bool clinical = coverage == Coverage::Clinical;
    if (clinical && random.chance(0.5))
        levels.erase(levels.begin(), levels.begin() + 1 + static_cast<std::ptrdiff_t>(random.below(2)));
    const bool straight = clinical && random.chance(0.2);
    if (straight) { // one block from the first disc to the last, not angled
        const auto top = model.disc(levels.front()), bottom = model.disc(levels.back());
        const PatientPoint middle = 0.5 * (top->center + bottom->center);
        const int count = static_cast<int>((top->center.z - bottom->center.z + 20.0) / plan.spacing);
        plan.blockStarts = {0};
        plan.planes = stackAround({middle.x + off, middle.y + 22.0, middle.z}, {1.0, 0.0, 0.0},
                                  {0.0, 1.0, 0.0}, count, -plan.spacing, fieldOfView, matrix);
    } else {
        for (const auto level : levels) {
            const auto disc = model.disc(level);
            // Angled by eye: within a few degrees of the disc, and no steeper than scanners and radiographers
            // allow.
            const PatientVector x{1.0, 0.0, 0.0};
            const double tilt = std::atan2(disc->superior.y, disc->superior.z) * 180.0 / std::numbers::pi;
            const double angle = std::clamp(tilt + random.normalWithin(0.0, 2.0, -5.0, 5.0), -32.0, 32.0);
            const PatientVector back = turned({0.0, 1.0, 0.0}, x, -angle);
            plan.blockStarts.push_back(plan.planes.size());
            const auto block = stackAround(
                disc->center + 22.0 * back + PatientPoint{off, 0.0, random.normalWithin(0.0, 0.7, -1.5, 1.5)},
                x, back, clinical ? 3 + static_cast<int>(random.below(3)) : 5, -plan.spacing, fieldOfView,
                matrix);
            plan.planes.insert(plan.planes.end(), block.begin(), block.end());
        }
    }
    plan.acquisition.frequencySteps = 288 + 32 * static_cast<int>(random.below(2));
    plan.acquisition.phaseSteps =
        static_cast<int>(plan.acquisition.frequencySteps * random.uniform(0.7, 0.9));
    if (random.chance(0.3)) plan.acquisition.saturation = random.uniform(0.5, 0.9);
    plan.acquisition.phaseAxis =
        Acquisition::PhaseAxis::Rows; // right to left: ghosts of the vessels stay off the spine
    return plan;
}

/// 12 bits as scanners use them: the brightest parts near the top of a range that differs from study to
/// study.
RenderedSeries stored(const std::vector<Grid<float>>& pictures, double top) {
    std::vector<float> values;
    for (const auto& picture : pictures)
        for (std::size_t i = 0; i < picture.data().size(); i += 7)
            values.push_back(picture.data()[i]);
    const auto rank = [&](double share) {
        auto place =
            values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
        std::nth_element(values.begin(), place, values.end());
        return *place;
    };
    const float bright = std::max(rank(0.995), 1.0e-6f);
    const auto scale = static_cast<float>(top / bright);
    RenderedSeries series;
    for (const auto& picture : pictures) {
        Grid<std::uint16_t> slice(picture.columns(), picture.rows());
        for (std::size_t i = 0; i < picture.data().size(); ++i)
            slice.data()[i] =
                static_cast<std::uint16_t>(std::clamp(scale * picture.data()[i] + 0.5f, 0.0f, 4095.0f));
        series.slices.push_back(std::move(slice));
    }
    series.windowWidth = std::round(0.95 * top);
    series.windowCenter = std::round(0.5 * series.windowWidth);
    return series;
}

constexpr double kWrapped =
    14.0; ///< mm beyond the field of view that fold in where oversampling does not reach

/// Samples per pixel that hold every acquired sample and transform fast.
double finenessFor(const SeriesPlan& plan) {
    const int matrix = plan.planes.front().columns();
    const int needed =
        std::max({plan.acquisition.frequencySteps, plan.acquisition.phaseSteps, matrix * 4 / 5});
    return static_cast<double>(imaging::Fourier::smoothAtLeast(needed)) / matrix;
}

} // namespace

StudyPlan planStudy(const SpineModel& model, Coverage coverage, Random& random) {
    StudyPlan study;
    const char* const vendors[] = {"A", "B", "C", "D"};
    const double tesla = random.chance(0.6) ? 1.5 : 3.0;
    study.scanner = {"FORAMETER PHANTOM",
                     std::string("Vendor ") + vendors[random.below(4)] + (tesla > 2.0 ? " 3T" : " 1.5T"),
                     FORAMETER_VERSION, tesla};
    const bool clinical = coverage == Coverage::Clinical;
    study.series.push_back(sagittal(model, Weighting::T2, tesla, nullptr, random));
    const SeriesPlan first = study.series.front();
    if (!clinical || random.chance(0.85))
        study.series.push_back(sagittal(model, Weighting::T1, tesla, &first, random));
    if (!clinical || random.chance(0.6))
        study.series.push_back(sagittal(model, Weighting::STIR, tesla, &first, random));
    study.series.push_back(axial(model, Weighting::T2, tesla, coverage, random));
    if (clinical && random.chance(0.3)) {
        SeriesPlan again = study.series.back(); // T1 on the same planes
        again.description = "AX T1 TSE";
        const auto steps = again.acquisition;
        again.acquisition = sampleAcquisition(sampleSequence(Weighting::T1, tesla, random), random);
        again.acquisition.frequencySteps = steps.frequencySteps;
        again.acquisition.phaseSteps = steps.phaseSteps;
        again.acquisition.phaseAxis = steps.phaseAxis;
        study.series.push_back(std::move(again));
    }
    return study;
}

Result<std::vector<RenderedSeries>> render(const SpineModel& model, const StudyPlan& plan,
                                           const Random& random, const std::function<void(double)>& progress,
                                           std::stop_token stop) {
    const std::size_t n = plan.series.size();
    std::vector<std::vector<Grid<float>>> pictures(n);
    std::size_t total = 0, done = 0;
    for (const auto& series : plan.series)
        total += series.planes.size();
    std::vector<Random> streams;
    for (std::size_t k = 0; k < n; ++k)
        streams.push_back(random.stream(k));
    std::vector<bool> rendered(n, false);
    for (std::size_t k = 0; k < n; ++k) {
        if (rendered[k]) continue;
        // Everything on the same planes shares the samples.
        std::vector<std::size_t> together;
        double fineness = 0.0, beyond = 0.0;
        for (std::size_t j = k; j < n; ++j)
            if (!rendered[j] && plan.series[j].planes == plan.series[k].planes &&
                plan.series[j].thickness == plan.series[k].thickness) {
                together.push_back(j);
                fineness = std::max(fineness, finenessFor(plan.series[j]));
                if (plan.series[j].acquisition.wrap > 0.0) beyond = kWrapped;
                rendered[j] = true;
            }
        for (const auto& plane : plan.series[k].planes) {
            if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "Rendering was cancelled.");
            const SliceSamples samples =
                sampleSlice(model, plane, plan.series[k].thickness, fineness, 3, beyond);
            for (const std::size_t j : together) {
                pictures[j].push_back(renderSlice(model, samples, plan.series[j].acquisition, streams[j]));
                if (progress) progress(static_cast<double>(++done) / static_cast<double>(total));
            }
        }
    }
    std::vector<RenderedSeries> all;
    for (std::size_t k = 0; k < n; ++k)
        all.push_back(stored(pictures[k], streams[k].uniform(700.0, 2400.0)));
    return all;
}

} // namespace forameter::phantom
