// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

namespace forameter::learning {

struct Loss {
    torch::Tensor total;        ///< crossEntropy + 1 - dice
    torch::Tensor crossEntropy; ///< mean over the pixels of which something is known
    torch::Tensor dice;         ///< soft, mean over the sets of classes below
};

/// Marginal loss (Fang and Yan, IEEE TMI 2020, doi 10.1109/TMI.2020.3001036; Shi et al., Med Image Anal 2021,
/// arXiv:2007.03868): `allowed` [N, rows, columns] says by bits which classes a pixel may be of; the
/// probability of that set is what is made large. A pixel with all bits, or none, says nothing. Soft Dice
/// (Milletari et al. 2016) is taken over the whole batch, once for each set of at most half the classes that
/// occurs in it and does not hold class 0 (background), over the pixels that are surely inside or surely
/// outside of it. `logits` [N, classes, rows, columns].
[[nodiscard]] Loss marginalLoss(const torch::Tensor& logits, const torch::Tensor& allowed);

} // namespace forameter::learning
