// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "forameter/store/store.hpp"

namespace forameter::store {

/// How long changes by the calling thread wait, from now on, for another program that is writing; 15 s at
/// first. A program with a person before it waits less, and keeps what could not be stored.
[[nodiscard]] Result<> setPatience(const Store& store, std::chrono::milliseconds patience);

} // namespace forameter::store
