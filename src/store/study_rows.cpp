// SPDX-License-Identifier: Apache-2.0
#include "study_rows.hpp"

#include "blobs.hpp"
#include "canonical.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

/// Takes what `known` lacks from `given`; whether there was anything.
bool fill(StudyRecord& known, const StudyRecord& given) {
    bool changed = false;
    const auto one = [&](auto member, const auto& missing) {
        if (known.*member == missing && given.*member != missing) {
            known.*member = given.*member;
            changed = true;
        }
    };
    for (const auto member : {&StudyRecord::patientId, &StudyRecord::date, &StudyRecord::sex,
                              &StudyRecord::description, &StudyRecord::scanner})
        one(member, std::string());
    for (const auto member : {&StudyRecord::age, &StudyRecord::field})
        one(member, std::optional<double>());
    return changed;
}

} // namespace

std::string contentHash(const StudyRow& row) {
    const StudyRecord& s = row.study;
    Canonical bytes("study");
    bytes << s.uid.text() << s.patientId << s.date << s.age << s.sex << s.description << s.scanner << s.field;
    return bytes.hash();
}

Result<StudyRow> studyRow(Connection& sql, const StudyUid& uid) {
    const auto row = sql.first(
        "SELECT id, study_uid, patient_id, study_date, age, sex, description, scanner, field, audit FROM "
        "study WHERE study_uid = ?",
        [](const Row& r) {
            StudyRow found{r.integer(0), {}, r.integer(9)};
            found.study.uid = StudyUid(r.text(1));
            found.study.patientId = r.text(2);
            found.study.date = r.text(3);
            found.study.age = r.optionalReal(4);
            found.study.sex = r.text(5);
            found.study.description = r.text(6);
            found.study.scanner = r.text(7);
            found.study.field = r.optionalReal(8);
            return found;
        },
        uid);
    if (!row) return tl::unexpected(row.error());
    if (!*row) return fail(ErrorCode::NotFound, "There is no study " + uid.text() + " in this store.");
    return **row;
}

Result<PutStudy> putStudy(Transaction& change, const StudyRecord& study) {
    auto known = studyRow(change.sql(), study.uid);
    if (!known && known.error().code != ErrorCode::NotFound) return tl::unexpected(known.error());
    StudyRow row = known ? *known : StudyRow{0, study, 0};
    row.study.series.clear();
    const bool isNew = !known;
    if (!isNew && !fill(row.study, study)) return PutStudy{row.id, false};
    const auto audit =
        change.audit(isNew ? "study.add" : "study.complete", "study " + study.uid.text(), contentHash(row));
    if (!audit) return tl::unexpected(audit.error());
    const StudyRecord& s = row.study;
    const auto put =
        isNew
            ? change.sql().exec("INSERT INTO study(study_uid, patient_id, study_date, age, sex, description, "
                                "scanner, field, audit) VALUES(?,?,?,?,?,?,?,?,?)",
                                s.uid, textOrNull(s.patientId), textOrNull(s.date), s.age, textOrNull(s.sex),
                                textOrNull(s.description), textOrNull(s.scanner), s.field, *audit)
            : change.sql().exec("UPDATE study SET patient_id = ?, study_date = ?, age = ?, sex = ?, "
                                "description = ?, scanner = ?, field = ?, audit = ? WHERE id = ?",
                                textOrNull(s.patientId), textOrNull(s.date), s.age, textOrNull(s.sex),
                                textOrNull(s.description), textOrNull(s.scanner), s.field, *audit, row.id);
    if (!put) return tl::unexpected(put.error());
    return PutStudy{isNew ? *put : row.id, isNew};
}

Result<std::vector<std::optional<Weighting>>> correctedWeightings(Connection& sql, const SeriesRow& row) {
    auto effective = row.found;
    if (row.id == 0) return effective;
    const auto corrections = weightingRows(sql, "w.series_id = ? ORDER BY w.id", {bindable(row.id)});
    if (!corrections) return tl::unexpected(corrections.error());
    for (std::size_t i = 0; i < effective.size(); ++i)
        for (const auto& correction : *corrections)
            for (const auto& instance : row.series.stacks[i].instances)
                if (instance.sop == correction.sop && instance.frame == correction.frame)
                    effective[i] = correction.weighting;
    return effective;
}

Result<> putSeries(Transaction& change, SeriesRow& row, std::string_view action) {
    SeriesRecord& series = row.series;
    std::vector<std::optional<Weighting>> found;
    for (std::size_t i = 0; i < series.stacks.size(); ++i) {
        const StackRecord& stack = series.stacks[i];
        found.push_back(stack.weightingCorrected && i < row.found.size() ? row.found[i] : stack.weighting);
    }
    row.found = found;
    const auto corrected = correctedWeightings(change.sql(), row);
    if (!corrected) return tl::unexpected(corrected.error());
    const auto& effective = *corrected;
    const auto audit = change.audit(action, "series " + series.uid.text(), contentHash(row));
    if (!audit) return tl::unexpected(audit.error());
    row.audit = *audit;
    if (row.id == 0) {
        const auto id =
            change.sql().exec("INSERT INTO series(study_id, series_uid, number, description, modality, "
                              "audit) VALUES(?,?,?,?,?,?)",
                              row.studyId, series.uid, series.number, textOrNull(series.description),
                              textOrNull(series.modality), row.audit);
        if (!id) return tl::unexpected(id.error());
        row.id = *id;
    } else {
        if (const auto put = change.sql().exec("UPDATE series SET audit = ? WHERE id = ?", row.audit, row.id);
            !put)
            return tl::unexpected(put.error());
        if (const auto gone = change.sql().exec("DELETE FROM stack WHERE series_id = ?", row.id); !gone)
            return tl::unexpected(gone.error());
    }
    for (std::size_t i = 0; i < series.stacks.size(); ++i) {
        const StackRecord& k = series.stacks[i];
        const auto put = change.sql().exec(
            "INSERT INTO stack(series_id, idx, plane, weighting, found_weighting, measurable, instances, "
            "pixel_rows, pixel_columns, row_spacing, column_spacing, slice_spacing, slice_thickness, "
            "frame_of_reference, echo_time, repetition_time, inversion_time, missing, duplicates, warnings, "
            "manifest) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            row.id, k.index, name(k.plane), nameOrNull(effective[i]), nameOrNull(found[i]), k.measurable,
            k.instances.size(), k.rows, k.columns, k.rowSpacing, k.columnSpacing, k.sliceSpacing,
            k.sliceThickness, textOrNull(k.frameOfReference), k.echoTime, k.repetitionTime, k.inversionTime,
            k.missing, k.duplicates, joined(k.warnings), Blob{manifestToBlob(k)});
        if (!put) return tl::unexpected(put.error());
    }
    return {};
}

std::string contentHash(const WeightingRow& row) {
    Canonical bytes("series_weighting");
    bytes << row.uuid << row.series.text() << row.sop.text() << row.frame << nameText(row.weighting)
          << row.actor << row.time;
    return bytes.hash();
}

Result<std::vector<WeightingRow>> weightingRows(Connection& sql, std::string_view where,
                                                const QVariantList& args) {
    std::vector<WeightingRow> rows;
    const auto done = sql.forEachBound(
        "SELECT w.uuid, e.series_uid, w.sop_uid, w.frame, w.weighting, w.actor, w.time, w.audit "
        "FROM series_weighting w JOIN series e ON e.id = w.series_id WHERE " +
            std::string(where),
        args, [&](const Row& r) {
            rows.push_back({r.text(0), SeriesUid(r.text(1)), SopUid(r.text(2)),
                            static_cast<int>(r.integer(3)), weightingFromName(r.text(4)), r.text(5),
                            r.text(6), r.integer(7)});
        });
    if (!done) return tl::unexpected(done.error());
    return rows;
}

Result<> putWeighting(Transaction& change, const SeriesRow& series, const StackRecord& stack,
                      std::optional<Weighting> weighting) {
    const auto& first = stack.instances.front();
    WeightingRow row{newUuid(), series.series.uid,     first.sop,         first.frame,
                     weighting, change.actor().name(), change.timeText(), 0};
    const auto audit = change.audit("weighting.correct",
                                    "series " + row.series.text() + " stack " + std::to_string(stack.index),
                                    contentHash(row));
    if (!audit) return tl::unexpected(audit.error());
    const auto put = change.sql().exec(
        "INSERT INTO series_weighting(uuid, series_id, sop_uid, frame, weighting, actor, time, audit) "
        "VALUES(?,?,?,?,?,?,?,?)",
        row.uuid, series.id, row.sop, row.frame, nameOrNull(weighting), row.actor, row.time, *audit);
    if (!put) return tl::unexpected(put.error());
    const auto shown = change.sql().exec("UPDATE stack SET weighting = ? WHERE series_id = ? AND idx = ?",
                                         nameOrNull(weighting), series.id, stack.index);
    if (!shown) return tl::unexpected(shown.error());
    return {};
}

} // namespace forameter::store
