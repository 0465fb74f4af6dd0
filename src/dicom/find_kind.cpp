// SPDX-License-Identifier: Apache-2.0
#include "find_kind.hpp"

#include <algorithm>
#include <array>

#include "text.hpp"

namespace forameter::dicom {

namespace {

// Words of a value: "CSA MPR", "CURVED_MPR" and "MPR THICK" name a slice through a volume, "PROJECTION
// IMAGE", "MAX_IP" and "VOLUME RENDER" several slices laid onto each other, "T1 MAP" and "PHASE MAP" values
// that are no signal.
constexpr std::array<std::string_view, 6> kSlices{"MPR",         "CPR",       "REFORMAT",
                                                  "REFORMATTED", "RESAMPLED", "MULTIPLANAR"};
constexpr std::array<std::string_view, 9> kProjections{"PROJECTION", "MIP",      "MINIP", "MAXIP", "IP",
                                                       "RENDER",     "RENDERED", "VRT",   "SSD"};
constexpr std::array<std::string_view, 6> kComputed{"MAP",         "SUBTRACT", "SUBTRACTED",
                                                    "SUBTRACTION", "FRACTION", "FATFRACTION"};
// Whole values: their words are also parts of others (IN_PHASE).
constexpr std::array<std::string_view, 14> kNoSignal{
    "P",   "PHASE",  "I",        "IMAGINARY",     "ADC", "EADC", "FA",
    "SUB", "TENSOR", "QUANTITY", "STD_DEVIATION", "FF",  "R2",   "R2STAR"};
constexpr std::array<std::string_view, 4> kScouts{"LOC", "SCOUT", "SURVEY", "PILOT"};

template <class Words>
bool contains(const Words& words, std::string_view word) {
    return std::ranges::find(words, word) != std::ranges::end(words);
}

/// Whether a word of the value passes the test.
template <class Test>
bool anyWord(std::string_view value, Test test) {
    const auto isLetter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    while (!value.empty()) {
        const auto begin = std::ranges::find_if(value, isLetter);
        const auto end = std::find_if_not(begin, value.end(), isLetter);
        if (test(std::string_view(begin, end))) return true;
        value = {end, value.end()};
    }
    return false;
}

template <class Words>
bool names(std::string_view value, const Words& words) {
    return anyWord(value, [&](std::string_view word) { return contains(words, word); });
}

bool isScout(std::string_view word) {
    return contains(kScouts, word) || word.starts_with("LOCALI") || word.starts_with("LOKALI");
}

} // namespace

std::optional<StackWarning> findKind(const PictureFacts& facts) {
    const auto further = facts.imageType.subspan(std::min<std::size_t>(2, facts.imageType.size()));
    const auto any = [&](auto test) { return std::ranges::any_of(further, test); };
    if (facts.component == "PHASE" || facts.component == "IMAGINARY" ||
        any([](const auto& value) { return contains(kNoSignal, value) || names(value, kComputed); }))
        return StackWarning::ComputedValues;
    const auto is = [&](std::size_t i, std::string_view value) {
        return i < facts.imageType.size() && facts.imageType[i] == value;
    };
    const std::string description =
        is(0, "DERIVED") || is(1, "SECONDARY") ? upperCase(facts.description) : std::string();
    // "IP" alone is the in-phase picture of a Dixon series.
    if ((!facts.technique.empty() && facts.technique != "NONE" && facts.technique != "MIXED") ||
        any([](const auto& value) { return value != "IP" && names(value, kProjections); }) ||
        anyWord(description, [](auto word) { return word != "IP" && contains(kProjections, word); }))
        return StackWarning::Reformat;
    if (!any([](const auto& value) { return names(value, kSlices); }) &&
        !anyWord(description, [](auto word) { return word == "CURVED" || contains(kSlices, word); }))
        return std::nullopt;
    return is(1, "PRIMARY") && !facts.enhanced ? StackWarning::PrimaryReformat : StackWarning::Reformat;
}

bool isLocalizer(std::span<const std::string> imageType, std::string_view description) {
    const auto further = imageType.subspan(std::min<std::size_t>(2, imageType.size()));
    return std::ranges::any_of(further, [](const auto& value) { return anyWord(value, isScout); }) ||
           anyWord(upperCase(description), isScout);
}

} // namespace forameter::dicom
