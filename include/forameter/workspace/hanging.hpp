// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/workspace/study_images.hpp"

namespace forameter::workspace {

/// What one pane scrolls through: a stack, or all parallel and angled blocks of one axial series, ordered
/// along the spine from the head down. Sagittal lists run from the patient's right to the left.
struct SliceList {
    std::string title; ///< "Ax T2"
    geometry::Plane plane = geometry::Plane::Oblique;
    std::optional<Weighting> weighting;
    std::vector<SliceRef> slices;
    std::vector<std::size_t> stacks; ///< blocks, in order; one for most
    bool measurable = true;
    Fitness fitness = Fitness::Full; ///< of the least fit of its stacks
    bool localizer = false;          ///< that, or a single slice

    friend bool operator==(const SliceList&, const SliceList&) = default;
};

/// Which list hangs where. A pane without one says in `missing` what the study lacks.
struct Hanging {
    std::vector<SliceList> lists; ///< every list of the study; sagittal first, then axial, coronal, oblique
    std::optional<std::size_t> sagittalT1, sagittalT2, axial;
    std::string missingT1, missingT2, missingAxial;
};

/// The lumbar hanging: sagittal T1 | sagittal T2 over axial T2. Where one is missing, the next best list that
/// is not hung elsewhere stands in: for T1 PD, T2, unknown, STIR; for T2 PD, unknown, STIR, T1; for axial T2
/// T1, PD, unknown, STIR. Measurable before not, acquired before reformats, larger before smaller, lossless
/// before lossy; scouts last.
[[nodiscard]] Hanging hang(std::span<const Stack> stacks);

/// The list shown beside `work` at the same place: same plane and space, another weighting (T1 beside T2 and
/// the reverse, then PD, STIR).
[[nodiscard]] std::optional<std::size_t> companionOf(const Hanging& hanging, std::size_t work,
                                                     std::span<const Stack> stacks);

/// Position in the list of the slice nearest to a patient point: among slices whose image contains the foot
/// of the point the least distance wins, the others come after. None for an empty list.
[[nodiscard]] std::optional<std::size_t> nearestSlice(const SliceList& list, std::span<const Stack> stacks,
                                                      const geometry::PatientPoint& point);

/// "Sag T1 T2 · Ax T2"; "localizer only", "one slice" where there is nothing else; "" without stacks
[[nodiscard]] std::string summary(std::span<const Stack> stacks);
/// Why this study cannot be measured, or not yet, and what to do about it; "" where nothing stands in the
/// way.
[[nodiscard]] std::string limit(const Hanging& hanging, std::span<const Stack> stacks);
/// The same where no vertebra can be marked, so that nothing of the study can ever be measured; else "".
[[nodiscard]] std::string unmarkable(std::span<const Stack> stacks);
/// "Sag T1", "Ax", "Sag STIR"
[[nodiscard]] std::string stackTitle(geometry::Plane plane, std::optional<Weighting> weighting);

} // namespace forameter::workspace
