// SPDX-License-Identifier: Apache-2.0
#include "torchscript.hpp"

#include <algorithm>
#include <sstream>
#include <torch/script.h>

#include "forameter/core/files.hpp"

namespace forameter::learning {

namespace {

/// Copies parameters, with the same names, into modules that hold nothing else.
torch::jit::Module scripted(const torch::nn::Module& module, const std::string& name) {
    torch::jit::Module copy(name);
    for (const auto& entry : module.named_parameters(false))
        copy.register_parameter(entry.key(), entry.value().detach().cpu().contiguous(), false);
    for (const auto& entry : module.named_children())
        copy.register_module(entry.key(), scripted(*entry.value(), entry.key() + "_part"));
    return copy;
}

std::string blockSource(const std::string& name, std::int64_t channels) {
    std::string source;
    for (const char* number : {"1", "2"}) {
        const std::string conv = "self." + name + ".conv" + number, norm = "self." + name + ".norm" + number;
        source += "    x = torch.conv2d(x, " + conv + ".weight, None, [1, 1], [1, 1])\n";
        source += "    x = torch.relu(torch.group_norm(x, " + std::to_string(groupsOf(channels)) + ", " +
                  norm + ".weight, " + norm + ".bias, 1e-05))\n";
    }
    return source;
}

/// UNetImpl::forward in the language of TorchScript.
std::string forwardSource(const wire::Network& network) {
    const auto channels = [&](int level) { return std::int64_t{network.base} << level; };
    const auto number = [](auto value) { return std::to_string(value); };
    const auto step = number(std::int64_t{1} << (network.levels - 1));
    std::string source = "def forward(self, x):\n"
                         "    rows = x.size(2)\n"
                         "    columns = x.size(3)\n";
    source += "    below = (" + step + " - rows % " + step + ") % " + step + "\n";
    source += "    right = (" + step + " - columns % " + step + ") % " + step + "\n";
    source += "    x = torch.replication_pad2d(x, [0, right, 0, below])\n";
    for (int level = 0; level < network.levels; ++level) {
        if (level > 0) source += "    x = torch.max_pool2d(x, [2, 2])\n";
        source += blockSource("down" + number(level), channels(level));
        source += "    beside" + number(level) + " = x\n";
    }
    for (int level = network.levels - 1; level-- > 0;) {
        const std::string narrow = "self.narrow" + number(level), beside = "beside" + number(level);
        source += "    x = torch.conv2d(x, " + narrow + ".weight, " + narrow + ".bias)\n";
        source +=
            "    x = torch.upsample_bilinear2d(x, [" + beside + ".size(2), " + beside + ".size(3)], False)\n";
        source += "    x = torch.cat([" + beside + ", x], 1)\n";
        source += blockSource("up" + number(level), channels(level));
    }
    source += "    x = torch.conv2d(x, self.head.weight, self.head.bias)\n"
              "    x = torch.slice(torch.slice(x, 2, 0, rows), 3, 0, columns)\n"
              "    return torch.softmax(x, 1)\n";
    return source;
}

} // namespace

Result<> exportTorchScript(const UNet& network, const std::filesystem::path& to) {
    std::ostringstream bytes; // LibTorch ends the process where it writes a file and the disk is full
    try {
        torch::jit::Module module = scripted(*network, "UNet");
        module.register_attribute("training", c10::BoolType::get(), false);
        module.define(forwardSource(network->network));
        module.save(bytes);
    } catch (const std::exception& error) {
        return fail(ErrorCode::StorageFailed,
                    "The network cannot be written to " + to.string() + ": " + error.what());
    }
    return writeWhole(to, std::move(bytes).str());
}

} // namespace forameter::learning
