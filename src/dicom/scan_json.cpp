// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/scan_json.hpp"

#include <nlohmann/json.hpp>

#include "text.hpp"

namespace forameter::dicom {

namespace {

using Json = nlohmann::ordered_json;

Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json triple(const geometry::PatientPoint& p) {
    return Json::array({p.x, p.y, p.z});
}

Json json(const std::vector<FileNote>& notes) {
    Json all = Json::array();
    for (const FileNote& note : notes)
        all.push_back({{"path", shown(note.path)}, {"reason", name(note.reason)}, {"message", note.message}});
    return all;
}

Json json(const Instance& instance) {
    Json object{{"sop_uid", instance.sop.text()},
                {"frame", instance.frame},
                {"position_mm", instance.position ? triple(*instance.position) : Json(nullptr)}};
    if (instance.duplicate) object["duplicate"] = true;
    if (!instance.fileSha256.empty()) object["file_sha256"] = instance.fileSha256;
    if (!instance.pixelSha256.empty()) object["pixel_sha256"] = instance.pixelSha256;
    return object;
}

Json json(const Stack& stack) {
    Json spacing = nullptr, orientation = nullptr;
    if (stack.rowSpacing && stack.columnSpacing)
        spacing = Json::array({*stack.rowSpacing, *stack.columnSpacing});
    if (stack.orientation) {
        const auto& [row, column] = *stack.orientation;
        orientation = Json::array({row.x, row.y, row.z, column.x, column.y, column.z});
    }
    Json instances = Json::array(), warnings = Json::array();
    for (const Instance& instance : stack.instances)
        instances.push_back(json(instance));
    for (const StackWarning warning : stack.warnings)
        warnings.push_back(name(warning));
    const auto& origin = stack.instances.front().position;
    return {{"index", stack.index},
            {"slices", stack.slices()},
            {"missing", stack.missing},
            {"duplicates", stack.duplicates},
            {"rows", stack.rows},
            {"columns", stack.columns},
            {"spacing_mm", std::move(spacing)},
            {"slice_spacing_mm", orNull(stack.sliceSpacing)},
            {"slice_thickness_mm", orNull(stack.sliceThickness)},
            {"orientation", std::move(orientation)},
            {"origin_mm", origin ? triple(*origin) : Json(nullptr)},
            {"plane", geometry::name(stack.plane)},
            {"weighting", stack.weighting ? Json(forameter::name(*stack.weighting)) : Json(nullptr)},
            {"frame_of_reference_uid",
             stack.frameOfReference ? Json(stack.frameOfReference->text()) : Json(nullptr)},
            {"echo_time_ms", orNull(stack.acquisition.echoTime)},
            {"repetition_time_ms", orNull(stack.acquisition.repetitionTime)},
            {"inversion_time_ms", orNull(stack.acquisition.inversionTime)},
            {"measurable", stack.measurable},
            {"instances", std::move(instances)},
            {"warnings", std::move(warnings)}};
}

Json json(const Series& series) {
    Json stacks = Json::array();
    for (const Stack& stack : series.stacks)
        stacks.push_back(json(stack));
    return {{"series_uid", series.uid.text()},
            {"number", series.number ? Json(*series.number) : Json(nullptr)},
            {"description", series.description},
            {"modality", series.modality.empty() ? Json(nullptr) : Json(series.modality)},
            {"stacks", std::move(stacks)}};
}

Json json(const Study& study) {
    Json series = Json::array();
    for (const Series& one : study.series)
        series.push_back(json(one));
    return {{"study_uid", study.uid.text()},
            {"patient_id", study.patientId},
            {"study_date", study.date.empty() ? Json(nullptr) : Json(study.date)},
            {"series", std::move(series)}};
}

} // namespace

std::string toJson(const ScanReport& report) {
    Json studies = Json::array();
    for (const Study& study : report.studies)
        studies.push_back(json(study));
    return dumped(Json{{"files", report.files},
                       {"studies", std::move(studies)},
                       {"refused", json(report.refused)},
                       {"warnings", json(report.warnings)}});
}

} // namespace forameter::dicom
