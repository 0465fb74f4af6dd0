// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "forameter/agreement/consensus_case.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/store/review_repository.hpp"
#include "forameter/store/store.hpp"

namespace forameter::workspace {

/// What one reviewer changes and decides of one case, and how it is taken back. Contours and reviews are only
/// ever appended to.
class ReviewEdits {
public:
    ReviewEdits(const store::Store& store, const agreement::ConsensusCase& of, std::string round)
        : m_store(store), m_case(of), m_round(std::move(round)) {}

    /// The current review, and the contour that it accepts, if it is one.
    void read(const geometry::ImagePlane& plane);

    /// What the reviewer made of the consensus; none: it is as it was.
    [[nodiscard]] const std::optional<geometry::PlaneCurve>& curve() const { return m_curve; }
    [[nodiscard]] const ContourId& id() const { return m_id; }
    [[nodiscard]] int version() const { return m_version; }
    /// Appends a version of this reviewer's contour; `note` is asked for the first one.
    [[nodiscard]] Result<> keep(geometry::PlaneCurve curve, const geometry::ImagePlane& plane,
                                const std::string& what, const std::function<std::string()>& note);
    /// Back to the consensus; what was kept stays kept.
    void discard();

    [[nodiscard]] const std::optional<store::Review>& review() const { return m_review; }
    /// Where somebody else has decided meanwhile, the newer review has been read, and the sentence of the
    /// Conflict says whose it is.
    [[nodiscard]] Result<> decide(store::ReviewState state, std::optional<store::Accepted> accepted,
                                  std::string reason, const std::string& what,
                                  const store::Basis& basis = {});

    [[nodiscard]] std::optional<std::string> undoText() const;
    [[nodiscard]] Result<> undo(const geometry::ImagePlane& plane);

private:
    struct Step {
        std::string what;
        bool decision = false;
        std::optional<geometry::PlaneCurve> curve = {}; ///< before
        std::optional<store::Review> review = {};       ///< before
    };
    [[nodiscard]] Result<> append(const geometry::PlaneCurve& curve, const geometry::ImagePlane& plane);
    [[nodiscard]] Result<> write(store::ReviewState state, std::optional<store::Accepted> accepted,
                                 std::string reason, const store::Basis& basis = {});

    const store::Store& m_store;
    const agreement::ConsensusCase& m_case;
    std::string m_round;
    std::optional<geometry::PlaneCurve> m_curve;
    ContourId m_id;
    int m_version = 0;
    bool m_mine = false; ///< m_id was made here, so that it may get further versions
    std::string m_note;
    std::optional<store::Review> m_review;
    std::vector<Step> m_steps;
};

} // namespace forameter::workspace
