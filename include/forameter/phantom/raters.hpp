// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "forameter/core/random.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/phantom/study.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::phantom {

/// How one simulated person draws. Lengths in mm; a positive bias draws outside of the true wall.
struct RaterProfile {
    std::string name = "rater-1";
    struct ForamenBias {
        double superior = 0.0, anterior = 0.0, posterior = 0.0, inferior = 0.0;
    } foramen;
    struct CanalBias {
        double anterior = 0.0, posterior = 0.0, lateral = 0.0;
    } canal;
    double noise = 0.42;      ///< SD of the boundary of a rested reader of average skill
    double correlation = 4.0; ///< along the boundary: noise of points this far apart correlates by 0.61
    double habit = 0.55; ///< share of the noise's variance that comes back when the same case is read again
    double clickDistance = 3.0; ///< between the points of the spline
    double skill = 1.0;         ///< multiplies noise and slips: 0.8 experienced, 1.3 a beginner
    double fatigue = 0.25;      ///< noise grows by this share over a session of kSession contours
    double otherSlice = 0.08;   ///< chance to choose the slice beside the protocol's
    double slip = 0.01;         ///< chance to draw a neighbouring level, and to draw the other side
};
inline constexpr std::size_t kSession = 45; ///< contours between two breaks

/// Rater `number` (from 1) of a cohort: bias by wall 0.1 to 0.4 mm either way, skill from 0.8 to 1.3.
[[nodiscard]] RaterProfile drawRater(const CohortSettings& settings, std::size_t number);

/// The contour that a rater draws for a true outline: every wall moved by the rater's bias, a smooth random
/// field added along the boundary, and the spline through the points that a person would click. Always
/// simple. `own` is drawn from where the case is read again, `fresh` anew; `strength` multiplies the noise.
[[nodiscard]] geometry::PlaneCurve drawnBy(const RaterProfile& rater, const geometry::PlaneCurve& truth,
                                           const anatomy::Cell& cell, const geometry::ImagePlane& plane,
                                           Random own, Random fresh, double strength = 1.0);

/// One reading of a study by a rater: a contour for every cell of the protocol. `before` counts the contours
/// that the rater has drawn before this study; `repeat` 0 is the first reading, 1 the same study again.
[[nodiscard]] std::vector<protocol::Contour> readStudy(const SimulatedStudy& study,
                                                       const CohortSettings& settings,
                                                       const RaterProfile& rater, std::size_t before,
                                                       std::uint64_t repeat = 0);

} // namespace forameter::phantom
