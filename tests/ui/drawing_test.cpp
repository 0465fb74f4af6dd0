// SPDX-License-Identifier: Apache-2.0
// Drawing with a real mouse and real keys in the real window.
#include <QApplication>
#include <QPushButton>
#include <QSet>
#include <QTest>
#include <gtest/gtest.h>

#include "action_map.hpp"
#include "cell_desk.hpp"
#include "dialogs.hpp"
#include "forameter/geometry/measure.hpp"
#include "hint_bar.hpp"
#include "level_grid.hpp"
#include "side_panel.hpp"
#include "steps_panel.hpp"
#include "window_desk.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using workspace::ActionId;

const Cell kForamen = Cell::foramen(Level::L4_L5, Side::R);

class Drawing : public ::testing::Test {
protected:
    void SetUp() override {
        desk.clickLevels();
        desk.goTo(4, Qt::Key_Q);
        ASSERT_EQ(desk.document().reading().currentCell(), kForamen);
        ASSERT_TRUE(desk.work().volume());
        QCoreApplication::processEvents();
    }
    double ringArea(double pixels) const {
        return M_PI * pixels * pixels / std::pow(const_cast<WindowDesk&>(desk).work().mapping().scale(), 2);
    }
    double shownArea() {
        return desk.window()
            .side()
            .grid()
            ->button(kForamen)
            ->view()
            .area.value_or(SquareMillimetres(0))
            .value();
    }
    std::size_t storedPoints() {
        const auto contour = desk.document().reading().contour(kForamen);
        return contour ? contour->curve.points.size() : 0;
    }
    /// 60 pixels to the right with the left button in the work pane, a key held.
    void dragHolding(Qt::Key key) {
        const QPoint from = desk.work().rect().center(), to = from + QPoint(60, 0);
        QTest::keyPress(&desk.work(), key);
        QTest::mousePress(&desk.work(), Qt::LeftButton, Qt::NoModifier, from);
        move(to, Qt::LeftButton);
        QTest::mouseRelease(&desk.work(), Qt::LeftButton, Qt::NoModifier, to);
        QTest::keyRelease(&desk.work(), key);
    }
    void move(QPointF to, Qt::MouseButtons held = Qt::NoButton) {
        QMouseEvent event(QEvent::MouseMove, to, desk.work().mapToGlobal(to), Qt::NoButton, held,
                          Qt::NoModifier);
        QApplication::sendEvent(&desk.work(), &event);
    }
    WindowDesk desk;
};

TEST_F(Drawing, ARingOfClicksShowsItsAreaInTheGrid) {
    desk.clickRing(16, 70);
    desk.press(Qt::Key_Return);
    ASSERT_EQ(storedPoints(), 16u);
    EXPECT_NEAR(shownArea(), ringArea(70), 0.01 * ringArea(70)); // clicks fall on whole pixels
    EXPECT_EQ(desk.document().reading().currentCell(), kForamen) << "the area is seen first";
    EXPECT_FALSE(ui::liveFigure(desk.document().editor()).value.isEmpty());
    desk.press(Qt::Key_Return);
    EXPECT_NE(desk.document().reading().currentCell(), kForamen) << "Return again goes to the next cell";
}

TEST_F(Drawing, TwoPointsAreNotLeftByReturn) {
    desk.clickRing(2, 70);
    desk.press(Qt::Key_Return);
    EXPECT_EQ(desk.document().reading().currentCell(), kForamen);
    EXPECT_TRUE(desk.window().findChild<ui::HintBar*>()->message().contains(QStringLiteral("three points")));
    desk.press(Qt::Key_Escape);
    desk.press(Qt::Key_Return);
    EXPECT_NE(desk.document().reading().currentCell(), kForamen);
}

TEST_F(Drawing, AfterADoubleClickThePointerCarriesNoPoint) {
    const QPoint middle = desk.work().rect().center(), first = middle + QPoint(-70, 0);
    doubleClick(desk.work(), first);
    for (const QPoint offset : {QPoint(60, -60), QPoint(60, 60)}) {
        move(middle + offset);
        QTest::mouseClick(&desk.work(), Qt::LeftButton, Qt::NoModifier, middle + offset);
    }
    desk.press(Qt::Key_Return);
    ASSERT_EQ(storedPoints(), 3u);
    const auto curve =
        geometry::toPlane(desk.document().reading().contour(kForamen)->curve, *desk.work().plane());
    EXPECT_LT(geometry::length(curve.points.front() - desk.work().mapping().toPlane(first)), 1e-3);
}

TEST_F(Drawing, ThePointerElsewhereIsNoCrossing) {
    desk.clickRing(6, 70);
    const QPoint middle = desk.work().rect().center();
    for (const QPoint away : {QPoint(-200, 0), QPoint(-10, -160), QPoint(-180, 60)}) {
        QTest::mouseMove(&desk.work(), middle + away);
        const auto figure = ui::liveFigure(desk.document().editor());
        EXPECT_TRUE(figure.warning.isEmpty()) << figure.warning.toStdString();
        EXPECT_FALSE(figure.value.isEmpty());
    }
    desk.press(Qt::Key_Return);
    EXPECT_EQ(storedPoints(), 6u);
}

TEST_F(Drawing, AToolThatOnlyChangesMakesRoomInTheNextEmptyCell) {
    desk.press(Qt::Key_B);
    desk.press(Qt::Key_V);
    EXPECT_EQ(desk.document().editor().tool(), tools::ToolKind::Vertex);
    desk.goTo(1, Qt::Key_Q);
    EXPECT_EQ(desk.document().editor().tool(), tools::ToolKind::Brush) << "the last one that draws";
    EXPECT_TRUE(desk.window().actions().action(ActionId::Brush)->isChecked());
    desk.press(Qt::Key_S);
    desk.clickRing(8, 60);
    desk.press(Qt::Key_Return);
    desk.press(Qt::Key_U);
    desk.goTo(4, Qt::Key_Q);
    EXPECT_EQ(desk.document().editor().tool(), tools::ToolKind::Spline);
    desk.press(Qt::Key_V);
    desk.goTo(1, Qt::Key_Q);
    EXPECT_EQ(desk.document().editor().tool(), tools::ToolKind::Vertex) << "here is something to change";
}

TEST_F(Drawing, TheStepsFollowTheToolTheOverviewAndAClosedCell) {
    const auto* steps = desk.window().findChild<ui::StepsPanel*>();
    const auto says = [&](const char* words) {
        return steps->accessibleName().contains(QString::fromUtf8(words));
    };
    const auto* foot = desk.window().findChild<ui::HintBar*>();
    desk.press(Qt::Key_V);
    EXPECT_TRUE(says("Draw a contour first")) << steps->accessibleName().toStdString();
    desk.press(Qt::Key_B);
    EXPECT_TRUE(says("Paint the region")) << steps->accessibleName().toStdString();
    desk.press(Qt::Key_O);
    EXPECT_TRUE(says("Press P to go back")) << steps->accessibleName().toStdString();
    desk.press(Qt::Key_P);
    desk.press(Qt::Key_N, Qt::ShiftModifier);
    EXPECT_TRUE(says("Recorded as not covered")) << steps->accessibleName().toStdString();
    EXPECT_TRUE(foot->sentence().contains(QStringLiteral("Recorded as not covered")));
    desk.press(Qt::Key_N, Qt::ControlModifier);
    ASSERT_TRUE(desk.document().reading().markNotAssessable(kForamen, "Metal artefact"));
    EXPECT_TRUE(says("Recorded as not assessable")) << steps->accessibleName().toStdString();
    EXPECT_TRUE(foot->sentence().contains(QStringLiteral("Recorded as not assessable")));
}

TEST_F(Drawing, TheFootNamesTheKeysOfDrawingByKeyboard) {
    const auto* foot = desk.window().findChild<ui::HintBar*>();
    const auto text = [&](const QString& key) {
        for (const auto& hint : foot->hints())
            if (hint.key == key) return hint.text;
        return QString();
    };
    EXPECT_EQ(text(QStringLiteral("J")), QStringLiteral("draw by keyboard"));
    desk.press(Qt::Key_J);
    EXPECT_EQ(text(QStringLiteral("J")), QStringLiteral("place a point"));
    EXPECT_FALSE(text(QStringLiteral("Arrows")).isEmpty());
    EXPECT_FALSE(text(QStringLiteral("Shift+arrows")).isEmpty());
    EXPECT_FALSE(text(QStringLiteral("Backspace")).isEmpty());
    desk.press(Qt::Key_J);
    EXPECT_EQ(text(QStringLiteral("Return")), QStringLiteral("close"));
    EXPECT_FALSE(foot->sentence().contains(QStringLiteral("Click")));
    desk.press(Qt::Key_Escape);
    EXPECT_EQ(text(QStringLiteral("J")), QStringLiteral("draw by keyboard"));
    desk.press(Qt::Key_F2);
    EXPECT_EQ(text(QStringLiteral("Ctrl+Return")), QStringLiteral("confirm levels"));
}

TEST_F(Drawing, TheWorkPaneCanBeAloneAndComesBack) {
    const int before = desk.work().width();
    desk.press(Qt::Key_X);
    QCoreApplication::processEvents();
    EXPECT_GT(desk.work().width(), 5 * before / 4);
    for (const ui::PaneView* pane : desk.window().desk().side())
        EXPECT_FALSE(pane->isVisible());
    desk.press(Qt::Key_X);
    QCoreApplication::processEvents();
    EXPECT_EQ(desk.work().width(), before);
}

TEST_F(Drawing, TheAreaIsLiveWhileThePointerMoves) {
    desk.clickRing(5, 70);
    const double before = shownArea();
    EXPECT_GT(before, 0.0);
    QTest::mouseMove(&desk.work(), QRect(desk.work().rect()).center() + QPoint(20, -90));
    QTest::mouseClick(&desk.work(), Qt::LeftButton, Qt::NoModifier,
                      QRect(desk.work().rect()).center() + QPoint(20, -90));
    EXPECT_NE(shownArea(), before);
}

TEST_F(Drawing, ADraggedPointRepaintsItsNumbersAndNotThePanelBelow) {
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    desk.press(Qt::Key_V);
    const QPoint handle =
        WindowDesk::at(desk.work(), desk.document().reading().contour(kForamen)->curve.points.front());
    QTest::mousePress(&desk.work(), Qt::LeftButton, Qt::NoModifier, handle);
    move(handle + QPoint(3, 1), Qt::LeftButton);
    QCoreApplication::processEvents();
    struct : QObject {
        bool eventFilter(QObject* watched, QEvent* event) override {
            if (event->type() == QEvent::Paint) painted << QLatin1String(watched->metaObject()->className());
            return false;
        }
        QSet<QString> painted;
    } watch;
    qApp->installEventFilter(&watch);
    for (int i = 0; i < 5; ++i) {
        move(handle + QPoint(10 + 4 * i, 2 * i), Qt::LeftButton);
        QCoreApplication::processEvents();
    }
    qApp->removeEventFilter(&watch);
    EXPECT_TRUE(watch.painted.contains(QStringLiteral("forameter::ui::FactList"))) << "the numbers are live";
    EXPECT_FALSE(watch.painted.contains(QStringLiteral("forameter::ui::ContourPanel")))
        << QStringList(watch.painted.values()).join(QLatin1Char(' ')).toStdString();
    QTest::mouseRelease(&desk.work(), Qt::LeftButton, Qt::NoModifier, handle);
}

TEST_F(Drawing, UndoTakesStrokesBackAndRedoDoesThemAgain) {
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    ASSERT_EQ(storedPoints(), 8u);
    desk.press(Qt::Key_Z, Qt::ControlModifier);
    const std::size_t once = storedPoints();
    EXPECT_LT(once, 8u);
    for (int i = 0; i < 10; ++i)
        desk.press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(storedPoints(), 0u);
    // Undo goes on into the levels; redo brings everything back.
    for (int i = 0; i < 20; ++i)
        desk.press(Qt::Key_Y, Qt::ControlModifier);
    EXPECT_EQ(storedPoints(), 8u);
}

TEST_F(Drawing, AFinishedContourSurvivesARestartAndCanStillBeUndone) {
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    desk.restart();
    ASSERT_EQ(storedPoints(), 8u);
    desk.press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_LT(storedPoints(), 8u);
}

TEST_F(Drawing, ACrossingCurveWarnsAndCountsForNothing) {
    const QPoint middle = desk.work().rect().center();
    for (const QPoint offset : {QPoint(-80, -80), QPoint(80, 80), QPoint(80, -80), QPoint(-80, 80)}) {
        QTest::mouseMove(&desk.work(), middle + offset);
        QTest::mouseClick(&desk.work(), Qt::LeftButton, Qt::NoModifier, middle + offset);
    }
    const auto warnings = desk.document().editor().warnings();
    ASSERT_FALSE(warnings.empty());
    EXPECT_FALSE(ui::liveFigure(desk.document().editor()).warning.isEmpty());
    desk.press(Qt::Key_Return);
    if (const auto contour = desk.document().reading().contour(kForamen)) {
        EXPECT_TRUE(geometry::validate(geometry::toPlane(contour->curve, *desk.work().plane())))
            << "a crossing curve was recorded";
    }
}

TEST_F(Drawing, SpaceHidesContoursOnlyWhileItIsHeld) {
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    desk.goTo(4, Qt::Key_Q);
    QCoreApplication::processEvents();
    const auto contourPixels = [&] {
        const QImage image = desk.work().grab().toImage();
        int found = 0;
        for (int y = 100; y < image.height() - 100; ++y)
            for (int x = 60; x < image.width() - 60; ++x) {
                const QColor c = image.pixelColor(x, y);
                found += c.green() > c.red() + 60 && c.blue() > c.red() + 40;
            }
        return found;
    };
    const int shown = contourPixels();
    ASSERT_GT(shown, 100);
    QTest::keyPress(&desk.work(), Qt::Key_Space);
    EXPECT_EQ(contourPixels(), 0);
    QTest::keyRelease(&desk.work(), Qt::Key_Space);
    QTest::keyPress(&desk.work(), Qt::Key_Space); // as X11 repeats it
    EXPECT_EQ(contourPixels(), 0) << "they do not flicker";
    QTest::keyRelease(&desk.work(), Qt::Key_Space);
    QTest::qWait(40);
    QCoreApplication::processEvents(); // a busy machine may have slept through it
    EXPECT_EQ(contourPixels(), shown);
}

TEST_F(Drawing, WHeldWithTheLeftButtonChangesTheWindowAndDrawsNothing) {
    const auto before = desk.document().views().pane(workspace::Pane::Work).window;
    ASSERT_TRUE(before);
    dragHolding(Qt::Key_W);
    EXPECT_NE(desk.document().views().pane(workspace::Pane::Work).window, before);
    EXPECT_FALSE(desk.document().editor().busy());
    EXPECT_EQ(desk.document().reading().currentCell(), kForamen) << "W was used for a drag: it is no tap";
}

TEST_F(Drawing, TheHeldWindowKeyCanBeRemappedAndWThenIsTheCanalAtOnce) {
    auto preferences = desk.workspace().preferences();
    ASSERT_TRUE(preferences.bindings.setKeys(workspace::ActionId::HoldWindow, {"Z"}));
    desk.workspace().setPreferences(preferences);
    const auto before = desk.document().views().pane(workspace::Pane::Work).window;
    dragHolding(Qt::Key_Z);
    EXPECT_NE(desk.document().views().pane(workspace::Pane::Work).window, before);
    EXPECT_FALSE(desk.document().editor().busy());
    desk.press(Qt::Key_W);
    EXPECT_EQ(desk.document().reading().currentCell(), Cell::canal(Level::L4_L5));
}

TEST_F(Drawing, UndoTakesTheLastClickBackBeforeAnythingRecorded) {
    desk.clickRing(5, 80);
    const auto points = [this] { return desk.document().editor().preview().handles.size(); };
    const auto before = points();
    ASSERT_TRUE(desk.document().editor().busy());
    desk.press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_TRUE(desk.document().editor().busy()) << "nothing of this contour is recorded yet";
    EXPECT_LT(points(), before);
    EXPECT_TRUE(desk.document().levels().isConfirmed()) << "the step before was not touched";
}

TEST_F(Drawing, WTappedGoesToTheCanal) {
    desk.press(Qt::Key_W);
    EXPECT_EQ(desk.document().reading().currentCell(), Cell::canal(Level::L4_L5));
}

TEST_F(Drawing, AHeldWIsNoTapHoweverItsRepeatsArrive) {
    QTest::keyPress(&desk.work(), Qt::Key_W);
    QTest::qWait(350);
    for (int i = 0; i < 4; ++i) { // as X11 repeats it, unmarked
        QTest::keyRelease(&desk.work(), Qt::Key_W);
        QTest::keyPress(&desk.work(), Qt::Key_W);
        QTest::qWait(40);
    }
    QTest::keyRelease(&desk.work(), Qt::Key_W);
    EXPECT_EQ(desk.document().reading().currentCell(), kForamen);
    QTest::qWait(40);
    desk.press(Qt::Key_W);
    EXPECT_EQ(desk.document().reading().currentCell(), Cell::canal(Level::L4_L5)) << "a tap still is one";
}

TEST_F(Drawing, AHeldWIsNoTapWhereKeysRepeatSoon) {
    QTest::keyPress(&desk.work(), Qt::Key_W);
    for (int i = 0; i < 3; ++i) {
        QTest::qWait(60); // sooner than a tap must end
        QTest::keyRelease(&desk.work(), Qt::Key_W);
        QTest::keyPress(&desk.work(), Qt::Key_W);
    }
    QTest::keyRelease(&desk.work(), Qt::Key_W);
    QTest::qWait(40);
    QCoreApplication::processEvents();
    EXPECT_EQ(desk.document().reading().currentCell(), kForamen);
}

TEST_F(Drawing, F2StaysInLevelEditingAndEscapeLeavesIt) {
    desk.press(Qt::Key_F2);
    desk.press(Qt::Key_F2);
    EXPECT_TRUE(desk.document().levels().active());
    EXPECT_TRUE(desk.window().actions().action(ActionId::EditLevels)->isChecked());
    desk.press(Qt::Key_Escape);
    EXPECT_FALSE(desk.document().levels().active());
    EXPECT_TRUE(desk.document().levels().isConfirmed());
}

TEST_F(Drawing, TheBrushShowsItsSizeBeforeItPaintsAndNoPanelIsTroubled) {
    desk.press(Qt::Key_B);
    const QPoint middle = desk.work().rect().center();
    move(middle + QPoint(-120, 0));
    const QImage before = desk.work().grab().toImage();
    int told = 0;
    const auto subscription = desk.document().editor().changed.subscribe([&] { ++told; });
    move(middle);
    EXPECT_EQ(told, 0);
    const double radius = desk.document().editor().radius().value() * desk.work().mapping().scale();
    const QPoint rim = middle + QPoint(qRound(radius), 0);
    bool seen = false;
    const QImage after = desk.work().grab().toImage();
    for (int dx = -2; dx <= 2; ++dx)
        seen = seen || after.pixel(rim + QPoint(dx, 0)) != before.pixel(rim + QPoint(dx, 0));
    EXPECT_TRUE(seen);
}

TEST_F(Drawing, ThePointThatWouldBeCaughtLightsUp) {
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    desk.press(Qt::Key_V);
    const QPoint point = desk.work().rect().center() + QPoint(70, 0);
    move(point + QPoint(-60, 0));
    const QImage away = desk.work().grab().toImage();
    move(point);
    EXPECT_NE(desk.work().grab(QRect(point - QPoint(6, 6), QSize(12, 12))).toImage(),
              away.copy(QRect(point - QPoint(6, 6), QSize(12, 12))));
}

TEST_F(Drawing, APointDraggedAcrossTheBorderGoesBackAndTheContourIsAsGoodAsBefore) {
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    desk.press(Qt::Key_V);
    const auto recorded = desk.document().reading().contour(kForamen)->curve;
    const QPoint middle = desk.work().rect().center(), from = middle + QPoint(70, 0);
    move(from);
    QTest::mousePress(&desk.work(), Qt::LeftButton, Qt::NoModifier, from);
    const QPoint to = middle + QPoint(-120, 10);
    move(to, Qt::LeftButton);
    EXPECT_FALSE(ui::liveFigure(desk.document().editor()).warning.isEmpty()) << "while it crosses";
    QTest::mouseRelease(&desk.work(), Qt::LeftButton, Qt::NoModifier, to);
    EXPECT_EQ(desk.document().reading().contour(kForamen)->curve, recorded);
    EXPECT_TRUE(ui::liveFigure(desk.document().editor()).warning.isEmpty());
    EXPECT_TRUE(desk.chair().message().contains(QStringLiteral("The point went back")));
}

TEST_F(Drawing, TheButtonSaysWhatReturnDoesWithTheCell) {
    const auto* done = desk.window().findChild<QPushButton*>(QStringLiteral("DoneButton"));
    EXPECT_TRUE(done->text().startsWith(QStringLiteral("Skip"))) << done->text().toStdString();
    EXPECT_FALSE(done->property("primary").toBool()) << "nothing is done";
    desk.clickRing(8, 70);
    EXPECT_EQ(done->text(), QStringLiteral("Close contour ↵"));
    desk.press(Qt::Key_Return);
    EXPECT_TRUE(done->text().startsWith(QStringLiteral("Done"))) << done->text().toStdString();
    EXPECT_TRUE(done->property("primary").toBool());
}

TEST_F(Drawing, AContourThatIsNotClosedDoesNotCountAsReadYet) {
    desk.clickRing(8, 70);
    const auto& row = desk.workspace().worklist()[*desk.workspace().currentRow()];
    EXPECT_EQ(row.done, 0u);
    desk.press(Qt::Key_Return);
    EXPECT_EQ(desk.workspace().worklist()[*desk.workspace().currentRow()].done, 1u);
}

TEST_F(Drawing, TheGreatestAndTheLeastDiameterStandInThePanel) {
    desk.clickRing(16, 70);
    desk.press(Qt::Key_Return);
    const auto* facts = desk.window().findChild<QWidget*>(QStringLiteral("ContourFacts"));
    const QString across = facts->accessibleName().section(QStringLiteral("Diameter, max × min: "), 1);
    for (const int part : {0, 1}) {
        const double diameter =
            across.section(QStringLiteral(" × "), part, part).section(QLatin1Char(' '), 0, 0).toDouble();
        EXPECT_NEAR(diameter, 140 / desk.work().mapping().scale(), 0.2)
            << facts->accessibleName().toStdString();
    }
}

TEST_F(Drawing, OnAnotherSliceThePanelSpeaksOfThatSliceAndOfTheContoursArea) {
    desk.clickRing(8, 70);
    desk.press(Qt::Key_Return);
    const auto* facts = desk.window().findChild<QWidget*>(QStringLiteral("ContourFacts"));
    const auto offset = [&] {
        return facts->accessibleName().section(QStringLiteral("Offset from midline: "), 1).section(' ', 0, 0);
    };
    const QString before = offset();
    desk.press(Qt::Key_BracketRight);
    ASSERT_TRUE(desk.document().editor().contourElsewhere());
    EXPECT_NE(offset(), before);
    EXPECT_TRUE(facts->accessibleName().contains(
        QStringLiteral("Area (other slice): %1 mm²").arg(shownArea(), 0, 'f', 1)))
        << facts->accessibleName().toStdString();
}

TEST_F(Drawing, TheSizeOfTheBrushIsAmongTheKeysAtTheFootAndNoCommaStandsInASentence) {
    const auto* foot = desk.window().findChild<ui::HintBar*>();
    desk.press(Qt::Key_B);
    const auto hints = foot->hints();
    EXPECT_TRUE(std::ranges::any_of(hints, [](const auto& hint) { return hint.key == QLatin1String(","); }));
    EXPECT_FALSE(foot->sentence().contains(QStringLiteral(", and"))) << foot->sentence().toStdString();
}

TEST_F(Drawing, UndoElsewhereSaysWhatItTookBack) {
    desk.goTo(4, Qt::Key_W);
    desk.press(Qt::Key_N, Qt::ShiftModifier);
    desk.goTo(1, Qt::Key_Q);
    desk.press(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(desk.document().reading().currentCell(), Cell::canal(Level::L4_L5));
    EXPECT_TRUE(desk.chair().message().startsWith(QStringLiteral("Taken back: ")));
}

TEST_F(Drawing, TheKeyboardAloneCanDraw) {
    desk.press(Qt::Key_J); // the cursor appears
    ASSERT_TRUE(desk.work().keyboardActive());
    const auto go = [&](Qt::Key key, int times) {
        for (int i = 0; i < times; ++i)
            desk.press(key, Qt::ShiftModifier); // 3 mm each
    };
    desk.press(Qt::Key_J);
    go(Qt::Key_Right, 3);
    desk.press(Qt::Key_J);
    go(Qt::Key_Down, 4);
    desk.press(Qt::Key_J);
    go(Qt::Key_Left, 3);
    desk.press(Qt::Key_J);
    desk.press(Qt::Key_Return);
    ASSERT_EQ(storedPoints(), 4u);
    const auto curve = geometry::toPlane(desk.document().reading().contour(kForamen)->curve,
                                         desk.document().images().plane(*desk.document().images().find(
                                             desk.document().reading().contour(kForamen)->image)));
    geometry::PlaneCurve polygon = curve;
    polygon.kind = geometry::CurveKind::Polygon;
    EXPECT_NEAR(geometry::area(polygon).value(), 9.0 * 12.0, 1e-6);
    desk.press(Qt::Key_Return);
    EXPECT_FALSE(desk.work().keyboardActive()) << "the cursor goes with the cell";
}

TEST_F(Drawing, BrushSizeFollowsKeysAndIsShown) {
    desk.press(Qt::Key_B);
    ASSERT_EQ(desk.document().editor().tool(), tools::ToolKind::Brush);
    const double before = desk.document().editor().radius().value();
    desk.press(Qt::Key_Period);
    EXPECT_GT(desk.document().editor().radius().value(), before);
}

TEST_F(Drawing, TheBrushPaintsAContour) {
    desk.press(Qt::Key_B);
    const QPoint middle = desk.work().rect().center();
    QTest::mousePress(&desk.work(), Qt::LeftButton, Qt::NoModifier, middle);
    for (int i = 0; i <= 20; ++i) {
        const QPointF at = middle + QPoint(4 * i, i);
        QMouseEvent move(QEvent::MouseMove, at, desk.work().mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        QApplication::sendEvent(&desk.work(), &move);
    }
    QTest::mouseRelease(&desk.work(), Qt::LeftButton, Qt::NoModifier, middle + QPoint(80, 20));
    const double radius = desk.document().editor().radius().value(),
                 length = std::hypot(80, 20) / desk.work().mapping().scale();
    EXPECT_NEAR(shownArea(), M_PI * radius * radius + 2 * radius * length, 0.05 * shownArea());
}

TEST_F(Drawing, NotAssessableClosesTheCellWithItsReason) {
    const auto state = [&] { return desk.window().side().grid()->button(kForamen)->view().state; };
    desk.chair().pressAndAnswer<ui::NotAssessableDialog>(
        Qt::Key_N, Qt::NoModifier, [&](ui::NotAssessableDialog& dialog) {
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
            EXPECT_TRUE(dialog.isVisible()) << "nobody has given a reason yet";
            EXPECT_EQ(state(), protocol::CellState::Todo);
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Down);
            EXPECT_EQ(dialog.reason(), "Motion or other artefact") << "the first one";
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        });
    EXPECT_EQ(state(), protocol::CellState::NotAssessable);
    desk.press(Qt::Key_N, Qt::ControlModifier);
    EXPECT_EQ(desk.window().side().grid()->button(kForamen)->view().state, protocol::CellState::Todo);
}

} // namespace
} // namespace forameter::testing
