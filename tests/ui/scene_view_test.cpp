// SPDX-License-Identifier: Apache-2.0
#include "scene_view.hpp"

#include <QApplication>
#include <QTest>
#include <gtest/gtest.h>

#include "overview.hpp"
#include "window_desk.hpp"

namespace forameter::testing {
namespace {

int brightPixels(const QImage& image) {
    int found = 0;
    for (int y = 60; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            found += qGray(image.pixel(x, y)) > 60;
    return found;
}

TEST(SceneView, ShowsTheStudyAndTurnsWithADrag) {
    if (!qEnvironmentVariableIsSet("DISPLAY"))
        GTEST_SKIP() << "needs an X display (ctest runs it under xvfb-run)";
    WindowDesk desk;
    ui::SceneView& scene = *desk.window().overview().scene();
    scene.renderNow();
    ASSERT_TRUE(scene.obstacle().isEmpty()) << scene.obstacle().toStdString();
    const QImage before = scene.grab().toImage();
    EXPECT_GT(brightPixels(before), 2000);
    QTest::mousePress(&scene, Qt::LeftButton, Qt::NoModifier, {100, 150});
    QMouseEvent move(QEvent::MouseMove, QPointF(220, 160), scene.mapToGlobal(QPointF(220, 160)), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&scene, &move);
    EXPECT_NE(scene.grab().toImage(), before);
}

TEST(SceneView, SaysWhyThereIsNoPictureWithoutADisplay) {
    if (qEnvironmentVariableIsSet("DISPLAY")) GTEST_SKIP() << "there is a display";
    WindowDesk desk;
    ui::SceneView& scene = *desk.window().overview().scene();
    scene.renderNow();
    EXPECT_FALSE(scene.obstacle().isEmpty());
}

} // namespace
} // namespace forameter::testing
