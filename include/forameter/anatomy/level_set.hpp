// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"

namespace forameter::anatomy {

/// One click of a person on a vertebral body.
struct VertebraMark {
    Vertebra vertebra = Vertebra::L5;
    geometry::PatientPoint center; ///< LPS mm, near the middle of the body

    friend bool operator==(const VertebraMark&, const VertebraMark&) = default;
};

enum class Transition { None, LumbarisedS1, SacralisedL5, Unclear };
[[nodiscard]] std::string_view name(Transition) noexcept; ///< "none", "lumbarised-S1", "sacralised-L5", "unclear"
[[nodiscard]] std::optional<Transition> transitionFromName(std::string_view) noexcept;

/// Which vertebra is which in one patient. Measuring is allowed only once a person has confirmed it.
struct LevelSet {
    std::vector<VertebraMark> marks; ///< from the head down
    LumbarCount lumbarCount = LumbarCount::Five;
    Transition transition = Transition::None;
    std::string note;

    friend bool operator==(const LevelSet&, const LevelSet&) = default;
};

/// Fails where a vertebra is named twice, the order from the head down contradicts the positions (z must fall by at least 5 mm per
/// vertebra), L6 is marked in a patient of five, neighbours lie more than 80 mm apart, or fewer than two vertebrae are marked.
[[nodiscard]] Result<> validate(const LevelSet& levels);

/// Where a level's disc lies: halfway between its two marked vertebrae, `axis` along the spine from below to above (unit vector).
/// None where one of the two is not marked.
struct DiscPosition {
    geometry::PatientPoint center;
    geometry::PatientVector axis;
};
[[nodiscard]] std::optional<DiscPosition> discPosition(const LevelSet& levels, Level level);

/// The marked level whose disc is nearest to a point, and how far along the spine it lies from the disc's middle (mm, + to the head).
struct NearestLevel {
    Level level;
    double offset = 0.0;
};
[[nodiscard]] std::optional<NearestLevel> nearestLevel(const LevelSet& levels, const geometry::PatientPoint& point);

/// The side of the spine's midline (line through the marks) on which a point lies, and how far off it, mm.
struct Laterality {
    Side side;
    double offset = 0.0; ///< mm from the midline, >= 0
};
[[nodiscard]] std::optional<Laterality> laterality(const LevelSet& levels, const geometry::PatientPoint& point);

/// Names the next click: marks run from S1 (or any start) towards the head or the feet without leaving one out.
enum class CountDirection { Upwards, Downwards };
[[nodiscard]] std::optional<Vertebra> nextVertebra(Vertebra last, CountDirection direction, LumbarCount count);

/// Shifts every mark by `steps` vertebrae (positive: towards the feet), as when L5 turns out to be L4. Fails where a mark would leave T11..S2.
[[nodiscard]] Result<LevelSet> relabelled(const LevelSet& levels, int steps);

} // namespace forameter::anatomy
