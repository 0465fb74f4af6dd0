// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "forameter/agreement/consensus_case.hpp"
#include "forameter/agreement/staple.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/protocol/consensus.hpp"

namespace forameter::agreement {

/// Bumped whenever a consensus of the same contours could come out different; kept with every consensus.
inline constexpr int kConsensusAlgorithmVersion = 1;

enum class LeaveOneOut { No, Yes };

struct ConsensusSettings {
    protocol::ConsensusMethod method = protocol::ConsensusMethod::Majority;
    Millimetres domain{5.0}; ///< 0..50 mm around the pixels that anybody drew
    StapleSettings staple = {};
    LeaveOneOut leaveOneOut = LeaveOneOut::Yes;
};

/// Why a case has no consensus.
struct ConsensusRefusal {
    enum class Why {
        NobodyDrew,
        OneRater,
        TooManyRaters,
        BadDomain,
        BadContour,
        NotAssessable,
        NoPixel,
        AllDrawn,
        Contradiction,
        NothingInCommon
    };
    Why why = Why::NobodyDrew;
    std::string rater = {}; ///< of OneRater, BadContour and NotAssessable
    Error contour = {};     ///< of BadContour: what is wrong with it
};
/// "only r1 drew it on this image."
[[nodiscard]] std::string clause(const ConsensusRefusal& refusal);
/// With the cell and the study in its sentence, for those to whom raters have names.
[[nodiscard]] Error errorOf(const ConsensusRefusal& refusal, const ConsensusCase& of,
                            protocol::ConsensusMethod method);

/// The consensus of a case's raters on the pixels of its image. A pixel belongs to a rater's mask if its
/// centre is inside her curve. Majority and STAPLE look at nothing but who drew a place, so their region is
/// defined between the pixel centres too: `curve` runs along the raters' own curves, and rasterizing it gives
/// the mask (but for pieces that are left out, and for centres within 2 µm of it). The mean shape's curve is
/// the zero level of the mean signed distance to the curves, to 5 µm.
/// Refused for fewer than two raters, for curves that protocol::measure() refuses, and where the raters have
/// no pixel in common to agree on. `id`, `author`, `created` are left to whoever keeps it.
/// About a millisecond (majority, STAPLE), some for the mean shape; any thread.
[[nodiscard]] tl::expected<protocol::Consensus, ConsensusRefusal>
makeConsensus(const ConsensusCase& of, const geometry::ImagePlane& image,
              const ConsensusSettings& settings = {});

/// Where raters differ: what some drew but not all. Loops are polygons, outer ones counter-clockwise
/// (positive area), holes clockwise. Of 1 to kMostRaters simple curves on one plane: exact (splines to 1 µm).
[[nodiscard]] std::vector<geometry::PlaneCurve>
disagreementBand(std::span<const geometry::PlaneCurve> curves);

} // namespace forameter::agreement
