// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/phantom/spine_model.hpp"
#include "forameter/phantom/truth.hpp"

namespace forameter::phantom {

inline Person adult(double age = 35.0) {
    return {age, Sex::F, 164.0, 62.0};
}

/// Area of a cell on its standard plane; -1 where it has no outline.
inline double areaOf(const SpineParameters& spine, const anatomy::Cell& cell) {
    const SpineModel model(spine);
    const auto plane = standardPlane(model, cell);
    if (!plane) return -1.0;
    const auto outline = cut(model, cell, *plane);
    return outline ? outline->area.value() : -1.0;
}

} // namespace forameter::phantom
