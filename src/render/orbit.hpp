// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/geometry/point.hpp"
#include "forameter/render/scene.hpp"

namespace forameter::render {

/// A camera on a sphere around a point, head up. Angles in radians: yaw 0 looks at the patient's front, yaw a
/// quarter turn at the left side; pitch a quarter turn looks down from the head.
struct Orbit {
    static constexpr double kViewAngle = 28.0; ///< degrees, vertical

    geometry::PatientPoint focus;
    double radius = 100.0; ///< mm, of the sphere that the view shows at zoom 1
    double zoom = 1.0;
    double yaw = 0.0;
    double pitch = 0.0;

    /// From the focus to the camera; unit vector.
    [[nodiscard]] geometry::PatientVector direction() const;
    [[nodiscard]] geometry::PatientVector up() const;
    [[nodiscard]] geometry::PatientVector right() const { return cross(up(), direction()); }
    /// mm from the focus to the camera in a view of this shape.
    [[nodiscard]] double distance(int width, int height) const;

    void look(CameraPreset preset);
    void rotate(double dx, double dy, int height);
    void scale(double factor);
    void pan(double dx, double dy, int width, int height);
};

} // namespace forameter::render
