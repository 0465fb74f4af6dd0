// SPDX-License-Identifier: Apache-2.0
#include "forameter/render/scene.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <limits>
#include <numbers>

namespace forameter::render {
namespace {

using geometry::ImagePlane;
using geometry::PatientCurve;
using geometry::PatientPoint;

constexpr int kWidth = 320, kHeight = 240;

struct Rgb {
    int r, g, b;
};
Rgb split(std::uint32_t pixel) {
    return {static_cast<int>(pixel >> 16 & 0xff), static_cast<int>(pixel >> 8 & 0xff),
            static_cast<int>(pixel & 0xff)};
}
bool isBright(std::uint32_t pixel) {
    const auto [r, g, b] = split(pixel);
    return r > 150 && g > 150 && b > 150;
}
bool isRed(std::uint32_t pixel) {
    const auto [r, g, b] = split(pixel);
    return r > 90 && g < r / 2 && b < r / 2;
}

/// Where the pixels lie that satisfy the predicate: their number, and their mean from -1 (left, bottom) to 1
/// (right, top). The corner of the orientation cube is left out.
struct Spot {
    int count = 0;
    double x = 0, y = 0;
};
Spot find(const Picture& picture, const std::function<bool(std::uint32_t)>& wanted) {
    Spot spot;
    for (int y = 0; y < picture.rows(); ++y)
        for (int x = 0; x < picture.columns(); ++x) {
            if (x < 90 && y >= picture.rows() - 90) continue;
            if (!wanted(picture(x, y))) continue;
            ++spot.count;
            spot.x += 2.0 * x / picture.columns() - 1;
            spot.y += 1 - 2.0 * y / picture.rows();
        }
    if (spot.count > 0) {
        spot.x /= spot.count;
        spot.y /= spot.count;
    }
    return spot;
}

/// A sagittal image in the middle of the patient with one bright quarter: front, head.
SceneSlice sagittal() {
    const auto plane = ImagePlane::create({.origin = {0, -60, 60},
                                           .rowDirection = {0, 1, 0},
                                           .columnDirection = {0, 0, -1},
                                           .rowSpacing = 1.0,
                                           .columnSpacing = 1.5,
                                           .columns = 80,
                                           .rows = 120})
                           .value();
    auto builder = imaging::VolumeBuilder::create({plane}).value();
    const auto slice = builder.slice(0);
    for (int r = 0; r < 60; ++r)
        for (int c = 0; c < 40; ++c)
            slice(c, r) = 1000;
    return {.volume = builder.finish({}), .slice = 0, .look = {.window = {500, 1000}}};
}

/// A circle of 12 mm radius in the plane x = const.
SceneContour circle(double x, double y, double z, Color color) {
    SceneContour contour{.curve = {}, .color = color};
    for (int i = 0; i < 10; ++i) {
        const double a = i * std::numbers::pi / 5;
        contour.curve.points.push_back({x, y + 12 * std::cos(a), z + 12 * std::sin(a)});
    }
    return contour;
}

#define MAKE_SCENE(scene)                                                                                    \
    auto made = Scene::create();                                                                             \
    if (!made) GTEST_SKIP() << made.error().message;                                                         \
    auto& scene = *made

TEST(Scene, SaysWhyThereIsNoneWithoutADisplay) {
    const char* before = std::getenv("DISPLAY");
    const std::string saved = before ? before : "";
    for (const char* display : {"", ":987"}) {
        setenv("DISPLAY", display, 1);
        const auto scene = Scene::create();
        ASSERT_FALSE(scene);
        EXPECT_NE(scene.error().message.find("X display"), std::string::npos);
    }
    if (before)
        setenv("DISPLAY", saved.c_str(), 1);
    else
        unsetenv("DISPLAY");
}

TEST(Scene, ShowsAnImageWhereItWasAcquired) {
    MAKE_SCENE(scene);
    const std::vector slices{sagittal()};
    scene.setSlices(slices);
    scene.look(CameraPreset::Left); // front on the left
    const auto left = find(scene.render(kWidth, kHeight), isBright);
    EXPECT_GT(left.count, 3000);
    EXPECT_LT(left.x, -0.2);
    EXPECT_GT(left.y, 0.3);
    scene.look(CameraPreset::Right);
    const auto right = find(scene.render(kWidth, kHeight), isBright);
    EXPECT_NEAR(right.x, -left.x, 0.03);
    EXPECT_NEAR(right.y, left.y, 0.03);
    scene.look(CameraPreset::Anterior);
    EXPECT_LT(find(scene.render(kWidth, kHeight), isBright).count, 1500) << "edge-on it is a line";
}

TEST(Scene, FramesOfOuterBlocksAreInThePictureToo) {
    MAKE_SCENE(scene);
    const std::vector slices{sagittal()};
    const std::vector outlines{SceneOutline{.plane = ImagePlane::create({.origin = {0, -60, -90},
                                                                         .rowDirection = {0, 1, 0},
                                                                         .columnDirection = {0, 0, -1},
                                                                         .rowSpacing = 1.0,
                                                                         .columnSpacing = 1.0,
                                                                         .columns = 120,
                                                                         .rows = 40})
                                                         .value(),
                                            .color = 0xff0000}};
    scene.setSlices(slices);
    scene.setOutlines(outlines);
    scene.look(CameraPreset::Left);
    const Picture& picture = scene.render(kWidth, kHeight);
    int edges = 0; // rows of the picture that an edge runs along
    for (int y = 0, before = 0; y < picture.rows(); ++y) {
        int red = 0;
        for (int x = 0; x < picture.columns(); ++x)
            red += isRed(picture(x, y));
        edges += red > 50 && before <= 50;
        before = red;
    }
    EXPECT_EQ(edges, 2);
}

TEST(Scene, ContoursStandOnTheirSideOfThePatient) {
    MAKE_SCENE(scene);
    const std::vector outlines{SceneOutline{sagittal().volume->plane(0)}};
    scene.setOutlines(outlines);
    const std::vector contours{circle(-25, 0, 30, 0xff2020)}; // the patient's right
    scene.setContours(contours);
    scene.look(CameraPreset::Anterior);
    const auto front = find(scene.render(kWidth, kHeight), isRed);
    EXPECT_GT(front.count, 20);
    EXPECT_LT(front.x, -0.1);
    EXPECT_GT(front.y, 0.2);
    scene.look(CameraPreset::Posterior);
    EXPECT_GT(find(scene.render(kWidth, kHeight), isRed).x, 0.1);
    scene.look(CameraPreset::Right);
    const auto side = find(scene.render(kWidth, kHeight), isRed);
    EXPECT_GT(side.count, front.count) << "face-on its membrane is seen";

    const std::vector thick{SceneContour{contours[0].curve, contours[0].color, true}};
    scene.setContours(thick);
    EXPECT_GT(find(scene.render(kWidth, kHeight), isRed).count, side.count);
    scene.setContours({});
    EXPECT_EQ(find(scene.render(kWidth, kHeight), isRed).count, 0);
}

TEST(Scene, ImagesHideContoursBehindThemButNeverLabels) {
    MAKE_SCENE(scene);
    const std::vector slices{sagittal()};
    scene.setSlices(slices);
    const std::vector contours{circle(-10, -30, 30, 0xff2020)};
    scene.setContours(contours);
    scene.look(CameraPreset::Left);
    EXPECT_EQ(find(scene.render(kWidth, kHeight), isRed).count, 0);
    const std::vector labels{SceneLabel{{-10, 30, -30}, "L4", 0xff2020}};
    scene.setLabels(labels);
    const auto label = find(scene.render(kWidth, kHeight), isRed);
    EXPECT_GT(label.count, 10);
    EXPECT_GT(label.x, 0.1);
    EXPECT_LT(label.y, -0.1);
    EXPECT_GT(find(scene.render(kWidth, kHeight, 2.0), isRed).count, 2 * label.count)
        << "letters grow with the scale of the screen";
}

TEST(Scene, AirAroundThePatientHidesNothingButBlackInsideDoes) {
    MAKE_SCENE(scene);
    const auto behind = [&](const SceneSlice& slice) {
        const std::vector slices{slice};
        scene.setSlices(slices);
        const std::vector contours{circle(-10, 30, -30, 0xff2020)};
        scene.setContours(contours);
        scene.look(CameraPreset::Left);
        return find(scene.render(kWidth, kHeight), isRed).count;
    };
    EXPECT_GT(behind(sagittal()), 200) << "three quarters of it are air";
    auto builder = imaging::VolumeBuilder::create({sagittal().volume->plane(0)}).value();
    const auto ring = builder.slice(0);
    for (int r = 0; r < 120; ++r)
        for (int c = 0; c < 80; ++c)
            ring(c, r) = r < 4 || c < 4 || r >= 116 || c >= 76 ? 1000 : 0;
    EXPECT_EQ(behind({.volume = builder.finish({}), .slice = 0, .look = {.window = {500, 1000}}}), 0);
}

TEST(Scene, BodiesStandWhereTheyAreMarkedAndHideNothing) {
    MAKE_SCENE(scene);
    const std::vector outlines{SceneOutline{sagittal().volume->plane(0)}};
    scene.setOutlines(outlines);
    scene.setBackground(0);
    const std::vector bodies{SceneBody{{0, 0, 30}, {0, 2, 30}, 25, 45, 34}};
    scene.look(CameraPreset::Anterior);
    const auto isBody = [](std::uint32_t pixel) {
        const auto [r, g, b] = split(pixel);
        return b > 30 && b < 140 && b > r + 4;
    };
    const int before = find(scene.render(kWidth, kHeight), isBody).count;
    scene.setBodies(bodies);
    const auto body = find(scene.render(kWidth, kHeight), isBody);
    EXPECT_GT(body.count, before + 2000);
    EXPECT_NEAR(body.x, 0.0, 0.05);
    EXPECT_GT(body.y, 0.2);
    const std::vector contours{circle(0, 0, 30, 0xff2020)}; // within
    scene.setContours(contours);
    scene.look(CameraPreset::Left);
    EXPECT_GT(find(scene.render(kWidth, kHeight), isRed).count, 100);
    const std::vector none{SceneBody{{0, 0, 0}, {0, 0, 0}, 1, 1, 1},
                           SceneBody{{0, 0, 0}, {1, 0, 0}, 1, 1, 1}};
    scene.setContours({});
    scene.setBodies(none);
    scene.look(CameraPreset::Anterior);
    EXPECT_EQ(find(scene.render(kWidth, kHeight), isBody).count, before);
}

TEST(Scene, TheCubeNamesTheSideThatIsSeen) {
    MAKE_SCENE(scene);
    scene.look(CameraPreset::Left);
    const Picture left = scene.render(kWidth, kHeight);
    scene.look(CameraPreset::Anterior);
    const Picture front = scene.render(kWidth, kHeight);
    int amber = 0, different = 0;
    for (int y = kHeight - 84; y < kHeight; ++y)
        for (int x = 0; x < 84; ++x) {
            const auto [r, g, b] = split(left(x, y));
            amber += r > 180 && g > 140 && b < 140;
            different += left(x, y) != front(x, y);
        }
    EXPECT_GT(amber, 30);
    EXPECT_GT(different, 100);
}

TEST(Scene, TurningThereAndBackGivesTheSamePicture) {
    MAKE_SCENE(scene);
    const std::vector slices{sagittal()};
    scene.setSlices(slices);
    const Picture before = scene.render(kWidth, kHeight);
    scene.rotate(40, -25);
    scene.zoom(1.5);
    scene.pan(30, 10);
    const Picture turned = scene.render(kWidth, kHeight);
    EXPECT_NE(before, turned);
    scene.pan(-30, -10);
    scene.zoom(1 / 1.5);
    scene.rotate(-40, 25);
    const Picture after = scene.render(kWidth, kHeight);
    int different = 0;
    for (std::size_t i = 0; i < before.data().size(); ++i)
        different += before.data()[i] != after.data()[i];
    EXPECT_LT(different, kWidth * kHeight / 100) << "but for rounding";
}

TEST(Scene, ANewLookOrImageReplacesTheOld) {
    MAKE_SCENE(scene);
    std::vector slices{sagittal()};
    scene.setSlices(slices);
    scene.look(CameraPreset::Left);
    const auto bright = find(scene.render(kWidth, kHeight), isBright);
    slices[0].look.greyscale = imaging::Greyscale::LowIsWhite;
    scene.setSlices(slices);
    const auto inverted = find(scene.render(kWidth, kHeight), isBright);
    EXPECT_GT(inverted.count, 2 * bright.count);
    scene.setSlices({});
    EXPECT_EQ(find(scene.render(kWidth, kHeight), isBright).count, 0);
}

TEST(Scene, SurvivesEmptyViewsEmptyScenesAndCurvesThatAreNone) {
    MAKE_SCENE(scene);
    EXPECT_EQ(scene.render(0, 100).data().size(), 0U);
    EXPECT_EQ(scene.render(100, -3).data().size(), 0U);
    EXPECT_EQ(scene.render(1, 1).data().size(), 1U);
    EXPECT_EQ(scene.render(64, 48, 1.0, Quality::Draft).columns(), 64);
    PatientCurve line;
    line.points = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}};
    PatientCurve point;
    point.points = {{0, 0, 0}};
    const std::vector contours{SceneContour{{}}, SceneContour{point}, SceneContour{line}};
    scene.setContours(contours);
    scene.setBackground(0xffffff);
    EXPECT_TRUE(isBright(scene.render(200, 100)(150, 5)));
    scene.rotate(1e6, -1e6);
    EXPECT_EQ(scene.render(kHeight, kWidth).rows(), kWidth);
}

TEST(Scene, TwoScenesDoNotDisturbEachOther) {
    MAKE_SCENE(one);
    auto second = Scene::create();
    ASSERT_TRUE(second);
    const std::vector slices{sagittal()};
    one.setSlices(slices);
    one.look(CameraPreset::Left);
    const Picture before = one.render(kWidth, kHeight);
    (void)second->render(200, 300);
    EXPECT_EQ(one.render(kWidth, kHeight), before);
}

} // namespace
} // namespace forameter::render
