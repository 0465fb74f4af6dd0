// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "forameter/geometry/measure.hpp"
#include "forameter/store/audit_log.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "review_case.hpp"
#include "review_fixture.hpp"

namespace forameter::testing {
namespace {

using anatomy::Level;
using protocol::ConsensusMethod;
using store::ReviewState;
using workspace::ReviewAside;
using workspace::ReviewDesk;
using workspace::ReviewSession;

TEST(ReviewList, StandsByDisagreementWithMixUpsFirst) {
    ReviewStore store;
    store.draw({{.rater = "anna", .radius = 5.0, .level = Level::L1_L2, .place = Level::L1_L2},
                {.rater = "bert", .radius = 5.05, .level = Level::L1_L2, .place = Level::L1_L2},
                {.rater = "cleo", .radius = 5.1, .level = Level::L1_L2, .place = Level::L1_L2},
                {.rater = "anna", .radius = 4.0, .level = Level::L2_L3, .place = Level::L2_L3},
                {.rater = "bert", .radius = 5.0, .level = Level::L2_L3, .place = Level::L2_L3},
                {.rater = "cleo", .radius = 6.5, .level = Level::L2_L3, .place = Level::L2_L3},
                {.rater = "anna", .level = Level::L3_L4, .place = Level::L3_L4},
                {.rater = "bert", .level = Level::L3_L4, .place = Level::L2_L3},
                {.rater = "cleo", .level = Level::L3_L4, .place = Level::L3_L4},
                {.rater = "anna", .level = Level::L5_S1, .place = Level::L5_S1}});
    const auto session = store.compared();
    const auto& list = session->entries();
    ASSERT_EQ(list.size(), 3u) << "L5-S1 was read by one rater only";
    EXPECT_EQ(list[0].cell.level, Level::L3_L4);
    EXPECT_EQ(list[0].mixUps, 1u);
    EXPECT_EQ(list[1].cell.level, Level::L2_L3);
    EXPECT_NEAR(list[1].spread.value(), 1.4 * M_PI * (6.5 * 6.5 - 16), 3.0);
    EXPECT_TRUE(list[1].hd95 && list[1].compared);
    EXPECT_EQ(list[2].cell.level, Level::L1_L2);
    EXPECT_EQ(list[2].title, "PHANTOM-1000");
    EXPECT_TRUE(session->phantom());
}

TEST(ReviewList, IsFilteredByLevelAndState) {
    ReviewStore store;
    store.drawUsual();
    const auto session = store.compared();
    ASSERT_EQ(session->entries().size(), 5u);
    session->setFilter({.level = Level::L4_L5});
    ASSERT_EQ(session->entries().size(), 1u);
    ASSERT_TRUE(session->take(0));
    ASSERT_TRUE(session->desk()->sign(""));
    session->setFilter({.state = ReviewState::Signed});
    ASSERT_EQ(session->entries().size(), 1u);
    EXPECT_EQ(session->entries()[0].cell.level, Level::L4_L5);
    session->setFilter({.structure = anatomy::Structure::CC});
    EXPECT_EQ(session->lack(), ReviewSession::Lack::Filter);
    session->setFilter({});
    EXPECT_EQ(session->entries().size(), 5u);
    EXPECT_NE(session->nextUnsigned(), session->find(ReviewStore::uid(0), foramenOf({.rater = ""})));
}

TEST(ReviewList, SaysWhatIsMissing) {
    ReviewStore store;
    EXPECT_EQ(store.compared()->lack(), ReviewSession::Lack::NoRound);
    store.draw({{.rater = "anna"}});
    EXPECT_EQ(store.compared()->lack(), ReviewSession::Lack::OneRater);
    const auto rater = store.compared("anna");
    EXPECT_EQ(rater->lack(), ReviewSession::Lack::Role);
    EXPECT_FALSE(workspace::mayReview(rater->store()));
    EXPECT_TRUE(rater->entries().empty());
}

TEST(ReviewList, AThousandCasesAreThereBeforeTheyAreCompared) {
    ReviewStore store(200);
    for (int i = 0; i < 200; ++i) {
        std::vector<Drawn> all;
        for (const auto level : anatomy::readingLevels(anatomy::LumbarCount::Five))
            for (const auto& [name, radius] : {std::pair{"anna", 5.0}, std::pair{"bert", 5.0 + 0.002 * i}})
                all.push_back({.rater = name, .radius = radius, .level = level, .place = level});
        store.draw(all, i);
    }
    const auto start = std::chrono::steady_clock::now();
    const auto session = store.open();
    ASSERT_TRUE(store.queue().runUntil([&] { return session->total() == 1000; }));
    const auto listed = std::chrono::steady_clock::now();
    EXPECT_FALSE(session->complete());
    ASSERT_TRUE(session->take(999)) << "a case can be taken while the rest is compared";
    std::size_t updates = 0;
    const auto counting = session->listChanged.subscribe([&] { ++updates; });
    ASSERT_TRUE(store.queue().runUntil([&] { return updates >= 2; }));
    session->cancel();
    ASSERT_TRUE(store.queue().runUntil([&] { return !session->progress(); }));
    EXPECT_FALSE(session->complete());
    EXPECT_EQ(session->total(), 1000u) << "what is known stays";
    std::printf("1,000 cases listed in %.2f s\n", std::chrono::duration<double>(listed - start).count());
}

TEST(ReviewDesk, LettersAreShuffledByCaseAndAlwaysTheSame) {
    ReviewStore store(12);
    std::set<std::string> orders;
    for (int i = 0; i < 12; ++i) {
        agreement::ConsensusCase of;
        of.study = ReviewStore::uid(i);
        of.cell = anatomy::Cell::foramen(Level::L4_L5, anatomy::Side::R);
        for (const char* name : {"anna", "bert", "cleo", "dora"})
            of.members.push_back({ReviewStore::contour({.rater = name}, i), 1});
        const auto letters = workspace::ratersByLetter(of, 5);
        EXPECT_EQ(letters, workspace::ratersByLetter(of, 5));
        EXPECT_EQ(std::set<std::string>(letters.begin(), letters.end()).size(), 4u);
        orders.insert(letters[0] + letters[1] + letters[2] + letters[3]);
    }
    EXPECT_GT(orders.size(), 5u) << "a letter would give the person away";
}

TEST(ReviewDesk, NamesAreHiddenUntilRevealedAndThatIsAudited) {
    ReviewStore store;
    store.drawUsual();
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    ASSERT_EQ(desk.curves().size(), 4u);
    for (const auto& curve : desk.curves())
        EXPECT_TRUE(curve.rater.empty());
    const auto reveals = [&] {
        std::size_t found = 0;
        for (const auto& entry :
             store::AuditLog(store.store()).entries().value_or(std::vector<store::AuditEntry>()))
            found += entry.action == "review.reveal" && entry.actor == "rev";
        return found;
    };
    EXPECT_EQ(reveals(), 0u);
    ASSERT_TRUE(desk.reveal());
    ASSERT_TRUE(desk.reveal());
    EXPECT_EQ(reveals(), 1u);
    std::set<std::string> names;
    for (const auto& curve : desk.curves())
        names.insert(curve.rater);
    EXPECT_EQ(names, (std::set<std::string>{"anna", "bert", "cleo", "dora"}));
    const auto again = store.compared();
    EXPECT_FALSE(take(*again, 0, Level::L4_L5).revealed());
}

TEST(ReviewDesk, WhyThereIsNoConsensusNamesNobody) {
    ReviewStore store;
    store.draw({{.rater = "anna"}, {.rater = "bert", .slice = 8}});
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    ASSERT_EQ(desk.curves().size(), 1u);
    const auto& made = desk.consensus(desk.method());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "There is no consensus: only " + std::string(1, desk.curves()[0].letter) +
                                        " drew it on this image.");
    const auto kept = desk.accept();
    ASSERT_FALSE(kept);
    for (const char* word : {"anna", "bert", "1.2.840"})
        EXPECT_EQ(kept.error().message.find(word), std::string::npos) << kept.error().message;
}

TEST(ReviewDesk, SwitchesConsensusAndComparesRatersWithIt) {
    ReviewStore store;
    store.drawUsual(0, 0.4);
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    EXPECT_EQ(desk.method(), ConsensusMethod::Staple);
    for (const auto method :
         {ConsensusMethod::Majority, ConsensusMethod::MeanShape, ConsensusMethod::Staple}) {
        desk.setMethod(method);
        ASSERT_TRUE(desk.consensus(method)) << desk.consensus(method).error().message;
        ASSERT_TRUE(desk.resultArea());
        EXPECT_NEAR(desk.resultArea()->value(), desk.consensus(method)->area.value(), 0.05);
        EXPECT_GT(desk.resultArea()->value(), desk.curves()[0].area.value() * 0.7);
        for (const auto& curve : desk.curves()) {
            ASSERT_TRUE(curve.dice && curve.hd95 && curve.sensitivity);
            EXPECT_GT(*curve.dice, 0.75);
            EXPECT_LE(*curve.dice, 1.0);
        }
        const auto range = desk.leaveOneOut();
        ASSERT_TRUE(range);
        EXPECT_LT(range->first.value(), range->second.value());
    }
    EXPECT_FALSE(desk.band().empty());
    const auto figures = session->figures(desk.cell());
    ASSERT_TRUE(figures);
    EXPECT_EQ(figures->cases, 1u);
    EXPECT_EQ(figures->raters, 4u);
    EXPECT_EQ(figures->areas.size(), 4u);
    EXPECT_NEAR(figures->limits->bias, 0.0, 1e-9) << "from the mean of the others, differences cancel";
}

TEST(ReviewDesk, MixUpsAndOtherSlicesAreShownApartAndNotAveraged) {
    ReviewStore other;
    other.draw({{.rater = "anna"},
                {.rater = "bert"},
                {.rater = "cleo"},
                {.rater = "dora", .radius = 8.0, .slice = 8},
                {.rater = "anna", .level = Level::L3_L4, .place = Level::L3_L4},
                {.rater = "bert", .level = Level::L3_L4, .place = Level::L3_L4},
                {.rater = "cleo", .level = Level::L3_L4, .place = Level::L4_L5},
                {.rater = "dora", .level = Level::L3_L4, .place = Level::L3_L4, .assessable = false}});
    const auto session = other.compared();
    ReviewDesk& slices = take(*session, 0, Level::L4_L5);
    ASSERT_EQ(slices.curves().size(), 3u);
    ASSERT_EQ(slices.asides().size(), 1u);
    EXPECT_EQ(slices.asides()[0].kind, ReviewAside::Kind::OtherSlice);
    EXPECT_NE(slices.asides()[0].sentence.find("4.0 mm away"), std::string::npos)
        << slices.asides()[0].sentence;
    EXPECT_FALSE(slices.asides()[0].here);
    ASSERT_TRUE(slices.asides()[0].curve);
    EXPECT_NEAR(slices.resultArea()->value(), slices.curves()[0].area.value(), 0.1)
        << "dora's is not averaged in";

    ReviewDesk& mixed = take(*session, 0, Level::L3_L4);
    ASSERT_EQ(mixed.curves().size(), 2u);
    ASSERT_EQ(mixed.asides().size(), 2u);
    for (const auto& aside : mixed.asides()) {
        EXPECT_EQ(aside.sentence.find("cleo"), std::string::npos) << "names are hidden";
        EXPECT_EQ(aside.sentence.find("dora"), std::string::npos) << "names are hidden";
        if (aside.kind == ReviewAside::Kind::MixUp)
            EXPECT_NE(aside.sentence.find("outlined the right foramen L4–L5"), std::string::npos)
                << aside.sentence;
        else
            EXPECT_EQ(aside.kind, ReviewAside::Kind::NotAssessable);
    }
    EXPECT_EQ(mixed.method(), ConsensusMethod::MeanShape) << "two raters";
}

TEST(ReviewDesk, AnArcOfOneRaterReplacesAStretchOfTheConsensus) {
    ReviewStore store;
    store.draw({{.rater = "anna"}, {.rater = "bert"}, {.rater = "cleo", .radius = 6.0, .shift = 1.5}});
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    const double before = desk.resultArea()->value();
    std::size_t wide = 0;
    for (std::size_t i = 0; i < 3; ++i)
        if (desk.curves()[i].area.value() > before + 10) wide = i;
    ASSERT_TRUE(desk.beginArc(wide));
    ASSERT_TRUE(desk.arc() && desk.arc()->result) << desk.arc()->problem;
    for (int i = 0; i < 4; ++i) {
        desk.moveArc(ReviewDesk::End::From, Millimetres(-0.5));
        desk.moveArc(ReviewDesk::End::To, Millimetres(0.5));
    }
    ASSERT_TRUE(desk.arc()->result) << desk.arc()->problem;
    const double previewed = geometry::area(*desk.arc()->result).value();
    EXPECT_GT(previewed, before);
    ASSERT_TRUE(desk.takeArc());
    EXPECT_TRUE(desk.edited());
    EXPECT_NEAR(desk.resultArea()->value(), previewed, 0.3);
    const auto kept =
        store::ContourRepository(store.store()).current({.source = protocol::Source::Consensus});
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->size(), 1u) << "stored at once";
    EXPECT_EQ(kept->front().contour.rater, "rev");
    ASSERT_TRUE(desk.undoText());
    ASSERT_TRUE(desk.undo());
    EXPECT_FALSE(desk.edited());
    EXPECT_NEAR(desk.resultArea()->value(), before, 1e-6);
}

TEST(ReviewDesk, AnArcIsClickedWithTwoClicks) {
    ReviewStore store;
    store.draw({{.rater = "anna"}, {.rater = "bert"}, {.rater = "cleo", .radius = 6.0, .shift = 1.5}});
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    std::size_t wide = 0;
    for (std::size_t i = 0; i < 3; ++i)
        if (desk.curves()[i].area.value() > desk.curves()[wide].area.value() + 5) wide = i;
    const auto& points = desk.curves()[wide].curve.points;
    EXPECT_FALSE(desk.clickArc(points[0], Millimetres(1))) << "no arc was begun";
    ASSERT_TRUE(desk.beginArc(0));
    EXPECT_FALSE(desk.clickArc({-500, -500}, Millimetres(1))) << "far from every curve";
    ASSERT_TRUE(desk.clickArc(points[11], Millimetres(0.2)));
    EXPECT_EQ(desk.arc()->rater, wide);
    desk.hoverArc(points[2]);
    EXPECT_TRUE(desk.arc()->result) << desk.arc()->problem;
    ASSERT_TRUE(desk.clickArc(points[2], Millimetres(0.2)));
    EXPECT_TRUE(desk.edited());
    EXPECT_FALSE(desk.arc());
    EXPECT_LT(geometry::nearestPoint(*desk.result(), points[0]).distance, 0.1)
        << "the rater's wall is the result's now";
}

TEST(ReviewDesk, EveryStrokeOfAToolIsAVersionAndUndoAppends) {
    ReviewStore store;
    store.drawUsual();
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    desk.setTool(tools::ToolKind::Vertex);
    const auto drag = [&](double by) {
        const auto shown = desk.preview();
        ASSERT_FALSE(shown.handles.empty());
        const auto from = shown.handles.front().at;
        desk.move({.at = from, .modifiers = {}, .mmPerScreenPixel = 0.05});
        ASSERT_TRUE(desk.press({.at = from, .modifiers = {}, .mmPerScreenPixel = 0.05}));
        desk.move({.at = {from.x + by, from.y}, .modifiers = {}, .mmPerScreenPixel = 0.05});
        ASSERT_TRUE(desk.release({.at = {from.x + by, from.y}, .modifiers = {}, .mmPerScreenPixel = 0.05}));
        EXPECT_TRUE(desk.problem().empty()) << desk.problem();
    };
    const auto versions = [&] {
        return store::ContourRepository(store.store())
            .versions({.source = protocol::Source::Consensus})
            .value()
            .size();
    };
    const double before = desk.resultArea()->value();
    drag(0.4);
    EXPECT_TRUE(desk.edited());
    const double once = desk.resultArea()->value();
    EXPECT_NE(once, before);
    drag(0.4);
    EXPECT_EQ(versions(), 2u);
    ASSERT_TRUE(desk.undo());
    EXPECT_NEAR(desk.resultArea()->value(), once, 1e-9);
    EXPECT_EQ(versions(), 3u) << "nothing is deleted";
    ASSERT_TRUE(desk.undo());
    EXPECT_FALSE(desk.edited());
    EXPECT_FALSE(desk.undoText());
}

TEST(ReviewDesk, TheProposalIsSignedWithoutWordsAndAnythingElseNeedsThem) {
    ReviewStore store;
    store.drawUsual();
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    EXPECT_FALSE(desk.needsReason());
    ASSERT_TRUE(desk.accept());
    EXPECT_EQ(desk.review()->state, ReviewState::Open);
    EXPECT_TRUE(desk.acceptedIsShown());
    ASSERT_TRUE(desk.sign(""));
    EXPECT_EQ(desk.review()->state, ReviewState::Signed);
    EXPECT_EQ(desk.review()->reviewer, "rev");
    EXPECT_NE(desk.review()->reason.find("STAPLE"), std::string::npos);
    const auto kept = store::ConsensusRepository(session->store()).list();
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->size(), 1u) << "accepting and signing keep the same consensus once";
    EXPECT_EQ(desk.review()->accepted->id, kept->front().id);

    ReviewDesk& other = take(*session, 0, Level::L3_L4);
    other.setMethod(ConsensusMethod::Majority);
    EXPECT_TRUE(other.needsReason());
    EXPECT_FALSE(other.sign(""));
    EXPECT_FALSE(other.review());
    ASSERT_TRUE(other.sign("STAPLE follows one rater here."));

    ReviewDesk& changed = take(*session, 0, Level::L2_L3);
    ASSERT_TRUE(changed.startFrom(0));
    EXPECT_FALSE(changed.sign(""));
    ASSERT_TRUE(changed.sign("Only this one keeps the ligament out."));
    ASSERT_TRUE(changed.review()->accepted->version);
    EXPECT_TRUE(changed.acceptedIsShown());

    ReviewDesk& none = take(*session, 0, Level::L1_L2);
    EXPECT_FALSE(none.signWithout(""));
    ASSERT_TRUE(none.signWithout("Metal artefact."));
    EXPECT_FALSE(none.review()->accepted);
    const auto entry = session->current();
    ASSERT_TRUE(entry);
    EXPECT_EQ(session->entries()[*entry].state, ReviewState::Signed);
}

/// Moves one point of what she drew at L4-L5.
void redraw(ReviewStore& store, const std::string& rater) {
    const store::ContourRepository contours(store.store());
    const auto drawn = contours.current({.study = ReviewStore::uid(0), .rater = RaterId(rater)});
    ASSERT_TRUE(drawn);
    const auto one =
        std::ranges::find(*drawn, Level::L4_L5, [](const auto& stored) { return stored.contour.cell.level; });
    ASSERT_NE(one, drawn->end());
    auto redrawn = one->contour;
    redrawn.curve.points[0] = redrawn.curve.points[0] + geometry::PatientVector{0.0, 0.3, 0.0};
    protocol::ReadContours document;
    document.contours = {redrawn};
    document.indices = {0};
    const auto taken = store::ContourRepository(store.store()).import(document);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->changed, 1u);
}

TEST(ReviewDesk, NothingIsKeptOfADecisionOnContoursThatChangedUnderTheEye) {
    ReviewStore store;
    store.drawUsual();
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    redraw(store, "bert");
    for (const auto& refused : {desk.accept(), desk.sign("")}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
        EXPECT_NE(refused.error().message.find("has been changed meanwhile"), std::string::npos)
            << refused.error().message;
        EXPECT_EQ(refused.error().message.find("bert"), std::string::npos) << "names stay hidden";
    }
    EXPECT_FALSE(desk.review());
    EXPECT_FALSE(desk.undoText());
    EXPECT_TRUE(store::ConsensusRepository(session->store()).list()->empty());
    ASSERT_TRUE(desk.startFrom(0));
    EXPECT_FALSE(desk.sign("A's border is right.")) << "she compared it with what is no longer there";
    session->refresh();
    ASSERT_TRUE(store.queue().runUntil([&] { return !session->progress(); }));
    ReviewDesk& anew = take(*session, 0, Level::L4_L5);
    EXPECT_TRUE(anew.sign("")) << "having read the contours again";
}

TEST(ReviewDesk, AcceptingWhatIsSignedKeepsNoConsensus) {
    ReviewStore store;
    store.drawUsual();
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    ASSERT_TRUE(desk.signWithout("Metal artefact."));
    EXPECT_FALSE(desk.accept());
    EXPECT_TRUE(store::ConsensusRepository(session->store()).list()->empty());
}

TEST(ReviewDesk, AConsensusWhoseContoursHaveChangedSinceIsToldByLetter) {
    ReviewStore store;
    store.drawUsual();
    {
        const auto session = store.compared();
        ReviewDesk& desk = take(*session, 0, Level::L4_L5);
        EXPECT_EQ(desk.stale(), "");
        ASSERT_TRUE(desk.accept());
        EXPECT_EQ(desk.stale(), "");
    }
    redraw(store, "bert");
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    EXPECT_EQ(desk.stale().substr(1), " has changed a contour that the accepted consensus was made from.");
    EXPECT_TRUE(desk.stale().front() >= 'A' && desk.stale().front() <= 'D');
    EXPECT_EQ(desk.stale().find("bert"), std::string::npos) << "names stay hidden";
    EXPECT_EQ(take(*session, 0, Level::L3_L4).stale(), "");
}

TEST(ReviewDesk, AnEditedResultIsThereAgainTheNextDay) {
    ReviewStore store;
    store.drawUsual();
    double area = 0.0;
    {
        const auto session = store.compared();
        ReviewDesk& desk = take(*session, 0, Level::L4_L5);
        ASSERT_TRUE(desk.startFrom(3));
        area = desk.resultArea()->value();
        ASSERT_TRUE(desk.sign("This one."));
    }
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    EXPECT_TRUE(desk.edited());
    EXPECT_NEAR(desk.resultArea()->value(), area, 1e-4);
    EXPECT_TRUE(desk.acceptedIsShown());
    EXPECT_EQ(session->entries()[*session->current()].state, ReviewState::Signed);
    EXPECT_FALSE(desk.accept()) << "a signature is not undone by accepting";
    EXPECT_FALSE(desk.reopen(""));
    ASSERT_TRUE(desk.reopen("Looked at again with the new protocol."));
    EXPECT_EQ(desk.review()->state, ReviewState::Open);
}

TEST(ReviewDesk, DecisionsAreTakenBackByAppending) {
    ReviewStore store;
    store.drawUsual();
    const auto session = store.compared();
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    EXPECT_FALSE(desk.discuss(""));
    ASSERT_TRUE(desk.discuss("Is the cyst part of it?"));
    EXPECT_EQ(desk.review()->state, ReviewState::Discuss);
    ASSERT_TRUE(desk.sign("Agreed in the meeting."));
    ASSERT_TRUE(desk.undo());
    EXPECT_EQ(desk.review()->state, ReviewState::Discuss);
    ASSERT_TRUE(desk.undo());
    EXPECT_EQ(desk.review()->state, ReviewState::Open);
    EXPECT_EQ(desk.review()->version, 4);
    const auto history = store::ReviewRepository(session->store()).history(desk.study(), desk.cell());
    ASSERT_TRUE(history);
    EXPECT_EQ(history->size(), 4u);
    EXPECT_FALSE(desk.undo());
}

TEST(ReviewDesk, TheSecondToSignIsToldAndLosesNothing) {
    ReviewStore store;
    store.drawUsual();
    const auto first = store.compared("rev"), second = store.compared("second");
    ReviewDesk& mine = take(*first, 0, Level::L4_L5);
    ReviewDesk& yours = take(*second, 0, Level::L4_L5);
    ASSERT_TRUE(yours.startFrom(1));
    const double area = yours.resultArea()->value();
    ASSERT_TRUE(mine.sign(""));
    const auto refused = yours.sign("A's border is right.");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_NE(refused.error().message.find("rev has signed"), std::string::npos) << refused.error().message;
    EXPECT_EQ(yours.review()->reviewer, "rev") << "she sees what was decided";
    EXPECT_TRUE(yours.edited());
    EXPECT_NEAR(yours.resultArea()->value(), area, 1e-9);
    EXPECT_FALSE(yours.acceptedIsShown());
    const auto kept =
        store::ContourRepository(store.store()).current({.source = protocol::Source::Consensus});
    ASSERT_EQ(kept->size(), 1u) << "her contour is stored";
    ASSERT_TRUE(yours.sign("Discussed with rev: A's border.")) << "knowing it, she may decide anew";
    EXPECT_EQ(yours.review()->version, 2);
}

/// Everybody reads the made study of a round, each in her own reading.
void readRound(ReviewStore& store, const std::string& round) {
    store::RoundPlan plan;
    plan.name = round;
    plan.slices = store::SliceRule::Free; // the contours lie anywhere
    for (const char* name : {"anna", "bert", "cleo"})
        plan.raters.push_back(RaterId(name));
    plan.studies = {ReviewStore::uid(0)};
    const auto made = store::RoundRepository(store.store()).create(plan);
    ASSERT_TRUE(made) << made.error().message;
    double radius = 5.0;
    for (const auto& rater : plan.raters) {
        const auto own = store::Store::open(store.path(), store::Actor::as(rater));
        ASSERT_TRUE(own) << own.error().message;
        const auto work = store::RoundRepository(*own).worklist(rater);
        ASSERT_TRUE(work && work->size() == 1u);
        const auto reading = own->inReading(work->front().id);
        ASSERT_TRUE(reading) << reading.error().message;
        const auto taken = store::ContourRepository(*reading).import(
            {{ReviewStore::contour({.rater = rater.text(), .radius = radius})}, {0}, {}, {}});
        ASSERT_TRUE(taken && taken->added == 1u);
        radius += 0.5;
    }
}

TEST(ReviewRound, AReviewerSeesNothingBeforeTheRoundIsOpened) {
    ReviewStore store;
    readRound(store, "pilot");
    for (const char* state : {"running", "closed"}) {
        const auto session = store.compared();
        EXPECT_EQ(session->lack(), ReviewSession::Lack::NoRound) << state;
        EXPECT_TRUE(session->entries().empty()) << state;
        EXPECT_EQ(session->total(), 0u) << state;
        EXPECT_FALSE(session->take(0)) << state;
        session->choose({"pilot"}); // by its name, past the list
        EXPECT_TRUE(store.queue().runUntil([&] { return !session->progress(); }));
        EXPECT_TRUE(session->entries().empty()) << state;
        EXPECT_FALSE(session->desk());
        if (std::string(state) == "running") {
            ASSERT_TRUE(store::RoundRepository(store.store()).close("pilot"));
        }
    }
    ASSERT_TRUE(store::RoundRepository(store.store()).open("pilot"));
    const auto session = store.compared();
    ASSERT_TRUE(session->scope());
    EXPECT_EQ(session->scope()->round, "pilot");
    ASSERT_EQ(session->entries().size(), 1u);
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    EXPECT_EQ(desk.curves().size(), 3u);
    ASSERT_TRUE(desk.sign(""));
    EXPECT_EQ(desk.review()->round, "pilot");
}

TEST(ReviewDesk, WhoMayNotSignIsToldByTheStore) {
    ReviewStore store;
    store.drawUsual();
    ASSERT_TRUE(store::RaterRepository(store.store()).add(RaterId("sci"), store::Role::Researcher));
    const auto session = store.compared("sci");
    ReviewDesk& desk = take(*session, 0, Level::L4_L5);
    for (const auto& refused : {desk.sign(""), desk.accept()}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::NotAllowed);
    }
    EXPECT_FALSE(desk.review());
    EXPECT_TRUE(store::ConsensusRepository(session->store()).list()->empty()) << "though she may make one";
}

} // namespace
} // namespace forameter::testing
