// SPDX-License-Identifier: Apache-2.0
#include "slice_mapping.hpp"

#include <gtest/gtest.h>

namespace forameter::ui {
namespace {

using geometry::ImagePlane;
using geometry::PatientVector;

ImagePlane planeWith(PatientVector row, PatientVector column, double rowSpacing = 1.0,
                     double columnSpacing = 1.0) {
    return ImagePlane::create({.origin = {5, 6, 7},
                               .rowDirection = row,
                               .columnDirection = column,
                               .rowSpacing = rowSpacing,
                               .columnSpacing = columnSpacing,
                               .columns = 100,
                               .rows = 80})
        .value();
}

struct Hung {
    const char* name;
    PatientVector row, column;
    PatientVector right, down; ///< wanted on the screen
};

class Hanging : public ::testing::TestWithParam<Hung> {};

TEST_P(Hanging, PutsFrontLeftAndHeadUpWhateverTheOrderInTheFile) {
    const auto& hung = GetParam();
    const ImagePlane plane = planeWith(hung.row, hung.column);
    SliceMapping mapping;
    mapping.setViewSize({400, 300});
    mapping.setPlane(plane);
    EXPECT_EQ(mapping.patientRight(plane), hung.right);
    EXPECT_EQ(mapping.patientDown(plane), hung.down);
}

constexpr PatientVector kLeft{1, 0, 0}, kRight{-1, 0, 0}, kBack{0, 1, 0}, kFront{0, -1, 0}, kHead{0, 0, 1},
    kFeet{0, 0, -1};
INSTANTIATE_TEST_SUITE_P(Planes, Hanging,
                         ::testing::Values(Hung{"SagittalUsual", kBack, kFeet, kBack, kFeet},
                                           Hung{"SagittalUpsideDown", kBack, kHead, kBack, kFeet},
                                           Hung{"SagittalMirrored", kFront, kFeet, kBack, kFeet},
                                           Hung{"SagittalTransposed", kFeet, kBack, kBack, kFeet},
                                           Hung{"AxialUsual", kLeft, kBack, kLeft, kBack},
                                           Hung{"AxialMirrored", kRight, kBack, kLeft, kBack},
                                           Hung{"AxialTransposed", kFront, kRight, kLeft, kBack},
                                           Hung{"CoronalUsual", kLeft, kFeet, kLeft, kFeet}),
                         [](const auto& hung) { return hung.param.name; });

TEST(SliceMapping, GoesThereAndBack) {
    SliceMapping mapping;
    mapping.setViewSize({400, 300});
    mapping.setPlane(planeWith(kFeet, kFront));
    mapping.zoomAt({40, 50}, 2.5);
    mapping.pan({13, -7});
    const geometry::PlanePoint p{12.25, 40.5};
    const auto back = mapping.toPlane(mapping.toScreen(p));
    EXPECT_NEAR(back.x, p.x, 1e-9);
    EXPECT_NEAR(back.y, p.y, 1e-9);
}

TEST(SliceMapping, KeepsTheMillimetreUnderThePointerWhileZooming) {
    SliceMapping mapping;
    mapping.setViewSize({400, 300});
    mapping.setPlane(planeWith(kBack, kFeet));
    const QPointF pointer(90, 222);
    const auto before = mapping.toPlane(pointer);
    mapping.zoomAt(pointer, 3.0);
    const auto after = mapping.toPlane(pointer);
    EXPECT_NEAR(before.x, after.x, 1e-9);
    EXPECT_NEAR(before.y, after.y, 1e-9);
}

TEST(SliceMapping, ShowsAMillimetreEquallyLongInBothDirectionsOnNonSquarePixels) {
    SliceMapping mapping;
    mapping.setViewSize({400, 300});
    mapping.setPlane(planeWith(kBack, kFeet, 0.7, 0.5));
    const QPointF origin = mapping.toScreen({0, 0}), along = mapping.toScreen({10, 0}),
                  down = mapping.toScreen({0, 10});
    EXPECT_NEAR(along.x() - origin.x(), down.y() - origin.y(), 1e-9);
}

TEST(SliceMapping, TellsThePainterTheSameInDevicePixels) {
    SliceMapping mapping;
    mapping.setViewSize({400, 300});
    mapping.setPlane(planeWith(kFeet, kBack));
    mapping.zoomAt({100, 100}, 1.7);
    const auto view = mapping.deviceView(2.0);
    EXPECT_EQ(view.width, 800);
    EXPECT_EQ(view.height, 600);
    const auto wanted = mapping.toPlane({123.0, 45.5});
    const auto told = view.toPlane({246.0, 91.0});
    EXPECT_NEAR(told.x, wanted.x, 1e-9);
    EXPECT_NEAR(told.y, wanted.y, 1e-9);
}

} // namespace
} // namespace forameter::ui
