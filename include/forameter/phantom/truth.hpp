// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/phantom/spine_model.hpp"

namespace forameter::phantom {

/// The exact outline of one structure on one plane: the zero set of the model's own field, as a polygon whose
/// points lie on it within 1 µm and follow each other every 0.3 mm or closer (area within 0.1 % of the
/// limit). Where bone leaves the free space of a foramen open on a plane, it ends at the lines through the
/// pedicles' facing edges, 15 mm behind the bodies and 4 mm in front of their back, as a rater would close
/// it.
struct Outline {
    geometry::PlaneCurve curve; ///< polygon, mm in the plane
    SquareMillimetres area;     ///< of the polygon, by Green's theorem
};

/// Cuts a cell out of the model. NF on planes through both pedicles (within 95 % of half their width from
/// their middles; their edges are roof and floor), CC on planes through the canal. Fails where the plane
/// misses the structure or where the foramen has no outline there.
[[nodiscard]] Result<Outline> cut(const SpineModel& model, const anatomy::Cell& cell,
                                  const geometry::ImagePlane& plane);

/// The plane on which a cell is measured when no image is given: NF the sagittal plane through the middle of
/// the two pedicles, CC the plane of the disc through its middle. None where the spine has no such level.
[[nodiscard]] std::optional<geometry::ImagePlane> standardPlane(const SpineModel& model,
                                                                const anatomy::Cell& cell);

/// One cell on one slice of a stack.
struct SliceOutline {
    anatomy::Cell cell;
    std::size_t slice = 0; ///< index into the planes
    Outline outline;
};

/// The slice that the protocol demands (measuring-protocol.md). NF (nf-pedicle-v1): of the sagittal planes,
/// the one on which the two adjacent pedicles are largest together, the medial one where two are within 2 %.
/// CC (cc-disc-v1): of the axial planes within half a slice and half the disc's height of the disc's middle,
/// the one with the smallest sac (all quantities are taken on that one). None where no plane has the
/// structure.
[[nodiscard]] std::optional<SliceOutline> ofProtocol(const SpineModel& model, const anatomy::Cell& cell,
                                                     std::span<const geometry::ImagePlane> planes);
/// The cell on the slices next to that one, as far as they have it.
[[nodiscard]] std::vector<SliceOutline> neighbours(const SpineModel& model, const SliceOutline& of,
                                                   std::span<const geometry::ImagePlane> planes);

} // namespace forameter::phantom
