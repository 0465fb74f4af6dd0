// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/agreement/bias_map.hpp"
#include "forameter/agreement/bootstrap.hpp"
#include "forameter/agreement/categories.hpp"
#include "forameter/agreement/comparisons.hpp"
#include "forameter/agreement/icc.hpp"
#include "forameter/agreement/repeatability.hpp"
#include "forameter/agreement/variance_components.hpp"

namespace forameter::agreement {

/// Cases that are judged together. Structures (and quantities of CC) are never pooled; level and side are
/// none where all of them are.
struct Group {
    anatomy::Structure structure = anatomy::Structure::NF;
    std::optional<anatomy::Quantity> quantity;
    std::optional<anatomy::Level> level;
    std::optional<anatomy::Side> side;

    [[nodiscard]] bool contains(const anatomy::Cell& cell) const;
    friend auto operator<=>(const Group&, const Group&) = default;
};
[[nodiscard]] std::string
label(const Group& group); ///< "foramina", "right foramina L4–L5", "canal (dural sac)"

/// Areas (mm²) of first readings, cases by raters; mix-ups, and contours that are not assessable, are missing
/// cells.
enum class Images {
    AsChosen,
    ModalOnly
}; ///< ModalOnly: areas on another than the modal image are missing, too
[[nodiscard]] RatingTable areaTable(const Readings& readings, const Group& group,
                                    Images images = Images::AsChosen);

struct GroupAgreement {
    Group group;
    Reliability asChosen;   ///< with the slices that the raters chose
    Reliability onOneImage; ///< delineation alone: cases whose raters all drew on the modal image
    std::optional<Interval>
        iccInterval; ///< of ICC(2,1) as chosen, cluster bootstrap by patient (BCa), where asked for
    std::optional<double> fleissAssessable; ///< kappa of assessable or not
    std::optional<double> alphaAssessable;  ///< Krippendorff's alpha of the same
};

/// Two raters (or a rater and a reference) over all their common cases of a structure.
struct PairAgreement {
    std::string raterA, raterB;
    Group group;
    std::size_t cases = 0;                        ///< without mix-ups
    std::size_t onOneImage = 0;                   ///< of these; overlap and distances are means over them
    std::size_t mixUps = 0;                       ///< left out
    std::optional<Estimate> dice, hd, hd95, assd; ///< mm but for Dice; intervals over patients
    std::optional<BlandAltman> areas;             ///< a - b, mm², images as chosen
    std::optional<double> pearson, linConcordance;
};

struct RaterRepeats {
    std::string rater; ///< "all" for all raters together
    Group group;
    Repeatability areas;        ///< mm²
    std::size_t onOneImage = 0; ///< pairs of readings on the same image; Dice and HD95 are over them
    std::optional<Estimate> dice, hd95;
};

struct ComponentsOfGroup {
    Group group;
    VarianceComponents components;
};

struct SummaryOptions {
    std::size_t bootstrap = 0; ///< replicates; 0: no bootstrap intervals
    std::uint64_t seed = 1;
    double confidence = 0.95;
};

/// Everything that is known about a round; what the command line, the review room and the report show.
struct Summary {
    std::vector<PairComparison> cases;
    std::vector<CaseSpread> spreads;
    std::vector<GroupAgreement> groups; ///< each structure, then its levels and sides
    std::vector<PairAgreement> pairs;
    std::vector<ComponentsOfGroup> components; ///< per structure and quantity
    std::vector<AreaBias> bias;
    std::vector<BiasMap> biasMaps;
    std::vector<RaterRepeats> repeats;
    std::vector<SliceAgreement> slices;
};
/// Fails only by Cancelled.
[[nodiscard]] Result<Summary> summarise(const Readings& readings, const SummaryOptions& options = {},
                                        const Watch& watch = {});

/// The readings as the variance components take them: shifts from references' and raters' profiles of slices.
[[nodiscard]] std::vector<AreaReading> areaReadings(const Readings& readings, const Group& group);

/// Everything that `agreement --table` answers.
struct TableAgreement {
    Reliability reliability;
    /// Of the two raters of a table with two columns.
    std::optional<BlandAltman> blandAltman;
    std::optional<double> pearson, linConcordance;
    std::optional<double> fleissKappa, krippendorffAlpha;
};
/// ICC, SEM, Bland-Altman and correlations are left out on the nominal scale; kappa where values are no
/// categories (on interval and ratio scales: not whole numbers).
[[nodiscard]] TableAgreement tableAgreement(const RatingTable& table, Scale scale = Scale::Interval,
                                            double confidence = 0.95);

} // namespace forameter::agreement
