// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "forameter/core/text.hpp"
#include "forameter/workspace/actions.hpp"

namespace forameter::workspace {

namespace {

const std::vector<MouseBinding>& defaultMouse() {
    // While a tool is active it has the left button with every modifier; Ctrl with the right button keeps the
    // window in reach.
    static const std::vector<MouseBinding> rows{
        {{MouseButton::Left}, MouseAction::WindowLevel},
        {{MouseButton::Left, true}, MouseAction::Crosshair},
        {{MouseButton::Middle}, MouseAction::Pan},
        {{MouseButton::Middle, true}, MouseAction::Crosshair},
        {{MouseButton::Right}, MouseAction::Zoom},
        {{MouseButton::Right, false, true}, MouseAction::WindowLevel},
        {{MouseButton::Wheel}, MouseAction::Slices},
        {{MouseButton::Wheel, false, true}, MouseAction::Zoom},
        {{MouseButton::Wheel, true}, MouseAction::ToolSize},
    };
    return rows;
}

std::vector<std::string> defaultKeys(ActionId id) {
    std::vector<std::string> keys;
    for (const auto key : action(id).keys)
        keys.emplace_back(key);
    return keys;
}

bool isKeyName(std::string_view name) {
    static const std::set<std::string_view> names{"Esc",   "Tab",  "Backtab", "Backspace", "Return", "Enter",
                                                  "Ins",   "Del",  "Home",    "End",       "Left",   "Up",
                                                  "Right", "Down", "PgUp",    "PgDown",    "Space",  "Menu"};
    if (name.size() == 1) return name[0] > ' ' && name[0] < 127 && !(name[0] >= 'a' && name[0] <= 'z');
    if (name.size() >= 2 && name.size() <= 3 && name[0] == 'F')
        return std::ranges::all_of(name.substr(1), [](char c) { return c >= '0' && c <= '9'; });
    return names.contains(name);
}

/// Modifiers in the order Ctrl, Shift, Alt, Meta, then one key: one spelling per key, so that equal keys
/// compare equal.
bool isKeySequence(std::string_view key) {
    for (const std::string_view modifier : {"Ctrl+", "Shift+", "Alt+", "Meta+"}) {
        if (key.starts_with(modifier)) key.remove_prefix(modifier.size());
    }
    return isKeyName(key);
}

bool canPoint(MouseButton button) {
    return button != MouseButton::Wheel;
}

/// Whether an action makes sense on a chord: crosshair and tools need a pointer, tool size a wheel.
bool fits(const MouseChord& chord, MouseAction action) {
    switch (action) {
    case MouseAction::Crosshair:
    case MouseAction::Pan:
    case MouseAction::WindowLevel:
        return canPoint(chord.button);
    case MouseAction::ToolSize:
        return !canPoint(chord.button);
    case MouseAction::Tool:
        return false; // a tool takes the left button by itself
    case MouseAction::Zoom:
    case MouseAction::Slices:
        return true;
    }
    return false;
}

} // namespace

Bindings::Bindings() : m_mouse(defaultMouse()) {
    for (const auto& row : actions())
        m_keys.push_back(defaultKeys(row.id));
}

const std::vector<std::string>& Bindings::keys(ActionId action) const {
    return m_keys[static_cast<std::size_t>(action)];
}

std::optional<ActionId> Bindings::owner(std::string_view key, ActionId id) const {
    for (const auto& row : actions()) {
        if (row.id != id && row.held == action(id).held && meet(row, action(id)) &&
            std::ranges::find(keys(row.id), key) != keys(row.id).end())
            return row.id;
    }
    return std::nullopt;
}

std::optional<ActionId> Bindings::actionFor(std::string_view key, Room room) const {
    for (const bool held : {false, true}) {
        for (const auto& row : actions()) {
            if (row.held == held && (!row.room || row.room == room) &&
                std::ranges::find(keys(row.id), key) != keys(row.id).end())
                return row.id;
        }
    }
    return std::nullopt;
}

Result<> Bindings::setKeys(ActionId id, std::vector<std::string> keys) {
    for (const auto& key : keys) {
        if (!isKeySequence(key))
            return fail(ErrorCode::InvalidArgument, "\"" + key + "\" is not the name of a key.");
        if (const auto taken = owner(key, id)) {
            return fail(ErrorCode::Conflict,
                        key + " already means \"" + std::string(action(*taken).title) + "\".");
        }
    }
    m_keys[static_cast<std::size_t>(id)] = std::move(keys);
    return {};
}

std::optional<MouseAction> Bindings::mouseAction(const MouseChord& chord, ToolActive tool) const {
    if (tool == ToolActive::Yes && chord.button == MouseButton::Left) return MouseAction::Tool;
    const auto found = std::ranges::find(m_mouse, chord, &MouseBinding::chord);
    if (found == m_mouse.end()) return std::nullopt;
    return found->action;
}

Result<> Bindings::setMouse(const MouseChord& chord, std::optional<MouseAction> action) {
    if (action && !fits(chord, *action)) {
        return fail(ErrorCode::InvalidArgument,
                    text(chord) + " cannot be used for \"" + std::string(title(*action)) + "\".");
    }
    auto changed = m_mouse;
    const auto found = std::ranges::find(changed, chord, &MouseBinding::chord);
    if (found != changed.end()) changed.erase(found);
    if (action) changed.push_back({chord, *action});
    for (const auto needed :
         {MouseAction::WindowLevel, MouseAction::Pan, MouseAction::Zoom, MouseAction::Slices}) {
        if (std::ranges::find(changed, needed, &MouseBinding::action) == changed.end()) {
            return fail(ErrorCode::InvalidArgument, "Nothing would be left for \"" +
                                                        std::string(title(needed)) +
                                                        "\"; give it another button first.");
        }
    }
    std::ranges::sort(changed, {}, &MouseBinding::chord);
    m_mouse = std::move(changed);
    return {};
}

std::vector<Bindings::Conflict> Bindings::conflicts() const {
    std::vector<Conflict> found;
    const auto rows = actions();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t k = i + 1; k < rows.size(); ++k) {
            if (rows[i].held != rows[k].held) continue; // a tap does one, holding the other
            if (!meet(rows[i], rows[k])) continue;
            for (const auto& key : keys(rows[i].id)) {
                if (std::ranges::find(keys(rows[k].id), key) != keys(rows[k].id).end())
                    found.push_back({key, rows[i].id, rows[k].id});
            }
        }
    }
    return found;
}

std::string Bindings::toJson() const {
    nlohmann::ordered_json document{{"format", "forameter-bindings"}, {"version", 1}};
    auto& keysOut = document["keys"] = nlohmann::ordered_json::object();
    for (const auto& row : actions()) {
        if (keys(row.id) != defaultKeys(row.id)) keysOut[std::string(row.name)] = keys(row.id);
    }
    auto sorted = defaultMouse();
    std::ranges::sort(sorted, {}, &MouseBinding::chord);
    auto mine = m_mouse;
    std::ranges::sort(mine, {}, &MouseBinding::chord);
    if (mine != sorted) {
        auto& mouseOut = document["mouse"] = nlohmann::ordered_json::object();
        for (const auto& binding : mine)
            mouseOut[text(binding.chord)] = name(binding.action);
    }
    return dumped(document, 2) + "\n";
}

Result<Bindings::Read> Bindings::fromJson(std::string_view json) {
    const auto document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object()) return fail(ErrorCode::Corrupt, "The key settings are not a JSON document.");
    Read read;
    const auto skip = [&read](std::string sentence) { read.skipped.push_back(std::move(sentence)); };

    if (const auto keys = document.find("keys"); keys != document.end() && keys->is_object()) {
        // Two passes: first free the keys of every changed action, so that two actions may have swapped
        // theirs.
        std::vector<std::pair<ActionId, std::vector<std::string>>> wanted;
        for (const auto& [name, list] : keys->items()) {
            const auto id = actionFromName(name);
            if (!id || !list.is_array()) {
                skip("The key settings name \"" + name + "\", which this version does not know.");
                continue;
            }
            std::vector<std::string> own;
            for (const auto& key : list) {
                if (key.is_string()) own.push_back(key.get<std::string>());
            }
            wanted.emplace_back(*id, std::move(own));
        }
        for (const auto& [id, own] : wanted)
            read.bindings.m_keys[static_cast<std::size_t>(id)].clear();
        for (auto& [id, own] : wanted) {
            if (const auto set = read.bindings.setKeys(id, std::move(own)); !set) {
                skip("\"" + std::string(action(id).title) +
                     "\" keeps its default keys: " + set.error().message);
                auto fallback = defaultKeys(id);
                std::erase_if(fallback, [&, id = id](const auto& key) {
                    return read.bindings.owner(key, id).has_value();
                });
                read.bindings.m_keys[static_cast<std::size_t>(id)] = std::move(fallback);
            }
        }
    }
    if (const auto mouse = document.find("mouse"); mouse != document.end() && mouse->is_object()) {
        Bindings changed = read.bindings;
        std::vector<MouseBinding> all;
        for (const auto& [chordText, actionText] : mouse->items()) {
            const auto chord = chordFromText(chordText);
            const auto action =
                actionText.is_string() ? mouseActionFromName(actionText.get<std::string>()) : std::nullopt;
            if (!chord || !action || !fits(*chord, *action)) {
                skip("The mouse settings name \"" + chordText + "\", which this version does not know.");
                continue;
            }
            all.push_back({*chord, *action});
        }
        std::ranges::sort(all, {}, &MouseBinding::chord);
        changed.m_mouse = std::move(all);
        const bool complete =
            std::ranges::all_of(std::initializer_list<MouseAction>{MouseAction::WindowLevel, MouseAction::Pan,
                                                                   MouseAction::Zoom, MouseAction::Slices},
                                [&](MouseAction needed) {
                                    return std::ranges::find(changed.m_mouse, needed,
                                                             &MouseBinding::action) != changed.m_mouse.end();
                                });
        if (complete)
            read.bindings = std::move(changed);
        else
            skip("The mouse settings leave nothing for window, pan, zoom or slices; the defaults are used.");
    }
    return read;
}

} // namespace forameter::workspace
