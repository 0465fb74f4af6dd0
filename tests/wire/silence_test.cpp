// SPDX-License-Identifier: Apache-2.0
#include "silence.hpp"

#include <gtest/gtest.h>

namespace forameter::wire {
namespace {

using namespace std::chrono_literals;

const Silence::Clock::time_point kStart{1h};

TEST(Silence, IsAsLongAsNothingWasHeardWhileSomebodyListened) {
    Silence silence(kStart);
    for (int look = 1; look < 100; ++look)
        EXPECT_EQ(silence.heardNothing(kStart + look * 50ms), look * 50ms);
}

TEST(Silence, ATimeInWhichNobodyListenedCountsForOneLook) {
    Silence silence(kStart);
    EXPECT_EQ(silence.heardNothing(kStart + 50ms), 50ms);
    // Stopped for ten minutes: a worker that is taken for dead after one has had no chance to speak.
    EXPECT_EQ(silence.heardNothing(kStart + 10min), 50ms + Silence::kMostPerLook);
    EXPECT_EQ(silence.heardNothing(kStart + 10min + 50ms), 100ms + Silence::kMostPerLook);
}

TEST(Silence, ThatOfADeadWorkerAddsUpHoweverOftenThisProgramIsStopped) {
    Silence silence(kStart);
    auto now = kStart;
    for (int look = 0; look < 60; ++look)
        EXPECT_LE(silence.heardNothing(now += 10min), 60s);
    EXPECT_GT(silence.heardNothing(now + 50ms), 60s);
}

TEST(Silence, EndsWithAWordAndBeginsAnew) {
    Silence silence(kStart);
    silence.heardNothing(kStart + 900ms);
    silence.heard(kStart + 5s); // the time since the last look is not silence
    EXPECT_EQ(silence.heardNothing(kStart + 5s + 50ms), 50ms);
}

} // namespace
} // namespace forameter::wire
