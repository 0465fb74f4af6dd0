// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "effort_clock.hpp"
#include "forameter/store/store.hpp"
#include "forameter/workspace/study_document.hpp"

namespace forameter::workspace {

/// Keeps how long and with what one rater works on each cell of the open study: appends a piece to the store
/// when the cell is left, about every three minutes meanwhile, when paused, and on destruction. A piece that
/// cannot be stored is kept and tried again; it never disturbs the reading.
class EffortRecorder {
public:
    EffortRecorder(StudyDocument& document, const store::Store& store,
                   std::function<EffortClock::Time()> now);
    ~EffortRecorder();
    EffortRecorder(const EffortRecorder&) = delete;
    EffortRecorder& operator=(const EffortRecorder&) = delete;

    /// Before the input acts: what is being drawn now was being drawn until now.
    void input();
    /// The screen is locked: the time until resume() is nobody's.
    void pause();
    void resume();

private:
    void follow(); ///< the current cell
    void recordChanged();
    void flush();
    void look(); ///< remembers the version of the current contour

    StudyDocument& m_document;
    const store::Store& m_store;
    EffortClock m_clock;
    std::vector<store::Effort> m_waiting; ///< could not be stored yet
    int m_version = 0;
    bool m_stored = true, m_stepping = false;
    std::vector<Subscription> m_subscriptions;
};

} // namespace forameter::workspace
