// SPDX-License-Identifier: Apache-2.0
#include "forameter/render/view_transform.hpp"

#include <gtest/gtest.h>

namespace forameter::render {
namespace {

using geometry::PlanePoint;

geometry::ImagePlane wide() {
    return geometry::ImagePlane::create({.origin = {0, 0, 0},
                                         .rowDirection = {0, 1, 0},
                                         .columnDirection = {0, 0, -1},
                                         .rowSpacing = 0.5,
                                         .columnSpacing = 1.0,
                                         .columns = 200,
                                         .rows = 100})
        .value();
}

void expectNear(DevicePoint a, DevicePoint b) {
    EXPECT_NEAR(a.x, b.x, 1e-9);
    EXPECT_NEAR(a.y, b.y, 1e-9);
}

TEST(ViewTransform, FittingShowsTheWholeImageCentredWithSquareMillimetres) {
    const auto view = ViewTransform::fitting(wide(), 400, 300); // 200 x 50 mm
    EXPECT_DOUBLE_EQ(view.mmPerPixel(), 0.5);
    EXPECT_DOUBLE_EQ(length(view.down), 0.5);
    expectNear(view.toDevice({-0.5, -0.25}), {0, 100}); // the image's corners, outer half pixels included
    expectNear(view.toDevice({199.5, 49.75}), {400, 200});
}

TEST(ViewTransform, AroundPutsTheSpanAcrossTheShorterSide) {
    const auto view = ViewTransform::around({50, 20}, 60, 800, 600);
    EXPECT_DOUBLE_EQ(view.mmPerPixel(), 0.1);
    expectNear(view.toDevice({50, 20}), {400, 300});
    expectNear(view.toDevice({50, 50}), {400, 600});
}

TEST(ViewTransform, ToPlaneAndToDeviceAreInverseAlsoWhenFlippedOrTurned) {
    for (const auto& [right, down] : {std::pair<PlanePoint, PlanePoint>{{0.3, 0}, {0, 0.3}},
                                      {{-0.3, 0}, {0, 0.3}},
                                      {{0, 0.3}, {-0.3, 0}},
                                      {{0, -0.3}, {0.3, 0}}}) {
        const ViewTransform view{
            .topLeft = {12, -7}, .right = right, .down = down, .width = 640, .height = 480};
        expectNear(view.toDevice(view.toPlane({123.25, 77.5})), {123.25, 77.5});
    }
}

TEST(ViewTransform, ZoomKeepsThePointUnderTheCursorAndPanMovesByTheDrag) {
    const auto view = ViewTransform::around({50, 20}, 60, 800, 600);
    const PlanePoint under = view.toPlane({200, 450});
    const auto zoomed = view.zoomed(2, {200, 450});
    expectNear(zoomed.toDevice(under), {200, 450});
    EXPECT_DOUBLE_EQ(zoomed.mmPerPixel(), view.mmPerPixel() / 2);
    expectNear(view.panned({30, -12}).toDevice(under), {230, 438});
}

TEST(ViewTransform, ResizingKeepsTheMiddleAndTheExtentOfTheShorterSide) {
    const auto view = ViewTransform::around({50, 20}, 60, 800, 600).resized(1600, 1200);
    EXPECT_EQ(view.center(), (PlanePoint{50, 20}));
    EXPECT_DOUBLE_EQ(view.mmPerPixel(), 0.05);
    EXPECT_NO_FATAL_FAILURE((void)view.resized(0, 0).resized(100, 100));
}

} // namespace
} // namespace forameter::render
