// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/result.hpp"

namespace forameter::wire {

/// How pictures larger than a network was made for are shown to it: in overlapping parts whose answers are
/// averaged, as nnU-Net (doi 10.1038/s41592-020-01008-z) and MONAI do. A smaller picture lies in the middle
/// of a part, nought around it. The two place parts and weigh their borders differently, and a network that
/// normalises each part by itself answers visibly otherwise where a part lies elsewhere.
struct Window {
    enum class Like {
        NnUNet, ///< spread evenly from border to border; the bell falls to some 1e-7
        Monai   ///< one step after the other, the last one moved back to the border; the bell ends at 1e-3
    };
    int rows = 0, columns = 0; ///< 0: no window, whole pictures of any size
    double overlap = 0.5;      ///< of neighbouring parts, share of a side
    bool gaussian = true; ///< the middle of a part counts more: standard deviation of an eighth of its side
    Like like = Like::NnUNet;

    friend bool operator==(const Window&, const Window&) = default;
};

/// A network from elsewhere as TorchScript, as its card describes it.
struct ForeignNetwork {
    enum class Activation {
        Softmax, ///< it answers logits, of which one class is right
        Sigmoid, ///< it answers logits, each class by itself
        None     ///< it answers probabilities
    };
    int inputs = 1;
    std::vector<std::string> classes; ///< of its answer, in its order
    Activation activation = Activation::Softmax;
    /// Looked at mirrored too (both: four times), what it answers averaged before the activation: what
    /// nnU-Net calls mirroring. wire::Looks averages probabilities instead, and tells how far they differ.
    bool mirrorRows = false, mirrorColumns = false;
    Window window;
};

/// Whether a model card (JSON) is of such a network: "network": {"kind": "torchscript", ...}. False for what
/// is no JSON.
[[nodiscard]] bool describesForeignNetwork(std::string_view card);
/// The parts "network" and "window" of such a card. Fails, with what is wrong with it as a part of a
/// sentence, on anything that it does not know.
[[nodiscard]] Result<ForeignNetwork> foreignNetworkFrom(std::string_view card);

} // namespace forameter::wire
