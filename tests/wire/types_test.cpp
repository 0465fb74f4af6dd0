// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/types.hpp"

#include <gtest/gtest.h>

namespace forameter::wire {
namespace {

std::string fault(const auto& thing) {
    const auto sound = check(thing);
    return sound ? std::string() : sound.error().message;
}

TEST(Types, ANetworkIsHeldToWhatTheWorkerCanTrain) {
    EXPECT_EQ(fault(Network{}), "");
    EXPECT_EQ(fault(Network{15, 2, 4, 7}), "");
    EXPECT_EQ(fault(Network{1, 8, 256, 1}), "");
    EXPECT_EQ(fault(Network{2, 8, 16, 4}), "network.inputs is 2, not an odd number from 1 to 15");
    EXPECT_EQ(fault(Network{1, 9, 16, 4}), "the number of network.classes is 9, not from 2 to 8");
    EXPECT_EQ(fault(Network{1, 8, 6, 4}), "network.base is 6, not a multiple of 4 from 4 to 256");
    EXPECT_EQ(fault(Network{1, 8, 16, 8}), "network.levels is 8, not from 1 to 7");
}

TEST(Types, ANetworkThatNoMachineHoldsIsRefusedBeforeItIsMade) {
    EXPECT_EQ(fault(Network{1, 8, 128, 5}), "");
    EXPECT_NE(fault(Network{1, 8, 256, 7}).find("at most 130000000"), std::string::npos);
    // 1 x 4 inputs, 4 x 4, two norms of 4 and 4 x 2 and 2 of the head.
    EXPECT_EQ(weightCount(Network{1, 2, 4, 1}), 9 * 4 + 9 * 16 + 16 + 8 + 2);
}

TEST(Types, ATrainingIsHeldToSharesBelowOne) {
    EXPECT_EQ(fault(TrainingPlan{}), "");
    TrainingPlan plan;
    plan.weightDecay = 1.0;
    EXPECT_EQ(fault(plan), "\"weight_decay\" is 1, not from 0 to below 1");
    plan = {};
    plan.learningRate = 0.0;
    EXPECT_EQ(fault(plan), "\"learning_rate\" is 0, not between 0 and 1");
    plan = {};
    plan.startShare = 0.5;
    EXPECT_EQ(fault(plan), "\"start_share\" without \"start\"");
    plan = {};
    plan.network.base = 6;
    EXPECT_NE(fault(plan), "");
}

TEST(Types, LooksAreFewAndNotFarFromThePicture) {
    EXPECT_EQ(fault(Looks{true, {0.5, 2.0}}), "");
    EXPECT_EQ(fault(Looks{false, {0.25}}), "one of looks.scales is 0.25, not from 0.5 to 2");
    EXPECT_EQ(fault(Looks{false, std::vector<double>(9, 1.1)}),
              "the number of looks.scales is 9, not at most 8");
}

} // namespace
} // namespace forameter::wire
