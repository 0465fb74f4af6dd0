// SPDX-License-Identifier: Apache-2.0
// Networks from elsewhere: never run untrusted, and then as their card says.
#include <gtest/gtest.h>
#include <torch/script.h>

#include "forameter/core/sha256.hpp"
#include "small_model.hpp"
#include "window.hpp"

using namespace forameter;
using namespace forameter::learning;
using namespace forameter::testing;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

Json card(const Json& window = nullptr, const char* activation = "none",
          const std::vector<std::string>& classes = {"background", "canal"}) {
    return {{"network",
             {{"kind", "torchscript"}, {"inputs", 1}, {"classes", classes}, {"activation", activation}}},
            {"window", window}};
}

Json windowOf(int rows, int columns, const char* weights = "gaussian") {
    return {{"size", {rows, columns}}, {"overlap", 0.5}, {"weights", weights}};
}

/// A network that looks at one pixel at a time, so that windows must not change anything.
fs::path pixelwise(const TemporaryFolder& folder, const std::string& source, const Json& described) {
    torch::jit::Module module("Pixelwise");
    module.register_attribute("training", c10::BoolType::get(), false);
    module.define("def forward(self, x):\n" + source);
    module.save((folder / "p.ts").string());
    std::ofstream(folder / "p.json") << described;
    return folder / "p.ts";
}

std::string hashOf(const fs::path& file) {
    return toHex(*sha256OfFile(file));
}

/// The native model as TorchScript from elsewhere.
fs::path exported(const TemporaryFolder& folder, wire::Service& worker, const Json& described) {
    const auto native = savedModel(folder, worker);
    fs::create_directories(folder / "elsewhere");
    const fs::path file = folder / "elsewhere" / "net.pt";
    EXPECT_TRUE(worker.exportTorchScript(native, file));
    std::ofstream(folder / "elsewhere" / "net.json") << described;
    return file;
}

float largestDifference(const wire::Frame& a, const wire::Frame& b) {
    EXPECT_EQ(a.shape, b.shape);
    float largest = 0.0f;
    for (std::size_t i = 0; i < std::min(a.values.size(), b.values.size()); ++i)
        largest = std::max(largest, std::abs(a.values[i] - b.values[i]));
    return largest;
}

std::string whyNot(const Result<wire::Prediction>& answer) {
    return answer ? "" : answer.error().message;
}

} // namespace

TEST(Window, PartsCoverASideFromBorderToBorder) {
    for (const std::int64_t length : {16, 17, 31, 32, 33, 100, 352})
        for (const double overlap : {0.0, 0.25, 0.5, 0.9}) {
            const auto starts = partsAlong(length, 16, overlap);
            EXPECT_EQ(starts.front(), 0);
            EXPECT_EQ(starts.back(), length - 16);
            for (std::size_t i = 1; i < starts.size(); ++i) {
                EXPECT_GT(starts[i], starts[i - 1]);
                EXPECT_LE(starts[i] - starts[i - 1], std::ceil(16 * (1.0 - overlap)));
            }
        }
    EXPECT_EQ(partsAlong(9, 16, 0.5), std::vector<std::int64_t>{0}) << "smaller than a part";
    EXPECT_EQ(partsAlong(32, 16, 0.5), (std::vector<std::int64_t>{0, 8, 16}));
}

TEST(Window, WeightsAreABellOfAnEighthOfTheSide) {
    const torch::Tensor weights = partWeights({33, 65, 0.5, true});
    EXPECT_FLOAT_EQ(weights[16][32].item<float>(), 1.0f);
    EXPECT_NEAR(weights[16][32 + 8].item<float>(), std::exp(-0.5 * std::pow(8.0 / (65.0 / 8.0), 2)), 1e-5);
    EXPECT_TRUE(torch::equal(weights, weights.flip(0)))
        << "so that a mirrored picture gets the mirrored answer";
    EXPECT_GT(weights.min().item<float>(), 0.0f);
    EXPECT_TRUE(torch::equal(partWeights({20, 30, 0.5, false}), torch::ones({20, 30})));
}

TEST(Window, DoesNotChangeANetworkThatLooksAtSinglePixels) {
    const TemporaryFolder folder;
    for (const Json& window :
         {Json(nullptr), windowOf(16, 16), windowOf(24, 40, "constant"), windowOf(200, 300)}) {
        const auto file = pixelwise(
            folder, "    return torch.cat([1.0 - torch.sigmoid(x), torch.sigmoid(x)], 1)\n", card(window));
        const auto worker = service();
        ASSERT_TRUE(worker->load(file, hashOf(file)));
        wire::Frame pictures = canals(2, 61, 3).images;
        const auto answer = worker->infer(file, pictures, {}, {});
        ASSERT_TRUE(answer) << whyNot(answer);
        ASSERT_EQ(answer->probabilities.shape, (std::vector<std::int64_t>{2, 2, 61, 61}));
        for (std::size_t n = 0; n < 2; ++n)
            for (std::size_t i = 0; i < 61 * 61; ++i)
                ASSERT_NEAR(answer->probabilities.values[(2 * n + 1) * 61 * 61 + i],
                            1.0f / (1.0f + std::exp(-pictures.values[n * 61 * 61 + i])), 1e-5f);
    }
}

TEST(Foreign, IsRefusedUntilItsHashIsTrusted) {
    const TemporaryFolder folder;
    const auto maker = service();
    const auto file = exported(folder, *maker, card());
    const auto pictures = canals(1, 64, 4).images;
    const auto worker = service();
    EXPECT_NE(whyNot(worker->infer(file, pictures, {}, {})).find("not one that was trusted"),
              std::string::npos);
    for (const std::string& trusted :
         {std::string(), std::string(64, '0'), hashOf(folder / "m.safetensors")}) {
        const auto refused = worker->load(file, trusted);
        ASSERT_FALSE(refused) << trusted;
        EXPECT_EQ(refused.error().code, ErrorCode::NotAllowed);
        EXPECT_NE(refused.error().message.find(hashOf(file)), std::string::npos)
            << "says what was not trusted";
        EXPECT_FALSE(worker->infer(file, pictures, {}, {}));
    }
    ASSERT_TRUE(worker->load(file, hashOf(file)));
    EXPECT_TRUE(worker->infer(file, pictures, {}, {}));
    EXPECT_FALSE(worker->load(file, std::string(64, '0'))) << "trust was taken back";
    EXPECT_FALSE(worker->infer(file, pictures, {}, {}));
}

TEST(Foreign, WithAChangedByteIsNotTheOneThatWasTrusted) {
    const TemporaryFolder folder;
    const auto maker = service();
    const auto file = exported(folder, *maker, card());
    const auto trusted = hashOf(file);
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(-1, std::ios::end);
        bytes.put('\1');
    }
    const auto refused = service()->load(file, trusted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::NotAllowed);
}

TEST(Foreign, ThatIsNotTheOneOfItsCardIsRefused) {
    const TemporaryFolder folder;
    const auto maker = service();
    Json described = card();
    described["sha256"] = std::string(64, 'a');
    const auto file = exported(folder, *maker, described);
    const auto refused = service()->load(file, hashOf(file));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("not those that their card describes"), std::string::npos);
}

TEST(Foreign, AnswersWhatTheNativeNetworkAnswers) {
    const TemporaryFolder folder;
    const auto worker = service();
    const auto file = exported(folder, *worker, card());
    ASSERT_TRUE(worker->load(file, hashOf(file)));
    const auto pictures = canals(2, 61, 9).images;
    for (const wire::Looks& looks : {wire::Looks{}, wire::Looks{true, {0.9}}}) {
        const auto native = worker->infer(folder / "m.safetensors", pictures, looks, {});
        const auto foreign = worker->infer(file, pictures, looks, {});
        ASSERT_TRUE(native && foreign) << whyNot(foreign);
        EXPECT_LT(largestDifference(native->probabilities, foreign->probabilities), 1e-5f);
        EXPECT_LT(largestDifference(native->spread, foreign->spread), 1e-5f);
        EXPECT_EQ(foreign->sha256, hashOf(file));
        EXPECT_EQ(foreign->precision, "float32");
    }
}

TEST(Foreign, LiesInTheMiddleOfALargerWindowOverNought) {
    const TemporaryFolder folder;
    const auto worker = service();
    const auto file = exported(folder, *worker, card(windowOf(80, 72)));
    ASSERT_TRUE(worker->load(file, hashOf(file)));
    const auto picture = canals(1, 64, 12).images;
    wire::Frame padded{{1, 1, 80, 72}, std::vector<float>(80 * 72)};
    for (std::size_t r = 0; r < 64; ++r)
        std::copy_n(picture.values.begin() + static_cast<std::ptrdiff_t>(r * 64), 64,
                    padded.values.begin() + static_cast<std::ptrdiff_t>((r + 8) * 72 + 4));
    const auto native = worker->infer(folder / "m.safetensors", padded, {}, {});
    const auto foreign = worker->infer(file, picture, {}, {});
    ASSERT_TRUE(native && foreign) << whyNot(foreign);
    for (std::size_t c = 0; c < 2; ++c)
        for (std::size_t r = 0; r < 64; ++r)
            for (std::size_t x = 0; x < 64; ++x)
                ASSERT_NEAR(foreign->probabilities.values[(c * 64 + r) * 64 + x],
                            native->probabilities.values[(c * 80 + r + 8) * 72 + x + 4], 1e-5f);
}

TEST(Foreign, BySmallerWindowsAnswersNearlyTheSame) {
    // Not the same: each part is normalised by itself, and its borders have no surroundings.
    const TemporaryFolder folder;
    const auto worker = service();
    const auto file = exported(folder, *worker, card(windowOf(64, 64)));
    ASSERT_TRUE(worker->load(file, hashOf(file)));
    const auto pictures = canals(2, 96, 12).images;
    const auto native = worker->infer(folder / "m.safetensors", pictures, {}, {});
    const auto foreign = worker->infer(file, pictures, {}, {});
    ASSERT_TRUE(native && foreign) << whyNot(foreign);
    double sum = 0.0;
    for (std::size_t i = 0; i < native->probabilities.values.size(); ++i)
        sum += std::abs(native->probabilities.values[i] - foreign->probabilities.values[i]);
    EXPECT_LT(sum / static_cast<double>(native->probabilities.values.size()), 0.05);
    EXPECT_LT(largestDifference(native->probabilities, foreign->probabilities), 0.4f);
}

TEST(Foreign, ActivationsMakeProbabilities) {
    const TemporaryFolder folder;
    wire::Frame picture{{1, 1, 1, 3}, {-1.0f, 0.0f, 2.0f}};
    const auto of = [&](const std::string& source, const char* activation,
                        const std::vector<std::string>& classes) {
        const auto file = pixelwise(folder, source, card(nullptr, activation, classes));
        const auto worker = service();
        EXPECT_TRUE(worker->load(file, hashOf(file)));
        return worker->infer(file, picture, {}, {});
    };
    const auto soft = of("    return torch.cat([x, -x], 1)\n", "softmax", {"background", "canal"});
    ASSERT_TRUE(soft) << whyNot(soft);
    EXPECT_NEAR(soft->probabilities.values[2], 1.0f / (1.0f + std::exp(-4.0f)), 1e-6f);
    const auto single = of("    return x\n", "sigmoid", {"canal"});
    ASSERT_TRUE(single) << whyNot(single);
    EXPECT_NEAR(single->probabilities.values[0], 1.0f / (1.0f + std::exp(1.0f)), 1e-6f);
    EXPECT_NE(whyNot(of("    return x\n", "none", {"canal"})).find("no probabilities"), std::string::npos);
}

TEST(Foreign, FirstOfSeveralAnswersCounts) {
    const TemporaryFolder folder;
    const auto file =
        pixelwise(folder, "    p = torch.sigmoid(x)\n    return [p, torch.max_pool2d(p, [2, 2])]\n",
                  card(nullptr, "none", {"canal"}));
    const auto worker = service();
    ASSERT_TRUE(worker->load(file, hashOf(file)));
    const auto answer = worker->infer(file, canals(1, 16, 1).images, {}, {});
    ASSERT_TRUE(answer) << whyNot(answer);
    EXPECT_EQ(answer->probabilities.shape, (std::vector<std::int64_t>{1, 1, 16, 16}));
}

TEST(Foreign, ThatAnswersSomethingElseThanItsCardSaysIsASentence) {
    const TemporaryFolder folder;
    const auto worker = service();
    const struct {
        const char *source, *told;
    } cases[]{{"    return x\n", "[1, 1, 16, 16] where [1, 2, 16, 16] was expected"},
              {"    return torch.cat([x, x / 0.0], 1)\n", "no number"},
              {"    return 7\n", "no array"},
              {"    assert False, \"broken\"\n    return x\n", "failed on a picture"}};
    for (const auto& [source, told] : cases) {
        const auto file = pixelwise(folder, source, card());
        ASSERT_TRUE(worker->load(file, hashOf(file))) << source;
        const auto answer = worker->infer(file, canals(1, 16, 1).images, {}, {});
        EXPECT_NE(whyNot(answer).find(told), std::string::npos) << whyNot(answer);
        EXPECT_NE(whyNot(answer).find("p.ts"), std::string::npos) << "says which network";
    }
    std::ofstream(folder / "p.ts", std::ios::binary | std::ios::trunc) << "no archive";
    const auto garbage = worker->load(folder / "p.ts", hashOf(folder / "p.ts"));
    ASSERT_FALSE(garbage);
    EXPECT_NE(garbage.error().message.find("no TorchScript"), std::string::npos);
}

TEST(Foreign, TakesNoMoreWindowsThanAPictureNeeds) {
    const TemporaryFolder folder;
    Json window = windowOf(16, 16);
    window["overlap"] = 0.9;
    const auto file = pixelwise(folder, "    return torch.sigmoid(x)\n", card(window, "none", {"canal"}));
    const auto worker = service();
    ASSERT_TRUE(worker->load(file, hashOf(file)));
    EXPECT_NE(whyNot(worker->infer(file, canals(1, 200, 1).images, {}, {})).find("windows"),
              std::string::npos);
}
