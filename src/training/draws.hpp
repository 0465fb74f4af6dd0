// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "forameter/core/random.hpp"

namespace forameter::training {

/// Magnitude of the values with normal noise of that deviation in both channels. The normal numbers are made
/// once and read from a random place with a random odd stride: drawing each anew takes longer than the rest
/// of an example.
void addRician(std::span<float> values, float sd, Random& random);

} // namespace forameter::training
