// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
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

private:
    Database& m_database;
};

} // namespace forameter::store
