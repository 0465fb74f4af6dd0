// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/training/run.hpp"
#include "session.hpp"

namespace forameter::cli {

/// What a training learns from the store under --store, as far as --as may see it (rounds that are not open
/// yet teach nothing). The store is opened when it is first asked for.
[[nodiscard]] training::ReadStore readStoreOf(const Session& session);

} // namespace forameter::cli
