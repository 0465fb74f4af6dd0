// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace forameter::proposal {

inline constexpr std::size_t kFeatureCount = 6;

} // namespace forameter::proposal
