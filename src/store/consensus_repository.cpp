// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/consensus_repository.hpp"

#include <algorithm>
#include <map>

#include "consensus_rows.hpp"
#include "contour_rows.hpp"
#include "images.hpp"
#include "permissions.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

using protocol::Consensus;

/// What a new consensus of replaces the older one of, for those who ask for the newest.
auto slotOf(const Consensus& c) {
    return std::tie(c.study, c.cell, c.method, c.round);
}

/// Whether one is the other made again: of the same contours in the same way.
bool sameMaking(const Consensus& a, const Consensus& b) {
    return a.image == b.image && a.algorithm == b.algorithm && a.parameters == b.parameters &&
           a.domain == b.domain && std::ranges::equal(a.raters, b.raters, [](const auto& x, const auto& y) {
               return x.contour == y.contour && x.version == y.version;
           });
}

/// Rows of studies whose consensus the actor may read.
Result<std::vector<Consensus>> readable(Connection& sql, const Actor& actor, std::vector<Consensus> rows) {
    std::map<StudyUid, bool> may;
    for (const auto& row : rows) {
        if (may.contains(row.study)) continue;
        const auto study = studyId(sql, row.study);
        if (!study) return tl::unexpected(study.error());
        const auto allowed = mayDo(sql, actor, Operation::ReadConsensus, {.studyId = *study});
        if (!allowed) return tl::unexpected(allowed.error());
        may[row.study] = *allowed;
    }
    std::erase_if(rows, [&](const Consensus& row) { return !may[row.study]; });
    return rows;
}

} // namespace

std::string_view name(StaleInput::Reason reason) noexcept {
    return reason == StaleInput::Reason::Relabelled ? "relabelled"
           : reason == StaleInput::Reason::Changed  ? "changed"
                                                    : "deleted";
}

Result<std::optional<StaleInput::Reason>> changedSince(Connection& sql, const ContourId& contour, int version,
                                                       const anatomy::Cell& cell) {
    using Reason = StaleInput::Reason;
    const auto then =
        contourRows(sql, "v.contour = ? AND v.version = ?", {bindable(contour), bindable(version)});
    if (!then) return tl::unexpected(then.error());
    const auto now = newestContour(sql, contour);
    if (!now) return tl::unexpected(now.error());
    if (then->empty() || !*now) return std::optional<Reason>(); // of no contour of this store
    const auto& [was, is] = std::pair(then->front().stored.contour, (*now)->stored.contour);
    if ((*now)->stored.deleted) return Reason::Deleted;
    if (is.cell != cell) return Reason::Relabelled;
    const bool redrawn = is.curve != was.curve || is.image != was.image || is.assessable != was.assessable;
    if (redrawn && is.source != protocol::Source::Consensus) return Reason::Changed;
    return std::optional<Reason>();
}

Result<std::vector<StaleInput>> ConsensusRepository::stale(const Consensus& consensus) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    std::vector<StaleInput> found;
    for (const auto& input : consensus.raters) {
        const auto reason = changedSince(**sql, input.contour, input.version, consensus.cell);
        if (!reason) return tl::unexpected(reason.error());
        if (*reason) found.push_back({input.rater, input.contour, **reason});
    }
    return found;
}

Result<Consensus> ConsensusRepository::add(const Consensus& consensus) {
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    auto kept = keepConsensus(*change, consensus);
    if (!kept || !change->hasAudit()) return kept;
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return kept;
}

Result<Consensus> keepConsensus(Transaction& change, Consensus kept) {
    if (kept.id.text().empty()) kept.id = ContourId(newUuid());
    const std::string what = "The " + std::string(name(kept.method)) + " consensus of the " +
                             anatomy::label(kept.cell) + " of study " + kept.study.text() + " was not kept: ";
    if (!isUuid(kept.id.text()))
        return fail(ErrorCode::InvalidArgument, what + "\"" + kept.id.text() + "\" is no UUID.");
    Connection& sql = change.sql();
    const auto place = Images(sql).find(kept.study, kept.image);
    if (!place) return tl::unexpected(place.error());
    if (const auto may = demand(sql, change.actor(), Operation::MakeConsensus, "make a consensus",
                                {.studyId = place->studyId});
        !may)
        return tl::unexpected(may.error());
    const auto round = openedRound(sql, kept.round);
    if (!round) return tl::unexpected(round.error());
    if (const auto valid = protocol::validate(protocol::asContour(kept), place->image); !valid)
        return fail(valid.error().code, what + valid.error().message);
    if (kept.mask.columns() != kept.soft.columns() || kept.mask.rows() != kept.soft.rows() ||
        kept.column < 0 || kept.row < 0 || kept.column + kept.mask.columns() > place->image.columns() ||
        kept.row + kept.mask.rows() > place->image.rows())
        return fail(ErrorCode::InvalidArgument, what + "its mask does not fit the image.");
    if (kept.raters.size() < 2)
        return fail(ErrorCode::InvalidArgument, what + "it names fewer than two contours.");
    for (const auto& input : kept.raters) {
        const auto there = sql.first(
            "SELECT 1 FROM contour_version WHERE contour = ? AND version = ? AND study_id = ? AND rater = ? "
            "AND deleted = 0",
            [](const Row&) { return true; }, input.contour, input.version, place->studyId, input.rater);
        if (!there) return tl::unexpected(there.error());
        if (!*there)
            return fail(ErrorCode::NotFound,
                        what + "the store has no version " + std::to_string(input.version) + " of contour " +
                            input.contour.text() + " by rater " + input.rater + " of that study.");
    }
    auto earlier =
        consensusRows(sql,
                      "t.study_id = ? AND t.structure = ? AND t.level = ? AND t.method = ? AND "
                      "t.round_id IS ? ORDER BY t.id DESC",
                      {bindable(place->studyId), bindable(name(kept.cell.structure)),
                       bindable(name(kept.cell.level)), bindable(name(kept.method)), bindable(*round)});
    if (!earlier) return tl::unexpected(earlier.error());
    const auto newest =
        std::ranges::find_if(*earlier, [&](const Consensus& c) { return c.cell == kept.cell; });
    if (newest != earlier->end() && sameMaking(*newest, kept)) return std::move(*newest);
    if (const auto done = append(change, kept, place->studyId, place->seriesId, *round); !done)
        return tl::unexpected(done.error());
    return kept;
}

Result<Consensus> ConsensusRepository::find(const ContourId& id) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    auto rows = consensusRows(**sql, "t.uuid = ?", {bindable(id)});
    if (rows) rows = readable(**sql, m_database.actor(), std::move(*rows));
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return fail(ErrorCode::NotFound, "There is no consensus " + id.text() + ".");
    return std::move(rows->front());
}

Result<std::vector<Consensus>> ConsensusRepository::list(const ConsensusFilter& filter, Which which) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    Condition where{"1 = 1", {}};
    if (filter.study) where.add("s.study_uid = ?", *filter.study);
    if (filter.method) where.add("t.method = ?", name(*filter.method));
    if (filter.round) where.add("COALESCE(r.name, '') = ?", *filter.round);
    if (filter.cell) {
        where.add("t.structure = ?", name(filter.cell->structure));
        where.add("t.level = ?", name(filter.cell->level));
        where.add("t.side IS ?", nameOrNull(filter.cell->side));
        where.add("t.quantity IS ?", nameOrNull(filter.cell->quantity));
    }
    auto rows = consensusRows(**sql, where.sql + " ORDER BY t.id", where.args);
    if (rows) rows = readable(**sql, m_database.actor(), std::move(*rows));
    if (!rows) return rows;
    const auto order = [](const Consensus& c) {
        return std::tie(c.study, c.cell.level, c.cell, c.method, c.round);
    };
    std::ranges::stable_sort(*rows, [&](const auto& a, const auto& b) { return order(a) < order(b); });
    if (which == Which::Newest) {
        std::vector<Consensus> newest;
        for (auto& row : *rows) {
            if (!newest.empty() && slotOf(newest.back()) == slotOf(row)) newest.pop_back();
            newest.push_back(std::move(row));
        }
        return newest;
    }
    return rows;
}

} // namespace forameter::store
