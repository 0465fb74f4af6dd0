// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::protocol {

/// The `forameter-contours` version 1 document (docs/interchange.md, resources/schema/contours.schema.json).

/// One entry that could not be taken, by its position in the document.
struct RefusedContour {
    std::size_t index = 0;
    Error error;
};
struct ReadContours {
    std::vector<Contour> contours;
    std::vector<std::size_t> indices; ///< document position of each contour
    std::set<ContourId> unnamed;      ///< made ids: the document gives none
    std::vector<RefusedContour> refused;
};
/// Fails as a whole only where the text is not such a document (not JSON, other format, newer version);
/// single bad entries are refused. Derived numbers in the text are ignored. Missing uuids and times are made.
[[nodiscard]] Result<ReadContours> contoursFromJson(std::string_view json);

/// A contour with what is derived from it; `measurement` is absent for contours that are not assessable or
/// whose image is unknown.
struct MeasuredContour {
    Contour contour;
    std::optional<Measurement> measurement;
    std::optional<int> version; ///< written where all versions are asked for
    bool deleted = false; ///< this version says that the contour is gone; such an entry is refused on reading
};
[[nodiscard]] std::string contoursToJson(const std::vector<MeasuredContour>& contours);

} // namespace forameter::protocol
