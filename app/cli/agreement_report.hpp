// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agreement_input.hpp"
#include "forameter/agreement/summary.hpp"
#include "program.hpp"

namespace forameter::cli {

/// --pdf, --html, --csv-dir, --hide-names
void addReportOptions(Program& program, CLI::App& verb, const std::shared_ptr<AgreementOptions>& options);

/// Fails where a file that is asked for is the store itself.
[[nodiscard]] Result<> checkReports(const AgreementOptions& options, const Session& session);

/// Writes what was asked for; nothing where nothing was.
[[nodiscard]] Result<> writeReports(const AgreementOptions& options, const AgreementInput& input,
                                    const agreement::Summary& summary, const Session& session);

} // namespace forameter::cli
