// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

namespace forameter::store {
namespace {

class LevelSetStoreTest : public StoreTest {
protected:
    LevelSetRepository levels() { return LevelSetRepository(store()); }
};

TEST_F(LevelSetStoreTest, ConfirmedLevelsComeBackAsTheyWere) {
    auto given = someLevels();
    given.transition = anatomy::Transition::SacralisedL5;
    given.note = "broad transverse process";
    given.marks[2].center.x = 0.1 + 0.2;
    const auto confirmed = levels().confirm(kStudy, given, kR1, 0);
    ASSERT_TRUE(confirmed) << why(confirmed);
    reopen();
    const auto found = levels().confirmed(kStudy);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->levels, given);
    EXPECT_EQ((*found)->id, confirmed->id);
    EXPECT_EQ((*found)->rater, kR1);
    expectSound();
}

TEST_F(LevelSetStoreTest, ADraftMayBeIncompleteAndIsNotConfirmed) {
    anatomy::LevelSet one;
    one.marks = {someLevels().marks[0]};
    ASSERT_TRUE(levels().saveDraft(kStudy, one, kR1, 0));
    EXPECT_EQ(levels().current(kStudy).value()->levels, one);
    EXPECT_FALSE(levels().confirmed(kStudy).value());
    EXPECT_FALSE(levels().confirm(kStudy, one, kR1, 1)) << "one vertebra is no level";
}

TEST_F(LevelSetStoreTest, LevelsFarFromTheImagesAreNotConfirmed) {
    auto away = someLevels();
    for (auto& mark : away.marks)
        mark.center.y += 500.0;
    const auto refused = levels().confirm(kStudy, away, kR1, 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(refused.error().message.find("away from every image"), std::string::npos)
        << refused.error().message;
    ASSERT_TRUE(levels().saveDraft(kStudy, away, kR1, 0)) << "a draft may be anything";
    // The images end at z = 80: the vertebra above them may be marked, the one above that not.
    auto above = someLevels();
    above.marks.front().center.z = 159.0;
    EXPECT_TRUE(levels().confirm(kStudy, above, kR1, 1));
    above.marks.front().center.z = 162.0;
    EXPECT_FALSE(levels().confirm(kStudy, above, kR1, 2));
}

TEST_F(LevelSetStoreTest, VersionsAreKeptAndLateComersTold) {
    ASSERT_TRUE(levels().confirm(kStudy, someLevels(), kR1, 0));
    EXPECT_EQ(levels().confirm(kStudy, someLevels(), kR2, 0).error().code, ErrorCode::Conflict);
    ASSERT_TRUE(levels().confirm(kStudy, someLevels(), kR2, 1));
    const auto history = levels().history(kStudy).value();
    ASSERT_EQ(history.size(), 2u);
    EXPECT_EQ(history[1].version, 2);
    EXPECT_EQ(history[1].rater, kR2);
}

TEST_F(LevelSetStoreTest, AStudyThatIsNotThereIsNamed) {
    const auto found = levels().current(StudyUid("8.8"));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::NotFound);
    EXPECT_NE(found.error().message.find("8.8"), std::string::npos);
}

} // namespace
} // namespace forameter::store
