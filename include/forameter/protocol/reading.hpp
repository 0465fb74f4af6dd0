// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/core/fitness.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::protocol {

/// What the person has to do with a cell of the level grid.
enum class CellState { Todo, Done, NotAssessable, NotCovered };
[[nodiscard]] std::string_view name(CellState) noexcept; ///< "todo", "done", "not-assessable", "not-covered"

/// The cells of a complete reading, in reading order: right foramina from the head down, left foramina,
/// canal.
[[nodiscard]] std::vector<anatomy::Cell>
readingCells(anatomy::LumbarCount count, anatomy::Quantity quantity = anatomy::Quantity::DuralSac);

/// Where the middle of the canal, and between the sides that of the foramina, is expected: 25 mm behind the
/// middle of the level's disc. None where its vertebrae are not marked.
[[nodiscard]] std::optional<geometry::PatientPoint> canalBehind(const anatomy::LevelSet& levels,
                                                                anatomy::Level level);

/// A stack of parallel slices as far as slice choice needs it.
struct StackGeometry {
    std::vector<geometry::ImagePlane> slices; ///< none where the files do not say where they lie
    std::optional<Weighting> weighting;
    bool measurable = true;
    Fitness fitness = Fitness::Full;
    SeriesUid series{};
    std::optional<FrameOfReferenceUid> frameOfReference{};
    std::size_t space = 0; ///< stacks with the same number share patient coordinates (linkSpaces)
    std::size_t frame = 0; ///< stacks of one space with other numbers do so by assumption
};

/// Numbers the spaces and frames of one study's stacks. Equal frame-of-reference UIDs are one frame, so are
/// stacks of one series without any. A frame joins the space of a larger one (more slices) where the regions
/// that they cover overlap by more than half of the smaller along each of the patient's axes; else it is a
/// space of its own, as is each stack without a place.
void linkSpaces(std::span<StackGeometry> stacks);

/// The order in which stacks are taken, least first: acquired before reformats and localizers whatever their
/// weighting, then the weightings in the order in which they are wanted, then lossless before lossy.
using StackRank = std::tuple<Fitness, std::ptrdiff_t, Fitness>;
[[nodiscard]] StackRank stackRank(const StackGeometry& stack, std::initializer_list<Weighting> wanted);

/// The stack on which vertebrae are marked: the sagittal T2, else T1, else any measurable sagittal one.
[[nodiscard]] std::optional<std::size_t> levelStack(std::span<const StackGeometry> stacks);

/// What is assumed, and not known, of where a slice lies in the spine whose vertebrae are marked on `levels`,
/// in sentences: that two frames of reference agree, or that a stack was turned along with the spine.
[[nodiscard]] std::vector<std::string> placeWarnings(const StackGeometry& stack, std::size_t slice,
                                                     const StackGeometry& levels);

/// Of a slice to the plane that its cell asks for; beyond it both protocols warn.
inline constexpr Degrees kObliquityLimit{15.0};

/// A slice that the protocol would take for a cell. The person decides.
struct SliceSuggestion {
    std::size_t stack = 0;
    std::size_t slice = 0;
    double midlineOffset = 0.0; ///< NF: mm from the midline to the slice, >= 0; CC: mm along the spine from
                                ///< the disc's middle, + to the head
    Degrees obliquity; ///< NF: to the spine's axis there; CC: to the disc (normal against the spine's axis)
    bool oblique = false;              ///< beyond kObliquityLimit: warn
    geometry::PatientPoint point;      ///< on the slice, where the middle of the structure is expected
    std::vector<std::string> warnings; ///< imageWarnings() and placeWarnings()
};

/// What speaks against measuring a cell on such images, in sentences: a weighting that the protocol does not
/// name (foramen: T1 and T2; dural sac and canal: T2; bony canal: any), or none of the four; a reformat, a
/// localizer.
[[nodiscard]] std::vector<std::string> imageWarnings(const anatomy::Cell& cell,
                                                     std::optional<Weighting> weighting, Fitness fitness);

/// The offset and obliquity (as in SliceSuggestion) of any slice for a cell: what is stored with a contour on
/// the slice that the person chose. An NF offset is negative on the other side of the midline. None where the
/// level's vertebrae are not marked, or a slice for a foramen stands across the sagittal plane (one for the
/// canal along the spine).
struct SlicePosition {
    double offset = 0.0;
    Degrees obliquity;
    bool oblique = false;
};
[[nodiscard]] std::optional<SlicePosition>
slicePosition(const anatomy::Cell& cell, const anatomy::LevelSet& levels, const geometry::ImagePlane& slice);

/// Writes into a contour how its slice lies, where slicePosition() knows: the obliquity, and of a foramen the
/// offset.
void keepSlicePosition(Contour& contour, const anatomy::LevelSet& levels, const geometry::ImagePlane& slice);

/// How far along the spine a slice for the canal may lie from the middle of the disc: half the step of its
/// stack (3 mm where there is none) plus half the disc's expected height.
[[nodiscard]] Millimetres canalReach(std::span<const geometry::ImagePlane> slices, std::size_t slice,
                                     anatomy::Level level);

/// nf-pedicle-v1: measurable sagittal stacks, T1 before T2 before others; the slice nearest to the distance
/// from the midline at which the two pedicles of the level are expected (table of mean spines in
/// reading.cpp), the medial one where two are as near within half a millimetre. Distances are taken at the
/// foramen, at right angles to the spine there and across the stack, which is taken to have been turned with
/// a spine that lies rotated or leans (anatomy::leftOn); beyond 15 degrees that is said. cc-disc-v1:
/// measurable axial stacks, T2 before others; the stack angled to the disc (all within 3 degrees of the best
/// count as that), there the slice nearest to the disc's middle along the spine, at most canalReach() away.
/// None: the study has no such slice (not covered), or the level's vertebrae are not marked. Of one weighting
/// lossless stacks go before lossy ones; reformats come after all weightings of what was acquired, and
/// localizers count only in a study without another series of their plane. Where a study has only those, or
/// images of another sequence, one of them is suggested, with a warning. Marks say nothing about stacks of
/// another space than levelStack()'s: these are left out.
[[nodiscard]] std::optional<SliceSuggestion> suggestSlice(const anatomy::Cell& cell,
                                                          const anatomy::LevelSet& levels,
                                                          std::span<const StackGeometry> stacks);

} // namespace forameter::protocol
