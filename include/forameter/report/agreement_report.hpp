// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forameter/agreement/summary.hpp"
#include "forameter/core/time.hpp"
#include "forameter/report/plots.hpp"
#include "forameter/report/table.hpp"
#include "forameter/store/store.hpp"

namespace forameter::report {

inline constexpr const char* kResearchUse = "Research use only, not for diagnosis";

/// Everything that an agreement report tells.
struct AgreementReport {
    std::string title = "Agreement of raters"; ///< "Agreement of raters: round pilot"
    agreement::Readings readings;
    agreement::Summary summary;
    Names names = Names::Shown;
    bool phantom = false; ///< simulated images: every page says so
    /// Further facts for the head: what, value. E.g. {"Slices", "fixed by the coordinator"}.
    std::vector<std::pair<std::string, std::string>> facts;
    /// What a person calls a study, the patient's ID and its date, for the screen alone: no export has it.
    std::map<std::string, std::string> studyNames;
    std::string auditHead; ///< of the store; "" where there is none
    std::string store;     ///< its UUID
    Timestamp made;
    std::string version = FORAMETER_VERSION;

    [[nodiscard]] Raters raters() const;
};

/// Who, what, how many, when, by which program and methods: the head of the report.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> headFacts(const AgreementReport& report);
/// The methods with their versions and sources, one sentence each.
[[nodiscard]] std::vector<std::string> methods();

/// Reliability, pairs, components, bias, bias by wall, repeats, slices, mix-ups, refused contours, cases,
/// points of the bias maps.
[[nodiscard]] std::vector<Table> tables(const AgreementReport& report);

/// A4, lines and text only, the text can be copied. Needs a drawing application (drawing.hpp).
[[nodiscard]] Result<> writePdf(const AgreementReport& report, const std::filesystem::path& file);
/// One file without references to others; plots as SVG within. Needs a drawing application.
[[nodiscard]] Result<> writeHtml(const AgreementReport& report, const std::filesystem::path& file);
/// `<id>.csv` for every table, in a folder that is made where absent; the files written.
[[nodiscard]] Result<std::vector<std::filesystem::path>> writeCsv(const AgreementReport& report,
                                                                  const std::filesystem::path& folder);

} // namespace forameter::report
