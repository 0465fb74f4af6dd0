// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/gather.hpp"

#include "forameter/report/progress.hpp"
#include "read_round.hpp"

namespace forameter::report {
namespace {

using namespace store;

/// A round of two raters on three studies, read by both; a researcher looks.
class GatherTest : public ::testing::Test {
protected:
    void SetUp() override { m_store.emplace(readRound(m_folder.path() / "store.sqlite")); }
    Store as(const char* name) { return Store::open(m_store->path(), Actor::as(RaterId(name))).value(); }
    void open() { ASSERT_TRUE(RoundRepository(*m_store).open("pilot")); }

    forameter::testing::TemporaryFolder m_folder;
    std::optional<Store> m_store;
    Request m_pilot{.round = "pilot"};
};

TEST_F(GatherTest, ShowsNobodyAnAgreementBeforeTheRoundIsOpened) {
    for (const char* name : {"r1", "r2", "res"}) {
        const auto report = gather(as(name), m_pilot);
        ASSERT_FALSE(report) << name;
        EXPECT_EQ(report.error().code, ErrorCode::NotAllowed) << name;
        Request none;
        none.raters = {"r1", "r2"};
        EXPECT_FALSE(gather(as(name), none)) << "nor as readings of no round";
    }
}

TEST_F(GatherTest, ComparesTheRatersOfAnOpenedRound) {
    open();
    const auto report = gather(as("res"), m_pilot);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->readings.raters, (std::vector<std::string>{"r1", "r2"}));
    EXPECT_EQ(report->summary.cases.size(), 3u);
    EXPECT_EQ(report->readings.patients, 3u);
    EXPECT_FALSE(report->phantom);
    EXPECT_EQ(report->raters().label("r1"), "A") << "hidden unless asked for";
    const auto verified = verify(*m_store);
    ASSERT_TRUE(verified);
    EXPECT_EQ(report->auditHead, verified->auditHead);
    EXPECT_EQ(report->title, "Agreement of raters: round pilot");
    Request one = m_pilot;
    one.raters = {"r1"};
    EXPECT_EQ(gather(as("res"), one).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(gather(as("res"), {.round = "other"}).error().code, ErrorCode::NotFound);
}

TEST_F(GatherTest, StopsWhenAsked) {
    open();
    std::stop_source stop;
    stop.request_stop();
    const auto report = gather(as("res"), m_pilot, {{}, stop.get_token()});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
}

TEST_F(GatherTest, ProgressIsEverybodysForTheCoordinatorAndOnesOwnForARater) {
    const auto all = readProgress(as("res"), "pilot", now());
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->raters.size(), 2u);
    EXPECT_EQ(all->done, 6u);
    const auto own = readProgress(as("r1"), "pilot", now());
    ASSERT_TRUE(own);
    ASSERT_EQ(own->raters.size(), 1u);
    EXPECT_EQ(own->raters[0].rater, "r1");
}

} // namespace
} // namespace forameter::report
