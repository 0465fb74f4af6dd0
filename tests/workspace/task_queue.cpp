// SPDX-License-Identifier: Apache-2.0
#include "task_queue.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace forameter::testing {

struct TaskQueue::Inbox {
    std::mutex mutex;
    std::condition_variable arrived;
    std::deque<std::function<void()>> tasks;

    std::function<void()> take() {
        const std::lock_guard lock(mutex);
        if (tasks.empty()) return {};
        auto task = std::move(tasks.front());
        tasks.pop_front();
        return task;
    }
};

TaskQueue::TaskQueue() : m_inbox(std::make_shared<Inbox>()) {}
TaskQueue::~TaskQueue() = default;

workspace::Post TaskQueue::post() {
    return [weak = std::weak_ptr(m_inbox)](std::function<void()> task) {
        const auto inbox = weak.lock();
        if (!inbox) return;
        {
            const std::lock_guard lock(inbox->mutex);
            inbox->tasks.push_back(std::move(task));
        }
        inbox->arrived.notify_one();
    };
}

void TaskQueue::run() {
    while (const auto task = m_inbox->take())
        task();
}

bool TaskQueue::runUntil(const std::function<bool()>& done, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        run();
        if (done()) return true;
        std::unique_lock lock(m_inbox->mutex);
        if (!m_inbox->arrived.wait_until(lock, end, [&] { return !m_inbox->tasks.empty(); })) return false;
    }
}

} // namespace forameter::testing
