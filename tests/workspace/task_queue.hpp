// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "forameter/workspace/executor.hpp"

namespace forameter::testing {

/// An owner thread's inbox without an event loop. It may be destroyed before the last post(); such tasks are
/// dropped.
class TaskQueue {
public:
    TaskQueue();
    ~TaskQueue();
    TaskQueue(const TaskQueue&) = delete;
    TaskQueue& operator=(const TaskQueue&) = delete;

    [[nodiscard]] workspace::Post post();
    /// Runs what has arrived and what that adds; returns when the inbox is empty.
    void run();
    /// Runs tasks as they arrive until `done` holds; false where it does not within `limit`.
    [[nodiscard]] bool runUntil(const std::function<bool()>& done,
                                std::chrono::milliseconds limit = std::chrono::seconds(30));

private:
    struct Inbox;
    std::shared_ptr<Inbox> m_inbox;
};

} // namespace forameter::testing
