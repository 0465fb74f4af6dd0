// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/progress.hpp"

#include "forameter/report/plots.hpp"
#include "svg.hpp"

namespace forameter::report {
namespace {

using namespace std::chrono_literals;
const Timestamp kNow = timestampFromIso8601("2026-03-20T12:00:00Z").value();

store::Assignment one(const char* rater, store::CaseState state, std::optional<int> daysAgo = {}) {
    store::Assignment out;
    out.rater = RaterId(rater);
    out.state = state;
    if (daysAgo) out.finished = kNow - std::chrono::days(*daysAgo);
    return out;
}
constexpr auto kDone = store::CaseState::Done, kTodo = store::CaseState::Todo,
               kDoing = store::CaseState::InProgress;

TEST(RoundProgress, CountsCasesAndEstimatesTheEndByThePaceOfTwoWeeks) {
    std::vector<store::Assignment> cases;
    for (const int day : {4, 4, 4, 2, 0}) // r1 began 4 days ago: 5 cases in 5 days
        cases.push_back(one("r1", kDone, day));
    for (int i = 0; i < 10; ++i)
        cases.push_back(one("r1", i == 0 ? kDoing : kTodo));
    for (const int day : {30, 13, 1}) // r2 began long ago: 2 cases in 14 days
        cases.push_back(one("r2", kDone, day));
    cases.push_back(one("r2", kTodo));
    cases[1].flagged = true;
    store::Assignment calibration = one("r1", kDone, 4);
    calibration.calibration = true;
    cases.push_back(calibration);

    const RoundProgress progress = roundProgress(cases, kNow);
    ASSERT_EQ(progress.raters.size(), 2u);
    const auto &r1 = progress.raters[0], &r2 = progress.raters[1];
    EXPECT_EQ(r1.cases, 15u) << "calibration cases do not count";
    EXPECT_EQ(r1.done, 5u);
    EXPECT_EQ(r1.inProgress, 1u);
    EXPECT_EQ(r1.flagged, 1u);
    EXPECT_DOUBLE_EQ(r1.rate, 1.0);
    EXPECT_EQ(isoDate(*r1.end), "2026-03-30");
    EXPECT_DOUBLE_EQ(r2.rate, 2.0 / 14.0);
    EXPECT_EQ(isoDate(*r2.end), "2026-03-27");
    EXPECT_EQ(isoDate(*progress.end), "2026-03-30") << "the last rater's";
    EXPECT_EQ(isoDate(*progress.firstDay), "2026-02-18");
    EXPECT_EQ(progress.done, 8u);
    EXPECT_EQ(progress.cases, 19u);
}

TEST(RoundProgress, HasNoEndWhileSomebodyDoesNotRead) {
    const RoundProgress progress = roundProgress(
        std::vector{one("r1", kDone, 1), one("r1", kTodo), one("r2", kDone, 40), one("r2", kTodo)}, kNow);
    EXPECT_TRUE(progress.raters[0].end);
    EXPECT_FALSE(progress.raters[1].end);
    EXPECT_FALSE(progress.end);
    EXPECT_FALSE(roundProgress({}, kNow).end);
}

TEST(RoundProgress, BarsAreAsLongAsTheCounts) {
    std::vector<store::Assignment> cases;
    for (int i = 0; i < 20; ++i)
        cases.push_back(one("r1",
                            i < 5    ? kDone
                            : i < 10 ? kDoing
                                     : kTodo,
                            i < 5 ? std::optional(1) : std::nullopt));
    const Raters raters({"r1"}, {}, Names::Shown);
    const auto all =
        testing::painted(roundProgressPlot(roundProgress(cases, kNow), raters, PlotStyle::print()));
    std::vector<double> widths;
    for (const auto& box : all.boxes)
        if (box.width > 20) widths.push_back(box.width);
    ASSERT_EQ(widths.size(), 3u);
    EXPECT_NEAR(widths[0] / widths[1], 4.0, 0.01) << "all cases behind the done ones";
    EXPECT_NEAR(widths[2], widths[1], 0.01);
    for (const char* text : {"5 of 20", "15", "likely end", "in progress"})
        EXPECT_NE(all.texts.find(text), std::string::npos) << text;
}

} // namespace
} // namespace forameter::report
