// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

namespace forameter::cli {

/// Turns Ctrl-C (SIGINT) and SIGTERM into a stop request from here on; a second one ends the program at once.
/// Call once, early, from the main thread. A closed standard output is no longer a signal but a failed write.
[[nodiscard]] std::stop_token stopOnInterrupt();

} // namespace forameter::cli
