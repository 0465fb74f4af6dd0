// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "forameter/geometry/point.hpp"
#include "forameter/render/scene.hpp"

namespace forameter::render {

/// A camera on a sphere around a point, head up. Angles in radians: yaw 0 looks at the patient's front, yaw a
/// quarter turn at the left side; pitch a quarter turn looks down from the head.
struct Orbit {
    static constexpr double kViewAngle = 28.0; ///< degrees, vertical

    geometry::PatientPoint focus;
    double reach = 400.0; ///< mm from the focus to the camera at zoom 1
    double zoom = 1.0;
    double yaw = 0.0;
    double pitch = 0.0;

    /// From the focus to the camera; unit vector.
    [[nodiscard]] geometry::PatientVector direction() const;
    [[nodiscard]] geometry::PatientVector up() const;
    [[nodiscard]] geometry::PatientVector right() const { return cross(up(), direction()); }
    [[nodiscard]] double distance() const { return reach / zoom; }

    /// Takes the middle of the points as focus and comes as near as all of them stay in a view of this shape.
    /// Nothing for no points.
    void fit(std::span<const geometry::PatientPoint> points, int width, int height);
    void look(CameraPreset preset);
    void rotate(double dx, double dy, int height);
    void scale(double factor);
    void pan(double dx, double dy, int height);
};

} // namespace forameter::render
