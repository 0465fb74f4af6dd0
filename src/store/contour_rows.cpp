// SPDX-License-Identifier: Apache-2.0
#include "contour_rows.hpp"

#include <array>
#include <cmath>

#include "blobs.hpp"
#include "canonical.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

using protocol::Contour;
using protocol::Measurement;

template <class Unit>
std::optional<double> number(const std::optional<Quantity<Unit>>& value) {
    return value ? std::optional(value->value()) : std::nullopt;
}

std::optional<std::string> text(const std::optional<ContourId>& id) {
    return id ? std::optional(id->text()) : std::nullopt;
}

const std::string kSelect =
    "SELECT v.id, v.study_id, v.series_id, v.level_set_id, v.contour, v.version, v.deleted, s.study_uid, "
    "e.series_uid, v.sop_uid, v.frame, v.structure, v.level, v.side, v.quantity, l.uuid, v.rater, v.source, "
    "v.assessable, v.note, v.plane, v.weighting, v.protocol, v.midline_offset, v.obliquity, v.created, "
    "v.parent, v.model, v.curve, v.actor, v.time, v.step_id, v.audit, v.algorithm, v.area_mm2, "
    "v.area_mask_mm2, v.perimeter_mm, v.diameter_max_mm, v.diameter_min_mm, v.ap_mm, v.width_mm, "
    "v.height_mm, v.reading_id, g.uuid" +
    std::string(kFromContours);

/// From area_mm2 to height_mm, in the order of the columns and of the hash.
std::array<std::optional<double>, 8> numbersOf(const std::optional<Measurement>& m) {
    if (!m) return {};
    return {m->area.value(),        number(m->areaMask), m->perimeter.value(), m->maxDiameter.value(),
            m->minDiameter.value(), number(m->ap),       number(m->width),     number(m->height)};
}

std::optional<Measurement> measurementAt(const Row& r, int first) {
    if (r.isNull(first)) return std::nullopt;
    const auto millimetres = [&](int column) {
        return r.isNull(column) ? std::nullopt : std::optional(Millimetres(r.real(column)));
    };
    Measurement m;
    m.area = SquareMillimetres(r.real(first));
    if (!r.isNull(first + 1)) m.areaMask = SquareMillimetres(r.real(first + 1));
    m.perimeter = Millimetres(r.real(first + 2));
    m.maxDiameter = Millimetres(r.real(first + 3));
    m.minDiameter = Millimetres(r.real(first + 4));
    m.ap = millimetres(first + 5);
    m.width = millimetres(first + 6);
    m.height = millimetres(first + 7);
    return m;
}

/// False where a value is not one that this version writes.
bool read(const Row& r, ContourRow& row) {
    row.id = r.integer(0);
    row.studyId = r.integer(1);
    row.seriesId = r.integer(2);
    row.levelSetId = r.optionalInteger(3);
    StoredContour& stored = row.stored;
    Contour& c = stored.contour;
    c.id = ContourId(r.text(4));
    stored.version = static_cast<int>(r.integer(5));
    stored.deleted = r.integer(6) != 0;
    c.study = StudyUid(r.text(7));
    c.image = {SeriesUid(r.text(8)), SopUid(r.text(9)), static_cast<int>(r.integer(10))};
    const auto cell = cellAt(r, 11);
    if (const auto levelSet = r.optionalText(15)) stored.levelSet = LevelSetId(*levelSet);
    c.rater = r.text(16);
    const auto source = protocol::sourceFromName(r.text(17));
    c.assessable = r.integer(18) != 0;
    c.note = r.text(19);
    c.plane = geometry::planeFromName(r.text(20));
    c.weighting = weightingFromName(r.text(21));
    c.protocol = r.text(22);
    c.midlineOffset = r.optionalReal(23);
    c.obliquity = r.optionalReal(24);
    const auto created = timestampFromIso8601(r.text(25));
    if (const auto parent = r.optionalText(26)) c.parent = ContourId(*parent);
    c.model = r.optionalText(27);
    auto curve = curveFromBlob(r.blob(28));
    row.actor = r.text(29);
    const auto time = timestampFromIso8601(r.text(30));
    row.stepId = r.optionalInteger(31);
    row.audit = r.integer(32);
    stored.areaAlgorithm = static_cast<int>(r.integer(33));
    stored.measurement = measurementAt(r, 34);
    row.readingId = r.optionalInteger(42);
    if (const auto reading = r.optionalText(43)) stored.reading = AssignmentId(*reading);
    if (!cell || !source || !created || !curve || !time) return false;
    c.cell = *cell;
    c.source = *source;
    c.created = *created;
    c.curve = std::move(*curve);
    stored.time = *time;
    return true;
}

} // namespace

std::string contentHash(const ContourRow& row) {
    const StoredContour& stored = row.stored;
    const Contour& c = stored.contour;
    Canonical bytes("contour_version");
    bytes << c.id.text() << stored.version << stored.deleted << c.study.text() << c.image.series.text()
          << c.image.sop.text() << c.image.frame << name(c.cell.structure) << name(c.cell.level)
          << nameText(c.cell.side) << nameText(c.cell.quantity)
          << (stored.levelSet ? std::optional(stored.levelSet->text()) : std::nullopt) << c.rater
          << name(c.source) << c.assessable << c.note << nameText(c.plane) << nameText(c.weighting)
          << c.protocol << c.midlineOffset << c.obliquity << toIso8601(c.created) << text(c.parent)
          << c.model;
    bytes.bytes(curveToBlob(c.curve)) << row.actor << toIso8601(stored.time);
    if (stored.measurement) {
        bytes << stored.areaAlgorithm;
        for (const auto& one : numbersOf(stored.measurement))
            bytes << one;
    }
    if (stored.reading) bytes << stored.reading->text(); // rows of version 1 have none
    return bytes.hash();
}

std::string subjectOf(const ContourRow& row) {
    return "contour " + row.stored.contour.id.text() + " v" + std::to_string(row.stored.version);
}

bool sameContent(const Contour& a, const Contour& b) {
    if (a.curve.points.size() != b.curve.points.size() || a.curve.kind != b.curve.kind ||
        a.curve.corners != b.curve.corners)
        return false;
    constexpr double tolerance = 1e-6; // mm, what the interchange contract keeps
    for (std::size_t i = 0; i < a.curve.points.size(); ++i)
        if (!(geometry::length(a.curve.points[i] - b.curve.points[i]) <= tolerance)) return false;
    return a.study == b.study && a.image == b.image && a.cell == b.cell && a.rater == b.rater &&
           a.source == b.source && a.assessable == b.assessable && a.note == b.note && a.plane == b.plane &&
           a.weighting == b.weighting && a.protocol == b.protocol && a.midlineOffset == b.midlineOffset &&
           a.obliquity == b.obliquity && a.parent == b.parent && a.model == b.model;
}

Result<> forEachContour(Connection& sql, std::string_view where, const QVariantList& args,
                        const std::function<void(ContourRow)>& each,
                        const std::function<void(const std::string&)>& broken) {
    std::string damaged;
    const auto done = sql.forEachBound(kSelect + std::string(where), args, [&](const Row& r) {
        ContourRow row;
        if (read(r, row))
            each(std::move(row));
        else if (broken)
            broken(subjectOf(row));
        else
            damaged = subjectOf(row);
    });
    if (!done) return done;
    if (!damaged.empty())
        return fail(ErrorCode::Corrupt,
                    "The store is damaged: " + damaged + " cannot be read; restore it from a backup.");
    return {};
}

Result<std::vector<ContourRow>> contourRows(Connection& sql, std::string_view where,
                                            const QVariantList& args) {
    std::vector<ContourRow> rows;
    const auto done =
        forEachContour(sql, where, args, [&](ContourRow row) { rows.push_back(std::move(row)); });
    if (!done) return tl::unexpected(done.error());
    return rows;
}

Result<std::optional<ContourRow>> newestContour(Connection& sql, const ContourId& id) {
    auto rows = contourRows(sql, "v.contour = ? ORDER BY v.version DESC LIMIT 1", {bindable(id)});
    if (!rows) return tl::unexpected(rows.error());
    return rows->empty() ? std::optional<ContourRow>() : std::optional(std::move(rows->front()));
}

Result<> append(Transaction& change, ContourRow& row, std::string_view action) {
    StoredContour& stored = row.stored;
    Contour& c = stored.contour;
    c.note = storableText(c.note);
    c.protocol = storableText(c.protocol);
    stored.time = change.time();
    stored.areaAlgorithm = stored.measurement ? geometry::kAreaAlgorithmVersion : 0;
    row.actor = change.actor().name();
    const auto audit = change.audit(action, subjectOf(row), contentHash(row));
    if (!audit) return tl::unexpected(audit.error());
    row.audit = *audit;
    const auto numbers = numbersOf(stored.measurement);
    const auto id = change.sql().exec(
        "INSERT INTO contour_version(contour, version, deleted, study_id, series_id, sop_uid, frame, "
        "structure, level, side, quantity, level_set_id, rater, reading_id, source, assessable, note, plane, "
        "weighting, protocol, midline_offset, obliquity, created, parent, model, curve, algorithm, area_mm2, "
        "area_mask_mm2, perimeter_mm, diameter_max_mm, diameter_min_mm, ap_mm, width_mm, height_mm, actor, "
        "time, step_id, audit) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
        "?,?,?)",
        c.id, stored.version, stored.deleted, row.studyId, row.seriesId, c.image.sop, c.image.frame,
        name(c.cell.structure), name(c.cell.level), nameOrNull(c.cell.side), nameOrNull(c.cell.quantity),
        row.levelSetId, c.rater, row.readingId, name(c.source), c.assessable, c.note, nameOrNull(c.plane),
        nameOrNull(c.weighting), c.protocol, c.midlineOffset, c.obliquity, toIso8601(c.created), c.parent,
        c.model, Blob{curveToBlob(c.curve)},
        stored.measurement ? std::optional(stored.areaAlgorithm) : std::nullopt, numbers[0], numbers[1],
        numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7], row.actor, change.timeText(),
        row.stepId, row.audit);
    if (!id) return tl::unexpected(id.error());
    row.id = *id;
    return {};
}

} // namespace forameter::store
