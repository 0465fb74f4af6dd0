// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "forameter/workspace/preferences.hpp"

namespace forameter::workspace {

/// Writes preferences soon after they change, from a thread of its own: a hand that drags a window changes
/// them a hundred times a second, and a program that is killed afterwards must not have forgotten them.
class PreferencesKeeper {
public:
    using Failed = std::function<void(const std::string& sentence)>;
    /// Nothing is kept where the folder is empty. `failed` is told on the keeper's thread.
    PreferencesKeeper(std::filesystem::path folder, Failed failed);
    ~PreferencesKeeper(); ///< writes what waits

    /// Soon.
    void keep(const Preferences& preferences);
    /// Now, instead of whatever waits.
    [[nodiscard]] Result<> write(const Preferences& preferences);

private:
    void run(const std::stop_token& stop);

    std::filesystem::path m_folder;
    Failed m_failed;
    std::mutex m_writing; ///< one writer at a time, and the later one wins
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<Preferences> m_waiting;
    std::chrono::steady_clock::time_point m_first, m_last; ///< when what waits began to, and changed last
    std::jthread m_thread; ///< begins with the first change; last, so that it ends first
};

} // namespace forameter::workspace
