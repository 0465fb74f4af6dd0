// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/round_repository.hpp"

#include <algorithm>
#include <set>

#include "canonical.hpp"
#include "permissions.hpp"
#include "readings.hpp"
#include "round_protocol.hpp"
#include "round_rows.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

Error invalid(const RoundPlan& plan, const std::string& why) {
    return {ErrorCode::InvalidArgument, "Round " + storableText(plan.name) + " was not made: " + why};
}

template <class Id>
bool hasTwice(const std::vector<Id>& ids) {
    return std::set<Id>(ids.begin(), ids.end()).size() != ids.size();
}

Result<> check(Connection& sql, const RoundPlan& plan) {
    if (!isRaterName(plan.name))
        return tl::unexpected(
            invalid(plan, "a name has 1 to 64 letters (in Unicode's composed form), digits or . _ - @."));
    if (plan.raters.empty()) return tl::unexpected(invalid(plan, "it has no raters."));
    if (plan.studies.empty()) return tl::unexpected(invalid(plan, "it has no studies."));
    if (hasTwice(plan.raters)) return tl::unexpected(invalid(plan, "a rater is named twice."));
    auto all = plan.studies;
    all.insert(all.end(), plan.calibration.begin(), plan.calibration.end());
    if (hasTwice(all)) return tl::unexpected(invalid(plan, "a study is named twice."));
    if (plan.ratersPerCase < 0 || plan.ratersPerCase > static_cast<int>(plan.raters.size()))
        return tl::unexpected(invalid(plan, "it has fewer raters than are wanted for each case."));
    if (!(plan.repeats >= 0 && plan.repeats <= 1))
        return tl::unexpected(invalid(plan, "the share of repeats is not between 0 and 1."));
    if (plan.washOutDays < 0) return tl::unexpected(invalid(plan, "the wash-out is negative."));
    if (plan.passMark && !(*plan.passMark >= 0 && *plan.passMark <= 1))
        return tl::unexpected(invalid(plan, "the pass mark is not between 0 and 1."));
    if (plan.passMark && plan.calibration.empty())
        return tl::unexpected(invalid(plan, "it has a pass mark but no calibration cases."));
    for (const auto& rater : plan.raters) {
        const auto known = sql.first(
            "SELECT 1 FROM rater WHERE name = ?", [](const Row&) { return true; }, rater);
        if (!known) return tl::unexpected(known.error());
        if (!*known) return tl::unexpected(invalid(plan, "there is no rater " + rater.text() + "."));
        const auto role = roleOf(sql, rater.text());
        if (!role) return tl::unexpected(role.error());
        if (!allowed(*role, Operation::Draw, Situation::Reading))
            return tl::unexpected(invalid(plan, "rater " + rater.text() + " is " + std::string(name(*role)) +
                                                    " and does not draw."));
    }
    return {};
}

/// Whether the actor sees all of a round, not her own part only.
Result<bool> seesAll(Connection& sql, const Actor& actor, const RoundRow& round) {
    return mayDo(sql, actor, Operation::ReadProgress, {.roundId = round.id});
}

/// What the actor gets of a round's cases.
Result<std::vector<Assignment>> visible(Connection& sql, const Actor& actor, const RoundRow& round) {
    const auto all = seesAll(sql, actor, round);
    if (!all) return tl::unexpected(all.error());
    const auto rows = assignmentRows(sql, round, *all ? std::nullopt : actor.rater);
    if (!rows) return tl::unexpected(rows.error());
    std::vector<Assignment> cases;
    for (const auto& row : *rows) {
        auto one = row.assignment;
        if (!*all) {
            if (one.repeatOf && !one.due && one.state == CaseState::Todo) continue;
            one.repeatOf.reset(); // an ordinary case to her
        }
        cases.push_back(std::move(one));
    }
    return cases;
}

Result<Round> shown(Connection& sql, const Actor& actor, const RoundRow& row) {
    const auto all = seesAll(sql, actor, row);
    if (!all) return tl::unexpected(all.error());
    if (*all) return row.round;
    const auto hers = visible(sql, actor, row);
    if (!hers) return tl::unexpected(hers.error());
    Round round = row.round;
    round.plan = redacted(round.plan, *actor.rater, *hers);
    return round;
}

Result<RoundRow> findVisible(Connection& sql, const Actor& actor, const std::string& name) {
    auto row = roundRow(sql, name);
    if (!row) return row;
    const auto all = seesAll(sql, actor, *row);
    if (!all) return tl::unexpected(all.error());
    if (*all) return row;
    const auto hers = assignmentRows(sql, *row, actor.rater);
    if (!hers) return tl::unexpected(hers.error());
    if (hers->empty())
        return fail(ErrorCode::NotFound, "There is no round " + storableText(name) + " in this store.");
    return row;
}

/// The row of a case and its round.
struct Case {
    RoundRow round;
    AssignmentRow row;
};
Result<Case> findCase(Connection& sql, const AssignmentId& id) {
    const auto rater = sql.first(
        "SELECT rater FROM assignment WHERE uuid = ?", [](const Row& r) { return RaterId(r.text(0)); }, id);
    if (!rater) return tl::unexpected(rater.error());
    const auto rounds =
        roundRows(sql, "r.id = (SELECT round_id FROM assignment WHERE uuid = ?)", {bindable(id)});
    if (!rounds) return tl::unexpected(rounds.error());
    for (const auto& round : *rounds) {
        const auto rows = assignmentRows(sql, round, *rater);
        if (!rows) return tl::unexpected(rows.error());
        for (const auto& row : *rows)
            if (row.assignment.id == id) return Case{round, row};
    }
    return fail(ErrorCode::NotFound, "There is no case " + id.text() + " in this store.");
}

Result<Round> moveTo(Database& database, const std::string& name, RoundState state) {
    auto change = Transaction::begin(database);
    if (!change) return tl::unexpected(change.error());
    auto row = findVisible(change->sql(), database.actor(), name);
    if (!row) return tl::unexpected(row.error());
    const std::string verb = state == RoundState::Opened ? "open" : "close";
    if (const auto may = demand(change->sql(), database.actor(), Operation::ChangeRound,
                                verb + " round " + name, {.roundId = row->id});
        !may)
        return tl::unexpected(may.error());
    if (row->round.state == state) return row->round;
    if (row->round.state == RoundState::Opened)
        return fail(ErrorCode::Conflict, "Round " + name + " has been opened and stays so.");
    if (const auto done = putRoundState(*change, row->id, row->round, state, "round-state." + verb); !done)
        return tl::unexpected(done.error());
    const Timestamp time = change->time();
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    row->round.state = state;
    if (state == RoundState::Opened) row->round.opened = time;
    return row->round;
}

} // namespace

Result<Round> RoundRepository::create(const RoundPlan& plan) {
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    Connection& sql = change->sql();
    if (const auto may = demand(sql, m_database.actor(), Operation::CreateRound, "make a round"); !may)
        return tl::unexpected(may.error());
    if (const auto good = check(sql, plan); !good) return tl::unexpected(good.error());
    const auto taken = sql.first(
        "SELECT 1 FROM round WHERE name = ?", [](const Row&) { return true; }, plan.name);
    if (!taken) return tl::unexpected(taken.error());
    if (*taken) return fail(ErrorCode::Conflict, "There is a round " + plan.name + " in this store already.");
    Round round{RoundId(newUuid()), plan, RoundState::Running, change->time(), std::nullopt};
    const auto id = putRound(*change, round.id, plan, "round.create");
    if (!id) return tl::unexpected(id.error());
    if (const auto done = putRoundState(*change, *id, round, RoundState::Running, "round-state.run"); !done)
        return tl::unexpected(done.error());
    if (const auto fixed = fixSlices(*change, *id, round); !fixed) {
        const auto& error = fixed.error();
        return tl::unexpected(error.code == ErrorCode::StorageFailed || error.code == ErrorCode::Corrupt
                                  ? error
                                  : invalid(plan, error.message));
    }
    const auto drawn = draw(plan);
    for (std::size_t r = 0; r < drawn.size(); ++r)
        for (std::size_t i = 0; i < drawn[r].size(); ++i) {
            const auto study = studyId(sql, drawn[r][i].study);
            if (!study) return tl::unexpected(invalid(plan, study.error().message));
            Assignment one;
            one.id = AssignmentId(newUuid());
            one.rater = plan.raters[r];
            one.study = drawn[r][i].study;
            one.position = static_cast<int>(i) + 1;
            one.calibration = drawn[r][i].calibration;
            if (const auto put = putAssignment(*change, *id, round.id, *study, one, "case.assign"); !put)
                return tl::unexpected(put.error());
        }
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return round;
}

Result<std::vector<Round>> RoundRepository::list() const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto rows = roundRows(**sql, "1 = 1 ORDER BY r.id", {});
    if (!rows) return tl::unexpected(rows.error());
    std::vector<Round> rounds;
    for (const auto& row : *rows) {
        const auto found = findVisible(**sql, m_database.actor(), row.round.plan.name);
        if (!found && found.error().code == ErrorCode::NotFound) continue;
        if (!found) return tl::unexpected(found.error());
        auto round = shown(**sql, m_database.actor(), *found);
        if (!round) return tl::unexpected(round.error());
        rounds.push_back(std::move(*round));
    }
    return rounds;
}

Result<Round> RoundRepository::find(const std::string& name) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto row = findVisible(**sql, m_database.actor(), name);
    if (!row) return tl::unexpected(row.error());
    return shown(**sql, m_database.actor(), *row);
}

Error stillBlinded(const std::string& round) {
    return {ErrorCode::NotAllowed,
            "The readings of round " + round + " are blinded until it has been opened."};
}

std::string stillHiding(const Round& round) {
    return "Round " + round.plan.name +
           (round.state == RoundState::Running ? " is still running" : " has not been opened");
}

std::string hiddenUntilOpened(const std::string& round) {
    return "Until it is opened, what its raters drew on its studies is hidden, round " + round + ", too.";
}

Result<std::vector<Round>> RoundRepository::hiding(const std::string& name) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const Actor& actor = m_database.actor();
    const auto of = findVisible(**sql, actor, name);
    if (!of) return tl::unexpected(of.error());
    const auto all = mayDo(**sql, actor, Operation::ReadOthersReadings, {});
    if (!all) return tl::unexpected(all.error());
    std::string where =
        "r.id <> ? AND EXISTS (SELECT 1 FROM blinded b JOIN assignment a ON a.study_id = b.study_id "
        "AND a.rater = b.rater WHERE b.round_id = r.id AND a.round_id = ?";
    QVariantList args{bindable(of->id), bindable(of->id)};
    if (!*all) { // a rater knows the rounds that she reads in
        where += " AND b.rater = ?";
        args.push_back(bindable(actor.name()));
    }
    const auto rows = roundRows(**sql, where + ") ORDER BY r.id", args);
    if (!rows) return tl::unexpected(rows.error());
    std::vector<Round> rounds;
    for (const auto& row : *rows) { // who reads what there is not told
        auto& round = rounds.emplace_back();
        round.plan.name = row.round.plan.name;
        round.state = row.round.state;
    }
    return rounds;
}

Result<Round> RoundRepository::close(const std::string& name) {
    return moveTo(m_database, name, RoundState::Closed);
}

Result<Round> RoundRepository::open(const std::string& name) {
    return moveTo(m_database, name, RoundState::Opened);
}

Result<std::vector<Assignment>> RoundRepository::assignments(const std::string& name) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto row = findVisible(**sql, m_database.actor(), name);
    if (!row) return tl::unexpected(row.error());
    return visible(**sql, m_database.actor(), *row);
}

Result<std::map<AssignmentId, int>> RoundRepository::occasions(const std::string& name) const {
    const auto all = assignments(name);
    if (!all) return tl::unexpected(all.error());
    std::map<AssignmentId, int> occasions;
    for (const Assignment& one : *all)
        if (!one.calibration) occasions[one.id] = one.repeatOf ? 2 : 1;
    return occasions;
}

Result<std::vector<RaterProgress>> RoundRepository::progress(const std::string& name) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto row = findVisible(**sql, m_database.actor(), name);
    if (!row) return tl::unexpected(row.error());
    const auto cases = visible(**sql, m_database.actor(), *row);
    if (!cases) return tl::unexpected(cases.error());
    struct Calibration {
        std::size_t cases = 0, scored = 0;
        double sum = 0;
    };
    std::vector<RaterProgress> progress;
    std::vector<Calibration> calibrations;
    for (const auto& one : *cases) {
        if (progress.empty() || progress.back().rater != one.rater) {
            progress.push_back({one.rater, 0, 0, 0, 0, std::nullopt});
            calibrations.emplace_back();
        }
        auto& hers = progress.back();
        hers.flagged += one.flagged ? 1 : 0;
        if (one.calibration) {
            auto& calibration = calibrations.back();
            ++calibration.cases;
            calibration.scored += one.score ? 1 : 0;
            calibration.sum += one.score.value_or(0);
            continue;
        }
        ++hers.cases;
        hers.done += one.state == CaseState::Done ? 1 : 0;
        hers.inProgress += one.state == CaseState::InProgress ? 1 : 0;
    }
    if (const auto mark = row->round.plan.passMark)
        for (std::size_t i = 0; i < progress.size(); ++i)
            if (const auto& c = calibrations[i]; c.cases > 0 && c.scored == c.cases)
                progress[i].passed = c.sum >= *mark * static_cast<double>(c.cases);
    return progress;
}

Result<std::vector<FixedSlice>> RoundRepository::fixedSlices(const std::string& name) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto row = findVisible(**sql, m_database.actor(), name);
    if (!row) return tl::unexpected(row.error());
    const auto rows = slicesNow(**sql, row->id);
    if (!rows) return tl::unexpected(rows.error());
    std::vector<FixedSlice> slices;
    for (const auto& one : *rows)
        slices.push_back(one.fixed);
    const auto all = seesAll(**sql, m_database.actor(), *row);
    if (!all) return tl::unexpected(all.error());
    if (*all) return slices;
    const auto cases = visible(**sql, m_database.actor(), *row);
    if (!cases) return tl::unexpected(cases.error());
    std::erase_if(slices, [&](const FixedSlice& slice) {
        return std::ranges::find(*cases, slice.study, &Assignment::study) == cases->end();
    });
    return slices;
}

Result<std::optional<ImageId>> RoundRepository::fixedImage(const AssignmentId& reading,
                                                           const anatomy::Cell& cell) const {
    const auto one = find(reading);
    if (!one) return tl::unexpected(one.error());
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto found = findCase(**sql, reading);
    if (!found) return tl::unexpected(found.error());
    const auto slices = slicesNow(**sql, found->round.id, found->row.studyId);
    if (!slices) return tl::unexpected(slices.error());
    for (const auto& slice : *slices)
        if (slice.fixed.cell == cell) return slice.fixed.image;
    return std::nullopt;
}

Result<std::optional<ImageId>> RoundRepository::fixedImage(const StudyUid& study, const RaterId& rater,
                                                           const anatomy::Cell& cell) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto id = studyId(**sql, study);
    if (!id) return tl::unexpected(id.error());
    const auto reading = readingNow(**sql, m_database, *id, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    if (!*reading) return std::nullopt;
    return fixedImage((*reading)->uuid, cell);
}

Result<std::vector<Assignment>> RoundRepository::worklist(const RaterId& rater) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    if (!m_database.actor().is(rater.text()))
        return fail(ErrorCode::NotAllowed,
                    "Rater " + m_database.actor().name() + " may not see the worklist of another rater.");
    const auto rounds = roundRows(**sql, "r.state = 'running' ORDER BY r.id", {});
    if (!rounds) return tl::unexpected(rounds.error());
    std::vector<Assignment> list;
    for (const auto& round : *rounds) {
        const auto cases = visible(**sql, Actor::as(rater), round);
        if (!cases) return tl::unexpected(cases.error());
        for (const auto& one : *cases)
            if (one.rater == rater) list.push_back(one);
    }
    return list;
}

Result<std::optional<Assignment>> RoundRepository::next(const RaterId& rater) const {
    const auto list = worklist(rater);
    if (!list) return tl::unexpected(list.error());
    for (const auto wanted : {CaseState::InProgress, CaseState::Todo})
        for (const auto& one : *list)
            if (one.state == wanted && one.due) return one;
    return std::nullopt;
}

Result<Assignment> RoundRepository::find(const AssignmentId& id) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto found = findCase(**sql, id);
    if (!found) return tl::unexpected(found.error());
    const auto cases = visible(**sql, m_database.actor(), found->round);
    if (!cases) return tl::unexpected(cases.error());
    for (const auto& one : *cases)
        if (one.id == id) return one;
    return fail(ErrorCode::NotFound, "There is no case " + id.text() + " in this store.");
}

Result<Assignment> RoundRepository::update(const AssignmentId& id, const AssignmentChange& wanted) {
    if (wanted.difficulty && (*wanted.difficulty < 0 || *wanted.difficulty > 5))
        return fail(ErrorCode::InvalidArgument, "The difficulty of a case is 1 (easy) to 5, or 0 for none.");
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    auto found = findCase(change->sql(), id);
    if (!found) return tl::unexpected(found.error());
    Assignment now = found->row.assignment;
    if (!m_database.actor().is(now.rater.text()))
        return fail(ErrorCode::NotFound, "There is no case " + id.text() + " in this store.");
    if (found->round.round.state != RoundState::Running)
        return fail(ErrorCode::NotAllowed,
                    "Round " + now.round + " is closed, so its cases are not changed.");
    const Assignment before = now;
    if (wanted.state) now.state = *wanted.state;
    if (wanted.flagged) now.flagged = *wanted.flagged;
    if (wanted.difficulty)
        now.difficulty = *wanted.difficulty == 0 ? std::nullopt : std::optional(*wanted.difficulty);
    if (wanted.comment) now.comment = storableText(*wanted.comment);
    if (before.state == CaseState::Todo && now.state != CaseState::Todo && !now.due)
        return fail(ErrorCode::NotAllowed, "Case " + std::to_string(now.position) + " of round " + now.round +
                                               " cannot be read yet.");
    const bool same = before.state == now.state && before.flagged == now.flagged &&
                      before.difficulty == now.difficulty && before.comment == now.comment;
    if (!same) {
        if (const auto put = putAssignmentState(*change, found->row.id, now, "case-state.set"); !put)
            return tl::unexpected(put.error());
        if (now.state != CaseState::Done)
            now.finished.reset();
        else if (before.state != CaseState::Done)
            now.finished = change->time();
        if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    }
    if (m_database.actor().rater) now.repeatOf.reset();
    return now;
}

} // namespace forameter::store
