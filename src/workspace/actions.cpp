// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/actions.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "action_table.hpp"

namespace forameter::workspace {

namespace {

using enum ActionId;

/// What is about reading one study; the rest serves every room that has pictures or contours.
std::vector<Action> withRooms(std::vector<Action> rows) {
    for (auto& row : rows) {
        switch (row.id) {
        case NextOpenCase:
        case NextCase:
        case PreviousCase:
        case FindCase:
        case ExportContours:
        case FlagCase:
        case Difficulty1:
        case Difficulty2:
        case Difficulty3:
        case Difficulty4:
        case Difficulty5:
        case CommentCase:
        case FinishCase:
        case ShowOverview:
        case ShowWorkPane:
        case ToggleWorklist:
        case EnlargePane:
        case NextPane:
        case NextArea:
        case NextSeries:
        case CorrectWeighting:
        case NextSlice:
        case PreviousSlice:
        case FirstSlice:
        case LastSlice:
        case SuggestedSlice:
        case WindowDicom:
        case WindowAuto:
        case ToggleOverlays:
        case ToggleReferenceLines:
        case ToggleLevelLabels:
        case NoTool:
        case Spline:
        case Polygon:
        case Freehand:
        case LiveWire:
        case Brush:
        case PointCursor:
        case PointCursorAdd:
        case PointCursorRemove:
        case TakeBackPoint:
        case DeleteContour:
        case CopyFromNeighbour:
        case AcceptProposal:
        case EditProposal:
        case RejectProposal:
        case AskProposals:
        case RetrySave:
            row.room = Room::Read;
            break;
        default:
            if (row.group == kScene || row.group == kLevels || row.group == kCells) row.room = Room::Read;
            if (row.group == kReview || row.group == kArc) row.room = Room::Review;
            if (row.group == kStudy) row.room = Room::Study;
            if (row.group == kManage) row.room = Room::Manage;
        }
    }
    return rows;
}

const std::vector<Action>& table() {
    static const std::vector<Action> rows = withRooms(actionRows());
    return rows;
}

} // namespace

std::string_view title(Room room) noexcept {
    constexpr std::array<std::string_view, 4> titles{"Read", "Review", "Study", "Manage"};
    return titles[static_cast<std::size_t>(room)];
}

bool meet(const Action& a, const Action& b) noexcept {
    return !a.room || !b.room || a.room == b.room;
}

std::span<const Action> actions() {
    return table();
}

const Action& action(ActionId id) {
    const auto& row = table()[static_cast<std::size_t>(id)]; // a test holds the table to the order of the ids
    assert(row.id == id);
    return row;
}

std::optional<ActionId> actionFromName(std::string_view name) {
    const auto found = std::ranges::find(table(), name, &Action::name);
    if (found == table().end()) return std::nullopt;
    return found->id;
}

} // namespace forameter::workspace
