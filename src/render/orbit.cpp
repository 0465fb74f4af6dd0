// SPDX-License-Identifier: Apache-2.0
#include "orbit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace forameter::render {
namespace {

using geometry::PatientVector;
constexpr double kQuarter = std::numbers::pi / 2;

double halfAngle() {
    return Orbit::kViewAngle / 2 * std::numbers::pi / 180;
}

} // namespace

PatientVector Orbit::direction() const {
    return {std::cos(pitch) * std::sin(yaw), -std::cos(pitch) * std::cos(yaw), std::sin(pitch)};
}

// The derivative of the direction by the pitch: a unit vector that is defined looking straight down as well.
PatientVector Orbit::up() const {
    return {-std::sin(pitch) * std::sin(yaw), std::sin(pitch) * std::cos(yaw), std::cos(pitch)};
}

void Orbit::fit(std::span<const geometry::PatientPoint> points, int width, int height) {
    if (points.empty() || width <= 0 || height <= 0) return;
    auto low = points.front(), high = points.front();
    for (const auto& p : points) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    focus = 0.5 * (low + high);

    constexpr double kMargin = 1.04;
    const double tall = std::tan(halfAngle()) / kMargin, wide = tall * width / height;
    reach = 20.0; // mm; a single point is looked at from near
    for (const auto& p : points) {
        const auto offset = p - focus;
        const double needed =
            std::max(std::abs(dot(offset, up())) / tall, std::abs(dot(offset, right())) / wide);
        reach = std::max(reach, needed + dot(offset, direction()));
    }
}

void Orbit::look(CameraPreset preset) {
    zoom = 1.0;
    pitch = 0.0;
    switch (preset) {
    case CameraPreset::Oblique:
        yaw = 0.62 * kQuarter;
        pitch = 0.22 * kQuarter;
        break;
    case CameraPreset::Anterior:
        yaw = 0.0;
        break;
    case CameraPreset::Posterior:
        yaw = 2 * kQuarter;
        break;
    case CameraPreset::Left:
        yaw = kQuarter;
        break;
    case CameraPreset::Right:
        yaw = -kQuarter;
        break;
    case CameraPreset::Superior: // front up, as a surgeon stands behind the head of a supine patient
        yaw = 2 * kQuarter;
        pitch = kQuarter;
        break;
    }
}

void Orbit::rotate(double dx, double dy, int height) {
    const double perPixel = std::numbers::pi / std::max(height, 1);
    yaw = std::remainder(yaw - dx * perPixel, 2 * std::numbers::pi);
    pitch = std::clamp(pitch + dy * perPixel, -kQuarter, kQuarter);
}

void Orbit::scale(double factor) {
    if (factor > 0) zoom = std::clamp(zoom * factor, 0.2, 30.0);
}

void Orbit::pan(double dx, double dy, int height) {
    const double mmPerPixel = 2 * distance() * std::tan(halfAngle()) / std::max(height, 1);
    focus = focus - mmPerPixel * dx * right() + mmPerPixel * dy * up();
}

} // namespace forameter::render
