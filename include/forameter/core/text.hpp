// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

/// Text from strangers, made fit for people and for documents.
namespace forameter {

/// Valid UTF-8 in which everything that could act on a screen or terminal (controls, bidirectional overrides)
/// is written as \xNN or \uNNNN. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string printable(std::string_view utf8);

[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

/// A path as text for messages.
[[nodiscard]] std::string shown(const std::filesystem::path& path);
/// The same in quotation marks: "/a/b.png".
[[nodiscard]] std::string quoted(const std::filesystem::path& path);

/// 1 to 64 letters, digits, points, hyphens and underscores, without "..": what the world uses as UIDs,
/// stricter writers and sloppy ones.
[[nodiscard]] bool isUid(std::string_view text) noexcept;

/// A field of a CSV table (RFC 4180): in quotation marks where it holds a comma, one of those or a line
/// break.
[[nodiscard]] std::string csvField(std::string_view text);

/// An nlohmann JSON value as text: on one line, or indented. Bytes that are no UTF-8 become U+FFFD, where
/// dump() alone throws.
template <class Json>
[[nodiscard]] std::string dumped(const Json& json, int indent = -1) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

} // namespace forameter
