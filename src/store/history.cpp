// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/history.hpp"

#include "contour_rows.hpp"
#include "images.hpp"
#include "level_rows.hpp"
#include "mark_rows.hpp"
#include "permissions.hpp"
#include "readings.hpp"
#include "relabelling.hpp"
#include "rows.hpp"
#include "steps.hpp"

namespace forameter::store {

namespace {

enum class Direction { Back, Again };

/// Puts back what was before a step (Back), or what it made (Again), by appending versions. Each thing must
/// stand as the step, or its undoing, left it.
class Restoring {
public:
    Restoring(Transaction& change, std::int64_t studyId, const StepRow& target, std::int64_t event,
              Direction direction)
        : m_change(change),
          m_sql(change.sql()),
          m_studyId(studyId),
          m_target(target),
          m_event(event),
          m_direction(direction) {}

    Result<> run() {
        if (m_target.step.kind == StepKind::Levels) return levels();
        auto reference = referenceLevels(m_sql, m_studyId);
        if (!reference) return tl::unexpected(reference.error());
        m_reference = std::move(*reference);
        if (const auto done = contours(); !done) return done;
        return marks();
    }

private:
    [[nodiscard]] std::string action(std::string_view kind) const {
        return std::string(kind) + (m_direction == Direction::Back ? ".undo" : ".redo");
    }
    [[nodiscard]] tl::unexpected<Error> conflict() const {
        return fail(ErrorCode::Conflict, "\"" + m_target.step.description + "\" cannot be " +
                                             (m_direction == Direction::Back ? "undone" : "done again") +
                                             ": it has been changed otherwise since.");
    }

    Result<> levels() {
        auto made = levelRow(m_sql, "l.step_id = ?", {bindable(m_target.id)});
        if (!made) return tl::unexpected(made.error());
        if (!*made) return conflict();
        auto before = levelRow(m_sql, "l.study_id = ? AND l.version = ?",
                               {bindable(m_studyId), bindable((*made)->set.version - 1)});
        if (!before) return tl::unexpected(before.error());
        if (*before && (*before)->withdrawn) before->reset();
        const auto newest = newestLevels(m_sql, m_studyId);
        if (!newest) return tl::unexpected(newest.error());
        if (!*newest) return conflict();
        const auto& wanted = m_direction == Direction::Back ? *before : *made;
        const auto& expected = m_direction == Direction::Back ? *made : *before;
        if (expected ? !sameContent(**newest, *expected) : !(*newest)->withdrawn) return conflict();

        const auto oldReference = referenceOf(m_sql, *newest);
        if (!oldReference) return tl::unexpected(oldReference.error());
        LevelRow row = wanted ? *wanted : **made;
        row.set.version = (*newest)->set.version + 1;
        row.stepId = m_event;
        if (!wanted) {
            row.withdrawn = true;
            row.set.confirmed = false;
            row.set.levels = {};
            row.referenceId.reset();
            row.reference.reset();
        }
        if (const auto done = append(m_change, row, action("levels")); !done) return done;
        const auto newReference = referenceOf(m_sql, row);
        if (!newReference) return tl::unexpected(newReference.error());
        if (!*oldReference || !*newReference || (*oldReference)->id == (*newReference)->id) return {};
        return moveWithDiscs(m_change, **oldReference, **newReference, m_event);
    }

    Result<> contours() {
        const auto made = contourRows(m_sql, "v.study_id = ? AND v.step_id = ? ORDER BY v.id",
                                      {bindable(m_studyId), bindable(m_target.id)});
        if (!made) return tl::unexpected(made.error());
        for (const auto& after : *made) {
            auto earlier =
                contourRows(m_sql, "v.contour = ? AND v.version = ?",
                            {bindable(after.stored.contour.id), bindable(after.stored.version - 1)});
            if (!earlier) return tl::unexpected(earlier.error());
            const ContourRow* before =
                earlier->empty() || earlier->front().stored.deleted ? nullptr : &earlier->front();
            const ContourRow* result = after.stored.deleted ? nullptr : &after;
            const ContourRow* wanted = m_direction == Direction::Back ? before : result;
            const ContourRow* expected = m_direction == Direction::Back ? result : before;
            const auto newest = newestContour(m_sql, after.stored.contour.id);
            if (!newest) return tl::unexpected(newest.error());
            const auto stands = standsAs((*newest)->stored, expected);
            if (!stands) return tl::unexpected(stands.error());
            if (!*stands) return conflict();
            if (const auto done =
                    put(wanted ? *wanted : **newest, wanted == nullptr, (*newest)->stored.version + 1);
                !done)
                return done;
        }
        return {};
    }

    Result<bool> standsAs(const StoredContour& now, const ContourRow* expected) {
        if (!expected || now.deleted) return (expected == nullptr) == now.deleted;
        protocol::Contour renamed = expected->stored.contour;
        const auto level = levelNow(m_sql, renamed.cell.level, expected->levelSetId, m_reference);
        if (!level) return tl::unexpected(level.error());
        renamed.cell.level = *level;
        return sameContent(now.contour, renamed);
    }

    Result<> put(ContourRow row, bool deleted, int version) {
        const auto level = levelNow(m_sql, row.stored.contour.cell.level, row.levelSetId, m_reference);
        if (!level) return tl::unexpected(level.error());
        row.stored.contour.cell.level = *level;
        if (m_reference) {
            row.levelSetId = m_reference->id;
            row.stored.levelSet = m_reference->set.id;
        }
        row.stored.version = version;
        row.stored.deleted = deleted;
        row.stepId = m_event;
        if (const auto measured = measureOnImage(m_sql, row); !measured) return measured;
        return append(m_change, row, action("contour"));
    }

    Result<> marks() {
        const auto made = markRows(m_sql, "c.step_id = ? ORDER BY c.id", {bindable(m_target.id)});
        if (!made) return tl::unexpected(made.error());
        for (const auto& after : *made) {
            const auto earlier = markRows(m_sql, "c.mark = ? AND c.version = ?",
                                          {bindable(after.mark), bindable(after.version - 1)});
            if (!earlier) return tl::unexpected(earlier.error());
            MarkRow before = earlier->empty() ? after : earlier->front();
            if (earlier->empty()) {
                before.state = protocol::CellState::Todo;
                before.reason.clear();
            }
            const MarkRow& wanted = m_direction == Direction::Back ? before : after;
            const MarkRow& expected = m_direction == Direction::Back ? after : before;
            const auto newest = newestMark(m_sql, after.mark);
            if (!newest) return tl::unexpected(newest.error());
            if ((*newest)->state != expected.state || (*newest)->reason != expected.reason) return conflict();
            MarkRow row = wanted;
            const auto level = levelNow(m_sql, row.cell.level, row.levelSetId, m_reference);
            if (!level) return tl::unexpected(level.error());
            row.cell.level = *level;
            if (m_reference) {
                row.levelSetId = m_reference->id;
                row.levelSet = m_reference->set.id.text();
            }
            row.version = (*newest)->version + 1;
            row.stepId = m_event;
            if (const auto done = append(m_change, row, action("cell")); !done) return done;
        }
        return {};
    }

    Transaction& m_change;
    Connection& m_sql;
    std::int64_t m_studyId;
    const StepRow& m_target;
    std::int64_t m_event;
    Direction m_direction;
    std::optional<LevelRow> m_reference;
};

/// The step that would be taken back or done again, by the piles as they are.
struct Next {
    Piles piles;
    std::optional<StepRow> target;
    std::optional<StepRow> undone; ///< for Again: the 'undo' row on top of its pile
};

Result<Next> next(Connection& sql, const Author& author, Direction direction) {
    const auto now = piles(sql, author);
    if (!now) return tl::unexpected(now.error());
    Next result{*now, std::nullopt, std::nullopt};
    auto id = direction == Direction::Back ? now->undoTop : now->redoTop;
    if (!id) return result;
    if (direction == Direction::Again) {
        auto undone = stepRow(sql, *id);
        if (!undone) return tl::unexpected(undone.error());
        id = undone->target;
        result.undone = std::move(*undone);
    }
    auto target = stepRow(sql, id.value_or(0));
    if (!target) return tl::unexpected(target.error());
    result.target = std::move(*target);
    return result;
}

Result<std::optional<UndoStep>> look(Database& database, const StudyUid& study, const RaterId& rater,
                                     Direction direction) {
    if (!database.actor().is(rater.text())) return std::nullopt;
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto id = studyId(**sql, study);
    if (!id) return tl::unexpected(id.error());
    const auto reading = readingNow(**sql, database, *id, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    const auto found = next(**sql, {*id, rater.text(), idOf(*reading)}, direction);
    if (!found) return tl::unexpected(found.error());
    return found->target ? std::optional(found->target->step) : std::nullopt;
}

Result<std::optional<UndoStep>> carryOut(Database& database, const StudyUid& study, const RaterId& rater,
                                         Direction direction) {
    if (const auto allowed = checkMayWriteAs(database.actor(), rater.text()); !allowed)
        return tl::unexpected(allowed.error());
    auto change = Transaction::begin(database);
    if (!change) return tl::unexpected(change.error());
    const auto id = studyId(change->sql(), study);
    if (!id) return tl::unexpected(id.error());
    const auto reading = readingToWrite(change->sql(), database, *id, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    const Author author{*id, rater.text(), idOf(*reading)};
    const auto found = next(change->sql(), author, direction);
    if (!found) return tl::unexpected(found.error());
    if (!found->target) return std::nullopt;
    const auto may = found->target->step.kind == StepKind::Levels
                         ? demandLevels(change->sql(), database.actor(), study, *id)
                         : demand(change->sql(), database.actor(), Operation::Draw, "draw", {.studyId = *id});
    if (!may) return tl::unexpected(may.error());
    const auto event = direction == Direction::Back
                           ? recordUndo(*change, author, found->piles, *found->target)
                           : recordRedo(*change, author, *found->undone, *found->target);
    if (!event) return tl::unexpected(event.error());
    if (const auto done = Restoring(*change, *id, *found->target, *event, direction).run(); !done)
        return tl::unexpected(done.error());
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return found->target->step;
}

} // namespace

Result<std::optional<UndoStep>> History::nextUndo(const StudyUid& study, const RaterId& rater) const {
    return look(m_database, study, rater, Direction::Back);
}

Result<std::optional<UndoStep>> History::nextRedo(const StudyUid& study, const RaterId& rater) const {
    return look(m_database, study, rater, Direction::Again);
}

Result<std::optional<UndoStep>> History::undo(const StudyUid& study, const RaterId& rater) {
    return carryOut(m_database, study, rater, Direction::Back);
}

Result<std::optional<UndoStep>> History::redo(const StudyUid& study, const RaterId& rater) {
    return carryOut(m_database, study, rater, Direction::Again);
}

} // namespace forameter::store
