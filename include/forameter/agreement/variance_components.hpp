// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forameter/agreement/bootstrap.hpp"
#include "forameter/agreement/estimate.hpp"
#include "forameter/core/progress.hpp"

namespace forameter::agreement {

/// Where the differences between areas come from. One structure (and quantity) at a time.
///
/// Model: area(case c of patient p, rater r, reading t)
///     = mean + patient_p + cell_c + rater_r + slice shift + label shift + delineation_cr + residual_crt,
/// all random, independent, of mean 0. A case is one cell of one study. The slice shift is the change of the
/// true area from the case's usual image to the one that the rater chose, the label shift that from the cell
/// he named to the one he outlined. They are known where a reference (truth, or somebody's profile of
/// neighbouring slices) has an area on both; otherwise they are inferred.
///
/// Estimator: half squared differences of pairs of readings (Koch, Technometrics 9:93, 1967), which have the
/// sum of the components in which the pair differs as their expectation, whatever is missing.
///   within a case       mean of (y_cr - y_cr')^2 / 2 over all pairs of raters of a case
///   base                the same over pairs on one image and cell, known shifts taken off:
///                       rater + delineation + residual
///   slice, level label  mean over all pairs of (difference of known shifts)^2 / 2; where unknown and the
///                       pair differs, of its half squared difference minus base
///   rater               mean of d_c d_c' / 2, where d are the differences of one pair of raters in cases of
///                       two different patients: what a pair of raters keeps from patient to patient
///   residual            mean of half squared differences of repeats by one rater on one image
///   delineation         base - rater - residual
///   patient, cell       one-way analysis of variance of case means by patient, less the noise of the means
/// With one reading per cell and one case per patient these are the ANOVA estimators (MSC - MSE)/n, MSE and
/// (MSR - MSE)/k (Searle, Casella and McCulloch, Variance Components, 1992, chapter 4); tests hold that. Each
/// component is unbiased before truncation.
struct AreaReading {
    std::size_t patient = 0; ///< any numbering
    std::size_t cell = 0;    ///< with the study, numbered within the patient
    std::size_t rater = 0;
    std::size_t image = 0;      ///< the acquired image, any numbering; compared within a case only
    std::size_t identified = 0; ///< the cell outlined; differs between readings of a case after a mix-up
    int occasion = 1;           ///< 2 and up: the rater's repeats
    double area = 0.0;          ///< mm²
    std::optional<double> sliceShift,
        labelShift; ///< mm², where a reference tells; 0 on the usual image and cell
};

/// mm⁴. A negative estimate means "none that these data can show": it is set to 0 and marked.
struct Component {
    double variance = 0.0;
    bool truncated = false;
    double untruncated = 0.0;
    std::optional<Interval> interval; ///< percentile, cluster bootstrap over patients; where asked for

    [[nodiscard]] double sd() const; ///< mm²
};

struct VarianceComponents {
    std::size_t patients = 0, cases = 0, raters = 0, readings = 0;
    std::size_t pairs = 0;            ///< of raters within a case
    std::size_t otherImage = 0;       ///< of these, on different images
    std::size_t otherCell = 0;        ///< of these, with different cells outlined
    std::size_t repeatPairs = 0;      ///< of one rater
    std::optional<Component> patient; ///< none with fewer than 2 patients
    std::optional<Component> cell;    ///< none where every patient has one case; `patient` then holds both
    std::optional<Component> rater;   ///< none with cases of one patient only
    Component slice, levelLabel;
    Component delineation;             ///< holds the residual where there are no repeats
    std::optional<Component> residual; ///< none without repeats
    /// rater + slice + levelLabel + delineation + residual: the variance of one rater's area about the true
    /// one
    [[nodiscard]] double error() const;
};

/// None where no case has two raters. `bootstrap` adds intervals; it may be left out.
[[nodiscard]] std::optional<VarianceComponents>
varianceComponents(std::span<const AreaReading> readings,
                   const std::optional<BootstrapOptions>& bootstrap = std::nullopt, const Watch& watch = {});

} // namespace forameter::agreement
