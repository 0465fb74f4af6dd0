// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/image_plane.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <numbers>

namespace forameter::geometry {
namespace {

constexpr double kRadian = std::numbers::pi / 180.0;

ImagePlane::Fields sagittal() {
    return {{-3.0, -100.0, 120.0}, {0, 1, 0}, {0, 0, -1}, 0.5, 0.4, 512, 400};
}
ImagePlane axial(double tilt = 0.0, double z = 0.0) {
    return ImagePlane::create(
               {{-80.0, -80.0, z}, {1, 0, 0}, {0, std::cos(tilt), -std::sin(tilt)}, 0.5, 0.5, 321, 321})
        .value();
}

TEST(ImagePlane, PixelsPlaneAndPatientGoThereAndBack) {
    const auto plane = ImagePlane::create(sagittal()).value();
    EXPECT_EQ(plane.toPatient(PixelPoint{0, 0}), (PatientPoint{-3.0, -100.0, 120.0}));
    const PatientPoint p =
        plane.toPatient(PixelPoint{10, 20}); // column 10: 4 mm to the back; row 20: 10 mm to the feet
    EXPECT_NEAR(p.y, -96.0, 1e-12);
    EXPECT_NEAR(p.z, 110.0, 1e-12);
    const PixelPoint back = plane.toPixel(p);
    EXPECT_NEAR(back.x, 10.0, 1e-12);
    EXPECT_NEAR(back.y, 20.0, 1e-12);
    EXPECT_NEAR(plane.pixelArea().value(), 0.2, 1e-15);
}

TEST(ImagePlane, FootOfThePerpendicularIgnoresTheDistance) {
    const auto plane = ImagePlane::create(sagittal()).value();
    const PatientPoint on = plane.toPatient(PlanePoint{7.0, 9.0});
    const PlanePoint foot = plane.toPlane(on + 5.0 * plane.normal());
    EXPECT_NEAR(foot.x, 7.0, 1e-12);
    EXPECT_NEAR(foot.y, 9.0, 1e-12);
    EXPECT_NEAR(plane.distance(on + 5.0 * plane.normal()).value(), 5.0, 1e-12);
    EXPECT_NEAR(plane.distance(on - 2.0 * plane.normal()).value(), -2.0, 1e-12);
}

TEST(ImagePlane, OuterHalfPixelsBelongToTheImage) {
    const auto plane = ImagePlane::create(sagittal()).value();
    EXPECT_TRUE(plane.contains(plane.toPatient(PixelPoint{-0.49, 399.49})));
    EXPECT_FALSE(plane.contains(plane.toPatient(PixelPoint{-0.51, 0})));
    EXPECT_FALSE(plane.contains(plane.toPatient(PixelPoint{0, 399.51})));
    const PlanePoint c = plane.toPlane(plane.center());
    EXPECT_NEAR(c.x, 0.5 * (plane.bounds()[0] + plane.bounds()[1]), 1e-12);
    EXPECT_NEAR(c.y, 0.5 * (plane.bounds()[2] + plane.bounds()[3]), 1e-12);
}

TEST(ImagePlane, WhatCannotBeTrustedIsRefusedWithItsReason) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                     inf = std::numeric_limits<double>::infinity();
    const auto code = [](auto change) {
        auto fields = sagittal();
        change(fields);
        const auto plane = ImagePlane::create(fields);
        EXPECT_FALSE(plane.has_value());
        return plane ? ErrorCode::Other : plane.error().code;
    };
    using F = ImagePlane::Fields;
    EXPECT_EQ(code([](F& f) { f.origin.y = nan; }), ErrorCode::BadPosition);
    EXPECT_EQ(code([](F& f) { f.rowDirection.x = inf; }), ErrorCode::BadOrientation);
    EXPECT_EQ(code([](F& f) { f.rowDirection = {0, 1.01, 0}; }), ErrorCode::BadOrientation);
    EXPECT_EQ(code([](F& f) { f.columnDirection = {0, 0, 0}; }), ErrorCode::BadOrientation);
    EXPECT_EQ(code([](F& f) { f.columnDirection = {0, 1, 0}; }), ErrorCode::BadOrientation);
    EXPECT_EQ(code([](F& f) { f.rowSpacing = 0.0; }), ErrorCode::BadSpacing);
    EXPECT_EQ(code([](F& f) { f.columnSpacing = -0.5; }), ErrorCode::BadSpacing);
    EXPECT_EQ(code([](F& f) { f.columnSpacing = nan; }), ErrorCode::BadSpacing);
    EXPECT_EQ(code([](F& f) { f.rowSpacing = 25.0; }), ErrorCode::BadSpacing);
    EXPECT_EQ(code([](F& f) { f.columns = 0; }), ErrorCode::BadDimensions);
    EXPECT_EQ(code([](F& f) { f.rows = -1; }), ErrorCode::BadDimensions);
}

TEST(ImagePlane, RoundedDirectionsAreMadeOrthonormal) {
    auto fields = sagittal();
    fields.rowDirection = {0.0004, 0.9996, 0.0003};
    const auto plane = ImagePlane::create(fields).value();
    EXPECT_NEAR(length(plane.rowDirection()), 1.0, 1e-15);
    EXPECT_NEAR(length(plane.columnDirection()), 1.0, 1e-15);
    EXPECT_NEAR(dot(plane.rowDirection(), plane.columnDirection()), 0.0, 1e-15);
}

TEST(ImagePlane, IsNamedAfterTheNearestAnatomicalPlane) {
    EXPECT_EQ(ImagePlane::create(sagittal()).value().plane(), Plane::Sagittal);
    EXPECT_EQ(axial().plane(), Plane::Axial);
    EXPECT_EQ(axial(34.0 * kRadian).plane(), Plane::Axial);
    EXPECT_EQ(axial(-34.0 * kRadian).plane(), Plane::Axial);
    EXPECT_EQ(axial(45.0 * kRadian).plane(), Plane::Oblique);
    EXPECT_EQ(axial(60.0 * kRadian).plane(), Plane::Coronal);
}

TEST(Plane, IsReadBackFromItsName) {
    using enum Plane;
    for (const Plane plane : {Sagittal, Axial, Coronal, Oblique})
        EXPECT_EQ(planeFromName(name(plane)), plane);
    EXPECT_EQ(name(Oblique), "oblique");
    EXPECT_EQ(planeFromName("Sagittal"), std::nullopt);
    EXPECT_EQ(planeFromName(""), std::nullopt);
}

TEST(OrientationLetters, ComeFromPatientDirectionsInEveryPosition) {
    // On screen an axial image of a patient lying head first supine has the patient's right on the left. In
    // other positions the scanner writes other direction cosines; the letters follow the patient, not the
    // table.
    struct Position {
        const char* name;
        PatientVector row, column;
        const char *toTheRight, *down;
    };
    const Position positions[] = {{"HFS", {1, 0, 0}, {0, 1, 0}, "L", "P"},
                                  {"HFP", {-1, 0, 0}, {0, -1, 0}, "R", "A"},
                                  {"HFDR", {0, -1, 0}, {1, 0, 0}, "A", "L"},
                                  {"HFDL", {0, 1, 0}, {-1, 0, 0}, "P", "R"}};
    for (const auto& p : positions) {
        SCOPED_TRACE(p.name);
        EXPECT_EQ(orientationLetters(p.row), p.toTheRight);
        EXPECT_EQ(orientationLetters(p.column), p.down);
    }
    EXPECT_EQ(orientationLetters({0, 0, 1}), "H");
    EXPECT_EQ(orientationLetters({0, 0, -1}), "F");
}

TEST(OrientationLetters, NameTheLargestComponentFirst) {
    EXPECT_EQ(orientationLetters({0, 0.9, -0.43}), "PF");
    EXPECT_EQ(orientationLetters({0.6, -0.7, 0.3873}), "ALH");
    EXPECT_EQ(orientationLetters({0.2, 0.0, 0.98}), "H");
}

TEST(AngleBetween, IsThatOfTheNormalsWithoutSign) {
    EXPECT_NEAR(angleBetween(axial(), axial(20.0 * kRadian)).value(), 20.0, 1e-9);
    EXPECT_NEAR(angleBetween(axial(), ImagePlane::create(sagittal()).value()).value(), 90.0, 1e-9);
    EXPECT_NEAR(angleBetween(axial(), axial(1e-5 * kRadian)).value(), 1e-5, 1e-12);
}

TEST(ReferenceLine, OfAnAxialSliceRunsAcrossTheSagittalImageAtItsHeight) {
    const auto on = ImagePlane::create(sagittal()).value();
    const auto line = referenceLine(on, axial(0.0, 20.0));
    ASSERT_TRUE(line);
    for (const PlanePoint p : {line->from, line->to})
        EXPECT_NEAR(on.toPatient(p).z, 20.0, 1e-9);
    // Clipped to the axial image in y: -80.25 .. 80.25; the sagittal one reaches from -100.2 to 104.6.
    EXPECT_NEAR(std::min(on.toPatient(line->from).y, on.toPatient(line->to).y), -80.25, 1e-9);
    EXPECT_NEAR(std::max(on.toPatient(line->from).y, on.toPatient(line->to).y), 80.25, 1e-9);
}

TEST(ReferenceLine, OfAnAngledSliceIsInBothPlanes) {
    const auto on = ImagePlane::create(sagittal()).value();
    const auto cut = axial(25.0 * kRadian, 30.0);
    const auto line = referenceLine(on, cut);
    ASSERT_TRUE(line);
    for (const PlanePoint p : {line->from, line->to}) {
        EXPECT_NEAR(cut.distance(on.toPatient(p)).value(), 0.0, 1e-9);
        EXPECT_TRUE(cut.contains(on.toPatient(p)) ||
                    std::abs(std::abs(cut.toPlane(on.toPatient(p)).y - 80.0) - 80.25) <
                        1e-6); // on its border
    }
}

TEST(ReferenceLine, IsAbsentWherePlanesAreParallelOrDoNotMeet) {
    const auto on = ImagePlane::create(sagittal()).value();
    EXPECT_FALSE(referenceLine(on, on));
    EXPECT_FALSE(referenceLine(axial(), axial(3.0 * kRadian)));
    EXPECT_FALSE(referenceLine(on, axial(0.0, 500.0)));
    auto aside = sagittal();
    aside.origin.x = 200.0; // lateral of the axial image
    EXPECT_FALSE(referenceLine(ImagePlane::create(aside).value(), axial()));
}

} // namespace
} // namespace forameter::geometry
