// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/jobs.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

namespace forameter::workspace {

namespace {

/// Passes progress on at most 20 times a second, so that fast work does not drown the owner thread.
class Throttle {
public:
    bool due() {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_last < std::chrono::milliseconds(50)) return false;
        m_last = now;
        return true;
    }

private:
    std::chrono::steady_clock::time_point m_last{};
};

} // namespace

// Posted tasks hold the state weakly: they do nothing once the runner is gone.
struct JobRunner::State {
    JobRunner* runner = nullptr;
    Post post;
    JobId last = 0;
    struct Running {
        Job job;
        Finished finished;
        std::jthread thread;
    };
    std::map<JobId, Running> jobs;

    void progressed(JobId id, const Progress& progress) {
        const auto found = jobs.find(id);
        if (found == jobs.end()) return;
        found->second.job.progress = progress;
        const Job job = found->second.job;
        runner->changed(job);
    }

    void ended(JobId id, const Result<std::string>& result) {
        auto gone = std::move(jobs.extract(id).mapped()); // before anybody is told
        Job& job = gone.job;
        if (result) {
            job.status = JobStatus::Done;
            job.message = *result;
        } else {
            job.status =
                result.error().code == ErrorCode::Cancelled ? JobStatus::Cancelled : JobStatus::Failed;
            job.message = result.error().message;
        }
        gone.thread.join(); // its last act was to post this
        runner->changed(job);
        if (gone.finished) gone.finished(job);
    }
};

JobRunner::JobRunner(Post post) : m_state(std::make_shared<State>()) {
    m_state->runner = this;
    m_state->post = std::move(post);
}

JobRunner::~JobRunner() {
    for (auto& [id, running] : m_state->jobs)
        running.thread.request_stop();
    for (auto& [id, running] : m_state->jobs)
        running.thread.join();
}

JobId JobRunner::start(JobKind kind, std::string title, Work work, Finished finished) {
    const JobId id = ++m_state->last;
    auto& running = m_state->jobs[id];
    running.job = {id, kind, std::move(title), JobStatus::Running, {}, {}};
    running.finished = std::move(finished);
    const Job job = running.job;
    const std::weak_ptr<State> weak = m_state;
    running.thread =
        std::jthread([id, weak, post = m_state->post, work = std::move(work)](const std::stop_token& stop) {
            Throttle throttle;
            std::mutex throttling; // the work may report from threads of its own
            Watch watch;
            watch.stop = stop;
            watch.progress = [&](const Progress& progress) {
                {
                    const std::lock_guard lock(throttling);
                    const bool last = progress.total > 0 && progress.done == progress.total;
                    if (!last && !throttle.due()) return;
                }
                post([weak, id, progress] {
                    if (const auto state = weak.lock()) state->progressed(id, progress);
                });
            };
            auto result = work(watch);
            post([weak, id, result = std::move(result)] {
                if (const auto state = weak.lock()) state->ended(id, result);
            });
        });
    changed(job);
    return id;
}

void JobRunner::cancel(JobId job) {
    const auto found = m_state->jobs.find(job);
    if (found != m_state->jobs.end()) found->second.thread.request_stop();
}

std::vector<Job> JobRunner::running() const {
    std::vector<Job> all;
    for (const auto& [id, running] : m_state->jobs)
        all.push_back(running.job);
    return all;
}

bool JobRunner::busy() const {
    return !m_state->jobs.empty();
}

bool JobRunner::busy(JobKind kind) const {
    return std::ranges::any_of(m_state->jobs,
                               [kind](const auto& entry) { return entry.second.job.kind == kind; });
}

} // namespace forameter::workspace
