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
constexpr double kOffsetSd = 5.0; // mm, of the pedicles' place around the one that the protocol expects
constexpr double kMissSd = 8.0;   // mm, of a foramen's middle along the spine around the place expected
constexpr double kTie = 0.95;     // of the best slice's score: the medial one of two
constexpr double kFaint = 0.3;    // probability of a foramen that is not seen more clearly
constexpr double kSpeck = 50.0;   // mm²; smaller regions count less against larger ones of other slices
constexpr int kAttempts = 3; // slices that are looked at closer for a cell, where the first shows nothing

} // namespace

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
    std::ranges::stable_sort(stacks, {}, [&](std::size_t s) {
        const StackInput& stack = m_request.stacks[s];
        return std::pair(stack.reformat, rank(stack.weighting, Weighting::T1, Weighting::T2));
    });
    Refused refused;
    // What no stack shows clearly may show faintly, as narrow foramina do.
    const double clear = m_sagittal.empty() ? kFaint : m_sagittal.front()->outlineLevel;
    for (const double level : {clear, std::min(clear, kFaint)})
        for (const std::size_t s : stacks) {
            std::vector<Cell> here, elsewhere;
            for (const Cell& cell : left) {
                const auto spot = fixed(cell);
                (spot && spot->stack != s ? elsewhere : here).push_back(cell);
            }
            if (here.empty()) continue;
            auto unseen = foraminaOf(s, levels, here, level, refused);
            if (!unseen) return tl::unexpected(unseen.error());
            left = *std::move(unseen);
            left.insert(left.end(), elsewhere.begin(), elsewhere.end());
        }
    for (const Cell& cell : left)
        if (const auto known = refused.find(cell); known != refused.end())
            take(cell, std::move(known->second));
        else
            withhold(cell,
                     "No foramen was seen on the slices through the pedicles of " + levelText(cell) + ".");
    return {};
}

Result<std::vector<Cell>> Proposing::foraminaOf(std::size_t s, const LevelSet& levels,
                                                const std::vector<Cell>& cells, double outlineLevel,
                                                Refused& refused) {
    const auto& slices = m_geometry[s].slices;
    const auto count = static_cast<int>(slices.size());
    const auto places = placesOf(levels);
    const auto down = leaning(levels);
    std::vector<Cell> unseen, sought;
    for (const Cell& cell : cells) {
        const auto spot = fixed(cell);
        auto missing = spot ? m_whole[s]->cannotRead(spot->slice) : m_whole[s]->lacks(cell, levels);
        if (missing) refused.try_emplace(cell, Judged{std::nullopt, *std::move(missing)});
        (missing ? unseen : sought).push_back(cell);
    }
    const auto offset = [&](const Cell& cell, int slice) {
        const auto at = protocol::slicePosition(cell, levels, slices[static_cast<std::size_t>(slice)]);
        return at ? std::optional(at->offset) : std::nullopt;
    };
    const auto possible = [&](const Cell& cell, int slice) {
        if (fixed(cell) || !m_whole[s]->readable(slice)) return false; // a fixed slice and no other
        const auto at = offset(cell, slice);
        return at && *at >= kMedial && *at <= kLateral;
    };
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
    const auto look = [&](const std::set<int>& at, WithLooks looks, Seen& seen) {
        std::vector<View> views;
        for (const int slice : at)
            views.push_back({s, slice, partAround(places, slices[static_cast<std::size_t>(slice)], down)});
        return m_asker.ask(m_sagittal, views, looks, [&](LabelMaps&& maps) {
            auto here = foraminaOn(maps, seen.maps.size(), places, outlineLevel);
            std::ranges::move(here, std::back_inserter(seen.foramina));
            seen.maps.push_back(std::move(maps));
        });
    };

    // One look at every slice tells which one a foramen is measured on; that one is looked at closer.
    std::set<int> everywhere;
    for (int i = 0; i < count; ++i)
        if (std::ranges::any_of(sought, [&](const Cell& cell) { return possible(cell, i); }))
            everywhere.insert(i);
    Seen first, closer;
    if (auto done = look(everywhere, WithLooks::No, first); !done) return tl::unexpected(done.error());
    // The slices on which a foramen shows, the best one last: where the pedicles are largest, near where they
    // are expected, and the foramen is more than a speck. Where the first look saw none, the one that the
    // protocol suggests. A slice that is missing is taken to show as much as the better of its neighbours;
    // where it would be the best, there is none to measure on.
    const auto bestLast = [&](const Cell& cell) -> std::vector<int> {
        if (const auto spot = fixed(cell)) return {spot->slice};
        const auto suggestion = protocol::suggestSlice(cell, levels, std::span(&m_geometry[s], 1));
        const auto near = [&](double at, double miss) {
            const double off = suggestion ? (at - suggestion->midlineOffset) / kOffsetSd : 0.0,
                         along = miss / kMissSd;
            return std::exp(-0.5 * (off * off + along * along));
        };
        std::vector<std::pair<double, int>> scores;
        for (int i = 0; i < count; ++i)
            if (const auto* f = possible(cell, i) ? first.of(cell, i) : nullptr)
                scores.emplace_back((f->pedicles + 1.0) * near(*offset(cell, i), f->miss) *
                                        std::min(1.0, f->region.area / kSpeck),
                                    i);
        for (const auto& missing : m_whole[s]->missing()) {
            const auto at = protocol::slicePosition(cell, levels, missing.plane);
            if (!at || at->offset < kMedial || at->offset > kLateral) continue;
            double most = 0.0;
            for (const int i : missing.neighbours)
                if (const auto* f = first.of(cell, i))
                    most = std::max(most, (f->pedicles + 1.0) * near(at->offset, 0.0));
            if (scores.empty() || most <= std::ranges::max(scores).first) continue;
            refused.try_emplace(cell, Judged{std::nullopt, missing.why});
            return {};
        }
        if (scores.empty())
            return suggestion ? std::vector{static_cast<int>(suggestion->slice)} : std::vector<int>{};
        std::ranges::sort(scores);
        const double most = scores.back().first;
        const auto medial = std::ranges::min_element(scores, {}, [&](const auto& one) {
            return one.first < kTie * most ? 1.0e9 : *offset(cell, one.second);
        });
        std::rotate(medial, medial + 1, scores.end());
        std::vector<int> order;
        for (const auto& [score, slice] : scores)
            order.push_back(slice);
        return order;
    };
    std::vector<std::vector<int>> order;
    for (const Cell& cell : sought)
        order.push_back(bestLast(cell));
    // Where a closer look shows nothing that can be offered, the next best slice gets one.
    std::vector<bool> settled(sought.size(), false);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        std::set<int> chosen;
        for (std::size_t i = 0; i < sought.size(); ++i)
            if (!settled[i] && !order[i].empty()) chosen.insert(order[i].back());
        for (const LabelMaps& maps : closer.maps)
            chosen.erase(maps.view.slice);
        if (auto done = look(chosen, WithLooks::Yes, closer); !done) return tl::unexpected(done.error());
        for (std::size_t i = 0; i < sought.size(); ++i) {
            if (settled[i] || order[i].empty()) continue;
            const Cell& cell = sought[i];
            const auto* f = closer.of(cell, order[i].back());
            order[i].pop_back();
            if (!f) continue;
            auto what = judged(
                {m_request, levels, cell, closer.maps[f->maps], Label::Foramen, f->region, outlineLevel},
                *m_sagittal.front(), f->miss);
            settled[i] = what.against.empty();
            if (settled[i])
                take(cell, std::move(what));
            else
                refused.try_emplace(cell, std::move(what));
        }
    }
    for (std::size_t i = 0; i < sought.size(); ++i)
        if (!settled[i]) unseen.push_back(sought[i]);
    return unseen;
}

} // namespace forameter::proposal
