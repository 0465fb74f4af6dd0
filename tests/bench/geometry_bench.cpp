// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numbers>

#include "bench.hpp"
#include "peers_itk.hpp"

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"

namespace bench {
namespace {
using namespace forameter::geometry;

/// A foramen-like outline of 16 points around (128, 128) mm.
PlaneCurve outline(double width, double height, double shift) {
    PlaneCurve curve;
    for (int i = 0; i < 16; ++i) {
        const double angle = 2.0 * std::numbers::pi * i / 16.0;
        const double bump = 1.0 + 0.12 * std::cos(3.0 * angle);
        curve.points.push_back({128.0 + shift + 0.5 * width * bump * std::cos(angle),
                                128.0 + 0.5 * height * bump * std::sin(angle)});
    }
    return curve;
}

std::vector<std::uint8_t> mask(const PlaneCurve& curve, int size, double spacing) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x)
            pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(size) +
                   static_cast<std::size_t>(x)] = contains(curve, {x * spacing, y * spacing});
    return pixels;
}
} // namespace

void benchGeometry(Report& report) {
    const PlaneCurve a = outline(9.0, 18.0, 0.0), b = outline(10.0, 17.0, 0.6);
    constexpr int size = 512;
    constexpr double spacing = 0.5;
    const auto maskA = mask(a, size, spacing), maskB = mask(b, size, spacing);
    double ours = 0.0, theirs = 0.0;
    const Pair pair = compare(
        15, [&] { ours = forameter::geometry::compare(a, b).hd95.value(); },
        [&] { theirs = itkDistances(maskA, maskB, size, spacing).hd95; });
    report.row("HD95 + ASSD of one pair (512x512; ours of the curves, exact)", pair, "ITK signed Maurer", 0.1,
               "10x");
    char note[160];
    std::snprintf(note, sizeof note,
                  "HD95 of that pair: %.3f mm of the curves, %.3f mm of the masks by ITK (0.5 mm pixels).",
                  ours, theirs);
    report.note(note);
}

} // namespace bench
