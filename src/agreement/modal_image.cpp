// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/modal_image.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

namespace forameter::agreement {

std::optional<ImageId> modalImage(std::span<const DrawnOn> drawn) {
    struct Candidate {
        const DrawnOn* on;
        std::set<std::string> raters;
        double distance = 0.0;
    };
    std::map<ImageId, Candidate> candidates;
    for (const DrawnOn& one : drawn)
        candidates.try_emplace(one.image, Candidate{&one, {}, 0.0}).first->second.raters.insert(one.rater);
    if (candidates.empty()) return std::nullopt;
    for (auto& [image, candidate] : candidates)
        for (const DrawnOn& one : drawn)
            if (one.image != image)
                candidate.distance += std::abs(dot(one.middle - candidate.on->middle, candidate.on->normal));
    return std::ranges::min_element(candidates, {},
                                    [](const auto& entry) {
                                        return std::tuple(-static_cast<long>(entry.second.raters.size()),
                                                          std::llround(100.0 * entry.second.distance),
                                                          entry.first);
                                    })
        ->first;
}

} // namespace forameter::agreement
