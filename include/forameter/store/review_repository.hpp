// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/time.hpp"
#include "forameter/protocol/consensus.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

enum class ReviewState { Open, Discuss, Signed };
[[nodiscard]] std::string_view name(ReviewState) noexcept; ///< "open", "discuss", "signed"
[[nodiscard]] std::optional<ReviewState> reviewStateFromName(std::string_view) noexcept;

/// What a reviewer takes for the truth of a cell.
struct Accepted {
    ContourId id;
    std::optional<int> version; ///< of a contour that was drawn or edited; none: a consensus

    friend bool operator==(const Accepted&, const Accepted&) = default;
};

/// One version of the review of one cell.
struct Review {
    StudyUid study;
    anatomy::Cell cell;
    std::string round; ///< "" outside of rounds
    int version = 0;   ///< 1, 2, ...
    ReviewState state = ReviewState::Open;
    std::optional<Accepted> accepted;
    std::string reason;
    std::string reviewer; ///< filled in when kept
    Timestamp time;       ///< filled in when kept
};

/// What a reviewer had before her when she decided.
struct Basis {
    /// Accepted, and kept with the decision if the store does not have it yet: both or neither.
    std::optional<protocol::Consensus> consensus = {};
    struct Seen {
        ContourId contour;
        int version = 0;
    };
    std::vector<Seen> contours = {}; ///< of raters; each must still be what its rater says
};

struct ReviewFilter {
    std::optional<StudyUid> study = {};
    std::optional<anatomy::Cell> cell = {};
    std::optional<std::string> round = {};
    std::optional<ReviewState> state = {}; ///< of the current version
};

/// The reviewers' decisions, cell by cell; a changed decision is a new version. The same people as for
/// consensus records.
class ReviewRepository {
public:
    explicit ReviewRepository(const Store& store) : m_database(store.database()) {}

    /// Appends a version to the review of review.study, cell and round. `basedOn` is the version it follows,
    /// 0 for the first; Conflict where somebody else was faster. Signing and reopening need a reason; what is
    /// accepted must be a consensus or a contour version of this study and cell. Signed without anything
    /// accepted says that the cell has no truth (not assessable). What is signed, or accepted for the first
    /// time, must rest on contours that have not been changed, deleted or called otherwise since: else
    /// Conflict. Refused as a whole or kept as a whole.
    [[nodiscard]] Result<Review> set(const Review& review, int basedOn, const Basis& basis = {});

    /// The current version; none where nobody has looked at the cell yet.
    [[nodiscard]] Result<std::optional<Review>> current(const StudyUid& study, const anatomy::Cell& cell,
                                                        const std::string& round = {}) const;
    /// Current versions, in order of study, level, structure, side.
    [[nodiscard]] Result<std::vector<Review>> list(const ReviewFilter& filter = {}) const;
    /// All versions, oldest first.
    [[nodiscard]] Result<std::vector<Review>> history(const StudyUid& study, const anatomy::Cell& cell,
                                                      const std::string& round = {}) const;

private:
    Database& m_database;
};

} // namespace forameter::store
