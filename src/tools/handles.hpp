// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "forameter/tools/tool.hpp"

namespace forameter::tools {

/// The curve with a point added after the first point of `segment`.
[[nodiscard]] geometry::PlaneCurve withPoint(geometry::PlaneCurve curve, std::size_t segment,
                                             geometry::PlanePoint point);
[[nodiscard]] geometry::PlaneCurve withoutPoint(geometry::PlaneCurve curve, std::size_t index);
/// A spline's point made a corner, or smooth again.
[[nodiscard]] geometry::PlaneCurve withCornerToggled(geometry::PlaneCurve curve, std::size_t index);
[[nodiscard]] bool isCorner(const geometry::PlaneCurve& curve, std::size_t index);

/// Curves are stored in patient coordinates, to 1e-6 mm: what comes back from there is the curve that went
/// there.
[[nodiscard]] bool sameCurve(const std::optional<geometry::PlaneCurve>& a,
                             const std::optional<geometry::PlaneCurve>& b);

/// How near counts as on it: about a fingertip on the screen, at every zoom.
[[nodiscard]] double pointReach(const PointerEvent& event);
[[nodiscard]] double lineReach(const PointerEvent& event);

/// The point within reach of the pointer that is nearest to it.
[[nodiscard]] std::optional<std::size_t> pointUnder(const std::vector<geometry::PlanePoint>& points,
                                                    const PointerEvent& event);

/// Drags, inserts, deletes and turns the points of a finished curve. Shared by the vertex tool and the spline
/// and polygon tools.
class Handles {
public:
    enum class Step { None, Moved, Inserted, Deleted, Toggled };
    struct Change {
        Step step = Step::None;
        geometry::PlaneCurve curve; ///< to be committed
    };

    /// Whether the press was on a point or on the line. A deletion or a corner is a finished change.
    bool press(const geometry::PlaneCurve& curve, const PointerEvent& event, Change& change);
    void hover(const geometry::PlaneCurve& curve, const PointerEvent& event);
    void drag(const PointerEvent& event);
    [[nodiscard]] Change release();
    void cancel();
    void leave();

    [[nodiscard]] bool dragging() const { return m_dragged.has_value(); }
    [[nodiscard]] const std::optional<std::size_t>& under() const { return m_under; }
    /// Handles of the curve at hand; the dragged curve where there is one.
    void show(const std::optional<geometry::PlaneCurve>& curve, Preview& preview) const;

private:
    std::optional<geometry::PlaneCurve> m_dragged;
    std::size_t m_index = 0;
    geometry::PlanePoint m_offset; ///< from the pointer to the point, so that it does not jump
    Step m_step = Step::None;
    std::optional<std::size_t> m_under;
    std::optional<geometry::PlanePoint> m_insertion;
};

/// For the undo menu.
[[nodiscard]] const char* description(Handles::Step step);

} // namespace forameter::tools
