// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/reading.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "desk.hpp"

namespace forameter::workspace {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using protocol::CellState;
using testing::Desk;
using testing::sixBodies;

TEST(Reading, NothingIsMeasuredBeforeTheLevelsAreConfirmed) {
    Desk desk;
    EXPECT_EQ(desk.reading().step(), Step::Levels);
    const auto refused = desk.reading().goTo(Cell::foramen(Level::L4_L5, Side::R));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "Confirm the levels first; nothing is measured before.");
    EXPECT_EQ(desk.editor().obstacle(), "Confirm the levels first; nothing is measured before.");
    desk.drawRing();
    EXPECT_TRUE(desk.record().contours().empty());
    EXPECT_FALSE(desk.record().save({}));
}

TEST(Reading, DoesNotAskToConfirmMarksThatContradictEachOther) {
    Desk desk;
    for (const auto& center : sixBodies())
        ASSERT_TRUE(desk.levels().mark(center));
    EXPECT_NE(desk.reading().sentence().find("confirm"), std::string::npos);
    auto between = sixBodies()[1];
    between.z += 200.0; // L5 above L1
    ASSERT_TRUE(desk.levels().moveMark(anatomy::Vertebra::L5, between));
    ASSERT_TRUE(desk.levels().obstacle());
    EXPECT_EQ(desk.reading().sentence().find("confirm"), std::string::npos) << desk.reading().sentence();
}

TEST(Reading, FifteenCellsByEnterAloneAreCompleteAfterARestart) {
    Desk desk;
    desk.confirmLevels();
    EXPECT_EQ(desk.reading().step(), Step::RightForamina);
    ASSERT_TRUE(desk.reading().doneNext());
    std::vector<Step> steps;
    for (int i = 0; i < 15; ++i) {
        ASSERT_TRUE(desk.reading().currentCell()) << i;
        const auto cell = *desk.reading().currentCell();
        steps.push_back(desk.reading().step());
        ASSERT_FALSE(desk.editor().obstacle()) << *desk.editor().obstacle();
        desk.drawRing(4.0 + 0.2 * i, 16);
        ASSERT_EQ(desk.reading().view(cell).state, CellState::Done) << anatomy::label(cell);
        // 16 points of a circle: the spline is within 0.1 % of it.
        EXPECT_NEAR(desk.reading().view(cell).area->value(), M_PI * std::pow(4.0 + 0.2 * i, 2),
                    0.06 + 0.001 * M_PI * 49);
        ASSERT_TRUE(desk.reading().doneNext());
    }
    EXPECT_FALSE(desk.reading().currentCell()) << "all read: back to the overview";
    EXPECT_EQ(desk.views().arrangement(), Arrangement::Overview);
    EXPECT_EQ(desk.reading().done(), 15U);
    EXPECT_EQ(std::ranges::count(steps, Step::RightForamina), 5);
    EXPECT_EQ(std::ranges::count(steps, Step::LeftForamina), 5);
    EXPECT_EQ(std::ranges::count(steps, Step::Canal), 5);
    EXPECT_EQ(desk.record().saveState().kind, SaveState::Kind::Stored);
    EXPECT_TRUE(desk.record().saveState().text.starts_with("all strokes stored "))
        << desk.record().saveState().text;

    std::vector<double> areas;
    for (const auto& cell : desk.reading().cells())
        areas.push_back(desk.reading().view(cell).area->value());
    desk.restart();
    EXPECT_EQ(desk.reading().done(), 15U);
    for (std::size_t i = 0; i < 15; ++i)
        EXPECT_NEAR(desk.reading().view(desk.reading().cells()[i]).area->value(), areas[i], 1e-5);
}

TEST(Reading, ContoursCarrySlicePositionAndWhatTheyWereDrawnOn) {
    Desk desk;
    desk.confirmLevels();
    const auto right = Cell::foramen(Level::L4_L5, Side::R), canal = Cell::canal(Level::L5_S1);
    ASSERT_TRUE(desk.reading().goTo(right));
    desk.drawRing();
    const auto nf = desk.reading().contour(right);
    ASSERT_TRUE(nf);
    EXPECT_EQ(nf->weighting, Weighting::T1);
    EXPECT_EQ(nf->plane, geometry::Plane::Sagittal);
    EXPECT_EQ(nf->protocol, "nf-pedicle-v1");
    EXPECT_EQ(nf->rater, "r1");
    const auto slice = desk.images().find(nf->image);
    ASSERT_TRUE(slice);
    EXPECT_NEAR(*nf->midlineOffset, -desk.images().plane(*slice).origin().x, 1e-6);
    EXPECT_NEAR(*nf->obliquity, 0.0, 1e-6);

    ASSERT_TRUE(desk.reading().goTo(canal));
    desk.drawRing();
    const auto cc = desk.reading().contour(canal);
    ASSERT_TRUE(cc);
    EXPECT_EQ(cc->cell.quantity, anatomy::Quantity::DuralSac);
    EXPECT_FALSE(cc->midlineOffset);
    EXPECT_NEAR(*cc->obliquity, 20.0, 1e-6);
    const auto view = desk.reading().view(canal);
    EXPECT_EQ(view.warnings, std::vector<std::string>{"tilt 20°"});
    ASSERT_FALSE(desk.editor().warnings().empty());
}

TEST(Reading, TheSliceThatThePersonChoseIsKeptAndFoundAgain) {
    Desk desk;
    desk.confirmLevels();
    const auto cell = Cell::foramen(Level::L3_L4, Side::L);
    ASSERT_TRUE(desk.reading().goTo(cell));
    const auto suggested = desk.reading().suggestedSlice(cell);
    EXPECT_EQ(desk.views().pane(Pane::Work).slice, suggested);
    desk.views().stepSlice(Pane::Work, 1);
    const auto chosen = desk.views().pane(Pane::Work).slice;
    ASSERT_NE(chosen, suggested);
    desk.drawRing();
    EXPECT_EQ(desk.reading().facts(cell)->choice, SliceChoice::Own);
    ASSERT_TRUE(desk.reading().goTo(Cell::foramen(Level::L1_L2, Side::R)));
    ASSERT_TRUE(desk.reading().goTo(cell));
    EXPECT_EQ(desk.views().pane(Pane::Work).slice, chosen);
    ASSERT_TRUE(desk.reading().goToSuggestedSlice());
    EXPECT_EQ(desk.views().pane(Pane::Work).slice, suggested);
    EXPECT_EQ(desk.editor().contourElsewhere(), chosen);
    EXPECT_FALSE(desk.editor().preview().curve) << "the contour is painted on its own slice only";
}

TEST(Reading, DrawingOnAnotherSliceMovesTheContourAndUndoBringsItBack) {
    Desk desk;
    desk.confirmLevels();
    const auto cell = Cell::foramen(Level::L3_L4, Side::L);
    ASSERT_TRUE(desk.reading().goTo(cell));
    desk.drawRing(4.0);
    const auto first = desk.reading().contour(cell)->image;
    desk.views().stepSlice(Pane::Work, -1);
    ASSERT_TRUE(desk.editor().copyFromNeighbour());
    EXPECT_NE(desk.reading().contour(cell)->image, first);
    EXPECT_EQ(desk.record().contours().size(), 1U);
    EXPECT_FALSE(desk.editor().copyFromNeighbour()) << "it is here already";
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_EQ(desk.reading().contour(cell)->image, first);
}

TEST(Reading, MarksNeedAReasonAndAreStates) {
    Desk desk;
    desk.confirmLevels();
    const auto cell = Cell::foramen(Level::L5_S1, Side::R);
    EXPECT_FALSE(desk.reading().markNotAssessable(cell, "  "));
    ASSERT_TRUE(desk.reading().markNotAssessable(cell, "metal artefact"));
    EXPECT_EQ(desk.reading().view(cell).state, CellState::NotAssessable);
    EXPECT_EQ(desk.reading().view(cell).note, "metal artefact");
    desk.restart();
    EXPECT_EQ(desk.reading().view(cell).note, "metal artefact");
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_EQ(desk.reading().view(cell).state, CellState::Todo);
    ASSERT_TRUE(desk.reading().markNotCovered(cell));
    EXPECT_EQ(desk.reading().view(cell).state, CellState::NotCovered);
    ASSERT_TRUE(desk.reading().reopen(cell));
    EXPECT_EQ(desk.reading().view(cell).state, CellState::Todo);
    EXPECT_FALSE(desk.reading().reopen(cell));
}

TEST(Reading, DrawingTakesAMarkBackAndAMarkTakesTheContour) {
    Desk desk;
    desk.confirmLevels();
    const auto cell = Cell::foramen(Level::L2_L3, Side::R);
    ASSERT_TRUE(desk.reading().markNotCovered(cell));
    ASSERT_TRUE(desk.reading().goTo(cell));
    desk.drawRing();
    EXPECT_EQ(desk.reading().view(cell).state, CellState::Done);
    ASSERT_TRUE(desk.reading().markNotAssessable(cell, "motion"));
    EXPECT_EQ(desk.reading().view(cell).state, CellState::NotAssessable);
    EXPECT_FALSE(desk.record().contour(cell));
    ASSERT_TRUE(desk.reading().undo());
    ASSERT_TRUE(desk.reading().undo());
    EXPECT_EQ(desk.reading().view(cell).state, CellState::Done);
}

TEST(Reading, LevelsAndColumnsAreOneKeyAway) {
    Desk desk;
    desk.confirmLevels();
    ASSERT_TRUE(desk.reading().goToLevel(3));
    EXPECT_EQ(desk.reading().currentCell(), Cell::foramen(Level::L4_L5, Side::R));
    ASSERT_TRUE(desk.reading().goToColumn(Reading::Column::Canal));
    EXPECT_EQ(desk.reading().currentCell(), Cell::canal(Level::L4_L5));
    ASSERT_TRUE(desk.reading().goToLevel(0));
    EXPECT_EQ(desk.reading().currentCell(), Cell::canal(Level::L1_L2));
    ASSERT_TRUE(desk.reading().goToColumn(Reading::Column::LeftForamen));
    EXPECT_EQ(desk.reading().currentCell(), Cell::foramen(Level::L1_L2, Side::L));
    EXPECT_FALSE(desk.reading().goToLevel(5)) << "this patient has five levels";
}

TEST(Reading, WithoutASagittalSeriesNothingIsAskedFor) {
    Desk desk({testing::axialBlock("1.1", 1, 0.0, 8)});
    EXPECT_FALSE(desk.levels().active());
    ASSERT_TRUE(desk.levels().refusal());
    EXPECT_NE(desk.levels().refusal()->find("no sagittal series"), std::string::npos);
    desk.levels().setActive(true);
    EXPECT_FALSE(desk.levels().active());
    EXPECT_EQ(desk.reading().sentence(), "Nothing of this study can be measured.");
    for (const auto& cell : desk.reading().cells())
        EXPECT_FALSE(desk.reading().view(cell).covered) << "no cell waits for anything";
    const auto refused = desk.reading().goTo(Cell::canal(Level::L4_L5));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, *desk.levels().refusal());
    const auto confirmed = desk.levels().confirm();
    ASSERT_FALSE(confirmed);
    EXPECT_EQ(confirmed.error().message, *desk.levels().refusal());
}

TEST(Reading, ASingleSliceAsksForNoMarksAndTakesThemAllTheSame) {
    Desk desk({testing::sagittal("1.1", Weighting::T2, 1)});
    EXPECT_FALSE(desk.levels().active());
    EXPECT_NE(desk.reading().sentence().find("can choose no slice"), std::string::npos)
        << desk.reading().sentence();
    for (const auto& cell : desk.reading().cells())
        EXPECT_FALSE(desk.reading().view(cell).covered) << "no cell waits for anything";
    EXPECT_FALSE(desk.levels().refusal());
    desk.levels().setActive(true);
    EXPECT_TRUE(desk.levels().active());
    desk.confirmLevels();
    ASSERT_TRUE(desk.reading().goTo(Cell::foramen(Level::L4_L5, Side::R)));
    desk.drawRing();
    EXPECT_EQ(desk.reading().done(), 1u);
}

TEST(Reading, AnAreaThatNoPatientHasIsDoubtedOnceItIsClosed) {
    Desk desk;
    desk.confirmLevels();
    const auto cell = Cell::foramen(Level::L4_L5, Side::R);
    ASSERT_TRUE(desk.reading().goTo(cell));
    const auto center = desk.views().pane(Pane::Work).viewport.center;
    for (const auto& [x, y] :
         {std::pair{0.0, 0.0}, std::pair{1.5, 0.0}, std::pair{1.5, 1.5}, std::pair{0.0, 1.5}})
        desk.click({center.x + x, center.y + y});
    EXPECT_TRUE(desk.editor().busy());
    EXPECT_TRUE(desk.reading().view(cell).warnings.empty()) << "what is only begun is small";
    desk.editor().finish();
    EXPECT_EQ(desk.reading().view(cell).warnings, std::vector<std::string>{"too small?"});
    ASSERT_EQ(desk.editor().warnings().size(), 1u);
    EXPECT_NE(desk.editor().warnings()[0].find("less than any foramen"), std::string::npos);
    EXPECT_EQ(desk.reading().done(), 1u) << "it counts all the same";
    desk.drawRing();
    EXPECT_TRUE(desk.reading().view(cell).warnings.empty());
}

TEST(Reading, ReturnClosesAndStaysThenGoesOn) {
    Desk desk;
    desk.confirmLevels();
    ASSERT_TRUE(desk.reading().doneNext());
    const auto cell = desk.reading().currentCell();
    const auto middle = desk.views().pane(Pane::Work).viewport.center;
    for (const auto& [x, y] : {std::pair{-4.0, -4.0}, {4.0, -4.0}})
        desk.click({middle.x + x, middle.y + y});
    EXPECT_FALSE(desk.reading().doneNext()) << "two points are no contour";
    desk.click({middle.x, middle.y + 4});
    ASSERT_TRUE(desk.editor().busy());
    ASSERT_TRUE(desk.reading().doneNext());
    EXPECT_FALSE(desk.editor().busy());
    EXPECT_EQ(desk.reading().currentCell(), cell);
    EXPECT_TRUE(desk.reading().view(*cell).area);
    ASSERT_TRUE(desk.reading().doneNext());
    EXPECT_NE(desk.reading().currentCell(), cell);
}

TEST(Reading, WithoutAxialImagesTheCanalIsNotCovered) {
    Desk desk({testing::sagittal("1.1", Weighting::T2)});
    desk.confirmLevels();
    const auto canal = Cell::canal(Level::L4_L5);
    EXPECT_FALSE(desk.reading().view(canal).covered);
    ASSERT_TRUE(desk.reading().goTo(canal));
    EXPECT_FALSE(desk.views().pane(Pane::Work).slice);
    EXPECT_NE(desk.views().pane(Pane::Work).empty.find("no axial series"), std::string::npos);
    EXPECT_TRUE(desk.editor().obstacle());
    ASSERT_TRUE(desk.reading().doneNext());
    EXPECT_EQ(desk.reading().view(canal).state, CellState::NotCovered);
    ASSERT_TRUE(desk.reading().goTo(canal));
    EXPECT_TRUE(desk.reading().sentence().starts_with("Recorded as not covered."))
        << desk.reading().sentence();
    // Foramina are read on T2 where there is no T1.
    const auto foramen = Cell::foramen(Level::L4_L5, Side::L);
    ASSERT_TRUE(desk.reading().goTo(foramen));
    EXPECT_EQ(desk.views().overlay(Pane::Work).title.substr(0, 6), "Sag T2");
    desk.drawRing();
    EXPECT_EQ(desk.reading().contour(foramen)->weighting, Weighting::T2);
    for (const auto& cell : desk.reading().cells()) {
        if (cell.side) {
            ASSERT_TRUE(desk.reading().markNotAssessable(cell, "Metal artefact"));
        }
    }
    desk.reading().leaveCell();
    EXPECT_NE(desk.reading().sentence().find("of which this study has no slice"), std::string::npos)
        << desk.reading().sentence();
}

TEST(Reading, LevelsThatNoBlockShowsAreNotCoveredAndTheOthersAre) {
    auto makers = testing::usual();
    makers.erase(makers.begin() + 5, makers.end()); // L1-L2 and L2-L3 were not scanned axially
    Desk desk(makers);
    desk.confirmLevels();
    EXPECT_FALSE(desk.reading().view(Cell::canal(Level::L1_L2)).covered);
    EXPECT_TRUE(desk.reading().view(Cell::canal(Level::L4_L5)).covered);
    // The person may look at, and draw on, the nearest slice all the same.
    ASSERT_TRUE(desk.reading().goTo(Cell::canal(Level::L1_L2)));
    EXPECT_TRUE(desk.views().pane(Pane::Work).slice);
    EXPECT_FALSE(desk.editor().obstacle());
    ASSERT_FALSE(desk.document().notices().empty());
    EXPECT_NE(desk.document().notices().back().find("canal L1–L2"), std::string::npos);
}

TEST(Reading, StirAloneIsEnoughToReadForamina) {
    Desk desk({testing::sagittal("1.1", Weighting::STIR)});
    desk.confirmLevels();
    ASSERT_TRUE(desk.reading().goTo(Cell::foramen(Level::L4_L5, Side::R)));
    EXPECT_FALSE(desk.editor().obstacle());
    EXPECT_EQ(desk.views().pane(Pane::Companion).empty, "No second sequence in this plane.");
}

TEST(Reading, MarksOfOnePlaceSayNothingAboutUnlinkedPictures) {
    auto makers = testing::usual();
    for (auto& maker : makers) {
        if (maker.plane != geometry::Plane::Axial) continue;
        maker.frameOfReference = "1.2.840.5";
        for (auto& center : maker.centers)
            center.y += 900.0;
    }
    Desk desk(makers);
    desk.confirmLevels();
    EXPECT_FALSE(desk.reading().view(Cell::canal(Level::L4_L5)).covered);
    EXPECT_TRUE(desk.reading().view(Cell::foramen(Level::L4_L5, Side::R)).covered);
}

} // namespace
} // namespace forameter::workspace
