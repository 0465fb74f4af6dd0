// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "forameter/proposal/propose.hpp"
#include "maps.hpp"
#include "regions.hpp"

namespace forameter::proposal {

/// A region that is to become a contour, and where it was found.
struct Sighting {
    const ProposeRequest& request;
    const anatomy::LevelSet& levels;
    anatomy::Cell cell;
    const LabelMaps& maps;
    Label label = Label::Foramen;
    const Region& region;
    std::optional<double> level = std::nullopt; ///< probability at which it was found; none: the model's
};

/// The contour of a region with what may be expected of it. None where the region has no outline.
[[nodiscard]] std::optional<Proposal> offerOf(const Sighting& sighting, const Model& model);

/// What makes a proposal impossible to believe: its area, or that it runs out of the picture. A sentence.
[[nodiscard]] std::optional<std::string> implausible(const Proposal& proposal,
                                                     const geometry::ImagePlane& image);

} // namespace forameter::proposal
