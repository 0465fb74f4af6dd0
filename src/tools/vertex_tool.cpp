// SPDX-License-Identifier: Apache-2.0
#include "vertex_tool.hpp"

namespace forameter::tools {

Outcome VertexTool::onPress(const PointerEvent& event) {
    Handles::Change change;
    if (!curve() || !m_handles.press(*curve(), event, change)) return {};
    if (change.step == Handles::Step::None) return {true, {}};
    return Tool::change(std::move(change.curve), description(change.step));
}

Outcome VertexTool::onMove(const PointerEvent& event, bool dragging) {
    if (dragging && m_handles.dragging()) {
        m_handles.drag(event);
        return {true, {}};
    }
    if (curve()) m_handles.hover(*curve(), event);
    return {};
}

Outcome VertexTool::onRelease(const PointerEvent& event) {
    if (!m_handles.dragging()) return {};
    m_handles.drag(event);
    auto change = m_handles.release();
    return Tool::change(std::move(change.curve), description(change.step));
}

Outcome VertexTool::onKey(Key key) {
    if (key == Key::Escape && m_handles.dragging()) {
        m_handles.cancel();
        return {true, {}};
    }
    const auto index = m_handles.under();
    if (!curve() || !index || *index >= curve()->points.size() || m_handles.dragging()) return {};
    if (key == Key::Delete || key == Key::Backspace) {
        auto outcome = change(withoutPoint(*curve(), *index), description(Handles::Step::Deleted));
        if (outcome.edit) m_handles.leave();
        return outcome;
    }
    if (key == Key::ToggleCorner)
        return change(withCornerToggled(*curve(), *index), description(Handles::Step::Toggled));
    return {};
}

} // namespace forameter::tools
