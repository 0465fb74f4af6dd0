// SPDX-License-Identifier: Apache-2.0
#include "features.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::proposal {

namespace {

constexpr int kRim = 2; // pixels around a region in which its border may as well lie
// mm², docs/phantom.md, Bogdanovic 2024; of canals Schmid 1999.
constexpr double kUsualForamen = 120.0, kUsualSac = 165.0, kUsualCanal = 220.0;

double& at(Features& features, Feature which) {
    return features[static_cast<std::size_t>(which)];
}

} // namespace

Features featuresOf(const Region& region, const LabelMaps& maps, Label label, const anatomy::Cell& cell,
                    double area) {
    const Grid<float>& map = maps.of(label);
    const Grid<float>& spread = maps.spreadOf(label);
    std::vector<bool> near(map.data().size(), false);
    for (const std::size_t i : region.pixels) {
        const int c = static_cast<int>(i) % map.columns(), r = static_cast<int>(i) / map.columns();
        for (int dr = -kRim; dr <= kRim; ++dr)
            for (int dc = -kRim; dc <= kRim; ++dc)
                if (map.view().contains(c + dc, r + dr))
                    near[static_cast<std::size_t>((r + dr) * map.columns() + c + dc)] = true;
    }
    double soft = 0.0, between = 0.0, apart = 0.0;
    for (std::size_t i = 0; i < near.size(); ++i) {
        if (!near[i]) continue;
        const double p = map.data()[i];
        soft += p;
        between += p * (1.0 - p);
        if (spread.columns() > 0) apart += spread.data()[i];
    }
    soft = std::max(soft, 1.0);
    area = std::max(area, 1.0);
    Features features{};
    at(features, Feature::Disagreement) = apart / soft;
    at(features, Feature::Softness) = between / soft;
    at(features, Feature::SoftArea) = std::abs(std::log(soft * maps.plane.pixelArea().value() / area));
    const double usual = cell.structure == anatomy::Structure::NF    ? kUsualForamen
                         : cell.quantity == anatomy::Quantity::Canal ? kUsualCanal
                                                                     : kUsualSac;
    at(features, Feature::UnusualArea) = std::abs(std::log(area / usual));
    at(features, Feature::Smallness) = 10.0 / std::sqrt(area);
    return features;
}

} // namespace forameter::proposal
