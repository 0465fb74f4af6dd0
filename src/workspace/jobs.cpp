// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/jobs.hpp"

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
        auto& running = jobs.at(id);
        if (running.job.status != JobStatus::Running) return;
        running.job.progress = progress;
        const Job job = running.job;
        runner->changed(job);
    }

    void ended(JobId id, const Result<std::string>& result) {
        auto& running = jobs.at(id);
        if (result) {
            running.job.status = JobStatus::Done;
            running.job.message = *result;
        } else {
            running.job.status =
                result.error().code == ErrorCode::Cancelled ? JobStatus::Cancelled : JobStatus::Failed;
            running.job.message = result.error().message;
        }
        running.thread.join(); // its last act was to post this
        const Job job = running.job;
        const auto finished = std::move(running.finished);
        runner->changed(job);
        if (finished) finished(job);
    }
};

JobRunner::JobRunner(Post post) : m_state(std::make_shared<State>()) {
    m_state->runner = this;
    m_state->post = std::move(post);
}

JobRunner::~JobRunner() {
    for (auto& [id, running] : m_state->jobs)
        running.thread.request_stop();
    for (auto& [id, running] : m_state->jobs) {
        if (running.thread.joinable()) running.thread.join();
    }
}

JobId JobRunner::start(std::string title, Work work, Finished finished) {
    const JobId id = ++m_state->last;
    auto& running = m_state->jobs[id];
    running.job = {id, std::move(title), JobStatus::Running, {}, {}};
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

std::optional<Job> JobRunner::find(JobId job) const {
    const auto found = m_state->jobs.find(job);
    if (found == m_state->jobs.end()) return std::nullopt;
    return found->second.job;
}

std::vector<Job> JobRunner::jobs() const {
    std::vector<Job> all;
    for (const auto& [id, running] : m_state->jobs)
        all.push_back(running.job);
    return all;
}

void JobRunner::forgetEnded() {
    std::erase_if(m_state->jobs,
                  [](const auto& entry) { return entry.second.job.status != JobStatus::Running; });
}

bool JobRunner::busy() const {
    for (const auto& [id, running] : m_state->jobs) {
        if (running.job.status == JobStatus::Running) return true;
    }
    return false;
}

} // namespace forameter::workspace
