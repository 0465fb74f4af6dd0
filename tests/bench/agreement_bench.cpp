// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>

#include "bench.hpp"
#include "peers_itk.hpp"

#include "domain.hpp"
#include "forameter/agreement/consensus.hpp"
#include "forameter/core/random.hpp"
#include "forameter/geometry/raster.hpp"

namespace bench {
namespace {
using namespace forameter;

constexpr int kRaters = 5;
constexpr double kSpacing = 0.6;

geometry::ImagePlane image(int size) {
    return *geometry::ImagePlane::create({{0, 0, 0}, {0, 1, 0}, {0, 0, -1}, kSpacing, kSpacing, size, size});
}

/// A foramen about the middle of the image, as this rater draws it: 16 points, off by some tenths of a
/// millimetre.
geometry::PlaneCurve foramen(Random& random, int size) {
    geometry::PlaneCurve curve;
    const double middle = 0.5 * kSpacing * size;
    for (int i = 0; i < 16; ++i) {
        const double t = 2.0 * std::numbers::pi * i / 16.0, off = 0.4 * random.normal();
        curve.points.push_back({middle + (4.5 + off) * std::cos(t), middle + (9.0 + off) * std::sin(t)});
    }
    return curve;
}

agreement::ConsensusCase caseOf(const std::vector<geometry::PlaneCurve>& curves,
                                const geometry::ImagePlane& plane) {
    agreement::ConsensusCase one;
    one.study = StudyUid("1.2.3");
    one.image = {SeriesUid("1.2.3.1"), SopUid("1.2.3.1.1"), 1};
    one.cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    for (std::size_t j = 0; j < curves.size(); ++j) {
        protocol::Contour contour;
        contour.id = ContourId(newUuid());
        contour.study = one.study;
        contour.image = one.image;
        contour.cell = one.cell;
        contour.rater = "r" + std::to_string(j);
        contour.curve = geometry::toPatient(curves[j], plane);
        one.members.push_back({contour, 1});
    }
    return one;
}

/// Masks to probabilities and rates, as the peer does it.
void masksAgainstItk(Report& report, int size, const std::string& what) {
    Random random(1);
    const auto plane = image(size);
    std::vector<geometry::Mask> masks;
    std::vector<std::vector<std::uint8_t>> copies;
    std::vector<GridView<const std::uint8_t>> views;
    for (int j = 0; j < kRaters; ++j)
        masks.push_back(geometry::rasterize(foramen(random, size), plane));
    for (const auto& mask : masks) {
        views.push_back(mask.view());
        copies.emplace_back(mask.data().begin(), mask.data().end());
    }
    int foreground = 0, iterations = 0;
    double worst = 0.0;
    ItkStaple theirs;
    const auto ours = [&] {
        const auto patterns = agreement::votePatterns(views);
        const auto votes = agreement::countVotes(patterns.view());
        const auto done = agreement::staple(votes, kRaters);
        Grid<float> probability(size, size);
        foreground = 0;
        agreement::VotePattern last = votes.front().pattern;
        double w = done->probabilities.front();
        for (std::size_t i = 0; i < probability.data().size(); ++i) {
            if (patterns.data()[i] != last) { // patterns come in runs
                last = patterns.data()[i];
                const auto at =
                    std::lower_bound(votes.begin(), votes.end(), last,
                                     [](const auto& v, auto pattern) { return v.pattern < pattern; });
                w = done->probabilities[static_cast<std::size_t>(at - votes.begin())];
            }
            probability.data()[i] = static_cast<float>(w);
            foreground += w >= 0.5;
        }
        iterations = done->iterations;
        worst = 0.0;
        for (std::size_t j = 0; j < theirs.sensitivity.size(); ++j)
            worst = std::max(worst, std::abs(theirs.sensitivity[j] - done->sensitivity[j]));
    };
    const Pair pair = compare(11, ours, [&] { theirs = itkStaple(copies, size, size); });
    ours();
    report.row("STAPLE of " + std::to_string(kRaters) + " raters, " + what, pair, "itk::STAPLEImageFilter",
               1.0 / 25.0, "25x");
    char note[200];
    std::snprintf(
        note, sizeof note,
        "STAPLE, %s: %d pixels of foreground (ITK %d), sensitivities differ by %.1e at most; %d iterations "
        "to 1e-12 (ITK %d to 1e-7).",
        what.c_str(), foreground, theirs.foreground, worst, iterations, theirs.iterations);
    report.note(note);
}

} // namespace

void benchAgreement(Report& report) {
    masksAgainstItk(report, 512, "an image of 512x512");
    masksAgainstItk(report, 56, "the lesion's own 56x56 pixels");

    Random random(1);
    const auto plane = image(512);
    std::vector<geometry::PlaneCurve> curves;
    for (int j = 0; j < kRaters; ++j)
        curves.push_back(foramen(random, 512));
    const auto one = caseOf(curves, plane);
    const Times record = measure(31, [&] {
        const auto domain = agreement::domainOf(curves, plane, forameter::Millimetres(5));
        std::vector<GridView<const std::uint8_t>> masks;
        for (const auto& mask : domain.votes)
            masks.push_back(mask.view());
        const auto patterns = agreement::votePatterns(masks);
        const auto votes = agreement::countVotes(patterns.view(), domain.pixels.view());
        const auto done = agreement::staple(votes, kRaters);
        Grid<float> probability(patterns.columns(), patterns.rows());
        for (std::size_t i = 0; i < probability.data().size(); ++i)
            probability.data()[i] = static_cast<float>(agreement::probabilityOf(patterns.data()[i], *done));
    });
    report.row("STAPLE of " + std::to_string(kRaters) +
                   " contours on the lesion's own domain: contours to domain, rates and probabilities",
               time(record.median()), "", std::nullopt, "1 ms", record.median() <= 1.0);
    using protocol::ConsensusMethod;
    for (const auto method :
         {ConsensusMethod::Staple, ConsensusMethod::Majority, ConsensusMethod::MeanShape}) {
        agreement::ConsensusSettings settings;
        settings.method = method;
        settings.leaveOneOut = agreement::LeaveOneOut::No;
        const Times times = measure(31, [&] { (void)agreement::makeConsensus(one, plane, settings); });
        report.row("consensus (" + std::string(protocol::name(method)) + ") of " + std::to_string(kRaters) +
                       " contours on the lesion's own domain: mask, soft map, sub-pixel contour, areas",
                   time(times.median()), "", std::nullopt, "", std::nullopt);
    }
}

} // namespace bench
