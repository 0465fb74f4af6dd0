// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "forameter/agreement/summary.hpp"

namespace forameter::report {

/// "Foramina", "Canal (dural sac)"
[[nodiscard]] inline std::string structureLabel(const agreement::Group& group) {
    if (group.structure == anatomy::Structure::NF) return "Foramina";
    return group.quantity ? "Canal (" + anatomy::label(*group.quantity) + ")" : "Canal";
}

/// "all levels", "L4–L5 right", "right"
[[nodiscard]] inline std::string partLabel(const agreement::Group& group) {
    std::string out = group.level ? anatomy::label(*group.level) : "";
    if (group.side)
        out += (out.empty() ? "" : " ") + std::string(*group.side == anatomy::Side::R ? "right" : "left");
    return out.empty() ? "all levels" : out;
}

} // namespace forameter::report
