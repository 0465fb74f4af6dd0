// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/contour_repository.hpp"

#include <algorithm>

#include "canonical.hpp"
#include "contour_rows.hpp"
#include "forameter/protocol/on_image.hpp"
#include "images.hpp"
#include "level_rows.hpp"
#include "mark_rows.hpp"
#include "permissions.hpp"
#include "readings.hpp"
#include "relabelling.hpp"
#include "round_protocol.hpp"
#include "rows.hpp"
#include "steps.hpp"
#include "stroke_memory.hpp"

namespace forameter::store {

namespace {

using protocol::Contour;

/// Rows that the filter names and the actor may see.
Result<Condition> filtered(const ContourFilter& filter, Database& database) {
    const auto connection = database.connection();
    if (!connection) return tl::unexpected(connection.error());
    const auto access = readable(**connection, database.actor(), "v", Operation::ReadOthersReadings,
                                 Operation::ReadConsensus);
    if (!access) return tl::unexpected(access.error());
    Condition where = *access;
    constexpr std::string_view ofReading = "o.reading_id = (SELECT id FROM assignment WHERE uuid = ?)";
    if (database.reading()) where.add(ofReading, *database.reading());
    if (filter.reading) where.add(ofReading, *filter.reading);
    if (filter.round && filter.round->empty())
        where.sql += " AND o.reading_id IS NULL";
    else if (filter.round)
        where.add("o.reading_id IN (SELECT x.id FROM assignment x JOIN round y ON y.id = x.round_id WHERE "
                  "y.name = ?)",
                  *filter.round);
    if (filter.study) where.add("s.study_uid = ?", *filter.study);
    if (filter.rater) where.add("v.rater = ?", *filter.rater);
    if (filter.source) where.add("v.source = ?", name(*filter.source));
    if (filter.image) {
        where.add("e.series_uid = ?", filter.image->series);
        where.add("v.sop_uid = ?", filter.image->sop);
        where.add("v.frame = ?", filter.image->frame);
    }
    if (filter.cell) {
        where.add("v.structure = ?", name(filter.cell->structure));
        where.add("v.level = ?", name(filter.cell->level));
        if (filter.cell->side) where.add("v.side = ?", name(*filter.cell->side));
        if (filter.cell->quantity) where.add("v.quantity = ?", name(*filter.cell->quantity));
    }
    return where;
}

std::vector<StoredContour> stored(std::vector<ContourRow> rows) {
    std::vector<StoredContour> result;
    result.reserve(rows.size());
    for (auto& row : rows)
        result.push_back(std::move(row.stored));
    return result;
}

Result<std::vector<StoredContour>> read(Database& database, const Condition& where) {
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    auto rows = contourRows(**sql, where.sql, where.args);
    if (!rows) return tl::unexpected(rows.error());
    return stored(std::move(*rows));
}

Error changedMeanwhile(const ContourId& id, int version, int basedOn) {
    return {ErrorCode::Conflict, "The contour " + id.text() + " has been changed meanwhile (version " +
                                     std::to_string(version) + ", not " + std::to_string(basedOn) +
                                     "); look at it again."};
}

/// Whether the actor may draw it, and the reading that it belongs to.
Result<> belongs(Transaction& change, const Database& database, ContourRow& row) {
    const auto& contour = row.stored.contour;
    if (const auto may =
            demand(change.sql(), database.actor(), Operation::Draw, "draw", {.studyId = row.studyId});
        !may)
        return may;
    const auto reading = readingToWrite(change.sql(), database, row.studyId, contour.rater);
    if (!reading) return tl::unexpected(reading.error());
    row.readingId = idOf(*reading);
    row.stored.reading = *reading ? std::optional((*reading)->uuid) : std::nullopt;
    return {};
}

bool sameOwner(const ContourRow& a, const ContourRow& b) {
    return a.stored.contour.rater == b.stored.contour.rater && a.studyId == b.studyId &&
           a.readingId == b.readingId;
}

Author authorOf(const ContourRow& row) {
    return {row.studyId, row.stored.contour.rater, row.readingId};
}

/// A stroke in a cell takes back the mark that said it could not be drawn.
Result<> takeBackMark(Transaction& change, const ContourRow& row) {
    auto mark =
        markOn(change.sql(), row.studyId, row.stored.contour.rater, row.readingId, row.stored.contour.cell);
    if (!mark) return tl::unexpected(mark.error());
    if (!*mark) return {};
    MarkRow next = **mark;
    next.version += 1;
    next.state = protocol::CellState::Todo;
    next.reason.clear();
    next.stepId = row.stepId;
    return append(change, next, "cell.mark");
}

/// The contour as a row of its image, measured, with what the image says where the contour does not.
Result<ContourRow> measured(const Contour& contour, Images& images, const protocol::Measured* known) {
    const auto place = images.find(contour.study, contour.image);
    if (!place) return tl::unexpected(place.error());
    ContourRow row;
    if (known && known->isOf(contour, place->image)) {
        row.stored.measurement = known->numbers();
    } else if (contour.assessable) {
        auto measurement = protocol::measure(contour, place->image);
        if (!measurement) return tl::unexpected(measurement.error());
        row.stored.measurement = *measurement;
    } else if (const auto valid = protocol::validate(contour, place->image); !valid) {
        return tl::unexpected(valid.error());
    }
    row.studyId = place->studyId;
    row.seriesId = place->seriesId;
    row.stored.contour = contour;
    if (!contour.plane) row.stored.contour.plane = place->plane;
    if (!contour.weighting) row.stored.contour.weighting = place->weighting;
    return row;
}

/// Finds what a stroke needs to know beyond its image and its contour: that she may draw it, its reading, the
/// levels, and her history.
Result<> lookUp(Transaction& change, const Database& database, ContourRow& row, StrokeMemory& found) {
    const auto& contour = row.stored.contour;
    if (const auto done = belongs(change, database, row); !done) return done;
    if (const auto kept = found.rounds.check(row); !kept) return kept;
    const auto levels = newestLevels(change.sql(), row.studyId);
    if (!levels) return tl::unexpected(levels.error());
    if (!*levels || !(*levels)->set.confirmed)
        return fail(ErrorCode::NotAllowed, "The contour of the " + anatomy::label(contour.cell) +
                                               " was not kept: the levels of study " + contour.study.text() +
                                               " are not confirmed yet.");
    if (const auto known = ensureRater(change, contour.rater); !known) return known;
    const auto history = piles(change.sql(), authorOf(row));
    if (!history) return tl::unexpected(history.error());
    found.studyId = row.studyId;
    found.rater = contour.rater;
    if (row.readingId) found.reading = Reading{*row.readingId, *row.stored.reading};
    found.levels = **levels;
    found.piles = *history;
    return {};
}

/// The codes that the contract lists for refusals of an import; all others are "other".
Error refusal(Error error) {
    if (error.code > ErrorCode::Other) error.code = ErrorCode::Other;
    return error;
}

/// The contours of one document on their way into the store.
class Importing {
public:
    Importing(Transaction& change, const Database& database, const protocol::ReadContours& document)
        : m_change(change),
          m_database(database),
          m_document(document),
          m_images(change.sql()),
          m_rounds(change.sql()) {}

    enum class Outcome { Added, Changed, Unchanged };
    struct Taken {
        Outcome outcome = Outcome::Unchanged;
        std::vector<Error> warnings;
    };
    /// Fails with the reason why the contour is refused, or with StorageFailed or Corrupt.
    Result<Taken> take(const Contour& given) {
        if (const auto allowed = checkMayWriteAs(m_database.actor(), given.rater); !allowed)
            return tl::unexpected(allowed.error());
        const auto place = m_images.find(given.study, given.image);
        if (!place) return tl::unexpected(place.error());
        if (const auto valid = protocol::validate(given, place->image); !valid)
            return tl::unexpected(valid.error());
        const auto reference = referenceLevels(m_change.sql(), place->studyId);
        if (!reference) return tl::unexpected(reference.error());
        auto warnings = checked(given, *place, *reference);
        if (!warnings) return tl::unexpected(warnings.error());
        ContourRow row;
        row.stored.contour = given;
        row.stored.contour.note = storableText(given.note);
        row.stored.contour.protocol = storableText(given.protocol);
        takeFromImage(row.stored.contour, *place, *warnings);
        row.studyId = place->studyId;
        row.seriesId = place->seriesId;
        if (const auto done = belongs(m_change, m_database, row); !done) return tl::unexpected(done.error());
        if (const auto kept = m_rounds.check(row); !kept) return tl::unexpected(kept.error());
        const auto before = known(row);
        if (!before) return tl::unexpected(before.error());
        if (before->same) return Taken{Outcome::Unchanged, *std::move(warnings)};
        if (before->version) row.stored.contour.id = before->version->stored.contour.id;
        row.stored.version = before->version ? before->version->stored.version + 1 : 1;
        if (const auto measured = measure(row, place->image, *reference); !measured)
            return tl::unexpected(measured.error());
        if (const auto rater = ensureRater(m_change, row.stored.contour.rater); !rater)
            return tl::unexpected(rater.error());
        if (const auto done = append(m_change, row, "contour.import"); !done)
            return tl::unexpected(done.error());
        return Taken{before->version ? Outcome::Changed : Outcome::Added, *std::move(warnings)};
    }

private:
    using Reference = std::optional<LevelRow>; ///< the patient's confirmed levels

    static Result<std::vector<Error>> checked(const Contour& contour, const ImagePlace& place,
                                              const Reference& reference) {
        const auto right =
            reference ? protocol::slicePosition(anatomy::Cell::foramen(contour.cell.level, anatomy::Side::R),
                                                reference->set.levels, place.image)
                      : std::nullopt;
        auto reservations =
            protocol::checkOnImage(contour, place.image, protocol::sideOf(place.image, place.middle, right));
        if (reservations && reference)
            if (auto elsewhere = protocol::checkLevel(contour, place.image, reference->set.levels))
                reservations->push_back(*std::move(elsewhere));
        return reservations;
    }

    /// Plane and weighting are the image's, as they are of a stroke, where it knows them; a document that
    /// says otherwise is told so.
    static void takeFromImage(Contour& contour, const ImagePlace& place, std::vector<Error>& warnings) {
        const auto take = [&](auto& own, const auto& images, const char* what) {
            if (!images) return;
            if (own && own != images)
                warnings.push_back({ErrorCode::ConflictingGeometry,
                                    "The contour of the " + anatomy::label(contour.cell) + " says that its " +
                                        what + " is " + std::string(name(*own)) + ", but its image's is " +
                                        std::string(name(*images)) + "; the image's is kept."});
            own = images;
        };
        take(contour.plane, std::optional(place.plane), "plane");
        take(contour.weighting, place.weighting, "weighting");
    }

    /// What the store has of a contour already: it as it is, or the version that it replaces.
    struct Known {
        bool same = false;
        std::optional<ContourRow> version;
    };
    Result<Known> known(const ContourRow& row) {
        const Contour& contour = row.stored.contour;
        auto newest = newestContour(m_change.sql(), contour.id);
        if (!newest) return tl::unexpected(newest.error());
        if (*newest) {
            if (!sameOwner(**newest, row))
                return fail(ErrorCode::DuplicateUid,
                            "The UUID " + contour.id.text() +
                                " belongs to a contour of another study, rater or reading already.");
            const auto& stored = (*newest)->stored;
            return Known{!stored.deleted && sameContent(stored.contour, contour), *std::move(newest)};
        }
        auto others =
            contourRows(m_change.sql(),
                        "v.study_id = ? AND v.rater = ? AND v.reading_id IS ? AND v.deleted = 0 AND " +
                            std::string(kNewestContour),
                        {bindable(row.studyId), bindable(contour.rater), bindable(row.readingId)});
        if (!others) return tl::unexpected(others.error());
        Known found;
        for (ContourRow& other : *others) {
            if (sameContent(other.stored.contour, contour)) return Known{true, std::nullopt};
            // Without a name of its own it is the rater's present contour of that cell on that image,
            // changed.
            if (!found.version && m_document.unnamed.contains(contour.id) &&
                other.stored.contour.cell == contour.cell && other.stored.contour.image == contour.image)
                found.version = std::move(other);
        }
        return found;
    }

    static Result<> measure(ContourRow& row, const geometry::ImagePlane& image, const Reference& reference) {
        const Contour& contour = row.stored.contour;
        if (reference) {
            if (!hasLevel(reference->set.levels.lumbarCount, contour.cell.level))
                return fail(ErrorCode::Other,
                            "The " + anatomy::label(contour.cell) +
                                ": by its confirmed levels this patient has no such level.");
            row.levelSetId = reference->id;
            row.stored.levelSet = reference->set.id;
        }
        if (!contour.assessable) return {};
        auto measured = protocol::measure(contour, image);
        if (!measured) return tl::unexpected(measured.error());
        row.stored.measurement = *measured;
        return {};
    }

    Transaction& m_change;
    const Database& m_database;
    const protocol::ReadContours& m_document;
    Images m_images;
    RoundProtocol m_rounds;
};

} // namespace

Result<StoredContour> ContourRepository::save(const Contour& contour, int basedOn,
                                              const protocol::Measured* known) {
    if (!isUuid(contour.id.text()))
        return fail(ErrorCode::InvalidArgument,
                    "A contour needs a UUID; \"" + contour.id.text() + "\" is none.");
    if (const auto allowed = checkMayWriteAs(m_database.actor(), contour.rater); !allowed)
        return tl::unexpected(allowed.error());
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    // Measured before the lock is taken, for which others wait; by what the last stroke knew of the images,
    // if that still holds once the lock is there.
    const auto last = (*sql)->lastStroke();
    Images fresh(**sql);
    auto row = measured(contour, last ? last->images : fresh, known);
    if (!row && last) row = measured(contour, fresh, known);
    if (!row) return tl::unexpected(row.error());

    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    auto recalled = change->recall();
    if (!recalled) return tl::unexpected(recalled.error());
    auto& memory = *recalled;
    if (last && !memory) row = measured(contour, fresh = Images(**sql), known);
    if (!row) return tl::unexpected(row.error());
    const bool goesOn = memory && memory->studyId == row->studyId && memory->rater == contour.rater;
    if (goesOn) {
        row->readingId = idOf(memory->reading);
        row->stored.reading = memory->reading ? std::optional(memory->reading->uuid) : std::nullopt;
        if (const auto kept = memory->rounds.check(*row); !kept) return tl::unexpected(kept.error());
    } else {
        // Not `fresh`: it was read before the lock was there, so somebody may have written since.
        memory = std::make_shared<StrokeMemory>(**sql, memory ? std::move(memory->images) : Images(**sql));
        if (const auto done = lookUp(*change, m_database, *row, *memory); !done)
            return tl::unexpected(done.error());
    }
    const std::string what = anatomy::label(contour.cell);
    if (!hasLevel(memory->levels.set.levels.lumbarCount, contour.cell.level))
        return fail(ErrorCode::InvalidArgument,
                    "The contour of the " + what +
                        " was not kept: by its confirmed levels this patient has no such level.");
    const bool sameContour = goesOn && memory->newest.stored.contour.id == contour.id;
    const bool sameCell = goesOn && memory->newest.stored.contour.cell == contour.cell;
    auto newest = sameContour ? Result<std::optional<ContourRow>>(std::move(memory->newest))
                              : newestContour(change->sql(), contour.id);
    if (!newest) return tl::unexpected(newest.error());
    const int version = *newest ? (*newest)->stored.version : 0;
    if (*newest && !sameOwner(**newest, *row))
        return fail(ErrorCode::Conflict,
                    "The UUID " + contour.id.text() +
                        " belongs to a contour of another study, rater or reading already; draw a new one.");
    if (version != basedOn) return tl::unexpected(changedMeanwhile(contour.id, version, basedOn));
    if (*newest && !(*newest)->stored.deleted && sameContent((*newest)->stored.contour, row->stored.contour))
        return (*newest)->stored;
    const bool isNew = !*newest || (*newest)->stored.deleted;
    const auto step =
        recordEdit(*change, authorOf(*row), memory->piles,
                   {StepKind::Contour, (isNew ? "Draw " : "Change ") + what, contour.cell, change->time()});
    if (!step) return tl::unexpected(step.error());
    row->stepId = *step;
    row->stored.version = version + 1;
    row->levelSetId = memory->levels.id;
    row->stored.levelSet = memory->levels.set.id;
    if (const auto done = append(*change, *row, "contour.save"); !done) return tl::unexpected(done.error());
    if (!sameCell)
        if (const auto done = takeBackMark(*change, *row); !done) return tl::unexpected(done.error());
    memory->piles = {*step, std::nullopt};
    memory->newest = *row;
    if (const auto done = change->commit(std::move(memory)); !done) return tl::unexpected(done.error());
    return std::move(row->stored);
}

Result<StoredContour> ContourRepository::remove(const ContourId& id, int basedOn) {
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    auto newest = newestContour(change->sql(), id);
    if (!newest) return tl::unexpected(newest.error());
    if (!*newest || (*newest)->stored.deleted || !m_database.actor().is((*newest)->stored.contour.rater))
        return fail(ErrorCode::NotFound, "There is no contour " + id.text() + " to delete.");
    ContourRow row = std::move(**newest);
    if (row.stored.version != basedOn)
        return tl::unexpected(changedMeanwhile(id, row.stored.version, basedOn));
    const auto& contour = row.stored.contour;
    const auto before = row.readingId;
    if (const auto done = belongs(*change, m_database, row); !done) return tl::unexpected(done.error());
    if (row.readingId != before)
        return fail(ErrorCode::NotFound, "There is no contour " + id.text() + " to delete in this reading.");
    const auto step = beginStep(*change, authorOf(row), StepKind::Contour,
                                "Delete " + anatomy::label(contour.cell), contour.cell);
    if (!step) return tl::unexpected(step.error());
    row.stepId = *step;
    row.stored.version += 1;
    row.stored.deleted = true;
    row.stored.measurement.reset();
    if (const auto done = append(*change, row, "contour.delete"); !done) return tl::unexpected(done.error());
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return row.stored;
}

Result<StoredContour> ContourRepository::find(const ContourId& id) const {
    auto where = filtered({}, m_database);
    if (!where) return tl::unexpected(where.error());
    where->add("v.contour = ?", id);
    where->sql += " AND v.deleted = 0 AND " + std::string(kNewestContour);
    auto found = read(m_database, *where);
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) return fail(ErrorCode::NotFound, "There is no contour " + id.text() + ".");
    return std::move(found->front());
}

Result<std::vector<StoredContour>> ContourRepository::current(const ContourFilter& filter) const {
    auto where = filtered(filter, m_database);
    if (!where) return tl::unexpected(where.error());
    where->sql += " AND v.deleted = 0 AND " + std::string(kNewestContour) + " ORDER BY v.id";
    auto found = read(m_database, *where);
    if (found)
        std::ranges::stable_sort(*found, [](const StoredContour& a, const StoredContour& b) {
            return std::tie(a.contour.study, a.contour.cell.level, a.contour.cell, a.contour.rater) <
                   std::tie(b.contour.study, b.contour.cell.level, b.contour.cell, b.contour.rater);
        });
    return found;
}

Result<std::vector<StoredContour>> ContourRepository::versions(const ContourFilter& filter) const {
    // A contour whose cell changed by relabelling is still one contour: those that have any version in the
    // filter, whole.
    const auto where = filtered(filter, m_database);
    if (!where) return tl::unexpected(where.error());
    return read(m_database, {"v.contour IN (SELECT v.contour" + std::string(kFromContours) + where->sql +
                                 ") ORDER BY s.study_uid, v.contour, v.version",
                             where->args});
}

Result<std::size_t> ContourRepository::count(const ContourFilter& filter) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto where = filtered(filter, m_database);
    if (!where) return tl::unexpected(where.error());
    std::size_t total = 0;
    const auto done = (*sql)->forEachBound(
        "SELECT COUNT(*)" + std::string(kFromContours) + "v.deleted = 0 AND " + std::string(kNewestContour) +
            " AND " + where->sql,
        where->args, [&](const Row& r) { total = static_cast<std::size_t>(r.integer(0)); });
    if (!done) return tl::unexpected(done.error());
    return total;
}

Result<std::vector<RaterId>> ContourRepository::raters(const ContourFilter& filter) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto where = filtered(filter, m_database);
    if (!where) return tl::unexpected(where.error());
    std::vector<RaterId> raters;
    const auto done = (*sql)->forEachBound("SELECT DISTINCT v.rater, v.source" + std::string(kFromContours) +
                                               "v.deleted = 0 AND " + std::string(kNewestContour) + " AND " +
                                               where->sql + " ORDER BY v.rater",
                                           where->args, [&](const Row& r) {
                                               const auto source = protocol::sourceFromName(r.text(1));
                                               RaterId rater(r.text(0));
                                               if (!source || !protocol::byHand(*source)) return;
                                               if (raters.empty() || raters.back() != rater)
                                                   raters.push_back(std::move(rater));
                                           });
    if (!done) return tl::unexpected(done.error());
    return raters;
}

Result<ImportedContours> ContourRepository::import(const protocol::ReadContours& document, Mode mode,
                                                   const Watch& watch) {
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    ImportedContours result;
    result.refused = document.refused;
    for (auto& refused : result.refused)
        refused.error = refusal(refused.error);
    Importing importing(*change, m_database, document);
    for (std::size_t i = 0; i < document.contours.size(); ++i) {
        if (watch.cancelled())
            return fail(ErrorCode::Cancelled,
                        "The import of contours was cancelled; nothing of it was kept.");
        watch.report(i, document.contours.size(), "importing contours");
        const std::size_t index = i < document.indices.size() ? document.indices[i] : i;
        const auto taken = importing.take(document.contours[i]);
        if (taken) {
            for (const Error& warning : taken->warnings)
                result.warnings.push_back({index, warning});
            ++(taken->outcome == Importing::Outcome::Added     ? result.added
               : taken->outcome == Importing::Outcome::Changed ? result.changed
                                                               : result.unchanged);
            continue;
        }
        if (taken.error().code == ErrorCode::StorageFailed || taken.error().code == ErrorCode::Corrupt)
            return tl::unexpected(taken.error());
        result.refused.push_back({index, refusal(taken.error())});
    }
    std::ranges::stable_sort(result.refused, {}, &protocol::RefusedContour::index);
    if (mode == Mode::DryRun || !change->hasAudit()) return result;
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return result;
}

} // namespace forameter::store
