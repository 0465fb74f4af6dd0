// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/dicom/scan.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/protocol/interchange.hpp"
#include "table.hpp"

/// JSON pieces that several answers share.
namespace forameter::cli {

/// null for what is absent or not finite.
[[nodiscard]] Json orNull(const std::optional<double>& number);
[[nodiscard]] Json orNull(const std::string& text); ///< "" is absent
template <class Value>
[[nodiscard]] Json nameOrNull(const std::optional<Value>& value) {
    return value ? Json(std::string(name(*value))) : Json(nullptr);
}
template <class Unit>
[[nodiscard]] std::optional<double> number(const std::optional<Quantity<Unit>>& quantity) {
    return quantity ? std::optional(quantity->value()) : std::nullopt;
}
[[nodiscard]] Json vector(const geometry::PatientPoint& p);

/// A reason of the contract's list for refusals; what is not there is "unreadable", requests' own codes
/// become "other".
[[nodiscard]] std::string refusalReason(ErrorCode code);
/// {"path": "", "reason", "message"}: the message names the file.
[[nodiscard]] Json refusal(const Error& error);
/// {"path", "index", "reason", "message"} of one entry of a contour document.
[[nodiscard]] Json refusal(const std::string& path, std::size_t index, const Error& error);
[[nodiscard]] Json refusals(const std::string& path, const std::vector<protocol::RefusedContour>& refused);
/// One of them to read, after `what`.
[[nodiscard]] std::string refusalLine(const Json& entry, const std::string& what = "refused");
/// All of them as lines.
[[nodiscard]] std::string refusalText(const Json& refused, const std::string& what = "refused");

/// structure, level, side, quantity
void addCell(Json& object, const anatomy::Cell& cell);
/// uuid, study, series, SOP, frame, cell, rater, source
void addIdentity(Json& object, const protocol::Contour& contour);
/// area_mm2, perimeter_mm, area_mask_mm2, diameters_mm; nulls where there is no measurement
void addMeasurement(Json& object, const std::optional<protocol::Measurement>& measurement);

/// The document of `levels set` and the answer of `levels show`.
[[nodiscard]] Json toJson(const anatomy::LevelSet& levels);
/// `study` is the one wanted of a document that names several (truth-all.json of `phantom`).
[[nodiscard]] Result<anatomy::LevelSet> levelsFromJson(const std::string& text, const std::string& study);

} // namespace forameter::cli
