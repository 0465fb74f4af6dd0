// SPDX-License-Identifier: Apache-2.0
#include "forameter/tools/tool.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "brush_tools.hpp"
#include "click_tool.hpp"
#include "freehand_tool.hpp"
#include "handles.hpp"
#include "live_wire_tool.hpp"
#include "vertex_tool.hpp"

namespace forameter::tools {

namespace {

constexpr std::array kNames{
    std::pair{ToolKind::Spline, std::string_view("spline")},
    std::pair{ToolKind::Polygon, std::string_view("polygon")},
    std::pair{ToolKind::Freehand, std::string_view("freehand")},
    std::pair{ToolKind::LiveWire, std::string_view("live-wire")},
    std::pair{ToolKind::Brush, std::string_view("brush")},
    std::pair{ToolKind::Sculpt, std::string_view("sculpt")},
    std::pair{ToolKind::Vertex, std::string_view("vertex")},
    std::pair{ToolKind::Smooth, std::string_view("smooth")},
};

Options withinLimits(Options options) {
    const double radius = options.radius.value();
    options.radius = Millimetres(radius >= 0.3 ? std::min(radius, 50.0) : 0.3);
    const double tolerance = options.fitTolerance.value();
    options.fitTolerance = Millimetres(tolerance >= 0.005 ? std::min(tolerance, 1.0) : 0.005);
    return options;
}

} // namespace

std::string_view message(Warning warning) noexcept {
    switch (warning) {
    case Warning::Crossing:
        return "The contour would cross or touch itself; it is recorded once it does not.";
    case Warning::Tiny:
        return "The contour encloses less than 1 mm².";
    case Warning::Apart:
        return "The region does not touch the contour; nothing was added.";
    case Warning::Empty:
        return "No contour would be left; nothing was changed.";
    case Warning::Pieces:
        return "Only the largest piece was kept.";
    case Warning::Hole:
        return "A contour has no holes; the hole was filled.";
    case Warning::WentBack:
        return "The point went back: the contour would have crossed or touched itself.";
    case Warning::Limit:
        break;
    }
    return "The contour is too large or has too many points; it was not recorded.";
}

std::string_view name(ToolKind kind) noexcept {
    for (const auto& [known, text] : kNames)
        if (known == kind) return text;
    return "";
}

std::optional<ToolKind> toolKindFromName(std::string_view name) noexcept {
    for (const auto& [known, text] : kNames)
        if (text == name) return known;
    return std::nullopt;
}

Tool::Tool(Options options) : m_options(withinLimits(std::move(options))) {}

void Tool::setCurve(const std::optional<geometry::PlaneCurve>& curve) {
    if (sameCurve(curve, m_curve)) return;
    const bool goesOn = goesOnWith(curve);
    m_curve = curve;
    if (!goesOn) cancel();
}

void Tool::setOptions(Options options) {
    m_options = withinLimits(std::move(options));
}

Outcome Tool::press(const PointerEvent& event) {
    if (!isFinite(event.at)) return {};
    m_pressed = true;
    m_warnings.clear();
    return onPress(event);
}

Outcome Tool::move(const PointerEvent& event) {
    return isFinite(event.at) ? onMove(event, m_pressed) : Outcome{};
}

Outcome Tool::release(const PointerEvent& event) {
    if (!isFinite(event.at) || !std::exchange(m_pressed, false)) return {};
    return onRelease(event);
}

Outcome Tool::doubleClick(const PointerEvent& event) {
    if (!isFinite(event.at)) return {};
    m_pressed = true;
    m_warnings.clear();
    return onDoubleClick(event);
}

Outcome Tool::key(Key key) {
    if (key != Key::Escape) m_warnings.clear();
    return onKey(key);
}

void Tool::leave() {
    onLeave();
}

void Tool::cancel() {
    m_pressed = false;
    m_warnings.clear();
    onCancel();
}

Preview Tool::preview() const {
    Preview preview;
    onPreview(preview);
    const auto add = [&](Warning warning) {
        auto& w = preview.warnings;
        if (std::find(w.begin(), w.end(), warning) == w.end()) w.push_back(warning);
    };
    for (const Warning warning : m_warnings)
        add(warning);
    if (preview.curve) {
        if (!m_judged || m_judged->curve != *preview.curve)
            m_judged = {*preview.curve, selfIntersection(*preview.curve), isTiny(*preview.curve)};
        preview.crossing = m_judged->crossing;
        if (preview.crossing)
            add(Warning::Crossing);
        else if (m_judged->tiny)
            add(Warning::Tiny);
    }
    return preview;
}

std::optional<Edit> Tool::commit(geometry::PlaneCurve curve, std::string description) {
    if (m_curve == curve) return std::nullopt;
    if (!validate(curve)) {
        const bool crosses = selfIntersection(curve).has_value();
        warn(crosses ? Warning::Crossing : curve.points.size() < 3 ? Warning::Empty : Warning::Limit);
        return std::nullopt;
    }
    if (isTiny(curve)) warn(Warning::Tiny);
    m_curve = std::move(curve);
    return Edit{m_curve, std::move(description)};
}

Outcome Tool::change(geometry::PlaneCurve curve, std::string description) {
    if (selfIntersection(curve)) return {true, {}, Warning::WentBack};
    return {true, commit(std::move(curve), std::move(description))};
}

std::optional<Edit> Tool::restore(std::optional<geometry::PlaneCurve> curve, std::string description) {
    if (m_curve == curve) return std::nullopt;
    m_curve = std::move(curve);
    return Edit{m_curve, std::move(description)};
}

void Tool::warn(Warning warning) {
    if (std::find(m_warnings.begin(), m_warnings.end(), warning) == m_warnings.end())
        m_warnings.push_back(warning);
}

std::unique_ptr<Tool> makeTool(ToolKind kind, Options options) {
    switch (kind) {
    case ToolKind::Spline:
    case ToolKind::Polygon:
        return std::make_unique<ClickTool>(kind, std::move(options));
    case ToolKind::Freehand:
        return std::make_unique<FreehandTool>(std::move(options));
    case ToolKind::LiveWire:
        return std::make_unique<LiveWireTool>(std::move(options));
    case ToolKind::Brush:
        return std::make_unique<BrushTool>(std::move(options));
    case ToolKind::Sculpt:
        return std::make_unique<SculptTool>(std::move(options));
    case ToolKind::Smooth:
        return std::make_unique<SmoothTool>(std::move(options));
    case ToolKind::Vertex:
        break;
    }
    return std::make_unique<VertexTool>(std::move(options));
}

} // namespace forameter::tools
