// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/core/time.hpp"
#include "forameter/core/weighting.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::protocol {

using forameter::name;
using forameter::Weighting;
using forameter::weightingFromName;

enum class Source { Manual, Model, EditedModel, Consensus, Phantom };
[[nodiscard]] std::string_view
    name(Source) noexcept; ///< "manual", "model", "edited-model", "consensus", "phantom"
[[nodiscard]] std::optional<Source> sourceFromName(std::string_view) noexcept;
/// Drawn by a person, or a model's that a person has changed: what raters' readings are made of.
[[nodiscard]] constexpr bool byHand(Source source) {
    return source == Source::Manual || source == Source::EditedModel;
}

/// One delineation of one structure by one rater on one acquired image: the record from which masks, areas
/// and exports derive. Where `assessable` is false there is no curve and `note` says why.
struct Contour {
    ContourId id;
    StudyUid study;
    ImageId image;
    anatomy::Cell cell;
    geometry::PatientCurve curve;
    std::string rater;
    Source source = Source::Manual;
    bool assessable = true;
    std::string note;
    std::optional<geometry::Plane> plane;
    std::optional<Weighting> weighting;
    std::string protocol;                ///< e.g. "nf-pedicle-v1"; "" where unknown
    std::optional<double> midlineOffset; ///< NF: mm of the slice from the midline
    std::optional<double> obliquity;     ///< degrees between the slice and what the protocol asks for
    Timestamp created;
    std::optional<ContourId> parent;  ///< the contour it was edited from
    std::optional<std::string> model; ///< SHA-256 of the weights it was proposed by

    friend bool operator==(const Contour&, const Contour&) = default;
};

/// The default measuring protocol of a structure: "nf-pedicle-v1", "cc-disc-v1".
[[nodiscard]] std::string_view defaultProtocol(anatomy::Structure structure) noexcept;

/// How far a point may lie off its image's plane.
inline constexpr Millimetres kPlaneTolerance{0.1};

/// Everything that is derived from a contour's curve.
struct Measurement {
    SquareMillimetres area;                    ///< of the exact curve
    std::optional<SquareMillimetres> areaMask; ///< pixels whose centre lies inside; only on a known image
    Millimetres perimeter;
    Millimetres maxDiameter, minDiameter; ///< Feret
    /// Along the patient's axes as they lie in the plane; none where an axis stands across it. CC: ap front
    /// to back, width right to left. NF: height foot to head, width front to back (ap is the same).
    std::optional<Millimetres> ap, width, height;
};

/// Measures on the contour's own image where `image` is given, else on the plane fitted through its points.
/// Fails, with the reason, on all that validate() refuses, so that nobody need ask both, and on contours that
/// are not assessable.
[[nodiscard]] Result<Measurement> measure(const Contour& contour,
                                          const std::optional<geometry::ImagePlane>& image);

/// Refuses what the interchange contract refuses: NF without a side, CC with one, NF with a quantity, CC
/// without, curves that no area may be shown for, and points on a contour that is not assessable.
[[nodiscard]] Result<> validate(const Contour& contour, const std::optional<geometry::ImagePlane>& image);

} // namespace forameter::protocol
