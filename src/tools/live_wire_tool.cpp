// SPDX-License-Identifier: Apache-2.0
#include "live_wire_tool.hpp"

#include <algorithm>
#include <utility>

#include "forameter/geometry/raster.hpp"
#include "handles.hpp"
#include "region.hpp"

namespace forameter::tools {

using geometry::CurveKind;
using geometry::PlaneCurve;
using geometry::PlanePoint;

LiveWireTool::Line LiveWireTool::way(PlanePoint from, PlanePoint to) const {
    Line line;
    if (options().pathFinder) line = options().pathFinder(from, to);
    const bool usable = line.size() >= 2 && line.size() <= geometry::kMaxPoints &&
                        std::all_of(line.begin(), line.end(), [](PlanePoint p) { return isFinite(p); });
    if (!usable) return {from};
    line.front() = from; // the finder may have snapped to a pixel
    line.pop_back();
    return line;
}

Outcome LiveWireTool::onPress(const PointerEvent& event) {
    if (m_clicks.empty()) m_start = curve();
    if (m_clicks.size() >= 3 && length(m_clicks.front().at - event.at) <= pointReach(event)) {
        onCancel(); // closed: what is recorded is the contour
        return {true, {}};
    }
    Click click{event.at, {}, {}};
    if (!m_clicks.empty()) {
        if (m_clicks.back().at == event.at) return {true, {}};
        click.way = way(m_clicks.back().at, event.at);
    }
    m_clicks.push_back(std::move(click));
    m_live.clear();
    return {true, record("Add point")};
}

Outcome LiveWireTool::onMove(const PointerEvent& event, bool) {
    if (m_clicks.empty()) return {};
    m_onFirst = m_clicks.size() >= 3 && length(m_clicks.front().at - event.at) <= pointReach(event);
    m_live = way(m_clicks.back().at, event.at);
    m_live.push_back(event.at);
    return {true, {}};
}

Outcome LiveWireTool::onRelease(const PointerEvent&) {
    return {!m_clicks.empty(), {}};
}

Outcome LiveWireTool::onDoubleClick(const PointerEvent& event) {
    if (m_clicks.size() < 3) return onPress(event);
    onCancel();
    return {true, {}};
}

Outcome LiveWireTool::onKey(Key key) {
    if (m_clicks.empty()) return {};
    if (key == Key::Backspace) return takeBack();
    if (key == Key::Escape || (key == Key::Enter && m_clicks.size() >= 3)) onCancel();
    return {key == Key::Escape || key == Key::Enter, {}};
}

void LiveWireTool::onCancel() {
    m_clicks.clear();
    m_live.clear();
    m_start.reset();
    m_onFirst = false;
}

std::optional<Edit> LiveWireTool::record(const char* description) {
    if (m_clicks.size() < 3) return std::nullopt;
    PlaneCurve outline{CurveKind::Polygon, {}, {}};
    for (const Click& click : m_clicks)
        outline.points.insert(outline.points.end(), click.way.begin(), click.way.end());
    const Line back = way(m_clicks.back().at, m_clicks.front().at);
    outline.points.insert(outline.points.end(), back.begin(), back.end());
    // Ways run together where they follow the same edge; the overlay leaves what they enclose.
    auto result = applyRegion(std::nullopt, {outline}, RegionMode::Replace);
    for (const Warning warning : result.warnings)
        warn(warning);
    if (!result.curve) return std::nullopt;
    auto edit = commit(splineThrough(*result.curve, options().fitTolerance.value()), description);
    if (edit) m_clicks.back().recorded = edit->curve;
    return edit;
}

Outcome LiveWireTool::takeBack() {
    const bool recorded = m_clicks.back().recorded.has_value();
    m_clicks.pop_back();
    m_live.clear();
    std::optional<Edit> edit;
    if (recorded) {
        const auto earlier = std::find_if(m_clicks.rbegin(), m_clicks.rend(),
                                          [](const Click& c) { return c.recorded.has_value(); });
        edit = restore(earlier != m_clicks.rend() ? earlier->recorded : m_start, "Take back point");
    }
    if (m_clicks.empty()) onCancel();
    return {true, std::move(edit)};
}

bool LiveWireTool::goesOnWith(const std::optional<PlaneCurve>& curve) {
    // Undo brings back the contour of an earlier click: the later ones are given up with it.
    for (std::size_t n = m_clicks.size(); n-- > 0;) {
        if (!m_clicks[n].recorded || !sameCurve(curve, m_clicks[n].recorded)) continue;
        m_clicks.resize(n + 1);
        m_live.clear();
        return true;
    }
    if (m_clicks.size() < 3 || !sameCurve(curve, m_start)) return false;
    m_clicks.resize(2);
    m_live.clear();
    return true;
}

void LiveWireTool::onPreview(Preview& preview) const {
    if (m_clicks.empty()) return;
    Line line;
    for (const Click& click : m_clicks)
        line.insert(line.end(), click.way.begin(), click.way.end());
    if (m_live.empty())
        line.push_back(m_clicks.back().at);
    else
        line.insert(line.end(), m_live.begin(), m_live.end());
    preview.trace.push_back(std::move(line));
    for (std::size_t i = 0; i < m_clicks.size(); ++i)
        preview.handles.push_back({m_clicks[i].at, false, m_onFirst && i == 0});
}

} // namespace forameter::tools
