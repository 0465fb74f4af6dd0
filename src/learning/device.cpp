// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include <ATen/autocast_mode.h>
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

} // namespace

std::vector<std::string> devices() {
    std::vector<std::string> all{"cpu"};
    if (torch::cuda::is_available())
        for (std::size_t i = 0; i < static_cast<std::size_t>(torch::cuda::device_count()); ++i)
            all.push_back("cuda:" + std::to_string(i));
    return all;
}

Result<torch::Device> deviceOf(const std::string& wanted) {
    const auto all = devices();
    if (wanted == "auto") return torch::Device(all.size() > 1 ? all[1] : all[0]);
    const std::string exact = wanted == "cuda" ? "cuda:0" : wanted;
    for (const std::string& one : all)
        if (one == exact) return torch::Device(one);
    std::string there;
    for (const std::string& one : all)
        there += (there.empty() ? "" : ", ") + one;
    return fail(ErrorCode::InvalidArgument,
                "The device \"" + wanted + "\" is not there; there is: " + there + ".");
}

std::string nameOf(const torch::Device& device) {
    return device.str();
}

std::string precisionOf(const torch::Device& device) {
    return device.is_cuda() ? "bfloat16" : "float32";
}

MixedPrecision::MixedPrecision(const torch::Device& device) : m_on(device.is_cuda()) {
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
