// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/run.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

#include "../support/png_file.hpp"
#include "../support/temporary_folder.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/imaging/picture.hpp"

using namespace forameter;
using namespace forameter::training;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// Four patients with a disc of random place, brighter than the rest.
void writeCohort(const fs::path& folder) {
    fs::create_directories(folder / "images");
    fs::create_directories(folder / "masks");
    Random random(77);
    for (const char* patient : {"1", "2", "3", "4"})
        for (int k = 10; k < 40; k += 10) {
            imaging::Picture picture(64, 64), mask(64, 64, 0);
            const double x = random.uniform(20, 44), y = random.uniform(20, 44);
            for (int r = 0; r < 64; ++r)
                for (int c = 0; c < 64; ++c) {
                    const bool in = (c - x) * (c - x) + (r - y) * (r - y) < 110.0;
                    mask(c, r) = in ? 29 : 0;
                    picture(c, r) = static_cast<std::uint16_t>((in ? 170 : 40) + random.below(30));
                }
            const std::string name = std::string(patient) + "_" + std::to_string(k) + ".png";
            forameter::testing::writePng(picture, folder / "images" / name);
            forameter::testing::writePng(mask, folder / "masks" / name);
        }
}

TrainingConfig smallConfig(int steps) {
    const Json json{
        {"name", "small"},
        {"plane", "sagittal"},
        {"spacing_mm", 1.0},
        {"crop", {48, 48}},
        {"batch", 4},
        {"steps", steps},
        {"seed", 3},
        {"learning_rate", 0.01},
        {"averaging", 0.8},
        {"network", {{"base", 4}, {"levels", 2}}},
        {"sources", {{{"kind", "pictures"}, {"folder", "."}, {"spacing_mm", 1.0}, {"strength", 0.2}}}},
        {"hold_out", {"3"}},
        {"evaluate_every", 10},
        {"checkpoint_every", 10},
        {"evaluation_slices", 3}};
    return *configFromJson(json.dump(), ".");
}

} // namespace

TEST(Sources, PatientsHeldOutNeverReachTraining) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    const auto sources = readSources(smallConfig(10), folder.path());
    ASSERT_TRUE(sources) << sources.error().message;
    ASSERT_EQ(sources->size(), 1u);
    const SourceData& source = sources->front();
    EXPECT_EQ(source.examples.slices.size(), 9u);
    EXPECT_EQ(source.heldOut.size(), 3u);
    for (const auto& slice : source.examples.slices)
        EXPECT_NE(slice.patient, "3");
    for (const auto& slice : source.heldOut)
        EXPECT_EQ(slice.patient, "3");
    EXPECT_EQ(source.patients, (std::vector<std::string>{"1", "2", "4"}));
}

TEST(Sources, RefuseToHoldOutWhomTheyDoNotKnowOrEverybody) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    auto config = smallConfig(10);
    config.holdOut = {"3", "33"};
    const auto unknown = readSources(config, folder.path());
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("Patient 33"), std::string::npos);
    config.holdOut = {"1", "2", "3", "4"};
    EXPECT_FALSE(readSources(config, folder.path()));
}

#ifdef FORAMETER_WORKER_PROGRAM
namespace {

std::string text(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> lines(const fs::path& file) {
    std::istringstream stream(text(file));
    std::vector<std::string> all;
    for (std::string line; std::getline(stream, line);)
        all.push_back(line);
    return all;
}

std::string field(const std::string& line, int column) {
    std::istringstream stream(line);
    std::string one;
    for (int i = 0; i <= column; ++i)
        std::getline(stream, one, ',');
    return one;
}

std::unique_ptr<wire::Worker> startWorker() {
    wire::WorkerOptions options;
    options.program = FORAMETER_WORKER_PROGRAM;
    options.device = "cpu";
    options.threads = 1;
    auto worker = wire::Worker::start(options);
    EXPECT_TRUE(worker) << (worker ? "" : worker.error().message);
    return worker ? *std::move(worker) : nullptr;
}
} // namespace

TEST(Run, LearnsAndWritesWeightsCardAndCurve) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    const auto worker = startWorker();
    ASSERT_TRUE(worker);
    const auto config = smallConfig(80);
    const fs::path output = folder / "small.safetensors";
    std::size_t reports = 0;
    const auto summary =
        run(config, {output, folder.path(), 1}, *worker, {[&](const Progress&) { ++reports; }, {}});
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->steps, 80);
    EXPECT_GE(reports, 80u);
    EXPECT_GT(summary->dice.at("pictures").at("disc"), 0.8); // bright on dark: easy
    const auto hash = sha256OfFile(output);
    ASSERT_TRUE(hash);
    EXPECT_EQ(toHex(*hash), summary->sha256);
    const Json card = Json::parse(text(folder / "small.json"));
    EXPECT_EQ(card.at("sha256"), summary->sha256);
    EXPECT_EQ(card.at("network").at("classes").size(), 8u);
    EXPECT_EQ(card.at("data").at(0).at("patients"), 3);
    EXPECT_EQ(card.at("data").at(0).at("held_out_patients"), Json({"3"}));
    const auto curve = lines(folder / "small.csv");
    ASSERT_EQ(curve.size(), 9u);
    EXPECT_NE(curve[0].find("pictures: disc"), std::string::npos) << curve[0];
    EXPECT_TRUE(curve.back().starts_with("80,"));
    EXPECT_TRUE(worker->load(output));
}

namespace {

/// What a store would hold: slices of noise on which five people's readers agree about a disc that only the
/// neighbouring slices show.
StoreReadings besideTheSlice() {
    StoreReadings made;
    made.fingerprint = "a";
    Random random(5);
    const auto plane =
        *geometry::ImagePlane::create({{0.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, -1.0}, 1.0, 1.0, 64, 64});
    for (const char* patient : {"1", "2", "3", "4", "5"})
        for (int k = 0; k < 4; ++k) {
            const double x = random.uniform(20, 44), y = random.uniform(20, 44);
            ReadSlice slice{{}, plane, patient, "1.2", {{}}, {}};
            for (int input = 0; input < 3; ++input) {
                Grid<float> image(64, 64);
                for (int r = 0; r < 64; ++r)
                    for (int c = 0; c < 64; ++c) {
                        const bool in = input != 1 && (c - x) * (c - x) + (r - y) * (r - y) < 110.0;
                        image(c, r) = static_cast<float>((in ? 170.0 : 40.0) + random.uniform(0.0, 30.0));
                    }
                slice.images.push_back(std::move(image));
            }
            protocol::Contour contour;
            contour.id = ContourId(newUuid());
            contour.study = StudyUid("1");
            contour.image = {SeriesUid("1.1"), SopUid("1.2"), 1};
            contour.cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
            contour.curve.kind = geometry::CurveKind::Polygon;
            for (int i = 0; i < 32; ++i) {
                const double t = i * 2.0 * 3.14159265358979 / 32.0, radius = std::sqrt(110.0);
                contour.curve.points.push_back(plane.toPatient(
                    geometry::PixelPoint{x + radius * std::cos(t), y + radius * std::sin(t)}));
            }
            contour.rater = "r1";
            slice.readings[0].push_back(contour);
            made.slices.push_back(std::move(slice));
        }
    return made;
}

TrainingConfig storeConfig(int inputs) {
    Json json = Json::parse(smallConfig(80).text);
    json["sources"] = {{{"kind", "store"}, {"strength", 0.2}}};
    json["network"]["inputs"] = inputs;
    return *configFromJson(json.dump(), ".");
}

} // namespace

TEST(Run, ThreeSlicesTellWhatOneDoesNot) {
    const auto worker = startWorker();
    ASSERT_TRUE(worker);
    const auto dice = [&](int inputs) {
        const forameter::testing::TemporaryFolder folder;
        const fs::path output = folder / "beside.safetensors";
        const auto summary = run(storeConfig(inputs),
                                 {output, folder.path(), 1,
                                  [](const StoreQuery&, const TrainingConfig&) { return besideTheSlice(); }},
                                 *worker);
        EXPECT_TRUE(summary) << summary.error().message;
        if (!summary) return 0.0;
        const Json card = Json::parse(text(folder / "beside.json"));
        EXPECT_EQ(card.at("network").at("inputs"), inputs);
        EXPECT_EQ(card.at("data").at(0).at("readings"), "consensus");
        EXPECT_EQ(card.at("data").at(0).at("readings_sha256"), "a");
        return summary->dice.at("store").at("foramen");
    };
    EXPECT_GT(dice(3), 0.8);
    EXPECT_LT(dice(1), 0.5) << "noise tells nothing";
}

TEST(Sources, WhatTeachesNothingIsLeftOut) {
    auto made = besideTheSlice();
    const auto count = made.slices.size();
    made.slices[0].readings[0][0].assessable = false;
    made.slices[1].readings.push_back(made.slices[1].readings[0]); // one of two teaches
    made.slices[1].readings[0][0].assessable = false;
    const ReadStore store = [&](const StoreQuery&, const TrainingConfig&) { return made; };
    auto config = storeConfig(1);
    config.holdOut.clear();
    const auto sources = readSources(config, {}, store);
    ASSERT_TRUE(sources) << sources.error().message;
    EXPECT_EQ(sources->front().examples.slices.size(), count - 1);
    for (auto& slice : made.slices)
        slice.readings.assign(1, {});
    const auto nothing = readSources(config, {}, store);
    ASSERT_FALSE(nothing);
    EXPECT_NE(nothing.error().message.find("teaches nothing"), std::string::npos) << nothing.error().message;
}

TEST(Run, AStoreThatHasChangedIsNotGoneOnWith) {
    const forameter::testing::TemporaryFolder folder;
    const auto worker = startWorker();
    ASSERT_TRUE(worker);
    const auto config = storeConfig(1);
    std::string fingerprint = "a";
    RunOptions options{folder / "s.safetensors", folder.path(), 1,
                       [&](const StoreQuery&, const TrainingConfig&) {
                           auto made = besideTheSlice();
                           made.fingerprint = fingerprint;
                           return made;
                       }};
    std::stop_source stop;
    std::size_t reports = 0;
    const auto interrupted = run(config, options, *worker,
                                 {[&](const Progress&) {
                                      if (++reports == 12) stop.request_stop();
                                  },
                                  stop.get_token()});
    ASSERT_FALSE(interrupted);
    fingerprint = "b";
    const auto changed = run(config, options, *startWorker());
    ASSERT_FALSE(changed);
    EXPECT_NE(changed.error().message.find("the store has changed"), std::string::npos)
        << changed.error().message;
    options.readStore = {};
    const auto none = run(config, options, *startWorker());
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("none was named"), std::string::npos) << none.error().message;
}

TEST(Run, InterruptedAndResumedEndsAsIfItHadNotBeen) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    const auto config = smallConfig(30);
    const fs::path whole = folder / "whole.safetensors", parts = folder / "parts.safetensors";
    {
        const auto worker = startWorker();
        ASSERT_TRUE(worker);
        ASSERT_TRUE(run(config, {whole, folder.path(), 1}, *worker));
    }
    {
        const auto worker = startWorker();
        std::stop_source stop;
        const Watch watch{[&](const Progress& progress) {
                              if (progress.done == 13) stop.request_stop();
                          },
                          stop.get_token()};
        const auto first = run(config, {parts, folder.path(), 1}, *worker, watch);
        ASSERT_FALSE(first);
        EXPECT_EQ(first.error().code, ErrorCode::Cancelled);
        EXPECT_NE(first.error().message.find("after 13 steps"), std::string::npos) << first.error().message;
    }
    {
        const auto worker = startWorker();
        auto other = smallConfig(40);
        const auto refused = run(other, {parts, folder.path(), 1}, *worker);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
        const auto rest = run(config, {parts, folder.path(), 2}, *worker);
        ASSERT_TRUE(rest) << rest.error().message;
        EXPECT_EQ(rest->resumedAt, 13);
    }
    const auto whole1 = lines(folder / "whole.csv"), parts1 = lines(folder / "parts.csv");
    ASSERT_EQ(whole1.size(), parts1.size());
    for (std::size_t i = 0; i < whole1.size(); ++i)
        for (const int column : {0, 1, 2, 3, 4, 6, 7}) // all but the examples per second
            EXPECT_EQ(field(whole1[i], column), field(parts1[i], column)) << i << " " << column;
    EXPECT_EQ(toHex(*sha256OfFile(whole)), toHex(*sha256OfFile(parts)));
    EXPECT_FALSE(fs::exists(folder / "parts.checkpoint"));
}

TEST(Run, InterruptedInAnEvaluationItMakesItWhenItGoesOn) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    const auto config = smallConfig(20);
    const fs::path whole = folder / "whole.safetensors", parts = folder / "parts.safetensors";
    ASSERT_TRUE(run(config, {whole, folder.path(), 1}, *startWorker()));
    for (const std::size_t step : {10u, 20u}) { // evaluations follow these; the last step is one of them
        std::stop_source stop;
        const Watch watch{[&](const Progress& progress) {
                              if (progress.done == step) stop.request_stop();
                          },
                          stop.get_token()};
        const auto part = run(config, {parts, folder.path(), 1}, *startWorker(), watch);
        ASSERT_FALSE(part) << step;
        EXPECT_EQ(part.error().code, ErrorCode::Cancelled);
        EXPECT_EQ(lines(folder / "parts.csv").size(), step == 10 ? 0u : 2u) << "it was not waited for";
    }
    const auto rest = run(config, {parts, folder.path(), 1}, *startWorker());
    ASSERT_TRUE(rest) << rest.error().message;
    EXPECT_EQ(rest->resumedAt, 20);
    const auto whole1 = lines(folder / "whole.csv"), parts1 = lines(folder / "parts.csv");
    ASSERT_EQ(whole1.size(), parts1.size());
    for (std::size_t i = 0; i < whole1.size(); ++i)
        for (const int column : {0, 1, 2, 3, 4, 6, 7}) // all but the examples per second
            EXPECT_EQ(field(whole1[i], column), field(parts1[i], column)) << i << " " << column;
    EXPECT_EQ(toHex(*sha256OfFile(whole)), toHex(*sha256OfFile(parts)));
}

TEST(Run, TwoTrainingsDoNotWriteToOnePlace) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    const auto config = smallConfig(10);
    const fs::path output = folder / "s.safetensors";
    std::ofstream(folder / "s.lock"); // of one that was killed: nobody holds it
    std::optional<Error> second;
    const Watch watch{[&](const Progress&) {
                          if (second) return;
                          const auto beside = run(config, {output, folder.path(), 1}, *startWorker());
                          ASSERT_FALSE(beside);
                          second = beside.error();
                      },
                      {}};
    const auto first = run(config, {output, folder.path(), 1}, *startWorker(), watch);
    ASSERT_TRUE(first) << first.error().message;
    ASSERT_TRUE(second);
    EXPECT_EQ(second->code, ErrorCode::Conflict);
    EXPECT_NE(second->message.find("Another training is writing"), std::string::npos) << second->message;
    EXPECT_FALSE(fs::exists(folder / "s.lock"));
    EXPECT_TRUE(run(config, {output, folder.path(), 1}, *startWorker())) << "the first one is over";
}

TEST(Run, EndedBetweenItsStateAndItsCheckpointItGoesOnFromTheOldOne) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    const auto config = smallConfig(30);
    const fs::path whole = folder / "whole.safetensors", parts = folder / "parts.safetensors",
                   checkpoint = folder / "parts.checkpoint", kept = folder / "kept";
    ASSERT_TRUE(run(config, {whole, folder.path(), 1}, *startWorker()));
    const auto until = [&](std::size_t step) {
        std::stop_source stop;
        const Watch watch{[&](const Progress& progress) {
                              if (progress.done == step) stop.request_stop();
                          },
                          stop.get_token()};
        EXPECT_FALSE(run(config, {parts, folder.path(), 1}, *startWorker(), watch));
    };
    until(13);
    fs::copy_file(checkpoint, kept);
    until(17); // as if the power had gone after its state was written
    fs::copy_file(kept, checkpoint, fs::copy_options::overwrite_existing);
    const auto rest = run(config, {parts, folder.path(), 1}, *startWorker());
    ASSERT_TRUE(rest) << rest.error().message;
    EXPECT_EQ(rest->resumedAt, 13);
    EXPECT_EQ(toHex(*sha256OfFile(whole)), toHex(*sha256OfFile(parts)));
    until(5); // a checkpoint without its state is of no use, and that is said
    fs::remove(folder / "parts.state.json");
    const auto lone = run(config, {parts, folder.path(), 1}, *startWorker());
    ASSERT_FALSE(lone);
    EXPECT_NE(lone.error().message.find("remove both"), std::string::npos) << lone.error().message;
}

TEST(Run, APlaceThatCannotBeWrittenToIsFoundOutBeforeTheFirstStep) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    std::size_t steps = 0;
    const auto summary = run(smallConfig(10), {"/proc/none.safetensors", folder.path(), 1}, *startWorker(),
                             {[&](const Progress&) { ++steps; }, {}});
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::StorageFailed) << summary.error().message;
    EXPECT_EQ(steps, 0u);
}

TEST(Run, WhereNothingIsHeldOutTheLastWeightsAreKept) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    auto config = smallConfig(30);
    config.holdOut.clear();
    const auto worker = startWorker();
    ASSERT_TRUE(worker);
    const auto summary = run(config, {folder / "s.safetensors", folder.path(), 1}, *worker);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->bestStep, 30);
    EXPECT_FALSE(summary->meanDice);
    const Json card = Json::parse(text(folder / "s.json"));
    EXPECT_EQ(card.at("steps"), 30);
    EXPECT_TRUE(card.at("metrics").at("mean_dice").is_null());
    EXPECT_EQ(card.at("sha256"), toHex(*sha256OfFile(folder / "s.safetensors")));
    config.patience = 2; // would end it for a reason that is none
    const auto impatient = run(config, {folder / "t.safetensors", folder.path(), 1}, *worker);
    ASSERT_FALSE(impatient);
    EXPECT_NE(impatient.error().message.find("hold_out"), std::string::npos) << impatient.error().message;
}

TEST(Run, NothingElseIsReplacedByWhatATrainingWrites) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    auto config = smallConfig(10);
    const auto worker = startWorker();
    ASSERT_TRUE(worker);
    const auto refusal = [&](const fs::path& output) {
        const auto summary = run(config, {output, folder.path(), 1}, *worker);
        EXPECT_FALSE(summary);
        return summary ? std::string() : summary.error().message;
    };
    std::ofstream(folder / "mine.json") << config.text; // the config itself
    EXPECT_NE(refusal(folder / "mine.safetensors").find("The card of the training would replace"),
              std::string::npos);
    EXPECT_EQ(text(folder / "mine.json"), config.text);
    std::ofstream(folder / "table.csv") << "study_uid,age\n1,2\n";
    EXPECT_NE(refusal(folder / "table.safetensors").find("curve"), std::string::npos);
    EXPECT_EQ(lines(folder / "table.csv").size(), 2u);
    EXPECT_FALSE(fs::exists(folder / "mine.safetensors") || fs::exists(folder / "table.safetensors"));
    // What an earlier training left is replaced, but not the weights to begin from.
    ASSERT_TRUE(run(config, {folder / "a.safetensors", folder.path(), 1}, *worker));
    ASSERT_TRUE(run(config, {folder / "a.safetensors", folder.path(), 1}, *worker));
    config.folder = folder.path();
    config.plan.start = "a.safetensors";
    EXPECT_NE(refusal(folder / "a.safetensors").find("begins from"), std::string::npos);
    EXPECT_TRUE(run(config, {folder / "b.safetensors", folder.path(), 1}, *worker));
    config.plan.start = "none.safetensors";
    config.sources[0].folder = "none"; // is not even looked at
    EXPECT_NE(refusal(folder / "c.safetensors").find("none.safetensors"), std::string::npos);
}

TEST(Run, StopsEarlyWhereNothingGetsBetter) {
    const forameter::testing::TemporaryFolder folder;
    writeCohort(folder.path());
    auto config = smallConfig(400);
    config.plan.learningRate = 1.0e-8; // learns nothing
    config.patience = 2;
    const auto worker = startWorker();
    ASSERT_TRUE(worker);
    const auto summary = run(config, {folder / "s.safetensors", folder.path(), 1}, *worker);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->stoppedEarly);
    EXPECT_LT(summary->steps, 400);
}
#endif
