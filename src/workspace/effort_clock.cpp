// SPDX-License-Identifier: Apache-2.0
#include "effort_clock.hpp"

#include <utility>

namespace forameter::workspace {

using std::chrono::milliseconds;

void EffortClock::begin(StudyUid study, anatomy::Cell cell) {
    m_piece.emplace();
    m_piece->study = std::move(study);
    m_piece->cell = cell;
    m_last = m_now();
}

void EffortClock::end() {
    m_piece.reset();
}

void EffortClock::count(const std::optional<std::string>& tool) {
    if (!m_piece) return;
    const auto gap = std::chrono::duration_cast<milliseconds>(m_now() - m_last);
    m_last += gap; // what is less than a millisecond counts next time
    if (gap > kIdleAfter) {
        m_piece->idle += gap;
    } else if (tool) {
        m_piece->active += gap;
        m_piece->tools[*tool] += gap;
    } else {
        m_piece->looking += gap;
    }
}

void EffortClock::countStroke(const std::optional<ContourId>& contour) {
    if (!m_piece) return;
    ++m_piece->strokes;
    if (contour) m_piece->contour = contour;
}

void EffortClock::countUndo() {
    if (m_piece) ++m_piece->undos;
}

void EffortClock::countRedo() {
    if (m_piece) ++m_piece->redos;
}

bool EffortClock::isLong() const {
    return m_piece && m_piece->active + m_piece->looking + m_piece->idle >= kLongestPiece;
}

void EffortClock::stored() {
    if (!m_piece) return;
    store::Effort next;
    next.study = m_piece->study;
    next.cell = m_piece->cell;
    next.contour = m_piece->contour;
    m_piece = std::move(next);
}

} // namespace forameter::workspace
