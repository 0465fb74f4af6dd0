// SPDX-License-Identifier: Apache-2.0
#include "slice_mapping.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::ui {

using geometry::ImagePlane;
using geometry::PatientVector;
using geometry::PlanePoint;

namespace {
constexpr double kMinScale = 0.2, kMaxScale = 400.0; // pixels per mm

/// The plane's own axis, of the four, that points nearest to `wanted`.
PlanePoint nearestAxis(const ImagePlane& plane, PatientVector wanted) {
    const double along = geometry::dot(plane.rowDirection(), wanted);
    const double across = geometry::dot(plane.columnDirection(), wanted);
    if (std::abs(along) >= std::abs(across)) return {along < 0 ? -1.0 : 1.0, 0.0};
    return {0.0, across < 0 ? -1.0 : 1.0};
}

/// Directions of the patient that point right and down on the screen.
std::pair<PatientVector, PatientVector> hanging(const ImagePlane& plane) {
    const PatientVector left{1, 0, 0}, back{0, 1, 0}, feet{0, 0, -1};
    const PatientVector n = plane.normal();
    const double x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
    if (x >= y && x >= z) return {back, feet};
    return z >= y ? std::pair{left, back} : std::pair{left, feet};
}
} // namespace

SliceMapping::SliceMapping(const ImagePlane& plane) {
    setPlane(plane);
}

void SliceMapping::setPlane(const ImagePlane& plane) {
    const auto [wantRight, wantDown] = hanging(plane);
    const PlanePoint right = nearestAxis(plane, wantRight);
    PlanePoint down = nearestAxis(plane, wantDown);
    if (right.x * down.x + right.y * down.y !=
        0.0) { // both nearest to one axis: 45 degrees; take the other one for down
        down = {right.y, right.x};
        const PatientVector d = down.x * plane.rowDirection() + down.y * plane.columnDirection();
        if (geometry::dot(d, wantDown) < 0) down = {-down.x, -down.y};
    }
    const auto [x0, x1, y0, y1] = plane.bounds();
    const bool swapped = right.x == 0.0;
    const double width = swapped ? y1 - y0 : x1 - x0, height = swapped ? x1 - x0 : y1 - y0;
    const PlanePoint middle{(x0 + x1) / 2, (y0 + y1) / 2};
    const bool sameLayout = right == m_right && down == m_down && std::abs(width - m_width) < 1e-6 &&
                            std::abs(height - m_height) < 1e-6;
    m_right = right;
    m_down = down;
    m_width = width;
    m_height = height;
    m_middle = middle;
    if (!sameLayout) fit();
}

void SliceMapping::fit() {
    m_center = m_middle;
    m_scale =
        std::clamp(std::min(m_size.width() / m_width, m_size.height() / m_height), kMinScale, kMaxScale);
}

void SliceMapping::setExtent(double millimetres) {
    m_scale = std::clamp(std::min(m_size.width(), m_size.height()) / millimetres, kMinScale, kMaxScale);
}

void SliceMapping::zoomAt(QPointF at, double factor) {
    const PlanePoint held = toPlane(at);
    m_scale = std::clamp(m_scale * factor, kMinScale, kMaxScale);
    const PlanePoint moved = toPlane(at);
    m_center = m_center + (held - moved);
}

void SliceMapping::pan(QPointF pixels) {
    m_center = m_center - (pixels.x() / m_scale) * m_right - (pixels.y() / m_scale) * m_down;
}

QPointF SliceMapping::toScreen(PlanePoint p) const {
    const PlanePoint d = p - m_center;
    return {m_size.width() / 2 + m_scale * geometry::dot(d, m_right),
            m_size.height() / 2 + m_scale * geometry::dot(d, m_down)};
}

PlanePoint SliceMapping::toPlane(QPointF p) const {
    const double u = (p.x() - m_size.width() / 2) / m_scale, v = (p.y() - m_size.height() / 2) / m_scale;
    return m_center + u * m_right + v * m_down;
}

render::ViewTransform SliceMapping::deviceView(double ratio) const {
    const double mm = 1.0 / (m_scale * ratio);
    return {.topLeft = toPlane({0, 0}),
            .right = mm * m_right,
            .down = mm * m_down,
            .width = static_cast<int>(std::lround(m_size.width() * ratio)),
            .height = static_cast<int>(std::lround(m_size.height() * ratio))};
}

PatientVector SliceMapping::patientRight(const ImagePlane& plane) const {
    return m_right.x * plane.rowDirection() + m_right.y * plane.columnDirection();
}

PatientVector SliceMapping::patientDown(const ImagePlane& plane) const {
    return m_down.x * plane.rowDirection() + m_down.y * plane.columnDirection();
}

} // namespace forameter::ui
