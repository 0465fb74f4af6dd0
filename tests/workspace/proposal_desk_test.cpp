// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/proposal_desk.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "desk.hpp"
#include "forameter/store/proposal_repository.hpp"
#include "ring_proposer.hpp"

namespace forameter::workspace {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using testing::Desk;
using testing::rings;

const Cell kCell = Cell::foramen(Level::L4_L5, Side::R);

/// A rater's desk with somebody who proposes.
class Proposing : public ::testing::Test {
protected:
    Desk desk;
    std::atomic<int> asked{0};
    JobRunner jobs{desk.queue().post()};
    std::unique_ptr<ProposalDesk> proposals;

    void TearDown() override { proposals.reset(); }
    void sit(Offering offering = Offering::First, Proposer proposer = {}) {
        if (!proposer)
            proposer = [this](const proposal::ProposeRequest& request, const Watch&) {
                ++asked;
                return rings(request);
            };
        proposals.reset();
        proposals = std::make_unique<ProposalDesk>(
            ProposalDesk::Parts{desk.images(), desk.record(), desk.store(), jobs}, std::move(proposer), offering);
        desk.reading().setOffers([this](const Cell& cell) { return proposals ? proposals->offered(cell) : nullptr; });
    }
    void wait() {
        ASSERT_TRUE(desk.queue().runUntil([&] {
            return proposals->state() == ProposalDesk::State::Ready || proposals->state() == ProposalDesk::State::Failed;
        }));
    }
    std::vector<store::Decision> decisions() {
        std::vector<store::Decision> all;
        const auto kept = store::ProposalRepository(desk.store()).decisions({});
        for (const auto& one : *kept)
            all.push_back(one.proposal.decision);
        return all;
    }
};

TEST_F(Proposing, LevelsAreOfferedAndCountOnlyOnceAPersonConfirms) {
    sit();
    wait();
    ASSERT_TRUE(proposals->levels());
    EXPECT_FALSE(proposals->offered(kCell)) << "no areas before levels";
    ASSERT_TRUE(proposals->takeLevels());
    EXPECT_FALSE(desk.record().levelsConfirmed());
    EXPECT_EQ(desk.record().levels()->marks.size(), 6U);
    EXPECT_FALSE(proposals->levels()) << "somebody has marked some";
    EXPECT_FALSE(proposals->takeLevels());
}

TEST(ProposalDesk, AsksNobodyAboutASingleSlice) {
    Desk desk({testing::sagittal("1.1", Weighting::T2, 1)});
    JobRunner jobs{desk.queue().post()};
    const ProposalDesk proposals(
        {desk.images(), desk.record(), desk.store(), jobs},
        [](const proposal::ProposeRequest& request, const Watch&) { return rings(request); }, Offering::First);
    EXPECT_EQ(proposals.state(), ProposalDesk::State::Off) << "nothing can be counted there";
    EXPECT_FALSE(jobs.busy());
}

TEST_F(Proposing, AnOfferIsShownInItsCellAndIsNoMeasurement) {
    desk.confirmLevels();
    sit();
    wait();
    const auto* offer = proposals->offered(kCell);
    ASSERT_TRUE(offer);
    const auto view = desk.reading().view(kCell);
    EXPECT_EQ(view.state, protocol::CellState::Todo);
    EXPECT_FALSE(view.area);
    ASSERT_TRUE(view.offer);
    EXPECT_NEAR(view.offer->area.value(), offer->areaMm2, 1e-9);
    EXPECT_TRUE(desk.record().contours().empty());
    ASSERT_TRUE(desk.reading().goTo(kCell));
    EXPECT_EQ(desk.views().pane(Pane::Work).slice, desk.images().find(offer->contour.image));
    EXPECT_EQ(proposals->withheld(Cell::canal(Level::L1_L2)), "Nothing was seen.");
}

TEST_F(Proposing, AcceptingMakesItTheReadersContourAndAStrokeMakesItEdited) {
    desk.confirmLevels();
    sit();
    wait();
    const double area = proposals->offered(kCell)->areaMm2;
    ASSERT_TRUE(desk.reading().goTo(kCell));
    ASSERT_TRUE(proposals->accept(kCell));
    const auto accepted = desk.reading().contour(kCell);
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->source, protocol::Source::Model);
    EXPECT_EQ(accepted->rater, "r1");
    EXPECT_EQ(accepted->model, std::string(64, 'c'));
    EXPECT_NEAR(desk.reading().view(kCell).area->value(), area, 1e-6);
    EXPECT_FALSE(proposals->offered(kCell));
    EXPECT_FALSE(proposals->accept(kCell)) << "it is taken";

    desk.editor().setTool(tools::ToolKind::Vertex);
    const auto plane = desk.images().plane(*desk.images().find(accepted->image));
    const auto point = plane.toPlane(accepted->curve.points.front());
    desk.editor().move({point, {}, 0.1});
    desk.editor().press({point, {}, 0.1});
    desk.editor().move({{point.x + 1.0, point.y}, {}, 0.1});
    desk.editor().release({{point.x + 1.0, point.y}, {}, 0.1});
    const auto edited = desk.reading().contour(kCell);
    EXPECT_EQ(edited->source, protocol::Source::EditedModel);
    EXPECT_EQ(edited->model, std::string(64, 'c'));

    const auto kept = store::ProposalRepository(desk.store()).decisions({});
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->size(), 1U);
    EXPECT_EQ(kept->front().proposal.decision, store::Decision::Accepted);
    EXPECT_NEAR(kept->front().proposal.area, area, 1e-6);
    EXPECT_EQ(kept->front().proposal.contour, accepted->id) << "by which its later versions are found";
    EXPECT_EQ(kept->front().rater, RaterId("r1"));

    ASSERT_TRUE(desk.reading().undo()); // the edit
    ASSERT_TRUE(desk.reading().undo()); // the acceptance
    EXPECT_FALSE(desk.reading().contour(kCell));
    EXPECT_TRUE(proposals->offered(kCell)) << "what is taken back is offered again";
}

TEST_F(Proposing, RejectingHidesItAcrossRestartsAndCanBeTakenBack) {
    desk.confirmLevels();
    sit();
    wait();
    ASSERT_TRUE(proposals->reject(kCell));
    EXPECT_FALSE(proposals->offered(kCell));
    EXPECT_TRUE(proposals->rejected(kCell));
    EXPECT_FALSE(proposals->accept(kCell));
    sit();
    wait();
    EXPECT_FALSE(proposals->offered(kCell)) << "she has said so already";
    ASSERT_TRUE(proposals->reject(kCell));
    EXPECT_TRUE(proposals->offered(kCell));
    EXPECT_EQ(decisions(), (std::vector{store::Decision::Rejected, store::Decision::Offered}));
}

TEST_F(Proposing, AfterHerOwnDrawingOnlyWhereTheRoundSaysSo) {
    desk.confirmLevels();
    sit(Offering::AfterDrawing);
    wait();
    EXPECT_FALSE(proposals->offered(kCell));
    EXPECT_FALSE(proposals->withheld(Cell::canal(Level::L1_L2))) << "even that would tell her something";
    ASSERT_TRUE(desk.reading().goTo(kCell));
    desk.drawRing();
    EXPECT_TRUE(proposals->offered(kCell));
}

TEST_F(Proposing, NothingIsAskedWhereTheRoundHasNoModel) {
    desk.confirmLevels();
    sit(Offering::Never);
    EXPECT_EQ(proposals->state(), ProposalDesk::State::Off);
    proposals->ask();
    EXPECT_EQ(asked, 0);
    EXPECT_FALSE(proposals->offered(kCell));
}

TEST_F(Proposing, ConfirmingOtherLevelsAsksAnew) {
    sit();
    wait();
    EXPECT_EQ(asked, 1);
    desk.confirmLevels();
    ASSERT_TRUE(desk.queue().runUntil([&] { return asked == 2 && proposals->state() == ProposalDesk::State::Ready; }));
    const double height = proposals->offered(kCell)->contour.curve.points.front().z;
    ASSERT_TRUE(desk.levels().shift(-1));
    EXPECT_FALSE(proposals->offered(kCell)) << "it belongs to other levels";
    ASSERT_TRUE(desk.levels().confirm());
    ASSERT_TRUE(desk.queue().runUntil([&] { return asked == 3 && proposals->state() == ProposalDesk::State::Ready; }));
    const auto* moved = proposals->offered(Cell::foramen(Level::L3_L4, Side::R));
    ASSERT_TRUE(moved);
    EXPECT_NEAR(moved->contour.curve.points.front().z, height, 1.0) << "the same place by its new name";
}

TEST_F(Proposing, AWorkerThatDiesIsASentenceAndCanBeAskedAgain) {
    desk.confirmLevels();
    bool dead = true;
    sit(Offering::First, [&](const proposal::ProposeRequest& request, const Watch&) -> Result<proposal::Proposals> {
        if (dead) return fail(ErrorCode::Other, "The worker has ended (signal 9).");
        return rings(request);
    });
    wait();
    EXPECT_EQ(proposals->state(), ProposalDesk::State::Failed);
    EXPECT_EQ(proposals->sentence(), "There are no proposals: The worker has ended (signal 9).");
    ASSERT_TRUE(desk.reading().goTo(kCell));
    desk.drawRing(); // the reading goes on
    EXPECT_TRUE(desk.reading().contour(kCell));
    dead = false;
    proposals->ask();
    wait();
    EXPECT_TRUE(proposals->offered(Cell::foramen(Level::L3_L4, Side::R)));
}

TEST_F(Proposing, ClosingTheStudyEndsWhatIsBeingMade) {
    desk.confirmLevels();
    std::atomic<bool> stopped{false};
    sit(Offering::First, [&](const proposal::ProposeRequest&, const Watch& watch) -> Result<proposal::Proposals> {
        while (!watch.cancelled())
            std::this_thread::yield();
        stopped = true;
        return fail(ErrorCode::Cancelled, "Cancelled.");
    });
    ASSERT_TRUE(desk.queue().runUntil([&] { return proposals->state() == ProposalDesk::State::Working; }));
    proposals.reset();
    ASSERT_TRUE(desk.queue().runUntil([&] { return stopped.load(); }));
}

} // namespace
} // namespace forameter::workspace
