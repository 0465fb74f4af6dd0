// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/workspace/executor.hpp"
#include "forameter/workspace/signal.hpp"

namespace forameter::workspace {

using JobId = std::uint64_t;

/// What the person waits for; who shows or stops one kind of work leaves the others alone.
enum class JobKind { Import, Proposal, Comparison, Packets };
enum class JobStatus { Running, Done, Cancelled, Failed };

/// A piece of background work as the screen shows it.
struct Job {
    JobId id = 0;
    JobKind kind = JobKind::Import;
    std::string title; ///< "Importing /data/case 14"
    JobStatus status = JobStatus::Running;
    Progress progress;
    std::string message; ///< what came of it, or why it failed: one sentence; "" while running
};

/// Runs work on threads of its own, each with progress and cancel; results come back on the owner thread.
/// Destroying the runner asks all work to stop and waits for it; nothing is reported after that.
class JobRunner {
public:
    /// The work itself, on its own thread: checks watch.stop in every loop. The value is the sentence shown
    /// when it is done.
    using Work = std::function<Result<std::string>(const Watch&)>;
    /// On the owner thread, once, after `changed` has told of the end.
    using Finished = std::function<void(const Job&)>;

    explicit JobRunner(Post post);
    ~JobRunner();

    JobId start(JobKind kind, std::string title, Work work, Finished finished = {});
    /// Asks the work to stop; it ends as Cancelled once it has noticed. Unknown or ended jobs are ignored.
    void cancel(JobId job);
    /// Jobs that have not ended, oldest first.
    [[nodiscard]] std::vector<Job> running() const;
    [[nodiscard]] bool busy() const;
    [[nodiscard]] bool busy(JobKind kind) const;

    Signal<const Job&> changed; ///< started, progressed (at most about 20 times a second) or ended

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace forameter::workspace
