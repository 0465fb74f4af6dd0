// SPDX-License-Identifier: Apache-2.0
#include "level_rows.hpp"

#include <nlohmann/json.hpp>

#include "canonical.hpp"
#include "forameter/core/text.hpp"
#include "permissions.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

using anatomy::LevelSet;

std::string toText(const LevelSet& levels) {
    nlohmann::ordered_json json;
    json["lumbar_count"] = levels.lumbarCount == anatomy::LumbarCount::Six ? 6 : 5;
    json["transition"] = anatomy::name(levels.transition);
    json["note"] = levels.note;
    auto& marks = json["marks"] = nlohmann::ordered_json::array();
    for (const auto& mark : levels.marks)
        marks.push_back({{"vertebra", anatomy::name(mark.vertebra)},
                         {"center_mm", {mark.center.x, mark.center.y, mark.center.z}}});
    return dumped(json);
}

std::optional<LevelSet> fromText(const std::string& text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    try {
        LevelSet levels;
        levels.lumbarCount =
            json.at("lumbar_count").get<int>() == 6 ? anatomy::LumbarCount::Six : anatomy::LumbarCount::Five;
        const auto transition = anatomy::transitionFromName(json.at("transition").get<std::string>());
        if (!transition) return std::nullopt;
        levels.transition = *transition;
        levels.note = json.at("note").get<std::string>();
        for (const auto& mark : json.at("marks")) {
            const auto vertebra = anatomy::vertebraFromName(mark.at("vertebra").get<std::string>());
            const auto& center = mark.at("center_mm");
            if (!vertebra) return std::nullopt;
            levels.marks.push_back(
                {*vertebra,
                 {center.at(0).get<double>(), center.at(1).get<double>(), center.at(2).get<double>()}});
        }
        return levels;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

} // namespace

std::string contentHash(const LevelRow& row) {
    Canonical bytes("level_set");
    bytes << row.set.id.text() << row.set.study.text() << row.set.version << row.set.confirmed
          << row.withdrawn << row.reference << toText(row.set.levels) << row.set.rater.text() << row.actor
          << toIso8601(row.set.time);
    return bytes.hash();
}

std::string subjectOf(const LevelRow& row) {
    return "levels of study " + row.set.study.text() + " v" + std::to_string(row.set.version);
}

bool sameContent(const LevelRow& a, const LevelRow& b) {
    return a.withdrawn == b.withdrawn &&
           (a.withdrawn || (a.set.confirmed == b.set.confirmed && a.set.levels == b.set.levels));
}

Result<std::vector<LevelRow>> levelRows(Connection& sql, std::string_view where, const QVariantList& args) {
    std::vector<LevelRow> rows;
    std::string broken;
    const std::string query =
        "SELECT l.id, l.study_id, l.uuid, s.study_uid, l.version, l.levels, l.confirmed, l.withdrawn, "
        "l.rater, l.actor, l.time, l.step_id, l.audit, l.reference_id, r.uuid FROM level_set l JOIN study s "
        "ON s.id = l.study_id LEFT JOIN level_set r ON r.id = l.reference_id WHERE " +
        std::string(where);
    const auto done = sql.forEachBound(query, args, [&](const Row& r) {
        LevelRow row;
        row.id = r.integer(0);
        row.studyId = r.integer(1);
        row.set.id = LevelSetId(r.text(2));
        row.set.study = StudyUid(r.text(3));
        row.set.version = static_cast<int>(r.integer(4));
        const auto levels = fromText(r.text(5));
        const auto time = timestampFromIso8601(r.text(10));
        row.set.confirmed = r.integer(6) != 0;
        row.withdrawn = r.integer(7) != 0;
        row.set.rater = RaterId(r.text(8));
        row.actor = r.text(9);
        row.stepId = r.optionalInteger(11);
        row.audit = r.integer(12);
        row.referenceId = r.optionalInteger(13);
        row.reference = r.optionalText(14);
        if (!levels || !time) {
            broken = subjectOf(row);
            return;
        }
        row.set.levels = *levels;
        row.set.time = *time;
        rows.push_back(std::move(row));
    });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt,
                    "The store is damaged: the " + broken + " cannot be read; restore it from a backup.");
    return rows;
}

Result<std::optional<LevelRow>> levelRow(Connection& sql, std::string_view where, const QVariantList& args) {
    auto rows = levelRows(sql, std::string(where) + " LIMIT 1", args);
    if (!rows) return tl::unexpected(rows.error());
    return rows->empty() ? std::optional<LevelRow>() : std::optional(std::move(rows->front()));
}

Result<std::optional<LevelRow>> newestLevels(Connection& sql, std::int64_t studyId) {
    return levelRow(sql, "l.study_id = ? ORDER BY l.version DESC", {bindable(studyId)});
}

Result<std::optional<LevelRow>> referenceOf(Connection& sql, const std::optional<LevelRow>& newest) {
    if (!newest || newest->set.confirmed) return newest;
    if (!newest->referenceId) return std::nullopt;
    return levelRow(sql, "l.id = ?", {bindable(*newest->referenceId)});
}

Result<std::optional<LevelRow>> referenceLevels(Connection& sql, std::int64_t studyId) {
    const auto newest = newestLevels(sql, studyId);
    if (!newest) return newest;
    return referenceOf(sql, *newest);
}

Result<> demandLevels(Connection& sql, const Actor& actor, const StudyUid& study, std::int64_t studyId) {
    const auto fixed = referenceLevels(sql, studyId);
    if (!fixed) return tl::unexpected(fixed.error());
    return demand(sql, actor, *fixed ? Operation::ChangeLevels : Operation::MarkLevels,
                  (*fixed ? "change the confirmed levels of study " : "mark the levels of study ") +
                      study.text(),
                  {.studyId = studyId});
}

Result<> append(Transaction& change, LevelRow& row, std::string_view action) {
    row.set.id = LevelSetId(newUuid());
    return appendAsIs(change, row, action);
}

Result<> appendAsIs(Transaction& change, LevelRow& row, std::string_view action) {
    row.set.time = change.time();
    row.set.levels.note = storableText(row.set.levels.note);
    row.actor = change.actor().name();
    const auto audit = change.audit(action, subjectOf(row), contentHash(row));
    if (!audit) return tl::unexpected(audit.error());
    row.audit = *audit;
    const auto id = change.sql().exec(
        "INSERT INTO level_set(uuid, study_id, version, confirmed, withdrawn, reference_id, levels, rater, "
        "actor, time, step_id, audit) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        row.set.id, row.studyId, row.set.version, row.set.confirmed, row.withdrawn, row.referenceId,
        toText(row.set.levels), row.set.rater, row.actor, change.timeText(), row.stepId, row.audit);
    if (!id) return tl::unexpected(id.error());
    row.id = *id;
    return {};
}

} // namespace forameter::store
