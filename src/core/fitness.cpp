// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/fitness.hpp"

namespace forameter {

Fitness fitnessFromWarning(std::string_view code) noexcept {
    if (code == "computed-values") return Fitness::Computed;
    if (code == "localizer") return Fitness::Localizer;
    if (code == "reformat" || code == "primary-reformat") return Fitness::Reformat;
    if (code == "lossy-compression") return Fitness::Lossy;
    return Fitness::Full;
}

} // namespace forameter
