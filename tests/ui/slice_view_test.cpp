// SPDX-License-Identifier: Apache-2.0
#include "slice_view.hpp"

#include <QApplication>
#include <QBackingStore>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <numbers>

#include "painted_words.hpp"
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

/// The pixels that stand in the window, not those of a painting made for the question.
QImage standing(const SliceView& view) {
    return static_cast<const QImage*>(view.backingStore()->paintDevice())
        ->convertToFormat(QImage::Format_RGB32);
}

class SliceViewTest : public ::testing::Test {
protected:
    SliceViewTest() : view(SliceView::Density::Full, nullptr) {
        view.resize(500, 400);
        view.setImage(volume(), 2);
        view.setLook({.window = {100, 200}});
        view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&view)); // nothing is painted before
        QCoreApplication::processEvents();
    }
    void wheel(int notches, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        const QPointF at(250, 200);
        QWheelEvent event(at, view.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&view, &event);
    }
    void drag(Qt::MouseButton button, QPoint from, QPoint to,
              Qt::KeyboardModifiers modifiers = Qt::NoModifier,
              QEvent::Type press = QEvent::MouseButtonPress) {
        const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButtons held) {
            QMouseEvent event(type, at, view.mapToGlobal(QPointF(at)),
                              type == QEvent::MouseMove ? Qt::NoButton : button, held, modifiers);
            QApplication::sendEvent(&view, &event);
        };
        send(press, from, button);
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

TEST_F(SliceViewTest, ADoubleClickOfAToolHasItsReleaseToo) {
    QStringList told;
    QObject::connect(&view, &SliceView::toolPressed, &view, [&] { told << QStringLiteral("press"); });
    QObject::connect(&view, &SliceView::toolReleased, &view, [&] { told << QStringLiteral("release"); });
    QObject::connect(&view, &SliceView::toolDoubleClicked, &view, [&] { told << QStringLiteral("double"); });
    QSignalSpy enlarge(&view, &SliceView::enlargeRequested);
    view.setToolActive(true);
    QTest::mouseDClick(view.windowHandle(), Qt::LeftButton, Qt::NoModifier, {100, 100});
    EXPECT_EQ(told.join(QLatin1Char(' ')).toStdString(), "press release double release");
    EXPECT_EQ(enlarge.size(), 0);
    view.setToolActive(false);
    QTest::mouseDClick(view.windowHandle(), Qt::LeftButton, Qt::NoModifier, {100, 100});
    EXPECT_EQ(enlarge.size(), 1);
    EXPECT_EQ(told.size(), 4);
}

TEST_F(SliceViewTest, ADragBegunQuicklyAfterTheLastOneIsADragToo) {
    const auto center = view.mapping().center();
    drag(Qt::MiddleButton, {100, 100}, {160, 100}, Qt::NoModifier, QEvent::MouseButtonDblClick);
    EXPECT_NEAR(view.mapping().center().x, center.x - 60 / view.mapping().scale(), 1e-9);
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

TEST_F(SliceViewTest, AWarningIsWholeInTheNarrowestPane) {
    SliceText text;
    text.topLeft = QStringList{QStringLiteral("Sag T2 MPR · 5/15")};
    text.side = QStringLiteral("R");
    text.warnings =
        QStringList{QStringLiteral("Reformatted by the scanner: use an acquired series where there is one.")};
    const auto lines = wrapped(uiFont(12), text.warnings.front(), 150);
    EXPECT_EQ(lines.join(QLatin1Char(' ')), text.warnings.front());
    for (const QString& line : lines)
        EXPECT_LE(QFontMetricsF(uiFont(12)).horizontalAdvance(line), 150) << line.toStdString();
    EXPECT_EQ(wrapped(uiFont(12), text.warnings.front(), 80).size(), 1) << "the picture is there to be seen";
    // What is written elsewhere knows how much room it takes.
    EXPECT_GT(wordsAtUpperLeft({0, 0, 200, 200}, text).height(),
              wordsAtUpperLeft({0, 0, 900, 200}, text).height());
}

/// Qt rounds the edge of a smoothed line by where it is clipped: up to two grey levels.
int apart(QRgb a, QRgb b) {
    return std::max(
        {std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)), std::abs(qBlue(a) - qBlue(b))});
}

TEST_F(SliceViewTest, APreviewThatTakesAnothersPlaceLeavesThePixelsOfAWholePainting) {
    const auto center = view.mapping().center();
    const auto ring = [&](double bump, bool spline = true) {
        geometry::PlaneCurve curve{
            spline ? geometry::CurveKind::Spline : geometry::CurveKind::Polygon, {}, {}};
        for (int i = 0; i < 12; ++i) {
            const double angle = i * std::numbers::pi / 6, radius = i == 2 ? 40.0 + bump : 40.0;
            curve.points.push_back(center +
                                   geometry::PlanePoint{radius * std::cos(angle), radius * std::sin(angle)});
        }
        return curve;
    };
    const auto preview = [&](std::optional<geometry::PlaneCurve> curve) {
        tools::Preview p;
        p.curve = std::move(curve);
        if (p.curve)
            for (std::size_t i = 0; i < p.curve->points.size(); ++i)
                p.handles.push_back({p.curve->points[i], i == 3, i == 2});
        return p;
    };
    std::vector<tools::Preview> previews{{},
                                         preview(ring(0)),
                                         preview(ring(5)),
                                         preview(ring(-7.3)),
                                         preview(ring(60)),
                                         preview(ring(-38)),
                                         preview(ring(-38, false)),
                                         preview(std::nullopt)};
    auto crossing = preview(ring(-60));
    crossing.crossing = center;
    crossing.warnings = {tools::Warning::Crossing};
    auto brush = preview(ring(2));
    brush.pointer = center + geometry::PlanePoint{30, 10};
    brush.radius = Millimetres(6.0);
    brush.trace = {{center, center + geometry::PlanePoint{20, 0}, center + geometry::PlanePoint{0, 20}}};
    brush.traceClosed = true;
    auto removing = brush;
    removing.removing = true;
    auto hover = preview(ring(2));
    hover.insertion = center + geometry::PlanePoint{0, 40};
    hover.handles[2].active = false;
    for (auto& more : {crossing, brush, removing, hover, preview(ring(1))})
        previews.push_back(more);

    SliceMarks marks;
    marks.lines = {{.from = center + geometry::PlanePoint{-60, -20},
                    .to = center + geometry::PlanePoint{60, 35},
                    .current = true}};
    marks.curves = {{.curve = ring(3), .color = QColor(image_colors::kOther)}};
    marks.labels = {{.at = center, .text = QStringLiteral("L4")}};
    view.setMarks(marks);
    view.clearFocus();
    QCoreApplication::processEvents();
    for (std::size_t i = 0; i < previews.size(); ++i) {
        view.setPreview(previews[i]);
        view.setFigure({.value = QStringLiteral("%1.5 mm²").arg(100 + i),
                        .details = QStringLiteral("details"),
                        .warning = {}});
        QCoreApplication::processEvents();
        SliceView other(SliceView::Density::Full, nullptr);
        other.resize(view.size());
        other.setImage(view.volume(), 2);
        other.setLook(view.look());
        other.setMarks(marks);
        other.setPreview(previews[i]);
        other.setFigure({.value = QStringLiteral("%1.5 mm²").arg(100 + i),
                         .details = QStringLiteral("details"),
                         .warning = {}});
        const QImage now = standing(view),
                     whole = other.grab().toImage().convertToFormat(QImage::Format_RGB32);
        ASSERT_EQ(now.size(), whole.size());
        QRect different;
        for (int y = 0; y < now.height(); ++y)
            for (int x = 0; x < now.width(); ++x)
                if (apart(now.pixel(x, y), whole.pixel(x, y)) > 3) different |= QRect(x, y, 1, 1);
        EXPECT_TRUE(different.isEmpty()) << "preview " << i << ": " << different.x() << ' ' << different.y()
                                         << ' ' << different.width() << ' ' << different.height();
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
