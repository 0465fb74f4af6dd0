// SPDX-License-Identifier: Apache-2.0
#include "../../src/render/orbit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace forameter::render {
namespace {

using geometry::PatientPoint;

void expectNear(const PatientPoint& a, const PatientPoint& b) {
    EXPECT_LT(length(a - b), 1e-9) << a.x << " " << a.y << " " << a.z;
}

Orbit at(CameraPreset preset) {
    Orbit orbit;
    orbit.look(preset);
    return orbit;
}

TEST(Orbit, PresetsLookFromWhereTheySay) {
    // LPS: x to the left, y to the back, z to the head.
    expectNear(at(CameraPreset::Anterior).direction(), {0, -1, 0});
    expectNear(at(CameraPreset::Posterior).direction(), {0, 1, 0});
    expectNear(at(CameraPreset::Left).direction(), {1, 0, 0});
    expectNear(at(CameraPreset::Right).direction(), {-1, 0, 0});
    expectNear(at(CameraPreset::Superior).direction(), {0, 0, 1});
    for (const auto preset :
         {CameraPreset::Anterior, CameraPreset::Posterior, CameraPreset::Left, CameraPreset::Right})
        expectNear(at(preset).up(), {0, 0, 1});
    expectNear(at(CameraPreset::Superior).up(), {0, -1, 0});
}

TEST(Orbit, FacingThePatientHisLeftIsOnTheRight) {
    expectNear(at(CameraPreset::Anterior).right(), {1, 0, 0});
    expectNear(at(CameraPreset::Left).right(), {0, 1, 0}); // the back on the right, as sagittal images hang
}

TEST(Orbit, TurnsLikeABallUnderTheHand) {
    auto orbit = at(CameraPreset::Anterior);
    orbit.rotate(100, 0, 200); // half a height to the right: a quarter turn, what was on the left (the
                               // patient's right) comes to the front
    expectNear(orbit.direction(), {-1, 0, 0});
    orbit.rotate(0, 1000, 200); // dragged down without end: over the head, and no further
    expectNear(orbit.direction(), {0, 0, 1});
    EXPECT_NEAR(length(orbit.up()), 1, 1e-12);
    EXPECT_NEAR(dot(orbit.up(), orbit.direction()), 0, 1e-12);
}

TEST(Orbit, FitsAllPointsIntoTheViewAndNoLess) {
    const std::vector<PatientPoint> points{
        {-60, -80, 900}, {60, -80, 900}, {0, 120, 1100}, {10, 0, 1150}, {0, 100, 880}};
    for (const auto preset : {CameraPreset::Oblique, CameraPreset::Left, CameraPreset::Superior})
        for (const auto& [width, height] : {std::pair{640, 480}, {300, 900}}) {
            auto orbit = at(preset);
            orbit.fit(points, width, height);
            const auto eye = orbit.focus + orbit.distance() * orbit.direction();
            const double half = std::tan(Orbit::kViewAngle / 2 * std::numbers::pi / 180);
            double furthest = 0; // 1 is the edge of the view
            for (const auto& p : points) {
                const auto ray = p - eye;
                const double depth = -dot(ray, orbit.direction());
                ASSERT_GT(depth, 0);
                furthest = std::max({furthest, std::abs(dot(ray, orbit.up())) / depth / half,
                                     std::abs(dot(ray, orbit.right())) / depth / half * height / width});
            }
            EXPECT_LT(furthest, 1);
            EXPECT_GT(furthest, 0.9);
        }
}

TEST(Orbit, PanMovesWhatLiesInTheFocusWithTheHand) {
    auto orbit = at(CameraPreset::Anterior);
    orbit.reach = 500;
    const auto before = orbit.focus;
    orbit.pan(120, 30, 480);
    const double mm = 2 * 500 * std::tan(Orbit::kViewAngle / 2 * std::numbers::pi / 180) / 480;
    expectNear(orbit.focus, before + PatientPoint{-120 * mm, 0, 30 * mm});
}

TEST(Orbit, ZoomIsBounded) {
    Orbit orbit;
    for (int i = 0; i < 100; ++i)
        orbit.scale(2);
    EXPECT_GT(orbit.distance(), 1);
    for (int i = 0; i < 100; ++i)
        orbit.scale(0.5);
    EXPECT_LT(orbit.distance(), 1e5);
    const double before = orbit.zoom;
    orbit.scale(-1);
    EXPECT_EQ(orbit.zoom, before);
}

} // namespace
} // namespace forameter::render
