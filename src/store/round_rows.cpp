// SPDX-License-Identifier: Apache-2.0
#include "round_rows.hpp"

#include <algorithm>
#include <map>

#include "canonical.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"

namespace forameter::store {

namespace {

template <class Value, std::size_t N>
std::optional<Value> fromName(std::string_view text, const Value (&values)[N]) {
    for (const auto value : values)
        if (name(value) == text) return value;
    return std::nullopt;
}

template <class Value>
QVariant number(const std::optional<Value>& value) {
    return value ? bindable(*value) : QVariant();
}

/// Repeats and what has to wait, among one rater's cases of a round in her order.
void judge(std::vector<AssignmentRow>& rows, const RoundPlan& plan, bool packet) {
    std::map<StudyUid, const Assignment*> firsts;
    double sum = 0;
    std::size_t scored = 0, calibration = 0;
    for (const auto& row : rows)
        if (row.assignment.calibration) {
            ++calibration;
            if (!row.assignment.score) continue;
            ++scored;
            sum += *row.assignment.score;
        }
    // A packet gets no scores, so nothing in it waits for them.
    const bool passed = !plan.passMark || packet ||
                        (scored == calibration && sum >= *plan.passMark * static_cast<double>(calibration));
    for (auto& [id, roundId, studyId, one] : rows) {
        one.due = one.calibration || passed;
        const auto [first, isFirst] = firsts.emplace(one.study, &one);
        if (isFirst) continue;
        one.repeatOf = first->second->id;
        const auto& finished = first->second->finished;
        one.due = one.due && finished && now() >= *finished + std::chrono::days(plan.washOutDays);
    }
}

} // namespace

std::string_view name(RoundState state) noexcept {
    return state == RoundState::Running ? "running" : state == RoundState::Closed ? "closed" : "opened";
}
std::string_view name(SliceRule rule) noexcept {
    return rule == SliceRule::Fixed ? "fixed" : "free";
}
std::string_view name(AiArm arm) noexcept {
    return arm == AiArm::None ? "none" : arm == AiArm::After ? "after" : "first";
}
std::optional<AiArm> aiArmFromName(std::string_view text) noexcept {
    return fromName(text, {AiArm::None, AiArm::After, AiArm::First});
}
std::string_view name(CaseState state) noexcept {
    return state == CaseState::Todo ? "todo" : state == CaseState::InProgress ? "in-progress" : "done";
}
std::optional<CaseState> caseStateFromName(std::string_view text) noexcept {
    return fromName(text, {CaseState::Todo, CaseState::InProgress, CaseState::Done});
}

Result<std::vector<RoundRow>> roundRows(Connection& sql, std::string_view where, const QVariantList& args) {
    std::vector<RoundRow> rows;
    std::string broken;
    const auto done = sql.forEachBound(
        "SELECT r.id, r.uuid, r.name, r.plan, r.time, r.state, r.state_time FROM round_current r WHERE " +
            std::string(where),
        args, [&](const Row& r) {
            RoundRow row{r.integer(0), {}};
            const auto plan = planFromText(r.text(3));
            const auto created = timestampFromIso8601(r.text(4));
            const auto state =
                fromName(r.text(5), {RoundState::Running, RoundState::Closed, RoundState::Opened});
            const auto changed = timestampFromIso8601(r.text(6));
            if (!plan || !created || !state || !changed) {
                broken = r.text(2);
                return;
            }
            row.round.id = RoundId(r.text(1));
            row.round.plan = *plan;
            row.round.plan.name = r.text(2);
            row.round.state = *state;
            row.round.created = *created;
            if (*state == RoundState::Opened) row.round.opened = *changed;
            rows.push_back(std::move(row));
        });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt,
                    "The store is damaged: round " + broken + " cannot be read; restore it from a backup.");
    return rows;
}

Result<RoundRow> roundRow(Connection& sql, const std::string& name) {
    auto rows = roundRows(sql, "r.name = ?", {bindable(name)});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty())
        return fail(ErrorCode::NotFound, "There is no round " + storableText(name) + " in this store.");
    return std::move(rows->front());
}

Result<RoundRow> roundToChange(Connection& sql, const Actor& actor, const std::string& name,
                               const std::string& what) {
    auto round = roundRow(sql, name);
    if (!round) return round;
    if (const auto may =
            demand(sql, actor, Operation::ChangeRound, what + " round " + name, {.roundId = round->id});
        !may)
        return tl::unexpected(may.error());
    return round;
}

Result<std::vector<AssignmentRow>> assignmentRows(Connection& sql, const RoundRow& round,
                                                  const std::optional<RaterId>& rater) {
    const auto packet =
        sql.first("SELECT 1 FROM store_info WHERE name = 'packet'", [](const Row&) { return 1; });
    if (!packet) return tl::unexpected(packet.error());
    QVariantList args{bindable(round.id)};
    if (rater) args.push_back(bindable(*rater));
    std::vector<AssignmentRow> rows;
    const auto done = sql.forEachBound(
        "SELECT a.id, a.study_id, a.uuid, a.rater, s.study_uid, a.position, a.calibration, t.state, "
        "t.flagged, t.difficulty, t.comment, (SELECT MIN(d.time) FROM assignment_state d WHERE "
        "d.assignment_id = a.id AND d.state = 'done' AND NOT EXISTS (SELECT 1 FROM assignment_state u WHERE "
        "u.assignment_id = a.id AND u.id > d.id AND u.state <> 'done')), (SELECT c.score FROM "
        "assignment_score c WHERE c.assignment_id = a.id ORDER BY c.id DESC LIMIT 1) FROM assignment a JOIN "
        "study s ON s.id = a.study_id LEFT JOIN assignment_state t ON t.id = (SELECT MAX(n.id) FROM "
        "assignment_state n WHERE n.assignment_id = a.id) WHERE a.round_id = ?" +
            std::string(rater ? " AND a.rater = ?" : "") + " ORDER BY a.rater, a.position",
        args, [&](const Row& r) {
            AssignmentRow row{r.integer(0), round.id, r.integer(1), {}};
            Assignment& one = row.assignment;
            one.id = AssignmentId(r.text(2));
            one.round = round.round.plan.name;
            one.rater = RaterId(r.text(3));
            one.study = StudyUid(r.text(4));
            one.position = static_cast<int>(r.integer(5));
            one.calibration = r.integer(6) != 0;
            one.state = caseStateFromName(r.text(7)).value_or(CaseState::Todo);
            one.flagged = r.integer(8) != 0;
            if (const auto difficulty = r.optionalInteger(9)) one.difficulty = static_cast<int>(*difficulty);
            one.comment = r.text(10);
            if (const auto finished = timestampFromIso8601(r.text(11));
                finished && one.state == CaseState::Done)
                one.finished = *finished;
            one.score = r.optionalReal(12);
            rows.push_back(std::move(row));
        });
    if (!done) return tl::unexpected(done.error());
    std::vector<AssignmentRow> judged;
    for (auto begin = rows.begin(); begin != rows.end();) {
        const auto end = std::find_if(begin, rows.end(), [&](const AssignmentRow& row) {
            return row.assignment.rater != begin->assignment.rater;
        });
        std::vector<AssignmentRow> hers(begin, end);
        judge(hers, round.round.plan, packet->has_value());
        judged.insert(judged.end(), hers.begin(), hers.end());
        begin = end;
    }
    return judged;
}

Result<std::int64_t> putRound(Transaction& change, const RoundId& id, const RoundPlan& plan,
                              std::string_view action) {
    const QVariantList values{bindable(id), bindable(plan.name), bindable(planText(plan)),
                              bindable(change.actor().name()), bindable(change.timeText())};
    return putPlain(change, "round", action, "round " + plan.name, values, "uuid, name, plan, actor, time",
                    values);
}

Result<> putRoundState(Transaction& change, std::int64_t roundId, const Round& round, RoundState state,
                       std::string_view action) {
    const QVariant uuid = bindable(newUuid()), who = bindable(change.actor().name()),
                   when = bindable(change.timeText()), what = bindable(name(state));
    const auto put =
        putPlain(change, "round_state", action, "round " + round.plan.name,
                 {uuid, bindable(round.id), what, who, when}, "uuid, round_id, state, actor, time",
                 {uuid, bindable(roundId), what, who, when});
    if (!put) return tl::unexpected(put.error());
    return {};
}

Result<std::int64_t> putAssignment(Transaction& change, std::int64_t roundId, const RoundId& round,
                                   std::int64_t studyId, const Assignment& one, std::string_view action) {
    const QVariant uuid = bindable(one.id), rater = bindable(one.rater), position = bindable(one.position),
                   calibration = bindable(one.calibration);
    return putPlain(change, "assignment", action, "case " + one.id.text(),
                    {uuid, bindable(round), rater, bindable(one.study), position, calibration},
                    "uuid, round_id, rater, study_id, position, calibration",
                    {uuid, bindable(roundId), rater, bindable(studyId), position, calibration});
}

Result<> putAssignmentState(Transaction& change, std::int64_t assignmentId, const Assignment& one,
                            std::string_view action) {
    const QVariant uuid = bindable(newUuid());
    const QVariantList said{bindable(name(one.state)),       bindable(one.flagged),
                            number(one.difficulty),          bindable(one.comment),
                            bindable(change.actor().name()), bindable(change.timeText())};
    const auto put = putPlain(change, "assignment_state", action, "case " + one.id.text(),
                              QVariantList{uuid, bindable(one.id)} + said,
                              "uuid, assignment_id, state, flagged, difficulty, comment, actor, time",
                              QVariantList{uuid, bindable(assignmentId)} + said);
    if (!put) return tl::unexpected(put.error());
    return {};
}

Result<> putScore(Transaction& change, std::int64_t assignmentId, const AssignmentId& id, double meanDice) {
    const QVariant uuid = bindable(newUuid()), score = bindable(meanDice),
                   who = bindable(change.actor().name()), when = bindable(change.timeText());
    const auto put =
        putPlain(change, "assignment_score", "case-score.set", "case " + id.text(),
                 {uuid, bindable(id), score, who, when}, "uuid, assignment_id, score, actor, time",
                 {uuid, bindable(assignmentId), score, who, when});
    if (!put) return tl::unexpected(put.error());
    return {};
}

} // namespace forameter::store
