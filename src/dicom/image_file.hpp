// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "byte_reader.hpp"
#include "header.hpp"
#include "pixel_layout.hpp"

namespace forameter::dicom {

/// A DICOM file whose structure has been read, and from which frames can be decoded.
class ImageFile {
public:
    [[nodiscard]] static Result<ImageFile> open(const std::filesystem::path& path);
    /// Borrows the memory.
    [[nodiscard]] static Result<ImageFile> fromMemory(std::span<const std::uint8_t> memory);

    [[nodiscard]] const FileStructure& structure() const { return *m_structure; }
    /// The file's bytes, or those of its inflated data set.
    [[nodiscard]] ByteReader& data() { return m_inflated ? *m_inflated : *m_bytes; }
    /// The file's own bytes.
    [[nodiscard]] const ByteReader& file() const { return *m_bytes; }

    /// Stored values of frame `frame` (from 0), as DecodedFrame::stored; out has columns x rows places.
    /// Several threads may decode frames of one file at a time.
    [[nodiscard]] Result<> decode(const PixelLayout& layout, std::size_t frame,
                                  std::span<std::int32_t> out) const;

private:
    static Result<ImageFile> create(ByteReader bytes);
    ImageFile() = default;

    std::unique_ptr<ByteReader> m_bytes;
    std::unique_ptr<FileStructure> m_structure;
    std::unique_ptr<ByteReader> m_inflated; ///< over m_structure->inflated
};

} // namespace forameter::dicom
