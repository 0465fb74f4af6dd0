// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "forameter/geometry/measure.hpp"
#include "forameter/proposal/propose.hpp"
#include "forameter/protocol/reading.hpp"
#include "studies.hpp"

namespace forameter::testing {

/// Proposes a ring of 6 mm around where the protocol expects each structure, on the slice that it suggests.
inline Result<proposal::Proposals> rings(const proposal::ProposeRequest& request) {
    proposal::Proposals made;
    if (!request.levels) {
        anatomy::LevelSet levels;
        for (int i = 0; i < 6; ++i)
            levels.marks.push_back({static_cast<anatomy::Vertebra>(static_cast<int>(anatomy::Vertebra::L1) + i +
                                                                   (i == 5 ? 1 : 0)),
                                    body(4 - i)});
        made.levels = proposal::ProposedLevels{levels, 0.9, {}};
        return made;
    }
    std::vector<protocol::StackGeometry> geometry;
    for (const auto& stack : request.stacks)
        geometry.push_back({{stack.volume->planes().begin(), stack.volume->planes().end()}, stack.weighting, true});
    for (const anatomy::Cell& cell : request.cells) {
        const auto at = protocol::suggestSlice(cell, *request.levels, geometry);
        if (!at || cell == anatomy::Cell::canal(anatomy::Level::L1_L2)) {
            made.withheld.push_back({cell, "Nothing was seen.", std::nullopt});
            continue;
        }
        const auto& stack = request.stacks[at->stack];
        const auto& plane = stack.volume->plane(static_cast<int>(at->slice));
        proposal::Proposal one;
        one.contour.id = ContourId(newUuid());
        one.contour.study = request.study;
        one.contour.image = stack.images[at->slice];
        one.contour.cell = cell;
        const auto middle = plane.toPlane(at->point);
        geometry::PlaneCurve ring;
        for (int i = 0; i < 12; ++i)
            ring.points.push_back({middle.x + 6.0 * std::cos(i * M_PI / 6.0), middle.y + 6.0 * std::sin(i * M_PI / 6.0)});
        one.contour.curve = geometry::toPatient(ring, plane);
        one.contour.rater = "net";
        one.contour.source = protocol::Source::Model;
        one.contour.plane = stack.plane;
        one.contour.weighting = stack.weighting;
        one.contour.protocol = protocol::defaultProtocol(cell.structure);
        one.contour.model = std::string(64, 'c');
        one.contour.created = now();
        one.areaMm2 = geometry::area(ring).value();
        one.areaLow = one.areaMm2 - 10.0, one.areaHigh = one.areaMm2 + 10.0;
        one.confidence = 0.9;
        made.contours.push_back(std::move(one));
    }
    return made;
}

} // namespace forameter::testing
