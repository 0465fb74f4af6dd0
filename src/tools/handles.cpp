// SPDX-License-Identifier: Apache-2.0
#include "handles.hpp"

#include <algorithm>
#include <utility>

namespace forameter::tools {

using geometry::CurveKind;
using geometry::PlaneCurve;
using geometry::PlanePoint;

PlaneCurve withPoint(PlaneCurve curve, std::size_t segment, PlanePoint point) {
    curve.points.insert(curve.points.begin() + static_cast<std::ptrdiff_t>(segment) + 1, point);
    for (std::size_t& corner : curve.corners)
        if (corner > segment) ++corner;
    return curve;
}

PlaneCurve withoutPoint(PlaneCurve curve, std::size_t index) {
    curve.points.erase(curve.points.begin() + static_cast<std::ptrdiff_t>(index));
    std::erase(curve.corners, index);
    for (std::size_t& corner : curve.corners)
        if (corner > index) --corner;
    return curve;
}

PlaneCurve withCornerToggled(PlaneCurve curve, std::size_t index) {
    if (curve.kind != CurveKind::Spline) return curve;
    const auto place = std::lower_bound(curve.corners.begin(), curve.corners.end(), index);
    if (place != curve.corners.end() && *place == index)
        curve.corners.erase(place);
    else
        curve.corners.insert(place, index);
    return curve;
}

bool isCorner(const PlaneCurve& curve, std::size_t index) {
    return std::find(curve.corners.begin(), curve.corners.end(), index) != curve.corners.end();
}

bool sameCurve(const std::optional<PlaneCurve>& a, const std::optional<PlaneCurve>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return a->kind == b->kind && a->corners == b->corners &&
           std::equal(a->points.begin(), a->points.end(), b->points.begin(), b->points.end(),
                      [](PlanePoint p, PlanePoint q) { return length(p - q) <= 2e-6; });
}

double pointReach(const PointerEvent& event) {
    return 8.0 * event.mmPerScreenPixel;
}
double lineReach(const PointerEvent& event) {
    return 6.0 * event.mmPerScreenPixel;
}

std::optional<std::size_t> pointUnder(const std::vector<PlanePoint>& points, const PointerEvent& event) {
    std::optional<std::size_t> found;
    double least = pointReach(event);
    for (std::size_t i = 0; i < points.size(); ++i)
        if (const double d = length(points[i] - event.at); d <= least) found = i, least = d;
    return found;
}

bool Handles::press(const PlaneCurve& curve, const PointerEvent& event, Change& change) {
    cancel();
    if (const auto index = pointUnder(curve.points, event)) {
        if (event.modifiers.control || event.modifiers.alt) {
            change = {Step::Deleted, withoutPoint(curve, *index)};
        } else if (event.modifiers.shift) {
            change = {Step::Toggled, withCornerToggled(curve, *index)};
        } else {
            m_dragged = curve;
            m_index = *index;
            m_offset = curve.points[m_index] - event.at;
            m_step = Step::Moved;
        }
        m_under = index;
        return true;
    }
    const auto nearest = nearestPoint(curve, event.at);
    if (curve.points.size() < 3 || !(nearest.distance <= lineReach(event))) return false;
    m_dragged = withPoint(curve, nearest.segment, nearest.point);
    m_index = nearest.segment + 1;
    m_offset = nearest.point - event.at;
    m_step = Step::Inserted;
    m_under = m_index;
    return true;
}

void Handles::hover(const PlaneCurve& curve, const PointerEvent& event) {
    m_under = pointUnder(curve.points, event);
    m_insertion.reset();
    if (m_under || curve.points.size() < 3) return;
    if (const auto nearest = nearestPoint(curve, event.at); nearest.distance <= lineReach(event))
        m_insertion = nearest.point;
}

void Handles::drag(const PointerEvent& event) {
    if (m_dragged) m_dragged->points[m_index] = event.at + m_offset;
}

Handles::Change Handles::release() {
    if (!m_dragged) return {};
    Change change{m_step, std::move(*m_dragged)};
    m_dragged.reset();
    m_insertion.reset();
    return change;
}

void Handles::cancel() {
    m_dragged.reset();
    leave();
}

void Handles::leave() {
    m_under.reset();
    m_insertion.reset();
}

void Handles::show(const std::optional<PlaneCurve>& curve, Preview& preview) const {
    if (m_dragged) preview.curve = m_dragged;
    const auto& shown = m_dragged ? m_dragged : curve;
    if (!shown) return;
    for (std::size_t i = 0; i < shown->points.size(); ++i)
        preview.handles.push_back(
            {shown->points[i], isCorner(*shown, i), m_dragged ? i == m_index : m_under == i});
    if (!m_dragged) preview.insertion = m_insertion;
}

const char* description(Handles::Step step) {
    switch (step) {
    case Handles::Step::Inserted:
        return "Insert point";
    case Handles::Step::Deleted:
        return "Delete point";
    case Handles::Step::Toggled:
        return "Change corner";
    case Handles::Step::Moved:
    case Handles::Step::None:
        break;
    }
    return "Move point";
}

} // namespace forameter::tools
