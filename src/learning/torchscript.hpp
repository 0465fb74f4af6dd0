// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "forameter/core/result.hpp"
#include "unet.hpp"

namespace forameter::learning {

/// The network as TorchScript, for programs that know nothing of this one: pictures [N, inputs, rows,
/// columns] in, probabilities [N, classes, rows, columns] out. Fails where the file cannot be written.
[[nodiscard]] Result<> exportTorchScript(const UNet& network, const std::filesystem::path& to);

} // namespace forameter::learning
