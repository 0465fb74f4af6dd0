// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "levels.hpp"
#include "proposing.hpp"

namespace forameter::proposal {

using geometry::PatientPoint;
using geometry::PatientVector;

namespace {

constexpr double kStep = 2.5;          // mm between slices that are asked about: thin ones are skipped
constexpr std::size_t kStacks = 2;     // sagittal stacks that are asked about
constexpr double kReach = 32.0;        // mm to each side of the stack's middle
constexpr double kCore = 9.0;          // mm to each side that are always asked about
constexpr double kHalfVertebra = 16.0; // mm between two marks from which they are of two vertebrae
constexpr double kAroundSpine = 30.0;  // mm before and behind what was seen of the spine

constexpr PatientVector kUpright{0.0, 0.0, -1.0};

/// The part of a slice that shows the spine, at its full height. `down`: where the spine runs to.
View::Part partAround(const std::pair<double, double>& depth, const geometry::ImagePlane& slice,
                      const std::optional<PatientVector>& down) {
    const auto back = backOf(down.value_or(kUpright));
    const PatientPoint middle =
        slice.center() + (0.5 * (depth.first + depth.second) - geometry::dot(slice.center(), back)) * back;
    return {slice.toPatient(slice.toPlane(middle)), depth.second - depth.first + 2.0 * kAroundSpine,
            std::max(slice.rows() * slice.rowSpacing(), slice.columns() * slice.columnSpacing()), down};
}

/// Whether the same name stands for vertebrae that are not the same.
bool countsDiffer(const anatomy::LevelSet& a, const anatomy::LevelSet& b) {
    return std::ranges::any_of(a.marks, [&](const anatomy::VertebraMark& mark) {
        const auto other = std::ranges::find(b.marks, mark.vertebra, &anatomy::VertebraMark::vertebra);
        return other != b.marks.end() && geometry::length(mark.center - other->center) > kHalfVertebra;
    });
}

} // namespace

double Proposing::fromMiddle(const View& view) const {
    const auto& slices = m_geometry[view.stack].slices;
    return slices[static_cast<std::size_t>(view.slice)].distance(slices[slices.size() / 2].center()).value();
}

Result<> Proposing::findLevels() {
    auto stacks = m_sagittalStacks;
    std::ranges::stable_sort(stacks, {}, [&](std::size_t s) {
        return protocol::stackRank(m_geometry[s], {Weighting::T2, Weighting::T1});
    });
    if (stacks.size() > kStacks) stacks.resize(kStacks);
    std::vector<geometry::ImagePlane> planes;
    std::vector<std::vector<View>> candidates; // of each stack, from one side to the other
    for (const std::size_t s : stacks) {
        const auto& slices = m_geometry[s].slices;
        auto& views = candidates.emplace_back();
        double last = -1.0e9;
        for (std::size_t i = 0; i < slices.size(); ++i) {
            const double at = geometry::dot(slices[i].center(), slices.front().normal());
            if (slices.size() > 1 && std::abs(at - last) < kStep) continue;
            const View view{s, static_cast<int>(i), std::nullopt};
            if (!m_whole[s]->readable(view.slice)) continue;
            if (std::abs(fromMiddle(view)) > kReach) continue;
            last = at;
            views.push_back(view);
            planes.push_back(slices[i]);
        }
    }
    if (planes.empty() || m_sagittal.empty()) return {};
    MidlinePicture picture(planes);
    for (const auto& views : candidates)
        if (auto asked = askAcross(views, picture, std::nullopt); !asked) return asked;
    const MidlinePicture seen = picture;
    picture.finish();
    m_made.levels = levelsFrom(picture);
    if (!m_made.levels) return {};
    // A spine that leans is shown to the networks upright, as those were from which they have learnt.
    const auto down = leaning(m_made.levels->levels);
    if (!down) return {};
    const auto depth = seen.spineDepth(backOf(*down));
    MidlinePicture upright(planes);
    for (auto& views : candidates) {
        if (depth)
            for (View& view : views)
                view.part = partAround(
                    *depth, m_geometry[view.stack].slices[static_cast<std::size_t>(view.slice)], down);
        if (auto asked = askAcross(views, upright, down); !asked) return asked;
    }
    upright.finish();
    auto levels = levelsFrom(upright);
    if (!levels) {
        m_made.levels->confidence *= 0.5;
        m_made.levels->doubts.emplace_back(
            "The spine leans, and in pictures turned upright its vertebrae cannot be counted.");
        return {};
    }
    if (countsDiffer(m_made.levels->levels, levels->levels)) {
        levels->confidence *= 0.5;
        levels->doubts.emplace_back(
            "The spine leans, and pictures turned upright give another count than the ones acquired.");
    }
    m_made.levels = std::move(levels);
    return {};
}

/// From the middle outwards, to each side as far as the slices show the canal; where none in the middle does,
/// all of them.
Result<> Proposing::askAcross(std::span<const View> views, MidlinePicture& picture,
                              const std::optional<PatientVector>& down) {
    std::vector<bool> canal(views.size(), false);
    const auto ask = [&](std::size_t from, std::size_t to) {
        std::vector<View> some(views.begin() + static_cast<std::ptrdiff_t>(from),
                               views.begin() + static_cast<std::ptrdiff_t>(to));
        // What lies before and behind the spine tells nothing.
        if (const auto depth = picture.spineDepth(backOf(down.value_or(kUpright))))
            for (View& view : some)
                view.part = partAround(
                    *depth, m_geometry[view.stack].slices[static_cast<std::size_t>(view.slice)], down);
        return m_asker.ask(m_sagittal, some, WithLooks::No, [&](LabelMaps&& maps) {
            for (std::size_t i = from; i < to; ++i)
                if (views[i].slice == maps.view.slice) canal[i] = picture.add(maps);
        });
    };
    const auto isCore = [&](const View& view) { return std::abs(fromMiddle(view)) <= kCore; };
    std::size_t low = static_cast<std::size_t>(std::ranges::find_if(views, isCore) - views.begin()),
                high = low;
    while (high < views.size() && isCore(views[high]))
        ++high;
    if (auto asked = ask(low, high); !asked) return asked;
    const bool nowhere = std::ranges::none_of(canal, std::identity{});
    for (; low > 0 && (nowhere || canal[low]); --low)
        if (auto asked = ask(low - 1, low); !asked) return asked;
    for (; high < views.size() && (nowhere || canal[high - 1]); ++high)
        if (auto asked = ask(high, high + 1); !asked) return asked;
    return {};
}

} // namespace forameter::proposal
