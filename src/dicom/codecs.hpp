// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pixel_layout.hpp"

namespace forameter::dicom {

// Each takes the compressed bytes of one frame and fails, with half a sentence, on anything that does not
// decode to exactly the image that the header promises.

/// RLE (PS3.5 annex G) to pixels as an uncompressed little-endian file would hold them.
[[nodiscard]] Result<std::vector<std::uint8_t>> decodeRle(std::span<const std::uint8_t> frame,
                                                          const PixelFormat& format);

/// JPEG (baseline, extended, lossless) and JPEG-LS through DCMTK, to the same form.
[[nodiscard]] Result<std::vector<std::uint8_t>>
decodeJpeg(std::span<const std::uint8_t> frame, const PixelFormat& format, const TransferSyntax& syntax);

/// JPEG 2000 through OpenJPEG, to stored values. The codestream decides about signedness, which headers are
/// wrong about more often; of more bits than are stored only those are kept.
[[nodiscard]] Result<> decodeJpeg2000(std::span<const std::uint8_t> frame, const PixelFormat& format,
                                      std::span<std::int32_t> out);

} // namespace forameter::dicom
