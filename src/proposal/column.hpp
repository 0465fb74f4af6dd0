// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "midline_picture.hpp"

namespace forameter::proposal {

/// One millimetre of the anterior column (bodies, discs, sacrum), from the head down.
struct ColumnSample {
    double column = 0.0, row = 0.0;         ///< its middle, in the midline picture
    double body = 0.0, disc = 0.0, sacrum = 0.0; ///< mean probabilities across its middle 20 mm
};

/// Follows the column through the midline picture, from where it is clearest to both sides, to where it ends.
/// Empty where there is none.
[[nodiscard]] std::vector<ColumnSample> followColumn(const MidlinePicture& picture);

/// A stretch of the column: samples first .. last - 1.
struct ColumnPart {
    enum class Kind { Body, Disc, Sacrum };
    Kind kind = Kind::Body;
    int first = 0, last = 0;

    [[nodiscard]] double middle() const { return 0.5 * (first + last - 1); }
    [[nodiscard]] int length() const { return last - first; }
};

/// The likeliest division of the column into bodies and discs with the sacrum at its end.
struct ColumnDivision {
    std::vector<ColumnPart> parts; ///< from the head down; a rudimentary disc within the sacrum is part of it
    bool sacrumSeen = false;
    bool rudimentaryDisc = false;
    double margin = 0.0; ///< of log likelihood against the best division whose sacrum begins elsewhere
};
[[nodiscard]] ColumnDivision divideColumn(const std::vector<ColumnSample>& column);

} // namespace forameter::proposal
