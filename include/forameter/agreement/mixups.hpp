// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::agreement {

/// A contour whose rater outlined another level or side than he named.
struct MixUp {
    std::size_t index = 0;            ///< into the contours that were looked at
    anatomy::Cell named;              ///< what the contour says
    anatomy::Cell identified;         ///< what it shows: same structure and quantity, other level or side
    bool level = false, side = false; ///< which of the two is wrong
    double namedDice = 0.0;           ///< mean overlap with the others' contours of the cell named
    double identifiedDice = 0.0;      ///< and with those of the cell identified
    std::size_t others = 0;           ///< how many others outlined the cell identified
};

/// Images up to this far apart are compared, as seen along the normal.
inline constexpr Millimetres kSliceReach{10.0};

/// Finds contours that overlap what the others made of another cell of the study better than what they made
/// of its own (mean Dice over the other raters, each with his best contour of the cell; a truth or a
/// consensus is just another rater). By index. Contours that are not assessable, or whose points lie in no
/// plane, take no part. Of two raters who disagree, without a third, both contours are listed: nobody can say
/// which is wrong.
[[nodiscard]] std::vector<MixUp> findMixUps(std::span<const protocol::Contour> contours);

} // namespace forameter::agreement
