// SPDX-License-Identifier: Apache-2.0
#include "expression.hpp"

#include "fixture.hpp"

namespace forameter::store {
namespace {

struct Case {
    const char* where;
    std::vector<std::string> studies; ///< last part of the UID
};

class ExpressionTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
        save(someForamen());
        auto old = someStudy("1.2.4");
        old.age = 81;
        old.sex = "M";
        old.date = "1999-05-05";
        old.description = "LWS nativ 100%";
        old.field = 3.0;
        auto bare = someStudy("1.2.5");
        bare.age.reset();
        bare.sex = "";
        bare.patientId = "O'Neil";
        bare.series.clear();
        ASSERT_TRUE(StudyRepository(store()).add(old));
        ASSERT_TRUE(StudyRepository(store()).add(bare));
    }
    Result<StudyPage> list(const std::string& where) {
        return StudyRepository(store()).list({.where = where});
    }
};

TEST_F(ExpressionTest, SelectsWhatItSays) {
    const Case cases[] = {
        {"", {"3", "4", "5"}},
        {"age > 60", {"4"}},
        {"age >= 54 and age <= 81", {"3", "4"}},
        {"not age > 60", {"3"}},
        {"age = null", {"5"}},
        {"age != null", {"3", "4"}},
        {"sex = 'F' or sex = M", {"3", "4"}},
        {"sex in ('F', 'O')", {"3"}},
        {"sex not in (F)", {"4"}},
        {"study_date < '2000-01-01'", {"4"}},
        {"study_date >= 2020-01-31", {"3", "5"}},
        {"patient_id = 'O''Neil'", {"5"}},
        {"patient_id = \"O'Neil\"", {"5"}},
        {"description like '%nativ%'", {"4"}},
        {"description not like '%nativ%'", {"3", "5"}},
        {"contours = 1", {"3"}},
        {"contours < 1 and series > 0", {"4"}},
        {"series = 0", {"5"}},
        {"field = 1.5 and (age > 100 or sex = F)", {"3"}},
        {"plane = axial AND Weighting = 'T1'", {"3", "4"}},
        {"weighting in (STIR, PD)", {}},
        {"modality = MR", {"3", "4"}},
        {"study_uid = 1.2.4", {"4"}},
        {"not (sex = F or sex = M) or age = 81", {"4"}},
    };
    for (const auto& [where, expected] : cases) {
        const auto page = list(where);
        ASSERT_TRUE(page) << where << ": " << why(page);
        std::vector<std::string> found;
        for (const auto& study : page->studies)
            found.push_back(study.uid.text().substr(4));
        EXPECT_EQ(found, expected) << where;
        EXPECT_EQ(page->total, expected.size()) << where;
        EXPECT_EQ(StudyRepository(store()).count(where).value_or(99), expected.size()) << where;
    }
}

TEST_F(ExpressionTest, ErrorsNameThePosition) {
    const std::pair<const char*, int> cases[] = {
        {"age >", 6},        {"age > x", 7},    {"colour = 'x'", 1},
        {"age > 1 and", 12}, {"(age > 1", 9},   {"age > 1)", 8},
        {"sex = 'F", 7},     {"age like 5", 1}, {"sex in F", 8},
        {"sex in ('F'", 12}, {"age ; 1", 5},    {"age > 1 age < 2", 9},
        {"age > null", 5},   {"= 5", 1},        {"age not 5", 9},
        {"age = 1e999", 7},  {"age = nan", 7},  {"sex = 'F'; drop table study", 10},
    };
    for (const auto& [where, position] : cases) {
        const auto page = list(where);
        ASSERT_FALSE(page) << where;
        EXPECT_EQ(page.error().code, ErrorCode::InvalidArgument) << where;
        EXPECT_NE(page.error().message.find("position " + std::to_string(position) + ":"), std::string::npos)
            << where << ": " << page.error().message;
    }
}

TEST_F(ExpressionTest, ValuesAreBoundAndNeverPasted) {
    const auto page = list("patient_id = 'x'' OR 1=1 --'");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->studies.empty());
    EXPECT_EQ(page->sql.find("OR 1=1"), std::string::npos);
    EXPECT_EQ(page->parameters, std::vector<std::string>{"x' OR 1=1 --"});
}

TEST_F(ExpressionTest, DeepNestingIsRefusedNotFatal) {
    EXPECT_FALSE(list(std::string(100000, '(')));
    EXPECT_FALSE(list(std::string(10000, '(') + "age = 1"));
    std::string nots;
    for (int i = 0; i < 4000; ++i)
        nots += "not ";
    EXPECT_FALSE(list(nots + "age = 1"));
    std::string many = "age = 1";
    for (int i = 0; i < 500; ++i)
        many += " or age = 1";
    const auto wide = list(many);
    EXPECT_TRUE(wide) << why(wide);
    many += many.substr(7);
    EXPECT_EQ(list(many).error().code, ErrorCode::InvalidArgument) << "more than the database takes";
    // As deep as is allowed, in the shape that costs the database most.
    std::string deep = "age = 1";
    for (int i = 0; i < 7; ++i)
        deep = "plane = axial or sex = F and not (" + deep + ")";
    const auto deepest = list(deep);
    EXPECT_TRUE(deepest) << why(deepest);
}

TEST_F(ExpressionTest, PagesFollowEachOther) {
    StudyRepository studies(store());
    const auto first = studies.list({.limit = 2});
    ASSERT_TRUE(first);
    ASSERT_EQ(first->studies.size(), 2u);
    EXPECT_EQ(first->total, 3u);
    const auto second = studies.list({.after = first->studies.back().uid, .limit = 2});
    ASSERT_TRUE(second);
    ASSERT_EQ(second->studies.size(), 1u);
    EXPECT_EQ(second->studies[0].uid.text(), "1.2.5");
    EXPECT_EQ(second->total, 3u);
}

} // namespace
} // namespace forameter::store
