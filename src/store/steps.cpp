// SPDX-License-Identifier: Apache-2.0
#include "steps.hpp"

#include "rows.hpp"

namespace forameter::store {

namespace {

std::string_view kindName(StepKind kind) {
    switch (kind) {
    case StepKind::Contour:
        return "contour";
    case StepKind::Levels:
        return "levels";
    case StepKind::CellState:
        return "cell-state";
    }
    return "";
}

Result<std::int64_t> insert(Transaction& change, const Author& author, const StepRow& row) {
    const auto& cell = row.step.cell;
    const auto cellName = [&](auto member) {
        return cell ? nameOrNull(std::optional((*cell).*member)) : QVariant();
    };
    return change.sql().exec(
        "INSERT INTO edit_step(study_id, rater, action, kind, target, undo_top, redo_top, below, "
        "description, structure, level, side, quantity, time, reading_id) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        author.studyId, author.rater, row.action, kindName(row.step.kind), row.target, row.undoTop,
        row.redoTop, row.below, row.step.description, cellName(&anatomy::Cell::structure),
        cellName(&anatomy::Cell::level), cell ? nameOrNull(cell->side) : QVariant(),
        cell ? nameOrNull(cell->quantity) : QVariant(), change.timeText(), author.readingId);
}

} // namespace

Result<Piles> piles(Connection& sql, const Author& author) {
    const auto newest = sql.first(
        "SELECT id, action, undo_top, redo_top FROM edit_step WHERE study_id = ? AND rater = ? AND "
        "reading_id IS ? ORDER BY id DESC LIMIT 1",
        [](const Row& r) {
            const std::string action = r.text(1);
            return Piles{action == "do" ? std::optional(r.integer(0)) : r.optionalInteger(2),
                         action == "undo" ? std::optional(r.integer(0)) : r.optionalInteger(3)};
        },
        author.studyId, author.rater, author.readingId);
    if (!newest) return tl::unexpected(newest.error());
    return newest->value_or(Piles{});
}

Result<StepRow> stepRow(Connection& sql, std::int64_t id) {
    const auto row = sql.first(
        "SELECT id, action, target, undo_top, redo_top, below, kind, description, structure, level, side, "
        "quantity, time FROM edit_step WHERE id = ?",
        [](const Row& r) {
            StepRow step{r.integer(0),
                         r.text(1),
                         r.optionalInteger(2),
                         r.optionalInteger(3),
                         r.optionalInteger(4),
                         r.optionalInteger(5),
                         {}};
            const std::string kind = r.text(6);
            step.step.kind = kind == "levels"       ? StepKind::Levels
                             : kind == "cell-state" ? StepKind::CellState
                                                    : StepKind::Contour;
            step.step.description = r.text(7);
            step.step.cell = cellAt(r, 8);
            step.step.time = timestampFromIso8601(r.text(12)).value_or(Timestamp{});
            return step;
        },
        id);
    if (!row) return tl::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::Corrupt, "The store's history names a step that is not there (" +
                                            std::to_string(id) + "); restore it from a backup.");
    return **row;
}

Result<std::int64_t> beginStep(Transaction& change, const Author& author, StepKind kind,
                               const std::string& description, const std::optional<anatomy::Cell>& cell) {
    const auto now = piles(change.sql(), author);
    if (!now) return tl::unexpected(now.error());
    return recordEdit(change, author, *now, {kind, description, cell, change.time()});
}

Result<std::int64_t> recordEdit(Transaction& change, const Author& author, const Piles& now,
                                const UndoStep& edit) {
    StepRow row;
    row.action = "do";
    row.below = now.undoTop;
    row.step = edit;
    return insert(change, author, row);
}

Result<std::int64_t> recordUndo(Transaction& change, const Author& author, const Piles& now,
                                const StepRow& target) {
    StepRow row;
    row.action = "undo";
    row.target = target.id;
    row.undoTop = target.below;
    row.below = now.redoTop;
    row.step = target.step;
    return insert(change, author, row);
}

Result<std::int64_t> recordRedo(Transaction& change, const Author& author, const StepRow& undone,
                                const StepRow& target) {
    StepRow row;
    row.action = "redo";
    row.target = target.id;
    row.undoTop = target.id;
    row.redoTop = undone.below;
    row.step = target.step;
    return insert(change, author, row);
}

} // namespace forameter::store
