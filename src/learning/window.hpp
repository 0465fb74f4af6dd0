// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <torch/torch.h>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/wire/foreign.hpp"

namespace forameter::learning {

/// Where the parts begin along a side of so many pixels: the first at the one border and the last at the
/// other, no further apart than the overlap allows, and to the pixel where nnU-Net or MONAI would place them.
/// Only 0 where the picture is no longer than a part.
[[nodiscard]] std::vector<std::int64_t> partsAlong(std::int64_t length, std::int64_t part, double overlap,
                                                   wire::Window::Like like = wire::Window::Like::NnUNet);
/// How much each pixel of a part counts, [rows, columns], at most 1 and never nought.
[[nodiscard]] torch::Tensor partWeights(const wire::Window& window);

/// A network's answers to pictures [N, inputs, rows, columns] by parts (wire::Window), averaged. `answer` is
/// given [N, inputs, window.rows, window.columns] and answers anything of the same rows and columns.
[[nodiscard]] Result<torch::Tensor>
inParts(const torch::Tensor& pictures, const wire::Window& window,
        const std::function<Result<torch::Tensor>(const torch::Tensor&)>& answer, const Watch& watch);

} // namespace forameter::learning
