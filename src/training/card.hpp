// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "forameter/training/run.hpp"

namespace forameter::training {

/// The model card beside weights (docs/models.md): what they are, what they were trained on, how well they
/// do.
[[nodiscard]] std::string cardOf(const TrainingConfig& config, const std::vector<SourceData>& sources,
                                 const wire::WorkerInfo& worker, const RunSummary& sofar);

} // namespace forameter::training
