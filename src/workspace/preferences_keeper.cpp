// SPDX-License-Identifier: Apache-2.0
#include "preferences_keeper.hpp"

#include <algorithm>
#include <utility>

namespace forameter::workspace {

using Clock = std::chrono::steady_clock;

namespace {
/// How long the hand rests before they are written, and how long they wait at most.
constexpr std::chrono::milliseconds kRest{300}, kMost{1500};
} // namespace

PreferencesKeeper::PreferencesKeeper(std::filesystem::path folder, Failed failed)
    : m_folder(std::move(folder)), m_failed(std::move(failed)) {}

PreferencesKeeper::~PreferencesKeeper() = default; // the thread is stopped, and writes what waits

void PreferencesKeeper::keep(const Preferences& preferences) {
    if (m_folder.empty()) return;
    {
        const std::lock_guard lock(m_mutex);
        m_last = Clock::now();
        if (!m_waiting) m_first = m_last;
        m_waiting = preferences;
    }
    if (m_thread.joinable())
        m_changed.notify_one();
    else
        m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Result<> PreferencesKeeper::write(const Preferences& preferences) {
    if (m_folder.empty()) return {};
    const std::lock_guard one(m_writing);
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.reset();
    }
    return savePreferences(preferences, m_folder);
}

void PreferencesKeeper::run(const std::stop_token& stop) {
    for (;;) {
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, stop, [this] { return m_waiting.has_value(); });
            while (m_waiting && !stop.stop_requested()) {
                const auto due = std::min(m_last + kRest, m_first + kMost);
                if (Clock::now() >= due) break;
                m_changed.wait_until(lock, stop, due, [] { return false; });
            }
            if (!m_waiting && stop.stop_requested()) return;
        }
        Result<> done;
        {
            const std::lock_guard one(m_writing); // whoever writes now has taken what waits with him
            std::optional<Preferences> taken;
            {
                const std::lock_guard lock(m_mutex);
                taken = std::exchange(m_waiting, std::nullopt);
            }
            if (taken) done = savePreferences(*taken, m_folder);
        }
        if (!done && m_failed) m_failed(done.error().message);
    }
}

} // namespace forameter::workspace
