// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/text.hpp"

#include <algorithm>
#include <cstdio>

namespace forameter {

namespace {

struct Utf8Character {
    char32_t code = 0xfffd;
    std::size_t length = 1;
};

/// The character at the start of a non-empty text; U+FFFD of length 1 where it is not valid UTF-8 (RFC 3629).
Utf8Character firstCharacter(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
    char32_t code = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        code = (code << 6) | (byte(i) & 0x3fu);
    }
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
    return {code, length};
}

/// Controls, and characters that reorder or hide their neighbours.
bool acts(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

} // namespace

std::string printable(std::string_view utf8) {
    std::string result;
    while (!utf8.empty()) {
        const Utf8Character c = firstCharacter(utf8);
        if (acts(c.code)) {
            char escaped[16];
            std::snprintf(escaped, sizeof escaped, c.code < 0x100 ? "\\x%02x" : "\\u%04x",
                          static_cast<unsigned>(c.code));
            result += escaped;
        } else if (c.code == 0xfffd && c.length == 1) {
            result += "\xef\xbf\xbd";
        } else {
            result += utf8.substr(0, c.length);
        }
        utf8.remove_prefix(c.length);
    }
    return result;
}

bool isUtf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const Utf8Character c = firstCharacter(text);
        if (c.code == 0xfffd && c.length == 1) return false;
        text.remove_prefix(c.length);
    }
    return true;
}

std::string shown(const std::filesystem::path& path) {
    return printable(path.string());
}

std::string quoted(const std::filesystem::path& path) {
    return "\"" + shown(path) + "\"";
}

bool isUid(std::string_view text) noexcept {
    const auto allowed = [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
               c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed) &&
           text.find("..") == std::string_view::npos && text != ".";
}

std::string csvField(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string field = "\"";
    for (const char c : text) {
        if (c == '"') field += '"';
        field += c;
    }
    return field + '"';
}

} // namespace forameter
