// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/interchange.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>

#include "forameter/core/text.hpp"

namespace forameter::protocol {

using nlohmann::json;

namespace {

constexpr std::string_view kFormat = "forameter-contours";
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostPoints = 100'000;
constexpr std::size_t kLongestUid = 128; // DICOM allows 64; some writers do not keep to it

/// Why one entry cannot be taken; thrown and caught within this file, so that reading a field stays one line.
struct Refusal {
    Error error;
};

[[noreturn]] void refuse(std::string message, ErrorCode code = ErrorCode::Other) {
    throw Refusal{{code, std::move(message)}};
}

/// A value from outside, fit for a message: short, printable, one line.
std::string inQuotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text.substr(0, 60))
        result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return result + (text.size() > 60 ? "...\"" : "\"");
}

const json* member(const json& entry, const char* key) {
    const auto found = entry.find(key);
    return found == entry.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> optionalText(const json& entry, const char* key) {
    const json* value = member(entry, key);
    if (!value) return std::nullopt;
    if (!value->is_string()) refuse(std::string(key) + " must be a string.");
    return value->get<std::string>();
}

std::string requiredText(const json& entry, const char* key) {
    auto text = optionalText(entry, key);
    if (!text || text->empty()) refuse(std::string(key) + " is missing.");
    return *std::move(text);
}

std::string uid(const json& entry, const char* key) {
    std::string text = requiredText(entry, key);
    const auto odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    if (text.size() > kLongestUid || std::ranges::any_of(text, odd))
        refuse(std::string(key) + " " + inQuotes(text) + " is not a unique identifier.", ErrorCode::BadUid);
    return text;
}

std::optional<ContourId> uuid(const json& entry, const char* key) {
    auto text = optionalText(entry, key);
    if (!text || text->empty()) return std::nullopt;
    if (!isUuid(*text))
        refuse(std::string(key) + " " + inQuotes(*text) + " is not a UUID of the form 8-4-4-4-12.");
    std::ranges::transform(*text, text->begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ContourId(*std::move(text));
}

/// One of a fixed set of words; none where the key is absent or null.
template <class FromName>
auto word(const json& entry, const char* key, FromName fromName) -> decltype(fromName(std::string_view{})) {
    const auto text = optionalText(entry, key);
    if (!text) return std::nullopt;
    auto value = fromName(std::string_view(*text));
    if (!value) refuse(std::string(key) + " " + inQuotes(*text) + " is not known.");
    return value;
}

std::optional<double> optionalNumber(const json& entry, const char* key) {
    const json* value = member(entry, key);
    if (!value) return std::nullopt;
    if (!value->is_number()) refuse(std::string(key) + " must be a number.");
    const double number = value->get<double>();
    if (!std::isfinite(number)) refuse(std::string(key) + " is not finite.");
    return number;
}

std::optional<geometry::CurveKind> curveFromName(std::string_view text) {
    if (text == "polygon") return geometry::CurveKind::Polygon;
    if (text == "spline") return geometry::CurveKind::Spline;
    return std::nullopt;
}

std::vector<geometry::PatientPoint> points(const json& entry) {
    const json* list = member(entry, "points_mm");
    if (!list) refuse("points_mm is missing.");
    if (!list->is_array()) refuse("points_mm must be an array of [x, y, z].");
    if (list->size() > kMostPoints)
        refuse("The contour has " + std::to_string(list->size()) + " points; at most " +
                   std::to_string(kMostPoints) + " are taken.",
               ErrorCode::TooLarge);
    std::vector<geometry::PatientPoint> result;
    result.reserve(list->size());
    for (const json& point : *list) {
        const std::string which = "Point " + std::to_string(result.size());
        if (!point.is_array() || point.size() != 3) refuse(which + " is not [x, y, z] in millimetres.");
        double xyz[3];
        for (std::size_t i = 0; i < 3; ++i) {
            if (!point[i].is_number() || !std::isfinite(xyz[i] = point[i].get<double>()))
                refuse(which + " has a coordinate that is not a finite number.");
        }
        result.push_back({xyz[0], xyz[1], xyz[2]});
    }
    return result;
}

std::vector<std::size_t> corners(const json& entry) {
    const json* list = member(entry, "corners");
    if (!list) return {};
    if (!list->is_array() || list->size() > kMostPoints) refuse("corners must be an array of point indices.");
    std::vector<std::size_t> result;
    for (const json& corner : *list) {
        if (!corner.is_number_unsigned())
            refuse("corners must be an array of point indices, counted from 0.");
        result.push_back(corner.get<std::size_t>());
    }
    return result;
}

int frame(const json& entry) {
    const json* value = member(entry, "frame");
    if (!value) return 1;
    constexpr std::uint64_t most = 2'147'483'647;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() < 1 || value->get<std::uint64_t>() > most)
        refuse("frame must be a whole number, counted from 1.");
    return static_cast<int>(value->get<std::uint64_t>());
}

Timestamp created(const json& entry) {
    auto text = optionalText(entry, "created");
    if (!text || text->empty()) return now();
    if (text->ends_with("+00:00")) text->replace(text->size() - 6, 6, "Z");
    const auto time = timestampFromIso8601(*text);
    if (!time) refuse("created: " + time.error().message);
    return *time;
}

Contour contour(const json& entry) {
    if (!entry.is_object()) refuse("The entry is not an object.");
    if (const json* deleted = member(entry, "deleted"); deleted && *deleted == true)
        refuse("The entry is a version that says that its contour was deleted.");
    Contour c;
    c.id = uuid(entry, "uuid").value_or(ContourId(newUuid()));
    c.study = StudyUid(uid(entry, "study_uid"));
    c.image = {SeriesUid(uid(entry, "series_uid")), SopUid(uid(entry, "sop_uid")), frame(entry)};
    const auto structure = word(entry, "structure", anatomy::structureFromName);
    if (!structure) refuse("structure is missing: NF or CC.");
    const auto level = word(entry, "level", anatomy::levelFromName);
    if (!level) refuse("level is missing.");
    c.cell = {*structure, *level, word(entry, "side", anatomy::sideFromName),
              word(entry, "quantity", anatomy::quantityFromName)};
    if (c.cell.structure == anatomy::Structure::CC && !c.cell.quantity)
        c.cell.quantity = anatomy::Quantity::DuralSac;
    c.rater = requiredText(entry, "rater");
    const auto source = word(entry, "source", sourceFromName);
    if (!source) refuse("source is missing.");
    c.source = *source;
    if (const json* assessable = member(entry, "assessable")) {
        if (!assessable->is_boolean()) refuse("assessable must be true or false.");
        c.assessable = assessable->get<bool>();
    }
    const auto kind = word(entry, "curve", curveFromName);
    if (!kind && c.assessable) refuse("curve is missing: polygon or spline.");
    c.curve.kind = kind.value_or(geometry::CurveKind::Spline);
    if (c.assessable || member(entry, "points_mm")) c.curve.points = points(entry);
    c.curve.corners = corners(entry);
    c.note = optionalText(entry, "note").value_or("");
    c.plane = word(entry, "plane", geometry::planeFromName);
    c.weighting = word(entry, "weighting", weightingFromName);
    c.protocol = optionalText(entry, "protocol").value_or("");
    c.midlineOffset = optionalNumber(entry, "midline_offset_mm");
    c.obliquity = optionalNumber(entry, "obliquity_deg");
    c.created = created(entry);
    c.parent = uuid(entry, "parent");
    c.model = optionalText(entry, "model");
    if (auto valid = validate(c, std::nullopt); !valid) throw Refusal{valid.error()};
    return c;
}

/// JSON has no NaN, no infinity and no bound on a number's size, but writers exist that produce them. Outside
/// of strings they become null, so that the one contour is refused and not the whole document.
std::string withoutNonFinite(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '"') {
            std::size_t end = i + 1;
            while (end < text.size() && text[end] != '"')
                end += text[end] == '\\' ? 2 : 1;
            end = std::min(end + 1, text.size());
            result.append(text.substr(i, end - i));
            i = end;
            continue;
        }
        const auto isWord = [](char k) {
            return std::isalnum(static_cast<unsigned char>(k)) || k == '.' || k == '+' || k == '-';
        };
        std::size_t end = i;
        while (end < text.size() && isWord(text[end]))
            ++end;
        if (end == i) {
            result += c;
            ++i;
            continue;
        }
        const std::string_view token = text.substr(i, end - i);
        double number = 0.0;
        const auto [stop, error] = std::from_chars(token.data(), token.data() + token.size(), number);
        const bool tooLarge = error == std::errc::result_out_of_range && stop == token.data() + token.size();
        if (tooLarge || token == "NaN" || token == "Infinity" || token == "-Infinity")
            result += "null";
        else
            result.append(token);
        i = end;
    }
    return result;
}

nlohmann::ordered_json orNull(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

template <class Value>
nlohmann::ordered_json nameOrNull(const std::optional<Value>& value) {
    return value ? nlohmann::ordered_json(name(*value)) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json entryOf(const MeasuredContour& measured) {
    const Contour& c = measured.contour;
    nlohmann::ordered_json e;
    e["uuid"] = c.id.text();
    if (measured.version) e["version"] = *measured.version;
    if (measured.deleted) e["deleted"] = true;
    e["study_uid"] = c.study.text();
    e["series_uid"] = c.image.series.text();
    e["sop_uid"] = c.image.sop.text();
    e["frame"] = c.image.frame;
    e["structure"] = name(c.cell.structure);
    e["level"] = name(c.cell.level);
    e["side"] = nameOrNull(c.cell.side);
    e["quantity"] = nameOrNull(c.cell.quantity);
    e["curve"] = c.curve.kind == geometry::CurveKind::Polygon ? "polygon" : "spline";
    auto& list = e["points_mm"] = nlohmann::ordered_json::array();
    for (const geometry::PatientPoint& p : c.curve.points)
        list.push_back({p.x, p.y, p.z});
    e["corners"] = c.curve.corners;
    e["rater"] = c.rater;
    e["source"] = name(c.source);
    e["assessable"] = c.assessable;
    e["note"] = c.note;
    e["plane"] = nameOrNull(c.plane);
    e["weighting"] = nameOrNull(c.weighting);
    e["protocol"] = c.protocol;
    e["midline_offset_mm"] = orNull(c.midlineOffset);
    e["obliquity_deg"] = orNull(c.obliquity);
    e["created"] = toIso8601(c.created);
    e["parent"] = c.parent ? nlohmann::ordered_json(c.parent->text()) : nlohmann::ordered_json(nullptr);
    e["model"] = c.model ? nlohmann::ordered_json(*c.model) : nlohmann::ordered_json(nullptr);
    const auto& m = measured.measurement;
    e["area_mm2"] = m ? orNull(m->area.value()) : nullptr;
    e["area_mask_mm2"] = m && m->areaMask ? orNull(m->areaMask->value()) : nullptr;
    e["perimeter_mm"] = m ? orNull(m->perimeter.value()) : nullptr;
    return e;
}

} // namespace

Result<ReadContours> contoursFromJson(std::string_view text) {
    const auto notOne = [](std::string why) {
        return fail(ErrorCode::InvalidArgument,
                    "The text is no forameter-contours document: " + std::move(why));
    };
    // Parsed from iterators, without exceptions; both parsing and destruction are iterative, so depth is no
    // danger.
    json document = json::parse(text.begin(), text.end(), nullptr, false);
    if (document.is_discarded()) {
        const std::string tolerant = withoutNonFinite(text);
        document = json::parse(tolerant.begin(), tolerant.end(), nullptr, false);
    }
    if (document.is_discarded()) return notOne("it is not valid JSON.");
    if (!document.is_object()) return notOne("it is not a JSON object.");
    const json* format = member(document, "format");
    if (!format || !format->is_string() || format->get_ref<const std::string&>() != kFormat)
        return notOne("its format is not \"forameter-contours\".");
    const json* version = member(document, "version");
    if (!version || !version->is_number_integer() || *version < 1)
        return notOne("its version is missing or no whole number.");
    if (*version > kVersion)
        return notOne("it has a version newer than 1, which this program does not know.");
    const json* entries = member(document, "contours");
    if (!entries || !entries->is_array()) return notOne("it has no list of contours.");

    ReadContours read;
    read.contours.reserve(entries->size());
    std::size_t index = 0;
    for (const json& entry : *entries) {
        try {
            read.contours.push_back(contour(entry));
            if (!uuid(entry, "uuid")) read.unnamed.insert(read.contours.back().id);
            read.indices.push_back(index);
        } catch (const Refusal& refusal) {
            read.refused.push_back({index, refusal.error});
        }
        ++index;
    }
    return read;
}

std::string contoursToJson(const std::vector<MeasuredContour>& contours) {
    // One contour per line: documents stay comparable line by line.
    std::string text = R"({"format": "forameter-contours", "version": 1, "contours": [)";
    const char* separator = "\n";
    for (const MeasuredContour& measured : contours) {
        text += separator;
        text += dumped(entryOf(measured));
        separator = ",\n";
    }
    return text + "\n]}\n";
}

} // namespace forameter::protocol
