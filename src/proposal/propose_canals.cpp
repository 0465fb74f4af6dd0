// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "proposing.hpp"

namespace forameter::proposal {

using anatomy::Cell;
using anatomy::LevelSet;
using anatomy::Structure;
using geometry::PatientPoint;

namespace {

constexpr double kSquare = 100.0;  // mm of an axial picture around the canal
constexpr double kSacReach = 16.0; // mm from the expected middle of the canal
constexpr double kLeastSac = 15.0; // mm² of a region
constexpr double kSureSac = 0.75;  // mean probability of a sac whose size may decide on the slice

} // namespace

std::vector<Proposing::Spot> Proposing::canalSpots(const LevelSet& levels, const Cell& cell) const {
    if (const auto spot = fixed(cell)) return {*spot};
    const auto suggestion = protocol::suggestSlice(cell, levels, m_geometry);
    if (!suggestion) return {};
    const auto& slices = m_geometry[suggestion->stack].slices;
    std::vector<Spot> spots;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const auto at = protocol::slicePosition(cell, levels, slices[i]);
        if (!at) continue;
        const Spot spot{suggestion->stack, static_cast<int>(i)};
        if (i == suggestion->slice)
            spots.insert(spots.begin(), spot);
        else if (std::abs(at->offset) <= protocol::canalReach(slices, i, cell.level).value())
            spots.push_back(spot);
    }
    return spots;
}

Result<> Proposing::canals(const LevelSet& levels, const std::vector<Cell>& cells) {
    struct Sac {
        LabelMaps maps;
        Region region;
        bool sure = false;
    };
    struct Look {
        Cell cell;
        PatientPoint canal; ///< where its middle is expected
        Spot spot;
        std::optional<Sac> sac; ///< what was seen there
    };
    std::vector<Look> everywhere;
    for (const Cell& cell : cells) {
        if (cell.structure != Structure::CC) continue;
        const auto canal = protocol::canalBehind(levels, cell.level);
        if (cell.quantity != anatomy::Quantity::DuralSac)
            withhold(cell, "The models propose dural sacs only.");
        else if (m_axial.empty())
            withhold(cell, "There is no model for axial pictures.");
        else if (!canal)
            withhold(cell, "The vertebrae of " + levelText(cell) + " are not marked.");
        else if (fixedElsewhere(cell))
            withhold(cell,
                     "The slice that is asked for is not among the axial pictures that can be measured.");
        else if (const auto spots = canalSpots(levels, cell); spots.empty())
            withhold(cell, "No axial slice of the study goes through the disc " + levelText(cell) + ".");
        else if (const auto missing = m_whole[spots.front().stack]->cannotRead(spots.front().slice))
            withhold(cell, *missing);
        else
            for (const Spot& spot : spots)
                if (m_whole[spot.stack]->readable(spot.slice))
                    everywhere.push_back({cell, *canal, spot, std::nullopt});
    }
    const auto sacOn = [&](LabelMaps&& maps) -> std::optional<Sac> {
        std::optional<Region> best;
        double most = 0.0;
        const PatientPoint foot = maps.plane.toPatient(maps.plane.toPlane(maps.view.part->center));
        for (Region& region :
             regionsOf(maps.of(Label::DuralSac), maps.plane, kLeastSac, m_axial.front()->outlineLevel)) {
            const double away = geometry::length(region.center - foot);
            const double score = region.area * std::exp(-0.5 * away * away / (kSacReach * kSacReach / 4.0));
            if (away > kSacReach || score <= most) continue;
            most = score;
            best = std::move(region);
        }
        if (!best) return std::nullopt;
        double sum = 0.0;
        for (const std::size_t i : best->pixels)
            sum += maps.of(Label::DuralSac).data()[i];
        const bool sure = sum >= kSureSac * static_cast<double>(best->pixels.size());
        return Sac{std::move(maps), *std::move(best), sure};
    };
    const auto ask = [&](std::vector<Look>& looks, WithLooks with) {
        std::vector<View> views;
        for (const Look& one : looks)
            views.push_back({one.spot.stack, one.spot.slice, View::Part{one.canal, kSquare, kSquare}});
        return m_asker.ask(m_axial, views, with, [&](LabelMaps&& maps) {
            const auto look = std::ranges::find_if(
                looks, [&](const Look& one) { // a slice may be asked about for two levels
                    return one.spot.stack == maps.view.stack && one.spot.slice == maps.view.slice &&
                           one.canal == maps.view.part->center;
                });
            look->sac = sacOn(std::move(maps));
        });
    };

    // One look at every slice tells which one a sac is measured on; that one is looked at closer.
    if (auto done = ask(everywhere, WithLooks::No); !done) return done;
    // cc-disc-v1: the smallest; one that was hardly seen does not count as small.
    const auto goesBefore = [](const std::optional<Sac>& a, const std::optional<Sac>& b) {
        if (!a || !b) return a.has_value() && !b;
        return a->sure != b->sure ? a->sure : a->region.area < b->region.area;
    };
    std::vector<const Look*> best; // of each cell; where no slice shows a sac, the suggested one
    for (const Look& look : everywhere)
        if (best.empty() || best.back()->cell != look.cell)
            best.push_back(&look);
        else if (goesBefore(look.sac, best.back()->sac))
            best.back() = &look;
    std::vector<Look> chosen;
    for (const Look* look : best)
        chosen.push_back({look->cell, look->canal, look->spot, std::nullopt});
    if (auto done = ask(chosen, WithLooks::Yes); !done) return done;
    for (const Look& look : chosen)
        if (look.sac)
            take(look.cell,
                 judged({m_request, levels, look.cell, look.sac->maps, Label::DuralSac, look.sac->region},
                        *m_axial.front(), 0.0));
        else
            withhold(look.cell, "No dural sac was seen at the disc " + levelText(look.cell) + ".");
    return {};
}

} // namespace forameter::proposal
