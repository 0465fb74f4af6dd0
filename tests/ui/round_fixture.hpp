// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "chair.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/store/study_repository.hpp"
#include "studies.hpp"
#include "window_desk.hpp"

namespace forameter::testing {

/// A store with a study that has pictures and confirmed levels, two more without, and people.
class RoundHouse {
public:
    RoundHouse() {
        m_desk.clickLevels();
        m_desk.close();
        auto opened = store::Store::open(path(), store::Actor::administrator());
        if (!opened) throw std::runtime_error(opened.error().message);
        m_store = std::make_unique<store::Store>(std::move(*opened));
        EXPECT_TRUE(store::RaterRepository(*m_store).add(RaterId("r2")));
        EXPECT_TRUE(store::RaterRepository(*m_store).add(RaterId("boss"), store::Role::Administrator));
    }
    void addStudy(const std::string& uid) {
        auto makers = usual();
        for (auto& maker : makers)
            maker.series = uid + "." + maker.series;
        ASSERT_TRUE(store::StudyRepository(*m_store).add(study(makers, uid, "FM-" + uid)));
    }
    void makeRound(std::vector<StudyUid> studies) {
        store::RoundPlan plan;
        plan.name = "pilot";
        plan.raters = {RaterId("r1"), RaterId("r2")};
        plan.studies = std::move(studies);
        const auto made = store::RoundRepository(*m_store).create(plan);
        ASSERT_TRUE(made) << made.error().message;
    }
    void givePasswords() {
        const auto boss = store::RaterRepository(*m_store).setPassword(RaterId("boss"), kPassword);
        ASSERT_TRUE(boss) << boss.error().message;
        const auto actor = store::signIn(path(), RaterId("boss"), kPassword);
        ASSERT_TRUE(actor) << actor.error().message;
        auto opened = store::Store::open(path(), *actor);
        ASSERT_TRUE(opened);
        *m_store = std::move(*opened);
        for (const char* name : {"r1", "r2"})
            ASSERT_TRUE(store::RaterRepository(*m_store).setPassword(RaterId(name), kPassword));
    }
    [[nodiscard]] std::filesystem::path path() const { return m_desk.store(); }
    [[nodiscard]] std::filesystem::path folder() const { return m_desk.folder(); }
    [[nodiscard]] store::Store& store() { return *m_store; }

private:
    WindowDesk m_desk;
    std::unique_ptr<store::Store> m_store;
};

} // namespace forameter::testing
