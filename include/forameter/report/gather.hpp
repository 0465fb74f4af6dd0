// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/report/agreement_report.hpp"
#include "forameter/store/store.hpp"

namespace forameter::report {

/// Which of a store's readings are judged.
struct Request {
    std::optional<std::string> round = {}; ///< none: all readings that belong to no round
    std::vector<std::string> raters = {};  ///< empty: all of them
    std::optional<anatomy::Structure> structure = {};
    bool truth = true;     ///< contours of a phantom's truth count as the reference "truth"
    bool consensus = true; ///< the newest consensus of each case counts as a reference
    Names names = Names::Letters;
    agreement::SummaryOptions statistics = {};
};

/// Reads what the store's actor may see and works the agreement out. NotAllowed where the round is blinded
/// for her, NotFound where there is no such round, InvalidArgument where fewer than two raters have read.
[[nodiscard]] Result<AgreementReport> gather(const store::Store& store, const Request& request,
                                             const Watch& watch = {});

/// Says of a report what it is about: title, facts of the round, the audit's head, whether the images are
/// phantoms'. Hides the names where the store's actor may not know them.
[[nodiscard]] Result<> describe(AgreementReport& report, const store::Store& store,
                                const std::optional<std::string>& round);

} // namespace forameter::report
