// SPDX-License-Identifier: Apache-2.0
#include "foramina.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "levels.hpp"

namespace forameter::proposal {

using geometry::PatientPoint;

namespace {

constexpr double kLeastArea = 8.0; // mm² of a region; the narrowest foramina measured have 20
// A foramen's middle lies behind the disc and the lower part of the body above it.
constexpr double kAboveDisc = 4.0;                       // mm along the spine
constexpr double kReach = 14.0;                          // mm along the spine; discs are 30 to 40 apart
constexpr double kLeastBehind = 6.0, kMostBehind = 46.0; // mm from the disc's middle
// Where a pedicle would be: above (below) the region, as deep as the region is.
constexpr double kPedicleFrom = 1.0, kPedicleTo = 10.0;

// What a network sees around the discs: a vertebra and more above and below, the body in front.
constexpr double kUpAndDown = 40.0, kInFront = 30.0, kBehind = kMostBehind + 15.0;

struct Extent {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    void add(double v) { low = std::min(low, v), high = std::max(high, v); }
    [[nodiscard]] double middle() const { return 0.5 * (low + high); }
    [[nodiscard]] double length() const { return high - low; }
};

float bone(const LabelMaps& maps, int column, int row) {
    return maps.of(Label::Body)(column, row) + maps.of(Label::Posterior)(column, row) +
           maps.of(Label::Sacrum)(column, row);
}

/// mm² of bone right above and right below a region, the lesser of the two, twice.
double pediclesAround(const LabelMaps& maps, const Region& region, const LevelPlace& place) {
    const int columns = maps.plane.columns();
    const auto along = [&](PatientPoint p) { return geometry::dot(p - place.disc, place.frame.axis); };
    const auto behind = [&](PatientPoint p) { return geometry::dot(p - place.disc, place.frame.posterior); };
    Extent height, depth;
    const auto pointOf = [&](int c, int r) {
        return maps.plane.toPatient(geometry::PixelPoint{static_cast<double>(c), static_cast<double>(r)});
    };
    for (const std::size_t i : region.pixels) {
        const auto p = pointOf(static_cast<int>(i) % columns, static_cast<int>(i) / columns);
        height.add(along(p));
        depth.add(behind(p));
    }
    double above = 0.0, below = 0.0;
    const int reach =
        static_cast<int>(std::ceil((height.high - height.low + 2.0 * kPedicleTo) / maps.plane.rowSpacing()));
    const auto middle = maps.plane.toPixel(region.center);
    const auto limit = [&](double v, int size) { return std::clamp(static_cast<int>(v), 0, size - 1); };
    for (int r = limit(middle.y - reach, maps.plane.rows()); r <= limit(middle.y + reach, maps.plane.rows());
         ++r)
        for (int c = limit(middle.x - reach, columns); c <= limit(middle.x + reach, columns); ++c) {
            const auto p = pointOf(c, r);
            const double b = behind(p), a = along(p);
            if (b < depth.low || b > depth.high) continue;
            if (a >= height.high + kPedicleFrom && a <= height.high + kPedicleTo) above += bone(maps, c, r);
            if (a <= height.low - kPedicleFrom && a >= height.low - kPedicleTo) below += bone(maps, c, r);
        }
    return 2.0 * std::min(above, below) * maps.plane.pixelArea().value();
}

} // namespace

std::vector<LevelPlace> placesOf(const anatomy::LevelSet& levels, const geometry::PatientVector& left) {
    std::vector<LevelPlace> places;
    for (const anatomy::Level level : anatomy::readingLevels(levels.lumbarCount))
        if (const auto disc = anatomy::discPosition(levels, level))
            places.push_back({level, disc->center, anatomy::spineFrame(disc->axis, left)});
    return places;
}

View::Part partAround(std::span<const LevelPlace> places, const geometry::ImagePlane& slice,
                      const std::optional<geometry::PatientVector>& down) {
    assert(!places.empty());
    const auto along = down.value_or(geometry::PatientVector{0.0, 0.0, -1.0}), back = backOf(along);
    Extent depth, height;
    for (const LevelPlace& place : places) {
        const double y = geometry::dot(place.disc, back), z = geometry::dot(place.disc, along);
        depth.add(y - kInFront), depth.add(y + kBehind);
        height.add(z - kUpAndDown), height.add(z + kUpAndDown);
    }
    const PatientPoint middle =
        PatientPoint{slice.center().x, 0.0, 0.0} + depth.middle() * back + height.middle() * along;
    return {slice.toPatient(slice.toPlane(middle)), depth.length(), height.length(), down};
}

std::vector<ForamenOnSlice> foraminaOn(const LabelMaps& maps, std::size_t index,
                                       std::span<const LevelPlace> places, double outlineLevel) {
    std::vector<ForamenOnSlice> found;
    for (Region& region : regionsOf(maps.of(Label::Foramen), maps.plane, kLeastArea, outlineLevel)) {
        const LevelPlace* nearest = nullptr;
        double miss = kReach;
        for (const LevelPlace& place : places) {
            const auto from = region.center - place.disc;
            const double behind = geometry::dot(from, place.frame.posterior),
                         off = geometry::dot(from, place.frame.axis) - kAboveDisc;
            if (behind < kLeastBehind || behind > kMostBehind || std::abs(off) >= std::abs(miss)) continue;
            nearest = &place;
            miss = off;
        }
        if (!nearest) continue;
        const bool known = std::ranges::any_of( // regions come largest first
            found, [&](const ForamenOnSlice& other) { return other.level == nearest->level; });
        if (known) continue;
        const double pedicles = pediclesAround(maps, region, *nearest);
        found.push_back({nearest->level, index, std::move(region), miss, pedicles});
    }
    return found;
}

} // namespace forameter::proposal
