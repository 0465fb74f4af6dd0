// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "box_spine.hpp"

namespace forameter::proposal::testing {

inline Model modelFor(geometry::Plane plane, double spacing) {
    Model model;
    model.name = std::string(geometry::name(plane));
    model.sha256 = std::string(64, plane == geometry::Plane::Sagittal ? 'a' : 'b');
    model.plane = plane;
    model.spacing = spacing;
    return model;
}

inline const std::vector<Model>& bothModels() {
    static const std::vector<Model> all{modelFor(geometry::Plane::Sagittal, 0.8),
                                        modelFor(geometry::Plane::Axial, 0.6)};
    return all;
}

/// As a person would mark them.
inline anatomy::LevelSet trueLevels() {
    anatomy::LevelSet levels;
    for (int i = 4; i >= 0; --i)
        levels.marks.push_back({static_cast<anatomy::Vertebra>(static_cast<int>(anatomy::Vertebra::L5) - i),
                                {BoxSpine::kMidline, 0.0, BoxSpine::discHeight(i) + 0.5 * BoxSpine::kStep}});
    levels.marks.push_back({anatomy::Vertebra::S1, {BoxSpine::kMidline, 0.0, -0.5 * BoxSpine::kStep}});
    return levels;
}
/// 0 for L5-S1 ... 4 for L1-L2.
inline int discOf(anatomy::Level level) {
    return static_cast<int>(anatomy::Level::L5_S1) - static_cast<int>(level);
}

struct Study {
    BoxSpine spine;
    std::vector<StackInput> stacks;

    explicit Study(BoxSpine made = {}) : spine(made) {
        stacks.push_back(
            stackOf(spine, testing::sagittalPlanes(), geometry::Plane::Sagittal, Weighting::T1, "1.1"));
        stacks.push_back(
            stackOf(spine, testing::axialPlanes(), geometry::Plane::Axial, Weighting::T2, "1.2"));
    }
    [[nodiscard]] ProposeRequest request(bool withLevels = true) const {
        ProposeRequest request;
        request.study = StudyUid("1");
        request.stacks = stacks;
        if (withLevels) request.levels = trueLevels();
        return request;
    }
};

inline std::map<anatomy::Cell, const Proposal*> byCell(const Proposals& made) {
    std::map<anatomy::Cell, const Proposal*> all;
    for (const auto& one : made.contours)
        all.emplace(one.contour.cell, &one);
    return all;
}

inline std::string reasonFor(const Proposals& made, const anatomy::Cell& cell) {
    const auto one = std::ranges::find(made.withheld, cell, &Withheld::cell);
    return one == made.withheld.end() ? "" : one->reason;
}

} // namespace forameter::proposal::testing
