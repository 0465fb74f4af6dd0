// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"

#include <cmath>

#include "forameter/core/text.hpp"

namespace forameter::cli {

Json orNull(const std::optional<double>& number) {
    return number && std::isfinite(*number) ? Json(*number) : Json(nullptr);
}
Json orNull(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}
Json vector(const geometry::PatientPoint& p) {
    return Json::array({p.x, p.y, p.z});
}

std::string refusalReason(ErrorCode code) {
    if (code == ErrorCode::NotFound) code = ErrorCode::Unreadable;
    return std::string(name(code > ErrorCode::Other ? ErrorCode::Other : code));
}

Json refusal(const Error& error) {
    return {{"path", ""}, {"reason", refusalReason(error.code)}, {"message", error.message}};
}

Json refusal(const std::string& path, std::size_t index, const Error& error) {
    return {
        {"path", path}, {"index", index}, {"reason", refusalReason(error.code)}, {"message", error.message}};
}

Json refusals(const std::string& path, const std::vector<protocol::RefusedContour>& refused) {
    Json list = Json::array();
    for (const auto& entry : refused)
        list.push_back(refusal(path, entry.index, entry.error));
    return list;
}

std::string refusalLine(const Json& entry, const std::string& what) {
    std::string line = what + ": ";
    if (const auto path = entry["path"].get<std::string>(); !path.empty()) {
        line += printable(path);
        if (entry.contains("index")) line += ", contour " + entry["index"].dump();
        line += ": ";
    }
    return line + printable(entry["message"].get<std::string>()) + " [" + entry["reason"].get<std::string>() +
           "]";
}

std::string refusalText(const Json& refused, const std::string& what) {
    std::string text;
    for (const Json& entry : refused)
        text += refusalLine(entry, what) + "\n";
    return text;
}

void addCell(Json& object, const anatomy::Cell& cell) {
    object["structure"] = name(cell.structure);
    object["level"] = name(cell.level);
    object["side"] = nameOrNull(cell.side);
    object["quantity"] = nameOrNull(cell.quantity);
}

void addIdentity(Json& object, const protocol::Contour& contour) {
    object["uuid"] = contour.id.text();
    object["study_uid"] = contour.study.text();
    object["series_uid"] = contour.image.series.text();
    object["sop_uid"] = contour.image.sop.text();
    object["frame"] = contour.image.frame;
    addCell(object, contour.cell);
    object["rater"] = contour.rater;
    object["source"] = name(contour.source);
    object["assessable"] = contour.assessable;
}

void addMeasurement(Json& object, const std::optional<protocol::Measurement>& m) {
    const auto value = [&](auto pick) { return m ? orNull(pick(*m)) : Json(nullptr); };
    object["area_mm2"] = value([](const auto& x) { return std::optional(x.area.value()); });
    object["perimeter_mm"] = value([](const auto& x) { return std::optional(x.perimeter.value()); });
    object["area_mask_mm2"] = value([](const auto& x) { return number(x.areaMask); });
    object["diameters_mm"] = {
        {"max", value([](const auto& x) { return std::optional(x.maxDiameter.value()); })},
        {"min", value([](const auto& x) { return std::optional(x.minDiameter.value()); })},
        {"ap", value([](const auto& x) { return number(x.ap); })},
        {"width", value([](const auto& x) { return number(x.width); })},
        {"height", value([](const auto& x) { return number(x.height); })}};
}

Json toJson(const anatomy::LevelSet& levels) {
    Json marks = Json::array();
    for (const auto& mark : levels.marks)
        marks.push_back({{"vertebra", name(mark.vertebra)}, {"center_mm", vector(mark.center)}});
    return {{"lumbar_count", levels.lumbarCount == anatomy::LumbarCount::Six ? 6 : 5},
            {"transition", name(levels.transition)},
            {"note", levels.note},
            {"marks", std::move(marks)}};
}

Result<anatomy::LevelSet> levelsFromJson(const std::string& text, const std::string& study) {
    const auto bad = [](const std::string& why) {
        return fail(ErrorCode::InvalidArgument, "The levels cannot be read: " + why);
    };
    const Json document = Json::parse(text, nullptr, false);
    if (document.is_discarded()) return bad("the text is not valid JSON.");
    if (!document.is_object()) return bad("the text is not a JSON object.");
    const Json* chosen = &document;
    if (document.contains("studies") && document["studies"].is_array()) {
        chosen = nullptr;
        for (const Json& entry : document["studies"])
            if (entry.is_object() && entry.contains("study_uid") && entry["study_uid"] == study)
                chosen = &entry;
        if (!chosen) return bad("the text names several studies, and not " + study + ".");
    }
    const Json& object =
        chosen->contains("levels") && (*chosen)["levels"].is_object() ? (*chosen)["levels"] : *chosen;
    anatomy::LevelSet levels;
    if (object.contains("lumbar_count")) {
        if (object["lumbar_count"] != 5 && object["lumbar_count"] != 6)
            return bad("lumbar_count must be 5 or 6.");
        if (object["lumbar_count"] == 6) levels.lumbarCount = anatomy::LumbarCount::Six;
    }
    if (object.contains("transition")) {
        const Json& word = object["transition"];
        const auto transition =
            word.is_string() ? anatomy::transitionFromName(word.get<std::string>()) : std::nullopt;
        if (!transition) return bad("transition must be none, lumbarised-S1, sacralised-L5 or unclear.");
        levels.transition = *transition;
    }
    if (object.contains("note")) {
        if (!object["note"].is_string()) return bad("note must be a string.");
        levels.note = object["note"].get<std::string>();
    }
    if (!object.contains("marks") || !object["marks"].is_array())
        return bad("marks is missing: [{\"vertebra\": \"L4\", \"center_mm\": [x, y, z]}, ...].");
    for (const Json& entry : object["marks"]) {
        const std::string which = "mark " + std::to_string(levels.marks.size());
        if (!entry.is_object() || !entry.contains("vertebra") || !entry["vertebra"].is_string())
            return bad(which + " names no vertebra.");
        const auto vertebra = anatomy::vertebraFromName(entry["vertebra"].get<std::string>());
        if (!vertebra) return bad(which + " names a vertebra that is not one of T11 to S2.");
        if (!entry.contains("center_mm") || !entry["center_mm"].is_array() || entry["center_mm"].size() != 3)
            return bad(which + " has no center_mm [x, y, z].");
        double xyz[3];
        for (std::size_t i = 0; i < 3; ++i) {
            const Json& coordinate = entry["center_mm"][i];
            if (!coordinate.is_number() || !std::isfinite(xyz[i] = coordinate.get<double>()))
                return bad(which + " has a coordinate that is not a finite number.");
        }
        levels.marks.push_back({*vertebra, {xyz[0], xyz[1], xyz[2]}});
    }
    return anatomy::sorted(std::move(levels));
}

} // namespace forameter::cli
