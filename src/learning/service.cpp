// SPDX-License-Identifier: Apache-2.0
#include "forameter/learning/service.hpp"

#include <map>
#include <optional>
#include <torch/torch.h>
#include <torch/version.h>

#include "card.hpp"
#include "device.hpp"
#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/learning/safetensors.hpp"
#include "foreign.hpp"
#include "inference.hpp"
#include "torchscript.hpp"
#include "trainer.hpp"
#include "unet.hpp"

namespace forameter::learning {

namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> of(const fs::path& weights, const Error& error) {
    return fail(error.code, weights.string() + ": " + error.message);
}

class LibTorchService final : public wire::Service {
public:
    LibTorchService(const torch::Device& device, const ServiceOptions& options)
        : m_device(device), m_threads(std::max(1, options.threads)), m_patience(options.patience) {}

    wire::WorkerInfo info() const override {
        return {FORAMETER_VERSION,     TORCH_VERSION, nameOf(m_device),
                precisionOf(m_device), m_threads,     devices()};
    }

    Result<> load(const fs::path& weights, const std::string& trusted) override {
        return network(weights, trusted).map([](const Loaded*) {});
    }

    Result<wire::Prediction> infer(const fs::path& weights, const wire::Frame& images,
                                   const wire::Looks& looks, const Watch& watch) override {
        const auto found = network(weights);
        if (!found) return tl::unexpected(found.error());
        const Loaded& loaded = **found;
        const int inputs =
            loaded.foreign ? loaded.foreign->described().inputs : loaded.network->network.inputs;
        const auto& shape = images.shape;
        if (shape.size() != 4 || shape[1] != inputs || shape[2] < 1 || shape[3] < 1)
            return fail(ErrorCode::InvalidArgument, "The pictures do not fit the network: it wants [N, " +
                                                        std::to_string(inputs) + ", rows, columns].");
        const auto forward = [&,
                              net = loaded.network](const torch::Tensor& x) mutable -> Result<torch::Tensor> {
            if (loaded.foreign) return loaded.foreign->probabilities(x, watch);
            // Along the classes of a pixel, which lie side by side: along dimension 1 all would be reordered
            // first.
            const torch::Tensor byPixel = net->forward(x).to(torch::kFloat32).permute({0, 2, 3, 1});
            return torch::softmax(byPixel, 3).permute({0, 3, 1, 2});
        };
        auto prediction = predict(forward, m_device, loaded.foreign ? Precision::Full : Precision::Mixed,
                                  images, looks, watch);
        if (!prediction && loaded.foreign) return of(weights, prediction.error());
        if (prediction) prediction->sha256 = loaded.sha256;
        return prediction;
    }

    Result<std::int64_t> beginTraining(const wire::TrainingPlan& plan) override {
        m_trainer.reset();
        // Crops have few sizes and come again and again: cuDNN times its ways of convolving. Pictures that
        // are looked at have sizes of their own, each of which would be timed for one use.
        if (m_device.is_cuda()) at::globalContext().setBenchmarkCuDNN(true);
        auto trainer = Trainer::start(plan, m_device);
        if (!trainer) return tl::unexpected(trainer.error());
        m_trainer = std::move(*trainer);
        return m_trainer->stepsDone();
    }
    Result<wire::StepReport> step(const wire::Batch& batch, const Watch&) override {
        if (!m_trainer) return noTraining();
        return m_trainer->step(batch);
    }
    Result<wire::EvaluationReport> evaluate(const wire::Batch& batch, const Watch&) override {
        if (!m_trainer) return noTraining();
        return m_trainer->evaluate(batch);
    }
    Result<> checkpoint() override {
        if (!m_trainer) return noTraining();
        return m_trainer->checkpoint();
    }
    Result<std::string> save(const fs::path& weights) override {
        if (!m_trainer) return noTraining();
        return m_trainer->save(weights);
    }

    Result<> exportTorchScript(const fs::path& weights, const fs::path& to) override {
        const auto loaded = network(weights);
        if (!loaded) return tl::unexpected(loaded.error());
        if ((*loaded)->foreign)
            return fail(ErrorCode::InvalidArgument, weights.string() + " is TorchScript already.");
        return learning::exportTorchScript((*loaded)->network, to);
    }

private:
    struct Loaded {
        std::string sha256;
        UNet network{nullptr};                        ///< empty where `foreign` is not
        std::shared_ptr<const ForeignModule> foreign; ///< its code is trusted
    };

    static tl::unexpected<Error> noTraining() {
        return fail(ErrorCode::InvalidArgument, "No training was begun.");
    }

    /// Loads it where that was not done. Without `trusted` no foreign one is, and what was loaded is used.
    Result<const Loaded*> network(const fs::path& weights, const std::optional<std::string>& trusted = {}) {
        if (const auto found = m_loaded.find(weights); found != m_loaded.end()) {
            if (!found->second.foreign || !trusted || *trusted == found->second.sha256) return &found->second;
            m_loaded.erase(found);
        }
        const auto card = readCard(weights);
        if (!card) return tl::unexpected(card.error());
        const auto read = readWhole(weights, kLargestWeights);
        if (!read) return tl::unexpected(read.error());
        const std::string& bytes = *read;
        const auto hash = toHex(sha256(std::string_view(bytes)));
        if (card->foreign && hash != trusted)
            return fail(ErrorCode::NotAllowed,
                        weights.string() +
                            " is TorchScript, a program that would run with your rights, and its SHA-256 " +
                            hash + " is not one that was trusted. Where you trust its source: models trust.");
        if (hash != card->sha256 && !(card->foreign && card->sha256.empty()))
            return fail(ErrorCode::Corrupt, "The weights " + weights.string() +
                                                " are not those that their card describes (SHA-256 " + hash +
                                                ").");
        auto loaded = card->foreign ? foreignFrom(bytes, *card) : networkFrom(bytes, *card);
        if (!loaded) return of(weights, loaded.error());
        loaded->sha256 = hash;
        return &m_loaded.emplace(weights, std::move(*loaded)).first->second;
    }

    Result<Loaded> foreignFrom(const std::string& bytes, const Card& card) const {
        auto module = ForeignModule::load(bytes, *card.foreign, m_device, m_patience);
        if (!module) return tl::unexpected(module.error());
        Loaded loaded;
        loaded.foreign = std::move(*module);
        return loaded;
    }

    Result<Loaded> networkFrom(const std::string& bytes, const Card& card) const {
        const auto content = parseSafetensors(bytes);
        if (!content) return tl::unexpected(content.error());
        Loaded loaded;
        loaded.network = UNet(card.network);
        if (auto set = setWeights(*loaded.network, content->weights); !set)
            return tl::unexpected(set.error());
        loaded.network->eval();
        loaded.network->to(m_device);
        for (auto& parameter : loaded.network->parameters()) {
            parameter.set_requires_grad(false);
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
        }
        return loaded;
    }

    torch::Device m_device;
    int m_threads;
    std::chrono::seconds m_patience;
    std::map<fs::path, Loaded> m_loaded;
    std::unique_ptr<Trainer> m_trainer;
};

} // namespace

Result<std::unique_ptr<wire::Service>> makeService(const ServiceOptions& options) {
    const auto device = deviceOf(options.device);
    if (!device) return tl::unexpected(device.error());
    torch::set_num_threads(std::max(1, options.threads)); // LibTorch alone would take one
    if (device->is_cuda()) {
        // What is not in bfloat16 is meant to be float32, and TF32 has no more digits than half precision.
        at::globalContext().setAllowTF32CuDNN(false);
        at::globalContext().setAllowTF32CuBLAS(false);
    }
    return std::unique_ptr<wire::Service>(new LibTorchService(*device, options));
}

} // namespace forameter::learning
