// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/quantity.hpp"
#include "forameter/geometry/closed_curve.hpp"

// Contour tools as state machines without a toolkit: fed with points in plane millimetres and keys, they show
// a preview and hand out one Edit per finished step. They know nothing of stores, undo, images or widgets.
// Not thread safe: one thread feeds one tool.
namespace forameter::tools {

/// Keys held down. Area tools (polygon, freehand, brush): Shift adds the drawn region to the contour, Control
/// or Alt removes it.
struct Modifiers {
    bool shift = false;
    bool control = false;
    bool alt = false;

    friend bool operator==(const Modifiers&, const Modifiers&) = default;
};

/// The tool's mouse button (or pen) at a place of the image plane.
struct PointerEvent {
    geometry::PlanePoint at;
    Modifiers modifiers;
    double mmPerScreenPixel = 0.25; ///< so that points can be hit with the same hand at every zoom
};

/// Enter closes, Escape gives up what is not yet recorded, Backspace takes back the last point, Delete
/// removes the point under the pointer, ToggleCorner makes the point under the pointer a corner or smooth
/// again.
enum class Key { Enter, Escape, Backspace, Delete, ToggleCorner };

/// One finished step: what the contour is from now on. To be recorded at once, as one undo step. A curve in
/// an Edit always passes geometry::validate. No curve: there is no contour any more (the first points of a
/// new one were taken back).
struct Edit {
    std::optional<geometry::PlaneCurve> curve;
    std::string description; ///< for the undo menu, e.g. "Move point"
};

/// Why the step at hand is not, or only partly, recorded.
enum class Warning {
    Crossing, ///< the contour would cross or touch itself: not recorded until it does not
    Tiny,     ///< less than 1 mm²; recorded
    Apart,    ///< the drawn region does not touch the contour: not recorded
    Empty,    ///< nothing would be left: not recorded
    Pieces,   ///< only the largest piece was kept
    Hole,     ///< a contour has no holes: the hole was filled
    Limit,    ///< more points than a contour may have: not recorded
    WentBack, ///< a finished contour would cross or touch itself: it stays as it was
};
/// One short sentence for the status line.
[[nodiscard]] std::string_view message(Warning warning) noexcept;

/// A point of the contour that can be grabbed.
struct Handle {
    geometry::PlanePoint at;
    bool corner = false;
    bool active = false; ///< under the pointer, or being dragged
};

/// What the view paints for the tool, in plane mm, beside or instead of the recorded contour.
struct Preview {
    /// The contour as it would be if the step ended now: painted instead of the recorded one.
    std::optional<geometry::PlaneCurve> curve;
    /// Where `curve` runs on to the pointer: the points that are placed, which Return would record. Their
    /// area is the one to be told; it does not move with the hand.
    std::optional<geometry::PlaneCurve> placed;
    /// What is being drawn: pending points, freehand or live-wire line, outlines of the swept brush.
    std::vector<std::vector<geometry::PlanePoint>> trace;
    bool traceClosed = false; ///< each line of `trace` is a loop
    std::vector<Handle> handles;
    std::optional<geometry::PlanePoint> insertion; ///< where a press would insert a point
    std::optional<geometry::PlanePoint> pointer;   ///< middle of the brush
    Millimetres radius;                            ///< of the brush around `pointer`; 0: no brush
    bool removing = false;                         ///< the brush or region would be taken away
    std::vector<Warning> warnings;
    std::optional<geometry::PlanePoint> crossing; ///< where the contour crosses itself
};

/// What became of an event.
struct Outcome {
    bool handled = false; ///< false: the view may use the event otherwise
    std::optional<Edit> edit;
    std::optional<Warning> refused = std::nullopt; ///< why nothing changed; to be said once, it does not last
};

/// What the tool's button does. A press away from what is named here begins a new contour, or is not handled.
enum class ToolKind {
    Spline,   ///< click: next point, and drag it; Shift: as a corner; on the first point, or double click:
              ///< close. On a finished contour: as Vertex
    Polygon,  ///< the same with straight edges and no corners; the keys of Modifiers count at the first point
    Freehand, ///< drag a line around the region; its ends are joined
    LiveWire, ///< click: fix the line that follows the edge to the pointer; on the first point, or double
              ///< click: done
    Brush,    ///< drag: paint; a stroke has no gaps however fast it is
    Sculpt,   ///< drag: push the boundary, fading out towards the radius
    Vertex,   ///< drag a point; press on the line: insert one; Shift on a point: corner or smooth; Control or
              ///< Alt on a point: delete it
    Smooth,   ///< drag: even out the boundary under the brush; double click or Enter: the whole contour
};
/// "spline", "polygon", "freehand", "live-wire", "brush", "sculpt", "vertex", "smooth"; stable.
[[nodiscard]] std::string_view name(ToolKind kind) noexcept;
[[nodiscard]] std::optional<ToolKind> toolKindFromName(std::string_view name) noexcept;
/// Works with a round brush of Options::radius.
[[nodiscard]] constexpr bool hasSize(std::optional<ToolKind> kind) noexcept {
    return kind == ToolKind::Brush || kind == ToolKind::Sculpt || kind == ToolKind::Smooth;
}

/// The cheapest way along edges from one place to another, both ends included, in plane mm. Fewer than two
/// points: none was found, and the tool goes straight.
using PathFinder =
    std::function<std::vector<geometry::PlanePoint>(geometry::PlanePoint from, geometry::PlanePoint to)>;

/// Changeable at any time; takes effect with the next event.
struct Options {
    Millimetres radius{3.0};        ///< of brush, sculpt and smooth; kept within 0.3 .. 50 mm
    Millimetres fitTolerance{0.05}; ///< how far the stored curve may lie from a freehand or live-wire line
    PathFinder pathFinder;          ///< live-wire only
};

/// One tool at work on one contour of one image.
class Tool {
public:
    virtual ~Tool() = default;
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;

    [[nodiscard]] virtual ToolKind kind() const noexcept = 0;

    /// The recorded contour, after it was chosen, undone, redone or changed elsewhere; none if there is none
    /// yet. Gives up pending input, except that undo and redo of the clicks of a contour being drawn go on
    /// drawing. Handing back the curve of the last Edit changes nothing.
    void setCurve(const std::optional<geometry::PlaneCurve>& curve);
    [[nodiscard]] const std::optional<geometry::PlaneCurve>& curve() const noexcept { return m_curve; }

    void setOptions(Options options);
    [[nodiscard]] const Options& options() const noexcept { return m_options; }

    // Events with a non-finite place are ignored.
    Outcome press(const PointerEvent& event);
    Outcome move(const PointerEvent& event); ///< with the button up (hover) or down (drag)
    Outcome release(const PointerEvent& event);
    Outcome doubleClick(const PointerEvent& event); ///< instead of the second press
    Outcome key(Key key);
    /// The pointer has left the view.
    void leave();
    /// Gives up everything that is not recorded, e.g. on a change of slice.
    void cancel();

    [[nodiscard]] Preview preview() const;
    /// A contour is being drawn or dragged: the view should not change slice under it.
    [[nodiscard]] bool busy() const noexcept { return isBusy(); }

protected:
    explicit Tool(Options options);

    /// Makes `curve` the contour if it is a valid and a different one, else warns and yields nothing.
    std::optional<Edit> commit(geometry::PlaneCurve curve, std::string description);
    /// Changes a finished contour; where it would cross itself, it stays as it was.
    Outcome change(geometry::PlaneCurve curve, std::string description);
    /// Goes back to an earlier contour, or to none.
    std::optional<Edit> restore(std::optional<geometry::PlaneCurve> curve, std::string description);
    void warn(Warning warning);

private:
    virtual Outcome onPress(const PointerEvent& event) = 0;
    virtual Outcome onMove(const PointerEvent& event, bool dragging) = 0;
    virtual Outcome onRelease(const PointerEvent& event) = 0;
    virtual Outcome onDoubleClick(const PointerEvent& event) { return onPress(event); }
    virtual Outcome onKey(Key) { return {}; }
    virtual void onCancel() = 0;
    virtual void onLeave() {}
    /// Takes over the curve that undo or redo brought back, if pending input goes on from there.
    virtual bool goesOnWith(const std::optional<geometry::PlaneCurve>&) { return false; }
    virtual void onPreview(Preview& preview) const = 0;
    [[nodiscard]] virtual bool isBusy() const noexcept = 0;

    Options m_options;
    std::optional<geometry::PlaneCurve> m_curve;
    std::vector<Warning> m_warnings; ///< of the last step; cleared by the next one
    /// The curve that preview() judged last: several views ask after every move.
    struct Judged {
        geometry::PlaneCurve curve;
        std::optional<geometry::PlanePoint> crossing;
        bool tiny = false;
    };
    mutable std::optional<Judged> m_judged;
    bool m_pressed = false;
};

[[nodiscard]] std::unique_ptr<Tool> makeTool(ToolKind kind, Options options = {});

} // namespace forameter::tools
