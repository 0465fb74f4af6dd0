// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/workspace/actions.hpp"

namespace forameter::workspace {

/// Groups of actions: menus, and headings of the cheat sheet. Not called as the rooms are, which have tabs of
/// their own beside the menus.
inline constexpr auto kCase = "Case", kLayout = "Layout", kRoom = "Room", kImage = "Image", kScene = "Scene",
                      kLevels = "Levels", kCells = "Cells", kTools = "Tools", kContour = "Contour",
                      kReview = "Consensus", kStudy = "Report", kManage = "Rounds", kArc = "Arc",
                      kHelp = "Help";

/// Every action in the order of the ids, with its words and default keys; rooms are still to be filled in
/// where a row names none (actions.cpp).
[[nodiscard]] std::vector<Action> actionRows();

} // namespace forameter::workspace
