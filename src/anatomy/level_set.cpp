// SPDX-License-Identifier: Apache-2.0
#include "forameter/anatomy/level_set.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace forameter::anatomy {

using geometry::PatientPoint;
using geometry::PatientVector;

namespace {

constexpr double kLeastDrop =
    5.0; // mm of z per vertebra; the flattest lumbosacral junctions fall by 15 and more
constexpr double kGreatestStep = 80.0; // mm between neighbours; the tallest lumbar segments have about 45

constexpr std::array kTransitions{std::pair{Transition::None, std::string_view("none")},
                                  std::pair{Transition::LumbarisedS1, std::string_view("lumbarised-S1")},
                                  std::pair{Transition::SacralisedL5, std::string_view("sacralised-L5")},
                                  std::pair{Transition::Unclear, std::string_view("unclear")}};

/// Place of a vertebra in this patient's row, T11 = 0.
int ordinal(Vertebra vertebra, LumbarCount count) {
    const int position = static_cast<int>(vertebra);
    return count == LumbarCount::Five && vertebra > Vertebra::L6 ? position - 1 : position;
}

std::optional<Vertebra> vertebraAt(int ordinalPosition, LumbarCount count) {
    const int position = count == LumbarCount::Five && ordinalPosition >= static_cast<int>(Vertebra::L6)
                             ? ordinalPosition + 1
                             : ordinalPosition;
    if (position < static_cast<int>(Vertebra::T11) || position > static_cast<int>(Vertebra::S2))
        return std::nullopt;
    return static_cast<Vertebra>(position);
}

const VertebraMark* find(const LevelSet& levels, Vertebra vertebra) {
    const auto mark = std::ranges::find(levels.marks, vertebra, &VertebraMark::vertebra);
    return mark == levels.marks.end() ? nullptr : &*mark;
}

std::string text(Vertebra vertebra) {
    return std::string(name(vertebra));
}

} // namespace

std::string_view name(Transition transition) noexcept {
    for (const auto& [known, text] : kTransitions)
        if (known == transition) return text;
    return {};
}

std::optional<Transition> transitionFromName(std::string_view name) noexcept {
    for (const auto& [value, text] : kTransitions)
        if (text == name) return value;
    return std::nullopt;
}

int stepsBetween(Vertebra upper, Vertebra lower, LumbarCount count) noexcept {
    return ordinal(lower, count) - ordinal(upper, count);
}

Result<> validate(const LevelSet& levels) {
    const auto refuse = [](std::string message) {
        return fail(ErrorCode::InvalidArgument, std::move(message));
    };
    if (levels.marks.size() < 2)
        return refuse("A level set needs at least two marked vertebrae; this one has " +
                      std::to_string(levels.marks.size()) + ".");
    for (const VertebraMark& mark : levels.marks) {
        if (!geometry::isFinite(mark.center))
            return refuse("The position of " + text(mark.vertebra) + " is not finite.");
        if (mark.vertebra == Vertebra::L6 && levels.lumbarCount == LumbarCount::Five)
            return refuse("L6 is marked, but the level set says that the patient has five lumbar vertebrae.");
    }
    for (std::size_t i = 1; i < levels.marks.size(); ++i) {
        const VertebraMark& upper = levels.marks[i - 1];
        const VertebraMark& lower = levels.marks[i];
        const std::string pair = text(upper.vertebra) + " and " + text(lower.vertebra);
        if (upper.vertebra == lower.vertebra) return refuse(text(upper.vertebra) + " is marked twice.");
        const int steps = stepsBetween(upper.vertebra, lower.vertebra, levels.lumbarCount);
        if (steps < 0)
            return refuse("The marks must run from the head down, but " + text(upper.vertebra) +
                          " comes before " + text(lower.vertebra) + ".");
        if (upper.center.z - lower.center.z < kLeastDrop * steps)
            return refuse("The marks of " + pair + " contradict each other: " + text(lower.vertebra) +
                          " must lie nearer to the feet by at least " +
                          std::to_string(static_cast<int>(kLeastDrop) * steps) + " mm.");
        if (geometry::length(upper.center - lower.center) > kGreatestStep * steps)
            return refuse("The marks of " + pair + " are more than " +
                          std::to_string(static_cast<int>(kGreatestStep) * steps) +
                          " mm apart; one of them is not where it says.");
    }
    return {};
}

LevelSet sorted(LevelSet levels) {
    std::ranges::stable_sort(levels.marks, {}, &VertebraMark::vertebra);
    return levels;
}

std::optional<DiscPosition> discPosition(const LevelSet& levels, Level level) {
    if (stepsBetween(above(level), below(level), levels.lumbarCount) != 1) return std::nullopt;
    const VertebraMark* upper = find(levels, above(level));
    const VertebraMark* lower = find(levels, below(level));
    if (!upper || !lower) return std::nullopt;
    const PatientVector chord = upper->center - lower->center;
    if (!(geometry::length(chord) > 1e-6)) return std::nullopt;
    return DiscPosition{0.5 * (upper->center + lower->center), geometry::normalized(chord)};
}

SpineFrame spineFrame(const PatientVector& axis, const PatientVector& left) {
    const PatientVector back = geometry::cross(axis, left);
    if (geometry::length(back) < 1e-6)
        return {axis, {0.0, 0.0, -1.0}, {0.0, 1.0, 0.0}}; // a spine lying across the patient
    const PatientVector posterior = geometry::normalized(back);
    return {axis, geometry::cross(posterior, axis), posterior};
}

PatientVector leftOn(const geometry::ImagePlane& slice) {
    if (slice.plane() != geometry::Plane::Sagittal) return {1.0, 0.0, 0.0};
    return slice.normal().x < 0.0 ? -1.0 * slice.normal() : slice.normal();
}

std::optional<NearestLevel> nearestLevel(const LevelSet& levels, const PatientPoint& point) {
    std::optional<NearestLevel> nearest;
    for (int i = 0; i <= static_cast<int>(Level::L6_S1); ++i) {
        const auto level = static_cast<Level>(i);
        const auto disc = discPosition(levels, level);
        if (!disc) continue;
        const double offset = geometry::dot(point - disc->center, disc->axis);
        if (!nearest || std::abs(offset) < std::abs(nearest->offset)) nearest = NearestLevel{level, offset};
    }
    return nearest;
}

std::optional<Vertebra> nextVertebra(Vertebra last, CountDirection direction, LumbarCount count) {
    return vertebraAt(ordinal(last, count) + (direction == CountDirection::Upwards ? -1 : 1), count);
}

Result<LevelSet> relabelled(const LevelSet& levels, int steps) {
    LevelSet result = levels;
    for (VertebraMark& mark : result.marks) {
        // Anything beyond the row's length is out of it; clamping keeps the sum from overflowing.
        const auto shifted = vertebraAt(
            ordinal(mark.vertebra, levels.lumbarCount) + std::clamp(steps, -100, 100), levels.lumbarCount);
        if (!shifted)
            return fail(ErrorCode::InvalidArgument, "The levels cannot be shifted by " +
                                                        std::to_string(steps) + ": " + text(mark.vertebra) +
                                                        " would leave T11 to S2.");
        mark.vertebra = *shifted;
    }
    return result;
}

} // namespace forameter::anatomy
