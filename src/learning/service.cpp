// SPDX-License-Identifier: Apache-2.0
#include "forameter/learning/service.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <torch/torch.h>
#include <torch/version.h>

#include "device.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/learning/safetensors.hpp"
#include "inference.hpp"
#include "torchscript.hpp"
#include "trainer.hpp"
#include "unet.hpp"

namespace forameter::learning {

namespace fs = std::filesystem;

namespace {

struct Card {
    wire::Network network;
    std::string sha256;
};

/// What a card says of its weights; the rest is for those who ask.
Result<Card> readCard(const fs::path& weights) {
    const fs::path file = fs::path(weights).replace_extension(".json");
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto json = nlohmann::json::parse(text, nullptr, false);
    try {
        if (json.at("network").at("kind") != "unet-2d")
            return fail(ErrorCode::Unreadable,
                        "The model card " + file.string() +
                            " names a kind of network that this worker does not know.");
        Card card;
        card.sha256 = json.at("sha256").get<std::string>();
        card.network.inputs = json.at("network").at("inputs").get<int>();
        card.network.classes = static_cast<int>(json.at("network").at("classes").size());
        card.network.base = json.at("network").at("base").get<int>();
        card.network.levels = json.at("network").at("levels").get<int>();
        const auto& n = card.network;
        if (n.inputs < 1 || n.inputs > 15 || n.classes < 1 || n.classes > 256 || n.base < 1 || n.base > 512 ||
            n.levels < 1 || n.levels > 8)
            return fail(ErrorCode::Unreadable,
                        "The model card " + file.string() + " describes an impossible network.");
        return card;
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Unreadable, "The model card " + file.string() + " cannot be read.");
    }
}

class LibTorchService final : public wire::Service {
public:
    LibTorchService(const torch::Device& device, int threads) : m_device(device), m_threads(threads) {}

    wire::WorkerInfo info() const override {
        return {FORAMETER_VERSION,     TORCH_VERSION, nameOf(m_device),
                precisionOf(m_device), m_threads,     devices()};
    }

    Result<> load(const fs::path& weights) override {
        return network(weights).map([](const Loaded*) {});
    }

    Result<wire::Prediction> infer(const fs::path& weights, const wire::Frame& images,
                                   const wire::Looks& looks, const Watch& watch) override {
        const auto loaded = network(weights);
        if (!loaded) return tl::unexpected(loaded.error());
        UNet net = (*loaded)->network;
        const auto& shape = images.shape;
        if (shape.size() != 4 || shape[1] != net->network.inputs || shape[2] < 1 || shape[3] < 1)
            return fail(ErrorCode::InvalidArgument, "The pictures do not fit the network: it wants [N, " +
                                                        std::to_string(net->network.inputs) +
                                                        ", rows, columns].");
        auto prediction =
            predict([&](const torch::Tensor& x) { return net->forward(x); }, m_device, images, looks, watch);
        if (prediction) prediction->sha256 = (*loaded)->sha256;
        return prediction;
    }

    Result<std::int64_t> beginTraining(const wire::TrainingPlan& plan) override {
        m_trainer.reset();
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
        return learning::exportTorchScript((*loaded)->network, to);
    }

private:
    struct Loaded {
        UNet network{nullptr};
        std::string sha256;
    };

    static tl::unexpected<Error> noTraining() {
        return fail(ErrorCode::InvalidArgument, "No training was begun.");
    }

    Result<const Loaded*> network(const fs::path& weights) {
        if (const auto found = m_loaded.find(weights); found != m_loaded.end()) return &found->second;
        const auto card = readCard(weights);
        if (!card) return tl::unexpected(card.error());
        std::ifstream stream(weights, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
        if (!stream)
            return fail(ErrorCode::Unreadable, "The weights " + weights.string() + " cannot be read.");
        const auto hash = toHex(sha256(std::string_view(bytes)));
        if (hash != card->sha256)
            return fail(ErrorCode::Corrupt, "The weights " + weights.string() +
                                                " are not those that their card describes (SHA-256 " + hash +
                                                ").");
        const auto content = parseSafetensors(bytes);
        if (!content) return fail(content.error().code, weights.string() + ": " + content.error().message);
        Loaded loaded{UNet(card->network), hash};
        if (auto set = setWeights(*loaded.network, content->weights); !set)
            return fail(set.error().code, weights.string() + ": " + set.error().message);
        loaded.network->eval();
        loaded.network->to(m_device);
        for (auto& parameter : loaded.network->parameters()) {
            parameter.set_requires_grad(false);
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
        }
        return &m_loaded.emplace(weights, std::move(loaded)).first->second;
    }

    torch::Device m_device;
    int m_threads;
    std::map<fs::path, Loaded> m_loaded;
    std::unique_ptr<Trainer> m_trainer;
};

} // namespace

Result<std::unique_ptr<wire::Service>> makeService(const ServiceOptions& options) {
    const auto device = deviceOf(options.device);
    if (!device) return tl::unexpected(device.error());
    torch::set_num_threads(std::max(1, options.threads)); // LibTorch alone would take one
    if (device->is_cuda()) {
        at::globalContext().setBenchmarkCuDNN(true);
        at::globalContext().setAllowTF32CuDNN(true);
        at::globalContext().setAllowTF32CuBLAS(true);
    }
    return std::unique_ptr<wire::Service>(new LibTorchService(*device, std::max(1, options.threads)));
}

} // namespace forameter::learning
