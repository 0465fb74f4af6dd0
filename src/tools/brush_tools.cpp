// SPDX-License-Identifier: Apache-2.0
#include "brush_tools.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/raster.hpp"

namespace forameter::tools {

using geometry::PlaneCurve;
using geometry::PlanePoint;

namespace {

bool removes(const Modifiers& modifiers) {
    return modifiers.control || modifiers.alt;
}

} // namespace

Outcome BrushTool::onPress(const PointerEvent& event) {
    m_pointer = event;
    m_mode = !curve() ? RegionMode::Replace : removes(event.modifiers) ? RegionMode::Remove : RegionMode::Add;
    if (!curve() && removes(event.modifiers)) return {true, {}}; // nothing to take away from
    m_last = event.at;
    m_swept = {capsule(event.at, event.at, options().radius.value())};
    m_result = applyRegion(curve(), m_swept, m_mode).curve;
    return {true, {}};
}

Outcome BrushTool::onMove(const PointerEvent& event, bool dragging) {
    m_pointer = event;
    if (!dragging || m_swept.empty()) return {};
    // A hand's tremble would only add points; the end of the stroke is swept in any case.
    if (length(event.at - m_last) >= 0.05 * options().radius.value()) sweepTo(event.at);
    return {true, {}};
}

void BrushTool::sweepTo(PlanePoint to) {
    const PlaneCurve stretch = capsule(m_last, to, options().radius.value());
    m_swept = combine(m_swept, std::span(&stretch, 1), geometry::SetOperation::Union);
    m_last = to;
    m_result = applyRegion(curve(), m_swept, m_mode).curve;
}

Outcome BrushTool::onRelease(const PointerEvent& event) {
    m_pointer = event;
    if (m_swept.empty()) return {};
    if (!(event.at == m_last)) sweepTo(event.at);
    auto result = applyRegion(curve(), std::exchange(m_swept, {}), m_mode);
    m_result.reset();
    for (const Warning warning : result.warnings)
        warn(warning);
    if (!result.curve) return {true, {}};
    return {true, commit(std::move(*result.curve), m_mode == RegionMode::Remove ? "Erase" : "Paint")};
}

Outcome BrushTool::onKey(Key key) {
    if (key != Key::Escape || m_swept.empty()) return {};
    cancel();
    return {true, {}};
}

void BrushTool::onCancel() {
    m_swept.clear();
    m_result.reset();
}

void BrushTool::onPreview(Preview& preview) const {
    preview.radius = options().radius;
    if (m_pointer) preview.pointer = m_pointer->at;
    preview.removing =
        m_swept.empty() ? m_pointer && removes(m_pointer->modifiers) : m_mode == RegionMode::Remove;
    preview.curve = m_result;
    if (m_swept.empty() || m_result) return;
    for (const PlaneCurve& loop : m_swept)
        preview.trace.push_back(loop.points);
    preview.traceClosed = true;
}

Outcome DeformTool::onPress(const PointerEvent& event) {
    m_pointer = event.at;
    if (!curve()) return {};
    m_dense.emplace(*curve(), std::clamp(options().radius.value() / 6.0, 0.1, 0.5));
    m_result.reset();
    m_last = event.at;
    apply(event.at);
    return {true, {}};
}

Outcome DeformTool::onMove(const PointerEvent& event, bool dragging) {
    m_pointer = event.at;
    if (!dragging || !m_dense) return {};
    apply(event.at);
    return {true, {}};
}

void DeformTool::apply(PlanePoint to) {
    DenseCurve next = *m_dense;
    deform(next, m_last, to);
    m_last = to;
    if (!next.isSimple()) return; // the stroke goes on from where it was
    PlaneCurve result = next.curve(options().fitTolerance.value());
    if (selfIntersection(result)) result = simplified(next.outline(), 0.005);
    m_dense = std::move(next);
    m_result = std::move(result);
}

Outcome DeformTool::onRelease(const PointerEvent& event) {
    m_pointer = event.at;
    if (!m_dense) return {};
    if (!(event.at == m_last)) apply(event.at);
    m_dense.reset();
    auto result = std::exchange(m_result, std::nullopt);
    if (!result) return {true, {}};
    return {true, commit(std::move(*result), description())};
}

Outcome DeformTool::onKey(Key key) {
    if (key != Key::Escape || !m_dense) return {};
    cancel();
    return {true, {}};
}

void DeformTool::onPreview(Preview& preview) const {
    preview.pointer = m_pointer;
    preview.radius = options().radius;
    preview.curve = m_result;
}

void SculptTool::deform(DenseCurve& dense, PlanePoint from, PlanePoint to) const {
    if (!(from == to)) dense.push(from, to - from, options().radius.value());
}

void SmoothTool::deform(DenseCurve& dense, PlanePoint from, PlanePoint to) const {
    const double radius = options().radius.value();
    const int steps = std::clamp(static_cast<int>(length(to - from) / (0.5 * radius)), 1, 100);
    for (int k = 1; k <= steps; ++k)
        dense.smooth(from + (k / double(steps)) * (to - from), radius);
}

Outcome SmoothTool::onKey(Key key) {
    if (key == Key::Enter && curve() && !busy()) return smoothAll();
    if (key != Key::Escape || !busy()) return {};
    cancel();
    return {true, {}};
}

Outcome SmoothTool::smoothAll() {
    if (!curve()) return {};
    DenseCurve dense(*curve(), 0.4); // takes waves below 2 mm away and leaves those above 4 mm
    dense.smooth({}, std::numeric_limits<double>::infinity());
    if (!dense.isSimple()) return {true, {}};
    return {true, commit(splineThrough(dense.outline(), options().fitTolerance.value()), "Smooth contour")};
}

} // namespace forameter::tools
