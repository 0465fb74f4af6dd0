// SPDX-License-Identifier: Apache-2.0
#include "audit.hpp"

#include "fixture.hpp"

namespace forameter::store {
namespace {

using AuditTest = StoreTest;

TEST_F(AuditTest, EveryChangeHasItsRowAndReadsLeaveNone) {
    confirmLevels();
    const auto contour = someForamen();
    save(contour);
    const auto before = AuditLog(store()).entries().value();
    std::vector<std::string> actions;
    for (const auto& entry : before)
        actions.push_back(entry.action);
    EXPECT_EQ(actions, (std::vector<std::string>{"store.create", "study.add", "series.add", "series.add",
                                                 "rater.add", "levels.confirm", "contour.save"}));
    EXPECT_EQ(before.back().subject, "contour " + contour.id.text() + " v1");
    EXPECT_EQ(before.back().actor, "administrator");
    current();
    expectSound();
    EXPECT_EQ(AuditLog(store()).entries().value().size(), before.size());
}

TEST_F(AuditTest, EachHashFollowsFromTheOneBefore) {
    confirmLevels();
    std::string previous(kChainStart);
    std::int64_t seq = 0;
    const auto entries = AuditLog(store()).entries().value();
    for (const auto& e : entries) {
        EXPECT_EQ(e.hash, auditHash(previous, {e.writer, ++seq, toIso8601(e.time), e.actor, e.action,
                                               e.subject, e.content}))
            << e.seq;
        previous = e.hash;
    }
    EXPECT_EQ(verify(store()).value().auditHead, previous);
}

TEST_F(AuditTest, SinceSkipsWhatIsKnown) {
    const auto all = AuditLog(store()).entries().value();
    const auto rest = AuditLog(store()).entries(all[1].seq).value();
    ASSERT_EQ(rest.size(), all.size() - 2);
    EXPECT_EQ(rest.front().seq, all[2].seq);
    EXPECT_EQ(AuditLog(store()).entries(0, 1).value().size(), 1u);
}

TEST_F(AuditTest, OutsideEventsAreRecordedToo) {
    ASSERT_TRUE(AuditLog(store()).record("export.csv", "study 1.2.3"));
    EXPECT_EQ(AuditLog(store()).entries().value().back().action, "export.csv");
    expectSound();
}

TEST_F(AuditTest, TheActorIsTheRaterWhoActs) {
    confirmLevels();
    reopen(Actor::as(kR1));
    save(someForamen());
    EXPECT_EQ(AuditLog(store()).entries().value().back().actor, "r1");
}

} // namespace
} // namespace forameter::store
