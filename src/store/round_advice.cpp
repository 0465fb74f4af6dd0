// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/round_advice.hpp"

#include <map>
#include <optional>
#include <set>

#include "forameter/core/words.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/study_repository.hpp"

namespace forameter::store {

namespace {

const StackRecord* stackOf(const StudyRecord& study, const ImageId& image) {
    for (const auto& series : study.series)
        for (const auto& stack : series.stacks)
            for (const auto& instance : stack.instances)
                if (ImageId{series.uid, instance.sop, instance.frame} == image) return &stack;
    return nullptr;
}

Result<std::vector<RoundAdvice::OffProtocol>> offProtocol(const Store& store,
                                                          const std::vector<FixedSlice>& fixed) {
    std::vector<RoundAdvice::OffProtocol> slices;
    std::optional<StudyRecord> study;
    for (const auto& one : fixed) {
        if (!study || study->uid != one.study) {
            auto found = StudyRepository(store).find(one.study);
            if (!found) return tl::unexpected(found.error());
            study = *std::move(found);
        }
        const StackRecord* stack = stackOf(*study, one.image);
        if (!stack) continue;
        auto why = protocol::imageWarnings(one.cell, stack->weighting, stack->fitness());
        if (!why.empty()) slices.push_back({one, std::move(why)});
    }
    return slices;
}

} // namespace

Result<RoundAdvice> roundAdvice(const Store& store, const RoundPlan& plan) {
    const auto fixed = RoundRepository(store).fixedSlices(plan.name);
    if (!fixed) return tl::unexpected(fixed.error());
    RoundAdvice advice;
    advice.fixed = fixed->size();
    std::set<std::pair<StudyUid, anatomy::Cell>> given;
    for (const auto& one : *fixed)
        given.emplace(one.study, one.cell);
    auto studies = plan.studies;
    studies.insert(studies.end(), plan.calibration.begin(), plan.calibration.end());
    for (std::size_t i = 0; i < studies.size(); ++i) {
        const auto levels = LevelSetRepository(store).confirmed(studies[i]);
        if (!levels) return tl::unexpected(levels.error());
        if (!*levels) {
            if (i < plan.studies.size()) ++advice.withoutLevels;
            continue;
        }
        if (plan.slices == SliceRule::Free) continue;
        for (const auto& cell : protocol::readingCells((*levels)->levels.lumbarCount, plan.quantity))
            if (!given.contains({studies[i], cell})) advice.freeCells.emplace_back(studies[i], cell);
    }
    auto off = offProtocol(store, *fixed);
    if (!off) return tl::unexpected(off.error());
    advice.offProtocol = std::move(*off);
    return advice;
}

std::vector<std::string> RoundAdvice::warnings() const {
    std::vector<std::string> sentences;
    if (withoutLevels > 0)
        sentences.push_back(counted(withoutLevels, "of its studies has", "of its studies have") +
                            " no confirmed levels; confirm them before making a round with fixed slices, "
                            "and before exporting packets, or nobody can draw in them on the screen.");
    if (!freeCells.empty())
        sentences.push_back(counted(freeCells.size(), "cell has", "cells have") +
                            " no slice that the protocol would take; their raters choose it.");
    struct Concerned {
        std::set<StudyUid> studies;
        std::size_t slices = 0;
    };
    std::map<std::string, Concerned> byReason;
    for (const auto& one : offProtocol)
        for (const auto& why : one.why) {
            byReason[why].studies.insert(one.slice.study);
            ++byReason[why].slices;
        }
    for (const auto& [why, of] : byReason)
        sentences.push_back(
            counted(of.slices, "fixed slice") + " of " + counted(of.studies.size(), "study", "studies") +
            " (" + of.studies.begin()->text() + (of.studies.size() > 1 ? ", ..." : "") + "): " + why);
    return sentences;
}

} // namespace forameter::store
