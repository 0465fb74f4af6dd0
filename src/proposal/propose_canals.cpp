// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

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
// Of a series and its repeats:
constexpr std::size_t kSeries = 3;     // that are compared
constexpr double kSameObliquity = 3.0; // degrees to the disc, as the protocol has it
constexpr double kSamePlace = 2.0;     // mm that their nearest slices may be farther from the disc's middle
constexpr double kSureSac = 0.75;      // mean probability of a sac whose size may decide on the slice

/// The networks tell the sac from the rest of the canal; makes Canal all within its soft-tissue border. What
/// one of the two wins the other loses, so their spreads come off against each other.
void joinSac(LabelMaps& maps) {
    const auto canal = static_cast<std::size_t>(Label::Canal),
               sac = static_cast<std::size_t>(Label::DuralSac);
    const auto sum = maps.probability[canal].data();
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] = std::min(1.0F, sum[i] + maps.probability[sac].data()[i]);
    const auto apart = maps.spread[canal].data();
    for (std::size_t i = 0; i < apart.size(); ++i)
        apart[i] = std::abs(apart[i] - maps.spread[sac].data()[i]);
}

/// What is sought on a picture, and the probability at its outline.
struct Sought {
    Label label = Label::DuralSac;
    double level = 0.5;
};

struct Seen {
    LabelMaps maps;
    Region region;
    bool sure = false;
};

std::optional<Seen> seenOn(LabelMaps maps, const Sought& sought) {
    if (sought.label == Label::Canal) joinSac(maps);
    std::optional<Region> best;
    double most = 0.0;
    const PatientPoint foot = maps.plane.toPatient(maps.plane.toPlane(maps.view.part->center));
    for (Region& region : regionsOf(maps.of(sought.label), maps.plane, kLeastSac, sought.level)) {
        const double away = geometry::length(region.center - foot);
        const double score = region.area * std::exp(-0.5 * away * away / (kSacReach * kSacReach / 4.0));
        if (away > kSacReach || score <= most) continue;
        most = score;
        best = std::move(region);
    }
    if (!best) return std::nullopt;
    double sum = 0.0;
    for (const std::size_t i : best->pixels)
        sum += maps.of(sought.label).data()[i];
    const bool sure = sum >= kSureSac * static_cast<double>(best->pixels.size());
    return Seen{std::move(maps), *std::move(best), sure};
}

} // namespace

std::vector<Proposing::CanalSpots> Proposing::canalSpots(const LevelSet& levels, const Cell& cell) const {
    if (const auto spot = fixed(cell)) return {{*spot}};
    const auto spotsOf = [&](const protocol::SliceSuggestion& suggestion) {
        const auto& slices = m_geometry[suggestion.stack].slices;
        CanalSpots spots;
        for (std::size_t i = 0; i < slices.size(); ++i) {
            const auto at = protocol::slicePosition(cell, levels, slices[i]);
            if (!at) continue;
            const Spot spot{suggestion.stack, static_cast<int>(i)};
            if (i == suggestion.slice)
                spots.insert(spots.begin(), spot);
            else if (std::abs(at->offset) <= protocol::canalReach(slices, i, cell.level).value())
                spots.push_back(spot);
        }
        return spots;
    };
    const auto kindOf = [&](const protocol::SliceSuggestion& suggestion) {
        return protocol::stackRank(m_geometry[suggestion.stack], {Weighting::T2});
    };
    std::vector<CanalSpots> found;
    std::optional<protocol::SliceSuggestion> first;
    auto stacks = m_geometry;
    while (found.size() < kSeries) {
        const auto one = protocol::suggestSlice(cell, levels, stacks);
        if (!one) break;
        if (!first) first = one;
        if (kindOf(*one) != kindOf(*first) ||
            one->obliquity.value() > first->obliquity.value() + kSameObliquity ||
            std::abs(one->midlineOffset) > std::abs(first->midlineOffset) + kSamePlace)
            break;
        found.push_back(spotsOf(*one));
        for (auto& stack : stacks)
            if (stack.series == m_geometry[one->stack].series && !stack.slices.empty() &&
                stack.slices.front().plane() != geometry::Plane::Sagittal)
                stack.measurable = false;
    }
    const auto lacks = [&](const CanalSpots& spots) {
        return m_whole[spots.front().stack]->lacks(cell, levels).has_value();
    };
    if (!std::ranges::all_of(found, lacks)) std::erase_if(found, lacks);
    return found;
}

/// The search for sacs and canals. One look at every slice tells which one a sac is measured on; that one is
/// looked at closer.
class Proposing::CanalSearch {
public:
    CanalSearch(Proposing& proposing, const LevelSet& levels)
        : m_of(proposing), m_levels(levels), m_model(*proposing.m_axial.front()) {}

    Result<> go(const std::vector<Cell>& cells);

private:
    /// A cell on one of the slices that come into question for it.
    struct Look {
        Cell cell;
        PatientPoint middle; ///< where the canal's is expected
        Spot spot;
        std::optional<Seen> seen; ///< the sac, or the canal that is measured
    };

    [[nodiscard]] std::vector<Look> looksFor(const Cell& cell) const;
    Result<> ask(std::vector<Look>& looks, WithLooks with,
                 const std::function<Sought(const Cell&)>& sought) const;
    /// Of each cell and series the slice that it is measured on.
    [[nodiscard]] std::vector<Look> smallest(const std::vector<Look>& everywhere) const;
    [[nodiscard]] const SeriesUid& seriesOf(const Look& look) const {
        return m_of.m_geometry[look.spot.stack].series;
    }
    [[nodiscard]] Sought measured(const Cell& cell) const {
        return {cell.quantity == anatomy::Quantity::Canal ? Label::Canal : Label::DuralSac,
                m_model.fitOf(cell).outlineLevel};
    }
    [[nodiscard]] Judged judged(const Look& look) const;
    void settle(const std::vector<Look>& chosen) const;

    Proposing& m_of;
    const LevelSet& m_levels;
    const Model& m_model;
};

Result<> Proposing::CanalSearch::go(const std::vector<Cell>& cells) {
    std::vector<Look> everywhere;
    for (const Cell& cell : cells)
        std::ranges::move(looksFor(cell), std::back_inserter(everywhere));
    const Sought sac{Label::DuralSac, m_model.fit.outlineLevel};
    if (auto done = ask(everywhere, WithLooks::No, [&](const Cell&) { return sac; }); !done) return done;
    auto chosen = smallest(everywhere);
    if (auto done = ask(chosen, WithLooks::Yes, [&](const Cell& cell) { return measured(cell); }); !done)
        return done;
    settle(chosen);
    return {};
}

std::vector<Proposing::CanalSearch::Look> Proposing::CanalSearch::looksFor(const Cell& cell) const {
    const auto middle = protocol::canalBehind(m_levels, cell.level);
    std::vector<Look> looks;
    if (!middle) return looks;
    for (const CanalSpots& spots : m_of.canalSpots(m_levels, cell))
        for (const Spot& spot : spots)
            if (m_of.m_whole[spot.stack]->readable(spot.slice))
                looks.push_back({cell, *middle, spot, std::nullopt});
    return looks;
}

Result<> Proposing::CanalSearch::ask(std::vector<Look>& looks, WithLooks with,
                                     const std::function<Sought(const Cell&)>& sought) const {
    // Several cells may be sought on one picture: the sac and the canal of a level.
    const auto same = [](const View& view, const Look& look) {
        return view.stack == look.spot.stack && view.slice == look.spot.slice &&
               view.part->center == look.middle;
    };
    std::vector<View> views;
    for (const Look& look : looks)
        if (std::ranges::none_of(views, [&](const View& view) { return same(view, look); }))
            views.push_back({look.spot.stack, look.spot.slice, View::Part{look.middle, kSquare, kSquare}});
    return m_of.m_asker.ask(m_of.m_axial, views, with, [&](const LabelMaps& maps) {
        for (Look& look : looks)
            if (same(maps.view, look)) look.seen = seenOn(maps, sought(look.cell));
    });
}

/// cc-disc-v1: the smallest sac; one that was hardly seen does not count as small. Where no slice shows any,
/// the suggested slice, which is the first.
std::vector<Proposing::CanalSearch::Look>
Proposing::CanalSearch::smallest(const std::vector<Look>& everywhere) const {
    const auto goesBefore = [](const std::optional<Seen>& a, const std::optional<Seen>& b) {
        if (!a || !b) return a.has_value() && !b;
        return a->sure != b->sure ? a->sure : a->region.area < b->region.area;
    };
    std::vector<const Look*> best;
    for (const Look& look : everywhere)
        if (best.empty() || best.back()->cell != look.cell || seriesOf(*best.back()) != seriesOf(look))
            best.push_back(&look);
        else if (goesBefore(look.seen, best.back()->seen))
            best.back() = &look;
    std::vector<Look> chosen;
    for (const Look* look : best)
        chosen.push_back({look->cell, look->middle, look->spot, std::nullopt});
    return chosen;
}

Proposing::Judged Proposing::CanalSearch::judged(const Look& look) const {
    const Label label = measured(look.cell).label;
    if (look.seen)
        return m_of.judged({m_of.m_request, m_levels, look.cell, look.seen->maps, label, look.seen->region},
                           m_model, 0.0);
    return {std::nullopt, std::string(label == Label::Canal ? "No canal" : "No dural sac") +
                              " was seen at the disc " + levelText(look.cell) + "."};
}

/// Of a series and its repeat the one that shows sacs and canals better comes first, as a whole; the other
/// serves the cells for which it has no offer.
void Proposing::CanalSearch::settle(const std::vector<Look>& chosen) const {
    struct Made {
        Cell cell;
        SeriesUid series;
        Judged what;
    };
    std::vector<Made> all;
    std::map<SeriesUid, double> shown; // expected Dice of all that it offers
    for (const Look& look : chosen) {
        all.push_back({look.cell, seriesOf(look), judged(look)});
        const Judged& what = all.back().what;
        shown[seriesOf(look)] += what.against.empty() ? what.made->confidence : 0.0;
    }
    for (auto first = all.begin(); first != all.end();) {
        const auto last =
            std::find_if(first, all.end(), [&](const Made& m) { return m.cell != first->cell; });
        const auto goesBefore = [&](const Made& a, const Made& b) {
            const bool offered = a.what.against.empty();
            return offered != b.what.against.empty() ? offered : shown[a.series] > shown[b.series];
        };
        m_of.take(first->cell, std::move(std::min_element(first, last, goesBefore)->what));
        first = last;
    }
}

std::optional<std::string> Proposing::cannotSeekCanal(const LevelSet& levels, const Cell& cell) const {
    if (cell.quantity == anatomy::Quantity::BonyCanal)
        return "The models propose dural sacs and canals, but not bony canals.";
    if (m_axial.empty()) return "There is no model for axial pictures.";
    if (cell.quantity == anatomy::Quantity::Canal && !m_axial.front()->canalFit)
        return "The model " + m_axial.front()->name + " proposes dural sacs, but not canals.";
    if (!protocol::canalBehind(levels, cell.level))
        return "The vertebrae of " + levelText(cell) + " are not marked.";
    if (fixedElsewhere(cell))
        return "The slice that is asked for is not among the axial pictures that can be measured.";
    const auto spots = canalSpots(levels, cell);
    if (spots.empty()) return "No axial slice of the study goes through the disc " + levelText(cell) + ".";
    const Spot& first = spots.front().front();
    return m_whole[first.stack]->cannotRead(first.slice);
}

Result<> Proposing::canals(const LevelSet& levels, const std::vector<Cell>& cells) {
    std::vector<Cell> sought;
    for (const Cell& cell : cells) {
        if (cell.structure != Structure::CC) continue;
        if (auto why = cannotSeekCanal(levels, cell))
            withhold(cell, *std::move(why));
        else
            sought.push_back(cell);
    }
    return sought.empty() ? Result<>() : CanalSearch(*this, levels).go(sought);
}

} // namespace forameter::proposal
