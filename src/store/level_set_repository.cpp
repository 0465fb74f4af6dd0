// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/level_set_repository.hpp"

#include <algorithm>
#include <limits>

#include "forameter/core/words.hpp"
#include "images.hpp"
#include "level_rows.hpp"
#include "permissions.hpp"
#include "readings.hpp"
#include "relabelling.hpp"
#include "rows.hpp"
#include "steps.hpp"

namespace forameter::store {

namespace {

Result<std::optional<LevelRow>> newestOf(Database& database, const StudyUid& study) {
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto id = studyId(**sql, study);
    if (!id) return tl::unexpected(id.error());
    return newestLevels(**sql, *id);
}

/// Levels are everybody's, but who marked them is not told to those who may not know who else there is.
Result<> maskRater(Database& database, StoredLevelSet& set) {
    if (database.actor().is(set.rater.text())) return {};
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto may = mayDo(**sql, database.actor(), Operation::ReadRaters);
    if (!may) return tl::unexpected(may.error());
    if (!*may) set.rater = RaterId("another");
    return {};
}

/// Neighbouring vertebrae may lie 80 mm apart (anatomy::validate), so the one next to the edge of the images
/// may be marked where it cannot be seen; what lies farther away is of other images, or in other coordinates.
constexpr double kFarthestMark = 80.0;

double distanceTo(const geometry::ImagePlane& image, const geometry::PatientPoint& point) {
    const auto foot = image.toPlane(point);
    const auto [left, right, top, bottom] = image.bounds();
    return geometry::length(geometry::PatientVector{std::max({left - foot.x, foot.x - right, 0.0}),
                                                    std::max({top - foot.y, foot.y - bottom, 0.0}),
                                                    image.distance(point).value()});
}

/// Refuses a mark that is far from all images of its study. A study without located images has none to be far
/// from.
Result<> checkNearImages(Connection& sql, const StudyUid& study, std::int64_t studyId,
                         const anatomy::LevelSet& levels) {
    const auto series = seriesRows(sql, "e.study_id = ?", {bindable(studyId)});
    if (!series) return tl::unexpected(series.error());
    std::vector<geometry::ImagePlane> images;
    for (const auto& row : *series)
        for (const auto& stack : row.series.stacks)
            for (std::size_t i = 0; i < stack.instances.size(); ++i)
                if (const auto plane = stack.imagePlane(i)) images.push_back(*plane);
    if (images.empty()) return {};
    for (const auto& mark : levels.marks) {
        double nearest = std::numeric_limits<double>::infinity();
        for (const auto& image : images)
            nearest = std::min(nearest, distanceTo(image, mark.center));
        if (nearest > kFarthestMark)
            return fail(ErrorCode::InvalidArgument,
                        "The levels of study " + study.text() + " were not confirmed: the mark of " +
                            std::string(name(mark.vertebra)) + " lies " + printed(nearest, 0) +
                            " mm away from every image of the study; are the marks of this study, in "
                            "millimetres of the patient (LPS)?");
    }
    return {};
}

Result<StoredLevelSet> put(Database& database, const StudyUid& study, const anatomy::LevelSet& levels,
                           const RaterId& rater, int basedOn, bool confirmed) {
    if (const auto allowed = checkMayWriteAs(database.actor(), rater.text()); !allowed)
        return tl::unexpected(allowed.error());
    for (const auto& mark : levels.marks)
        if (!geometry::isFinite(mark.center))
            return fail(ErrorCode::InvalidArgument,
                        "The mark of " + std::string(name(mark.vertebra)) + " has no finite position.");
    auto change = Transaction::begin(database);
    if (!change) return tl::unexpected(change.error());
    const auto id = studyId(change->sql(), study);
    if (!id) return tl::unexpected(id.error());
    if (const auto may = demandLevels(change->sql(), database.actor(), study, *id); !may)
        return tl::unexpected(may.error());
    const auto newest = newestLevels(change->sql(), *id);
    if (!newest) return tl::unexpected(newest.error());
    const int version = *newest ? (*newest)->set.version : 0;
    const bool startsAnew = basedOn == 0 && *newest && (*newest)->withdrawn;
    if (basedOn != version && !startsAnew)
        return fail(ErrorCode::Conflict, "The levels of study " + study.text() +
                                             " have been changed meanwhile (version " +
                                             std::to_string(version) + ", not " + std::to_string(basedOn) +
                                             "); look at them again.");
    if (confirmed)
        if (const auto near = checkNearImages(change->sql(), study, *id, levels); !near)
            return tl::unexpected(near.error());
    const auto reference = referenceOf(change->sql(), *newest);
    if (!reference) return tl::unexpected(reference.error());
    if (const auto known = ensureRater(*change, rater.text()); !known) return tl::unexpected(known.error());
    const auto reading = readingToWrite(change->sql(), database, *id, rater.text());
    if (!reading) return tl::unexpected(reading.error());
    const auto step = beginStep(*change, {*id, rater.text(), idOf(*reading)}, StepKind::Levels,
                                confirmed ? "Confirm levels" : "Mark levels", std::nullopt);
    if (!step) return tl::unexpected(step.error());
    LevelRow row;
    row.studyId = *id;
    row.set.study = study;
    row.set.version = version + 1;
    row.set.levels = levels;
    row.set.confirmed = confirmed;
    row.set.rater = rater;
    row.stepId = *step;
    if (!confirmed && *reference) {
        row.referenceId = (*reference)->id;
        row.reference = (*reference)->set.id.text();
    }
    if (const auto done = append(*change, row, confirmed ? "levels.confirm" : "levels.draft"); !done)
        return tl::unexpected(done.error());
    if (confirmed && *reference)
        if (const auto moved = moveWithDiscs(*change, **reference, row, *step); !moved)
            return tl::unexpected(moved.error());
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return row.set;
}

} // namespace

Result<std::optional<StoredLevelSet>> LevelSetRepository::current(const StudyUid& study) const {
    auto newest = newestOf(m_database, study);
    if (!newest) return tl::unexpected(newest.error());
    if (!*newest || (*newest)->withdrawn) return std::nullopt;
    auto set = std::move((*newest)->set);
    if (const auto masked = maskRater(m_database, set); !masked) return tl::unexpected(masked.error());
    return set;
}

Result<std::optional<StoredLevelSet>> LevelSetRepository::confirmed(const StudyUid& study) const {
    auto found = current(study);
    if (found && *found && !(*found)->confirmed) return std::nullopt;
    return found;
}

Result<std::vector<StoredLevelSet>> LevelSetRepository::history(const StudyUid& study) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto id = studyId(**sql, study);
    if (!id) return tl::unexpected(id.error());
    auto rows = levelRows(**sql, "l.study_id = ? ORDER BY l.version", {bindable(*id)});
    if (!rows) return tl::unexpected(rows.error());
    std::vector<StoredLevelSet> sets;
    for (auto& row : *rows) {
        if (const auto masked = maskRater(m_database, row.set); !masked)
            return tl::unexpected(masked.error());
        sets.push_back(std::move(row.set));
    }
    return sets;
}

Result<StoredLevelSet> LevelSetRepository::saveDraft(const StudyUid& study, const anatomy::LevelSet& levels,
                                                     const RaterId& rater, int basedOn) {
    return put(m_database, study, levels, rater, basedOn, false);
}

Result<StoredLevelSet> LevelSetRepository::confirm(const StudyUid& study, const anatomy::LevelSet& levels,
                                                   const RaterId& rater, int basedOn) {
    if (const auto valid = anatomy::validate(levels); !valid) return tl::unexpected(valid.error());
    return put(m_database, study, levels, rater, basedOn, true);
}

} // namespace forameter::store
