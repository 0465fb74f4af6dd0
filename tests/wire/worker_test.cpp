// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/worker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <unistd.h>

using namespace forameter;
using namespace forameter::wire;
using namespace std::chrono_literals;

namespace {

WorkerOptions options() {
    WorkerOptions how;
    how.program = FORAMETER_TEST_WORKER;
    how.threads = 1;
    return how;
}

std::unique_ptr<Worker> started(const WorkerOptions& how = options()) {
    auto worker = Worker::start(how);
    EXPECT_TRUE(worker) << worker.error().message;
    return std::move(worker.value());
}

bool isGone(int process) {
    for (int i = 0; i < 300; ++i) {
        if (::kill(process, 0) != 0) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

const Frame kPictures{{1, 1, 2, 2}, {1, 2, 3, 4}};

} // namespace

TEST(Worker, AnswersWhatItsServiceAnswers) {
    const auto worker = started();
    EXPECT_EQ(worker->info().device, "cpu");
    EXPECT_TRUE(worker->load("good"));
    const auto prediction = worker->infer("good", kPictures, {true, {}});
    ASSERT_TRUE(prediction) << prediction.error().message;
    EXPECT_EQ(prediction->probabilities.values, (wire::Values{2, 4, 6, 8}));
    EXPECT_EQ(prediction->spread, kPictures);
    EXPECT_EQ(prediction->sha256, "abc");
}

TEST(Worker, CarriesATrainingThrough) {
    const auto worker = started();
    TrainingPlan plan;
    plan.steps = 40;
    plan.learningRate = 0.125;
    const auto begun = worker->beginTraining(plan);
    ASSERT_TRUE(begun) << begun.error().message;
    EXPECT_EQ(*begun, 20);
    const Batch batch{{{1, 1, 1, 1}, {3.0f}}, {{1, 1, 1}, {255.0f}}};
    const auto step = worker->step(batch);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->loss, 3.0);
    EXPECT_EQ(step->crossEntropy, 255.0);
    EXPECT_EQ(step->learningRate, 0.125);
    const auto evaluation = worker->evaluate(batch);
    ASSERT_TRUE(evaluation);
    ASSERT_EQ(evaluation->classes.size(), 2u);
    EXPECT_EQ(evaluation->classes[1].found, 5.0);
    EXPECT_EQ(worker->save("x").value(), std::string(64, 'a'));
}

TEST(Worker, AFailureOfTheServiceIsASentenceAndNoDeath) {
    const auto worker = started();
    const auto missing = worker->load("missing");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_EQ(missing.error().message, "There are no such weights.");
    EXPECT_FALSE(worker->checkpoint());
    const auto threw = worker->infer("throws", kPictures, {});
    ASSERT_FALSE(threw);
    EXPECT_EQ(threw.error().message, "The worker failed: out of memory") << "in one line";
    EXPECT_TRUE(worker->load("good")) << "it goes on";
}

TEST(Worker, IsToldWhichHashWasTrusted) {
    const auto worker = started();
    EXPECT_TRUE(worker->load("foreign", "abc"));
    const auto refused = worker->load("foreign");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::NotAllowed);
    EXPECT_NE(refused.error().message.find("\"\""), std::string::npos);
}

TEST(Worker, DeathIsASentenceThenAndLater) {
    const auto worker = started();
    const auto died = worker->infer("dies", kPictures, {});
    ASSERT_FALSE(died);
    EXPECT_NE(died.error().message.find("signal 6"), std::string::npos) << died.error().message;
    EXPECT_NE(died.error().message.find("the end is near"), std::string::npos) << died.error().message;
    EXPECT_FALSE(worker->load("good")) << "another has to be started";
    EXPECT_TRUE(started()->load("good"));
}

TEST(Worker, DeathWithinAnAnswerIsNoNonsense) {
    const auto died = started()->infer("dies while it answers", kPictures, {});
    ASSERT_FALSE(died);
    EXPECT_NE(died.error().message.find("signal 9"), std::string::npos) << died.error().message;
}

TEST(Worker, KilledFromOutsideIsNoticed) {
    const auto worker = started();
    ::kill(worker->process(), SIGKILL);
    EXPECT_FALSE(worker->load("good"));
}

TEST(Worker, NonsenseEndsIt) {
    const auto worker = started();
    EXPECT_FALSE(worker->infer("babbles", kPictures, {}));
    EXPECT_TRUE(isGone(worker->process()) || !worker->load("good"));
}

TEST(Worker, TellsItsProgressAndStopsWhenAsked) {
    const auto worker = started();
    std::stop_source stop;
    std::atomic<std::size_t> reached = 0;
    Watch watch;
    watch.stop = stop.get_token();
    watch.progress = [&](const Progress& progress) {
        reached = progress.done;
        if (progress.done >= 5) stop.request_stop();
    };
    const auto begin = std::chrono::steady_clock::now();
    const auto cancelled = worker->infer("slow", kPictures, {}, watch);
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
    EXPECT_GE(reached, 5u);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s) << "the whole would take 10 s";
    EXPECT_TRUE(worker->infer("good", kPictures, {})) << "it stopped by itself and goes on";
}

TEST(Worker, ThatDoesNotStopIsEnded) {
    const auto worker = started();
    std::stop_source stop;
    Watch watch;
    watch.stop = stop.get_token();
    std::jthread later([&] {
        std::this_thread::sleep_for(100ms);
        stop.request_stop();
    });
    const auto cancelled = worker->infer("deaf", kPictures, {}, watch);
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
    EXPECT_FALSE(worker->load("good"));
}

TEST(Worker, EndsWithItsOwner) {
    int process = 0;
    {
        const auto worker = started();
        process = worker->process();
        ASSERT_EQ(::kill(process, 0), 0);
    }
    EXPECT_TRUE(isGone(process));
}

TEST(Worker, ThatIsNotThereIsASentence) {
    WorkerOptions how;
    how.program = "/nowhere/forameter-worker";
    const auto worker = Worker::start(how);
    ASSERT_FALSE(worker);
    EXPECT_NE(worker.error().message.find("/nowhere/forameter-worker"), std::string::npos);
}

TEST(Worker, AnotherProgramIsNotTakenForOne) {
    WorkerOptions how;
    how.program = "/bin/cat";
    EXPECT_FALSE(Worker::start(how));
    how.program = "/bin/true";
    EXPECT_FALSE(Worker::start(how));
}
