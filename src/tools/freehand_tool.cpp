// SPDX-License-Identifier: Apache-2.0
#include "freehand_tool.hpp"

#include "forameter/geometry/raster.hpp"

namespace forameter::tools {

Outcome FreehandTool::onPress(const PointerEvent& event) {
    m_mode = regionMode(event.modifiers, curve().has_value());
    m_line = {event.at};
    return {true, {}};
}

Outcome FreehandTool::onMove(const PointerEvent& event, bool dragging) {
    if (!dragging || m_line.empty()) return {};
    if (m_line.size() < geometry::kMaxPoints && length(event.at - m_line.back()) >= 0.02)
        m_line.push_back(event.at);
    return {true, {}};
}

Outcome FreehandTool::onRelease(const PointerEvent& event) {
    if (m_line.empty()) return {};
    m_line.push_back(event.at);
    const auto line = std::exchange(m_line, {});
    if (line.size() < 4) return {true, {}}; // a click, not a line
    auto result = applyRegion(curve(), {{geometry::CurveKind::Polygon, line, {}}}, m_mode);
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
}

} // namespace forameter::tools
