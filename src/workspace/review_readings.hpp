// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forameter/agreement/readings.hpp"
#include "forameter/agreement/summary.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/workspace/review_session.hpp"

namespace forameter::workspace {

/// The raters' contours of one scope as the store gives them to the reviewer. Not changed once read, so that
/// the background may compare it while the list is used.
struct ReviewReadings {
    std::uint64_t seed = 1;                                          ///< of the round
    std::vector<store::StoredContour> contours;                      ///< by study; first readings and repeats
    std::vector<int> occasions;                                      ///< of each: 1, or 2 for a repeat
    std::map<StudyUid, std::pair<std::size_t, std::size_t>> studies; ///< from, to: into `contours`
    std::map<StudyUid, std::string> patients;
    std::vector<ReviewEntry> entries; ///< cells that two raters or more looked at, by their areas alone
    bool anybody = false;             ///< somebody has read something
    bool phantom = false;
};

[[nodiscard]] Result<ReviewReadings> readForReview(const store::Store& store, const std::string& round,
                                                   const Watch& watch);

/// The contours of some studies for the statistics, with the planes of their images.
[[nodiscard]] agreement::ReadingsInput statisticsInput(const store::Store& store,
                                                       const ReviewReadings& readings,
                                                       const std::vector<StudyUid>& studies);

/// By agreement::worstFirst; what has no spread yet comes after, by its areas.
void sortForReview(std::vector<ReviewEntry>& entries,
                   const std::map<agreement::CaseKey, agreement::CaseSpread>& spreads);

[[nodiscard]] std::optional<AgreementFigures>
figuresOf(const agreement::Readings& readings, const agreement::Summary& summary, const anatomy::Cell& cell);

} // namespace forameter::workspace
