// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/words.hpp"

namespace forameter {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string counted(std::size_t count, const std::string& one) {
    return counted(count, one, one + "s");
}

} // namespace forameter
