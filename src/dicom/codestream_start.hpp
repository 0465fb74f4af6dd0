// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "header.hpp"

namespace forameter::dicom {

/// Whether the first kilobytes of a codestream tell of loss, whatever its transfer syntax says: the
/// irreversible wavelet of JPEG 2000, a tolerance in JPEG-LS, any process of JPEG but the lossless ones.
[[nodiscard]] bool saysLossy(std::span<const std::uint8_t> start, Codec codec);

/// Rows and columns that a codestream of JPEG, JPEG-LS or JPEG 2000 itself names; none where its first
/// kilobytes do not.
[[nodiscard]] std::optional<std::array<std::uint32_t, 2>> statedSize(std::span<const std::uint8_t> start,
                                                                     Codec codec);

} // namespace forameter::dicom
