// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/weighting.hpp"
#include "forameter/proposal/calibration.hpp"
#include "table.hpp"

/// What an evaluation of proposals found, and how it is told.
namespace forameter::cli {

/// What is told apart: a canal is no dural sac.
enum class Kind { Foramen, DuralSac, Canal };
/// None of what the models do not propose (bony canals).
[[nodiscard]] std::optional<Kind> kindOf(const anatomy::Cell& cell);
[[nodiscard]] std::string_view name(Kind kind) noexcept; ///< "NF", "CC" (the dural sac) or "CC canal"

struct EvaluatedCase {
    std::string study, scanner;
    anatomy::Cell cell;
    double trueArea = 0.0;      ///< mm², of the contour on the protocol's slice
    std::optional<double> area; ///< proposed; none: withheld
    std::optional<double> dice; ///< none where the truth has no contour on the proposal's image
    bool sameImage = false;
    std::optional<Weighting> weighting; ///< of the image proposed on
    double confidence = 0.0, low = 0.0, high = 0.0, failure = 0.0;
    bool doubtful = false;
    proposal::Features features{};
    std::string withheld; ///< why
};

struct LevelScore {
    std::size_t studies = 0, studiesRight = 0; ///< all vertebrae of a study right
    std::size_t vertebrae = 0, right = 0;
};

struct Evaluation {
    std::vector<EvaluatedCase> cases;
    LevelScore levels;
    std::size_t studies = 0;
    double seconds = 0.0, levelSeconds = 0.0;
    std::size_t repeats = 0;          ///< contours that are no first reading of their rater, left out
    std::vector<std::string> missing; ///< studies of the truth that are not among the images
    Json refused = Json::array(); ///< contours of the truth, and images of its studies, that cannot be used
};

/// Of a set of cases. Area errors in mm² and relative; coverage: share of true areas in the interval.
struct Summary {
    std::size_t cases = 0, proposed = 0;
    std::size_t diceCases = 0; ///< those of the proposed ones that Dice is known of
    std::optional<double> dice, diceP10, areaError, areaBias, relativeError, coverage, failures, failureAuroc;
    std::optional<double> failuresOrMissing; ///< share of all cases; the others are of those proposed
};
[[nodiscard]] Summary summaryOf(const std::vector<const EvaluatedCase*>& cases);
/// Area under the ROC curve of a score for an event (Mann-Whitney); none without both outcomes.
[[nodiscard]] std::optional<double> auroc(const std::vector<std::pair<double, bool>>& scored);

[[nodiscard]] Json toJson(const Evaluation& evaluation);
[[nodiscard]] Table caseTable(const Evaluation& evaluation);
[[nodiscard]] std::string summaryText(const Evaluation& evaluation);

} // namespace forameter::cli
