// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::protocol {

/// What the person has to do with a cell of the level grid.
enum class CellState { Todo, Done, NotAssessable, NotCovered };
[[nodiscard]] std::string_view name(CellState) noexcept; ///< "todo", "done", "not-assessable", "not-covered"

/// The cells of a complete reading, in reading order: right foramina from the head down, left foramina, canal.
[[nodiscard]] std::vector<anatomy::Cell> readingCells(anatomy::LumbarCount count,
                                                      anatomy::Quantity quantity = anatomy::Quantity::DuralSac);

/// A stack of parallel slices as far as slice choice needs it.
struct StackGeometry {
    std::vector<geometry::ImagePlane> slices;
    std::optional<Weighting> weighting;
    bool measurable = true;
};

/// A slice that the protocol would take for a cell. The person decides.
struct SliceSuggestion {
    std::size_t stack = 0;
    std::size_t slice = 0;
    double midlineOffset = 0.0; ///< NF: mm from the midline to the slice; CC: mm along the spine from the disc's middle
    Degrees obliquity;          ///< NF: to the patient's sagittal plane; CC: to the disc (normal against the spine's axis)
    bool oblique = false;       ///< beyond the protocol's limit of 15 degrees: warn
};

/// nf-pedicle-v1: measurable sagittal stacks, T1 before T2 before others, the slice nearest to where the pedicles of the level are
/// largest (expected distance of the pedicle centres from the midline, domain table; ties: the medial one).
/// cc-disc-v1: measurable axial stacks, T2 first, the slice nearest to the disc's middle, at most half a slice step (or 3 mm) plus half the
/// disc's expected height away. None: the study has no such slice (not covered).
[[nodiscard]] std::optional<SliceSuggestion> suggestSlice(const anatomy::Cell& cell, const anatomy::LevelSet& levels,
                                                          std::span<const StackGeometry> stacks);

} // namespace forameter::protocol
