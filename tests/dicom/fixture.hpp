// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "../support/dicom_dataset.hpp"
#include "../support/temporary_folder.hpp"
#include "file_record.hpp"
#include "image_file.hpp"

namespace forameter::dicom {

inline std::span<const std::uint8_t> bytesOf(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What a scan would know of a file with these bytes.
inline Result<FileRecord> recordOf(const std::string& bytes) {
    auto file = ImageFile::fromMemory(bytesOf(bytes));
    if (!file) return tl::unexpected(file.error());
    return interpret(file->structure(), file->data());
}

/// The stored values of one frame.
inline Result<std::vector<std::int32_t>> pixelsOf(const std::string& bytes, std::size_t frame = 0) {
    auto file = ImageFile::fromMemory(bytesOf(bytes));
    if (!file) return tl::unexpected(file.error());
    const auto layout = pixelLayout(file->structure(), file->data());
    if (!layout) return tl::unexpected(layout.error());
    std::vector<std::int32_t> pixels(layout->format.pixels());
    if (const auto decoded = file->decode(*layout, frame, pixels); !decoded)
        return tl::unexpected(decoded.error());
    return pixels;
}

using testing::TemporaryFolder;

} // namespace forameter::dicom
