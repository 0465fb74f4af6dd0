// SPDX-License-Identifier: Apache-2.0
#include "slice_view.hpp"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <gtest/gtest.h>

#include "slice_painting.hpp"
#include "studies.hpp"
#include "theme.hpp"

namespace forameter::ui {
namespace {

imaging::VolumePtr volume(double spacing = 1.0) {
    auto maker = testing::sagittal("1.2.3", Weighting::T1, 5);
    maker.spacing = spacing;
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

TEST_F(SliceViewTest, TheZoomIsScreenPixelsPerImagePixelWhateverThePaneAndTheSpacing) {
    for (const double spacing : {1.0, 0.5, 0.75}) {
        view.setImage(volume(spacing), 2);
        for (const QSize size : {QSize(500, 400), QSize(250, 300)}) {
            view.resize(size);
            view.setViewport({20, 20}, 50.0);
            const auto* plane = view.plane();
            const QPointF one = view.mapping().toScreen(plane->toPlane(geometry::PixelPoint{3, 4}));
            const QPointF next = view.mapping().toScreen(plane->toPlane(geometry::PixelPoint{4, 4}));
            EXPECT_NEAR(view.magnification(), std::hypot(next.x() - one.x(), next.y() - one.y()), 1e-9);
            EXPECT_NEAR(view.magnification(), std::min(size.width(), size.height()) / 50.0 * spacing, 1e-9);
        }
    }
}

TEST_F(SliceViewTest, LettersKeepClearOfTheWordsAndTheScaleBar) {
    SliceText text;
    text.topLeft =
        QStringList{QStringLiteral("Ax T2 · block 5 of 5 · 21/25"), QStringLiteral("L4–L5 · tilt 8°")};
    const QFontMetricsF metrics(uiFont(12, QFont::DemiBold));
    for (const int width : {200, 250, 320, 500, 900}) {
        const QRect area(0, 0, width, 300);
        SliceMapping mapping(*view.plane());
        mapping.setViewSize(area.size());
        mapping.fit();
        const auto letters = orientationLetters(area, mapping, *view.plane(), text, 0);
        const QRectF words(10, 10, metrics.horizontalAdvance(text.topLeft.front()), 30);
        const QRectF bar(scaleBarLeft(area, mapping.scale()), 300 - 32, width, 32);
        for (const Letter& letter : letters) {
            EXPECT_FALSE(letter.box.intersects(words)) << letter.text.toStdString() << " at " << width;
            EXPECT_FALSE(letter.box.intersects(bar)) << letter.text.toStdString() << " at " << width;
        }
        const auto above = orientationLetters(area, mapping, *view.plane(), text, 66);
        EXPECT_LE(above[3].box.bottom(), 300 - 66) << "the numbers at the foot are free";
    }
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
