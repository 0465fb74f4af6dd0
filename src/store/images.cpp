// SPDX-License-Identifier: Apache-2.0
#include "images.hpp"

#include <algorithm>

#include "blobs.hpp"
#include "canonical.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> result;
    for (std::size_t start = 0; start < text.size();) {
        const auto end = std::min(text.find(' ', start), text.size());
        if (end > start) result.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return result;
}

Result<> readStacks(Connection& sql, SeriesRow& row) {
    std::string broken;
    const auto done = sql.forEach(
        "SELECT idx, plane, weighting, found_weighting, measurable, pixel_rows, pixel_columns, row_spacing, "
        "column_spacing, slice_spacing, slice_thickness, frame_of_reference, echo_time, repetition_time, "
        "inversion_time, missing, duplicates, warnings, manifest, instances FROM stack WHERE series_id = ? "
        "ORDER BY idx",
        [&](const Row& r) {
            StackRecord stack;
            stack.index = static_cast<int>(r.integer(0));
            const auto plane = geometry::planeFromName(r.text(1));
            stack.weighting = weightingFromName(r.text(2));
            const auto found = weightingFromName(r.text(3));
            stack.weightingCorrected = stack.weighting != found;
            stack.measurable = r.integer(4) != 0;
            stack.rows = static_cast<int>(r.integer(5));
            stack.columns = static_cast<int>(r.integer(6));
            stack.rowSpacing = r.real(7);
            stack.columnSpacing = r.real(8);
            stack.sliceSpacing = r.optionalReal(9);
            stack.sliceThickness = r.optionalReal(10);
            stack.frameOfReference = r.text(11);
            stack.echoTime = r.optionalReal(12);
            stack.repetitionTime = r.optionalReal(13);
            stack.inversionTime = r.optionalReal(14);
            stack.missing = static_cast<int>(r.integer(15));
            stack.duplicates = static_cast<int>(r.integer(16));
            stack.warnings = words(r.text(17));
            const auto manifest = manifestFromBlob(r.blob(18), stack);
            if (!plane || !manifest || static_cast<std::int64_t>(stack.instances.size()) != r.integer(19)) {
                broken = "stack " + std::to_string(stack.index) + " of series " + row.series.uid.text();
                return;
            }
            stack.plane = *plane;
            row.series.stacks.push_back(std::move(stack));
            row.found.push_back(found);
        },
        row.id);
    if (!done) return done;
    if (!broken.empty())
        return fail(ErrorCode::Corrupt,
                    "The store is damaged: " + broken + " cannot be read; restore it from a backup.");
    return {};
}

} // namespace

Result<std::vector<SeriesRow>> seriesRows(Connection& sql, std::string_view where, const QVariantList& args) {
    std::vector<SeriesRow> rows;
    const std::string query = "SELECT e.id, e.study_id, s.study_uid, e.series_uid, e.number, e.description, "
                              "e.modality, e.audit FROM series e JOIN study s ON s.id = e.study_id WHERE " +
                              std::string(where);
    const auto done = sql.forEachBound(query, args, [&](const Row& r) {
        SeriesRow row;
        row.id = r.integer(0);
        row.studyId = r.integer(1);
        row.study = StudyUid(r.text(2));
        row.series.uid = SeriesUid(r.text(3));
        if (const auto number = r.optionalInteger(4)) row.series.number = static_cast<int>(*number);
        row.series.description = r.text(5);
        row.series.modality = r.text(6);
        row.audit = r.integer(7);
        rows.push_back(std::move(row));
    });
    if (!done) return tl::unexpected(done.error());
    for (auto& row : rows)
        if (const auto read = readStacks(sql, row); !read) return tl::unexpected(read.error());
    return rows;
}

std::string contentHash(const SeriesRow& row) {
    Canonical bytes("series");
    bytes << row.study.text() << row.series.uid.text() << row.series.number << row.series.description
          << row.series.modality << row.series.stacks.size();
    for (std::size_t i = 0; i < row.series.stacks.size(); ++i) {
        const StackRecord& k = row.series.stacks[i];
        bytes << k.index << name(k.plane)
              << (row.found[i] ? std::optional(std::string(name(*row.found[i]))) : std::nullopt)
              << k.measurable << k.rows << k.columns << k.rowSpacing << k.columnSpacing << k.sliceSpacing
              << k.sliceThickness << k.frameOfReference << k.echoTime << k.repetitionTime << k.inversionTime
              << k.missing << k.duplicates;
        for (const auto& warning : k.warnings)
            bytes << warning;
        bytes.bytes(manifestToBlob(k));
    }
    return bytes.hash();
}

Result<ImagePlace> Images::find(const StudyUid& study, const ImageId& image) {
    auto known = m_known.find(image.series);
    if (known == m_known.end()) {
        auto rows = seriesRows(*m_sql, "e.series_uid = ?", {bindable(image.series)});
        if (!rows) return tl::unexpected(rows.error());
        if (m_known.size() > 64) m_known.clear(); // an import of many studies asks series by series
        known =
            m_known
                .emplace(image.series, rows->empty() ? std::nullopt : std::optional(std::move(rows->front())))
                .first;
    }
    const std::string which = "image " + image.sop.text() + " frame " + std::to_string(image.frame) +
                              " of series " + image.series.text();
    if (!known->second || known->second->study != study)
        return fail(ErrorCode::UnknownImage, "The store has no " + which + " in study " + study.text() + ".");
    for (const auto& stack : known->second->series.stacks)
        for (std::size_t i = 0; i < stack.instances.size(); ++i) {
            if (stack.instances[i].sop != image.sop || stack.instances[i].frame != image.frame) continue;
            if (!stack.measurable)
                return fail(
                    ErrorCode::NoSpacing,
                    "The " + which +
                        " must not be measured on, because its spacing or position cannot be trusted.");
            auto plane = stack.imagePlane(i);
            if (!plane) return tl::unexpected(plane.error());
            const auto middle = stack.imagePlane(stack.instances.size() / 2);
            return ImagePlace{known->second->studyId,  known->second->id, *plane,
                              middle.value_or(*plane), stack.plane,       stack.weighting};
        }
    return fail(ErrorCode::UnknownImage, "The store has no " + which + " in study " + study.text() + ".");
}

Result<> measureOnImage(Connection& sql, ContourRow& row) {
    row.stored.measurement.reset();
    const auto& contour = row.stored.contour;
    if (row.stored.deleted || !contour.assessable) return {};
    const auto place = Images(sql).find(contour.study, contour.image);
    if (!place) return tl::unexpected(place.error());
    auto measured = protocol::measure(contour, place->image);
    if (!measured) return tl::unexpected(measured.error());
    row.stored.measurement = *measured;
    return {};
}

} // namespace forameter::store
