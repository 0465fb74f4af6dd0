// SPDX-License-Identifier: Apache-2.0
#include "byte_reader.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace forameter::dicom {

namespace {

/// As many of out's bytes as the file has from `offset`.
std::size_t readAt(int descriptor, std::uint64_t offset, std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count =
            ::pread(descriptor, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

} // namespace

Result<ByteReader> ByteReader::open(const std::filesystem::path& path) {
    // O_NONBLOCK: opening a FIFO that took the place of a file must not wait for a writer.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return fail(ErrorCode::Unreadable, std::string("it cannot be opened (") + std::strerror(errno) + ")");
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return fail(ErrorCode::Unreadable, "it is not a regular file");
    }
    return ByteReader(descriptor, static_cast<std::uint64_t>(status.st_size));
}

ByteReader::ByteReader(int descriptor, std::uint64_t size)
    : m_descriptor(descriptor),
      m_size(size),
      m_window(std::make_unique<std::array<std::uint8_t, kWindow>>()) {}

ByteReader::~ByteReader() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

ByteReader::ByteReader(ByteReader&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_memory(other.m_memory),
      m_size(other.m_size),
      m_windowStart(other.m_windowStart),
      m_windowSize(std::exchange(other.m_windowSize, 0)),
      m_window(std::move(other.m_window)) {}

const std::uint8_t* ByteReader::fill(std::uint64_t offset, std::size_t count) {
    if (count > kWindow) return nullptr;
    m_windowStart = offset;
    m_windowSize = readAt(m_descriptor, offset, *m_window);
    return count <= m_windowSize ? m_window->data() : nullptr;
}

bool ByteReader::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
    if (offset > m_size || out.size() > m_size - offset) return false;
    if (m_descriptor >= 0) return readAt(m_descriptor, offset, out) == out.size();
    std::copy_n(m_memory.data() + offset, out.size(), out.data());
    return true;
}

Result<std::vector<std::uint8_t>> ByteReader::all() const {
    if (m_size > kLargestFile) return fail(ErrorCode::TooLarge, "it is larger than 512 MB");
    std::vector<std::uint8_t> bytes(m_size);
    if (!read(0, bytes)) return fail(ErrorCode::Unreadable, "it could not be read to its end");
    return bytes;
}

} // namespace forameter::dicom
