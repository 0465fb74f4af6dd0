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
[[nodiscard]] std::string_view
    name(Transition) noexcept; ///< "none", "lumbarised-S1", "sacralised-L5", "unclear"
[[nodiscard]] std::optional<Transition> transitionFromName(std::string_view) noexcept;

/// Which vertebra is which in one patient. Measuring is allowed only once a person has confirmed it.
struct LevelSet {
    std::vector<VertebraMark> marks; ///< from the head down
    LumbarCount lumbarCount = LumbarCount::Five;
    Transition transition = Transition::None;
    std::string note;

    friend bool operator==(const LevelSet&, const LevelSet&) = default;
};

/// Fails where fewer than two vertebrae are marked, one is named twice or out of order (marks run from the
/// head down), a position is not finite or contradicts the order (z must fall by at least 5 mm per vertebra),
/// neighbours lie more than 80 mm apart, or L6 is marked in a patient of five. A vertebra may be left out:
/// its two levels are then unknown.
[[nodiscard]] Result<> validate(const LevelSet& levels);

/// The same marks from the head down, as clicks come in any order.
[[nodiscard]] LevelSet sorted(LevelSet levels);

/// How many vertebrae lie from `upper` down to `lower`: 1 for neighbours in this patient (L5 to S1 is 1 with
/// five, 2 with six).
[[nodiscard]] int stepsBetween(Vertebra upper, Vertebra lower, LumbarCount count) noexcept;

/// Where a level's disc lies: halfway between its two marked vertebrae, `axis` along the spine from below to
/// above (unit vector; the chord of two bodies is parallel to the spine's curve at the disc between them).
/// None where one of the two is not marked, or the patient has no such level (L5-S1 with six lumbar
/// vertebrae).
struct DiscPosition {
    geometry::PatientPoint center;
    geometry::PatientVector axis;
};
[[nodiscard]] std::optional<DiscPosition> discPosition(const LevelSet& levels, Level level);

/// Unit directions at a place of the spine, at right angles to each other: `left` as near to the given left
/// as the axis allows, `posterior` behind it. `axis` must be a unit vector.
struct SpineFrame {
    geometry::PatientVector axis, left, posterior;
};
[[nodiscard]] SpineFrame spineFrame(const geometry::PatientVector& axis,
                                    const geometry::PatientVector& left = {1.0, 0.0, 0.0});

/// The left of the spine as a slice has it: across a sagittal slice, since such stacks are turned along with
/// a spine that lies rotated or leans; the patient's left on any other.
[[nodiscard]] geometry::PatientVector leftOn(const geometry::ImagePlane& slice);

/// The marked level whose disc plane is nearest to a point (so it holds behind the discs, in the canal and
/// the foramina, too), and how far along the spine the point lies from it (mm, + to the head). Far from the
/// marked spine the offset is large: look at it.
struct NearestLevel {
    Level level;
    double offset = 0.0;
};
[[nodiscard]] std::optional<NearestLevel> nearestLevel(const LevelSet& levels,
                                                       const geometry::PatientPoint& point);

/// Names the next click: marks run from S1 (or any start) towards the head or the feet without leaving one
/// out. None past T11 or S2.
enum class CountDirection { Upwards, Downwards };
[[nodiscard]] std::optional<Vertebra> nextVertebra(Vertebra last, CountDirection direction,
                                                   LumbarCount count);

/// Shifts every mark by `steps` vertebrae (negative: towards the head, as when what was called L5 turns out
/// to be L4). Fails where a mark would leave T11..S2.
[[nodiscard]] Result<LevelSet> relabelled(const LevelSet& levels, int steps);

} // namespace forameter::anatomy
