// SPDX-License-Identifier: Apache-2.0
#include "scene_view.hpp"

#include <QApplication>
#include <QMenu>
#include <QTest>
#include <QTimer>
#include <gtest/gtest.h>
#include <vector>

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

TEST(SceneView, KeepsItsPictureUntilTheNextOneIsMade) {
    if (!qEnvironmentVariableIsSet("DISPLAY"))
        GTEST_SKIP() << "needs an X display (ctest runs it under xvfb-run)";
    WindowDesk desk;
    ui::SceneView& scene = *desk.window().overview().scene();
    scene.renderNow();
    scene.resize(scene.width() / 2, scene.height() / 2);
    EXPECT_GT(brightPixels(scene.grab().toImage()), 400) << "no black pane while one waits";
}

TEST(SceneView, IsRoughWhileItIsTurnedAndFineOnceTheHandRests) {
    if (!qEnvironmentVariableIsSet("DISPLAY"))
        GTEST_SKIP() << "needs an X display (ctest runs it under xvfb-run)";
    WindowDesk desk;
    ui::SceneView& scene = *desk.window().overview().scene();
    scene.renderNow();
    QTest::qWait(300); // whatever followed the opening has been drawn
    QTest::mousePress(&scene, Qt::LeftButton, Qt::NoModifier, {100, 150});
    QTest::mouseMove(&scene, {180, 160});
    const QImage turning = scene.grab().toImage();
    QTest::mouseRelease(&scene, Qt::LeftButton, Qt::NoModifier, {180, 160});
    EXPECT_TRUE(waitFor([&] { return scene.grab().toImage() != turning; }, 3000));
    const QImage resting = scene.grab().toImage();
    scene.renderNow();
    EXPECT_EQ(scene.grab().toImage(), resting) << "of the same place";
}

TEST(SceneView, IsSeenFromEverySideByKeyAndByMenuWhereverThePersonIs) {
    if (!qEnvironmentVariableIsSet("DISPLAY"))
        GTEST_SKIP() << "needs an X display (ctest runs it under xvfb-run)";
    WindowDesk desk;
    desk.clickLevels();
    desk.press(Qt::Key_O);
    ui::SceneView& scene = *desk.window().overview().scene();
    scene.renderNow();
    QTest::qWait(300);
    const QImage oblique = scene.grab().toImage();
    std::vector<QImage> seen{oblique};
    for (const Qt::Key key : {Qt::Key_F, Qt::Key_B, Qt::Key_L, Qt::Key_R, Qt::Key_H}) {
        desk.press(key, Qt::ShiftModifier);
        for (const QImage& before : seen)
            EXPECT_NE(scene.grab().toImage(), before) << key;
        seen.push_back(scene.grab().toImage());
    }
    QTimer::singleShot(100, [] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        ASSERT_TRUE(menu);
        EXPECT_EQ(menu->actions().size(), 6);
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return); // the first row
    });
    QTest::mouseClick(&scene, Qt::RightButton, Qt::NoModifier, {100, 150});
    EXPECT_EQ(scene.grab().toImage(), oblique);
    desk.goTo(4, Qt::Key_Q);
    ASSERT_FALSE(scene.isVisible());
    desk.press(Qt::Key_R, Qt::ShiftModifier);
    EXPECT_TRUE(scene.isVisible()) << "what was asked for is shown";
    desk.window().overview().toggleEnlarged(desk.window().overview().panes()[1]);
    ASSERT_FALSE(scene.isVisible());
    desk.press(Qt::Key_F, Qt::ShiftModifier);
    EXPECT_TRUE(scene.isVisible());
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
