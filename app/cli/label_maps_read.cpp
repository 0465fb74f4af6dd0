// SPDX-License-Identifier: Apache-2.0
#include "label_maps.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "forameter/core/interrupted.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/imaging/nifti.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;
using protocol::Contour;

namespace {

constexpr double kSamePlace = 0.05; // mm; NIfTI keeps its matrix in single precision
constexpr double kUneven = 0.05;    // of a step: by so much a stack's may differ (imaging::Volume::grid)

std::string text(const Json& object, const char* key) {
    return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string();
}

std::optional<geometry::PatientPoint> point(const Json& object, const char* key) {
    if (!object.contains(key) || !object[key].is_array() || object[key].size() != 3) return std::nullopt;
    for (const Json& value : object[key])
        if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
    return geometry::PatientPoint{object[key][0], object[key][1], object[key][2]};
}

struct SliceOf {
    SopUid sop;
    int frame = 1;
    geometry::PatientPoint origin;
};

/// What labels.json says of one map; throws nothing, answers none where it is not as written by convert.
struct MapEntry {
    std::string file;
    Contour common; ///< study, series, rater, source, plane, weighting
    std::optional<geometry::PatientVector> normal;
    std::vector<SliceOf> slices;
    std::map<int, anatomy::Cell> cells;
    Json contours;
};

std::optional<anatomy::Cell> cellOf(const Json& object) {
    const auto structure = anatomy::structureFromName(text(object, "structure"));
    const auto level = anatomy::levelFromName(text(object, "level"));
    if (!structure || !level) return std::nullopt;
    anatomy::Cell cell{*structure, *level, anatomy::sideFromName(text(object, "side")),
                       anatomy::quantityFromName(text(object, "quantity"))};
    if (cell.structure == anatomy::Structure::CC && !cell.quantity)
        cell.quantity = anatomy::Quantity::DuralSac;
    return cell;
}

bool wholeNumber(const Json& object, const char* key, int low, int high) {
    if (!object.contains(key) || !object[key].is_number_integer()) return false;
    const auto value = object[key].get<std::int64_t>();
    return value >= low && value <= high;
}

std::optional<MapEntry> mapEntry(const Json& object) {
    if (!object.is_object()) return std::nullopt;
    MapEntry entry;
    entry.file = text(object, "file");
    // A name beside labels.json; never a way out of its folder.
    if (entry.file.empty() || entry.file.find('/') != std::string::npos || entry.file == "..")
        return std::nullopt;
    entry.common.study = StudyUid(text(object, "study_uid"));
    entry.common.image.series = SeriesUid(text(object, "series_uid"));
    entry.common.rater = text(object, "rater");
    const auto source = protocol::sourceFromName(text(object, "source"));
    if (!source || entry.common.rater.empty() || entry.common.study.text().empty() ||
        entry.common.image.series.text().empty())
        return std::nullopt;
    entry.common.source = *source;
    entry.common.weighting = weightingFromName(text(object, "weighting"));
    entry.normal = point(object, "normal");
    if (!object.contains("slices") || !object["slices"].is_array() || !object.contains("labels") ||
        !object["labels"].is_array())
        return std::nullopt;
    for (const Json& slice : object["slices"]) {
        const auto origin = slice.is_object() ? point(slice, "origin_mm") : std::nullopt;
        if (!origin || text(slice, "sop_uid").empty()) return std::nullopt;
        const int frame = wholeNumber(slice, "frame", 1, 1'000'000'000) ? slice["frame"].get<int>() : 1;
        entry.slices.push_back({SopUid(text(slice, "sop_uid")), frame, *origin});
    }
    for (const Json& label : object["labels"]) {
        const auto cell = label.is_object() ? cellOf(label) : std::nullopt;
        if (!cell || !wholeNumber(label, "label", 1, 65535)) return std::nullopt;
        entry.cells.emplace(label["label"].get<int>(), *cell);
    }
    entry.contours =
        object.contains("contours") && object["contours"].is_array() ? object["contours"] : Json::array();
    return entry;
}

Json refusedMap(const std::string& path, const std::string& message, ErrorCode code = ErrorCode::Other) {
    return {{"path", path}, {"reason", refusalReason(code)}, {"message", message}};
}

/// The contour that a label was painted from, where labels.json says so.
void recall(Contour& contour, int label, const Json& contours) {
    for (const Json& known : contours) {
        if (!known.is_object() || !wholeNumber(known, "label", label, label) ||
            text(known, "sop_uid") != contour.image.sop.text() ||
            !wholeNumber(known, "frame", contour.image.frame, contour.image.frame))
            continue;
        if (const std::string uuid = text(known, "uuid"); isUuid(uuid)) contour.parent = ContourId(uuid);
        contour.protocol = text(known, "protocol");
        return;
    }
}

/// The image that a slice of a map belongs to. A map's steps are all the same, those of its images nearly.
const SliceOf* imageOf(const MapEntry& entry, const geometry::ImagePlane& plane, double step) {
    const auto away = [&](const SliceOf& slice) { return std::abs(plane.distance(slice.origin).value()); };
    const auto nearest = std::ranges::min_element(entry.slices, {}, away);
    return nearest != entry.slices.end() && away(*nearest) <= kSamePlace + kUneven * step ? &*nearest
                                                                                          : nullptr;
}

/// The same plane, moved along its normal onto a point.
geometry::ImagePlane movedTo(const geometry::PatientPoint& point, const geometry::ImagePlane& plane) {
    return *geometry::ImagePlane::create(
        {.origin = plane.origin() + plane.distance(point).value() * plane.normal(),
         .rowDirection = plane.rowDirection(),
         .columnDirection = plane.columnDirection(),
         .rowSpacing = plane.rowSpacing(),
         .columnSpacing = plane.columnSpacing(),
         .columns = plane.columns(),
         .rows = plane.rows()});
}

void readMap(const MapEntry& entry, const std::string& file, ReadMaps& result) {
    const auto labels = imaging::readNiftiLabels(file, {.normal = entry.normal});
    if (!labels) {
        result.refused.push_back(refusedMap(file, labels.error().message, labels.error().code));
        return;
    }
    const auto& map = labels->map;
    for (std::size_t s = 0; s < map.slices.size(); ++s) {
        const auto& cut = map.planes[s];
        const SliceOf* slice = imageOf(entry, cut, map.sliceThickness->value());
        const auto plane = slice ? movedTo(slice->origin, cut) : cut;
        std::map<int, geometry::Mask> masks;
        const auto data = map.slices[s].data();
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (data[i] == 0) continue;
            auto [mask, isNew] = masks.try_emplace(data[i], plane.columns(), plane.rows());
            mask->second.data()[i] = 1;
        }
        for (const auto& [label, mask] : masks) {
            const std::string which =
                "Label " + std::to_string(label) + " on slice " + std::to_string(s) + ": ";
            const auto refuse = [&](const std::string& message) {
                result.refused.push_back(refusedMap(file, which + message));
            };
            const auto cell = entry.cells.find(label);
            if (cell == entry.cells.end()) {
                refuse("labels.json does not say what it is.");
                continue;
            }
            if (!slice) {
                refuse("labels.json names no image at that position.");
                continue;
            }
            const auto outlines =
                geometry::outlines(mask.view(), {0.0, 0.0}, {plane.columnSpacing(), plane.rowSpacing()});
            if (outlines.empty()) {
                refuse("there is no outline.");
                continue;
            }
            if (outlines.size() > 1)
                refuse("it has " + std::to_string(outlines.size()) +
                       " separate parts; only the largest is taken.");
            Contour contour = entry.common;
            contour.id = ContourId(newUuid());
            contour.image.sop = slice->sop;
            contour.image.frame = slice->frame;
            contour.cell = cell->second;
            contour.curve = geometry::toPatient(outlines.front(), plane);
            contour.plane = plane.plane();
            contour.created = now();
            recall(contour, label, entry.contours);
            const auto measured = protocol::measure(contour, plane);
            if (!measured) {
                refuse(measured.error().message);
                continue;
            }
            result.contours.push_back({std::move(contour), *measured, std::nullopt, false});
        }
    }
}

} // namespace

bool isLabelDocument(const std::string& document) {
    const Json json = Json::parse(document, nullptr, false);
    return json.is_object() && text(json, "format") == "forameter-labels";
}

Result<ReadMaps> readLabelMaps(const std::string& document, const std::string& path, const fs::path& folder,
                               const Watch& watch) {
    const Json json = Json::parse(document, nullptr, false);
    if (!json.is_object() || !wholeNumber(json, "version", 1, 1) || !json.contains("maps") ||
        !json["maps"].is_array())
        return fail(ErrorCode::InvalidArgument, path + " is no forameter-labels document of version 1.");
    ReadMaps result;
    std::size_t index = 0;
    for (const Json& object : json["maps"]) {
        if (watch.cancelled()) return interrupted();
        if (const auto entry = mapEntry(object))
            readMap(*entry, (folder / entry->file).string(), result);
        else
            result.refused.push_back(
                refusedMap(path, "Map " + std::to_string(index) + " is not described as it must be."));
        ++index;
    }
    return result;
}

} // namespace forameter::cli
