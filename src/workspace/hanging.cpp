// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/hanging.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace forameter::workspace {

namespace {

using geometry::Plane;
using Wanted = std::optional<Weighting>;

geometry::PatientPoint middle(const Stack& stack) {
    return stack.planes[stack.planes.size() / 2].center();
}

/// Where a slice comes in its list: rises from the patient's right to the left, from front to back, from the
/// head down.
double along(Plane plane, const geometry::PatientPoint& center) {
    switch (plane) {
    case Plane::Sagittal:
        return center.x;
    case Plane::Coronal:
        return center.y;
    default:
        return -center.z;
    }
}

std::size_t planeOrder(Plane plane) {
    switch (plane) {
    case Plane::Sagittal:
        return 0;
    case Plane::Axial:
        return 1;
    case Plane::Coronal:
        return 2;
    case Plane::Oblique:
        return 3;
    }
    return 3;
}

SliceList listOf(std::vector<std::size_t> members, std::span<const Stack> stacks) {
    const auto& first = stacks[members.front()];
    SliceList list;
    list.plane = first.plane;
    list.weighting = first.weighting;
    list.title = stackTitle(list.plane, list.weighting);
    std::ranges::stable_sort(members, {},
                             [&](std::size_t s) { return along(list.plane, middle(stacks[s])); });
    for (const auto s : members) {
        const auto& planes = stacks[s].planes;
        const bool backwards =
            along(list.plane, planes.front().center()) > along(list.plane, planes.back().center());
        for (std::size_t i = 0; i < planes.size(); ++i)
            list.slices.push_back({s, backwards ? planes.size() - 1 - i : i});
        list.measurable = list.measurable && stacks[s].measurable;
        list.fitness = std::max(list.fitness, stacks[s].fitness);
    }
    list.localizer = list.slices.size() == 1 || list.fitness == Fitness::Localizer;
    list.stacks = std::move(members);
    return list;
}

bool takesMarks(const SliceList& list) {
    return list.plane == Plane::Sagittal && list.measurable;
}

constexpr std::array<Wanted, 5> kForT1{Weighting::T1, Weighting::PD, Weighting::T2, std::nullopt,
                                       Weighting::STIR};
constexpr std::array<Wanted, 5> kForT2{Weighting::T2, Weighting::PD, std::nullopt, Weighting::STIR,
                                       Weighting::T1};
constexpr std::array<Wanted, 5> kForAxial{Weighting::T2, Weighting::T1, Weighting::PD, std::nullopt,
                                          Weighting::STIR};

} // namespace

std::string stackTitle(Plane plane, std::optional<Weighting> weighting) {
    constexpr std::array<std::string_view, 4> planes{"Sag", "Ax", "Cor", "Obl"};
    std::string title(planes[planeOrder(plane)]);
    if (weighting) title += " " + std::string(name(*weighting));
    return title;
}

Hanging hang(std::span<const Stack> stacks) {
    // Axial blocks of one series and weighting are one list; every other stack is a list of its own.
    std::vector<std::vector<std::size_t>> groups;
    std::map<std::tuple<SeriesUid, Wanted>, std::size_t> blocks;
    for (std::size_t s = 0; s < stacks.size(); ++s) {
        const auto& stack = stacks[s];
        if (stack.located && stack.plane == Plane::Axial) {
            const auto [found, fresh] = blocks.try_emplace({stack.series, stack.weighting}, groups.size());
            if (!fresh) {
                groups[found->second].push_back(s);
                continue;
            }
        }
        groups.push_back({s});
    }

    Hanging hanging;
    for (auto& group : groups)
        hanging.lists.push_back(listOf(std::move(group), stacks));
    const auto rank = [&](const SliceList& list) {
        const auto& first = stacks[list.stacks.front()].planes.front();
        return std::tuple(planeOrder(list.plane), list.localizer, !list.measurable,
                          beforeWeighting(list.fitness), -static_cast<double>(list.slices.size()),
                          list.fitness, first.pixelArea().value());
    };
    std::ranges::stable_sort(hanging.lists, {}, rank);

    std::vector<bool> used(hanging.lists.size(), false);
    const auto take = [&](Plane plane, std::span<const Wanted> wanted) -> std::optional<std::size_t> {
        for (const int standing : {0, 1, 2}) {
            for (const auto& weighting : wanted) {
                for (std::size_t i = 0; i < hanging.lists.size(); ++i) {
                    const auto& list = hanging.lists[i];
                    if (used[i] || list.plane != plane || list.weighting != weighting) continue;
                    if ((list.localizer ? 2 : list.measurable ? 0 : 1) != standing) continue;
                    used[i] = true;
                    return i;
                }
            }
        }
        return std::nullopt;
    };
    // What is really there first, so that a stand-in never takes a place from the real thing.
    const auto takeExactly = [&](Plane plane, Weighting weighting) -> std::optional<std::size_t> {
        for (std::size_t i = 0; i < hanging.lists.size(); ++i) {
            const auto& list = hanging.lists[i];
            if (list.plane != plane || list.weighting != weighting || list.localizer) continue;
            used[i] = true;
            return i;
        }
        return std::nullopt;
    };
    hanging.sagittalT1 = takeExactly(Plane::Sagittal, Weighting::T1);
    hanging.sagittalT2 = takeExactly(Plane::Sagittal, Weighting::T2);
    if (!hanging.sagittalT2) hanging.sagittalT2 = take(Plane::Sagittal, kForT2);
    if (!hanging.sagittalT1) hanging.sagittalT1 = take(Plane::Sagittal, kForT1);
    hanging.axial = take(Plane::Axial, kForAxial);
    if (!hanging.sagittalT1) hanging.missingT1 = "This study has no sagittal T1 series.";
    if (!hanging.sagittalT2) hanging.missingT2 = "This study has no sagittal T2 series.";
    if (!hanging.axial)
        hanging.missingAxial = "This study has no axial series, so the canal cannot be measured.";
    return hanging;
}

std::optional<std::size_t> companionOf(const Hanging& hanging, std::size_t work,
                                       std::span<const Stack> stacks) {
    const auto& mine = hanging.lists[work];
    const auto space = stacks[mine.stacks.front()].space;
    const auto& wanted = mine.weighting == Weighting::T1 ? kForT2 : kForT1;
    for (const auto& weighting : wanted) {
        if (weighting == mine.weighting && weighting) continue;
        for (std::size_t i = 0; i < hanging.lists.size(); ++i) {
            const auto& list = hanging.lists[i];
            if (i == work || list.plane != mine.plane || list.weighting != weighting) continue;
            if (stacks[list.stacks.front()].space == space && !list.localizer) return i;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> nearestSlice(const SliceList& list, std::span<const Stack> stacks,
                                        const geometry::PatientPoint& point) {
    std::optional<std::size_t> best;
    std::pair<bool, double> bestKey{true, 0.0};
    for (std::size_t i = 0; i < list.slices.size(); ++i) {
        const auto& plane = stacks[list.slices[i].stack].planes[list.slices[i].slice];
        const std::pair key{!plane.contains(point), std::abs(plane.distance(point).value())};
        if (!best || key < bestKey) {
            best = i;
            bestKey = key;
        }
    }
    return best;
}

std::string summary(std::span<const Stack> stacks) {
    const auto hanging = hang(stacks);
    std::string text;
    for (const auto plane : {Plane::Sagittal, Plane::Axial, Plane::Coronal, Plane::Oblique}) {
        std::string part;
        for (const Wanted weighting : kForT1) {
            const bool there = std::ranges::any_of(hanging.lists, [&](const SliceList& list) {
                return list.plane == plane && list.weighting == weighting && !list.localizer;
            });
            if (!there) continue;
            if (part.empty()) part = stackTitle(plane, std::nullopt);
            if (weighting) part += " " + std::string(name(*weighting));
        }
        if (!part.empty()) text += (text.empty() ? "" : " · ") + part;
    }
    if (!text.empty() || stacks.empty()) return text;
    return stacks.size() == 1 ? "one slice" : "localizer only";
}

std::string limit(const Hanging& hanging, std::span<const Stack> stacks) {
    const auto& lists = hanging.lists;
    if (std::ranges::none_of(lists, &SliceList::measurable)) {
        const auto said = std::ranges::find_if(stacks, [](const Stack& s) { return !s.warnings.empty(); });
        return "This study can be looked at but not measured." +
               (said == stacks.end() ? "" : " " + said->warnings.front());
    }
    if (std::ranges::all_of(lists, &SliceList::localizer)) {
        std::string slices;
        for (const auto plane : {Plane::Sagittal, Plane::Axial, Plane::Coronal, Plane::Oblique}) {
            std::size_t count = 0;
            for (const auto& list : lists)
                count += list.plane == plane ? list.slices.size() : 0;
            if (count > 0)
                slices +=
                    (slices.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(name(plane));
        }
        return "This study has only a localizer or single slices (" + slices +
               "), too coarse to choose a slice by the protocol. Import its sagittal and axial series.";
    }
    if (std::ranges::none_of(lists, takesMarks))
        return "This study has no sagittal series that can be measured: vertebrae cannot be marked, so "
               "nothing can be measured. Import its sagittal series.";
    return "";
}

std::string unmarkable(std::span<const Stack> stacks) {
    const auto hanging = hang(stacks);
    return std::ranges::any_of(hanging.lists, takesMarks) ? "" : limit(hanging, stacks);
}

} // namespace forameter::workspace
