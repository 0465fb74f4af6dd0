// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "forameter/agreement/bland_altman.hpp"
#include "forameter/agreement/estimate.hpp"
#include "forameter/agreement/readings.hpp"
#include "forameter/geometry/compare.hpp"

namespace forameter::agreement {

/// First readings of two raters (or of a rater and a reference, which is then `b`) of one case.
struct PairComparison {
    CaseKey key;
    std::size_t a = 0, b = 0; ///< into Readings::all
    bool sameImage = false;
    bool mixUp = false; ///< one of the two outlined another cell: in no mean
    SquareMillimetres areaA, areaB;
    std::optional<geometry::Comparison> comparison; ///< only on one image
};
/// All pairs, by case, rater a, rater b. A reference that has the case on several images meets each rater on
/// the rater's image where it can. Contours that are not assessable are left out.
[[nodiscard]] Result<std::vector<PairComparison>> comparePairs(const Readings& readings,
                                                               const Watch& watch = {});

/// How far the raters of one case disagree, for sorting: first readings, references and mix-ups left out.
struct CaseSpread {
    CaseKey key;
    std::size_t raters = 0;        ///< who drew, mix-ups left out
    std::size_t notAssessable = 0; ///< who said that it cannot be assessed
    std::size_t mixUps = 0;
    std::size_t images = 0; ///< different ones
    SquareMillimetres meanArea, minArea, maxArea;
    std::optional<double> areaSd;            ///< mm²; none for fewer than 2 raters
    std::optional<double> relativeSd;        ///< areaSd / meanArea
    std::optional<double> meanDice, minDice; ///< over pairs on one image
    std::optional<Millimetres> maxHd95;
};
/// In the order of Readings::all; `worstFirst` sorts for the review: mix-ups first, then by relative spread
/// of area and greatest HD95 (each as its rank, the sum of both).
[[nodiscard]] std::vector<CaseSpread> caseSpreads(const Readings& readings,
                                                  const std::vector<PairComparison>& pairs);
[[nodiscard]] std::vector<CaseSpread> worstFirst(std::vector<CaseSpread> spreads);

/// Signed error of one rater's areas, mm². Against a reference on the same image, or against the mean of the
/// other raters on the same image.
struct AreaBias {
    std::string rater;
    std::string against; ///< name of the reference, or "others"
    anatomy::Structure structure = anatomy::Structure::NF;
    std::optional<anatomy::Quantity> quantity;
    std::size_t cases = 0, patients = 0;
    Estimate bias;     ///< mean of rater - against; interval by patients (cluster-robust, Student's t)
    Estimate relative; ///< mean of the same over the other's area
    double meanAbsolute = 0.0; ///< mm²
    std::optional<BlandAltman> limits;
};
[[nodiscard]] std::vector<AreaBias> areaBias(const Readings& readings,
                                             const std::vector<PairComparison>& pairs);

/// Which image was chosen: slice disagreement, apart from delineation. Per structure and quantity.
struct SliceAgreement {
    anatomy::Structure structure = anatomy::Structure::NF;
    std::optional<anatomy::Quantity> quantity;
    std::size_t cases = 0; ///< with at least 2 raters
    std::size_t casesOnOneImage = 0;
    std::size_t pairs = 0, pairsOnOneImage = 0;
    std::optional<Millimetres> meanDistance; ///< between the images of pairs that chose different ones
    std::optional<double> alpha; ///< Krippendorff, nominal, of the image chosen relative to the modal one
    std::optional<double> areaDifferenceOneImage; ///< mean |area a - area b| of pairs on one image, mm²
    std::optional<double> areaDifferenceOther;    ///< of pairs on different ones
};
[[nodiscard]] std::vector<SliceAgreement> sliceAgreement(const Readings& readings,
                                                         const std::vector<PairComparison>& pairs);

/// The mean of numbers that come in clusters, with its cluster-robust interval (Student's t, clusters - 1
/// degrees of freedom; Liang and Zeger, Biometrika 73:13, 1986). No interval with fewer than 2 clusters; none
/// for no numbers.
[[nodiscard]] std::optional<Estimate> clusteredMean(const std::vector<double>& values,
                                                    const std::vector<std::size_t>& clusters,
                                                    double confidence = 0.95);

} // namespace forameter::agreement
