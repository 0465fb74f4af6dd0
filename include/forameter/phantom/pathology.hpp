// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/random.hpp"
#include "forameter/phantom/spine_parameters.hpp"

namespace forameter::phantom {

/// What can be wrong with a spine. Each is one explicit change of the parameters, so its effect on every area
/// is known.
enum class Pathology {
    DiscHeightLoss,   ///< amount: mm that both rims lose; the upper pedicle comes down by as much
    DiscDegeneration, ///< amount: 0..1, signal only
    Bulge,            ///< amount: mm all around
    Protrusion,       ///< amount: mm; angle: 0 central, 20 paracentral, 40 foraminal, 60 far lateral, towards
                      ///< `side`
    FlavumHypertrophy, ///< amount: mm; one side, or both without `side`
    FacetGrowth,       ///< amount: mm; one side, or both without `side`
    Spondylolisthesis, ///< amount: mm that the upper vertebra slips forwards (negative: backwards) with its
                       ///< arch; the disc loses 0.35 of it in height, the facets grow by 0.15 of it
    Scoliosis,   ///< amount: Cobb angle in degrees, convex to `side`; angle: axial rotation of the apex; apex
                 ///< at `level`
    ModicChange, ///< amount: 1, 2 or 3
    Fracture,    ///< of the vertebra above the level; amount: share of the anterior height lost, 0..0.8
    Lipomatosis, ///< amount: epidural fat relative to normal; the sac gives way
    Laminectomy, ///< of the vertebra above the level; amount: share of the lamina removed, 0..1; the sac
                 ///< widens
    Fixation,    ///< pedicle screws in both vertebrae: no area changes, but the picture is lost around them
};
[[nodiscard]] std::string_view name(Pathology) noexcept; ///< "disc-height-loss", ...

/// One finding in one person.
struct Finding {
    Pathology pathology = Pathology::Bulge;
    anatomy::Level level = anatomy::Level::L4_L5;
    std::optional<anatomy::Side> side;
    double amount = 0.0;
    double angle = 0.0; ///< degrees

    friend bool operator==(const Finding&, const Finding&) = default;
};

/// The spine with that finding. Nothing happens where the spine has no such level.
[[nodiscard]] SpineParameters withFinding(SpineParameters spine, const Finding& finding);

/// What a finding does to the cells of its level, by exact outlines on the model's own planes
/// (`standardPlane` of truth.hpp); none where the structure has no closed outline there.
struct AreaChange {
    anatomy::Cell cell;
    std::optional<SquareMillimetres> before, after;
};
struct Effect {
    Finding finding;
    std::vector<AreaChange> areas; ///< both foramina, dural sac, canal and bony canal of the level
};

/// Applies the findings one after the other and records what each does.
struct SpineWithFindings {
    SpineParameters spine;
    std::vector<Effect> effects;
};
[[nodiscard]] SpineWithFindings withFindings(SpineParameters spine, const std::vector<Finding>& findings);

/// Findings of a person: prevalence by age of Brinjikji 2015 spread over the levels by the pattern of 43,255
/// reports (docs/phantom.md); worst at L4-L5, less at L5-S1. `burden` scales how many and how strong: 1 a
/// person without complaints, 2 a patient.
[[nodiscard]] std::vector<Finding> sampleFindings(const Person& person, const SpineParameters& spine,
                                                  double burden, Random& random);

/// Transitional anatomy changes the count of vertebrae, so it is drawn before the spine: a sixth lumbar
/// vertebra in about 2 %, a sacralised L5 (large transverse processes that join the sacrum, a low disc) in
/// about 5 %.
[[nodiscard]] SpineParameters withSacralisedL5(SpineParameters spine);

} // namespace forameter::phantom
