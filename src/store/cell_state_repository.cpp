// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/cell_state_repository.hpp"

#include <map>

#include "canonical.hpp"
#include "contour_rows.hpp"
#include "level_rows.hpp"
#include "mark_rows.hpp"
#include "permissions.hpp"
#include "readings.hpp"
#include "rows.hpp"
#include "steps.hpp"

namespace forameter::store {

using protocol::CellState;

Result<> CellStateRepository::set(const StudyUid& study, const anatomy::Cell& cell, const RaterId& rater,
                                  CellState state, const std::string& reason) {
    const std::string what = "The " + anatomy::label(cell);
    if (const auto allowed = checkMayWriteAs(m_database.actor(), rater.text()); !allowed) return allowed;
    if (state == CellState::Done)
        return fail(ErrorCode::InvalidArgument,
                    what + " cannot be set to done; it is done once it has a contour.");
    if (state == CellState::NotAssessable && reason.empty())
        return fail(ErrorCode::InvalidArgument, what + " cannot be marked not assessable without a reason.");
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    const auto id = studyId(change->sql(), study);
    if (!id) return tl::unexpected(id.error());
    if (const auto may = demand(change->sql(), m_database.actor(), Operation::Draw, "draw", {.studyId = *id});
        !may)
        return may;
    const auto reading = readingToWrite(change->sql(), m_database, *id, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    const auto contours =
        contourRows(change->sql(),
                    "v.study_id = ? AND v.rater = ? AND v.reading_id IS ? AND v.deleted = 0 AND " +
                        std::string(kNewestContour),
                    {bindable(*id), bindable(rater), bindable(idOf(*reading))});
    if (!contours) return tl::unexpected(contours.error());
    for (const auto& row : *contours)
        if (state != CellState::Todo && row.stored.contour.cell == cell)
            return fail(ErrorCode::Conflict,
                        what + " has a contour already; delete it before marking the cell.");
    auto mark = markOn(change->sql(), *id, rater.text(), idOf(*reading), cell);
    if (!mark) return tl::unexpected(mark.error());
    if (!*mark && state == CellState::Todo) return {};
    const std::string kept = state == CellState::Todo ? std::string() : storableText(reason);
    if (*mark && (*mark)->state == state && (*mark)->reason == kept) return {};
    const auto reference = referenceLevels(change->sql(), *id);
    if (!reference) return tl::unexpected(reference.error());
    if (const auto known = ensureRater(*change, rater.text()); !known) return known;
    const std::string description = state == CellState::Todo         ? "Take back the mark on " + what
                                    : state == CellState::NotCovered ? "Mark " + what + " not covered"
                                                                     : "Mark " + what + " not assessable";
    const auto step =
        beginStep(*change, {*id, rater.text(), idOf(*reading)}, StepKind::CellState, description, cell);
    if (!step) return tl::unexpected(step.error());
    MarkRow row = mark->value_or(MarkRow{});
    if (row.mark.empty()) row.mark = newUuid();
    row.version += 1;
    row.studyId = *id;
    row.study = study.text();
    row.rater = rater.text();
    row.cell = cell;
    row.state = state;
    row.reason = kept;
    row.levelSetId = *reference ? std::optional((*reference)->id) : std::nullopt;
    row.levelSet = *reference ? std::optional((*reference)->set.id.text()) : std::nullopt;
    row.stepId = *step;
    if (*reading) {
        row.readingId = (*reading)->id;
        row.reading = (*reading)->uuid.text();
    }
    if (const auto done = append(*change, row, "cell.mark"); !done) return done;
    return change->commit();
}

Result<std::vector<StoredCellState>> CellStateRepository::states(const StudyUid& study,
                                                                 const RaterId& rater) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto id = studyId(**sql, study);
    if (!id) return tl::unexpected(id.error());
    const auto may = mayReadReadings(**sql, m_database.actor(), *id, rater.text());
    if (!may) return tl::unexpected(may.error());
    if (!*may) return std::vector<StoredCellState>{};
    const auto reading = readingNow(**sql, m_database, *id, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    const QVariant inReading = bindable(idOf(*reading)); // of no round that is running: whatever she did
    std::map<anatomy::Cell, StoredCellState> states;
    const auto marks = markRows(
        **sql,
        "c.study_id = ? AND c.rater = ? AND (? IS NULL OR c.reading_id = ?) AND c.state <> 'todo' AND " +
            std::string(kNewestMark),
        {bindable(*id), bindable(rater), inReading, inReading});
    if (!marks) return tl::unexpected(marks.error());
    for (const auto& mark : *marks)
        states[mark.cell] = {mark.cell, mark.state, mark.reason, mark.time};
    const auto contours = contourRows(
        **sql,
        "v.study_id = ? AND v.rater = ? AND (? IS NULL OR v.reading_id = ?) AND v.deleted = 0 AND " +
            std::string(kNewestContour) + " ORDER BY v.id",
        {bindable(*id), bindable(rater), inReading, inReading});
    if (!contours) return tl::unexpected(contours.error());
    for (const auto& row : *contours) {
        const auto& contour = row.stored.contour;
        auto& state = states[contour.cell];
        if (state.state == CellState::Done) continue;
        state = {contour.cell, contour.assessable ? CellState::Done : CellState::NotAssessable,
                 contour.assessable ? "" : contour.note, row.stored.time};
    }
    std::vector<StoredCellState> result;
    for (const auto& [cell, state] : states)
        result.push_back(state);
    return result;
}

} // namespace forameter::store
