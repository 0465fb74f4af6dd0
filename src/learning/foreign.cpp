// SPDX-License-Identifier: Apache-2.0
#include "foreign.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <sstream>
#include <thread>
#include <torch/script.h>
#include <unistd.h>
#include <utility>

#include "window.hpp"

namespace forameter::learning {

namespace {

constexpr double kRounding =
    1.0e-3; ///< how far beyond 0 and 1 probabilities may be, computed in half precision

tl::unexpected<Error> bad(const std::string& why) {
    return fail(ErrorCode::Corrupt, "The network from elsewhere is not what its card says: " + why +
                                        (why.ends_with('?') ? "" : "."));
}

/// What LibTorch says, in one line: its messages end in a trace of its own functions, and those of the
/// interpreter begin with one of the network's, which alone would tell nothing. A stranger's words go to a
/// terminal.
std::string reason(const std::string& text) {
    std::istringstream lines(text);
    std::string line, told;
    std::getline(lines, told);
    if (told.starts_with("The following operation failed"))
        while (std::getline(lines, line)) {
            const auto colon = line.find(": ");
            if (colon != std::string::npos && line.find(' ') > colon &&
                (line.substr(0, colon).ends_with("Error") || line.substr(0, colon).ends_with("Exception")))
                told = line;
        }
    told.resize(std::min(told.size(), std::size_t{300}));
    std::ranges::replace_if(
        told, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
    if (!told.ends_with('.')) told += '.';
    return told;
}

/// Code that runs for ever cannot be stopped from within: the process is, while this is alive for too long.
class Patience {
public:
    explicit Patience(std::chrono::seconds most)
        : m_guard([most](const std::stop_token& stop) {
              std::mutex mutex;
              std::condition_variable_any never;
              std::unique_lock lock(mutex);
              never.wait_for(lock, stop, most, [] { return false; });
              if (stop.stop_requested()) return;
              std::fprintf(stderr,
                           "A network from elsewhere took more than %lld seconds for one part of a picture, "
                           "so the worker ended itself.\n",
                           static_cast<long long>(most.count()));
              ::_exit(1);
          }) {}

private:
    std::jthread m_guard;
};

/// What is wrong with a network before it has seen anything; "" where nothing is.
std::string unusable(const torch::jit::Module& module) {
    const auto forward = module.find_method("forward");
    if (!forward) return "it has no function forward";
    const auto& arguments = forward->function().getSchema().arguments(); // the first is the network itself
    const auto wanted = std::ranges::count_if(
        arguments, [](const c10::Argument& one) { return !one.default_value().has_value(); });
    if (arguments.size() < 2 || wanted > 2)
        return "it takes " + std::to_string(wanted - 1) + " inputs, and it is given one";
    for (const auto& parameter : module.parameters())
        if (parameter.dim() == 5)
            return "it is a network of volumes (3-D convolutions), and only networks of slices are run";
    return {};
}

/// Weights in half or double precision become float32, which is what pictures are.
void useSingle(at::Tensor tensor) {
    if (tensor.is_floating_point() && tensor.scalar_type() != torch::kFloat32)
        tensor.set_data(tensor.to(torch::kFloat32));
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
    std::chrono::seconds patience{};

    Result<torch::Tensor> answer(const torch::Tensor& pictures) const {
        torch::Tensor tensor;
        bool whole = false;
        try {
            const Patience guard(patience);
            // A copy: a network may write into what it is given, and other parts and looks are to come.
            const auto value = firstOf(module.forward({pictures.clone(torch::MemoryFormat::ChannelsLast)}));
            if (!value.isTensor())
                return bad(std::string("it answers no array of numbers but ") +
                           (value.isGenericDict()               ? "a dictionary"
                            : value.isList() || value.isTuple() ? "an empty list, or lists in a list"
                                                                : "something else"));
            whole = !value.toTensor().is_floating_point();
            tensor = value.toTensor().to(torch::kFloat32);
        } catch (const std::exception& error) {
            return fail(ErrorCode::Other,
                        "The network from elsewhere failed on a picture: " + reason(error.what()));
        }
        const std::vector<std::int64_t> expected{pictures.size(0),
                                                 static_cast<std::int64_t>(described.classes.size()),
                                                 pictures.size(2), pictures.size(3)};
        if (whole && (described.activation != wire::ForeignNetwork::Activation::None ||
                      tensor.sizes() != at::IntArrayRef(expected)))
            return bad("it answers whole numbers, such as labels, where a number of each class was expected; "
                       "export it without argmax");
        if (tensor.sizes() != at::IntArrayRef(expected)) {
            std::ostringstream why;
            why << "it answers " << tensor.sizes() << " where " << at::IntArrayRef(expected)
                << " was expected";
            return bad(why.str());
        }
        if (!tensor.isfinite().all().item<bool>()) return bad("it answers something that is no number");
        return tensor;
    }

    /// Of all mirrored looks that the card wants, averaged as nnU-Net does it: before the activation.
    Result<torch::Tensor> mirrored(const torch::Tensor& pictures) const {
        std::vector<std::vector<std::int64_t>> looks{{}};
        if (described.mirrorRows) looks.push_back({2});
        if (described.mirrorColumns) looks.push_back({3});
        if (described.mirrorRows && described.mirrorColumns) looks.push_back({2, 3});
        torch::Tensor sum;
        for (const auto& axes : looks) {
            const auto one = answer(axes.empty() ? pictures : pictures.flip(axes));
            if (!one) return one;
            const torch::Tensor back = axes.empty() ? *one : one->flip(axes);
            sum = sum.defined() ? sum + back : back;
        }
        return sum / static_cast<double>(looks.size());
    }
};

ForeignModule::ForeignModule(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ForeignModule::~ForeignModule() = default;

Result<std::shared_ptr<const ForeignModule>> ForeignModule::load(const std::string& bytes,
                                                                 const wire::ForeignNetwork& described,
                                                                 const torch::Device& device,
                                                                 std::chrono::seconds patience) {
    auto state = std::make_unique<State>();
    state->described = described;
    state->patience = patience;
    try {
        const Patience guard(patience); // loading may run code too
        std::istringstream stream(bytes);
        state->module = torch::jit::load(stream, device);
        state->module.eval();
        if (const auto why = unusable(state->module); !why.empty())
            return fail(ErrorCode::Corrupt, "The network from elsewhere cannot be used: " + why + ".");
        const torch::NoGradGuard noGradient;
        for (auto buffer : state->module.buffers())
            useSingle(buffer);
        for (auto parameter : state->module.parameters()) {
            parameter.set_requires_grad(false);
            useSingle(parameter);
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
        }
    } catch (const std::exception& error) {
        const std::string why = reason(error.what());
        // Both kinds of file that torch.save writes; people name them like TorchScript.
        if (bytes.starts_with('\x80') || why.find("constants.pkl") != std::string::npos)
            return fail(
                ErrorCode::Corrupt,
                "This is no TorchScript but what torch.save writes, weights or a pickled model: export "
                "the network with torch.jit.trace or torch.jit.script.");
        return fail(ErrorCode::Corrupt, "This is no TorchScript that can be used: " + why);
    }
    return std::shared_ptr<const ForeignModule>(new ForeignModule(std::move(state)));
}

const wire::ForeignNetwork& ForeignModule::described() const {
    return m_state->described;
}

Result<torch::Tensor> ForeignModule::probabilities(const torch::Tensor& pictures, const Watch& watch) const {
    using Activation = wire::ForeignNetwork::Activation;
    const auto& described = m_state->described;
    const auto one = [&](const torch::Tensor& part) { return m_state->mirrored(part); };
    // Logits are averaged before they become probabilities, as the trainers of such networks do.
    const auto answer =
        described.window.rows == 0 ? one(pictures) : inParts(pictures, described.window, one, watch);
    if (!answer) return answer;
    switch (described.activation) {
    case Activation::Softmax:
        if (answer->numel() > 0 && answer->min().item<double>() >= 0.0 &&
            (answer->sum(1) - 1.0).abs().max().item<double>() < kRounding)
            return bad("it answers probabilities, which add up to 1, already; is its activation none?");
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
