// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "forameter/dicom/scan.hpp"

namespace forameter::dicom {

/// The answer of `scan --json` (resources/schema/scan.schema.json), without a trailing line break.
[[nodiscard]] std::string toJson(const ScanReport& report);

} // namespace forameter::dicom
