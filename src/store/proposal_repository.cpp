// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/proposal_repository.hpp"

#include <array>
#include <cmath>

#include "blobs.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"
#include "readings.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

constexpr std::array kDecisions{Decision::Accepted, Decision::Rejected, Decision::Offered};

QVariant blob(const std::string& bytes) {
    return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

bool isSound(const ProposalDecision& d) {
    bool sound = d.curve.points.size() >= 3 && !d.model.empty();
    for (const double number :
         {d.area, d.confidence, d.areaLow.value_or(0.0), d.areaHigh.value_or(0.0), d.failure})
        sound = sound && std::isfinite(number);
    return sound;
}

} // namespace

std::string_view name(Decision decision) noexcept {
    switch (decision) {
    case Decision::Accepted:
        return "accepted";
    case Decision::Rejected:
        return "rejected";
    case Decision::Offered:
        break;
    }
    return "offered";
}

std::optional<Decision> decisionFromName(std::string_view text) noexcept {
    for (const auto decision : kDecisions)
        if (name(decision) == text) return decision;
    return std::nullopt;
}

Result<> ProposalRepository::append(const ProposalDecision& d, const RaterId& rater) {
    if (const auto mine = checkMayWriteAs(m_database.actor(), rater.text()); !mine) return mine;
    if (!isSound(d))
        return fail(ErrorCode::InvalidArgument, "The decision on the proposal for the " +
                                                    anatomy::label(d.cell) +
                                                    " was not kept: it has no curve, no model or a number "
                                                    "that is not finite.");
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    const auto study = studyId(change->sql(), d.study);
    if (!study) return tl::unexpected(study.error());
    if (const auto may =
            demand(change->sql(), m_database.actor(), Operation::Draw, "draw", {.studyId = *study});
        !may)
        return may;
    const auto reading = readingToWrite(change->sql(), m_database, *study, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    const auto series = change->sql().first(
        "SELECT id FROM series WHERE series_uid = ? AND study_id = ?",
        [](const Row& r) { return r.integer(0); }, d.image.series, *study);
    if (!series) return tl::unexpected(series.error());
    if (!*series)
        return fail(ErrorCode::UnknownImage, "Series " + d.image.series.text() + " is not in study " +
                                                 d.study.text() + " of this store.");
    if (const auto known = ensureRater(*change, rater.text()); !known) return known;
    const QVariant uuid = bindable(newUuid()), who = bindable(rater);
    const QVariantList said{bindable(d.image.sop),
                            bindable(d.image.frame),
                            bindable(std::string(name(d.cell.structure))),
                            bindable(std::string(name(d.cell.level))),
                            nameOrNull(d.cell.side),
                            nameOrNull(d.cell.quantity),
                            bindable(d.model),
                            blob(curveToBlob(d.curve)),
                            bindable(d.area),
                            bindable(d.confidence),
                            bindable(d.areaLow),
                            bindable(d.areaHigh),
                            bindable(d.failure),
                            bindable(d.doubtful ? 1 : 0),
                            bindable(std::string(name(d.decision))),
                            bindable(d.contour),
                            bindable(m_database.actor().name()),
                            bindable(change->timeText())};
    const auto readingUuid = *reading ? bindable((*reading)->uuid) : QVariant();
    const auto put = putPlain(
        *change, "proposal_decision", "proposal." + std::string(name(d.decision)),
        "proposal for study " + d.study.text(),
        QVariantList{uuid, bindable(d.study), who, readingUuid, bindable(d.image.series)} + said,
        "uuid, study_id, rater, reading_id, series_id, sop_uid, frame, structure, level, side, quantity, "
        "model, curve, area_mm2, confidence, area_low_mm2, area_high_mm2, failure, doubtful, decision, "
        "contour, actor, time",
        QVariantList{uuid, bindable(*study), who, bindable(idOf(*reading)), bindable(**series)} + said);
    if (!put) return tl::unexpected(put.error());
    return change->commit();
}

Result<std::vector<StoredProposalDecision>> ProposalRepository::decisions(const Filter& filter) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto access = readable(**sql, m_database.actor(), "t", Operation::ReadOthersReadings);
    if (!access) return tl::unexpected(access.error());
    Condition where = *access;
    if (filter.study) where.add("s.study_uid = ?", *filter.study);
    if (filter.rater) where.add("t.rater = ?", *filter.rater);
    if (m_database.reading()) where.add("a.uuid = ?", *m_database.reading());
    std::vector<StoredProposalDecision> found;
    std::string broken;
    const auto done = (*sql)->forEachBound(
        "SELECT s.study_uid, t.structure, t.level, t.side, t.quantity, e.series_uid, t.sop_uid, t.frame, "
        "t.model, t.curve, t.area_mm2, t.confidence, t.area_low_mm2, t.area_high_mm2, t.failure, t.doubtful, "
        "t.decision, t.contour, t.rater, a.uuid, t.time FROM proposal_decision t JOIN study s ON s.id = "
        "t.study_id JOIN series e ON e.id = t.series_id LEFT JOIN assignment a ON a.id = t.reading_id "
        "WHERE " +
            where.sql + " ORDER BY t.id",
        where.args, [&](const Row& r) {
            StoredProposalDecision one;
            auto& d = one.proposal;
            const auto cell = cellAt(r, 1);
            auto curve = curveFromBlob(r.blob(9));
            const auto decision = decisionFromName(r.text(16));
            const auto time = timestampFromIso8601(r.text(20));
            if (!cell || !curve || !decision || !time) {
                broken = r.text(0);
                return;
            }
            d.study = StudyUid(r.text(0));
            d.cell = *cell;
            d.image = {SeriesUid(r.text(5)), SopUid(r.text(6)), static_cast<int>(r.integer(7))};
            d.model = r.text(8);
            d.curve = std::move(*curve);
            d.area = r.real(10);
            d.confidence = r.real(11);
            d.areaLow = r.optionalReal(12);
            d.areaHigh = r.optionalReal(13);
            d.failure = r.real(14);
            d.doubtful = r.integer(15) != 0;
            d.decision = *decision;
            if (const auto contour = r.optionalText(17)) d.contour = ContourId(*contour);
            one.rater = RaterId(r.text(18));
            if (const auto reading = r.optionalText(19)) one.reading = AssignmentId(*reading);
            one.time = *time;
            found.push_back(std::move(one));
        });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt, "The store is damaged: a decision on a proposal in study " + broken +
                                            " cannot be read; restore it from a backup.");
    return found;
}

} // namespace forameter::store
