// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fixture.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::store {

/// A new store with the round "pilot": r1 and r2 have read the same three studies, r2 larger; "res", a
/// researcher, may look. Throws where anything is refused.
inline Store readRound(const std::filesystem::path& file) {
    const auto check = [](const auto& result) {
        if (!result) throw std::runtime_error(result.error().message);
    };
    Store made = Store::create(file).value();
    RaterRepository raters(made);
    for (const RaterId& rater : {kR1, kR2})
        check(raters.add(rater));
    check(raters.add(RaterId("res"), Role::Researcher));
    RoundPlan plan;
    plan.name = "pilot";
    plan.slices = SliceRule::Free; // the contours lie anywhere
    plan.raters = {kR1, kR2};
    for (const char* uid : {"1.1", "1.2", "1.3"}) {
        check(StudyRepository(made).add(someStudy(uid)));
        check(LevelSetRepository(made).confirm(StudyUid(uid), someLevels(), RaterId("res"), 0));
        plan.studies.emplace_back(uid);
    }
    check(RoundRepository(made).create(plan));
    double radius = 5;
    for (const RaterId& rater : {kR1, kR2}) {
        const Store mine = Store::open(file, Actor::as(rater)).value();
        const auto cases = RoundRepository(mine).worklist(rater).value();
        for (const Assignment& one : cases) {
            const Store reading = mine.inReading(one.id).value();
            check(ContourRepository(reading).save(
                someForamen(radius += 0.2, anatomy::Level::L4_L5, rater.text(), 2, one.study.text()), 0));
            check(RoundRepository(reading).update(one.id, {.state = CaseState::Done}));
        }
    }
    return made;
}

} // namespace forameter::store
