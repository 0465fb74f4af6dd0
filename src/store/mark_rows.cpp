// SPDX-License-Identifier: Apache-2.0
#include "mark_rows.hpp"

#include "canonical.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

using protocol::CellState;

std::optional<CellState> stateFromName(std::string_view text) {
    for (const auto state : {CellState::Todo, CellState::NotAssessable, CellState::NotCovered})
        if (protocol::name(state) == text) return state;
    return std::nullopt;
}

} // namespace

std::string contentHash(const MarkRow& row) {
    Canonical bytes("cell_state");
    bytes << row.mark << row.version << row.study << row.rater << name(row.cell.structure)
          << name(row.cell.level) << nameText(row.cell.side) << nameText(row.cell.quantity) << name(row.state)
          << row.reason << row.levelSet << row.actor << toIso8601(row.time);
    if (row.reading) bytes << *row.reading; // rows of version 1 have none
    return bytes.hash();
}

std::string subjectOf(const MarkRow& row) {
    return "mark " + row.mark + " v" + std::to_string(row.version);
}

Result<std::vector<MarkRow>> markRows(Connection& sql, std::string_view where, const QVariantList& args) {
    std::vector<MarkRow> rows;
    std::string broken;
    const std::string query =
        "SELECT c.id, c.mark, c.version, c.study_id, s.study_uid, c.rater, c.structure, c.level, c.side, "
        "c.quantity, c.state, c.reason, c.level_set_id, l.uuid, c.actor, c.time, c.step_id, c.audit, "
        "c.reading_id, g.uuid FROM cell_state c JOIN study s ON s.id = c.study_id LEFT JOIN level_set l ON "
        "l.id = c.level_set_id LEFT JOIN assignment g ON g.id = c.reading_id WHERE " +
        std::string(where);
    const auto done = sql.forEachBound(query, args, [&](const Row& r) {
        MarkRow row;
        row.id = r.integer(0);
        row.mark = r.text(1);
        row.version = static_cast<int>(r.integer(2));
        row.studyId = r.integer(3);
        row.study = r.text(4);
        row.rater = r.text(5);
        const auto cell = cellAt(r, 6);
        const auto state = stateFromName(r.text(10));
        row.reason = r.text(11);
        row.levelSetId = r.optionalInteger(12);
        row.levelSet = r.optionalText(13);
        row.actor = r.text(14);
        const auto time = timestampFromIso8601(r.text(15));
        row.stepId = r.optionalInteger(16);
        row.audit = r.integer(17);
        row.readingId = r.optionalInteger(18);
        row.reading = r.optionalText(19);
        if (!cell || !state || !time) {
            broken = subjectOf(row);
            return;
        }
        row.cell = *cell;
        row.state = *state;
        row.time = *time;
        rows.push_back(std::move(row));
    });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt,
                    "The store is damaged: " + broken + " cannot be read; restore it from a backup.");
    return rows;
}

namespace {

Result<std::optional<MarkRow>> firstMark(Connection& sql, const std::string& where,
                                         const QVariantList& args) {
    auto rows = markRows(sql, where, args);
    if (!rows) return tl::unexpected(rows.error());
    return rows->empty() ? std::optional<MarkRow>() : std::optional(std::move(rows->front()));
}

} // namespace

Result<std::optional<MarkRow>> markOn(Connection& sql, std::int64_t studyId, std::string_view rater,
                                      const std::optional<std::int64_t>& readingId,
                                      const anatomy::Cell& cell) {
    auto marks = markRows(sql,
                          "c.study_id = ? AND c.rater = ? AND c.reading_id IS ? AND c.state <> 'todo' AND " +
                              std::string(kNewestMark),
                          {bindable(studyId), bindable(rater), bindable(readingId)});
    if (!marks) return tl::unexpected(marks.error());
    for (auto& mark : *marks)
        if (mark.cell == cell) return std::move(mark);
    return std::nullopt;
}

Result<std::optional<MarkRow>> newestMark(Connection& sql, std::string_view mark) {
    return firstMark(sql, "c.mark = ? ORDER BY c.version DESC LIMIT 1", {bindable(mark)});
}

Result<> append(Transaction& change, MarkRow& row, std::string_view action) {
    row.reason = storableText(row.reason);
    row.actor = change.actor().name();
    row.time = change.time();
    const auto audit = change.audit(action, subjectOf(row), contentHash(row));
    if (!audit) return tl::unexpected(audit.error());
    row.audit = *audit;
    const auto id = change.sql().exec(
        "INSERT INTO cell_state(mark, version, study_id, rater, structure, level, side, quantity, state, "
        "reason, level_set_id, actor, time, step_id, audit, reading_id) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        row.mark, row.version, row.studyId, row.rater, name(row.cell.structure), name(row.cell.level),
        nameOrNull(row.cell.side), nameOrNull(row.cell.quantity), name(row.state), row.reason, row.levelSetId,
        row.actor, change.timeText(), row.stepId, row.audit, row.readingId);
    if (!id) return tl::unexpected(id.error());
    row.id = *id;
    return {};
}

} // namespace forameter::store
