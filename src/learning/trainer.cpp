// SPDX-License-Identifier: Apache-2.0
#include "trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <limits>
#include <locale>
#include <numbers>
#include <sstream>
#include <system_error>
#include <torch/serialize.h>

#include "device.hpp"
#include "forameter/core/files.hpp"
#include "loss.hpp"

namespace forameter::learning {

namespace fs = std::filesystem;

namespace {

constexpr double kWarmUp = 0.02;      ///< share of the steps in which the learning rate rises
constexpr double kLargestStep = 12.0; ///< norm of the gradient, as nnU-Net clips it

UNet made(const wire::TrainingPlan& plan, const torch::Device& device) {
    torch::manual_seed(plan.seed);
    UNet network(plan.network);
    network->to(device);
    for (auto& parameter : network->parameters())
        if (parameter.dim() == 4)
            parameter.set_data(parameter.detach().contiguous(torch::MemoryFormat::ChannelsLast));
    return network;
}

/// What must not change between a checkpoint and its resuming.
std::string identityOf(const wire::TrainingPlan& plan) {
    const auto& n = plan.network;
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << std::setprecision(std::numeric_limits<double>::max_digits10);
    text << n.inputs << " " << n.classes << " " << n.base << " " << n.levels << " " << plan.steps << " "
         << plan.learningRate << " " << plan.weightDecay << " " << plan.averaging << " " << plan.seed << " "
         << plan.startShare;
    return std::move(text).str();
}

tl::unexpected<Error> badBatch(const std::string& why) {
    return fail(ErrorCode::InvalidArgument, "A training batch cannot be used: " + why + ".");
}

Result<> check(const wire::Batch& batch, const wire::Network& network) {
    const auto& images = batch.images.shape;
    const auto& allowed = batch.allowed.shape;
    if (images.size() != 4 || allowed.size() != 3)
        return badBatch("its arrays have other dimensions than 4 and 3");
    if (images[0] != allowed[0] || images[2] != allowed[1] || images[3] != allowed[2])
        return badBatch("pictures and labels differ in size");
    if (images[0] < 1 || images[2] < 1 || images[3] < 1) return badBatch("it is empty");
    if (images[1] != network.inputs)
        return badBatch("it has " + std::to_string(images[1]) + " slices to a picture, the network " +
                        std::to_string(network.inputs));
    if (!std::ranges::all_of(batch.allowed.values,
                             [](float v) { return v >= 0.0f && v <= 255.0f && v == std::floor(v); }))
        return badBatch("a label set is no whole number from 0 to 255");
    return {};
}

} // namespace

Trainer::Trainer(const wire::TrainingPlan& plan, const torch::Device& device)
    : m_plan(plan),
      m_device(device),
      m_network(made(plan, device)),
      m_averaged(made(plan, device)),
      m_optimiser(m_network->parameters(),
                  torch::optim::AdamWOptions(plan.learningRate).weight_decay(plan.weightDecay)) {
    m_averaged->eval();
    for (auto& parameter : m_averaged->parameters())
        parameter.set_requires_grad(false);
}

Result<std::unique_ptr<Trainer>> Trainer::start(const wire::TrainingPlan& plan, const torch::Device& device) {
    std::unique_ptr<Trainer> trainer(new Trainer(plan, device));
    std::error_code ignored;
    const bool resumes = !plan.checkpoint.empty() && fs::exists(plan.checkpoint, ignored);
    if (!plan.start.empty() && (!resumes || plan.startShare > 0.0)) {
        const auto content = readSafetensors(plan.start);
        if (!content) return tl::unexpected(content.error());
        for (UNet* network : {&trainer->m_network, &trainer->m_averaged})
            if (auto set = setWeights(**network, content->weights); !set) return tl::unexpected(set.error());
        if (plan.startShare > 0.0) {
            for (const auto& parameter : trainer->m_averaged->parameters())
                trainer->m_begun.push_back(parameter.clone());
            trainer->m_blend = made(plan, device);
            trainer->m_blend->eval();
        }
    }
    if (resumes)
        if (auto resumed = trainer->resume(); !resumed) return tl::unexpected(resumed.error());
    return trainer;
}

double Trainer::learningRate() const {
    const double progress =
        static_cast<double>(m_step) / static_cast<double>(std::max<std::int64_t>(1, m_plan.steps));
    const double rise = std::min(1.0, (static_cast<double>(m_step) + 1.0) /
                                          std::max(1.0, kWarmUp * static_cast<double>(m_plan.steps)));
    return m_plan.learningRate * rise * 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(1.0, progress)));
}

Result<wire::StepReport> Trainer::step(const wire::Batch& batch) {
    if (auto good = check(batch, m_plan.network); !good) return tl::unexpected(good.error());
    const auto start = std::chrono::steady_clock::now();
    wire::StepReport report;
    report.learningRate = learningRate();
    for (auto& group : m_optimiser.param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(report.learningRate);
    const torch::Tensor images =
        toTensor(batch.images).to(m_device).contiguous(torch::MemoryFormat::ChannelsLast);
    torch::Tensor logits;
    {
        const MixedPrecision mixed(m_device);
        logits = m_network(images);
    }
    const Loss loss = marginalLoss(logits, toTensor(batch.allowed).to(m_device));
    m_optimiser.zero_grad();
    loss.total.backward();
    torch::nn::utils::clip_grad_norm_(m_network->parameters(), kLargestStep);
    m_optimiser.step();
    ++m_step;
    {
        // Early on the average follows faster: it would hold mostly the random beginning otherwise.
        const double keep = std::min(m_plan.averaging, (1.0 + static_cast<double>(m_step)) /
                                                           (10.0 + static_cast<double>(m_step)));
        const torch::NoGradGuard noGradient;
        auto averaged = m_averaged->parameters();
        const auto current = m_network->parameters();
        for (std::size_t i = 0; i < averaged.size(); ++i)
            averaged[i].mul_(keep).add_(current[i], 1.0 - keep);
    }
    report.step = m_step;
    report.loss = loss.total.item<double>();
    report.crossEntropy = loss.crossEntropy.item<double>();
    report.dice = loss.dice.item<double>();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

UNet Trainer::kept() const {
    if (m_begun.empty()) return m_averaged;
    const torch::NoGradGuard noGradient;
    auto weights = m_blend->parameters();
    const auto averaged = m_averaged->parameters();
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i].copy_(m_plan.startShare * m_begun[i] + (1.0 - m_plan.startShare) * averaged[i]);
    return m_blend;
}

Result<wire::EvaluationReport> Trainer::evaluate(const wire::Batch& batch) {
    if (auto good = check(batch, m_plan.network); !good) return tl::unexpected(good.error());
    const torch::NoGradGuard noGradient;
    const MixedPrecision mixed(m_device);
    const torch::Tensor logits =
        kept()(toTensor(batch.images).to(m_device).contiguous(torch::MemoryFormat::ChannelsLast));
    const torch::Tensor allowed = toTensor(batch.allowed).to(m_device);
    wire::EvaluationReport report;
    report.loss = marginalLoss(logits, allowed).total.item<double>();
    const torch::Tensor answer = logits.argmax(1), sets = allowed.to(torch::kLong);
    torch::Tensor certain = torch::zeros_like(sets, torch::kBool);
    for (int c = 0; c < m_plan.network.classes; ++c)
        certain = certain.logical_or(sets.eq(std::int64_t{1} << c));
    for (int c = 0; c < m_plan.network.classes; ++c) {
        const torch::Tensor found = answer.eq(c).logical_and(certain), there = sets.eq(std::int64_t{1} << c);
        const auto count = [](const torch::Tensor& mask) {
            return static_cast<double>(mask.sum().item<std::int64_t>());
        };
        report.classes.push_back({count(found.logical_and(there)), count(found), count(there)});
    }
    return report;
}

Result<> Trainer::checkpoint() const {
    if (m_plan.checkpoint.empty())
        return fail(ErrorCode::InvalidArgument,
                    "This training was begun without a place for its checkpoint.");
    // LibTorch ends the process where it writes a file and the disk is full.
    std::ostringstream bytes;
    try {
        torch::serialize::OutputArchive archive, network, averaged, optimiser;
        archive.write("step", torch::tensor(m_step, torch::kLong));
        archive.write("plan", c10::IValue(identityOf(m_plan)));
        m_network->save(network);
        m_averaged->save(averaged);
        m_optimiser.save(optimiser);
        archive.write("network", network);
        archive.write("averaged", averaged);
        archive.write("optimiser", optimiser);
        archive.save_to(bytes);
    } catch (const std::exception& error) {
        return fail(ErrorCode::StorageFailed,
                    "The checkpoint " + m_plan.checkpoint + " cannot be written: " + error.what());
    }
    return writeWhole(m_plan.checkpoint, std::move(bytes).str());
}

Result<> Trainer::resume() {
    try {
        torch::serialize::InputArchive archive, network, averaged, optimiser;
        archive.load_from(m_plan.checkpoint, m_device);
        c10::IValue plan;
        archive.read("plan", plan);
        if (plan.toStringRef() != identityOf(m_plan))
            return fail(ErrorCode::Conflict, "The checkpoint " + m_plan.checkpoint +
                                                 " is of another training (network, steps, rates or seed).");
        torch::Tensor step;
        archive.read("step", step);
        archive.read("network", network);
        archive.read("averaged", averaged);
        archive.read("optimiser", optimiser);
        m_network->load(network);
        m_averaged->load(averaged);
        m_optimiser.load(optimiser);
        m_step = step.item<std::int64_t>();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Corrupt, "The checkpoint " + m_plan.checkpoint + " cannot be read (" +
                                            error.what() + "); remove it to begin anew.");
    }
    return {};
}

Result<std::string> Trainer::save(const fs::path& weights) const {
    return writeSafetensors(weights, {weightsOf(*kept()), {{"format", "forameter unet-2d"}}});
}

} // namespace forameter::learning
