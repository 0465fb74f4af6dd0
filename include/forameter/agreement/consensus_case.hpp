// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::agreement {

/// A contour as it stands when a consensus is made.
struct ConsensusMember {
    protocol::Contour contour;
    int version = 0; ///< 0 where it came from a document
};

/// A rater who drew the cell on another image than the one that the consensus is formed on.
struct OtherSlice {
    protocol::Contour contour;
    Millimetres offset; ///< from the consensus's image along the image's normal, by the curves' middles
};

/// A contour that takes no part, and why.
struct LeftOut {
    enum class Reason { NotAssessable, MixUp, Superseded };
    protocol::Contour contour;
    Reason reason = Reason::Superseded;
    std::string message; ///< names the rater
};
[[nodiscard]] std::string_view name(LeftOut::Reason) noexcept; ///< "not-assessable", "mix-up", "superseded"

/// What several raters drew of one cell of one study, on one image.
struct ConsensusCase {
    StudyUid study;
    anatomy::Cell cell;
    ImageId image;                        ///< the modal image
    std::vector<ConsensusMember> members; ///< by rater; one contour each
    std::vector<OtherSlice> elsewhere;    ///< slice disagreement, apart from disagreement about the boundary
    std::vector<LeftOut> leftOut;
};

/// Sorts contours into cases, in reading order within each study. Where raters chose different images (free
/// rounds), the case is formed on the modal image (modal_image.hpp). A rater with several contours of one
/// cell counts with the newest on the modal image. Contours that show another level or side than they say
/// (mixups.hpp), and those that are not assessable, are left out and listed.
[[nodiscard]] std::vector<ConsensusCase> consensusCases(std::span<const ConsensusMember> contours);

} // namespace forameter::agreement
