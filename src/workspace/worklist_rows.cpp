// SPDX-License-Identifier: Apache-2.0
#include "worklist_rows.hpp"

#include <algorithm>

#include "forameter/protocol/reading.hpp"
#include "forameter/store/cell_state_repository.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/workspace/hanging.hpp"
#include "study_parts.hpp"

namespace forameter::workspace {

RowDetails describe(const store::Store& store, const StudyUid& study, const RaterId& rater) {
    RowDetails details;
    if (const auto record = store::StudyRepository(store).find(study)) {
        const auto stacks = openStacks(*record).stacks;
        details.series = summary(stacks);
        details.readable = limit(hang(stacks), stacks).empty();
    }
    if (details.series.empty()) details.series = "no images";
    auto count = anatomy::LumbarCount::Five;
    if (const auto levels = store::LevelSetRepository(store).current(study); levels && *levels)
        count = (*levels)->levels.lumbarCount;
    auto quantity = anatomy::Quantity::DuralSac;
    if (const auto& reading = store.reading()) {
        const store::RoundRepository rounds(store);
        if (const auto one = rounds.find(*reading))
            if (const auto round = rounds.find(one->round)) quantity = round->plan.quantity;
    }
    const auto cells = protocol::readingCells(count, quantity);
    details.total = cells.size();
    if (const auto states = store::CellStateRepository(store).states(study, rater)) {
        details.done = static_cast<std::size_t>(std::ranges::count_if(cells, [&](const anatomy::Cell& cell) {
            return std::ranges::find(*states, cell, &store::StoredCellState::cell) != states->end();
        }));
    }
    return details;
}

WorklistRow caseRow(const store::Store& store, const store::Assignment& one) {
    WorklistRow row{one.study, title(one), "", "", true, 0, 15};
    row.round = CaseFacts{one.id, one.round, one.state, one.calibration, one.flagged, one.difficulty};
    if (one.state == store::CaseState::Todo) return row;
    if (const auto within = store.inReading(one.id)) {
        const auto details = describe(*within, one.study, one.rater);
        row.done = details.done;
        row.total = details.total;
    }
    return row;
}

bool isDone(const WorklistRow& row) {
    return row.round ? row.round->state == store::CaseState::Done : row.done >= row.total;
}

} // namespace forameter::workspace
