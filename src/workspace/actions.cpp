// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/actions.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace forameter::workspace {

namespace {

using enum ActionId;

constexpr auto kCase = "Case", kLayout = "Layout", kRoom = "Room", kImage = "Image", kLevels = "Levels", kCells = "Cells",
               kTools = "Tools", kContour = "Contour", kReview = "Review", kArc = "Arc", kHelp = "Help";

/// What is about reading one study; the rest serves every room that has pictures or contours.
std::vector<Action> withRooms(std::vector<Action> rows) {
    for (auto& row : rows) {
        switch (row.id) {
        case NextOpenCase:
        case NextCase:
        case PreviousCase:
        case ExportContours:
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
        case RetrySave:
            row.room = Room::Read;
            break;
        default:
            if (row.group == kLevels || row.group == kCells) row.room = Room::Read;
            if (row.group == kReview || row.group == kArc) row.room = Room::Review;
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

namespace {

constexpr std::array kButtons{std::pair{MouseButton::Left, "Left"}, std::pair{MouseButton::Middle, "Middle"},
                              std::pair{MouseButton::Right, "Right"}, std::pair{MouseButton::Wheel, "Wheel"}};

struct MouseRow {
    MouseAction action;
    std::string_view name, title;
};
constexpr std::array kMouse{MouseRow{MouseAction::WindowLevel, "window-level", "Window and level"},
                            MouseRow{MouseAction::Pan, "pan", "Move the picture"},
                            MouseRow{MouseAction::Zoom, "zoom", "Zoom"},
                            MouseRow{MouseAction::Slices, "slices", "Slices"},
                            MouseRow{MouseAction::Tool, "tool", "Contour tool"},
                            MouseRow{MouseAction::Crosshair, "crosshair", "Same place in all panes"},
                            MouseRow{MouseAction::ToolSize, "tool-size", "Size of the tool"}};

} // namespace

std::string text(const MouseChord& chord) {
    std::string all;
    if (chord.control) all += "Ctrl+";
    if (chord.shift) all += "Shift+";
    if (chord.alt) all += "Alt+";
    return all + kButtons[static_cast<std::size_t>(chord.button)].second;
}

std::optional<MouseChord> chordFromText(std::string_view text) {
    MouseChord chord;
    for (;;) {
        const auto plus = text.find('+');
        const auto word = text.substr(0, plus);
        if (plus == std::string_view::npos) {
            const auto found =
                std::ranges::find(kButtons, word, [](const auto& b) { return std::string_view(b.second); });
            if (found == kButtons.end()) return std::nullopt;
            chord.button = found->first;
            return chord;
        }
        if (word == "Ctrl")
            chord.control = true;
        else if (word == "Shift")
            chord.shift = true;
        else if (word == "Alt")
            chord.alt = true;
        else
            return std::nullopt;
        text.remove_prefix(plus + 1);
    }
}

std::string_view name(MouseAction action) noexcept {
    return kMouse[static_cast<std::size_t>(action)].name;
}
std::string_view title(MouseAction action) noexcept {
    return kMouse[static_cast<std::size_t>(action)].title;
}
std::optional<MouseAction> mouseActionFromName(std::string_view name) noexcept {
    const auto found = std::ranges::find(kMouse, name, &MouseRow::name);
    if (found == kMouse.end()) return std::nullopt;
    return found->action;
}

} // namespace forameter::workspace
