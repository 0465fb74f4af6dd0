// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include <ATen/autocast_mode.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/DeviceGuard.h>
#include <cstdio>
#include <torch/version.h>

namespace forameter::learning {

namespace {

// The functions were renamed in 2.4 and the old ones are going.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
bool autocasting() {
    return at::autocast::is_autocast_enabled(at::kCUDA);
}
void autocast(bool on) {
    at::autocast::set_autocast_enabled(at::kCUDA, on);
    at::autocast::set_autocast_dtype(at::kCUDA, at::kBFloat16);
}
#else
bool autocasting() {
    return at::autocast::is_enabled();
}
void autocast(bool on) {
    at::autocast::set_enabled(on);
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
}
#endif

/// GPUs before Ampere have no bfloat16; cuDNN leaves it to loops that are slower than float32.
bool hasBfloat16(const torch::Device& device) {
    if (!device.is_cuda()) return false;
    const c10::DeviceGuard current(device); // the answer is of the current one
    return at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
}

} // namespace

std::vector<std::string> devices() {
    std::vector<std::string> all{"cpu"};
    if (torch::cuda::is_available())
        for (std::size_t i = 0; i < static_cast<std::size_t>(torch::cuda::device_count()); ++i)
            all.push_back("cuda:" + std::to_string(i));
    return all;
}

std::string whyUnfit(const torch::Device& device) {
    if (!device.is_cuda()) return {};
    try {
        const torch::InferenceMode inference;
        const MixedPrecision mixed(device);
        const torch::Tensor picture = torch::ones({1, 8, 16, 16}, device);
        (void)torch::conv2d(picture, torch::ones({8, 8, 3, 3}, device)).sum().item<float>();
        return {};
    } catch (const std::exception& error) {
        const std::string text = error.what(); // ends in a trace of LibTorch's functions
        return text.substr(0, text.find('\n'));
    }
}

Result<torch::Device> deviceOf(const std::string& wanted) {
    const auto all = devices();
    if (wanted == "auto") {
        for (auto one = all.begin() + 1; one != all.end(); ++one) {
            const std::string why = whyUnfit(torch::Device(*one));
            if (why.empty()) return torch::Device(*one);
            std::fprintf(stderr, "%s is not used: %s\n", one->c_str(), why.c_str());
        }
        return torch::Device(torch::kCPU);
    }
    const std::string exact = wanted == "cuda" ? "cuda:0" : wanted;
    for (const std::string& one : all)
        if (one == exact) {
            if (const std::string why = whyUnfit(torch::Device(one)); !why.empty())
                return fail(ErrorCode::InvalidArgument,
                            "The device \"" + one + "\" cannot be used by LibTorch " TORCH_VERSION ": " +
                                why);
            return torch::Device(one);
        }
    std::string there;
    for (const std::string& one : all)
        there += (there.empty() ? "" : ", ") + one;
    std::string hint;
    if (exact.starts_with("cuda") && all.size() == 1)
        hint = at::detail::getCUDAHooks().compiledWithCuDNN()
                   ? " LibTorch " TORCH_VERSION " reaches no GPU: there is none, or its driver is too old."
                   : " This worker's LibTorch knows processors only: scripts/cuda-worker builds another.";
    return fail(ErrorCode::InvalidArgument,
                "The device \"" + wanted + "\" is not there; there is: " + there + "." + hint);
}

std::string nameOf(const torch::Device& device) {
    return device.str();
}

std::string precisionOf(const torch::Device& device) {
    return hasBfloat16(device) ? "bfloat16" : "float32";
}

MixedPrecision::MixedPrecision(const torch::Device& device) : m_on(hasBfloat16(device)) {
    if (!m_on) return;
    m_before = autocasting();
    autocast(true);
    at::autocast::increment_nesting();
}

MixedPrecision::~MixedPrecision() {
    if (!m_on) return;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    autocast(m_before);
}

} // namespace forameter::learning
