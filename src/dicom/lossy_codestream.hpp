// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "header.hpp"

namespace forameter::dicom {

/// Whether the first kilobytes of a codestream tell of loss, whatever its transfer syntax says: the
/// irreversible wavelet of JPEG 2000, a tolerance in JPEG-LS, any process of JPEG but the lossless ones.
[[nodiscard]] bool saysLossy(std::span<const std::uint8_t> start, Codec codec);

} // namespace forameter::dicom
