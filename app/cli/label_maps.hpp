// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "forameter/protocol/interchange.hpp"
#include "images.hpp"
#include "json.hpp"

/// Contours as NIfTI label maps with a `labels.json` that says what is what
/// (docs/decisions/0051-label-maps.md).
namespace forameter::cli {

/// The same value for the same cell in every study: right foramina 1-8 from T12-L1 down, left ones 11-18,
/// canals 21-28.
[[nodiscard]] int labelOf(const anatomy::Cell& cell);

struct WrittenMaps {
    std::vector<std::string> files;
    std::size_t contours = 0;
    Json refused = Json::array();
};
/// One map per stack, rater, source and quantity: those are where delineations would lie on top of each
/// other.
[[nodiscard]] Result<WrittenMaps> writeLabelMaps(const protocol::ReadContours& document,
                                                 const std::string& path, const ImageIndex& images,
                                                 const std::filesystem::path& folder, const Watch& watch);

[[nodiscard]] bool isLabelDocument(const std::string& text);
struct ReadMaps {
    std::vector<protocol::MeasuredContour> contours;
    Json refused = Json::array();
};
/// One polygon per label and slice, the outline of its largest part; smaller parts are refused by name.
[[nodiscard]] Result<ReadMaps> readLabelMaps(const std::string& text, const std::string& path,
                                             const std::filesystem::path& folder, const Watch& watch);

} // namespace forameter::cli
