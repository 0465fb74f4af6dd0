// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/text.hpp"

namespace forameter::dicom {

/// Without spaces and NULs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// ASCII letters only.
[[nodiscard]] std::string upperCase(std::string_view text);

/// The values of a multi-valued text, each trimmed.
[[nodiscard]] std::vector<std::string_view> splitValues(std::string_view text);

/// A decimal string (VR DS or IS): the whole text must be one finite number with a point.
[[nodiscard]] std::optional<double> number(std::string_view text);
[[nodiscard]] std::optional<int> integer(std::string_view text);

/// Exactly N finite numbers.
template <std::size_t N>
[[nodiscard]] std::optional<std::array<double, N>> numbers(std::string_view text) {
    const auto values = splitValues(text);
    if (values.size() != N) return std::nullopt;
    std::array<double, N> result{};
    for (std::size_t i = 0; i < N; ++i) {
        const auto value = number(values[i]);
        if (!value) return std::nullopt;
        result[i] = *value;
    }
    return result;
}

/// Text in the file's Specific Character Set as printable UTF-8. An unknown character set is read as Latin-1.
[[nodiscard]] std::string toUtf8(std::string_view text, std::string_view specificCharacterSet);

/// "2026-01-31" from "20260131" or the old "2026.01.31"; "" where it is no date.
[[nodiscard]] std::string isoDate(std::string_view dicomDate);

/// Years from an age string ("063Y", "018M", "005W", "010D").
[[nodiscard]] std::optional<double> ageInYears(std::string_view ageString);
/// Whole years between two ISO dates, a birth date first: one more on every birthday.
[[nodiscard]] std::optional<double> yearsBetween(std::string_view birth, std::string_view later);

} // namespace forameter::dicom
