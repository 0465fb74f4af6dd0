// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "forameter/report/agreement_report.hpp"

namespace forameter::report {

/// A part of the report; PDF and HTML show the same ones.
struct Section {
    std::string heading, text;
    std::vector<Plot> plots;
    int across = 1; ///< plots side by side
    std::vector<Table> tables;
};
[[nodiscard]] std::vector<Section> sections(const AgreementReport& report, const PlotStyle& style);

/// The line at the foot of every page.
[[nodiscard]] std::string footLine(const AgreementReport& report);

} // namespace forameter::report
