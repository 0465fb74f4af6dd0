// SPDX-License-Identifier: Apache-2.0
// The list of studies and cases, and which of them are shown.
#include <algorithm>
#include <thread>
#include <utility>

#include "forameter/store/study_repository.hpp"
#include "forameter/workspace/hanging.hpp"
#include "study_parts.hpp"
#include "worklist_rows.hpp"
#include "workspace_state.hpp"

namespace forameter::workspace {

namespace {
/// Rows described before refreshWorklist() returns; longer lists are completed in the background.
constexpr std::size_t kRowsAtOnce = 60, kRowsPerTurn = 500;
} // namespace

const std::vector<WorklistRow>& Workspace::worklist() const {
    return m_state->worklist;
}

Result<> Workspace::refreshWorklist() {
    auto& s = *m_state;
    const auto cases = store::RoundRepository(*s.store).worklist(s.rater);
    if (!cases) return tl::unexpected(cases.error());
    s.cases = !cases->empty();
    if (s.cases) {
        s.rows = {};
        std::vector<WorklistRow> rows;
        for (const auto& one : *cases)
            if (one.due || one.state != store::CaseState::Todo) rows.push_back(caseRow(*s.store, one));
        s.worklist = std::move(rows);
        worklistChanged();
        return {};
    }
    const auto page = store::StudyRepository(*s.store).list();
    if (!page) return tl::unexpected(page.error());
    s.rows = {}; // ends the one before
    std::vector<WorklistRow> rows;
    for (const auto& study : page->studies)
        rows.push_back({study.uid,
                        studyTitle(study.patientId, study.uid),
                        study.date,
                        "",
                        true,
                        0,
                        15,
                        {},
                        study.description});
    std::ranges::stable_sort(rows, {}, &WorklistRow::title);
    const auto fill = [](WorklistRow& row, const RowDetails& details) {
        row.series = details.series;
        row.readable = details.readable;
        row.done = details.done;
        row.total = details.total;
    };
    for (std::size_t i = 0; i < std::min(rows.size(), kRowsAtOnce); ++i)
        fill(rows[i], describe(*s.store, rows[i].study, s.rater));
    s.worklist = std::move(rows);
    if (s.worklist.size() > kRowsAtOnce) {
        struct Described {
            std::size_t row;
            StudyUid study; // the list may be another one when this arrives
            RowDetails details;
        };
        std::vector<Described> rest;
        for (std::size_t i = kRowsAtOnce; i < s.worklist.size(); ++i)
            rest.push_back({i, s.worklist[i].study, {}});
        s.rows =
            std::jthread([rest = std::move(rest), &store = *s.store, rater = s.rater, post = s.options.post,
                          fill, weak = std::weak_ptr(s.self)](const std::stop_token& stop) {
                std::vector<Described> ready;
                for (std::size_t i = 0; i < rest.size() && !stop.stop_requested(); ++i) {
                    ready.push_back({rest[i].row, rest[i].study, describe(store, rest[i].study, rater)});
                    if (ready.size() < kRowsPerTurn && i + 1 < rest.size()) continue;
                    post([weak, fill, ready = std::exchange(ready, {})] {
                        const auto self = weak.lock();
                        if (!self) return;
                        auto& list = (*self)->m_state->worklist;
                        for (const auto& [row, study, details] : ready)
                            if (row < list.size() && list[row].study == study) fill(list[row], details);
                        (*self)->worklistChanged();
                    });
                }
            });
    }
    worklistChanged();
    return {};
}

bool Workspace::listsCases() const {
    return m_state->cases;
}

std::optional<std::size_t> Workspace::currentRow() const {
    const auto& s = *m_state;
    if (!s.document) return std::nullopt;
    for (std::size_t i = 0; i < s.worklist.size(); ++i) {
        const auto& row = s.worklist[i];
        if (s.roundCase ? row.round && row.round->reading == s.roundCase->assignment().id
                        : row.study == s.document->study())
            return i;
    }
    return std::nullopt;
}

void Workspace::narrow(WorklistFilter filter) {
    if (filter == m_state->filter) return;
    m_state->filter = std::move(filter);
    worklistChanged();
}

const WorklistFilter& Workspace::filter() const {
    return m_state->filter;
}

std::vector<std::size_t> Workspace::listedRows() const {
    const auto& s = *m_state;
    const WorklistSieve sieve(s.filter), words({s.filter.text, WorklistFilter::Progress::Any});
    const auto open = currentRow();
    std::vector<std::size_t> listed;
    for (std::size_t i = 0; i < s.worklist.size(); ++i)
        if (s.filter.takesAll() || sieve.takes(s.worklist[i]) || (i == open && words.takes(s.worklist[i])))
            listed.push_back(i);
    return listed;
}

std::optional<std::size_t> Workspace::neighbourRow(Direction direction) const {
    const auto listed = listedRows();
    if (listed.empty()) return std::nullopt;
    if (!m_state->document) return listed.front();
    const auto row = currentRow();
    if (!row) return std::nullopt;
    const auto before = std::ranges::lower_bound(listed, *row),
               after = std::ranges::upper_bound(listed, *row);
    if (direction == Direction::Previous)
        return before == listed.begin() ? std::nullopt : std::optional(*(before - 1));
    return after == listed.end() ? std::nullopt : std::optional(*after);
}

std::optional<std::size_t> Workspace::nextOpenRow() const {
    const auto& rows = m_state->worklist;
    const auto current = currentRow();
    auto listed = listedRows();
    // From the one after the open one around to it.
    std::ranges::rotate(listed,
                        std::ranges::find_if(listed, [&](std::size_t i) { return current && i > *current; }));
    for (const std::size_t at : listed) {
        if (at != current && rows[at].readable && !isDone(rows[at])) return at;
    }
    return std::nullopt;
}

} // namespace forameter::workspace
