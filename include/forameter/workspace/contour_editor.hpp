// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/tools/tool.hpp"
#include "forameter/workspace/signal.hpp"
#include "forameter/workspace/study_images.hpp"

namespace forameter::workspace {

/// Numbers of the contour as it is at this moment, unfinished strokes included.
struct LiveNumbers {
    SquareMillimetres area;     ///< exact, of the curve
    SquareMillimetres areaMask; ///< of the pixels whose center lies inside
    Millimetres perimeter;
    Millimetres maxDiameter, minDiameter;         ///< Feret
    std::optional<Millimetres> ap, transverse;    ///< CC
    std::optional<Millimetres> height, width;     ///< NF
    std::optional<geometry::PlanePoint> crossing; ///< where the curve crosses itself: no area counts then
};

class Record;
class Views;

/// Draws and changes the contour of the current cell on the work pane's slice. Every finished stroke is
/// committed before the call that finished it returns.
class ContourEditor {
public:
    ContourEditor(StudyImages& images, Views& views, Record& record);
    ~ContourEditor();

    /// Set by Reading: the cell that strokes belong to. What was pending for another cell is dropped;
    /// finish() first. Where it has no contour, a tool that only changes contours makes room for the last one
    /// that can begin one.
    void setCell(std::optional<anatomy::Cell> cell);
    [[nodiscard]] std::optional<anatomy::Cell> cell() const;

    /// None: no tool is active and the mouse belongs to the picture.
    void setTool(std::optional<tools::ToolKind> tool);
    [[nodiscard]] std::optional<tools::ToolKind> tool() const;
    /// Of brush, sculptor and smoother.
    void setRadius(Millimetres radius);
    [[nodiscard]] Millimetres radius() const;

    // Events in plane mm of the work pane's slice. True where the tool took the event; the view may use it
    // otherwise.
    bool press(const tools::PointerEvent& event);
    bool move(const tools::PointerEvent& event);
    bool release(const tools::PointerEvent& event);
    bool doubleClick(const tools::PointerEvent& event);
    bool key(tools::Key key);
    void leave();
    /// Closes what is being drawn (Enter).
    bool finish() { return key(tools::Key::Enter); }
    /// Gives up what is not recorded yet (Escape).
    void cancel();
    /// Something is being drawn or dragged: do not change the slice under it.
    [[nodiscard]] bool busy() const;

    /// Why nothing can be drawn here, as a sentence: levels not confirmed, stack not measurable, wrong plane,
    /// pixels not there yet.
    [[nodiscard]] std::optional<std::string> obstacle() const;
    /// Where the cell's contour lies, if the work pane shows another slice. A stroke here moves the contour
    /// to this slice as a new version; undo brings it back. The screen says so before.
    [[nodiscard]] std::optional<SliceRef> contourElsewhere() const;

    /// What to paint of the cell on the work pane: `curve` is its contour as it would be now, recorded or
    /// not.
    [[nodiscard]] tools::Preview preview() const;
    [[nodiscard]] std::optional<LiveNumbers> numbers() const;
    [[nodiscard]] std::vector<std::string> warnings() const; ///< sentences, at once while drawing
    [[nodiscard]] std::string hint() const;                  ///< what the hand can do now with this tool
    /// Time with the hand on this cell since the study was opened, without what the working times count as
    /// idle.
    [[nodiscard]] std::chrono::seconds drawingTime(const anatomy::Cell& cell) const;

    [[nodiscard]] Result<> deleteContour();
    /// Puts the contour of this cell, or of the same cell seen on the nearest other slice, on the work pane's
    /// slice.
    [[nodiscard]] Result<> copyFromNeighbour();

    Signal<> changed;            ///< preview, numbers, warnings, tool or cell
    Signal<std::string> refused; ///< a sentence: why the last step changed nothing

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
