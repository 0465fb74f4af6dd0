// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/core/result.hpp"

namespace forameter {

/// What work that a Watch has ended answers: `if (watch.cancelled()) return interrupted();`
[[nodiscard]] inline tl::unexpected<Error> interrupted() {
    return fail(ErrorCode::Cancelled, "The work was interrupted.");
}

} // namespace forameter
