// SPDX-License-Identifier: Apache-2.0
#include "effort_recorder.hpp"

#include <gtest/gtest.h>

#include "desk.hpp"

namespace forameter::testing {
namespace {

using anatomy::Cell;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using workspace::EffortClock;
using workspace::EffortRecorder;

/// A clock that only moves when told to.
struct Hands {
    EffortClock::Time at{};
    [[nodiscard]] std::function<EffortClock::Time()> clock() {
        return [this] { return at; };
    }
};

const Cell kCell = Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);

TEST(EffortClock, EveryIntervalCountsOnceAsActiveLookingOrIdle) {
    Hands hands;
    EffortClock clock(hands.clock());
    clock.count("spline");
    EXPECT_FALSE(clock.piece()) << "no cell is open";
    clock.begin(StudyUid("1.2"), kCell);
    hands.at += milliseconds(2500);
    clock.count(std::nullopt);
    hands.at += milliseconds(700);
    clock.count("spline");
    hands.at += milliseconds(300);
    clock.count("brush");
    hands.at += EffortClock::kIdleAfter;
    clock.count(std::nullopt); // just short enough
    hands.at += EffortClock::kIdleAfter + milliseconds(1);
    clock.count("spline"); // too long, although a contour was open
    const auto* piece = clock.piece();
    ASSERT_TRUE(piece);
    EXPECT_EQ(piece->study, StudyUid("1.2"));
    EXPECT_EQ(piece->cell, kCell);
    EXPECT_EQ(piece->active, milliseconds(1000));
    EXPECT_EQ(piece->looking, milliseconds(32500));
    EXPECT_EQ(piece->idle, milliseconds(30001));
    EXPECT_EQ(piece->tools.at("spline"), milliseconds(700));
    EXPECT_EQ(piece->tools.at("brush"), milliseconds(300));
    EXPECT_EQ(piece->active + piece->looking + piece->idle,
              std::chrono::duration_cast<milliseconds>(hands.at.time_since_epoch()));
}

TEST(EffortClock, PartsOfAMillisecondAreNotLost) {
    Hands hands;
    EffortClock clock(hands.clock());
    clock.begin(StudyUid("1.2"), kCell);
    for (int i = 0; i < 10000; ++i) {
        hands.at += std::chrono::microseconds(100);
        clock.count(std::nullopt);
    }
    EXPECT_EQ(clock.piece()->looking, seconds(1));
}

TEST(EffortClock, AfterThreeMinutesAPieceIsLongAndTheNextBeginsWhereItEnded) {
    Hands hands;
    EffortClock clock(hands.clock());
    clock.begin(StudyUid("1.2"), kCell);
    clock.countStroke(ContourId("c"));
    for (int i = 0; i < 8; ++i) {
        EXPECT_FALSE(clock.isLong());
        hands.at += milliseconds(22500);
        clock.count(std::nullopt);
    }
    EXPECT_TRUE(clock.isLong());
    clock.stored();
    EXPECT_EQ(clock.piece()->looking, seconds(0));
    EXPECT_EQ(clock.piece()->strokes, 0);
    EXPECT_EQ(clock.piece()->contour, ContourId("c"));
    hands.at += seconds(1);
    clock.count(std::nullopt);
    EXPECT_EQ(clock.piece()->looking, seconds(1));
}

std::vector<store::StoredEffort> pieces(Desk& desk) {
    return store::EffortRepository(desk.store()).pieces({}).value();
}

TEST(EffortRecorder, ACellThatIsLeftKeepsItsTimesStrokesAndUndos) {
    Desk desk;
    desk.confirmLevels();
    Hands hands;
    EffortRecorder recorder(desk.document(), desk.store(), hands.clock());
    const auto& cells = desk.reading().cells();
    ASSERT_TRUE(desk.reading().goTo(cells[0]));
    hands.at += seconds(4);
    recorder.input(); // she looked
    const auto center = desk.views().pane(workspace::Pane::Work).viewport.center;
    for (int i = 0; i < 8; ++i) {
        desk.click({center.x + 5 * std::cos(i * M_PI / 4), center.y + 5 * std::sin(i * M_PI / 4)});
        ASSERT_TRUE(desk.editor().busy());
        hands.at += seconds(1);
        recorder.input();
    }
    desk.editor().finish();
    const int versions = desk.record().contour(cells[0])->version;
    const auto contour = desk.record().contour(cells[0])->contour.id;
    ASSERT_TRUE(desk.reading().undo());
    ASSERT_TRUE(desk.reading().redo());
    EXPECT_TRUE(pieces(desk).empty()) << "nothing is stored while she is at it";
    hands.at += seconds(2);
    ASSERT_TRUE(desk.reading().goTo(cells[1]));
    const auto stored = pieces(desk);
    ASSERT_EQ(stored.size(), 1U);
    const auto& effort = stored[0].effort;
    EXPECT_EQ(stored[0].rater, RaterId("r1"));
    EXPECT_EQ(effort.cell, cells[0]);
    EXPECT_EQ(effort.contour, contour);
    EXPECT_EQ(effort.active, seconds(8));
    EXPECT_EQ(effort.tools.at("spline"), seconds(8));
    EXPECT_EQ(effort.looking, seconds(6));
    EXPECT_EQ(effort.idle, seconds(0));
    EXPECT_EQ(effort.strokes, versions) << "as many as there are versions";
    EXPECT_EQ(effort.undos, 1);
    EXPECT_EQ(effort.redos, 1);
}

TEST(EffortRecorder, ALongStayIsStoredEveryThreeMinutesAndTheRestOnClosing) {
    Desk desk;
    desk.confirmLevels();
    Hands hands;
    {
        EffortRecorder recorder(desk.document(), desk.store(), hands.clock());
        ASSERT_TRUE(desk.reading().goTo(desk.reading().cells()[0]));
        for (int i = 0; i < 20; ++i) {
            hands.at += seconds(10);
            recorder.input();
        }
        ASSERT_EQ(pieces(desk).size(), 1U);
        EXPECT_EQ(pieces(desk)[0].effort.looking, minutes(3));
        hands.at += minutes(5);
    }
    const auto stored = pieces(desk);
    ASSERT_EQ(stored.size(), 2U);
    EXPECT_EQ(stored[1].effort.looking, seconds(20));
    EXPECT_EQ(stored[1].effort.idle, minutes(5)) << "nobody touched anything until it was closed";
}

TEST(EffortRecorder, BehindALockNoTimeIsCounted) {
    Desk desk;
    desk.confirmLevels();
    Hands hands;
    EffortRecorder recorder(desk.document(), desk.store(), hands.clock());
    ASSERT_TRUE(desk.reading().goTo(desk.reading().cells()[0]));
    hands.at += seconds(5);
    recorder.pause();
    hands.at += minutes(60);
    recorder.input();
    recorder.resume();
    hands.at += seconds(3);
    ASSERT_TRUE(desk.reading().goTo(desk.reading().cells()[1]));
    const auto stored = pieces(desk);
    ASSERT_EQ(stored.size(), 2U);
    EXPECT_EQ(stored[0].effort.looking, seconds(5));
    EXPECT_EQ(stored[1].effort.looking, seconds(3));
    EXPECT_EQ(stored[1].effort.idle, seconds(0));
}

} // namespace
} // namespace forameter::testing
