// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "forameter/core/result.hpp"
#include "forameter/wire/types.hpp"

// The words of the messages, for both ends.
namespace forameter::wire {

using Json = nlohmann::json;

[[nodiscard]] Json toJson(const Network& network);
[[nodiscard]] Json toJson(const Looks& looks);
[[nodiscard]] Json toJson(const TrainingPlan& plan);
[[nodiscard]] Json toJson(const StepReport& report);
[[nodiscard]] Json toJson(const EvaluationReport& report);

/// Invalid-argument, with a sentence, for anything that is not what the type says.
[[nodiscard]] Result<Network> networkFrom(const Json& json);
[[nodiscard]] Result<Looks> looksFrom(const Json& json);
[[nodiscard]] Result<TrainingPlan> planFrom(const Json& json);
[[nodiscard]] Result<StepReport> stepReportFrom(const Json& json);
[[nodiscard]] Result<EvaluationReport> evaluationFrom(const Json& json);

} // namespace forameter::wire
