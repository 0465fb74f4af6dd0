// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

namespace forameter {

/// What the pictures of a stack are fit for, best first. The protocols measure on pictures that were acquired
/// to be looked at; everything after Lossy stands behind those, whatever their weighting.
enum class Fitness {
    Full,
    Lossy,     ///< acquired; its pixels went through lossy compression: decides among equals
    Reformat,  ///< made from other pictures: a reformat or projection
    Localizer, ///< a scout: a few thick slices, taken to plan the others
    Computed,  ///< no picture of the anatomy: a phase, a difference, a map; never measured
};
/// What one warning of a stack (dicom::StackWarning's name) leaves of it; the worst one decides.
[[nodiscard]] Fitness fitnessFromWarning(std::string_view code) noexcept;
/// The order of stacks before their weighting is looked at: lossy compression is no matter there.
[[nodiscard]] constexpr Fitness beforeWeighting(Fitness fitness) {
    return std::max(fitness, Fitness::Lossy);
}

} // namespace forameter
