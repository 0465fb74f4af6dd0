// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/effort_repository.hpp"

#include <nlohmann/json.hpp>
#include <tuple>

#include "forameter/core/text.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"
#include "readings.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

using std::chrono::milliseconds;

std::string toolsText(const Effort& effort) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [tool, time] : effort.tools)
        json[tool] = time.count();
    return dumped(json);
}

std::map<std::string, milliseconds> toolsFromText(const std::string& text) {
    std::map<std::string, milliseconds> tools;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_object())
        for (const auto& [tool, time] : json.items())
            if (time.is_number_integer()) tools[tool] = milliseconds(time.get<std::int64_t>());
    return tools;
}

bool isSound(const Effort& e) {
    bool sound = e.active.count() >= 0 && e.looking.count() >= 0 && e.idle.count() >= 0 && e.strokes >= 0 &&
                 e.undos >= 0 && e.redos >= 0;
    for (const auto& [tool, time] : e.tools)
        sound = sound && time.count() >= 0;
    return sound;
}

bool isEmpty(const Effort& e) {
    return e.active.count() == 0 && e.looking.count() == 0 && e.idle.count() == 0 && e.strokes == 0 &&
           e.undos == 0 && e.redos == 0 && e.tools.empty();
}

} // namespace

Result<> EffortRepository::append(const Effort& e, const RaterId& rater) {
    if (const auto mine = checkMayWriteAs(m_database.actor(), rater.text()); !mine) return mine;
    if (!isSound(e))
        return fail(ErrorCode::InvalidArgument, "The working time on the " + anatomy::label(e.cell) +
                                                    " was not kept: a time or count is negative.");
    if (isEmpty(e)) return {};
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    const auto study = studyId(change->sql(), e.study);
    if (!study) return tl::unexpected(study.error());
    if (const auto may =
            demand(change->sql(), m_database.actor(), Operation::Draw, "draw", {.studyId = *study});
        !may)
        return may;
    const auto reading = readingNow(change->sql(), m_database, *study, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    if (const auto known = ensureRater(*change, rater.text()); !known) return known;
    const QVariant uuid = bindable(newUuid()), who = bindable(rater);
    const QVariantList work{bindable(std::string(name(e.cell.structure))),
                            bindable(std::string(name(e.cell.level))),
                            nameOrNull(e.cell.side),
                            nameOrNull(e.cell.quantity),
                            bindable(e.contour),
                            bindable(e.active.count()),
                            bindable(e.looking.count()),
                            bindable(e.idle.count()),
                            bindable(toolsText(e)),
                            bindable(e.strokes),
                            bindable(e.undos),
                            bindable(e.redos),
                            bindable(m_database.actor().name()),
                            bindable(change->timeText())};
    const auto readingUuid = *reading ? bindable((*reading)->uuid) : QVariant();
    const auto put =
        putPlain(*change, "effort", "effort.add", "work of " + rater.text() + " on study " + e.study.text(),
                 QVariantList{uuid, bindable(e.study), who, readingUuid} + work,
                 "uuid, study_id, rater, reading_id, structure, level, side, quantity, contour, active_ms, "
                 "looking_ms, idle_ms, tools, strokes, undos, redos, actor, time",
                 QVariantList{uuid, bindable(*study), who, bindable(idOf(*reading))} + work);
    if (!put) return tl::unexpected(put.error());
    return change->commit();
}

Result<std::vector<StoredEffort>> EffortRepository::pieces(const EffortFilter& filter) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto access = readable(**sql, m_database.actor(), "t", Operation::ReadOthersTimings);
    if (!access) return tl::unexpected(access.error());
    Condition where = *access;
    if (filter.study) where.add("s.study_uid = ?", *filter.study);
    if (filter.rater) where.add("t.rater = ?", *filter.rater);
    if (filter.contour) where.add("t.contour = ?", *filter.contour);
    if (filter.reading) where.add("a.uuid = ?", *filter.reading);
    if (m_database.reading()) where.add("a.uuid = ?", *m_database.reading());
    std::vector<StoredEffort> found;
    std::string broken;
    const auto done = (*sql)->forEachBound(
        "SELECT s.study_uid, t.structure, t.level, t.side, t.quantity, t.contour, t.active_ms, t.looking_ms, "
        "t.idle_ms, t.tools, t.strokes, t.undos, t.redos, t.rater, a.uuid, t.time FROM effort t JOIN study s "
        "ON s.id = t.study_id LEFT JOIN assignment a ON a.id = t.reading_id WHERE " +
            where.sql + " ORDER BY t.id",
        where.args, [&](const Row& r) {
            StoredEffort one;
            const auto cell = cellAt(r, 1);
            const auto time = timestampFromIso8601(r.text(15));
            if (!cell || !time) {
                broken = r.text(0);
                return;
            }
            one.effort.study = StudyUid(r.text(0));
            one.effort.cell = *cell;
            if (const auto contour = r.optionalText(5)) one.effort.contour = ContourId(*contour);
            one.effort.active = milliseconds(r.integer(6));
            one.effort.looking = milliseconds(r.integer(7));
            one.effort.idle = milliseconds(r.integer(8));
            one.effort.tools = toolsFromText(r.text(9));
            one.effort.strokes = static_cast<int>(r.integer(10));
            one.effort.undos = static_cast<int>(r.integer(11));
            one.effort.redos = static_cast<int>(r.integer(12));
            one.rater = RaterId(r.text(13));
            if (const auto reading = r.optionalText(14)) one.reading = AssignmentId(*reading);
            one.time = *time;
            found.push_back(std::move(one));
        });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt, "The store is damaged: a working time in study " + broken +
                                            " cannot be read; restore it from a backup.");
    return found;
}

Result<std::vector<StoredEffort>> EffortRepository::totals(const EffortFilter& filter) const {
    const auto all = pieces(filter);
    if (!all) return all;
    std::map<std::tuple<RaterId, std::optional<AssignmentId>, StudyUid, anatomy::Cell>, StoredEffort> sums;
    for (const auto& piece : *all) {
        const auto& e = piece.effort;
        const auto [at, isNew] = sums.try_emplace({piece.rater, piece.reading, e.study, e.cell}, piece);
        if (isNew) continue;
        auto& sum = at->second.effort;
        if (e.contour) sum.contour = e.contour;
        sum.active += e.active;
        sum.looking += e.looking;
        sum.idle += e.idle;
        for (const auto& [tool, time] : e.tools)
            sum.tools[tool] += time;
        sum.strokes += e.strokes;
        sum.undos += e.undos;
        sum.redos += e.redos;
        at->second.time = piece.time;
    }
    std::vector<StoredEffort> result;
    for (auto& [key, sum] : sums)
        result.push_back(std::move(sum));
    return result;
}

} // namespace forameter::store
