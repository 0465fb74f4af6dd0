// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/time.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace forameter {

namespace {

/// The whole of `text` as a number without sign, or -1.
int digits(std::string_view text) {
    int value = 0;
    for (const char c : text)
        if (c < '0' || c > '9') return -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : -1;
}

/// A number with leading zeros and what follows it. Every stroke needs the time: printf takes 15,000
/// instructions for it.
void append(std::string& text, std::int64_t number, std::size_t width, std::string_view behind = {}) {
    const std::string known = std::to_string(std::abs(number));
    if (number < 0) text += '-';
    text.append(width - std::min(width, known.size() + (number < 0)), '0').append(known).append(behind);
}

} // namespace

Timestamp now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string isoDate(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    std::string text;
    append(text, static_cast<int>(date.year()), 4, "-");
    append(text, static_cast<unsigned>(date.month()), 2, "-");
    append(text, static_cast<unsigned>(date.day()), 2);
    return text;
}

std::string toIso8601(Timestamp time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const hh_mm_ss clock(time - day);
    std::string text = isoDate(day) + 'T';
    append(text, clock.hours().count(), 2, ":");
    append(text, clock.minutes().count(), 2, ":");
    append(text, clock.seconds().count(), 2, ".");
    append(text, clock.subseconds().count(), 3, "Z");
    return text;
}

Result<Timestamp> timestampFromIso8601(std::string_view text) {
    using namespace std::chrono;
    const auto bad = [&] {
        return fail(ErrorCode::InvalidArgument, "\"" + std::string(text.substr(0, 40)) +
                                                    "\" is not a UTC time like 2026-01-31T10:00:00Z.");
    };
    if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':')
        return bad();
    const int y = digits(text.substr(0, 4)), mo = digits(text.substr(5, 2)), d = digits(text.substr(8, 2));
    const int h = digits(text.substr(11, 2)), mi = digits(text.substr(14, 2)), s = digits(text.substr(17, 2));
    const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (y < 0 || mo < 0 || d < 0 || !date.ok() || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 59)
        return bad();
    int milli = 0;
    if (text[19] == '.') {
        std::string fraction(text.substr(20, text.size() - 21));
        if (fraction.empty() || fraction.size() > 9 || digits(fraction) < 0) return bad();
        fraction.resize(3, '0');
        milli = digits(fraction);
    } else if (text.size() != 20) {
        return bad();
    }
    return Timestamp(sys_days(date)) + hours(h) + minutes(mi) + seconds(s) + milliseconds(milli);
}

} // namespace forameter
