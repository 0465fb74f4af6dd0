// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/protocol/consensus.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// All that is named must hold.
struct ConsensusFilter {
    std::optional<StudyUid> study = {};
    std::optional<anatomy::Cell> cell = {};
    std::optional<protocol::ConsensusMethod> method = {};
    std::optional<std::string> round = {}; ///< "" for those outside of rounds
};

/// An input of a consensus that is no longer as it was.
struct StaleInput {
    std::string rater;
    ContourId contour;
    enum class Reason { Relabelled, Changed, Deleted } reason = Reason::Changed;

    friend bool operator==(const StaleInput&, const StaleInput&) = default;
};
[[nodiscard]] std::string_view name(StaleInput::Reason) noexcept; ///< "relabelled", "changed", "deleted"

/// Consensus records: appended, never changed; the contours that they were made from stay as they are. Made
/// and read by reviewers, researchers and administrators once the round is open (access.hpp); to everybody
/// else there are none.
class ConsensusRepository {
public:
    explicit ConsensusRepository(const Store& store) : m_database(store.database()) {}

    /// Keeps a consensus, with the actor as author and the present time; a missing id is made. Where the
    /// newest one of the same study, cell, method and round has the same inputs and parameters, that one is
    /// returned and nothing is written. Refused: roles that may not, a round that is not open yet, an image
    /// or study that the store does not know, inputs that are not contour versions of this store on that
    /// study.
    [[nodiscard]] Result<protocol::Consensus> add(const protocol::Consensus& consensus);

    /// NotFound where there is none that the actor may see.
    [[nodiscard]] Result<protocol::Consensus> find(const ContourId& id) const;

    enum class Which { Newest, All }; ///< Newest: of each study, cell, method and round
    /// In order of study, level, structure, side, method, then age.
    [[nodiscard]] Result<std::vector<protocol::Consensus>> list(const ConsensusFilter& filter = {},
                                                                Which which = Which::Newest) const;

    /// Which of its inputs have been called otherwise, changed or deleted since it was made: then it does not
    /// stand for what its raters say now. Empty for one that is not stale. Worked out, not stored.
    [[nodiscard]] Result<std::vector<StaleInput>> stale(const protocol::Consensus& consensus) const;

private:
    Database& m_database;
};

} // namespace forameter::store
