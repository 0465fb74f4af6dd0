// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "forameter/core/result.hpp"

namespace forameter::dicom {

inline constexpr std::uint64_t kLargestFile = std::uint64_t{512} << 20;

/// Random access to the bytes of a file, or of memory, that never reads outside them. Files are read through
/// one window, not mapped: a mapped file that somebody shortens would end the process.
class ByteReader {
public:
    static constexpr std::size_t kWindow = 16 * 1024;

    /// Fails with `unreadable` on anything but a regular file; links are followed (the walk decides about
    /// those).
    [[nodiscard]] static Result<ByteReader> open(const std::filesystem::path& path);
    /// Borrows memory that outlives the reader.
    explicit ByteReader(std::span<const std::uint8_t> memory) : m_memory(memory), m_size(memory.size()) {}
    ~ByteReader();
    ByteReader(ByteReader&& other) noexcept;
    ByteReader& operator=(ByteReader&&) = delete;

    [[nodiscard]] std::uint64_t size() const { return m_size; }
    /// `count` (at most kWindow) bytes from `offset`, valid until the next call; null where they are not all
    /// there.
    [[nodiscard]] const std::uint8_t* at(std::uint64_t offset, std::size_t count) {
        if (offset > m_size || count > m_size - offset) return nullptr;
        if (m_memory.data()) return m_memory.data() + offset;
        if (offset >= m_windowStart && offset + count <= m_windowStart + m_windowSize)
            return m_window->data() + (offset - m_windowStart);
        return fill(offset, count);
    }
    /// Copies out.size() bytes from `offset`; false where they are not all there.
    [[nodiscard]] bool read(std::uint64_t offset, std::span<std::uint8_t> out) const;
    /// Everything; fails with `too-large` beyond kLargestFile.
    [[nodiscard]] Result<std::vector<std::uint8_t>> all() const;

private:
    ByteReader(int descriptor, std::uint64_t size);
    const std::uint8_t* fill(std::uint64_t offset, std::size_t count);

    int m_descriptor = -1;
    std::span<const std::uint8_t> m_memory;
    std::uint64_t m_size = 0;
    std::uint64_t m_windowStart = 0;
    std::size_t m_windowSize = 0;
    std::unique_ptr<std::array<std::uint8_t, kWindow>> m_window;
};

} // namespace forameter::dicom
