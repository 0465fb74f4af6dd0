// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/geometry/raster.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::protocol {

/// Majority: pixels that more than half of the raters drew (a tie is outside). Staple: Warfield, Zou, Wells
/// 2004. MeanShape: where the mean of the raters' signed distances is negative.
enum class ConsensusMethod { Majority, Staple, MeanShape };
[[nodiscard]] std::string_view name(ConsensusMethod) noexcept; ///< "majority", "staple", "mean-shape"
[[nodiscard]] std::optional<ConsensusMethod> consensusMethodFromName(std::string_view) noexcept;

/// One contour that went into a consensus, and how its rater compares with the result.
struct ConsensusInput {
    std::string rater;
    ContourId contour;
    int version = 0;          ///< of the contour; 0 where it came from a document
    SquareMillimetres area;   ///< of its curve
    double sensitivity = 0.0; ///< on the domain: STAPLE's own estimate, else against the consensus mask
    double specificity = 0.0;
    /// The consensus's area when this rater is left out, by its method, of two that remain by the mean shape;
    /// none where fewer would remain or they have none.
    std::optional<SquareMillimetres> areaWithout;

    friend bool operator==(const ConsensusInput&, const ConsensusInput&) = default;
};

/// A consensus of several raters on one image. The record is mask and soft map on the image's own pixels,
/// with method, parameters and the versions that it was made from; never changed once kept. Masks cover a
/// rectangle of the image whose first pixel is (column, row).
struct Consensus {
    ContourId id; ///< also that of asContour()
    StudyUid study;
    ImageId image;
    anatomy::Cell cell;

    ConsensusMethod method = ConsensusMethod::Majority;
    int algorithm = 0;      ///< agreement::kConsensusAlgorithmVersion at the time
    std::string parameters; ///< everything else that the result depends on, as a JSON object
    Millimetres domain;     ///< pixels counted: centre within this of the centre of a pixel that anybody drew
    std::size_t domainPixels = 0;
    double prior = 0.0; ///< mean of all votes in the domain

    int column = 0, row = 0;
    geometry::Mask mask;
    Grid<float> soft; ///< share of the raters who drew the pixel, 0..1

    geometry::PatientCurve curve; ///< boundary of the (largest piece of the) consensus region, sub-pixel
    std::size_t pieces =
        1; ///< outlines and holes of the region of a pixel or more; `curve`: the largest alone
    SquareMillimetres area;                           ///< of the curve
    SquareMillimetres areaMask;                       ///< pixels of the mask
    SquareMillimetres majorityArea, majorityAreaMask; ///< by majority of the same raters, as for `area`
    std::vector<ConsensusInput> raters;               ///< by name

    std::optional<geometry::Plane> plane;
    std::optional<Weighting> weighting;
    std::string protocol; ///< of the inputs, where they agree
    std::string round;    ///< "" outside of rounds
    std::string author;   ///< filled in when kept
    Timestamp created;    ///< filled in when kept

    friend bool operator==(const Consensus&, const Consensus&) = default;
};

/// As it goes into the interchange: rater "consensus-<method>", source `consensus`.
[[nodiscard]] Contour asContour(const Consensus& consensus);

} // namespace forameter::protocol
