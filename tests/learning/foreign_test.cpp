// SPDX-License-Identifier: Apache-2.0
// Networks from elsewhere: never run untrusted, and then as their card says.
#include <caffe2/serialize/inline_container.h>
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

TEST(Window, LiesToThePixelWhereNnUNetAndMonaiPlaceIt) {
    // Read from nnU-Net 2.2.1 and MONAI 1.3.2. A side of 329 by 192: 68.5 goes to the even pixel.
    using enum wire::Window::Like;
    using Starts = std::vector<std::int64_t>;
    EXPECT_EQ(partsAlong(329, 192, 0.5, NnUNet), (Starts{0, 68, 137}));
    EXPECT_EQ(partsAlong(328, 160, 0.25, NnUNet), (Starts{0, 84, 168}));
    EXPECT_EQ(partsAlong(328, 160, 0.25, Monai), (Starts{0, 120, 168}));
    EXPECT_EQ(partsAlong(328, 128, 0.5, Monai), (Starts{0, 64, 128, 192, 200}));
    EXPECT_EQ(partsAlong(101, 33, 0.25, Monai), (Starts{0, 24, 48, 68}));
    EXPECT_EQ(partsAlong(33, 33, 0.25, Monai), Starts{0});
}

TEST(Window, WeightsEndWhereNnUNetsAndMonaisDo) {
    using enum wire::Window::Like;
    const torch::Tensor even = partWeights({32, 64, 0.5, true, NnUNet});
    EXPECT_FLOAT_EQ(even[16][32].item<float>(), 1.0f) << "the summit is a pixel";
    EXPECT_LT(even.min().item<float>(), 1.0e-6f);
    const torch::Tensor monai = partWeights({32, 64, 0.5, true, Monai});
    EXPECT_FLOAT_EQ(monai.min().item<float>(), 1.0e-3f);
    EXPECT_TRUE(torch::equal(monai, monai.flip(1)));
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
    wire::Frame padded{{1, 1, 80, 72}, wire::Values(80 * 72, 0.0f)};
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
                            native->probabilities.values[(c * 80 + r + 8) * 72 + x + 4], 5e-5f);
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

TEST(Foreign, IsMirroredAndAveragedBeforeTheActivation) {
    const TemporaryFolder folder;
    // The pixel's place is added, so that each mirrored look answers something else.
    const std::string source = "    place = (torch.cumsum(torch.ones_like(x), 3) - 1.0) / 4.0\n"
                               "    fall = (torch.cumsum(torch.ones_like(x), 2) - 1.0) / 2.0\n"
                               "    return x + place + fall\n";
    wire::Frame picture{{1, 1, 2, 5}, {-9, -8, -7, -6, -5, 1, 2, 3, 4, 5}};
    const struct {
        Json axes;
        double columns, rows; // what is added at the first pixel of all
    } cases[]{{Json::array(), 0.0, 0.0},
              {{"columns"}, 0.5, 0.0},
              {{"rows"}, 0.0, 0.25},
              {{"rows", "columns"}, 0.5, 0.25}};
    for (const auto& [axes, columns, rows] : cases) {
        Json described = card(nullptr, "sigmoid", {"canal"});
        described["network"]["mirror"] = axes;
        const auto file = pixelwise(folder, source, described);
        const auto worker = service();
        ASSERT_TRUE(worker->load(file, hashOf(file)));
        const auto answer = worker->infer(file, picture, {}, {});
        ASSERT_TRUE(answer) << whyNot(answer);
        EXPECT_NEAR(answer->probabilities.values[0], 1.0 / (1.0 + std::exp(9.0 - columns - rows)), 1e-7)
            << axes;
    }
}

TEST(Foreign, MayWriteIntoWhatItIsGiven) {
    const TemporaryFolder folder;
    const auto file =
        pixelwise(folder, "    x.mul_(2.0)\n    return x\n", card(nullptr, "sigmoid", {"canal"}));
    const auto worker = service();
    ASSERT_TRUE(worker->load(file, hashOf(file)));
    const wire::Frame picture{{1, 1, 1, 2}, {0.5f, -1.0f}};
    const auto answer = worker->infer(file, picture, {true, {}}, {});
    ASSERT_TRUE(answer) << whyNot(answer);
    EXPECT_NEAR(answer->probabilities.values[0], 1.0f / (1.0f + std::exp(-1.0f)), 1e-6f);
    EXPECT_NEAR(answer->spread.values[0], 0.0f, 1e-6f) << "the mirrored look saw the same picture";
}

namespace {

/// A 1x1 convolution whose weight has such a shape and type.
fs::path convolution(const TemporaryFolder& folder, const std::vector<std::int64_t>& shape,
                     torch::ScalarType type, const std::string& source) {
    torch::jit::Module module("Convolution");
    module.register_attribute("training", c10::BoolType::get(), false);
    module.register_parameter("weight", torch::ones(shape, type), false);
    module.define("def forward(self, x):\n" + source);
    module.save((folder / "c.ts").string());
    std::ofstream(folder / "c.json") << card(nullptr, "sigmoid", {"canal"});
    return folder / "c.ts";
}

} // namespace

TEST(Foreign, InHalfOrDoublePrecisionIsRunInSingle) {
    const TemporaryFolder folder;
    for (const auto type : {torch::kFloat16, torch::kFloat64, torch::kBFloat16}) {
        const auto file =
            convolution(folder, {1, 1, 1, 1}, type, "    return torch.conv2d(x, self.weight)\n");
        const auto worker = service();
        ASSERT_TRUE(worker->load(file, hashOf(file)));
        const auto answer = worker->infer(file, {{1, 1, 1, 1}, {2.0f}}, {}, {});
        ASSERT_TRUE(answer) << whyNot(answer);
        EXPECT_NEAR(answer->probabilities.values[0], 1.0f / (1.0f + std::exp(-2.0f)), 1e-6f);
    }
}

TEST(Foreign, OfAnotherKindIsRefusedInOneClearSentence) {
    const TemporaryFolder folder;
    const auto worker = service();
    const auto toldBy = [&](const fs::path& file) {
        if (const auto loaded = worker->load(file, hashOf(file)); !loaded) return loaded.error().message;
        return whyNot(worker->infer(file, canals(1, 16, 1).images, {}, {}));
    };
    const auto expect = [&](const fs::path& file, const char* told) {
        const auto message = toldBy(file);
        EXPECT_NE(message.find(told), std::string::npos) << message;
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        EXPECT_EQ(message.find('\x1b'), std::string::npos) << "a stranger's words go to a terminal";
    };
    expect(convolution(folder, {1, 1, 1, 1, 1}, torch::kFloat32, "    return torch.conv3d(x, self.weight)\n"),
           "volumes (3-D");
    expect(convolution(folder, {1, 3, 1, 1}, torch::kFloat32, "    return torch.conv2d(x, self.weight)\n"),
           "to have 3 channels, but got 1 channels");
    const auto two = card(nullptr, "softmax");
    expect(pixelwise(folder, "    return torch.cat([x, -x], 1).argmax(1)\n", two), "without argmax");
    expect(pixelwise(folder, "    return torch.softmax(torch.cat([x, -x], 1), 1)\n", two),
           "already; is its activation none?");
    expect(pixelwise(folder, "    return {\"out\": x}\n", two), "a dictionary");
    expect(pixelwise(folder, "    return [[x, x], [x, x]]\n", two), "lists in a list");
    expect(pixelwise(folder, "    assert False, \"\x1b[2Jit hurts\"\n    return x\n", two), "it hurts");
    torch::jit::Module module("Two");
    module.define("def forward(self, x, y):\n    return x + y\n");
    module.save((folder / "p.ts").string());
    expect(folder / "p.ts", "takes 2 inputs");
    torch::jit::Module none("Headless");
    none.define("def predict(self, x):\n    return x\n");
    none.save((folder / "p.ts").string());
    expect(folder / "p.ts", "no function forward");
}

TEST(Foreign, CutOffOrWrittenByTorchSaveIsNoTorchScript) {
    const TemporaryFolder folder;
    const auto file = pixelwise(folder, "    return x\n", card(nullptr, "sigmoid", {"canal"}));
    const auto worker = service();
    const auto toldBy = [&] {
        const auto loaded = worker->load(file, hashOf(file));
        return loaded ? std::string() : loaded.error().message;
    };
    for (const double share : {0.0, 0.01, 0.5, 0.99}) {
        (void)pixelwise(folder, "    return x\n", card(nullptr, "sigmoid", {"canal"}));
        fs::resize_file(file, static_cast<std::uintmax_t>(share * static_cast<double>(fs::file_size(file))));
        EXPECT_NE(toldBy().find("This is no TorchScript"), std::string::npos) << share << toldBy();
    }
    std::ofstream(file, std::ios::binary | std::ios::trunc) << "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j";
    EXPECT_NE(toldBy().find("torch.save"), std::string::npos) << toldBy();
    {
        caffe2::serialize::PyTorchStreamWriter zip(file.string()); // as torch.save does: data.pkl alone
        const std::vector<char> pickle = torch::pickle_save(torch::ones({2}));
        zip.writeRecord("data.pkl", pickle.data(), pickle.size());
        zip.writeEndOfFile();
    }
    EXPECT_NE(toldBy().find("torch.save"), std::string::npos) << toldBy();
}

TEST(ForeignDeathTest, ThatRunsForEverEndsTheWorkerWithASentence) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const TemporaryFolder folder;
    const auto file =
        pixelwise(folder, "    i = 0\n    while i >= 0:\n        i = (i + 1) % 7\n    return x\n",
                  card(nullptr, "sigmoid", {"canal"}));
    const auto run = [&] {
        const auto worker = makeService({"cpu", 1, std::chrono::seconds(1)});
        (void)(*worker)->load(file, hashOf(file));
        (void)(*worker)->infer(file, canals(1, 16, 1).images, {}, {});
    };
    EXPECT_EXIT(run(), ::testing::ExitedWithCode(1), "took more than 1 seconds");
}
