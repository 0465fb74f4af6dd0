// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "forameter/agreement/consensus.hpp"
#include "program.hpp"
#include "session.hpp"

namespace forameter::cli {

/// What `consensus make` was asked for.
struct ConsensusRequest {
    std::vector<std::string> files, images;
    std::string method = "majority", study, round;
    std::vector<std::string> raters;
    double domain = 5.0; ///< mm

    /// Wrong usage where the method is none.
    [[nodiscard]] agreement::ConsensusSettings settings() const;
    /// Whether this contour may take part: by the raters named, else those that people drew.
    [[nodiscard]] bool wants(const protocol::Contour& contour) const;
};

/// Consensus of every case, as entries; a case without one goes to `withheld`.
struct MadeConsensus {
    std::vector<protocol::Consensus> records; ///< of `entries`, in the same order
    std::vector<Json> entries;
    Json withheld = Json::array();
};
using PlaneOf = std::function<Result<geometry::ImagePlane>(const StudyUid&, const ImageId&)>;
/// `keep` may store a record and fill in who made it and when.
using Keep = std::function<Result<protocol::Consensus>(protocol::Consensus)>;
[[nodiscard]] Result<MadeConsensus> makeAll(const std::vector<agreement::ConsensusMember>& contours,
                                            const ConsensusRequest& request, const PlaneOf& plane,
                                            const Keep& keep, const Watch& watch);

/// The same of a store's contours; what is made is kept there unless --dry-run.
[[nodiscard]] Result<int> makeFromStore(const ConsensusRequest& request, const Session& session);

/// Answers with the document, or writes it to --out.
[[nodiscard]] Result<int> answerWith(const MadeConsensus& made, const Json& refused, const Session& session);

/// list, show and sign of the noun consensus.
void addConsensusReview(Program& program, CLI::App& noun);

} // namespace forameter::cli
