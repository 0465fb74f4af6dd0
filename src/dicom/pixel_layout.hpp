// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "header.hpp"

namespace forameter::dicom {

inline constexpr int kLargestDimension = 16'384;

/// What the image pixel module says of every frame (DICOM PS3.3 C.7.6.3).
struct PixelFormat {
    int rows = 0, columns = 0, frames = 1;
    int bitsAllocated = 16; ///< 8 or 16
    int bitsStored = 16, highBit = 15;
    bool isSigned = false;
    bool lowIsWhite = false; ///< MONOCHROME1

    [[nodiscard]] std::size_t pixels() const {
        return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    }
    [[nodiscard]] std::size_t bytesPerFrame() const {
        return pixels() * static_cast<std::size_t>(bitsAllocated / 8);
    }
};

/// A piece of compressed pixel data.
struct Fragment {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
};

/// Where each frame's bytes lie.
struct PixelLayout {
    PixelFormat format;
    TransferSyntax syntax;
    bool bigEndian = false;
    bool words = false;              ///< see Element::words
    std::uint64_t nativeOffset = 0;  ///< of uncompressed pixels
    std::vector<Fragment> fragments; ///< of compressed ones
    std::vector<std::size_t>
        firstOfFrame;          ///< index into fragments by frame, and the number of fragments at its end
    bool unterminated = false; ///< the delimiter after the last fragment is missing
};

[[nodiscard]] Result<PixelFormat> pixelFormat(const FileStructure& file);
/// `bytes`: the file, or the inflated data set.
[[nodiscard]] Result<PixelLayout> pixelLayout(const FileStructure& file, ByteReader& bytes);

} // namespace forameter::dicom
