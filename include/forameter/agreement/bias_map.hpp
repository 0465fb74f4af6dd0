// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/agreement/estimate.hpp"
#include "forameter/agreement/readings.hpp"
#include "forameter/geometry/point.hpp"

namespace forameter::agreement {

/// Where on the wall a rater draws larger (+) or smaller (-), mm.
///
/// Template: positions 0..1 along the wall, seen as on the usual screen. Four anchors are the places where
/// the rays from the reference's centroid along the patient's axes leave it: NF superior 0, anterior 0.25,
/// inferior 0.5, posterior 0.75; CC anterior 0, left 0.25, posterior 0.5, right 0.75 (the patient's left).
/// Between two anchors the position runs with arc length. Being tied to the patient's axes, a left foramen
/// lies on a right one: the left side is mirrored.
enum class Wall { Superior, Anterior, Inferior, Posterior, Left, Right };
[[nodiscard]] std::string_view name(Wall) noexcept; ///< "superior", ...
/// Of a position: the nearest anchor's.
[[nodiscard]] Wall wallAt(anatomy::Structure structure, double position) noexcept;

/// A reference outline sampled at the template's positions.
struct TemplateSample {
    geometry::PlanePoint point;    ///< on the reference, mm in its image's plane
    geometry::PlanePoint onScreen; ///< mm from the centroid: NF x to the back, CC x to the patient's left; y
                                   ///< downwards (NF to the feet, CC to the back)
};
/// `positions` samples, the first at 0. None where the plane stands across the axes that the structure needs,
/// or the curve has no area.
[[nodiscard]] std::optional<std::vector<TemplateSample>> sampleTemplate(const geometry::PlaneCurve& reference,
                                                                        const geometry::ImagePlane& plane,
                                                                        anatomy::Structure structure,
                                                                        std::size_t positions);

struct BiasMapPoint {
    double position = 0.0;
    geometry::PlanePoint onScreen; ///< mean of the references there, mm
    Estimate distance;             ///< mm, + outwards; interval over patients (clusteredMean)
};
struct WallBias {
    Wall wall = Wall::Superior;
    Estimate distance; ///< mm, mean over the wall's positions
};
struct BiasMap {
    std::string rater;
    std::string against; ///< name of the reference, or "others": mean shape of the other raters
    anatomy::Structure structure = anatomy::Structure::NF;
    std::optional<anatomy::Quantity> quantity;
    std::size_t cases = 0, patients = 0;
    std::vector<BiasMapPoint> points;
    std::vector<WallBias> walls; ///< in the order of their anchors
    Estimate overall;            ///< mm
};
inline constexpr std::size_t kBiasMapPositions = 72;

/// One map per rater, structure, quantity and reference. At each position the signed distance from the
/// reference boundary to the rater's curve: of the reference point to the nearest point of the curve, + where
/// the rater's curve lies outside. First readings on one image with the reference; mix-ups left out. Where
/// there are no references at all, against the mean shape of the others (at least 2) on the image: where the
/// mean of their signed distances is zero.
[[nodiscard]] Result<std::vector<BiasMap>>
biasMaps(const Readings& readings, std::size_t positions = kBiasMapPositions, const Watch& watch = {});

} // namespace forameter::agreement
