// SPDX-License-Identifier: Apache-2.0
#include "forameter/learning/service.hpp"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>

#include "device.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/learning/safetensors.hpp"
#include "small_model.hpp"

using namespace forameter;
using namespace forameter::learning;
using namespace forameter::testing;

namespace {

double diceOf(wire::Service& service, const wire::Batch& batch) {
    const auto report = service.evaluate(batch, {});
    EXPECT_TRUE(report) << report.error().message;
    const auto& counts = report->classes.at(1);
    return 2.0 * counts.both / (counts.found + counts.there);
}

} // namespace

TEST(Training, OfSecondsFindsCanalsOfAPhantom) {
    const auto worker = service();
    ASSERT_TRUE(worker->beginTraining(plan(160)));
    train(*worker, 0, 160);
    EXPECT_GT(diceOf(*worker, canals(40, 64, 1)), 0.93);
}

TEST(Training, ResumedGivesTheSameWeights) {
    const forameter::testing::TemporaryFolder folder;
    const auto whole = service();
    ASSERT_TRUE(whole->beginTraining(plan(12)));
    train(*whole, 0, 12);
    const auto first = whole->save(folder / "whole.safetensors");

    auto interrupted = plan(12);
    interrupted.checkpoint = (folder / "c.checkpoint").string();
    {
        const auto half = service();
        ASSERT_EQ(half->beginTraining(interrupted).value(), 0);
        train(*half, 0, 7);
        ASSERT_TRUE(half->checkpoint());
    }
    const auto resumed = service();
    ASSERT_EQ(resumed->beginTraining(interrupted).value(), 7);
    train(*resumed, 7, 12);
    EXPECT_EQ(resumed->save(folder / "resumed.safetensors").value(), first.value());
}

TEST(Training, AFullDiskIsASentenceAndTheOldCheckpointStays) {
    const forameter::testing::TemporaryFolder folder;
    auto p = plan(12);
    p.checkpoint = (folder / "c.checkpoint").string();
    const auto worker = service();
    ASSERT_TRUE(worker->beginTraining(p));
    train(*worker, 0, 3);
    ASSERT_TRUE(worker->checkpoint());
    train(*worker, 3, 5);
    rlimit usual{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, usual.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto kept = worker->checkpoint();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &usual), 0);
    std::signal(SIGXFSZ, before);
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, ErrorCode::StorageFailed) << kept.error().message;
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "no part is left";
    EXPECT_EQ(service()->beginTraining(p).value(), 3);
    train(*worker, 5, 6); // nor is the training lost
    EXPECT_TRUE(worker->checkpoint());
}

TEST(Training, RefusesACheckpointOfAnotherPlanOrNone) {
    const forameter::testing::TemporaryFolder folder;
    auto p = plan(12);
    p.checkpoint = (folder / "c.checkpoint").string();
    const auto worker = service();
    ASSERT_TRUE(worker->beginTraining(p));
    ASSERT_TRUE(worker->checkpoint());
    p.seed = 6;
    EXPECT_FALSE(service()->beginTraining(p));
    p.seed = 5;
    p.weightDecay += 1.0e-9;
    EXPECT_FALSE(service()->beginTraining(p)) << "however little two rates differ";
    p.weightDecay = plan(12).weightDecay;
    ASSERT_TRUE(service()->beginTraining(p));
    std::ofstream(p.checkpoint, std::ios::binary | std::ios::trunc) << "no archive";
    EXPECT_FALSE(service()->beginTraining(p));
}

TEST(Training, StartsFromGivenWeights) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    const auto file = savedModel(folder, *worker);
    auto p = plan(10);
    p.start = file.string();
    ASSERT_TRUE(worker->beginTraining(p));
    EXPECT_EQ(worker->save(folder / "again.safetensors").value(), toHex(*sha256OfFile(file)));
    p.network.base = 16;
    EXPECT_FALSE(worker->beginTraining(p)) << "weights of another network";
}

TEST(Training, KeepsAShareOfTheWeightsItBeganFrom) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    auto p = plan(10);
    p.start = savedModel(folder, *worker).string();
    const auto after = [&](double share, const char* name) {
        p.startShare = share;
        EXPECT_TRUE(worker->beginTraining(p));
        train(*worker, 0, 3);
        EXPECT_TRUE(worker->save(folder / name));
        return readSafetensors(folder / name).value().weights;
    };
    const auto begun = readSafetensors(p.start).value().weights, none = after(0.0, "none.safetensors"),
               some = after(0.25, "some.safetensors");
    float largest = 0.0f, moved = 0.0f;
    for (const auto& [name, weights] : some)
        for (std::size_t i = 0; i < weights.values.size(); ++i) {
            const float was = begun.at(name).values[i], is = none.at(name).values[i];
            largest = std::max(largest, std::abs(weights.values[i] - (0.25f * was + 0.75f * is)));
            moved = std::max(moved, std::abs(is - was));
        }
    EXPECT_LT(largest, 1e-6f);
    EXPECT_GT(moved, 1e-3f);
}

TEST(Training, ResumesWithTheShareOfTheWeightsItBeganFrom) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    auto p = plan(6);
    p.start = savedModel(folder, *worker).string();
    p.startShare = 0.4;
    p.checkpoint = (folder / "c.checkpoint").string();
    ASSERT_TRUE(worker->beginTraining(p));
    train(*worker, 0, 3);
    ASSERT_TRUE(worker->checkpoint());
    train(*worker, 3, 6);
    const auto whole = worker->save(folder / "whole.safetensors").value();
    const auto later = service();
    ASSERT_TRUE(later->beginTraining(p));
    train(*later, 3, 6);
    EXPECT_EQ(later->save(folder / "resumed.safetensors").value(), whole);
}

TEST(Training, RefusesBatchesThatDoNotFit) {
    const auto worker = service();
    EXPECT_FALSE(worker->step(canals(1, 16, 1), {})) << "nothing was begun";
    ASSERT_TRUE(worker->beginTraining(plan(10)));
    auto batch = canals(2, 16, 1);
    batch.allowed.shape[0] = 1;
    batch.allowed.values.resize(16 * 16);
    EXPECT_FALSE(worker->step(batch, {}));
    batch = canals(2, 16, 1);
    batch.allowed.values[0] = 1.5f;
    EXPECT_FALSE(worker->step(batch, {}));
    batch.images.shape = {2, 16, 16};
    EXPECT_FALSE(worker->evaluate(batch, {}));
}

TEST(Inference, AnswersProbabilitiesForAnySize) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    const auto file = savedModel(folder, *worker);
    wire::Frame pictures{{2, 1, 37, 50}, {}};
    pictures.values = canals(1, 64, 3).images.values;
    pictures.values.resize(2 * 37 * 50);
    const auto answer = worker->infer(file, pictures, {}, {});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->probabilities.shape, (std::vector<std::int64_t>{2, 2, 37, 50}));
    EXPECT_TRUE(answer->spread.values.empty());
    EXPECT_EQ(answer->device, "cpu");
    EXPECT_EQ(answer->precision, "float32");
    EXPECT_EQ(answer->sha256, toHex(*sha256OfFile(file)));
    for (std::size_t p = 0; p < 37 * 50; ++p)
        ASSERT_NEAR(answer->probabilities.values[p] + answer->probabilities.values[37 * 50 + p], 1.0f, 1e-5f);
}

TEST(Inference, LooksAreAveragedAndTheirSpreadTold) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    const auto file = savedModel(folder, *worker);
    const auto pictures = canals(1, 64, 9).images;
    auto mirrored = pictures;
    for (std::size_t r = 0; r < 64; ++r)
        std::reverse(mirrored.values.begin() + static_cast<std::ptrdiff_t>(r * 64),
                     mirrored.values.begin() + static_cast<std::ptrdiff_t>(r * 64 + 64));
    const auto one = worker->infer(file, pictures, {}, {}), other = worker->infer(file, mirrored, {}, {});
    const auto both = worker->infer(file, pictures, {true, {}}, {});
    ASSERT_TRUE(one && other && both);
    for (std::size_t r = 0; r < 64; ++r)
        for (std::size_t c = 0; c < 64; ++c) {
            const double a = one->probabilities.values[r * 64 + c],
                         b = other->probabilities.values[r * 64 + 63 - c];
            ASSERT_NEAR(both->probabilities.values[r * 64 + c], (a + b) / 2, 1e-5);
            ASSERT_NEAR(both->spread.values[r * 64 + c], std::abs(a - b) / 2, 1e-5);
        }
    const auto scaled = worker->infer(file, pictures, {false, {0.9, 1.1}}, {});
    ASSERT_TRUE(scaled);
    EXPECT_EQ(scaled->probabilities.shape, one->probabilities.shape);
}

TEST(Inference, RefusesWeightsThatAreNotThoseOfTheCard) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    const auto file = savedModel(folder, *worker);
    ASSERT_TRUE(service()->load(file, {}));
    {
        std::fstream weights(file, std::ios::in | std::ios::out | std::ios::binary);
        weights.seekp(-3, std::ios::end);
        weights.put('x');
    }
    const auto refused = service()->load(file, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("not those that their card describes"), std::string::npos);
    EXPECT_FALSE(service()->load(folder / "other.safetensors", {}));
}

TEST(Inference, StopsWhenCancelled) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    const auto file = savedModel(folder, *worker);
    std::stop_source stop;
    stop.request_stop();
    Watch watch;
    watch.stop = stop.get_token();
    const auto answer = worker->infer(file, canals(1, 64, 1).images, {}, watch);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Cancelled);
}

TEST(TorchScript, AnswersWhatTheNetworkAnswers) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    const auto file = savedModel(folder, *worker);
    ASSERT_TRUE(worker->exportTorchScript(file, folder / "m.pt"));
    auto module = torch::jit::load((folder / "m.pt").string());
    auto pictures = canals(1, 64, 4).images; // 60 rows, 64 columns: padded inside
    pictures.shape[2] = 60;
    pictures.values.resize(60 * 64);
    const auto expected = worker->infer(file, pictures, {}, {});
    const torch::Tensor input = torch::from_blob(pictures.values.data(), pictures.shape);
    const torch::Tensor answer = module.forward({input}).toTensor().contiguous();
    ASSERT_EQ(answer.sizes().vec(), expected->probabilities.shape);
    for (std::size_t i = 0; i < expected->probabilities.values.size(); ++i)
        ASSERT_NEAR(answer.data_ptr<float>()[i], expected->probabilities.values[i], 1e-5f);
}

TEST(TorchScript, ThatCannotBeWrittenIsASentence) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = service();
    const auto file = savedModel(folder, *worker);
    for (const std::string to : {"/dev/full", "/proc/none.pt"}) {
        const auto written = worker->exportTorchScript(file, to);
        ASSERT_FALSE(written) << to;
        EXPECT_EQ(written.error().code, ErrorCode::StorageFailed);
        EXPECT_NE(written.error().message.find(to), std::string::npos) << written.error().message;
    }
}

TEST(Devices, ThatAreNotThereAreRefused) {
    const auto made = makeService({"cuda:99", 1});
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("cpu"), std::string::npos) << "says what is there";
    EXPECT_EQ(made.error().message.find("LibTorch") != std::string::npos, devices().size() == 1)
        << "and where that is no GPU, why";
}

TEST(Devices, ThatCannotComputeAreUnfitInOneLine) {
    EXPECT_EQ(whyUnfit(torch::kCPU), "");
    const std::string why = whyUnfit(torch::Device("cuda:99"));
    EXPECT_FALSE(why.empty());
    EXPECT_EQ(why.find('\n'), std::string::npos) << why;
}

TEST(Devices, OfWhichNoneIsFitLeaveTheProcessor) {
    const auto made = deviceOf("auto");
    ASSERT_TRUE(made);
    EXPECT_EQ(whyUnfit(*made), "");
    EXPECT_TRUE(made->is_cpu() || devices().size() > 1);
    EXPECT_EQ(precisionOf(torch::kCPU), "float32");
}
