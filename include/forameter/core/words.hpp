// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Counts and numbers as they stand in sentences, tables and pictures.
namespace forameter {

/// "1 study", "2 studies", "0 studies".
[[nodiscard]] std::string counted(std::size_t count, std::string_view one, std::string_view many);
/// "1 image", "2 images".
[[nodiscard]] std::string counted(std::size_t count, const std::string& one);

/// "−12.5": rounded, with a minus sign as in print and no minus zero. For people, not for files.
[[nodiscard]] std::string printed(double value, int decimals);

} // namespace forameter
