// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "../support/dicom_dataset.hpp"
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

/// A folder of the test's own, removed at its end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "forameter-dicom-XXXXXX").string();
        m_path = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace forameter::dicom
