// SPDX-License-Identifier: Apache-2.0
#include "names.hpp"

#include "forameter/core/sha256.hpp"

namespace forameter::phantom {

namespace {
constexpr int kGeneratorVersion = 2;

std::string_view word(CohortSettings::Mix pathology) {
    switch (pathology) {
    case CohortSettings::Mix::Healthy:
        return "/healthy";
    case CohortSettings::Mix::Mixed:
        return "/mixed";
    case CohortSettings::Mix::Severe:
        return "/severe";
    }
    return "";
}
} // namespace

std::string nameOf(const CohortSettings& settings) {
    return "forameter phantom " + std::to_string(kGeneratorVersion) + "/seed " +
           std::to_string(settings.seed) + std::string(word(settings.pathology)) +
           (settings.coverage == Coverage::Complete ? "/complete" : "/clinical");
}

Random randomOf(const CohortSettings& settings, std::string_view name) {
    const Sha256Digest digest = sha256(nameOf(settings) + "/" + std::string(name));
    std::uint64_t seed = 0;
    for (std::size_t i = 0; i < 8; ++i)
        seed = seed << 8 | digest[i];
    return Random(seed);
}

} // namespace forameter::phantom
