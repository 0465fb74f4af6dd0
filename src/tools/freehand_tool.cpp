// SPDX-License-Identifier: Apache-2.0
#include "freehand_tool.hpp"

#include <cmath>

#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::tools {

namespace {
constexpr std::size_t kLeast = 4;      ///< points of a line that is no click
constexpr double kWorthAWarning = 1.0; ///< mm²: every stroke begins with nothing
} // namespace

Outcome FreehandTool::onPress(const PointerEvent& event) {
    m_mode = regionMode(event.modifiers, curve().has_value());
    m_line = {event.at};
    m_now = {};
    return {true, {}};
}

Outcome FreehandTool::onMove(const PointerEvent& event, bool dragging) {
    if (!dragging || m_line.empty()) return {};
    if (m_line.size() >= geometry::kMaxPoints || length(event.at - m_line.back()) < 0.02) return {true, {}};
    m_line.push_back(event.at);
    m_now = m_line.size() < kLeast ? RegionResult{} : applyRegion(curve(), {outline()}, m_mode);
    return {true, {}};
}

geometry::PlaneCurve FreehandTool::outline() const {
    return {geometry::CurveKind::Polygon, m_line, {}};
}

Outcome FreehandTool::onRelease(const PointerEvent& event) {
    if (m_line.empty()) return {};
    m_line.push_back(event.at);
    const auto line = outline();
    cancelLine();
    if (line.points.size() < kLeast) return {true, {}}; // a click, not a line
    auto result = applyRegion(curve(), {line}, m_mode);
    for (const Warning warning : result.warnings)
        warn(warning);
    if (!result.curve) return {true, {}};
    switch (m_mode) {
    case RegionMode::Add:
        return {true, commit(std::move(*result.curve), "Add region")};
    case RegionMode::Remove:
        return {true, commit(std::move(*result.curve), "Remove region")};
    case RegionMode::Replace:
        break;
    }
    return {true, commit(splineThrough(*result.curve, options().fitTolerance.value()), "Draw contour")};
}

Outcome FreehandTool::onKey(Key key) {
    if (key != Key::Escape || m_line.empty()) return {};
    cancel();
    return {true, {}};
}

void FreehandTool::onPreview(Preview& preview) const {
    if (m_line.empty()) return;
    preview.trace.push_back(m_line);
    preview.removing = m_mode == RegionMode::Remove;
    // A new contour is its line with the ends joined, told of and not filled yet; how an old one changes is
    // shown.
    (m_mode == RegionMode::Replace ? preview.placed : preview.curve) = m_now.curve;
    if (m_line.size() >= kLeast) preview.trace.push_back({m_line.back(), m_line.front()});
    if (std::abs(geometry::signedArea(m_line).value()) >= kWorthAWarning) preview.warnings = m_now.warnings;
}

} // namespace forameter::tools
