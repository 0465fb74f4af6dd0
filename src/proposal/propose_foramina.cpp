// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "foramina.hpp"
#include "levels.hpp"
#include "proposing.hpp"

namespace forameter::proposal {

using anatomy::Cell;
using anatomy::LevelSet;
using anatomy::Structure;

namespace {

// Distances from the midline between the medial edge of the L1 and the lateral edge of the L5 pedicle, with a
// margin for rotated vertebrae.
constexpr double kMedial = 6.0, kLateral = 34.0;
constexpr double kOffsetSd = 5.0;    // mm, of the pedicles' place around the one that the protocol expects
constexpr double kMissSd = 8.0;      // mm, of a foramen's middle along the spine around the place expected
constexpr double kTie = 0.95;        // of the best slice's score: the medial one of two
constexpr double kFaint = 0.3;       // probability of a foramen that is not seen more clearly
constexpr double kSpeck = 50.0;      // mm²; smaller regions count less against larger ones of other slices
constexpr std::ptrdiff_t kAlike = 3; // stacks of the same kind that are compared; more are asked in turn
constexpr int kAttempts = 3; // slices that are looked at closer for a cell, where the first shows nothing

/// Of all that is offered together.
template <class Offers>
double expectedDice(const Offers& offers) {
    double sum = 0.0;
    for (const auto& [cell, what] : offers)
        sum += what.made->confidence;
    return sum;
}

} // namespace

/// The search on one stack. One look at every slice that comes into question tells which one a foramen is
/// measured on; that one is looked at closer.
class Proposing::ForamenSearch {
public:
    ForamenSearch(Proposing& proposing, std::size_t stack, const LevelSet& levels, double outlineLevel,
                  Refused& refused)
        : m_of(proposing),
          m_stack(stack),
          m_slices(proposing.m_geometry[stack].slices),
          m_whole(*proposing.m_whole[stack]),
          m_levels(levels),
          m_outlineLevel(outlineLevel),
          m_refused(refused),
          m_places(placesOf(levels, anatomy::leftOn(m_slices.front()))),
          m_down(leaning(levels)) {}

    /// What can be offered of these cells.
    Result<Offers> go(const std::vector<Cell>& cells);

private:
    /// Maps of slices, and the foramina on them.
    struct Seen {
        std::vector<LabelMaps> maps;
        std::vector<ForamenOnSlice> foramina;

        [[nodiscard]] const ForamenOnSlice* of(const Cell& cell, int slice) const {
            const auto one = std::ranges::find_if(foramina, [&](const ForamenOnSlice& f) {
                return f.level == cell.level && maps[f.maps].view.slice == slice;
            });
            return one == foramina.end() ? nullptr : &*one;
        }
    };
    /// A cell, and the slices that are still to be looked at closer, the best one last.
    struct Sought {
        Cell cell;
        std::vector<int> slices;
        bool settled = false;
    };

    Result<> look(const std::set<int>& at, WithLooks looks, Seen& seen) const;
    /// mm from the midline, where a foramen of the cell may lie on this plane.
    [[nodiscard]] std::optional<double> offset(const Cell& cell, const geometry::ImagePlane& plane) const;
    [[nodiscard]] bool possible(const Cell& cell, int slice) const;
    [[nodiscard]] std::vector<int> slicesFor(const Cell& cell, const Seen& first) const;
    /// The last of its slices: offers what the closer look shows, or keeps what speaks against it.
    void settle(Sought& one, const Seen& closer, Offers& offers) const;

    Proposing& m_of;
    std::size_t m_stack;
    const std::vector<geometry::ImagePlane>& m_slices;
    const WholeStack& m_whole;
    const LevelSet& m_levels;
    double m_outlineLevel;
    Refused& m_refused;
    std::vector<LevelPlace> m_places;
    std::optional<geometry::PatientVector> m_down;
};

Result<Proposing::Offers> Proposing::ForamenSearch::go(const std::vector<Cell>& cells) {
    std::vector<Sought> sought;
    for (const Cell& cell : cells) {
        const auto spot = m_of.fixed(cell);
        auto missing = spot ? m_whole.cannotRead(spot->slice) : m_whole.lacks(cell, m_levels);
        if (missing)
            m_refused.try_emplace(cell, Judged{std::nullopt, *std::move(missing)});
        else
            sought.push_back({cell, {}});
    }
    std::set<int> everywhere;
    for (int i = 0; i < static_cast<int>(m_slices.size()); ++i)
        if (std::ranges::any_of(sought, [&](const Sought& one) { return possible(one.cell, i); }))
            everywhere.insert(i);
    Seen first, closer;
    if (auto done = look(everywhere, WithLooks::No, first); !done) return tl::unexpected(done.error());
    for (Sought& one : sought)
        one.slices = slicesFor(one.cell, first);
    Offers offers;
    // Where a closer look shows nothing that can be offered, the next best slice gets one.
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        std::set<int> chosen;
        for (const Sought& one : sought)
            if (!one.settled && !one.slices.empty()) chosen.insert(one.slices.back());
        for (const LabelMaps& maps : closer.maps)
            chosen.erase(maps.view.slice);
        if (auto done = look(chosen, WithLooks::Yes, closer); !done) return tl::unexpected(done.error());
        for (Sought& one : sought)
            settle(one, closer, offers);
    }
    return offers;
}

Result<> Proposing::ForamenSearch::look(const std::set<int>& at, WithLooks looks, Seen& seen) const {
    std::vector<View> views;
    for (const int slice : at)
        views.push_back(
            {m_stack, slice, partAround(m_places, m_slices[static_cast<std::size_t>(slice)], m_down)});
    return m_of.m_asker.ask(m_of.m_sagittal, views, looks, [&](LabelMaps&& maps) {
        auto here = foraminaOn(maps, seen.maps.size(), m_places, m_outlineLevel);
        std::ranges::move(here, std::back_inserter(seen.foramina));
        seen.maps.push_back(std::move(maps));
    });
}

std::optional<double> Proposing::ForamenSearch::offset(const Cell& cell,
                                                       const geometry::ImagePlane& plane) const {
    const auto at = protocol::slicePosition(cell, m_levels, plane);
    return at && at->offset >= kMedial && at->offset <= kLateral ? std::optional(at->offset) : std::nullopt;
}

bool Proposing::ForamenSearch::possible(const Cell& cell, int slice) const {
    return !m_of.fixed(cell) && // a fixed slice and no other
           m_whole.readable(slice) && offset(cell, m_slices[static_cast<std::size_t>(slice)]);
}

/// Those on which the foramen shows, the best one last: where the pedicles are largest, near where they are
/// expected, and the foramen is more than a speck. Where the first look saw none, the one that the protocol
/// suggests. A slice that is missing is taken to show as much as the better of its neighbours; where it would
/// be the best, there is none to measure on.
std::vector<int> Proposing::ForamenSearch::slicesFor(const Cell& cell, const Seen& first) const {
    if (const auto spot = m_of.fixed(cell)) return {spot->slice};
    const auto suggestion = protocol::suggestSlice(cell, m_levels, std::span(&m_of.m_geometry[m_stack], 1));
    const auto near = [&](double at, double miss) {
        const double off = suggestion ? (at - suggestion->midlineOffset) / kOffsetSd : 0.0,
                     along = miss / kMissSd;
        return std::exp(-0.5 * (off * off + along * along));
    };
    struct Shown {
        double score, offset;
        int slice;
    };
    std::vector<Shown> shown;
    for (int i = 0; i < static_cast<int>(m_slices.size()); ++i) {
        const auto* f = possible(cell, i) ? first.of(cell, i) : nullptr;
        if (!f) continue;
        const double at = *offset(cell, m_slices[static_cast<std::size_t>(i)]);
        shown.push_back(
            {(f->pedicles + 1.0) * near(at, f->miss) * std::min(1.0, f->region.area / kSpeck), at, i});
    }
    std::ranges::sort(shown, {}, [](const Shown& one) { return std::pair(one.score, one.slice); });
    for (const auto& missing : m_whole.missing()) {
        const auto at = offset(cell, missing.plane);
        if (!at) continue;
        double most = 0.0;
        for (const int i : missing.neighbours)
            if (const auto* f = first.of(cell, i))
                most = std::max(most, (f->pedicles + 1.0) * near(*at, 0.0));
        if (shown.empty() || most <= shown.back().score) continue;
        m_refused.try_emplace(cell, Judged{std::nullopt, missing.why});
        return {};
    }
    if (shown.empty())
        return suggestion ? std::vector{static_cast<int>(suggestion->slice)} : std::vector<int>{};
    const double most = shown.back().score;
    const auto medial = std::ranges::min_element(
        shown, {}, [&](const Shown& one) { return one.score < kTie * most ? 1.0e9 : one.offset; });
    std::rotate(medial, medial + 1, shown.end());
    std::vector<int> slices;
    for (const Shown& one : shown)
        slices.push_back(one.slice);
    return slices;
}

void Proposing::ForamenSearch::settle(Sought& one, const Seen& closer, Offers& offers) const {
    if (one.settled || one.slices.empty()) return;
    const auto* f = closer.of(one.cell, one.slices.back());
    one.slices.pop_back();
    if (!f) return;
    auto what = m_of.judged(
        {m_of.m_request, m_levels, one.cell, closer.maps[f->maps], Label::Foramen, f->region, m_outlineLevel},
        *m_of.m_sagittal.front(), f->miss);
    one.settled = what.against.empty();
    if (one.settled)
        offers.emplace(one.cell, std::move(what));
    else
        m_refused.try_emplace(one.cell, std::move(what));
}

Result<> Proposing::foramina(const LevelSet& levels, const std::vector<Cell>& cells) {
    std::vector<Cell> left;
    for (const Cell& cell : cells) {
        if (cell.structure != Structure::NF) continue;
        if (m_sagittal.empty())
            withhold(cell, "There is no model for sagittal pictures.");
        else if (m_sagittalStacks.empty())
            withhold(cell, "The study has no sagittal pictures that can be measured.");
        else if (!anatomy::discPosition(levels, cell.level))
            withhold(cell, "The vertebrae of " + levelText(cell) + " are not marked.");
        else if (fixedElsewhere(cell))
            withhold(cell,
                     "The slice that is asked for is not among the sagittal pictures that can be measured.");
        else
            left.push_back(cell);
    }
    // Never pooled: a stack of another weighting is only asked about what the better one does not show.
    auto stacks = m_sagittalStacks;
    const auto kindOf = [&](std::size_t s) {
        return protocol::stackRank(m_geometry[s], {Weighting::T1, Weighting::T2});
    };
    std::ranges::stable_sort(stacks, {}, kindOf);
    // A faint foramen of a proper series is not sought on a localizer.
    const auto isLocalizer = [&](std::size_t s) { return m_request.stacks[s].fitness == Fitness::Localizer; };
    if (!stacks.empty() && !isLocalizer(stacks.front())) std::erase_if(stacks, isLocalizer);
    Refused refused;
    // What no stack shows clearly may show faintly, as narrow foramina do.
    const double clear = m_sagittal.empty() ? kFaint : m_sagittal.front()->fit.outlineLevel;
    for (const double level : {clear, std::min(clear, kFaint)})
        for (auto first = stacks.begin(); first != stacks.end();) {
            const auto last = std::find_if(first, first + std::min(kAlike, stacks.end() - first),
                                           [&](std::size_t s) { return kindOf(s) != kindOf(*first); });
            std::vector<Offers> found;
            for (; first != last; ++first) {
                std::vector<Cell> here;
                std::ranges::copy_if(left, std::back_inserter(here), [&](const Cell& cell) {
                    const auto spot = fixed(cell);
                    return !spot || spot->stack == *first;
                });
                if (here.empty()) continue;
                auto offers = ForamenSearch(*this, *first, levels, level, refused).go(here);
                if (!offers) return tl::unexpected(offers.error());
                found.push_back(*std::move(offers));
            }
            // Of a series and its repeat the one that shows the foramina better comes first, as a whole.
            std::ranges::stable_sort(found, std::greater{}, expectedDice<Offers>);
            for (Offers& offers : found)
                for (auto& [cell, what] : offers)
                    if (std::erase(left, cell) > 0) take(cell, std::move(what));
        }
    for (const Cell& cell : left)
        if (const auto known = refused.find(cell); known != refused.end())
            take(cell, std::move(known->second));
        else
            withhold(cell,
                     "No foramen was seen on the slices through the pedicles of " + levelText(cell) + ".");
    return {};
}

} // namespace forameter::proposal
