// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/time.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// What a person did with a contour that a model proposed. Offered: a rejection was taken back.
enum class Decision { Accepted, Rejected, Offered };
[[nodiscard]] std::string_view name(Decision) noexcept; ///< "accepted", "rejected", "offered"
[[nodiscard]] std::optional<Decision> decisionFromName(std::string_view) noexcept;

/// A proposed contour as it was shown, and the decision. What became of an accepted one are the later
/// versions of its contour (source edited-model).
struct ProposalDecision {
    StudyUid study;
    ImageId image;
    anatomy::Cell cell;
    std::string model; ///< SHA-256 of the weights
    geometry::PatientCurve curve;
    double area = 0.0;                       ///< mm², of the curve
    double confidence = 0.0;                 ///< predicted Dice
    std::optional<double> areaLow, areaHigh; ///< mm², the predicted interval; none where not calibrated
    double failure = 0.0;
    bool doubtful = false;
    Decision decision = Decision::Accepted;
    std::optional<ContourId> contour; ///< that it became
};

struct StoredProposalDecision {
    ProposalDecision proposal;
    RaterId rater;
    std::optional<AssignmentId> reading;
    Timestamp time;
};

/// Append-only. As blinded as the contours that the raters draw.
class ProposalRepository {
public:
    explicit ProposalRepository(const Store& store) : m_database(store.database()) {}

    [[nodiscard]] Result<> append(const ProposalDecision& decision, const RaterId& rater);
    struct Filter {
        std::optional<StudyUid> study = {};
        std::optional<RaterId> rater = {};
    };
    /// Oldest first, what the actor may read.
    [[nodiscard]] Result<std::vector<StoredProposalDecision>> decisions(const Filter& filter) const;

private:
    Database& m_database;
};

} // namespace forameter::store
