// SPDX-License-Identifier: Apache-2.0
// The mouse half of actions.hpp.
#include <algorithm>
#include <array>

#include "forameter/workspace/actions.hpp"

namespace forameter::workspace {

namespace {

constexpr std::array kButtons{std::pair{MouseButton::Left, "Left"}, std::pair{MouseButton::Middle, "Middle"},
                              std::pair{MouseButton::Right, "Right"}, std::pair{MouseButton::Wheel, "Wheel"}};

struct MouseRow {
    MouseAction action;
    std::string_view name, title;
};
constexpr std::array kMouse{MouseRow{MouseAction::WindowLevel, "window-level", "Window and level"},
                            MouseRow{MouseAction::Pan, "pan", "Move the picture"},
                            MouseRow{MouseAction::Zoom, "zoom", "Zoom"},
                            MouseRow{MouseAction::Slices, "slices", "Slices"},
                            MouseRow{MouseAction::Tool, "tool", "Contour tool"},
                            MouseRow{MouseAction::Crosshair, "crosshair", "Same place in all panes"},
                            MouseRow{MouseAction::ToolSize, "tool-size", "Size of the tool"}};

} // namespace

std::string text(const MouseChord& chord) {
    std::string all;
    if (chord.control) all += "Ctrl+";
    if (chord.shift) all += "Shift+";
    if (chord.alt) all += "Alt+";
    return all + kButtons[static_cast<std::size_t>(chord.button)].second;
}

std::optional<MouseChord> chordFromText(std::string_view text) {
    MouseChord chord;
    for (;;) {
        const auto plus = text.find('+');
        const auto word = text.substr(0, plus);
        if (plus == std::string_view::npos) {
            const auto found =
                std::ranges::find(kButtons, word, [](const auto& b) { return std::string_view(b.second); });
            if (found == kButtons.end()) return std::nullopt;
            chord.button = found->first;
            return chord;
        }
        if (word == "Ctrl")
            chord.control = true;
        else if (word == "Shift")
            chord.shift = true;
        else if (word == "Alt")
            chord.alt = true;
        else
            return std::nullopt;
        text.remove_prefix(plus + 1);
    }
}

std::string_view name(MouseAction action) noexcept {
    return kMouse[static_cast<std::size_t>(action)].name;
}
std::string_view title(MouseAction action) noexcept {
    return kMouse[static_cast<std::size_t>(action)].title;
}
std::optional<MouseAction> mouseActionFromName(std::string_view name) noexcept {
    const auto found = std::ranges::find(kMouse, name, &MouseRow::name);
    if (found == kMouse.end()) return std::nullopt;
    return found->action;
}

} // namespace forameter::workspace
