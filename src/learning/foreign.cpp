// SPDX-License-Identifier: Apache-2.0
#include "foreign.hpp"

#include <sstream>
#include <torch/script.h>

#include "window.hpp"

namespace forameter::learning {

namespace {

constexpr double kRounding =
    1.0e-3; ///< how far beyond 0 and 1 probabilities may be, computed in half precision

tl::unexpected<Error> bad(const std::string& why) {
    return fail(ErrorCode::Corrupt, "The network from elsewhere is not what its card says: " + why + ".");
}

/// LibTorch's messages end in a trace of its own functions.
std::string firstLine(const std::string& text) {
    return text.substr(0, std::min(text.find('\n'), std::size_t{300}));
}

/// nnU-Net's and others' networks may answer at several scales, the full one first.
torch::jit::IValue firstOf(torch::jit::IValue value) {
    if (value.isTuple() && !value.toTupleRef().elements().empty()) return value.toTupleRef().elements()[0];
    if (value.isTensorList() && !value.toTensorVector().empty()) return value.toTensorVector()[0];
    if (value.isList() && !value.toListRef().empty()) return value.toListRef()[0];
    return value;
}

} // namespace

struct ForeignModule::State {
    mutable torch::jit::Module module;
    wire::ForeignNetwork described;

    Result<torch::Tensor> answer(const torch::Tensor& pictures) const {
        torch::Tensor tensor;
        try {
            const auto value =
                firstOf(module.forward({pictures.contiguous(torch::MemoryFormat::ChannelsLast)}));
            if (!value.isTensor()) return bad("it answers no array of numbers");
            tensor = value.toTensor().to(torch::kFloat32);
        } catch (const std::exception& error) {
            return fail(ErrorCode::Other,
                        "The network from elsewhere failed on a picture: " + firstLine(error.what()));
        }
        const std::vector<std::int64_t> expected{pictures.size(0),
                                                 static_cast<std::int64_t>(described.classes.size()),
                                                 pictures.size(2), pictures.size(3)};
        if (tensor.sizes() != at::IntArrayRef(expected)) {
            std::ostringstream why;
            why << "it answers " << tensor.sizes() << " where " << at::IntArrayRef(expected)
                << " was expected";
            return bad(why.str());
        }
        if (!tensor.isfinite().all().item<bool>()) return bad("it answers something that is no number");
        return tensor;
    }
};

ForeignModule::ForeignModule(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ForeignModule::~ForeignModule() = default;

Result<std::shared_ptr<const ForeignModule>> ForeignModule::load(const std::string& bytes,
                                                                 const wire::ForeignNetwork& described,
                                                                 const torch::Device& device) {
    auto state = std::make_unique<State>();
    state->described = described;
    try {
        std::istringstream stream(bytes);
        state->module = torch::jit::load(stream, device);
        state->module.eval();
        const torch::NoGradGuard noGradient;
        for (auto parameter : state->module.parameters()) {
            parameter.set_requires_grad(false);
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::Corrupt,
                    "This is no TorchScript that can be used: " + firstLine(error.what()));
    }
    return std::shared_ptr<const ForeignModule>(new ForeignModule(std::move(state)));
}

const wire::ForeignNetwork& ForeignModule::described() const {
    return m_state->described;
}

Result<torch::Tensor> ForeignModule::probabilities(const torch::Tensor& pictures, const Watch& watch) const {
    using Activation = wire::ForeignNetwork::Activation;
    const auto& described = m_state->described;
    const auto one = [&](const torch::Tensor& part) { return m_state->answer(part); };
    // Logits are averaged before they become probabilities, as the trainers of such networks do.
    const auto answer =
        described.window.rows == 0 ? one(pictures) : inParts(pictures, described.window, one, watch);
    if (!answer) return answer;
    switch (described.activation) {
    case Activation::Softmax:
        return torch::softmax(*answer, 1);
    case Activation::Sigmoid:
        return torch::sigmoid(*answer);
    case Activation::None:
        break;
    }
    if (answer->numel() > 0 &&
        (answer->min().item<double>() < -kRounding || answer->max().item<double>() > 1.0 + kRounding))
        return bad("it answers numbers that are no probabilities; is its activation softmax or sigmoid?");
    return answer->clamp(0.0, 1.0);
}

} // namespace forameter::learning
