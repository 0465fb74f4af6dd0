// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace forameter::workspace {

/// Hands a task to the owner thread: the one on which every public call of this module is made and every
/// signal arrives. May be called from any thread, returns at once, keeps the order. The desktop wraps
/// QMetaObject::invokeMethod; see TaskQueue otherwise.
using Post = std::function<void(std::function<void()>)>;

/// An owner thread's inbox for programs without an event loop: tests and scripted sessions. The inbox may be
/// destroyed before the last post(); such tasks are dropped.
class TaskQueue {
public:
    TaskQueue();
    ~TaskQueue();
    TaskQueue(const TaskQueue&) = delete;
    TaskQueue& operator=(const TaskQueue&) = delete;

    [[nodiscard]] Post post();
    /// Runs what has arrived and what that adds; returns when the inbox is empty.
    void run();
    /// Runs tasks as they arrive until `done` holds; false where it does not within `limit`.
    [[nodiscard]] bool runUntil(const std::function<bool()>& done,
                                std::chrono::milliseconds limit = std::chrono::seconds(30));

private:
    struct Inbox;
    std::shared_ptr<Inbox> m_inbox;
};

} // namespace forameter::workspace
