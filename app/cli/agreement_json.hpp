// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/agreement/summary.hpp"
#include "json.hpp"

/// The answers of `agreement`, as JSON and as tables.
namespace forameter::cli {

/// Of contours: all keys but "refused".
[[nodiscard]] Json toJson(const agreement::Readings& readings, const agreement::Summary& summary);
/// One row per case and pair of raters.
[[nodiscard]] Table casesTable(const Json& answer);
/// The answer to read: small tables under headings.
[[nodiscard]] std::string agreementText(const Json& answer);

/// Of a table of ratings: {"n", "k", "icc", ...}.
[[nodiscard]] Json toJson(const agreement::RatingTable& table, const agreement::TableAgreement& agreement);
[[nodiscard]] Table ratingsTable(const Json& answer);

} // namespace forameter::cli
