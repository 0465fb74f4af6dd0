// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "forameter/intake/import.hpp"

namespace forameter::intake {

/// The answer of `import --json`: that of `scan` with "added" and "unchanged".
[[nodiscard]] std::string toJson(const ImportReport& report);

} // namespace forameter::intake
