// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace forameter::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;      ///< could not be done, or the answer is "not in order"
inline constexpr int kUsage = 2;       ///< the command line is wrong
inline constexpr int kSomeRefused = 3; ///< done, some inputs refused
inline constexpr int kNotAllowed = 4;
inline constexpr int kInterrupted = 130;

} // namespace forameter::cli
