// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "forameter/core/result.hpp"
#include "forameter/wire/message.hpp"

namespace forameter::learning {

inline constexpr std::uintmax_t kLargestWeights = std::uintmax_t{8} << 30; ///< bytes of a file

/// Weights by name ("down0.conv1.weight").
using Weights = std::map<std::string, wire::Frame>;

struct SafetensorsFile {
    Weights weights;
    std::map<std::string, std::string> metadata;
};

/// The safetensors format (https://huggingface.co/docs/safetensors): the length of the header (64 bit,
/// little-endian), a JSON header, the numbers. It holds no code. Only float32 (F32) is read and written.
/// Fails on anything that the format forbids: cut off, overlapping or unused bytes, shapes that do not fit
/// their bytes, names given twice.
[[nodiscard]] Result<SafetensorsFile> readSafetensors(const std::filesystem::path& file);
[[nodiscard]] Result<SafetensorsFile> parseSafetensors(std::string_view bytes);

/// The same weights and metadata give the same bytes.
[[nodiscard]] std::string toSafetensors(const SafetensorsFile& content);
/// Written beside its place, then renamed. The answer is the SHA-256 of the file, in hex.
[[nodiscard]] Result<std::string> writeSafetensors(const std::filesystem::path& file,
                                                   const SafetensorsFile& content);

} // namespace forameter::learning
