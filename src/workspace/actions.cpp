// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/actions.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace forameter::workspace {

namespace {

using enum ActionId;

constexpr auto kCase = "Case", kLayout = "Layout", kRoom = "Room", kImage = "Image", kLevels = "Levels",
               kCells = "Cells", kTools = "Tools", kContour = "Contour", kReview = "Review", kStudy = "Study", kManage = "Manage", kArc = "Arc", kHelp = "Help";

/// What is about reading one study; the rest serves every room that has pictures or contours.
std::vector<Action> withRooms(std::vector<Action> rows) {
    for (auto& row : rows) {
        switch (row.id) {
        case NextOpenCase:
        case NextCase:
        case PreviousCase:
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
        case NextSeries:
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
            if (row.group == kLevels || row.group == kCells) row.room = Room::Read;
            if (row.group == kReview || row.group == kArc) row.room = Room::Review;
            if (row.group == kStudy) row.room = Room::Study;
            if (row.group == kManage) row.room = Room::Manage;
        }
    }
    return rows;
}

/// Keys follow what reading rooms expect where there is an agreement (IHE Basic Image Review, Horos, OHIF);
/// digits name levels because a reading goes level by level.
const std::vector<Action>& table() {
    static const std::vector<Action> rows = withRooms({
        {ImportFolder,
         "import-folder",
         "Import folder...",
         kCase,
         "Bring a folder of DICOM files into the store.",
         {"Ctrl+O"}},
        {ImportFiles,
         "import-files",
         "Import files...",
         kCase,
         "Bring single files or a DICOMDIR into the store.",
         {"Ctrl+Shift+O"}},
        {NextOpenCase,
         "next-open-case",
         "Next open case",
         kCase,
         "Open the next study that is not fully read.",
         {"Ctrl+Right"}},
        {NextCase, "next-case", "Next case", kCase, "Open the next study of the worklist.", {"Ctrl+Down"}},
        {PreviousCase,
         "previous-case",
         "Previous case",
         kCase,
         "Open the study before in the worklist.",
         {"Ctrl+Up"}},
        {ExportContours,
         "export-contours",
         "Export contours...",
         kCase,
         "Write your contours of this study to a file.",
         {"Ctrl+E"}},
        {FlagCase, "flag-case", "Flag case", kCase, "Mark this case for the coordinator.", {"Ctrl+F"}, false, true},
        {Difficulty1, "difficulty-1", "Difficulty 1, easy", kCase, "How hard this case is.", {"Ctrl+1"}},
        {Difficulty2, "difficulty-2", "Difficulty 2", kCase, "How hard this case is.", {"Ctrl+2"}},
        {Difficulty3, "difficulty-3", "Difficulty 3", kCase, "How hard this case is.", {"Ctrl+3"}},
        {Difficulty4, "difficulty-4", "Difficulty 4", kCase, "How hard this case is.", {"Ctrl+4"}},
        {Difficulty5, "difficulty-5", "Difficulty 5, hard", kCase, "How hard this case is.", {"Ctrl+5"}},
        {CommentCase, "comment-case", "Comment on case...", kCase, "Words to the coordinator.", {"Ctrl+M"}},
        {FinishCase,
         "finish-case",
         "Case done",
         kCase,
         "Finish this case of a round, or open it again.",
         {"Ctrl+Shift+D"}},
        {ChangePerson,
         "change-person",
         "Change person...",
         kCase,
         "Somebody else goes on at this desk.",
         {"Ctrl+Shift+P"}},
        {LockScreen, "lock", "Lock", kCase, "Hide everything until you sign in again.", {"Ctrl+L"}},
        {SignOut, "sign-out", "Sign out", kCase, "Close what is open and leave.", {"Ctrl+Shift+L"}},
        {ShowPreferences,
         "preferences",
         "Preferences...",
         kCase,
         "Theme, size, tools, keys and mouse.",
         {"Ctrl+,"}},
        {Quit, "quit", "Quit", kCase, "Everything drawn is stored already.", {"Ctrl+Q"}},

        {ShowOverview, "overview", "Overview", kLayout, "All sequences and the 3-D scene, linked.", {"O"}},
        {ShowWorkPane, "work-pane", "Work pane", kLayout, "The current cell, large.", {"P"}},
        {ToggleWorklist, "worklist", "Worklist", kLayout, "Show or hide the worklist.", {"F9"}, false, true},
        {EnlargePane,
         "enlarge-pane",
         "Enlarge pane",
         kLayout,
         "One pane alone, or all again; also by double click.",
         {"X"}},
        {FullScreen, "full-screen", "Full screen", kLayout, "Use the whole screen.", {"F11"}, false, true},
        {NextPane, "next-pane", "Next pane", kLayout, "Keys act on the next pane.", {"Tab"}},
        {NextSeries, "next-series", "Next series", kLayout, "Hang the next series in this pane.", {"PgDown"}},

        {RoomRead, "room-read", "Read", kRoom, "Draw and measure, study by study.", {"Alt+1"}},
        {RoomReview,
         "room-review",
         "Review",
         kRoom,
         "Make one truth of several raters' contours.",
         {"Alt+2"}},
        {RoomStudy,
         "room-study",
         "Study",
         kRoom,
         "How far raters agree and how far a round is.",
         {"Alt+3"}},
        {RoomManage, "room-manage", "Manage", kRoom, "People, rounds and packets.", {"Alt+4"}},

        {NewRound, "new-round", "New round...", kManage, "Raters read the same cases, blinded.", {"Ctrl+N"}},
        {ExportPackets,
         "export-packets",
         "Export packets...",
         kManage,
         "One store for each rater, to read anywhere.",
         {"Ctrl+E"}},
        {CollectPackets,
         "collect-packets",
         "Collect packets...",
         kManage,
         "Take back what raters did in their packets.",
         {"Ctrl+K"}},
        {ScoreCalibration,
         "score-calibration",
         "Score calibration...",
         kManage,
         "Compare calibration cases with the truth; who passes reads on.",
         {"Ctrl+J"}},
        {CloseRound, "close-round", "Close round...", kManage, "Reading ends; blinding stays.", {}},
        {OpenRound, "open-round", "Open round...", kManage, "Blinding ends, for good.", {}},
        {AddPerson, "add-person", "Add person...", kManage, "Somebody new works with this store.", {"Ctrl+P"}},
        {ManageRefresh, "manage-refresh", "Look again", kManage, "Read people and rounds anew.", {"F5"}},

        {StudyAgreement,
         "study-agreement",
         "Work out agreement",
         kStudy,
         "Compare the chosen raters of the chosen round; again: cancel.",
         {"F5"}},
        {StudyPdf, "study-pdf", "Report as PDF…", kStudy, "Plots and tables on A4 pages.", {"Ctrl+P"}},
        {StudyTables, "study-tables", "Tables as CSV…", kStudy, "Every table, unrounded.", {"Ctrl+T"}},

        {NextSlice, "next-slice", "Next slice", kImage, "One slice further.", {"]", "Down"}},
        {PreviousSlice, "previous-slice", "Previous slice", kImage, "One slice back.", {"[", "Up"}},
        {FirstSlice, "first-slice", "First slice", kImage, "To the first slice.", {"Home"}},
        {LastSlice, "last-slice", "Last slice", kImage, "To the last slice.", {"End"}},
        {SuggestedSlice,
         "suggested-slice",
         "Suggested slice",
         kImage,
         "To the slice that the protocol suggests for this cell.",
         {"G"}},
        {ZoomIn, "zoom-in", "Zoom in", kImage, "Enlarge the picture.", {"+", "="}},
        {ZoomOut, "zoom-out", "Zoom out", kImage, "Shrink the picture.", {"-"}},
        {ResetView, "reset-view", "Reset view", kImage, "Zoom and position as at the start.", {"0"}},
        {WindowDicom,
         "window-dicom",
         "Window of the scanner",
         kImage,
         "Window and level that the images name.",
         {"D"}},
        {WindowAuto,
         "window-auto",
         "Automatic window",
         kImage,
         "Window and level from the grey values.",
         {"A"}},
        {HoldWindow,
         "hold-window",
         "Window while held",
         kImage,
         "The left button changes window and level while the key is held, tool or not.",
         {"W"},
         true},
        {InvertGrey, "invert", "Invert grey values", kImage, "Black becomes white.", {"I"}, false, true},
        {HideContours,
         "hide-contours",
         "Hide contours",
         kImage,
         "Contours are hidden while the key is held.",
         {"Space"},
         true},
        {ToggleOverlays,
         "overlays",
         "Texts on images",
         kImage,
         "Show or hide the texts around the pictures.",
         {"T"},
         false,
         true},
        {ToggleReferenceLines,
         "reference-lines",
         "Reference lines",
         kImage,
         "Show where the slices of other panes lie.",
         {"R"},
         false,
         true},
        {ToggleLevelLabels,
         "level-labels",
         "Vertebra labels",
         kImage,
         "Show the names of the vertebrae.",
         {"K"},
         false,
         true},

        {EditLevels,
         "edit-levels",
         "Edit levels",
         kLevels,
         "Click each vertebra once, from S1 upwards.",
         {"F2"},
         false,
         true},
        {ConfirmLevels,
         "confirm-levels",
         "Confirm levels",
         kLevels,
         "Measuring starts once the levels are confirmed.",
         {"Ctrl+Return"}},
        {LabelsUp,
         "labels-up",
         "Shift labels up",
         kLevels,
         "L5 becomes L4; areas move with their levels.",
         {"Ctrl+Shift+Up"}},
        {LabelsDown,
         "labels-down",
         "Shift labels down",
         kLevels,
         "L4 becomes L5; areas move with their levels.",
         {"Ctrl+Shift+Down"}},
        {RemoveLastMark,
         "remove-mark",
         "Remove last mark",
         kLevels,
         "Take the last vertebra mark away.",
         {"Shift+Backspace"}},
        {ToggleSixthLumbar,
         "six-lumbar",
         "Six lumbar vertebrae",
         kLevels,
         "This patient has a vertebra L6.",
         {"F6"},
         false,
         true},
        {TakeProposedLevels,
         "take-proposed-levels",
         "Take proposed levels",
         kLevels,
         "Start from the vertebrae that a model has found.",
         {"F3"}},

        {Level1, "level-1", "First level", kCells, "L1–L2.", {"1"}},
        {Level2, "level-2", "Second level", kCells, "L2–L3.", {"2"}},
        {Level3, "level-3", "Third level", kCells, "L3–L4.", {"3"}},
        {Level4, "level-4", "Fourth level", kCells, "L4–L5.", {"4"}},
        {Level5, "level-5", "Fifth level", kCells, "L5–S1, or L5–L6.", {"5"}},
        {Level6, "level-6", "Sixth level", kCells, "L6–S1, with six lumbar vertebrae.", {"6"}},
        {RightForamen, "right-foramen", "Right foramen", kCells, "The right foramen of this level.", {"Q"}},
        {Canal, "canal", "Canal", kCells, "The canal of this level.", {"W"}},
        {LeftForamen, "left-foramen", "Left foramen", kCells, "The left foramen of this level.", {"E"}},
        {DoneNext,
         "done",
         "Done, next",
         kCells,
         "Finish this contour and go to the next open cell.",
         {"Return", "Enter"}},
        {NextCell, "next-cell", "Next cell", kCells, "To the next open cell.", {"Right"}},
        {PreviousCell,
         "previous-cell",
         "Previous cell",
         kCells,
         "To the cell before.",
         {"Left", "Shift+Return"}},
        {NotAssessable,
         "not-assessable",
         "Not assessable...",
         kCells,
         "Record why this cell cannot be measured.",
         {"N"}},
        {NotCovered,
         "not-covered",
         "Not covered",
         kCells,
         "The study has no slice for this cell.",
         {"Shift+N"}},
        {ReopenCell, "reopen", "Reopen cell", kCells, "Take such a mark back.", {"Ctrl+N"}},

        {NoTool,
         "no-tool",
         "No tool",
         kTools,
         "The left button changes window and level.",
         {"H"},
         false,
         true},
        {Spline,
         "spline",
         "Spline",
         kTools,
         "Click points; the curve goes through them.",
         {"S"},
         false,
         true},
        {Polygon, "polygon", "Polygon", kTools, "Click corners.", {"Y"}, false, true},
        {Freehand, "freehand", "Freehand", kTools, "Drag along the border.", {"F"}, false, true},
        {LiveWire,
         "live-wire",
         "Live-wire",
         kTools,
         "Click along an edge; the line finds it.",
         {"L"},
         false,
         true},
        {Brush, "brush", "Brush", kTools, "Paint the region; Shift adds, Ctrl removes.", {"B"}, false, true},
        {Sculpt, "sculpt", "Sculpt", kTools, "Push the border.", {"U"}, false, true},
        {EditPoints,
         "edit-points",
         "Edit points",
         kTools,
         "Drag, add and remove points.",
         {"V"},
         false,
         true},
        {Smooth, "smooth", "Smooth", kTools, "Drag along the border to smooth it.", {"M"}, false, true},
        {ToolSmaller, "tool-smaller", "Smaller tool", kTools, "Brush, sculptor and smoother.", {","}},
        {ToolLarger, "tool-larger", "Larger tool", kTools, "Brush, sculptor and smoother.", {"."}},
        {PointCursor,
         "point-cursor",
         "Point cursor",
         kTools,
         "Draw by keyboard: arrows move the cursor, the key again places a point.",
         {"J"}},

        {Undo, "undo", "Undo", kContour, "Take the last step back, also after a restart.", {"Ctrl+Z"}},
        {Redo, "redo", "Redo", kContour, "Do it again.", {"Ctrl+Shift+Z", "Ctrl+Y"}},
        {CancelStroke, "cancel-stroke", "Cancel stroke", kContour, "Give up what is being drawn.", {"Esc"}},
        {TakeBackPoint,
         "take-back-point",
         "Take back point",
         kContour,
         "Remove the point clicked last.",
         {"Backspace"}},
        {RemovePoint,
         "remove-point",
         "Remove point",
         kContour,
         "Remove the point under the pointer.",
         {"Del"}},
        {ToggleCorner,
         "toggle-corner",
         "Corner point",
         kContour,
         "Make the point under the pointer a corner, or smooth again.",
         {"C"}},
        {DeleteContour,
         "delete-contour",
         "Delete contour",
         kContour,
         "Undo brings it back.",
         {"Ctrl+Backspace", "Ctrl+Del"}},
        {CopyFromNeighbour,
         "copy-from-neighbour",
         "Bring contour here",
         kContour,
         "Put this cell's contour on the slice shown.",
         {"Ctrl+D"}},
        {AcceptProposal,
         "accept-proposal",
         "Accept proposal",
         kContour,
         "Make the model's contour of this cell yours.",
         {"Z"}},
        {EditProposal,
         "edit-proposal",
         "Edit proposal",
         kContour,
         "Accept the model's contour and move its points.",
         {"Shift+Z"}},
        {RejectProposal,
         "reject-proposal",
         "Reject proposal",
         kContour,
         "Turn the model's contour down; again brings it back.",
         {"Shift+X"}},
        {AskProposals,
         "ask-proposals",
         "Propose again",
         kContour,
         "Let the models look at this study once more.",
         {"F8"}},
        {RetrySave,
         "retry-save",
         "Store again",
         kContour,
         "Try to store what could not be stored.",
         {"Ctrl+S"}},

        {ReviewNext, "review-next", "Next case of the list", kReview, "The case below.", {"Down"}},
        {ReviewPrevious, "review-previous", "Previous case of the list", kReview, "The case above.", {"Up"}},
        {ReviewNextOpen,
         "review-next-open",
         "Next unsigned case",
         kReview,
         "The next case that nobody has signed.",
         {"Ctrl+Right"}},
        {ReviewNextSlice, "review-next-slice", "Next slice of the case", kReview, "One slice further.", {"]"}},
        {ReviewPreviousSlice,
         "review-previous-slice",
         "Previous slice of the case",
         kReview,
         "One slice back.",
         {"["}},
        {MajorityConsensus,
         "majority",
         "Majority",
         kReview,
         "What more than half of the raters drew.",
         {"1"},
         false,
         true},
        {StapleConsensus,
         "staple",
         "STAPLE",
         kReview,
         "Raters weighed by how well each agrees with the rest.",
         {"2"},
         false,
         true},
        {MeanShapeConsensus,
         "mean-shape",
         "Mean shape",
         kReview,
         "The border in the middle of all borders.",
         {"3"},
         false,
         true},
        {AcceptResult, "accept-result", "Accept", kReview, "Take what is shown, to be signed later.", {"A"}},
        {SignResult, "sign-result", "Sign...", kReview, "What is shown becomes the truth of this cell.", {"S"}},
        {SignWithout,
         "sign-without",
         "Sign as not assessable...",
         kReview,
         "This cell has no truth.",
         {"Shift+S"}},
        {MarkDiscuss, "mark-discuss", "Discuss...", kReview, "Mark the case for discussion.", {"D"}},
        {ReopenReview, "reopen-review", "Open again...", kReview, "Take a signature or a mark back.", {"O"}},
        {BackToConsensus,
         "back-to-consensus",
         "Back to the consensus",
         kReview,
         "Leave your own changes; they stay stored.",
         {"Ctrl+Backspace"}},
        {HideRaters,
         "hide-raters",
         "Hide raters",
         kReview,
         "Show the consensus alone.",
         {"H"},
         false,
         true},
        {ShowBand,
         "show-band",
         "Band of disagreement",
         kReview,
         "Shade what some drew and others did not.",
         {"K"},
         false,
         true},
        {RevealNames,
         "reveal-names",
         "Reveal names",
         kReview,
         "Show who drew what in this case; this is recorded.",
         {"N"}},
        {SideBySide,
         "side-by-side",
         "Side by side",
         kReview,
         "One picture for each rater, on the slice that she chose.",
         {"G"},
         false,
         true},
        {ReviewRefresh, "review-refresh", "Read the store again", kReview, "Look for new contours.", {"F5"}},

        {TakeArc,
         "take-arc",
         "Take arc",
         kArc,
         "Put a stretch of one rater's contour into the result; again for the next rater.",
         {"T"}},
        {ConfirmArc, "confirm-arc", "Take this arc", kArc, "The arc becomes part of the result.", {"Return", "Enter"}},
        {TurnArc, "turn-arc", "Other way around", kArc, "The rest of the rater's contour instead.", {"X"}},
        {ArcFromBack, "arc-from-back", "First end back", kArc, "Half a millimetre along the contour.", {"Left"}},
        {ArcFromOn, "arc-from-on", "First end on", kArc, "Half a millimetre along the contour.", {"Right"}},
        {ArcToBack,
         "arc-to-back",
         "Second end back",
         kArc,
         "Half a millimetre along the contour.",
         {"Shift+Left"}},
        {ArcToOn, "arc-to-on", "Second end on", kArc, "Half a millimetre along the contour.", {"Shift+Right"}},
        {TakeWhole,
         "take-whole",
         "Take the whole contour",
         kArc,
         "Go on from all of this rater's contour.",
         {"Shift+T"}},

        {CheatSheet, "cheat-sheet", "Keys and mouse", kHelp, "Everything on one page.", {"F1"}},
        {UserGuide, "user-guide", "User guide", kHelp, "How to do a reading.", {"Shift+F1"}},
        {About, "about", "About Forameter", kHelp, "Version and licence.", {}},
    });
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
