// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/study_repository.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "blobs.hpp"
#include "canonical.hpp"
#include "expression.hpp"
#include "images.hpp"
#include "rows.hpp"
#include "study_rows.hpp"

namespace forameter::store {

namespace {

using ImageKey = std::pair<SopUid, int>;

ImageKey keyOf(const InstanceRecord& instance) {
    return {instance.sop, instance.frame};
}

void tidy(std::string& text) {
    text = storableText(text);
}
void tidy(std::optional<double>& value) {
    if (value && !std::isfinite(*value)) value.reset();
}

/// As the database gives it back: text without NUL and invalid UTF-8, no infinities.
StudyRecord tidied(StudyRecord study) {
    for (auto* text : {&study.patientId, &study.date, &study.sex, &study.description, &study.scanner})
        tidy(*text);
    tidy(study.age);
    tidy(study.field);
    for (auto& series : study.series) {
        tidy(series.description);
        tidy(series.modality);
        for (auto& stack : series.stacks) {
            tidy(stack.frameOfReference);
            for (auto* value : {&stack.sliceSpacing, &stack.sliceThickness, &stack.echoTime,
                                &stack.repetitionTime, &stack.inversionTime})
                tidy(*value);
            for (auto* value : {&stack.rowSpacing, &stack.columnSpacing})
                if (!std::isfinite(*value)) *value = 0.0;
        }
    }
    return study;
}

using Conflict = Registered::Conflict;

Conflict conflict(std::string path, std::string message) {
    return {std::move(path), {ErrorCode::DuplicateUid, std::move(message)}};
}

/// Every file of a series that is not taken as a whole.
void refuse(Registered& result, const StudyRecord& study, const SeriesRecord& series,
            const std::string& why) {
    std::set<std::string> files;
    for (const auto& stack : series.stacks)
        for (const auto& instance : stack.instances)
            files.insert(instance.path);
    for (const auto& file : files)
        result.conflicts.push_back(conflict(file, "Series " + series.uid.text() + " of study " +
                                                      study.uid.text() + " (" + file +
                                                      ") was not taken: " + why));
}

Conflict duplicate(const StudyRecord& study, const SeriesRecord& series, const InstanceRecord& instance) {
    return conflict(instance.path, "Image " + instance.sop.text() + " frame " +
                                       std::to_string(instance.frame) + " of series " + series.uid.text() +
                                       " in study " + study.uid.text() + " (" + instance.path +
                                       ") was not taken: the store has other bytes under the same identity.");
}

/// What a record brings to a series that the store has already.
struct Merge {
    std::vector<StackRecord> stacks; ///< as they should be now
    std::size_t added = 0, unchanged = 0;
    bool relinked = false, regrouped = false;
    std::vector<Conflict> conflicts;
};

/// Which images stand together.
std::set<std::set<ImageKey>> groups(const std::vector<StackRecord>& stacks) {
    std::set<std::set<ImageKey>> result;
    for (const auto& stack : stacks) {
        std::set<ImageKey> group;
        for (const auto& instance : stack.instances)
            group.insert(keyOf(instance));
        result.insert(std::move(group));
    }
    return result;
}

Merge merge(const StudyRecord& study, const SeriesRecord& stored, const SeriesRecord& given) {
    Merge result;
    result.stacks = stored.stacks;
    std::map<ImageKey, InstanceRecord*> known;
    for (auto& stack : result.stacks)
        for (auto& instance : stack.instances)
            known.emplace(keyOf(instance), &instance);
    std::map<ImageKey, bool> seen;
    std::vector<StackRecord> fresh;
    for (const auto& stack : given.stacks) {
        StackRecord unknown = stack;
        unknown.instances.clear();
        for (const auto& instance : stack.instances) {
            const auto same = known.find(keyOf(instance));
            if (!seen.emplace(keyOf(instance), true).second) {
                result.conflicts.push_back(duplicate(study, given, instance));
            } else if (same == known.end()) {
                unknown.instances.push_back(instance);
            } else if (!same->second->sha256.empty() && !instance.sha256.empty() &&
                       same->second->sha256 != instance.sha256) {
                result.conflicts.push_back(duplicate(study, given, instance));
            } else {
                ++result.unchanged;
                if (same->second->path != instance.path ||
                    same->second->sha256.empty() != instance.sha256.empty()) {
                    same->second->path = instance.path;
                    if (same->second->sha256.empty()) same->second->sha256 = instance.sha256;
                    result.relinked = true;
                }
            }
        }
        result.added += unknown.instances.size();
        if (!unknown.instances.empty()) fresh.push_back(std::move(unknown));
    }
    const bool complete = result.conflicts.empty() && result.unchanged == known.size();
    if (complete && groups(stored.stacks) != groups(given.stacks)) {
        result.stacks = given.stacks; // grouped from all images, old and new
        result.regrouped = true;
        return result;
    }
    for (auto& stack : fresh) {
        stack.index = result.stacks.empty() ? 0 : result.stacks.back().index + 1;
        result.stacks.push_back(std::move(stack));
    }
    return result;
}

/// Images of a series that have contours and lie in a stack that may not be measured on.
Result<> tellUnmeasurable(Connection& sql, const SeriesRow& series, Registered& result) {
    std::set<SopUid> drawn;
    const auto done = sql.forEach(
        "SELECT DISTINCT c.sop_uid FROM contour_current c WHERE c.study_id = ? AND c.series_id = ?",
        [&](const Row& r) { drawn.insert(SopUid(r.text(0))); }, series.studyId, series.id);
    if (!done) return done;
    for (const StackRecord& stack : series.series.stacks)
        for (const InstanceRecord& instance : stack.instances)
            if (!stack.measurable && drawn.contains(instance.sop))
                result.doubts.push_back(
                    {instance.path,
                     {ErrorCode::ConflictingGeometry, "Image " + instance.sop.text() + " of series " +
                                                          series.series.uid.text() +
                                                          " has contours, and by what came now it may not be "
                                                          "measured on any more: their areas "
                                                          "are of before."}});
    return {};
}

/// Over `c`: contour_current.
Result<Condition> contoursRead(Connection& sql, const Actor& actor) {
    return readable(sql, actor, "c", Operation::ReadOthersReadings, Operation::ReadConsensus);
}

} // namespace

Registered& Registered::operator+=(const Registered& other) {
    studies += other.studies;
    series += other.series;
    instances += other.instances;
    unchanged += other.unchanged;
    conflicts.insert(conflicts.end(), other.conflicts.begin(), other.conflicts.end());
    doubts.insert(doubts.end(), other.doubts.begin(), other.doubts.end());
    return *this;
}

Result<Registered> StudyRepository::add(const StudyRecord& given, Mode mode) {
    const StudyRecord study = tidied(given);
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    if (const auto may =
            demand(change->sql(), m_database.actor(), Operation::ImportImages, "register images");
        !may)
        return tl::unexpected(may.error());
    Registered result;
    const auto before = studyRow(change->sql(), study.uid);
    if (!before && before.error().code != ErrorCode::NotFound) return tl::unexpected(before.error());
    if (before && !before->study.patientId.empty() && !study.patientId.empty() &&
        before->study.patientId != study.patientId) {
        for (const auto& series : study.series)
            refuse(result, study, series,
                   "the store has this study of patient \"" + before->study.patientId +
                       "\", but these images name patient \"" + study.patientId + "\".");
        return result;
    }
    const auto added = putStudy(*change, study);
    if (!added) return tl::unexpected(added.error());
    result.studies = added->isNew ? 1 : 0;
    for (const auto& series : study.series) {
        auto known = seriesRows(change->sql(), "e.series_uid = ?", {bindable(series.uid)});
        if (!known) return tl::unexpected(known.error());
        if (!known->empty() && known->front().studyId != added->id) {
            refuse(result, study, series, "the store has it in study " + known->front().study.text() + ".");
            continue;
        }
        SeriesRow row;
        std::string_view action;
        if (known->empty()) {
            row.studyId = added->id;
            row.study = study.uid;
            row.series = series;
            row.series.stacks.clear();
            action = "series.add";
            ++result.series;
        } else {
            row = std::move(known->front());
            action = "series.extend";
        }
        Merge merged = merge(study, row.series, series);
        result.instances += merged.added;
        result.unchanged += merged.unchanged;
        result.conflicts.insert(result.conflicts.end(), merged.conflicts.begin(), merged.conflicts.end());
        if (row.id != 0 && merged.added == 0) {
            if (!merged.relinked && !merged.regrouped) continue;
            action = merged.regrouped ? "series.regroup" : "series.relink";
        }
        row.series.stacks = std::move(merged.stacks);
        if (const auto put = putSeries(*change, row, action); !put) return tl::unexpected(put.error());
        if (const auto told = tellUnmeasurable(change->sql(), row, result); !told)
            return tl::unexpected(told.error());
    }
    // Nothing new: nothing to write, so that importing again costs no flush.
    if (!change->hasAudit()) return result;
    if (added->isNew && result.series == 0 && !result.conflicts.empty()) { // nothing of it was taken
        result.studies = 0;
        return result;
    }
    if (mode == Mode::DryRun) return result;
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return result;
}

Result<StudyRecord> StudyRepository::find(const StudyUid& uid) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    auto study = studyRow(**sql, uid);
    if (!study) return tl::unexpected(study.error());
    auto rows = seriesRows(**sql, "e.study_id = ? ORDER BY e.number, e.series_uid", {bindable(study->id)});
    if (!rows) return tl::unexpected(rows.error());
    for (auto& row : *rows) {
        // A packet's images lie beside it.
        for (auto& stack : row.series.stacks)
            for (auto& instance : stack.instances)
                if (!instance.path.empty() && instance.path.front() != '/')
                    instance.path = (m_database.path().parent_path() / instance.path).string();
        study->study.series.push_back(std::move(row.series));
    }
    return study->study;
}

Result<geometry::ImagePlane> StudyRepository::imagePlane(const StudyUid& study, const ImageId& image) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    auto place = Images(**sql).find(study, image);
    if (!place) return tl::unexpected(place.error());
    return place->image;
}

Result<StudyPage> StudyRepository::list(const StudyQuery& query) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto access = contoursRead(**sql, m_database.actor());
    if (!access) return tl::unexpected(access.error());
    const auto condition = studyCondition(query.where, *access);
    if (!condition) return tl::unexpected(condition.error());
    // The page is chosen first, so that counts are made for its rows only and not for all that match.
    StudyPage page;
    page.sql = "WITH page AS MATERIALIZED (SELECT s.* FROM study s WHERE " + condition->sql;
    QVariantList args = condition->args;
    if (query.after) {
        page.sql += " AND s.study_uid > ?";
        args.push_back(bindable(*query.after));
    }
    page.sql += " ORDER BY s.study_uid";
    if (query.limit != 0) {
        page.sql += " LIMIT ?";
        args.push_back(bindable(query.limit));
    }
    page.sql += ") SELECT s.study_uid, s.patient_id, s.study_date, s.age, s.sex, s.description, s.scanner, "
                "s.field, (SELECT COUNT(*) FROM series e WHERE e.study_id = s.id), (SELECT COUNT(*) FROM "
                "contour_current c WHERE c.study_id = s.id AND " +
                access->sql + ") FROM page s ORDER BY s.study_uid";
    args += access->args;
    for (const auto& arg : args)
        page.parameters.push_back(arg.toString().toStdString());
    const auto done = (*sql)->forEachBound(page.sql, args, [&](const Row& r) {
        page.studies.push_back({StudyUid(r.text(0)), r.text(1), r.text(2), r.optionalReal(3), r.text(4),
                                r.text(5), r.text(6), r.optionalReal(7),
                                static_cast<std::size_t>(r.integer(8)),
                                static_cast<std::size_t>(r.integer(9))});
    });
    if (!done) return tl::unexpected(done.error());
    const bool all = !query.after && (query.limit == 0 || page.studies.size() < query.limit);
    if (all) {
        page.total = page.studies.size();
        return page;
    }
    const auto total = count(query.where);
    if (!total) return tl::unexpected(total.error());
    page.total = *total;
    return page;
}

Result<std::size_t> StudyRepository::count(const std::string& where) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto access = contoursRead(**sql, m_database.actor());
    if (!access) return tl::unexpected(access.error());
    const auto condition = studyCondition(where, *access);
    if (!condition) return tl::unexpected(condition.error());
    std::size_t total = 0;
    const auto done =
        (*sql)->forEachBound("SELECT COUNT(*) FROM study s WHERE " + condition->sql, condition->args,
                             [&](const Row& r) { total = static_cast<std::size_t>(r.integer(0)); });
    if (!done) return tl::unexpected(done.error());
    return total;
}

const std::vector<StudyColumn>& StudyRepository::columns() {
    return studyColumns();
}

Result<> StudyRepository::correctWeighting(const SeriesUid& series, std::span<const int> stacks,
                                           std::optional<Weighting> weighting) {
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    auto rows = seriesRows(change->sql(), "e.series_uid = ?", {bindable(series)});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty())
        return fail(ErrorCode::NotFound, "There is no series " + series.text() + " in this store.");
    if (const auto may =
            demand(change->sql(), m_database.actor(), Operation::CorrectWeighting,
                   "correct the weighting of series " + series.text(), {.studyId = rows->front().studyId});
        !may)
        return may;
    const auto& known = rows->front().series.stacks;
    for (const int index : stacks) {
        const auto stack = std::ranges::find(known, index, &StackRecord::index);
        if (stack == known.end() || stack->instances.empty())
            return fail(ErrorCode::NotFound,
                        "Series " + series.text() + " has no stack " + std::to_string(index) + ".");
        if (stack->weighting == weighting) continue;
        if (const auto put = putWeighting(*change, rows->front(), *stack, weighting); !put) return put;
    }
    return change->commit();
}

} // namespace forameter::store
