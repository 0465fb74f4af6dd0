// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "forameter/agreement/categories.hpp"
#include "forameter/agreement/readings.hpp"
#include "json.hpp"
#include "session.hpp"

namespace forameter::cli {

/// Files that `agreement` writes beside its answer; "": none.
struct ReportFiles {
    std::string pdf, html, csvDir;
    bool hideNames = false;

    [[nodiscard]] bool wanted() const { return !pdf.empty() || !html.empty() || !csvDir.empty(); }
};

/// What `agreement` was asked.
struct AgreementOptions {
    std::vector<std::string> files;
    std::string truth, table, scale = "interval", structure, level, round;
    std::vector<std::string> raters;
    std::size_t bootstrap = 0;
    std::uint64_t seed = 1;
    ReportFiles report;
};

/// Contours made ready, and what was refused on the way.
struct AgreementInput {
    agreement::Readings readings;
    Json refused = Json::array();
    Json stale = Json::array(); ///< consensus records among the references whose inputs have changed since
};
/// From the files, or from the store where none are named: there only what the actor may see.
[[nodiscard]] Result<AgreementInput> readAgreementInput(const AgreementOptions& options,
                                                        const Session& session);

/// Readings of calibration cases, which do not count.
[[nodiscard]] Result<std::set<store::AssignmentId>> calibrationCases(const store::Store& store);

/// A table of ratings: RFC 4180, a line of names, then one line per subject; empty fields are missing. On the
/// nominal scale ratings may be any text, else they are numbers.
[[nodiscard]] Result<agreement::RatingTable> readRatings(const std::string& text, agreement::Scale scale);

} // namespace forameter::cli
