// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "forameter/core/random.hpp"
#include "forameter/phantom/cohort.hpp"

namespace forameter::phantom {

/// Text that two cohorts share only if everything in them is the same. Ends with the version of the
/// generator: raise it where the same settings give other pictures or outlines.
[[nodiscard]] std::string nameOf(const CohortSettings& settings);

/// The random numbers that belong to a name: they depend on nothing else that was drawn.
[[nodiscard]] Random randomOf(const CohortSettings& settings, std::string_view name);

} // namespace forameter::phantom
