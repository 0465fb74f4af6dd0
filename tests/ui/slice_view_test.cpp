// SPDX-License-Identifier: Apache-2.0
#include "slice_view.hpp"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <gtest/gtest.h>

#include "studies.hpp"

namespace forameter::ui {
namespace {

imaging::VolumePtr volume() {
    auto maker = testing::sagittal("1.2.3", Weighting::T1, 5);
    std::vector<geometry::ImagePlane> planes;
    for (const auto& center : maker.centers)
        planes.push_back(testing::planeOf(maker, center));
    workspace::Stack stack;
    stack.planes = planes;
    return testing::madeVolume(stack).value();
}

class SliceViewTest : public ::testing::Test {
protected:
    SliceViewTest() : view(SliceView::Density::Full, nullptr) {
        view.resize(500, 400);
        view.setImage(volume(), 2);
        view.setLook({.window = {100, 200}});
        view.show();
        QCoreApplication::processEvents();
    }
    void wheel(int notches, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        const QPointF at(250, 200);
        QWheelEvent event(at, view.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&view, &event);
    }
    void drag(Qt::MouseButton button, QPoint from, QPoint to,
              Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButtons held) {
            QMouseEvent event(type, at, view.mapToGlobal(QPointF(at)),
                              type == QEvent::MouseMove ? Qt::NoButton : button, held, modifiers);
            QApplication::sendEvent(&view, &event);
        };
        send(QEvent::MouseButtonPress, from, button);
        send(QEvent::MouseMove, (from + to) / 2, button);
        send(QEvent::MouseMove, to, button);
        send(QEvent::MouseButtonRelease, to, Qt::NoButton);
    }
    SliceView view;
};

TEST_F(SliceViewTest, ShowsThePictureThatThePainterMakes) {
    view.setAnnotationsShown(false);
    view.clearFocus(); // its frame is no part of the picture
    const QImage shown = view.grab().toImage().convertToFormat(QImage::Format_RGB32);
    render::SlicePainter painter;
    const auto& picture =
        painter.paint(view.volume()->slice(2), *view.plane(), view.mapping().deviceView(1.0), view.look());
    ASSERT_EQ(shown.width(), picture.columns());
    int different = 0;
    for (int y = 0; y < picture.rows(); ++y)
        for (int x = 0; x < picture.columns(); ++x)
            different += shown.pixel(x, y) != picture(x, y);
    EXPECT_EQ(different, 0);
}

TEST_F(SliceViewTest, WheelStepsSlicesAndControlWheelZooms) {
    QSignalSpy stepped(&view, &SliceView::slicesStepped);
    wheel(-2);
    ASSERT_EQ(stepped.size(), 1);
    EXPECT_EQ(stepped[0][0].toInt(), 2);
    const double before = view.mapping().scale();
    wheel(1, Qt::ControlModifier);
    EXPECT_EQ(stepped.size(), 1);
    EXPECT_GT(view.mapping().scale(), before);
}

TEST_F(SliceViewTest, LeftDragChangesTheWindowUnlessAToolOwnsTheLeftButton) {
    QSignalSpy window(&view, &SliceView::windowDragged), tool(&view, &SliceView::toolPressed);
    drag(Qt::LeftButton, {100, 100}, {150, 130});
    EXPECT_GT(window.size(), 0);
    EXPECT_EQ(tool.size(), 0);
    window.clear();
    view.setToolActive(true);
    drag(Qt::LeftButton, {100, 100}, {150, 130});
    EXPECT_EQ(window.size(), 0);
    EXPECT_EQ(tool.size(), 1);
}

TEST_F(SliceViewTest, AHeldWindowKeyTakesTheLeftButtonBackFromTheTool) {
    QSignalSpy window(&view, &SliceView::windowDragged), tool(&view, &SliceView::toolPressed);
    view.setToolActive(true);
    view.setWindowKeyHeld(true);
    drag(Qt::LeftButton, {100, 100}, {150, 130});
    EXPECT_GT(window.size(), 0);
    EXPECT_EQ(tool.size(), 0);
}

TEST_F(SliceViewTest, MiddlePansAndRightZoomsWhileAToolIsActive) {
    view.setToolActive(true);
    const auto center = view.mapping().center();
    const double scale = view.mapping().scale();
    drag(Qt::MiddleButton, {100, 100}, {160, 100});
    EXPECT_NEAR(view.mapping().center().x, center.x - 60 / scale, 1e-9);
    drag(Qt::RightButton, {100, 200}, {100, 100});
    EXPECT_GT(view.mapping().scale(), scale);
}

TEST_F(SliceViewTest, ARightClickAsksForTheMenuAndARightDragDoesNot) {
    QSignalSpy menu(&view, &SliceView::menuRequested);
    drag(Qt::RightButton, {100, 200}, {100, 120});
    EXPECT_EQ(menu.size(), 0);
    QTest::mouseClick(&view, Qt::RightButton, Qt::NoModifier, {50, 50});
    EXPECT_EQ(menu.size(), 1);
}

TEST_F(SliceViewTest, RemappedButtonsDoWhatTheyWereMappedTo) {
    workspace::Bindings bindings;
    using workspace::MouseAction;
    using workspace::MouseButton;
    ASSERT_TRUE(bindings.setMouse({.button = MouseButton::Middle, .alt = true}, MouseAction::WindowLevel));
    ASSERT_TRUE(bindings.setMouse({.button = MouseButton::Left}, MouseAction::Pan));
    view.setBindings(&bindings);
    QSignalSpy window(&view, &SliceView::windowDragged);
    const auto center = view.mapping().center();
    drag(Qt::LeftButton, {100, 100}, {160, 100});
    EXPECT_EQ(window.size(), 0);
    EXPECT_NE(view.mapping().center(), center);
    drag(Qt::MiddleButton, {100, 100}, {160, 100}, Qt::AltModifier);
    EXPECT_GT(window.size(), 0);
    view.setBindings(nullptr);
}

TEST_F(SliceViewTest, HiddenCurvesLeaveThePictureAlone) {
    view.setAnnotationsShown(false);
    const QImage bare = view.grab().toImage();
    SliceMarks marks;
    marks.curves.push_back({.curve = {.kind = geometry::CurveKind::Spline,
                                      .points = {{90, 90}, {150, 90}, {120, 150}},
                                      .corners = {}},
                            .color = Qt::red,
                            .current = true});
    view.setMarks(marks);
    EXPECT_NE(view.grab().toImage(), bare);
    view.setCurvesHidden(true);
    EXPECT_EQ(view.grab().toImage(), bare);
    view.setCurvesHidden(false);
    EXPECT_NE(view.grab().toImage(), bare);
}

TEST_F(SliceViewTest, TheSideStaysWhenTheTextsAreHidden) {
    view.setAnnotationsShown(false);
    const QImage bare = view.grab().toImage();
    SliceText text;
    text.side = QStringLiteral("R");
    view.setText(text);
    EXPECT_NE(view.grab().toImage(), bare);
}

TEST_F(SliceViewTest, SaysWhatToDoWhereThereIsNoImage) {
    view.clearImage();
    const QImage black = view.grab().toImage();
    SliceText text;
    text.empty = QStringLiteral("This study has no axial series.");
    view.setText(text);
    EXPECT_NE(view.grab().toImage(), black);
}

TEST_F(SliceViewTest, IsSharpAtTwoDevicePixelsPerPixel) {
    const auto device = view.mapping().deviceView(2.0);
    EXPECT_EQ(device.width, 1000);
    EXPECT_NEAR(device.mmPerPixel() * view.mapping().scale(), 0.5, 1e-12);
}

} // namespace
} // namespace forameter::ui
