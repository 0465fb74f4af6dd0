// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/preferences.hpp"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"

namespace forameter::workspace {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr auto kPreferencesFile = "preferences.json";
constexpr auto kBindingsFile = "bindings.json";

std::string_view name(WindowOrigin origin) {
    switch (origin) {
    case WindowOrigin::Remembered:
        return "remembered";
    case WindowOrigin::Dicom:
        return "dicom";
    case WindowOrigin::Percentile:
        return "percentile";
    }
    return "";
}

// Each value is taken only if it is of the right type and range: the default stays otherwise.
void take(const json& from, const char* key, bool& into) {
    if (const auto found = from.find(key); found != from.end() && found->is_boolean())
        into = found->get<bool>();
}
void take(const json& from, const char* key, double& into, double low, double high) {
    if (const auto found = from.find(key); found != from.end() && found->is_number()) {
        const auto value = found->get<double>();
        if (value >= low && value <= high) into = value;
    }
}
void take(const json& from, const char* key, std::optional<int>& into, int low, int high) {
    double value = std::nan("");
    take(from, key, value, low, high);
    if (std::isfinite(value)) into = static_cast<int>(value);
}
std::optional<WindowPlace> placeFrom(const json& from) {
    constexpr int far = 100'000; // pixels: more than any wall of screens
    if (!from.is_object()) return std::nullopt;
    std::optional<int> x, y, width, height;
    take(from, "x", x, -far, far);
    take(from, "y", y, -far, far);
    take(from, "width", width, 1, far);
    take(from, "height", height, 1, far);
    if (!x || !y || !width || !height) return std::nullopt;
    WindowPlace place{*x, *y, *width, *height};
    take(from, "maximised", place.maximised);
    return place;
}
std::string word(const json& from, const char* key) {
    const auto found = from.find(key);
    return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Preferences fromJson(const json& document) {
    Preferences p;
    if (word(document, "theme") == "light") p.theme = Theme::Light;
    take(document, "scale", p.scale, 1.0, 2.0);
    if (const auto tool = word(document, "tool"); !tool.empty()) p.tool = tool;
    take(document, "brush_radius_mm", p.brushRadius, 0.3, 50.0);
    for (const auto origin : {WindowOrigin::Remembered, WindowOrigin::Dicom, WindowOrigin::Percentile}) {
        if (word(document, "window") == name(origin)) p.window = origin;
    }
    if (word(document, "on_import") == "leave") p.onImport = OnImport::LeaveInPlace;
    take(document, "reference_lines", p.referenceLines);
    take(document, "proposals", p.proposals);
    take(document, "overlays", p.overlays);
    take(document, "level_labels", p.levelLabels);
    take(document, "worklist", p.worklistOpen);
    take(document, "worklist_width", p.worklistWidth, 1, 10'000);
    if (const auto place = document.find("place"); place != document.end()) p.place = placeFrom(*place);
    if (const auto rater = word(document, "rater"); !rater.empty()) p.lastRater = rater;
    if (const auto windows = document.find("windows"); windows != document.end() && windows->is_object()) {
        for (const auto& [weighting, value] : windows->items()) {
            const auto known = weightingFromName(weighting);
            if (!known || !value.is_object()) continue;
            RelativeWindow window{std::nan(""), std::nan("")};
            take(value, "center", window.center, -10.0, 10.0);
            take(value, "width", window.width, 1e-3, 20.0);
            if (std::isfinite(window.center) && std::isfinite(window.width)) p.windows[*known] = window;
        }
    }
    return p;
}

json toJson(const Preferences& p) {
    json document{{"format", "forameter-preferences"},
                  {"version", 1},
                  {"theme", p.theme == Theme::Light ? "light" : "dark"},
                  {"scale", p.scale},
                  {"tool", p.tool},
                  {"brush_radius_mm", p.brushRadius},
                  {"window", name(p.window)},
                  {"on_import", p.onImport == OnImport::LeaveInPlace ? "leave" : "copy"},
                  {"reference_lines", p.referenceLines},
                  {"proposals", p.proposals},
                  {"overlays", p.overlays},
                  {"level_labels", p.levelLabels},
                  {"worklist", p.worklistOpen},
                  {"windows", json::object()}};
    if (p.worklistWidth) document["worklist_width"] = *p.worklistWidth;
    if (p.place)
        document["place"] = {{"x", p.place->x},
                             {"y", p.place->y},
                             {"width", p.place->width},
                             {"height", p.place->height},
                             {"maximised", p.place->maximised}};
    if (p.lastRater) document["rater"] = *p.lastRater;
    for (const auto& [weighting, window] : p.windows) {
        document["windows"][std::string(name(weighting))] = {{"center", window.center},
                                                             {"width", window.width}};
    }
    return document;
}

/// Keeps a file that could not be understood, so that a person can still look into it.
std::string putAside(const fs::path& file) {
    const fs::path broken = file.string() + ".broken";
    std::error_code error;
    fs::rename(file, broken, error);
    return shown(file) + " is damaged, so the defaults are used" +
           (error ? "." : "; it was kept as " + shown(broken.filename()) + ".");
}

} // namespace

LoadedPreferences loadPreferences(const fs::path& folder) {
    LoadedPreferences loaded;
    if (folder.empty()) return loaded;
    if (const auto text = readWhole(folder / kPreferencesFile)) {
        const auto document = json::parse(*text, nullptr, false);
        if (document.is_object())
            loaded.preferences = fromJson(document);
        else
            loaded.messages.push_back(putAside(folder / kPreferencesFile));
    }
    if (const auto text = readWhole(folder / kBindingsFile)) {
        if (auto read = Bindings::fromJson(*text)) {
            loaded.preferences.bindings = std::move(read->bindings);
            loaded.messages.insert(loaded.messages.end(), read->skipped.begin(), read->skipped.end());
        } else {
            loaded.messages.push_back(putAside(folder / kBindingsFile));
        }
    }
    return loaded;
}

Result<> savePreferences(const Preferences& preferences, const fs::path& folder) {
    return makeFolders(folder)
        .and_then(
            [&] { return writeWhole(folder / kPreferencesFile, dumped(toJson(preferences), 2) + "\n"); })
        .and_then([&] { return writeWhole(folder / kBindingsFile, preferences.bindings.toJson()); });
}

std::optional<fs::path> userConfigFolder() {
    // The specification tells to ignore relative paths (XDG Base Directory 0.8).
    if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg != nullptr && xdg[0] == '/')
        return fs::path(xdg) / "forameter";
    if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
        return fs::path(home) / ".config" / "forameter";
    return std::nullopt;
}

} // namespace forameter::workspace
