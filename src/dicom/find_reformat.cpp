// SPDX-License-Identifier: Apache-2.0
#include "find_reformat.hpp"

#include <algorithm>
#include <array>

namespace forameter::dicom {

namespace {

// Words of a value: "CSA MPR", "CURVED_MPR" and "MPR THICK" name a slice through a volume, "PROJECTION
// IMAGE", "MAX_IP" and "VOLUME RENDER" several slices laid onto each other.
constexpr std::array<std::string_view, 6> kSlices{"MPR",         "CPR",       "REFORMAT",
                                                  "REFORMATTED", "RESAMPLED", "MULTIPLANAR"};
constexpr std::array<std::string_view, 9> kProjections{"PROJECTION", "MIP",      "MINIP", "MAXIP", "IP",
                                                       "RENDER",     "RENDERED", "VRT",   "SSD"};

/// Whether a value holds one of the words.
template <std::size_t N>
bool names(std::string_view value, const std::array<std::string_view, N>& words) {
    const auto isLetter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    while (!value.empty()) {
        const auto begin = std::ranges::find_if(value, isLetter);
        const auto end = std::find_if_not(begin, value.end(), isLetter);
        if (std::ranges::find(words, std::string_view(begin, end)) != words.end()) return true;
        value = {end, value.end()};
    }
    return false;
}

} // namespace

std::optional<StackWarning> findReformat(std::span<const std::string> imageType, std::string_view technique,
                                         bool enhanced) {
    if (!technique.empty() && technique != "NONE" && technique != "MIXED") return StackWarning::Reformat;
    if (imageType.size() < 3) return std::nullopt;
    const auto kinds = imageType.subspan(2);
    if (std::ranges::any_of(kinds, [](const auto& kind) { return names(kind, kProjections); }))
        return StackWarning::Reformat;
    if (std::ranges::none_of(kinds, [](const auto& kind) { return names(kind, kSlices); }))
        return std::nullopt;
    const bool primary = imageType[1] == "PRIMARY" && !enhanced;
    return primary ? StackWarning::PrimaryReformat : StackWarning::Reformat;
}

} // namespace forameter::dicom
