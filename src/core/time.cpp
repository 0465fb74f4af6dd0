// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/time.hpp"

#include <charconv>
#include <cstdio>

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

} // namespace

Timestamp now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string isoDate(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

std::string toIso8601(Timestamp time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const hh_mm_ss clock(time - day);
    char text[64];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03dZ", static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return isoDate(day) + text;
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
