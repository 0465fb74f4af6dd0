// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/weighting.hpp"

namespace forameter {

std::string_view name(Weighting weighting) noexcept {
    switch (weighting) {
    case Weighting::T1:
        return "T1";
    case Weighting::T2:
        return "T2";
    case Weighting::PD:
        return "PD";
    case Weighting::STIR:
        return "STIR";
    }
    return "";
}

std::optional<Weighting> weightingFromName(std::string_view text) noexcept {
    for (const auto weighting : {Weighting::T1, Weighting::T2, Weighting::PD, Weighting::STIR})
        if (name(weighting) == text) return weighting;
    return std::nullopt;
}

} // namespace forameter
