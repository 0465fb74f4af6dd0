// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "../support/temporary_folder.hpp"
#include "forameter/core/random.hpp"
#include "forameter/learning/service.hpp"

/// A service on the processor, batches to train on, and a small model.
namespace forameter::testing {

inline std::unique_ptr<wire::Service> service() {
    auto made = learning::makeService({"cpu", 1});
    EXPECT_TRUE(made) << made.error().message;
    return std::move(made.value());
}

/// Canals as a phantom of one: an ellipse of random place, size and brightness on uneven, noisy ground.
/// Class 1.
inline wire::Batch canals(int count, int size, std::uint64_t seed) {
    Random random(seed);
    wire::Batch batch{{{count, 1, size, size}, {}}, {{count, size, size}, {}}};
    for (int i = 0; i < count; ++i) {
        const double x = random.uniform(0.35, 0.65) * size, y = random.uniform(0.35, 0.65) * size;
        const double a = random.uniform(0.12, 0.22) * size, b = random.uniform(0.09, 0.16) * size;
        const double ground = random.uniform(0.2, 0.5), inside = ground + random.uniform(0.25, 0.4);
        for (int r = 0; r < size; ++r)
            for (int c = 0; c < size; ++c) {
                const double d = std::hypot((c - x) / a, (r - y) / b);
                const bool in = d < 1.0;
                const double shade = 0.15 * std::sin(0.2 * c + i) + random.normal() * 0.06;
                batch.images.values.push_back(static_cast<float>((in ? inside : ground) + shade));
                batch.allowed.values.push_back(in ? 2.0f : 1.0f);
            }
    }
    return batch;
}

inline wire::TrainingPlan plan(int steps) {
    wire::TrainingPlan plan;
    plan.network = {1, 2, 8, 3};
    plan.steps = steps;
    plan.learningRate = 3.0e-3;
    plan.averaging = 0.97;
    plan.seed = 5;
    return plan;
}

inline void train(wire::Service& service, std::int64_t from, std::int64_t to) {
    for (auto s = from; s < to; ++s) {
        const auto report = service.step(canals(8, 64, 1000 + static_cast<std::uint64_t>(s)), {});
        ASSERT_TRUE(report) << report.error().message;
        ASSERT_EQ(report->step, s + 1);
    }
}

/// A small model of few steps on disk, with its card.
inline std::filesystem::path savedModel(const TemporaryFolder& folder, wire::Service& service) {
    EXPECT_TRUE(service.beginTraining(plan(4)));
    train(service, 0, 4);
    const auto file = folder / "m.safetensors";
    const auto hash = service.save(file);
    EXPECT_TRUE(hash) << hash.error().message;
    std::ofstream(folder / "m.json") << nlohmann::json{{"sha256", *hash},
                                                       {"network",
                                                        {{"kind", "unet-2d"},
                                                         {"inputs", 1},
                                                         {"classes", {"background", "canal"}},
                                                         {"base", 8},
                                                         {"levels", 3}}}};
    return file;
}

} // namespace forameter::testing
