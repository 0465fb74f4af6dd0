// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace forameter::store {

static_assert(std::endian::native == std::endian::little, "blobs are little endian and copied as they are");

/// Appends plain values to a blob.
class ByteWriter {
public:
    template <class T>
    void put(T value) {
        char raw[sizeof(T)];
        std::memcpy(raw, &value, sizeof(T));
        m_bytes.append(raw, sizeof(T));
    }
    void raw(std::string_view bytes) { m_bytes.append(bytes); }
    [[nodiscard]] std::string take() { return std::move(m_bytes); }

private:
    std::string m_bytes;
};

/// Reads them back. After reading past the end everything is zero and ok() is false.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : m_bytes(bytes) {}

    template <class T>
    [[nodiscard]] T get() {
        T value{};
        if (const auto piece = raw(sizeof(T)); piece.size() == sizeof(T))
            std::memcpy(&value, piece.data(), sizeof(T));
        return value;
    }
    [[nodiscard]] std::string_view raw(std::size_t size) {
        if (size > m_bytes.size()) {
            m_ok = false;
            m_bytes = {};
            return {};
        }
        const auto piece = m_bytes.substr(0, size);
        m_bytes.remove_prefix(size);
        return piece;
    }
    [[nodiscard]] std::size_t left() const { return m_bytes.size(); }
    [[nodiscard]] bool ok() const { return m_ok; }

private:
    std::string_view m_bytes;
    bool m_ok = true;
};

} // namespace forameter::store
