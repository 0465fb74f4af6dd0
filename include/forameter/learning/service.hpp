// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "forameter/core/result.hpp"
#include "forameter/wire/service.hpp"

namespace forameter::learning {

struct ServiceOptions {
    std::string device = "auto"; ///< "auto" (CUDA where it is fit), "cpu", "cuda:N"
    int threads = 1;             ///< of the processor
    /// For one call of a network from elsewhere, a part of a picture or its loading. Code that nobody can
    /// stop would keep the worker for ever: after so long the process ends, and says why on standard error.
    std::chrono::seconds patience{300};
};

/// What a worker does when asked: loads networks, runs them, trains one. Float32 on the processor; on a GPU
/// that has bfloat16 the layers run in it, losses and optimiser in float32. Fails where the device is not
/// there or not fit; "auto" then takes the processor.
[[nodiscard]] Result<std::unique_ptr<wire::Service>> makeService(const ServiceOptions& options);

} // namespace forameter::learning
