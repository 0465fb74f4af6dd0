// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/wire/message.hpp"

namespace forameter::wire {

inline constexpr int kVersion = 1; ///< of the messages; both ends must speak the same

/// Architecture of a network: weights alone do not say it. A U-Net whose encoder halves the picture
/// `levels - 1` times, with `base` channels at full size and twice as many at each level.
struct Network {
    int inputs = 1;  ///< slices: 1, or an odd number of neighbours of which the middle one is labelled (2.5-D)
    int classes = 8; ///< of the answer, each pixel's probabilities add up to 1
    int base = 16;
    int levels = 4;

    friend bool operator==(const Network&, const Network&) = default;
};

/// Other looks at the same picture whose answers are averaged; how far they differ is the uncertainty.
struct Looks {
    bool mirror = false;         ///< columns reversed
    std::vector<double> scales;  ///< e.g. 0.9, 1.1; beside the picture as it is
};

/// Of pictures [N, inputs, rows, columns]; any rows and columns (padded inside to what the network needs).
struct Prediction {
    Frame probabilities; ///< [N, classes, rows, columns]: mean of all looks
    Frame spread;        ///< like probabilities: standard deviation over the looks; empty with one look
    std::string sha256;  ///< of the weights
    std::string device, precision; ///< "cpu", "cuda:0"; "float32", "bfloat16"
    double seconds = 0.0;
};

/// How a network is trained. AdamW, learning rate by a cosine from `learningRate` to nought over `steps`, with
/// a linear rise over the first 2 %. What is evaluated and saved is the exponential moving average of the
/// weights, blended with those that training began from: keeping a share of them keeps what they knew of
/// pictures unlike the new ones (robust fine-tuning, Wortsman et al., CVPR 2022, arXiv 2109.01903).
struct TrainingPlan {
    Network network;
    std::int64_t steps = 1000;
    double learningRate = 2.0e-3, weightDecay = 1.0e-4;
    double averaging = 0.995; ///< of the moving average, per step
    std::uint64_t seed = 1;
    std::string start;       ///< weights to begin from, a path; "": random
    double startShare = 0.0; ///< of them in what is kept, 0 to below 1; 0 where they are random
    std::string checkpoint; ///< a path: resumed from where it exists, written by checkpoint()
};

/// Labels of a batch as float32 holding whole numbers 0..255: bit c is set where class c is possible at that
/// pixel. One bit: the pixel is of that class. All bits: nothing is known. Sources that do not tell some
/// classes apart set the bits of all of them (marginal loss).
struct Batch {
    Frame images;  ///< [N, inputs, rows, columns]
    Frame allowed; ///< [N, rows, columns]
};

struct StepReport {
    std::int64_t step = 0; ///< steps done, this one included
    double loss = 0.0, crossEntropy = 0.0, dice = 0.0; ///< dice: soft, mean over the classes in the batch
    double learningRate = 0.0;
    double seconds = 0.0;
};

/// Counts of pixels over a batch where the label is certain, per class; Dice = 2 both / (found + there).
struct ClassCounts {
    double both = 0.0, found = 0.0, there = 0.0;
};
struct EvaluationReport {
    double loss = 0.0;
    std::vector<ClassCounts> classes;
};

/// Of a network, at most: some 500 MB as float32, and seven times as much while it is trained. A base of 128 at
/// five levels is below; 256 at seven would be 27 GB.
inline constexpr std::int64_t kMostWeights = 130'000'000;
[[nodiscard]] std::int64_t weightCount(const Network& network);

/// What every card, config and message is held to, so that nothing is taken at one door and refused at the
/// next. Fails (invalid-argument) with a part of a sentence: "network.base is 6, not a multiple of 4 from 4
/// to 256".
[[nodiscard]] Result<> check(const Network& network);
[[nodiscard]] Result<> check(const Looks& looks);
[[nodiscard]] Result<> check(const TrainingPlan& plan);

struct WorkerInfo {
    std::string version, libtorch, device, precision;
    int threads = 0;
    std::vector<std::string> devices; ///< all that could be asked for
};

} // namespace forameter::wire
