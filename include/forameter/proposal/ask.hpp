// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/proposal/model.hpp"
#include "forameter/proposal/trust.hpp"
#include "forameter/wire/worker.hpp"

namespace forameter::proposal {

/// Loads a model in a worker. TorchScript that was not trusted is refused (not-allowed) here, and again by
/// the worker, which is told the hash that was trusted.
[[nodiscard]] Result<> load(wire::Worker& worker, const Model& model, const TrustedModels& trusted);

/// Loads where that was not done and asks for the probabilities of pictures normalised as the model wants
/// them. The answer is of all labels: [N, labels, rows, columns], see onLabels().
[[nodiscard]] Result<wire::Prediction> ask(wire::Worker& worker, const Model& model,
                                           const TrustedModels& trusted, const wire::Frame& images,
                                           const Watch& watch = {});

/// A network's classes in the order of our labels, those that it does not know with probability 0. Where its
/// classes stand each by itself, background is where none of them is, unless it is one of them, and each
/// pixel's probabilities are scaled to add up to 1.
[[nodiscard]] Result<wire::Prediction> onLabels(wire::Prediction prediction, const Model& model);

} // namespace forameter::proposal
