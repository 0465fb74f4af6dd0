// SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <tuple>

#include "character_sets.hpp"

namespace forameter::dicom {

namespace {

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

} // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank(" \0\t\r\n", 5);
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string upperCase(std::string_view text) {
    std::string upper(text);
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

std::vector<std::string_view> splitValues(std::string_view text) {
    std::vector<std::string_view> values;
    for (std::size_t start = 0;;) {
        const auto end = text.find('\\', start);
        values.push_back(trimmed(text.substr(start, end == std::string_view::npos ? end : end - start)));
        if (end == std::string_view::npos) return values;
        start = end + 1;
    }
}

std::optional<double> number(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<int> integer(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string toUtf8(std::string_view text, std::string_view specificCharacterSet) {
    if (isAscii(text)) return std::string(text);
    if (trimmed(specificCharacterSet) == "ISO_IR 192") return printable(text);
    return printable(decoded(text, specificCharacterSet));
}

std::string isoDate(std::string_view text) {
    text = trimmed(text);
    std::string digits;
    for (const char c : text)
        if (c != '.' && c != '-') digits.push_back(c);
    if (digits.size() != 8 ||
        !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return {};
    const std::string iso = digits.substr(0, 4) + '-' + digits.substr(4, 2) + '-' + digits.substr(6, 2);
    using namespace std::chrono;
    const year_month_day date{year(std::stoi(digits.substr(0, 4))),
                              month(static_cast<unsigned>(std::stoi(digits.substr(4, 2)))),
                              day(static_cast<unsigned>(std::stoi(digits.substr(6, 2))))};
    return date.ok() ? iso : std::string();
}

std::optional<double> ageInYears(std::string_view text) {
    text = trimmed(text);
    if (text.size() < 2) return std::nullopt;
    const auto count = integer(text.substr(0, text.size() - 1));
    if (!count || *count < 0) return std::nullopt;
    switch (text.back()) {
    case 'Y':
        return *count;
    case 'M':
        return *count / 12.0;
    case 'W':
        return *count * 7 / 365.25;
    case 'D':
        return *count / 365.25;
    default:
        return std::nullopt;
    }
}

std::optional<double> yearsBetween(std::string_view birth, std::string_view later) {
    using namespace std::chrono;
    const auto date = [](std::string_view iso) -> std::optional<year_month_day> {
        if (iso.size() != 10) return std::nullopt;
        const auto y = integer(iso.substr(0, 4)), m = integer(iso.substr(5, 2)),
                   d = integer(iso.substr(8, 2));
        if (!y || !m || !d) return std::nullopt;
        return year_month_day{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
    };
    const auto from = date(birth), to = date(later);
    if (!from || !to || *to < *from) return std::nullopt;
    const bool beforeBirthday = std::tuple(to->month(), to->day()) < std::tuple(from->month(), from->day());
    const auto years = (to->year() - from->year()).count() - (beforeBirthday ? 1 : 0);
    return years < 130 ? std::optional(static_cast<double>(years)) : std::nullopt;
}

} // namespace forameter::dicom
