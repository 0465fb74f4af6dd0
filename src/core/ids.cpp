// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/ids.hpp"

#include <array>
#include <random>

namespace forameter {

std::string newUuid() {
    static thread_local std::random_device device;
    std::array<unsigned, 4> words{device(), device(), device(), device()};
    words[1] = (words[1] & 0xffff0fffu) | 0x00004000u; // version 4
    words[2] = (words[2] & 0x3fffffffu) | 0x80000000u; // variant 10
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text.push_back('-');
        const unsigned word = words[static_cast<std::size_t>(nibble / 8)];
        text.push_back(digits[(word >> (28 - 4 * (nibble % 8))) & 0xfu]);
    }
    return text;
}

bool isUuid(std::string_view text) noexcept {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

} // namespace forameter
