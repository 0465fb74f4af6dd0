// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace forameter::workspace {

/// Keeps an observer attached for as long as it lives. Movable; may outlive the signal.
class Subscription {
public:
    Subscription() = default;
    explicit Subscription(std::shared_ptr<void> slot) : m_slot(std::move(slot)) {}
    void reset() { m_slot.reset(); }

private:
    std::shared_ptr<void> m_slot;
};

/// Tells observers that something happened. One thread only. Observers may attach, detach and notify while
/// being notified.
template <class... Args>
class Signal {
public:
    using Observer = std::function<void(Args...)>;

    Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    [[nodiscard]] Subscription subscribe(Observer observer) {
        auto slot = std::make_shared<Observer>(std::move(observer));
        std::erase_if(m_slots, [](const auto& weak) { return weak.expired(); });
        m_slots.push_back(slot);
        return Subscription(std::move(slot));
    }

    void operator()(Args... args) const {
        const auto slots = m_slots; // a copy: observers may change the list
        for (const auto& weak : slots) {
            if (const auto slot = weak.lock()) (*slot)(args...);
        }
    }

private:
    std::vector<std::weak_ptr<Observer>> m_slots;
};

} // namespace forameter::workspace
