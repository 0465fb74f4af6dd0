// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "fixture.hpp"

namespace forameter::store {
namespace {

class ParallelTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
    }
};

TEST_F(ParallelTest, ThreadsThatShareAStoreLoseNothing) {
    constexpr int kThreads = 4, kStrokes = 15;
    std::atomic<int> saved = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                ContourRepository contours(store());
                for (int i = 0; i < kStrokes; ++i) {
                    const auto done = contours.save(
                        someForamen(3 + 0.1 * i, anatomy::Level::L4_L5, "r" + std::to_string(t), t), 0);
                    if (done)
                        ++saved;
                    else
                        ADD_FAILURE() << why(done);
                }
            });
    }
    EXPECT_EQ(saved, kThreads * kStrokes);
    EXPECT_EQ(current().size(), static_cast<std::size_t>(kThreads * kStrokes));
    expectSound();
}

TEST_F(ParallelTest, OfTwoChangesToOneVersionExactlyOneWins) {
    const auto contour = someForamen();
    save(contour);
    auto other = Store::open(file);
    ASSERT_TRUE(other) << why(other);
    std::atomic<int> won = 0, told = 0;
    const auto change = [&](const Store& mine, double radius) {
        auto changed = contour;
        changed.curve = someForamen(radius).curve;
        const auto done = ContourRepository(mine).save(changed, 1);
        if (done)
            ++won;
        else if (done.error().code == ErrorCode::Conflict)
            ++told;
    };
    {
        std::jthread a([&] { change(store(), 6); });
        std::jthread b([&] { change(*other, 7); });
    }
    EXPECT_EQ(won, 1);
    EXPECT_EQ(told, 1);
    expectSound();
}

TEST_F(ParallelTest, ReadersSeeWholeStrokesWhileOthersWrite) {
    std::atomic<bool> writing = true;
    std::jthread writer([&] {
        for (int i = 0; i < 30; ++i)
            (void)ContourRepository(store()).save(someForamen(3 + 0.1 * i), 0);
        writing = false;
    });
    std::size_t last = 0;
    while (writing) {
        const auto now = current();
        EXPECT_GE(now.size(), last);
        last = now.size();
        for (const auto& contour : now)
            EXPECT_TRUE(contour.measurement);
    }
    writer.join();
    EXPECT_EQ(current().size(), 30u);
}

} // namespace
} // namespace forameter::store
