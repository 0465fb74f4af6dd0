// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "maps.hpp"
#include "regions.hpp"

namespace forameter::proposal {

/// A level of the patient and where its disc lies.
struct LevelPlace {
    anatomy::Level level = anatomy::Level::L4_L5;
    geometry::PatientPoint disc;
    anatomy::SpineFrame frame;
};
/// The levels of a reading whose two vertebrae are marked, on a stack that has the spine's left there.
[[nodiscard]] std::vector<LevelPlace> placesOf(const anatomy::LevelSet& levels,
                                               const geometry::PatientVector& left);

/// The part of a sagittal slice in which the foramina of these levels lie, with what a network needs to see
/// around them. `down`: where a leaning spine runs to (levels.hpp).
[[nodiscard]] View::Part partAround(std::span<const LevelPlace> places, const geometry::ImagePlane& slice,
                                    const std::optional<geometry::PatientVector>& down);

/// A foramen as it shows on one sagittal slice.
struct ForamenOnSlice {
    anatomy::Level level = anatomy::Level::L4_L5;
    std::size_t maps = 0; ///< which of the maps
    Region region;
    double miss = 0.0;     ///< mm along the spine from where the level's foramen is expected
    double pedicles = 0.0; ///< mm² of bone above and below it, where the two pedicles are: the lesser, twice
};

/// The foramina of a slice, at most one per level: each region goes to the level behind whose disc it lies;
/// of several the largest. Regions that lie behind no disc are no foramina.
[[nodiscard]] std::vector<ForamenOnSlice> foraminaOn(const LabelMaps& maps, std::size_t index,
                                                     std::span<const LevelPlace> places, double outlineLevel);

} // namespace forameter::proposal
