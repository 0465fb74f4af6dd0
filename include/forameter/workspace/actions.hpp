// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/result.hpp"

namespace forameter::workspace {

/// A part of the desktop for one kind of work; a person sees those that her role has a use for.
enum class Room { Read, Review, Study, Manage };
[[nodiscard]] std::string_view title(Room room) noexcept; ///< "Read", "Review", ...

/// Everything that a person can do. Menus, toolbars, keys and the cheat sheet are made from the table behind
/// actions().
enum class ActionId {
    // Case
    ImportFolder,
    ImportFiles,
    NextOpenCase,
    NextCase,
    PreviousCase,
    FindCase,
    ExportContours,
    FlagCase,
    Difficulty1,
    Difficulty2,
    Difficulty3,
    Difficulty4,
    Difficulty5,
    CommentCase,
    FinishCase,
    ChangePerson,
    LockScreen,
    SignOut,
    ShowPreferences,
    Quit,
    // Layout
    ShowOverview,
    ShowWorkPane,
    ToggleWorklist,
    EnlargePane,
    FullScreen,
    NextPane,
    NextArea,
    OpenMenus,
    NextSeries,
    // Room
    RoomRead,
    RoomReview,
    RoomStudy,
    RoomManage,
    // Manage
    NewRound,
    ExportPackets,
    CollectPackets,
    ScoreCalibration,
    CloseRound,
    OpenRound,
    AddPerson,
    ManageRefresh,
    // Study
    StudyAgreement,
    StudyPdf,
    StudyTables,
    // Image
    NextSlice,
    PreviousSlice,
    FirstSlice,
    LastSlice,
    SuggestedSlice,
    ZoomIn,
    ZoomOut,
    ResetView,
    WindowDicom,
    WindowAuto,
    HoldWindow,
    InvertGrey,
    CorrectWeighting,
    HideContours,
    ToggleOverlays,
    ToggleReferenceLines,
    ToggleLevelLabels,
    // Scene
    SceneOblique,
    SceneFront,
    SceneBack,
    SceneLeft,
    SceneRight,
    SceneHead,
    // Levels
    EditLevels,
    ConfirmLevels,
    LabelsUp,
    LabelsDown,
    RemoveLastMark,
    ToggleSixthLumbar,
    TakeProposedLevels,
    // Cells
    Level1,
    Level2,
    Level3,
    Level4,
    Level5,
    Level6,
    RightForamen,
    Canal,
    LeftForamen,
    DoneNext,
    NextCell,
    PreviousCell,
    NotAssessable,
    NotCovered,
    ReopenCell,
    // Tools
    NoTool,
    Spline,
    Polygon,
    Freehand,
    LiveWire,
    Brush,
    Sculpt,
    EditPoints,
    Smooth,
    ToolSmaller,
    ToolLarger,
    PointCursor,
    PointCursorAdd,
    PointCursorRemove,
    // Contour
    Undo,
    Redo,
    CancelStroke,
    TakeBackPoint,
    RemovePoint,
    ToggleCorner,
    DeleteContour,
    CopyFromNeighbour,
    AcceptProposal,
    EditProposal,
    RejectProposal,
    AskProposals,
    RetrySave,
    // Review
    ReviewNext,
    ReviewPrevious,
    ReviewNextOpen,
    ReviewNextSlice,
    ReviewPreviousSlice,
    MajorityConsensus,
    StapleConsensus,
    MeanShapeConsensus,
    AcceptResult,
    SignResult,
    SignWithout,
    MarkDiscuss,
    ReopenReview,
    BackToConsensus,
    HideRaters,
    ShowBand,
    RevealNames,
    SideBySide,
    ReviewRefresh,
    // Arc
    TakeArc,
    ConfirmArc,
    TurnArc,
    ArcFromBack,
    ArcFromOn,
    ArcToBack,
    ArcToOn,
    TakeWhole,
    // Help
    CheatSheet,
    UserGuide,
    About,
};

/// One row of the table. Keys are written as in QKeySequence's portable text: "Ctrl+Shift+Z", "[", "Return".
struct Action {
    ActionId id;
    std::string_view name;              ///< stable, kebab-case: the key in the settings file
    std::string_view title;             ///< in menus: "Next slice"
    std::string_view group;             ///< heading in menus and the cheat sheet: "Image"
    std::string_view hint;              ///< one sentence for tooltips
    std::vector<std::string_view> keys; ///< defaults
    bool held = false;                  ///< acts while the key is down (hide contours); its key may also be
                                        ///< that of one ordinary action, which a short tap then does
    bool checkable = false;             ///< a state that is on or off
    std::optional<Room> room = {};      ///< the only room it is for; none: any that has a use for it
};
/// Whether both can be in force at once, so that they cannot share a key.
[[nodiscard]] bool meet(const Action& a, const Action& b) noexcept;
/// In menu order, groups together.
[[nodiscard]] std::span<const Action> actions();
[[nodiscard]] const Action& action(ActionId id);
[[nodiscard]] std::optional<ActionId> actionFromName(std::string_view name);

enum class MouseButton { Left, Middle, Right, Wheel };
struct MouseChord {
    MouseButton button = MouseButton::Left;
    bool shift = false, control = false, alt = false;

    friend auto operator<=>(const MouseChord&, const MouseChord&) = default;
};
[[nodiscard]] std::string text(const MouseChord& chord); ///< "Ctrl+Wheel"
[[nodiscard]] std::optional<MouseChord> chordFromText(std::string_view text);

/// What dragging (or turning the wheel) does to a picture.
enum class MouseAction { WindowLevel, Pan, Zoom, Slices, Tool, Crosshair, ToolSize };
[[nodiscard]] std::string_view name(MouseAction action) noexcept;  ///< stable, kebab-case
[[nodiscard]] std::string_view title(MouseAction action) noexcept; ///< "Window and level"
[[nodiscard]] std::optional<MouseAction> mouseActionFromName(std::string_view name) noexcept;

struct MouseBinding {
    MouseChord chord;
    MouseAction action;

    friend bool operator==(const MouseBinding&, const MouseBinding&) = default;
};

/// The person's keys and mouse: the defaults with changes on top. A value; compare, copy and store it freely.
class Bindings {
public:
    Bindings(); ///< the defaults

    [[nodiscard]] const std::vector<std::string>& keys(ActionId action) const;
    /// What a key does in a room: its ordinary action, else the held one.
    [[nodiscard]] std::optional<ActionId> actionFor(std::string_view key, Room room = Room::Read) const;
    /// Fails with the name of the other action where a key is already taken, or where a key is not written as
    /// above.
    [[nodiscard]] Result<> setKeys(ActionId action, std::vector<std::string> keys);

    [[nodiscard]] const std::vector<MouseBinding>& mouse() const { return m_mouse; }
    /// What a chord does. The left button belongs to the active tool, modifiers included (add, remove,
    /// corner); middle, right and wheel always keep their meaning.
    enum class ToolActive { No, Yes };
    [[nodiscard]] std::optional<MouseAction> mouseAction(const MouseChord& chord, ToolActive tool) const;
    /// Replaces what the chord did. Fails where it cannot do that (a wheel has no place to point at), and
    /// where no chord would be left for pan, zoom, slices or window.
    [[nodiscard]] Result<> setMouse(const MouseChord& chord, std::optional<MouseAction> action);

    /// Pairs of actions that share a key and cannot; empty unless a file was edited by hand.
    struct Conflict {
        std::string key;
        ActionId first, second;
    };
    [[nodiscard]] std::vector<Conflict> conflicts() const;

    /// Only what differs from the defaults, as JSON. Reading tolerates unknown names (an older or newer
    /// version wrote them) and reports what it skipped; fails only on text that is not JSON.
    [[nodiscard]] std::string toJson() const;
    struct Read;
    [[nodiscard]] static Result<Read> fromJson(std::string_view json);

    friend bool operator==(const Bindings&, const Bindings&) = default;

private:
    /// The other action that has the key and would be in its way.
    [[nodiscard]] std::optional<ActionId> owner(std::string_view key, ActionId id) const;

    std::vector<std::vector<std::string>> m_keys; ///< by ActionId
    std::vector<MouseBinding> m_mouse;
};
struct Bindings::Read {
    Bindings bindings;
    std::vector<std::string> skipped; ///< one sentence each
};

} // namespace forameter::workspace
