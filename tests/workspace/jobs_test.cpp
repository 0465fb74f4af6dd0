// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/jobs.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "task_queue.hpp"

namespace forameter::workspace {
namespace {

TEST(JobRunner, ReportsProgressAndTheEndOnTheOwnerThread) {
    testing::TaskQueue queue;
    JobRunner runner(queue.post());
    const auto owner = std::this_thread::get_id();
    std::vector<Job> seen;
    const auto watching = runner.changed.subscribe([&](const Job& job) {
        EXPECT_EQ(std::this_thread::get_id(), owner);
        seen.push_back(job);
    });
    bool finished = false;
    runner.start(
        JobKind::Comparison, "Counting",
        [](const Watch& watch) -> Result<std::string> {
            for (std::size_t i = 1; i <= 3; ++i)
                watch.report(i, 3, "counting");
            return "Counted to 3.";
        },
        [&](const Job& job) { finished = job.status == JobStatus::Done; });
    ASSERT_TRUE(queue.runUntil([&] { return finished; }));
    EXPECT_EQ(seen.front().status, JobStatus::Running);
    EXPECT_EQ(seen.back().message, "Counted to 3.");
    EXPECT_EQ(seen.back().progress.done, 3U);
    EXPECT_EQ(seen.back().kind, JobKind::Comparison);
    EXPECT_FALSE(runner.busy());
}

TEST(JobRunner, WhoIsToldOfAnEndFindsOnlyWhatStillRuns) {
    testing::TaskQueue queue;
    JobRunner runner(queue.post());
    const JobRunner::Work waits = [](const Watch& watch) -> Result<std::string> {
        while (!watch.cancelled())
            std::this_thread::yield();
        return fail(ErrorCode::Cancelled, "Stopped.");
    };
    const auto import = runner.start(JobKind::Import, "Importing", waits);
    const auto proposal = runner.start(JobKind::Proposal, "Proposing", waits);
    std::vector<JobId> left;
    const auto watching = runner.changed.subscribe([&](const Job& job) {
        if (job.status == JobStatus::Running) return;
        EXPECT_EQ(job.id, proposal);
        for (const Job& other : runner.running())
            left.push_back(other.id);
    });
    runner.cancel(proposal);
    ASSERT_TRUE(queue.runUntil([&] { return !runner.busy(JobKind::Proposal); }));
    EXPECT_EQ(left, std::vector<JobId>{import});
    EXPECT_TRUE(runner.busy(JobKind::Import));
    EXPECT_TRUE(runner.busy());
}

TEST(JobRunner, CancelEndsWorkThatWatches) {
    testing::TaskQueue queue;
    JobRunner runner(queue.post());
    std::optional<Job> last;
    const auto watching = runner.changed.subscribe([&](const Job& job) { last = job; });
    const auto id = runner.start(JobKind::Import, "Waiting", [](const Watch& watch) -> Result<std::string> {
        while (!watch.cancelled())
            std::this_thread::yield();
        return fail(ErrorCode::Cancelled, "Waiting was cancelled.");
    });
    EXPECT_TRUE(runner.busy());
    runner.cancel(id);
    ASSERT_TRUE(queue.runUntil([&] { return !runner.busy(); }));
    EXPECT_EQ(last->status, JobStatus::Cancelled);
}

TEST(JobRunner, AFailureKeepsItsSentence) {
    testing::TaskQueue queue;
    JobRunner runner(queue.post());
    std::optional<Job> last;
    const auto watching = runner.changed.subscribe([&](const Job& job) { last = job; });
    runner.start(JobKind::Import, "Failing", [](const Watch&) -> Result<std::string> {
        return fail(ErrorCode::Unreadable, "The folder /x could not be read.");
    });
    ASSERT_TRUE(queue.runUntil([&] { return !runner.busy(); }));
    EXPECT_EQ(last->status, JobStatus::Failed);
    EXPECT_EQ(last->message, "The folder /x could not be read.");
}

TEST(JobRunner, NothingIsReportedAfterItsEnd) {
    testing::TaskQueue queue;
    std::atomic<bool> stopped = false;
    {
        JobRunner runner(queue.post());
        runner.start(
            JobKind::Import, "Waiting",
            [&](const Watch& watch) -> Result<std::string> {
                while (!watch.cancelled())
                    std::this_thread::yield();
                stopped = true;
                return "late";
            },
            [](const Job&) { FAIL() << "the runner is gone"; });
    }
    EXPECT_TRUE(stopped);
    queue.run();
}

TEST(Signal, ObserversMayLeaveWhileBeingNotified) {
    Signal<int> signal;
    int sum = 0;
    Subscription second;
    auto first = signal.subscribe([&](int value) {
        sum += value;
        second.reset();
    });
    second = signal.subscribe([&](int value) { sum += 100 * value; });
    signal(1);
    signal(2);
    EXPECT_EQ(sum, 3);
    first.reset();
    signal(4);
    EXPECT_EQ(sum, 3);
}

} // namespace
} // namespace forameter::workspace
