// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace forameter::wire {

/// How long a worker has said nothing, of the time in which this program listened. Where this program was
/// itself stopped (Ctrl+Z, a paused or starved machine) so was the worker, or it has spoken meanwhile: one
/// look into the pipe counts for a second at most, however long ago the last one was. The clock is the
/// caller's.
class Silence {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr Clock::duration kMostPerLook = std::chrono::seconds(1);

    explicit Silence(Clock::time_point now) : m_looked(now) {}
    void heard(Clock::time_point now) { m_listened = {}, m_looked = now; }
    /// How long it has lasted now.
    Clock::duration heardNothing(Clock::time_point now) {
        return m_listened += std::min(now - std::exchange(m_looked, now), kMostPerLook);
    }

private:
    Clock::time_point m_looked;
    Clock::duration m_listened{};
};

} // namespace forameter::wire
