// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "forameter/imaging/picture.hpp"

namespace forameter::testing {

/// Writes a grey PNG of 8 bits, byte by byte, so that reading is not tested against a library's writing.
inline void writePng(const imaging::Picture& picture, const std::filesystem::path& file) {
    const auto big = [](std::uint32_t n) {
        return std::string{static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
                           static_cast<char>(n)};
    };
    const auto bytes = [](const std::string& text) { return reinterpret_cast<const Bytef*>(text.data()); };
    std::ofstream out(file, std::ios::binary);
    const auto chunk = [&](const std::string& type, const std::string& content) {
        const std::string all = type + content;
        out << big(static_cast<std::uint32_t>(content.size())) << all
            << big(static_cast<std::uint32_t>(crc32(0, bytes(all), static_cast<uInt>(all.size()))));
    };
    std::string rows;
    for (int r = 0; r < picture.rows(); ++r) {
        rows += '\0'; // no filter
        for (int c = 0; c < picture.columns(); ++c)
            rows += static_cast<char>(picture(c, r));
    }
    uLongf size = compressBound(static_cast<uLong>(rows.size()));
    std::string packed(size, '\0');
    compress(reinterpret_cast<Bytef*>(packed.data()), &size, bytes(rows), static_cast<uLong>(rows.size()));
    out << "\x89PNG\r\n\x1a\n";
    chunk("IHDR", big(static_cast<std::uint32_t>(picture.columns())) +
                      big(static_cast<std::uint32_t>(picture.rows())) + std::string("\x08\0\0\0\0", 5));
    chunk("IDAT", packed.substr(0, size));
    chunk("IEND", "");
}

} // namespace forameter::testing
