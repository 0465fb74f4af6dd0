// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "forameter/dicom/scan.hpp"

namespace forameter::cli {

/// What a scan found, to read: studies, series, stacks, then refusals and warnings.
[[nodiscard]] std::string scanText(const dicom::ScanReport& report);

} // namespace forameter::cli
