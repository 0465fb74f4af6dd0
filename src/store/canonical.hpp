// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "forameter/core/sha256.hpp"

namespace forameter::store {

/// `text` as the database returns it: valid UTF-8 (what is not becomes U+FFFD), without NUL.
[[nodiscard]] std::string storableText(std::string_view text);
[[nodiscard]] QString storableString(std::string_view text);

/// The bytes of a row that its hash is made of. Each field is one letter for its type, its length in 8 bytes
/// (little endian) and its bytes, so that no two rows have the same bytes: 't' UTF-8 text, 'i' decimal
/// integer, 'd' IEEE double (little endian, -0 as 0), 'b' bytes, 'n' nothing. Changing the order or kind of a
/// row's fields would break every existing chain.
class Canonical {
public:
    explicit Canonical(std::string_view kind) { *this << kind; }

    Canonical& operator<<(std::string_view text) { return add('t', storableText(text)); }
    Canonical& operator<<(const char* text) { return *this << std::string_view(text); }
    Canonical& operator<<(const std::string& text) { return *this << std::string_view(text); }
    Canonical& operator<<(double value);
    template <std::integral T>
    Canonical& operator<<(T value) {
        return add('i', std::to_string(static_cast<std::int64_t>(value)));
    }
    template <class T>
    Canonical& operator<<(const std::optional<T>& value) {
        return value ? *this << *value : add('n', {});
    }
    Canonical& bytes(std::string_view raw) { return add('b', raw); }

    [[nodiscard]] std::string hash() const { return toHex(sha256(m_bytes)); }

private:
    Canonical& add(char type, std::string_view field);
    std::string m_bytes;
};

} // namespace forameter::store
