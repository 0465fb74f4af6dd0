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
constexpr double kTie = 0.95;     // of the best slice's score: the medial one of two

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
    for (const std::size_t s : stacks) {
        std::vector<Cell> here, elsewhere;
        for (const Cell& cell : left) {
            const auto spot = fixed(cell);
            (spot && spot->stack != s ? elsewhere : here).push_back(cell);
        }
        if (here.empty()) continue;
        auto unseen = foraminaOf(s, levels, here);
        if (!unseen) return tl::unexpected(unseen.error());
        left = *std::move(unseen);
        left.insert(left.end(), elsewhere.begin(), elsewhere.end());
    }
    for (const Cell& cell : left)
        withhold(cell, "No foramen was seen on the slices through the pedicles of " + levelText(cell) + ".");
    return {};
}

Result<std::vector<Cell>> Proposing::foraminaOf(std::size_t s, const LevelSet& levels,
                                                const std::vector<Cell>& cells) {
    const auto& slices = m_geometry[s].slices;
    const auto count = static_cast<int>(slices.size());
    const auto places = placesOf(levels);
    const auto down = leaning(levels);
    const auto offset = [&](const Cell& cell, int slice) {
        const auto at = protocol::slicePosition(cell, levels, slices[static_cast<std::size_t>(slice)]);
        return at ? std::optional(at->offset) : std::nullopt;
    };
    const auto possible = [&](const Cell& cell, int slice) {
        if (fixed(cell)) return false; // that slice and no other
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
            auto here = foraminaOn(maps, seen.maps.size(), places, m_sagittal.front()->outlineLevel);
            std::ranges::move(here, std::back_inserter(seen.foramina));
            seen.maps.push_back(std::move(maps));
        });
    };

    // One look at every slice tells which one a foramen is measured on; that one is looked at closer.
    std::set<int> everywhere;
    for (int i = 0; i < count; ++i)
        if (std::ranges::any_of(cells, [&](const Cell& cell) { return possible(cell, i); }))
            everywhere.insert(i);
    Seen first, closer;
    if (auto done = look(everywhere, WithLooks::No, first); !done) return tl::unexpected(done.error());
    // The slice on which the pedicles are largest, near where they are expected; where the first look saw no
    // foramen, the one that the protocol suggests.
    const auto bestSlice = [&](const Cell& cell) -> std::optional<int> {
        if (const auto spot = fixed(cell)) return spot->slice;
        const auto suggestion = protocol::suggestSlice(cell, levels, std::span(&m_geometry[s], 1));
        std::vector<std::pair<int, double>> scores;
        double most = 0.0;
        for (int i = 0; i < count; ++i) {
            const auto* f = possible(cell, i) ? first.of(cell, i) : nullptr;
            if (!f) continue;
            const double off = suggestion ? (*offset(cell, i) - suggestion->midlineOffset) / kOffsetSd : 0.0;
            scores.emplace_back(i, (f->pedicles + 1.0) * std::exp(-0.5 * off * off));
            most = std::max(most, scores.back().second);
        }
        std::erase_if(scores, [&](const auto& one) { return one.second < kTie * most; });
        const auto medial =
            std::ranges::min_element(scores, {}, [&](const auto& one) { return *offset(cell, one.first); });
        if (medial != scores.end()) return medial->first;
        return suggestion ? std::optional(static_cast<int>(suggestion->slice)) : std::nullopt;
    };
    std::vector<std::optional<int>> best;
    std::set<int> chosen;
    for (const Cell& cell : cells)
        if (best.push_back(bestSlice(cell)); best.back()) chosen.insert(*best.back());
    if (auto done = look(chosen, WithLooks::Yes, closer); !done) return tl::unexpected(done.error());

    std::vector<Cell> unseen;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Cell& cell = cells[i];
        const auto* f = best[i] ? closer.of(cell, *best[i]) : nullptr;
        if (!f) {
            unseen.push_back(cell);
            continue;
        }
        offer({m_request, levels, cell, closer.maps[f->maps], Label::Foramen, f->region}, *m_sagittal.front(),
              f->miss);
    }
    return unseen;
}

} // namespace forameter::proposal
