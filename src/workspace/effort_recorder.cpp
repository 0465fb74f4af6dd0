// SPDX-License-Identifier: Apache-2.0
#include "effort_recorder.hpp"

#include <utility>

#include "forameter/store/effort_repository.hpp"

namespace forameter::workspace {

EffortRecorder::EffortRecorder(StudyDocument& document, const store::Store& store,
                               std::function<EffortClock::Time()> now)
    : m_document(document), m_store(store), m_clock(std::move(now)) {
    Record& record = document.record();
    m_subscriptions.push_back(document.reading().currentChanged.subscribe([this] { follow(); }));
    m_subscriptions.push_back(record.undone.subscribe([this] {
        m_clock.countUndo();
        m_stepping = true;
    }));
    m_subscriptions.push_back(record.redone.subscribe([this] {
        m_clock.countRedo();
        m_stepping = true;
    }));
    m_subscriptions.push_back(record.changed.subscribe([this] { recordChanged(); }));
    follow();
}

EffortRecorder::~EffortRecorder() {
    m_subscriptions.clear();
    input();
    flush();
}

void EffortRecorder::input() {
    const auto tool = m_document.editor().tool();
    m_clock.count(tool && m_document.editor().busy() ? std::optional(std::string(name(*tool)))
                                                     : std::nullopt);
    if (m_clock.isLong()) flush();
}

void EffortRecorder::pause() {
    input();
    flush();
    m_clock.end();
}

void EffortRecorder::resume() {
    follow();
}

void EffortRecorder::follow() {
    const auto cell = m_document.reading().currentCell();
    if (const auto* piece = m_clock.piece()) {
        if (cell && piece->cell == *cell) return;
        m_clock.count(std::nullopt);
        flush();
    }
    if (!cell) return m_clock.end();
    m_clock.begin(m_document.study(), *cell);
    look();
}

void EffortRecorder::look() {
    const auto* piece = m_clock.piece();
    const auto* entry = piece ? m_document.record().contour(piece->cell) : nullptr;
    m_version = entry ? entry->version : 0;
    m_stored = !entry || entry->stored;
}

void EffortRecorder::recordChanged() {
    const auto* piece = m_clock.piece();
    if (!piece) return;
    const auto* entry = m_document.record().contour(piece->cell);
    const bool drawn = entry && (entry->version != m_version || !entry->stored);
    if (drawn && !std::exchange(m_stepping, false))
        m_clock.countStroke(entry->stored ? std::optional(entry->contour.id) : std::nullopt);
    m_stepping = false;
    look();
}

void EffortRecorder::flush() {
    if (const auto* piece = m_clock.piece()) {
        m_waiting.push_back(*piece);
        m_clock.stored();
    }
    store::EffortRepository efforts(m_store);
    const RaterId& rater = m_document.record().rater();
    while (!m_waiting.empty()) {
        const auto kept = efforts.append(m_waiting.front(), rater);
        if (!kept && kept.error().code == ErrorCode::StorageFailed) return; // else it never will be
        m_waiting.erase(m_waiting.begin());
    }
}

} // namespace forameter::workspace
