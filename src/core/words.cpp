// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/words.hpp"

#include <cstdio>

namespace forameter {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string counted(std::size_t count, const std::string& one) {
    return counted(count, one, one + "s");
}

std::string printed(double value, int decimals) {
    const int length = std::snprintf(nullptr, 0, "%.*f", decimals, value);
    std::string out(static_cast<std::size_t>(length), '\0');
    std::snprintf(out.data(), out.size() + 1, "%.*f", decimals, value);
    if (out.find_first_not_of("-0.") == std::string::npos && out.front() == '-') out.erase(0, 1);
    if (out.front() == '-') out.replace(0, 1, "\u2212");
    return out;
}

} // namespace forameter
