// SPDX-License-Identifier: Apache-2.0
// A rater's part of a round: her cases, contour by contour, with mouse, wheel and keys.
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPolygon>
#include <QPushButton>
#include <QWheelEvent>
#include <algorithm>

#include "case_strip.hpp"
#include "cell_desk.hpp"
#include "dialogs.hpp"
#include "forameter/geometry/measure.hpp"
#include "round_hand_steps.hpp"
#include "work_view.hpp"

namespace forameter::testing {

using store::CaseState;

namespace {

constexpr std::size_t kMostClicks = 16; ///< the guide for raters: eight to sixteen points

constexpr int kReach = 12; ///< pixels; within 8 a point is taken hold of

/// Row of the level grid, from 1, and the key of the column.
std::pair<Qt::Key, Qt::Key> keysOf(const anatomy::Cell& cell) {
    const auto levels = anatomy::readingLevels(anatomy::LumbarCount::Five);
    const auto row = std::ranges::find(levels, cell.level) - levels.begin();
    const Qt::Key column = !cell.side ? Qt::Key_W : *cell.side == anatomy::Side::R ? Qt::Key_Q : Qt::Key_E;
    return {static_cast<Qt::Key>(Qt::Key_1 + row), column};
}

void turnWheel(QWidget& view, int notches) {
    const QPointF at = view.rect().center();
    QWheelEvent event(at, view.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&view, &event);
    QCoreApplication::processEvents();
}

/// Moves the picture with the middle button, no further than the view reaches.
void dragPicture(QWidget& view, QPoint by) {
    const QPoint from = view.rect().center();
    const double reach = 0.4 * std::min(view.width(), view.height()) /
                         std::max(1, std::max(std::abs(by.x()), std::abs(by.y())));
    by = by * std::min(1.0, reach);
    QTest::mousePress(&view, Qt::MiddleButton, Qt::NoModifier, from);
    for (int i = 1; i <= 4; ++i) {
        const QPointF at = from + by * i / 4;
        QMouseEvent move(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::MiddleButton,
                         Qt::NoModifier);
        QApplication::sendEvent(&view, &move);
    }
    QTest::mouseRelease(&view, Qt::MiddleButton, Qt::NoModifier, from + by);
    QCoreApplication::processEvents();
}

/// Every so often, and each of them in the smallest round of two raters and two cases.
struct Habits {
    bool notAssessable, leavesOne, flags, comments;
    int difficulty;
};
Habits habitsOf(std::size_t rater, std::size_t position) {
    return {(5 * position + rater) % 11 == 0, (7 * position + 2 * rater) % 9 == 0,
            (3 * position + 2 * rater) % 7 == 0, (position + 3 * rater) % 8 == 0,
            1 + static_cast<int>((position + rater) % 5)};
}

} // namespace

void RoundHand::waitForPictures() {
    ASSERT_TRUE(waitFor([&] { return document().images().allLoaded(); }));
    QCoreApplication::processEvents();
}

void RoundHand::goTo(const anatomy::Cell& cell, bool always) {
    if (always || document().reading().currentCell() != cell) {
        const auto [level, column] = keysOf(cell);
        press(level);
        press(column);
    }
    ASSERT_EQ(document().reading().currentCell(), cell);
}

void RoundHand::draw(const protocol::Contour& wanted, bool byWheel) {
    ui::WorkView& work = *window().desk().work();
    auto& views = document().views();
    const auto slice = document().images().find(wanted.image);
    ASSERT_TRUE(slice);
    const auto pane = [&] { return views.pane(workspace::Pane::Work); };
    const auto place = [&]() -> std::optional<std::ptrdiff_t> {
        const auto& slices = views.hanging().lists[*pane().list].slices;
        const auto found = std::ranges::find(slices, *slice);
        return found == slices.end() ? std::nullopt : std::optional(found - slices.begin());
    };
    for (std::size_t i = 0; !place() && i < views.hanging().lists.size(); ++i)
        press(Qt::Key_PageDown); // another series
    ASSERT_TRUE(place());
    for (int i = 0; pane().slice != *slice && i < 200; ++i) {
        const bool on = *place() > static_cast<std::ptrdiff_t>(pane().position);
        if (byWheel)
            turnWheel(work, on ? -1 : 1);
        else
            press(on ? Qt::Key_BracketRight : Qt::Key_BracketLeft);
    }
    ASSERT_EQ(pane().slice, *slice);
    ASSERT_TRUE(waitFor([&] { return work.volume() != nullptr; }));
    const auto exact = geometry::toPlane(wanted.curve, document().images().plane(*slice));
    const auto at = [&](geometry::PlanePoint p) { return work.mapping().toScreen(p).toPoint(); };
    auto clicked = fewerPoints(exact, kMostClicks);
    const QRect inside = work.rect().adjusted(8, 8, -8, -8);
    const auto bring =
        [&] { // to the middle what does not lie there: she outlined another level, or zoomed in
            for (int i = 0; i < 5; ++i) {
                QPolygon ring;
                for (const auto& point : clicked.points)
                    ring << at(point);
                if (inside.contains(ring.boundingRect())) return true;
                dragPicture(work, work.rect().center() - ring.boundingRect().center());
            }
            return false;
        };
    ASSERT_TRUE(bring());
    // A click so near to an earlier point, as across a narrow part, would take hold of that: she zooms in.
    const auto cramped = [&] {
        for (std::size_t i = 1; i < clicked.points.size(); ++i)
            for (std::size_t k = 0; k < i; ++k)
                if ((at(clicked.points[i]) - at(clicked.points[k])).manhattanLength() < kReach) return true;
        return false;
    };
    for (int i = 0; i < 3 && cramped(); ++i) {
        press(Qt::Key_Plus);
        ASSERT_TRUE(bring());
    }
    // On whole pixels a narrow part may cross itself, which the program refuses; with other points it does
    // not.
    const auto crosses = [&](geometry::PlaneCurve curve) {
        for (auto& point : curve.points)
            point = work.mapping().toPlane(at(point));
        return !geometry::validate(curve);
    };
    for (std::size_t most : {20, 24, 100, 14, 12, 10, 8})
        if (crosses(clicked)) clicked = fewerPoints(exact, most);
    ASSERT_FALSE(crosses(clicked)) << anatomy::label(wanted.cell);
    for (const auto& point : clicked.points)
        click(work, at(point));
    m_drawn.push_back({workspace().rater(), document().study(), wanted.cell, geometry::area(exact).value(),
                       geometry::area(clicked).value(), clicked.points.size()});
}

/// One Return closes what is being drawn, the next goes to the next cell.
void RoundHand::closeAndGoOn() {
    if (document().editor().busy()) press(Qt::Key_Return);
    press(Qt::Key_Return);
}

void RoundHand::readCase(std::size_t number, std::size_t position, Pace& pace) {
    QElapsedTimer whole;
    whole.start();
    press(Qt::Key_Right, Qt::ControlModifier);
    auto* open = workspace().roundCase();
    ASSERT_TRUE(open);
    ASSERT_EQ(open->assignment().position, static_cast<int>(position));
    waitForPictures();
    pace.open.push_back(seconds(whole));
    const std::string shot = number == 1 && position <= 2 ? "case-" + std::to_string(position) : "";
    if (!shot.empty()) shoot(shot + "-opened");
    const Habits habits = habitsOf(number, position);
    const auto cells = document().reading().cells();
    const auto& strip = *window().findChild<ui::CaseStrip*>();
    press(static_cast<Qt::Key>(Qt::Key_0 + habits.difficulty), Qt::ControlModifier);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto& cell = cells[i];
        if (habits.leavesOne && i + 1 == cells.size()) {
            ++m_counts.leftOpen;
            continue;
        }
        // One rater names each cell by its keys, the next goes where Return leads.
        goTo(cell, number % 2 == 0 || i == 0);
        if (habits.notAssessable && i == (7 * position + number) % (cells.size() - 1)) {
            m_chair.answer<ui::NotAssessableDialog>([&] { press(Qt::Key_N); },
                                                    [&](ui::NotAssessableDialog& dialog) {
                                                        QTest::keyClick(dialog.focusWidget(), Qt::Key_Down);
                                                        shoot("not-assessable");
                                                        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
                                                    });
            EXPECT_EQ(document().reading().view(cell).state, protocol::CellState::NotAssessable);
            ++m_counts.notAssessable;
            continue;
        }
        const auto* wanted = m_round.wanted(workspace().rater(), document().study(), cell);
        ASSERT_TRUE(wanted) << anatomy::label(cell);
        QElapsedTimer each;
        each.start();
        draw(*wanted, (i + number) % 2 == 0);
        if (::testing::Test::HasFatalFailure()) return;
        if (!shot.empty() && (i == 3 || i == 12)) {
            const double until = seconds(each);
            shoot(shot + (i == 3 ? "-foramen" : "-canal"));
            each.restart();
            closeAndGoOn();
            pace.draw.push_back(until + seconds(each));
        } else {
            closeAndGoOn();
            pace.draw.push_back(seconds(each));
        }
        ASSERT_EQ(document().reading().view(cell).state, protocol::CellState::Done)
            << workspace().rater() << ", case " << position << ", " << anatomy::label(cell);
        ASSERT_NE(document().reading().currentCell(), cell)
            << workspace().rater() << ", case " << position << ", " << anatomy::label(cell) << ": "
            << message();
    }
    if (habits.flags) {
        press(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        EXPECT_TRUE(open->assignment().flagged);
        ++m_counts.flagged;
    }
    if (habits.comments) {
        press(Qt::Key_M, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), "Scoliosis?");
        press(Qt::Key_Return);
        EXPECT_EQ(open->assignment().comment, "Scoliosis?");
        ++m_counts.comments;
    }
    if (habits.leavesOne) {
        ASSERT_EQ(open->assignment().state, CaseState::InProgress);
        m_chair.answer<QMessageBox>([&] { press(Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier); },
                                    [&](QMessageBox& box) {
                                        shoot("case-done-with-an-open-cell");
                                        click(*box.button(QMessageBox::Ok),
                                              box.button(QMessageBox::Ok)->rect().center());
                                    });
    }
    EXPECT_EQ(open->assignment().state, CaseState::Done);
    EXPECT_EQ(open->assignment().difficulty, habits.difficulty);
    EXPECT_EQ(strip.findChild<QLabel*>("CaseState")->text(), "done");
    if (!shot.empty()) shoot(shot + "-done");
    pace.whole.push_back(seconds(whole));
    pace.memory.push_back(residentMegabytes());
}

void RoundHand::readCases(std::size_t number) {
    Pace pace{.who = workspace().rater(), .open = {}, .draw = {}, .whole = {}, .memory = {}, .processor = 0};
    const double before = processorSeconds();
    if (number == 1) shoot("rater-signed-in");
    for (std::size_t i = 1; i <= m_round.levels().size(); ++i) {
        readCase(number, i, pace);
        if (::testing::Test::HasFatalFailure()) return;
    }
    if (number == 1) {
        press(Qt::Key_Right, Qt::ControlModifier);
        shoot("rater-all-done");
    }
    pace.processor = processorSeconds() - before;
    m_paces.push_back(std::move(pace));
}

} // namespace forameter::testing
