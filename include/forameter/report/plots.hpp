// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/agreement/summary.hpp"
#include "forameter/report/plot.hpp"
#include "forameter/report/progress.hpp"

namespace forameter::report {

/// Axes carry their units; lengths mm, areas mm². Plots of nothing say so in words.

/// Differences of two raters' areas against their means, bias and limits of agreement with 95 % intervals.
struct AreaPair {
    double a = 0.0, b = 0.0; ///< mm²
};
[[nodiscard]] Plot blandAltmanPlot(std::span<const AreaPair> areas, const std::string& labelA,
                                   const std::string& labelB, const PlotStyle& style,
                                   const std::string& title = {}); ///< "A and B" where empty

/// ICC(2,1) with its interval, one row per group: filled with the slices as chosen, open on one image.
[[nodiscard]] Plot iccForest(std::span<const agreement::GroupAgreement> groups, const PlotStyle& style);

/// What the error of one rater's area is made of, in shares of its variance.
[[nodiscard]] Plot componentsPlot(std::span<const agreement::ComponentsOfGroup> components,
                                  const PlotStyle& style);

/// Every rater's area in every case of the group, cases by mean area.
[[nodiscard]] Plot areaSpreadPlot(const agreement::Readings& readings, const agreement::Group& group,
                                  const Raters& raters, const PlotStyle& style);

/// Mean signed error of each rater's areas with its interval.
[[nodiscard]] Plot areaBiasPlot(std::span<const agreement::AreaBias> bias, const Raters& raters,
                                const PlotStyle& style);

/// All pairs of raters on one image: every value, and boxes of median and quartiles with whiskers to the last
/// value within 1.5 interquartile ranges (Tukey).
enum class Overlap { Dice, Hd95, Assd };
struct Distribution {
    std::string label;
    std::vector<double> values;
};
/// By structure and level, in the order of the grid; mix-ups left out.
[[nodiscard]] std::vector<Distribution> overlapByLevel(const agreement::Readings& readings,
                                                       std::span<const agreement::PairComparison> cases,
                                                       const agreement::Group& group, Overlap measure);
[[nodiscard]] Plot overlapPlot(std::span<const Distribution> distributions, Overlap measure,
                               const PlotStyle& style, const std::string& of = {});

/// Those of a structure and quantity, one list per reference.
[[nodiscard]] std::vector<std::vector<agreement::BiasMap>> biasMapsOf(const agreement::Summary& summary,
                                                                      const agreement::Group& group);
/// Where on the wall each rater draws larger or smaller than the reference, on the mean outline: the shift
/// enlarged so that it can be seen, by how much is said. Seen as on the usual screen. Of maps against several
/// references those against the first one's.
[[nodiscard]] Plot biasMapPlot(std::span<const agreement::BiasMap> maps, const Raters& raters,
                               const PlotStyle& style);

/// How far each rater of a round is.
[[nodiscard]] Plot roundProgressPlot(const RoundProgress& progress, const Raters& raters,
                                     const PlotStyle& style);
/// Cases finished per day and rater.
[[nodiscard]] Plot casesPerDayPlot(const RoundProgress& progress, const Raters& raters,
                                   const PlotStyle& style);

} // namespace forameter::report
