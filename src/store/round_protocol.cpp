// SPDX-License-Identifier: Apache-2.0
#include "round_protocol.hpp"

#include <algorithm>

#include "forameter/protocol/reading.hpp"
#include "forameter/store/image_planes.hpp"
#include "images.hpp"
#include "level_rows.hpp"
#include "plain_rows.hpp"
#include "relabelling.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

std::string called(const ImageId& image) {
    return "image " + image.sop.text() + (image.frame == 1 ? "" : " frame " + std::to_string(image.frame)) +
           " of series " + image.series.text();
}

/// The images of a study as the choice of slice needs them, and what each of them is.
struct StudyImages {
    std::vector<protocol::StackGeometry> stacks;
    std::vector<std::vector<ImageId>> images;
    std::vector<std::int64_t> seriesIds; ///< by stack
};

Result<StudyImages> imagesOf(Connection& sql, std::int64_t studyId) {
    const auto series = seriesRows(sql, "e.study_id = ?", {bindable(studyId)});
    if (!series) return tl::unexpected(series.error());
    StudyImages found;
    for (const auto& row : *series)
        for (const auto& stack : row.series.stacks) {
            auto slices = slicesOf(row.series.uid, stack);
            std::vector<ImageId> images;
            for (const std::size_t i : slices.instances)
                images.push_back({row.series.uid, stack.instances[i].sop, stack.instances[i].frame});
            found.stacks.push_back(std::move(slices.geometry));
            found.images.push_back(std::move(images));
            found.seriesIds.push_back(row.id);
        }
    protocol::linkSpaces(found.stacks);
    return found;
}

/// What the coordinator gave, checked, by study.
Result<std::map<StudyUid, std::vector<SliceRow>>> given(Connection& sql, const RoundPlan& plan) {
    std::map<StudyUid, std::vector<SliceRow>> rows;
    Images images(sql);
    for (const auto& fixed : plan.fixedSlices) {
        const std::string what = "the slice of the " + anatomy::label(fixed.cell) + " of study " +
                                 fixed.study.text() + " cannot be fixed: ";
        const auto bad = [&](const std::string& why) { return fail(ErrorCode::InvalidArgument, what + why); };
        if (std::ranges::find(plan.studies, fixed.study) == plan.studies.end() &&
            std::ranges::find(plan.calibration, fixed.study) == plan.calibration.end())
            return bad("the study is not in the round.");
        if (fixed.cell.quantity && *fixed.cell.quantity != plan.quantity)
            return bad("in this round the canal is " + std::string(anatomy::name(plan.quantity)) + ".");
        const auto place = images.find(fixed.study, fixed.image);
        if (!place) return bad(place.error().message);
        const auto levels = referenceLevels(sql, place->studyId);
        if (!levels) return tl::unexpected(levels.error());
        if (*levels && !hasLevel((*levels)->set.levels.lumbarCount, fixed.cell.level))
            return bad("by its confirmed levels this patient has no such level.");
        auto& hers = rows[fixed.study];
        if (std::ranges::any_of(hers, [&](const auto& row) { return row.fixed.cell == fixed.cell; }))
            return bad("it is named twice.");
        SliceRow row{newUuid(), place->studyId, place->seriesId, fixed, std::nullopt, "", "coordinator"};
        if (*levels) {
            row.levelSetId = (*levels)->id;
            row.levelSet = (*levels)->set.id.text();
        }
        hers.push_back(std::move(row));
    }
    return rows;
}

} // namespace

Result<std::vector<SliceRow>> sliceRows(Connection& sql, std::int64_t roundId,
                                        const std::optional<std::int64_t>& studyId) {
    QVariantList args{bindable(roundId)};
    if (studyId) args.push_back(bindable(*studyId));
    std::vector<SliceRow> rows;
    std::string broken;
    const auto done = sql.forEachBound(
        "SELECT t.uuid, t.study_id, t.series_id, s.study_uid, t.structure, t.level, t.side, t.quantity, "
        "e.series_uid, t.sop_uid, t.frame, t.level_set_id, l.uuid, t.origin FROM round_slice t JOIN study s "
        "ON s.id = t.study_id JOIN series e ON e.id = t.series_id LEFT JOIN level_set l ON l.id = "
        "t.level_set_id WHERE t.round_id = ?" +
            std::string(studyId ? " AND t.study_id = ?" : "") + " ORDER BY t.id",
        args, [&](const Row& r) {
            const auto cell = cellAt(r, 4);
            if (!cell) {
                broken = r.text(0);
                return;
            }
            rows.push_back({r.text(0),
                            r.integer(1),
                            r.integer(2),
                            {StudyUid(r.text(3)),
                             *cell,
                             {SeriesUid(r.text(8)), SopUid(r.text(9)), static_cast<int>(r.integer(10))}},
                            r.optionalInteger(11),
                            r.text(12),
                            r.text(13)});
        });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt, "The store is damaged: the fixed slice " + broken +
                                            " cannot be read; restore it from a backup.");
    return rows;
}

Result<std::vector<SliceRow>> slicesNow(Connection& sql, std::int64_t roundId,
                                        const std::optional<std::int64_t>& studyId) {
    const auto rows = sliceRows(sql, roundId, studyId);
    if (!rows) return tl::unexpected(rows.error());
    std::map<std::int64_t, std::optional<LevelRow>> references;
    std::vector<SliceRow> slices;
    for (const auto& row : *rows) {
        auto reference = references.find(row.studyId);
        if (reference == references.end()) {
            auto levels = referenceLevels(sql, row.studyId);
            if (!levels) return tl::unexpected(levels.error());
            reference = references.emplace(row.studyId, std::move(*levels)).first;
        }
        const auto level = levelNow(sql, row.fixed.cell.level, row.levelSetId, reference->second);
        if (!level && level.error().code == ErrorCode::Conflict) continue;
        if (!level) return tl::unexpected(level.error());
        slices.push_back(row);
        slices.back().fixed.cell.level = *level;
        if (const auto& levels = reference->second) {
            slices.back().levelSetId = levels->id;
            slices.back().levelSet = levels->set.id.text();
        }
    }
    return slices;
}

Result<> putSlice(Transaction& change, std::int64_t roundId, const RoundId& round, const SliceRow& row,
                  std::string_view action) {
    const auto& [study, cell, image] = row.fixed;
    const QVariantList what{bindable(name(cell.structure)), bindable(name(cell.level)), nameOrNull(cell.side),
                            nameOrNull(cell.quantity)};
    const QVariantList last{bindable(image.sop), bindable(image.frame), bindable(row.origin)};
    const auto put = putPlain(
        change, "round_slice", action, "slice " + row.uuid,
        QVariantList{bindable(row.uuid), bindable(round), bindable(study), textOrNull(row.levelSet)} + what +
            QVariantList{bindable(image.series)} + last,
        "uuid, round_id, study_id, level_set_id, structure, level, side, quantity, series_id, sop_uid, "
        "frame, origin",
        QVariantList{bindable(row.uuid), bindable(roundId), bindable(row.studyId), bindable(row.levelSetId)} +
            what + QVariantList{bindable(row.seriesId)} + last);
    if (!put) return tl::unexpected(put.error());
    return {};
}

Result<> fixSlices(Transaction& change, std::int64_t roundId, const Round& round) {
    const RoundPlan& plan = round.plan;
    if (plan.slices == SliceRule::Free) {
        if (plan.fixedSlices.empty()) return {};
        return fail(ErrorCode::InvalidArgument, "slices are fixed for it, but its raters choose theirs.");
    }
    Connection& sql = change.sql();
    auto wanted = given(sql, plan);
    if (!wanted) return tl::unexpected(wanted.error());
    auto all = plan.studies;
    all.insert(all.end(), plan.calibration.begin(), plan.calibration.end());
    for (const auto& study : all) {
        auto& rows = (*wanted)[study];
        const auto id = studyId(sql, study);
        if (!id) return tl::unexpected(id.error());
        const auto newest = newestLevels(sql, *id);
        if (!newest) return tl::unexpected(newest.error());
        if (*newest && (*newest)->set.confirmed) {
            const auto& set = (*newest)->set;
            const auto images = imagesOf(sql, *id);
            if (!images) return tl::unexpected(images.error());
            for (const auto& cell : protocol::readingCells(set.levels.lumbarCount, plan.quantity)) {
                if (std::ranges::any_of(rows, [&](const auto& row) { return row.fixed.cell == cell; }))
                    continue;
                const auto suggested = protocol::suggestSlice(cell, set.levels, images->stacks);
                if (!suggested) continue;
                rows.push_back({newUuid(),
                                *id,
                                images->seriesIds[suggested->stack],
                                {study, cell, images->images[suggested->stack][suggested->slice]},
                                (*newest)->id,
                                set.id.text(),
                                "protocol"});
            }
        }
        for (const auto& row : rows)
            if (const auto put = putSlice(change, roundId, round.id, row, "round-slice.fix"); !put)
                return put;
    }
    return {};
}

Result<const RoundProtocol::Known*> RoundProtocol::known(std::int64_t readingId) {
    if (const auto found = m_known.find(readingId); found != m_known.end()) return &found->second;
    struct Case {
        std::int64_t study;
        RaterId rater;
    };
    const auto one = m_sql.first(
        "SELECT study_id, rater FROM assignment WHERE id = ?",
        [](const Row& r) {
            return Case{r.integer(0), RaterId(r.text(1))};
        },
        readingId);
    if (!one) return tl::unexpected(one.error());
    auto rounds =
        roundRows(m_sql, "r.id = (SELECT round_id FROM assignment WHERE id = ?)", {bindable(readingId)});
    if (!rounds) return tl::unexpected(rounds.error());
    if (!*one || rounds->empty())
        return fail(ErrorCode::Corrupt, "The store has no round for a case; restore it from a backup.");
    Known known{std::move(rounds->front()), {}, {}};
    auto slices = slicesNow(m_sql, known.round.id, (*one)->study);
    if (!slices) return tl::unexpected(slices.error());
    known.slices = std::move(*slices);
    // Only a repeat or a pass mark makes a case wait. (A packet is told of neither, but holds both cases.)
    const auto twice = m_sql.first(
        "SELECT COUNT(*) FROM assignment WHERE round_id = ? AND study_id = ? AND rater = ?",
        [](const Row& r) { return r.integer(0) > 1; }, known.round.id, (*one)->study, (*one)->rater);
    if (!twice) return tl::unexpected(twice.error());
    if (known.round.round.plan.passMark || twice->value_or(false)) {
        const auto rows = assignmentRows(m_sql, known.round, (*one)->rater);
        if (!rows) return tl::unexpected(rows.error());
        for (const auto& row : *rows)
            if (row.id == readingId && !row.assignment.due && row.assignment.state == CaseState::Todo)
                known.waits = row.assignment.position;
    }
    return &m_known.emplace(readingId, std::move(known)).first->second;
}

Result<> RoundProtocol::check(const ContourRow& row) {
    if (!row.readingId) return {};
    const auto found = known(*row.readingId);
    if (!found) return tl::unexpected(found.error());
    const auto& [round, slices, waits] = **found;
    const auto& contour = row.stored.contour;
    const auto& plan = round.round.plan;
    const auto refused = [&](const std::string& why) {
        return fail(ErrorCode::NotAllowed,
                    "The contour of the " + anatomy::label(contour.cell) + " was not kept: " + why);
    };
    if (waits)
        return refused("case " + std::to_string(*waits) + " of round " + plan.name + " cannot be read yet.");
    if (contour.cell.quantity && *contour.cell.quantity != plan.quantity)
        return refused("in round " + plan.name + " the canal is measured as " +
                       std::string(anatomy::name(plan.quantity)) + ", not as " +
                       std::string(anatomy::name(*contour.cell.quantity)) + ".");
    for (const auto& slice : slices)
        if (slice.fixed.cell == contour.cell && slice.fixed.image != contour.image)
            return refused("round " + plan.name + " fixes this cell to " + called(slice.fixed.image) +
                           ", and the contour is on " + called(contour.image) + ".");
    return {};
}

} // namespace forameter::store
