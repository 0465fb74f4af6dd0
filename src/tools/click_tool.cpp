// SPDX-License-Identifier: Apache-2.0
#include "click_tool.hpp"

#include <algorithm>
#include <utility>

namespace forameter::tools {

using geometry::CurveKind;
using geometry::PlaneCurve;
using geometry::PlanePoint;

Outcome ClickTool::onPress(const PointerEvent& event) {
    m_pointer = event;
    if (!m_drawing) {
        const bool region = m_kind == ToolKind::Polygon &&
                            regionMode(event.modifiers, curve().has_value()) != RegionMode::Replace;
        if (curve() && !region) {
            Handles::Change change;
            if (m_handles.press(*curve(), event, change)) {
                if (change.step == Handles::Step::None) return {true, {}};
                return Tool::change(std::move(change.curve), description(change.step));
            }
        }
        m_handles.cancel();
        m_drawing = true;
        m_recorded = false;
        m_start = curve();
        m_mode = m_kind == ToolKind::Polygon ? regionMode(event.modifiers, curve().has_value())
                                             : RegionMode::Replace;
        m_drawn = {m_kind == ToolKind::Polygon ? CurveKind::Polygon : CurveKind::Spline, {}, {}};
    } else {
        if (onFirstPoint(event)) return close();
        m_grabbed = pointUnder(m_drawn.points, event);
        if (m_grabbed) return {true, {}};
    }
    if (m_drawn.points.size() >= geometry::kMaxPoints) {
        warn(Warning::Limit);
        return {true, {}};
    }
    m_grabbed = m_drawn.points.size();
    if (m_kind == ToolKind::Spline && event.modifiers.shift) m_drawn.corners.push_back(*m_grabbed);
    m_drawn.points.push_back(event.at);
    return {true, {}};
}

Outcome ClickTool::onMove(const PointerEvent& event, bool dragging) {
    m_pointer = event;
    if (!m_drawing) {
        if (dragging && m_handles.dragging()) {
            m_handles.drag(event);
            return {true, {}};
        }
        if (curve()) m_handles.hover(*curve(), event);
        return {};
    }
    if (dragging && m_grabbed) m_drawn.points[*m_grabbed] = event.at;
    return {true, {}};
}

Outcome ClickTool::onRelease(const PointerEvent& event) {
    m_pointer = event;
    if (!m_drawing) {
        if (!m_handles.dragging()) return {};
        m_handles.drag(event);
        auto change = m_handles.release();
        return Tool::change(std::move(change.curve), description(change.step));
    }
    if (!m_grabbed) return {};
    const bool added = *m_grabbed + 1 == m_drawn.points.size();
    m_drawn.points[*std::exchange(m_grabbed, std::nullopt)] = event.at;
    return {true, record(added ? "Add point" : "Move point")};
}

Outcome ClickTool::onDoubleClick(const PointerEvent& event) {
    if (!m_drawing || m_drawn.points.size() < 3) return onPress(event);
    return close();
}

Outcome ClickTool::onKey(Key key) {
    if (!m_drawing) {
        if (key == Key::Escape && m_handles.dragging()) {
            m_handles.cancel();
            return {true, {}};
        }
        const auto index = m_handles.under();
        if (!curve() || !index || *index >= curve()->points.size() || m_handles.dragging()) return {};
        if (key == Key::Delete)
            return change(withoutPoint(*curve(), *index), description(Handles::Step::Deleted));
        if (key == Key::ToggleCorner)
            return change(withCornerToggled(*curve(), *index), description(Handles::Step::Toggled));
        return {};
    }
    switch (key) {
    case Key::Enter:
        return close();
    case Key::Backspace:
        return takeBack();
    case Key::Escape:
        onCancel();
        return {true, {}}; // what is recorded stays: undo takes it back
    case Key::Delete:
    case Key::ToggleCorner:
        break;
    }
    return {};
}

void ClickTool::onCancel() {
    m_handles.cancel();
    m_drawing = false;
    m_recorded = false;
    m_grabbed.reset();
    m_drawn = {};
    m_start.reset();
}

void ClickTool::onLeave() {
    m_pointer.reset();
    m_handles.leave();
}

bool ClickTool::crosses(const PlaneCurve& curve, std::size_t which) const {
    Judged& judged = m_judged[which];
    if (judged.curve != curve) judged = {curve, geometry::selfIntersection(curve).has_value()};
    return judged.crosses;
}

bool ClickTool::onFirstPoint(const PointerEvent& event) const {
    return m_drawn.points.size() >= 3 && length(m_drawn.points.front() - event.at) <= pointReach(event);
}

std::optional<Edit> ClickTool::record(const char* description) {
    if (!recordsClicks() || m_drawn.points.size() < 3) return std::nullopt;
    auto edit = commit(m_drawn, description);
    if (edit) m_recorded = true;
    return edit;
}

Outcome ClickTool::close() {
    if (m_drawn.points.size() < 3) return {true, {}};
    if (recordsClicks()) {
        auto edit = record("Close contour"); // only if the last click crossed and a point was moved since
        if (curve() == m_drawn) onCancel();  // ends the drawing
        return {true, std::move(edit)};
    }
    auto result = applyRegion(curve(), {m_drawn}, m_mode);
    const bool adds = m_mode == RegionMode::Add;
    onCancel();
    for (const Warning warning : result.warnings)
        warn(warning);
    if (!result.curve) return {true, {}};
    return {true, commit(std::move(*result.curve), adds ? "Add region" : "Remove region")};
}

Outcome ClickTool::takeBack() {
    if (m_grabbed) return {true, {}};
    m_drawn = withoutPoint(std::move(m_drawn), m_drawn.points.size() - 1);
    if (m_drawn.points.size() >= 3) return {true, record("Take back point")};
    std::optional<Edit> edit;
    if (std::exchange(m_recorded, false)) edit = restore(m_start, "Take back point");
    if (m_drawn.points.empty()) onCancel();
    return {true, std::move(edit)};
}

bool ClickTool::goesOnWith(const std::optional<PlaneCurve>& curve) {
    if (!m_drawing || m_grabbed || !recordsClicks()) return false;
    if (sameCurve(curve, m_start)) { // undone to before the third point: the first two are still at hand
        if (!m_recorded) return false;
        while (m_drawn.points.size() > 2)
            m_drawn = withoutPoint(std::move(m_drawn), m_drawn.points.size() - 1);
        m_recorded = false;
        return true;
    }
    // One drawing's contours share their first points; a moved point counts as the same drawing too.
    if (!curve || curve->kind != m_drawn.kind || curve->points.size() < 3) return false;
    const auto a = curve->points.size(), b = m_drawn.points.size();
    if (a > b + 1 || b > a + 1) return false;
    std::size_t different = 0;
    for (std::size_t i = 0; i < std::min(a, b); ++i)
        different += length(curve->points[i] - m_drawn.points[i]) > 2e-6;
    if (different > (a == b ? 1u : 0u)) return false;
    m_drawn = *curve;
    m_recorded = true;
    return true;
}

void ClickTool::onPreview(Preview& preview) const {
    if (!m_drawing) {
        m_handles.show(curve(), preview);
        return;
    }
    PlaneCurve shown = m_drawn;
    const bool closing = m_pointer && onFirstPoint(*m_pointer);
    const bool onPoint = m_pointer && pointUnder(m_drawn.points, *m_pointer).has_value();
    if (m_pointer && !m_grabbed && !onPoint) shown.points.push_back(m_pointer->at);
    preview.removing = m_mode == RegionMode::Remove;
    // Only what Return would record can be wrong: the line to the pointer is no part of it yet.
    const bool ahead = shown.points.size() > m_drawn.points.size();
    if (m_mode == RegionMode::Replace && ahead && m_drawn.points.size() >= 3 &&
        (crosses(m_drawn, 0) || crosses(shown, 1))) {
        preview.curve = m_drawn;
        preview.trace.push_back({m_drawn.points.back(), m_pointer->at});
    } else if (m_mode == RegionMode::Replace && shown.points.size() >= 3) {
        preview.curve = shown;
        if (ahead) preview.placed = m_drawn;
    } else {
        preview.trace.push_back(shown.points);
        preview.traceClosed = m_mode != RegionMode::Replace && shown.points.size() >= 3;
    }
    const auto under = m_pointer ? pointUnder(m_drawn.points, *m_pointer) : std::nullopt;
    for (std::size_t i = 0; i < m_drawn.points.size(); ++i)
        preview.handles.push_back({m_drawn.points[i], isCorner(m_drawn, i),
                                   m_grabbed == i || (!m_grabbed && under == i) || (closing && i == 0)});
}

} // namespace forameter::tools
