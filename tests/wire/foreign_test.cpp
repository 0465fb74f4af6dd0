// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/foreign.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace forameter::wire;
using Json = nlohmann::json;

namespace {

Json card() {
    return Json::parse(
        R"({"network": {"kind": "torchscript", "inputs": 3, "classes": ["background", "foramen"],
        "activation": "softmax"}, "window": {"size": [192, 160], "overlap": 0.25, "weights": "constant"}})");
}

} // namespace

TEST(ForeignNetwork, IsWhatItsCardSays) {
    EXPECT_TRUE(describesForeignNetwork(card().dump()));
    const auto network = foreignNetworkFrom(card().dump());
    ASSERT_TRUE(network) << network.error().message;
    EXPECT_EQ(network->inputs, 3);
    EXPECT_EQ(network->classes, (std::vector<std::string>{"background", "foramen"}));
    EXPECT_EQ(network->activation, ForeignNetwork::Activation::Softmax);
    EXPECT_EQ(network->window, (Window{192, 160, 0.25, false}));
}

TEST(ForeignNetwork, SaysWhoseWindowsAndMirrorsItWasMadeWith) {
    Json monai = card();
    EXPECT_EQ(foreignNetworkFrom(monai.dump())->window.like, Window::Like::NnUNet);
    EXPECT_FALSE(foreignNetworkFrom(monai.dump())->mirrorRows);
    monai["window"]["as"] = "monai";
    monai["network"]["mirror"] = {"columns"};
    const auto network = foreignNetworkFrom(monai.dump());
    ASSERT_TRUE(network) << network.error().message;
    EXPECT_EQ(network->window.like, Window::Like::Monai);
    EXPECT_TRUE(network->mirrorColumns);
    EXPECT_FALSE(network->mirrorRows);
}

TEST(ForeignNetwork, NeedsNoWindow) {
    Json plain = card();
    plain["network"]["activation"] = "sigmoid";
    for (const bool null : {true, false}) {
        if (null)
            plain["window"] = nullptr;
        else
            plain.erase("window");
        const auto network = foreignNetworkFrom(plain.dump());
        ASSERT_TRUE(network) << network.error().message;
        EXPECT_EQ(network->window.rows, 0);
        EXPECT_EQ(network->activation, ForeignNetwork::Activation::Sigmoid);
    }
    plain["window"] = {{"size", {64, 64}}};
    EXPECT_EQ(foreignNetworkFrom(plain.dump())->window, (Window{64, 64, 0.5, true}));
}

TEST(ForeignNetwork, OtherCardsAreNone) {
    for (const char* text :
         {"", "[]", "{", "null", "7", R"({"network": 7})", R"({"network": {"kind": "unet-2d"}})",
          R"({"network": {"kind": ["torchscript"]}})"}) {
        EXPECT_FALSE(describesForeignNetwork(text)) << text;
        EXPECT_FALSE(foreignNetworkFrom(text)) << text;
    }
}

TEST(ForeignNetwork, ImpossibleOrMaliciousValuesAreRefused) {
    const std::string endless(100000, 'x');
    const struct {
        const char* pointer;
        Json value;
        const char* told;
    } cases[]{{"/network/inputs", 2, "even"},
              {"/network/inputs", 0, "network.inputs"},
              {"/network/inputs", 1.0e300, "network.inputs"},
              {"/network/inputs", "1", "network.inputs"},
              {"/network/classes", Json::array(), "network.classes"},
              {"/network/classes", Json::array({"a", "a"}), "twice"},
              {"/network/classes", Json::array({"a", 7}), "no name"},
              {"/network/classes", Json::array({"a", endless}), "no name"},
              {"/network/classes", Json(std::vector<std::string>(100000, "a")), "network.classes"},
              {"/network/classes", Json::array({"a"}), "one class only"},
              {"/network/activation", "exec", "network.activation"},
              {"/network/activation", Json::array(), "network.activation"},
              {"/network/code", "import os", "network.code is not known"},
              {"/window", 7, "window is no object"},
              {"/window/size", Json::array({0, 64}), "window.size"},
              {"/window/size", Json::array({-64, 64}), "window.size"},
              {"/window/size", Json::array({64, 1 << 30}), "window.size"},
              {"/window/size", Json::array({64}), "[rows, columns]"},
              {"/window/size", "64", "[rows, columns]"},
              {"/window/overlap", 1.0, "window.overlap"},
              {"/window/overlap", -0.5, "window.overlap"},
              {"/window/overlap", nullptr, "window.overlap"},
              {"/window/weights", "sharp", "window.weights"},
              {"/window/as", "itk", "window.as"},
              {"/network/mirror", true, "network.mirror"},
              {"/network/mirror", Json::array({"slices"}), "network.mirror"},
              {"/window/stride", 1, "window.stride is not known"}};
    for (const auto& [pointer, value, told] : cases) {
        Json bad = card();
        bad[Json::json_pointer(pointer)] = value;
        const auto network = foreignNetworkFrom(bad.dump());
        ASSERT_FALSE(network) << pointer << " " << value.dump().substr(0, 60);
        EXPECT_NE(network.error().message.find(told), std::string::npos)
            << network.error().message.substr(0, 200);
        EXPECT_LT(network.error().message.size(), 300u) << "a stranger's text does not fill the screen";
    }
    for (const char* key : {"inputs", "classes", "activation"}) {
        Json bad = card();
        bad["network"].erase(key);
        EXPECT_FALSE(foreignNetworkFrom(bad.dump())) << key;
    }
}
