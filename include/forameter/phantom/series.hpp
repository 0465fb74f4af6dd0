// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/random.hpp"
#include "forameter/core/result.hpp"
#include "forameter/phantom/appearance.hpp"
#include "forameter/phantom/spine_model.hpp"

namespace forameter::phantom {

/// One series as it is acquired: everything a study writer needs for its headers, and everything render()
/// needs for its pixels. All series of a study share the model's patient coordinates, so one
/// frame-of-reference UID.
struct SeriesPlan {
    std::string description; ///< as a technologist names it: "SAG T1 TSE", "AX T2 TSE"
    std::vector<geometry::ImagePlane>
        planes; ///< in acquisition order: rows, columns, spacing, position, orientation
    std::vector<std::size_t> blockStarts;  ///< axial blocks: index of each block's first plane; sagittal: {0}
    double thickness = 4.0, spacing = 4.4; ///< mm; spacing between slice centres (gap = spacing - thickness)
    Acquisition acquisition; ///< sequence timing, matrix (frequencySteps, phaseSteps), phase axis
};

/// A scanner as headers name it. The names are made up where they could identify a hospital.
struct Scanner {
    std::string manufacturer, model, software;
    double tesla = 1.5;
};

struct StudyPlan {
    Scanner scanner;
    std::vector<SeriesPlan> series;
};

/// What is in a study. Complete: sagittal T1, T2, STIR and an axial T2 with a block at every level. Clinical:
/// as hospitals send them: STIR or T1 missing, levels missing in the axial series, one straight block instead
/// of angled ones, sometimes an axial T1.
enum class Coverage { Complete, Clinical };
[[nodiscard]] StudyPlan planStudy(const SpineModel& model, Coverage coverage, Random& random);

/// The 12-bit pictures of one series, one per plane, and the window that a scanner would store.
struct RenderedSeries {
    std::vector<Grid<std::uint16_t>> slices; ///< 0..4095
    double windowCenter = 0.0, windowWidth = 0.0;
};

/// Renders the series of a study; slices sampled for one series serve the next one on the same planes, as
/// sagittal T1, T2 and STIR are. Series k draws from random.stream(k), so the pictures do not depend on what
/// else is rendered. `progress` gets the share done (0..1); may be empty. Fails only with cancelled.
[[nodiscard]] Result<std::vector<RenderedSeries>> render(const SpineModel& model, const StudyPlan& plan,
                                                         const Random& random,
                                                         const std::function<void(double)>& progress = {},
                                                         std::stop_token stop = {});

} // namespace forameter::phantom
