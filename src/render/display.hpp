// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/result.hpp"

namespace forameter::render {

/// Whether VTK can open a window here. It has to be asked beforehand, because VTK ends the program where it
/// cannot.
[[nodiscard]] Result<> checkDisplay();

} // namespace forameter::render
