// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/contour_editor.hpp"

#include <gtest/gtest.h>

#include <QSqlDatabase>
#include <QSqlQuery>

#include "desk.hpp"
#include "forameter/store/contour_repository.hpp"
#include "full_disk.hpp"

namespace forameter::workspace {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using testing::Desk;

const Cell kForamen = Cell::foramen(Level::L4_L5, Side::R);

/// At the right foramen of L4-L5, ready to draw.
class Drawing : public ::testing::Test {
protected:
    void SetUp() override {
        desk.confirmLevels();
        ASSERT_TRUE(desk.reading().goTo(kForamen));
        center = desk.views().pane(Pane::Work).viewport.center;
    }
    geometry::PlanePoint at(double x, double y) const { return {center.x + x, center.y + y}; }
    std::size_t storedVersions() {
        store::ContourFilter filter;
        filter.cell = kForamen;
        return store::ContourRepository(desk.store()).versions(filter).value().size();
    }

    Desk desk;
    geometry::PlanePoint center;
};

TEST_F(Drawing, EveryFinishedStepIsInTheStoreBeforeTheCallReturns) {
    desk.click(at(-5, -5));
    desk.click(at(5, -5));
    EXPECT_EQ(storedVersions(), 0U) << "two points enclose nothing";
    desk.click(at(5, 5));
    EXPECT_EQ(storedVersions(), 1U);
    desk.click(at(-5, 5));
    EXPECT_EQ(storedVersions(), 2U);
    desk.editor().finish();
    EXPECT_FALSE(desk.editor().busy());
    EXPECT_EQ(desk.record().saveState().kind, SaveState::Kind::Stored);
}

TEST_F(Drawing, NumbersAreLiveAndThoseOfTheCurve) {
    desk.drawRing(6.0, 16);
    const auto numbers = desk.editor().numbers();
    ASSERT_TRUE(numbers);
    EXPECT_NEAR(numbers->area.value(), M_PI * 36, 0.12);
    EXPECT_NEAR(numbers->perimeter.value(), 2 * M_PI * 6, 0.05);
    EXPECT_NEAR(numbers->height->value(), 12.0, 0.05);
    EXPECT_NEAR(numbers->width->value(), 12.0, 0.05);
    EXPECT_FALSE(numbers->ap);
    EXPECT_NEAR(numbers->areaMask.value(), numbers->area.value(), 8.0);

    // Dragging a point: the grid shows the area under the hand, the store has the one before.
    const auto before = desk.record().contour(kForamen)->contour.curve;
    desk.editor().setTool(tools::ToolKind::Vertex);
    desk.editor().move({at(6, 0), {}, 0.1});
    desk.editor().press({at(6, 0), {}, 0.1});
    desk.editor().move({at(9, 0), {}, 0.1});
    EXPECT_TRUE(desk.editor().busy());
    EXPECT_GT(desk.editor().numbers()->area.value(), numbers->area.value() + 3.0);
    EXPECT_TRUE(desk.reading().view(kForamen).drawing);
    EXPECT_EQ(desk.record().contour(kForamen)->contour.curve, before);
    desk.editor().release({at(9, 0), {}, 0.1});
    EXPECT_NE(desk.record().contour(kForamen)->contour.curve, before);
}

TEST_F(Drawing, TheAreaIsThatOfThePlacedPointsWhereverThePointerIs) {
    for (const auto& corner : {at(-5, -5), at(5, -5), at(5, 5)})
        desk.click(corner);
    ASSERT_TRUE(desk.editor().busy());
    const auto placed = desk.editor().numbers()->area.value(); // the pointer is on the last one
    for (const auto& pointer : {at(-5, 5), at(-9, 9), at(20, -8), at(0, -4.9)}) { // the last two cross
        desk.editor().move({pointer, {}, 0.1});
        const auto numbers = desk.editor().numbers();
        ASSERT_TRUE(numbers);
        EXPECT_FALSE(numbers->crossing);
        EXPECT_NEAR(numbers->area.value(), placed, 1e-6);
    }
    desk.click(at(-5, 5));
    EXPECT_GT(desk.editor().numbers()->area.value(), placed + 20.0);
}

TEST_F(Drawing, ACanalHasItsOwnDiameters) {
    ASSERT_TRUE(desk.reading().goTo(Cell::canal(Level::L4_L5)));
    desk.drawRing(7.0, 16);
    const auto numbers = desk.editor().numbers();
    ASSERT_TRUE(numbers);
    EXPECT_NEAR(numbers->ap->value(), 14.0, 0.06);
    EXPECT_NEAR(numbers->transverse->value(), 14.0, 0.06);
    EXPECT_FALSE(numbers->height);
}

TEST(Canal, ThatIsNotDrawnOnT2IsWarnedOf) {
    for (const auto weighting : {Weighting::T1, Weighting::T2}) {
        auto makers = testing::usual();
        for (auto& maker : makers)
            if (maker.series == "1.2.840.1.3") maker.weighting = weighting;
        Desk desk(makers);
        desk.confirmLevels();
        ASSERT_TRUE(desk.reading().goTo(Cell::canal(Level::L4_L5)));
        const auto warnings = desk.editor().warnings();
        EXPECT_EQ(std::ranges::any_of(warnings, [](const auto& w) { return w.starts_with("This is T1"); }),
                  weighting == Weighting::T1);
    }
}

TEST(Reformat, ThatMayBeMeasuredIsToldOfOnceOnItsPicture) {
    auto makers = testing::usual();
    for (auto& maker : makers)
        maker.warnings = {"primary-reformat"};
    Desk desk(makers);
    desk.confirmLevels();
    ASSERT_TRUE(desk.reading().goTo(kForamen));
    const auto told = [](const std::vector<std::string>& sentences) {
        return std::ranges::count_if(sentences,
                                     [](const auto& w) { return w.find("Reformatted") != w.npos; });
    };
    EXPECT_EQ(told(desk.views().overlay(Pane::Work).notices), 1);
    EXPECT_EQ(told(desk.editor().warnings()), 0) << "it would stand beside the area and in the panel too";
}

TEST_F(Drawing, ACrossingContourIsWarnedOfAndNeverRecorded) {
    desk.click(at(-5, -5));
    desk.click(at(5, -5));
    desk.click(at(5, 5));
    const auto versions = storedVersions();
    desk.click(at(0, -12)); // crosses the first edge
    EXPECT_FALSE(desk.editor().warnings().empty());
    EXPECT_EQ(storedVersions(), versions);
    for (const auto& entry : desk.record().contours()) {
        const auto slice = desk.images().find(entry.contour.image);
        EXPECT_TRUE(geometry::validate(geometry::toPlane(entry.contour.curve, desk.images().plane(*slice))));
    }
}

TEST_F(Drawing, UndoTakesBackClicksOneByOneAndWorksAcrossARestart) {
    for (const auto& p : {at(-5, -5), at(5, -5), at(5, 5), at(-5, 5)})
        desk.click(p);
    const auto points = [&] { return desk.record().contour(kForamen)->contour.curve.points.size(); };
    EXPECT_EQ(points(), 4U);
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_EQ(points(), 3U);
    desk.click(at(-6, 6)); // drawing goes on where it was
    EXPECT_EQ(points(), 4U);
    desk.restart();
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_EQ(desk.reading().currentCell(), kForamen) << "undo shows what it changed";
    EXPECT_EQ(points(), 3U);
    ASSERT_TRUE(desk.reading().redo());
    EXPECT_EQ(points(), 4U);
    ASSERT_TRUE(desk.reading().undo());
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_FALSE(desk.record().contour(kForamen));
    ASSERT_TRUE(desk.reading().undo()); // the levels were confirmed before
    EXPECT_FALSE(desk.levels().isConfirmed());
    EXPECT_FALSE(desk.reading().currentCell());
}

TEST_F(Drawing, DeletedContoursComeBackByUndo) {
    desk.drawRing();
    ASSERT_TRUE(desk.editor().deleteContour());
    EXPECT_EQ(desk.reading().view(kForamen).state, protocol::CellState::Todo);
    EXPECT_FALSE(desk.editor().deleteContour());
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_EQ(desk.reading().view(kForamen).state, protocol::CellState::Done);
    EXPECT_TRUE(desk.editor().preview().curve);
}

TEST_F(Drawing, WhatCannotBeStoredIsKeptSaidAndStoredLater) {
    desk.drawRing(5.0);
    const auto versions = storedVersions();
    {
        const testing::FullDisk full;
        desk.editor().setTool(tools::ToolKind::Vertex);
        desk.editor().move({at(5, 0), {}, 0.1});
        desk.editor().press({at(5, 0), {}, 0.1});
        desk.editor().move({at(8, 0), {}, 0.1});
        desk.editor().release({at(8, 0), {}, 0.1});
        EXPECT_EQ(desk.record().saveState().kind, SaveState::Kind::Failed);
        EXPECT_EQ(desk.record().saveState().waiting, 1U);
        EXPECT_EQ(desk.record().saveState().text, "1 edit not stored");
        EXPECT_NE(desk.record().saveState().banner.find("kept in memory"), std::string::npos);
        EXPECT_EQ(desk.reading().view(kForamen).warnings, std::vector<std::string>{"not stored"});
        EXPECT_GT(desk.reading().view(kForamen).area->value(), M_PI * 25 + 3) << "what was drawn is shown";
        EXPECT_FALSE(desk.record().retry());
        EXPECT_EQ(desk.record().saveState().waiting, 1U);
    }
    ASSERT_TRUE(desk.record().retry());
    EXPECT_EQ(desk.record().saveState().kind, SaveState::Kind::Stored);
    EXPECT_TRUE(desk.record().saveState().banner.empty());
    EXPECT_EQ(storedVersions(), versions + 1);
    const auto area = desk.reading().view(kForamen).area->value();
    desk.restart();
    EXPECT_NEAR(desk.reading().view(kForamen).area->value(), area, 1e-5);
}

TEST_F(Drawing, EditsQueueInOrderWhileTheDiskIsFullAndTheNextSaveBringsAll) {
    {
        const testing::FullDisk full;
        for (const auto& p : {at(-5, -5), at(5, -5), at(5, 5), at(-5, 5)})
            desk.click(p);
        EXPECT_EQ(desk.record().saveState().waiting, 2U);
        ASSERT_TRUE(desk.reading().undo()); // in memory, too
        EXPECT_EQ(desk.record().saveState().waiting, 1U);
        EXPECT_EQ(desk.record().contour(kForamen)->contour.curve.points.size(), 3U);
        desk.click(at(-7, 4));
        EXPECT_EQ(desk.record().saveState().waiting, 2U);
    }
    desk.click(at(-9, 0)); // room again: everything goes through by itself
    EXPECT_EQ(desk.record().saveState().kind, SaveState::Kind::Stored);
    EXPECT_EQ(storedVersions(), 3U);
    desk.restart();
    EXPECT_EQ(desk.record().contour(kForamen)->contour.curve.points.size(), 5U);
}

TEST_F(Drawing, GoesOnWhereTheSameRaterDeletedTheContourInAnotherWindow) {
    desk.drawRing(5.0);
    const auto other = store::Store::open(desk.path(), store::Actor::as(RaterId("r1")));
    ASSERT_TRUE(other);
    const auto deleteThere = [&] {
        store::ContourRepository contours(*other);
        const auto& mine = desk.record().contour(kForamen)->contour;
        ASSERT_TRUE(contours.remove(mine.id, contours.find(mine.id)->version));
    };
    deleteThere();
    desk.editor().setTool(tools::ToolKind::Vertex);
    const auto drag = [&](geometry::PlanePoint from, geometry::PlanePoint to) {
        desk.editor().move({from, {}, 0.1});
        desk.editor().press({from, {}, 0.1});
        desk.editor().move({to, {}, 0.1});
        desk.editor().release({to, {}, 0.1});
    };
    drag(at(5, 0), at(8, 0));
    EXPECT_EQ(desk.record().saveState().waiting, 0U) << desk.record().saveState().banner;
    const auto area = desk.reading().view(kForamen).area->value();
    EXPECT_GT(area, M_PI * 25 + 3);
    drag(at(8, 0), at(6, 0)); // and the next stroke as well
    EXPECT_EQ(desk.record().saveState().waiting, 0U);
    desk.restart();
    ASSERT_TRUE(desk.record().contour(kForamen));
    deleteThere();
    EXPECT_TRUE(desk.record().remove(kForamen)) << "what is gone already is deleted";
    EXPECT_EQ(desk.record().saveState().waiting, 0U);
    EXPECT_FALSE(desk.record().contour(kForamen));
}

/// Another program in the middle of a write of its own.
class OtherWriter {
public:
    explicit OtherWriter(const std::filesystem::path& path) {
        m_database.setDatabaseName(QString::fromStdString(path.string()));
        EXPECT_TRUE(m_database.open() && QSqlQuery(m_database).exec(QStringLiteral("BEGIN IMMEDIATE")));
    }
    ~OtherWriter() {
        m_database.close();
        m_database = {};
        QSqlDatabase::removeDatabase(QStringLiteral("other"));
    }

private:
    QSqlDatabase m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other"));
};

TEST_F(Drawing, ALockedStoreHoldsNobodyUpAndLosesNothing) {
    const auto start = std::chrono::steady_clock::now();
    {
        const OtherWriter writer(desk.path());
        desk.drawRing(5.0, 8);
        EXPECT_EQ(desk.record().saveState().waiting, 6U) << "points three to eight";
        EXPECT_NE(desk.record().saveState().banner.find("another program"), std::string::npos);
        EXPECT_EQ(desk.reading().view(kForamen).warnings, std::vector<std::string>{"not stored"});
        EXPECT_FALSE(desk.record().retry());
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5))
        << "it waits once, and not long";
    ASSERT_TRUE(desk.record().retry());
    EXPECT_EQ(desk.record().saveState().kind, SaveState::Kind::Stored);
    desk.restart();
    EXPECT_EQ(desk.record().contour(kForamen)->contour.curve.points.size(), 8U);
}

TEST_F(Drawing, ACrossingCurveIsNotLeftByGoingOn) {
    for (const auto& p : {at(-5, -5), at(5, -5), at(-5, 5), at(5, 5)}) // a figure of eight
        desk.click(p);
    const auto went = desk.reading().doneNext();
    ASSERT_FALSE(went);
    EXPECT_NE(went.error().message.find("crosses itself"), std::string::npos);
    EXPECT_FALSE(desk.reading().goTo(Cell::foramen(Level::L4_L5, Side::L)));
    EXPECT_EQ(desk.reading().currentCell(), kForamen);
    desk.editor().key(tools::Key::Backspace);
    EXPECT_TRUE(desk.reading().doneNext());
    EXPECT_EQ(desk.record().contour(kForamen)->contour.curve.points.size(), 3U);
}

TEST_F(Drawing, ChangingTheCellFinishesWhatCanBeFinished) {
    for (const auto& p : {at(-5, -5), at(5, -5), at(5, 5)})
        desk.click(p);
    ASSERT_TRUE(desk.reading().goTo(Cell::foramen(Level::L4_L5, Side::L)));
    EXPECT_FALSE(desk.editor().busy());
    EXPECT_FALSE(desk.editor().preview().curve);
    EXPECT_EQ(desk.reading().view(kForamen).state, protocol::CellState::Done);
    desk.click(desk.views().pane(Pane::Work).viewport.center); // a lone point
    ASSERT_TRUE(desk.reading().goTo(kForamen));
    EXPECT_EQ(desk.reading().done(), 1U);
}

TEST_F(Drawing, OnlyTheRightPlaneIsMeasuredOn) {
    desk.views().setList(Pane::Work, *desk.views().hanging().axial);
    ASSERT_TRUE(desk.editor().obstacle());
    EXPECT_EQ(*desk.editor().obstacle(), "A foramen is measured on a sagittal image; this one is axial.");
    desk.drawRing();
    EXPECT_FALSE(desk.record().contour(kForamen));
}

TEST_F(Drawing, EveryToolEndsInStoredContours) {
    using tools::ToolKind;
    const auto drag = [&](std::initializer_list<geometry::PlanePoint> path, tools::Modifiers modifiers = {}) {
        desk.editor().press({*path.begin(), modifiers, 0.1});
        for (const auto& p : path)
            desk.editor().move({p, modifiers, 0.1});
        desk.editor().release({*(path.end() - 1), modifiers, 0.1});
    };
    desk.editor().setTool(ToolKind::Brush);
    desk.editor().setRadius(Millimetres(4.0));
    drag({at(-3, 0), at(0, 0), at(3, 0)});
    const auto painted = desk.reading().view(kForamen).area;
    ASSERT_TRUE(painted);
    EXPECT_NEAR(painted->value(), M_PI * 16 + 6 * 8, 3.0);
    desk.editor().setRadius(Millimetres(2.0));
    drag({at(7, 0), at(6, 0)}, {.control = true});
    EXPECT_LT(desk.reading().view(kForamen).area->value(), painted->value() - 1.0) << "a modifier removes";
    const auto versions = storedVersions();
    desk.editor().setTool(ToolKind::Sculpt);
    drag({at(0, 1), at(0, 3), at(0, 5)});
    desk.editor().setTool(ToolKind::Smooth);
    drag({at(-3, -4), at(0, -4), at(3, -4)});
    EXPECT_GT(storedVersions(), versions);
    ASSERT_TRUE(desk.editor().deleteContour());
    desk.editor().setTool(ToolKind::LiveWire);
    for (const auto& p : {at(-6, -6), at(6, -6), at(6, 6), at(-6, 6)})
        desk.click(p);
    desk.editor().finish();
    ASSERT_TRUE(desk.record().contour(kForamen));
    ASSERT_TRUE(desk.editor().deleteContour());
    desk.editor().setTool(ToolKind::Freehand);
    drag({at(-6, -6), at(0, -7), at(6, -6), at(7, 0), at(6, 6), at(0, 7), at(-6, 6), at(-7, 0), at(-6, -5)});
    ASSERT_TRUE(desk.record().contour(kForamen));
    EXPECT_GE(desk.editor().drawingTime(kForamen).count(), 0);
}

} // namespace
} // namespace forameter::workspace
