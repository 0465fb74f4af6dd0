// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "forameter/tools/tool.hpp"
#include "handles.hpp"
#include "region.hpp"

namespace forameter::tools {

/// Spline and polygon by clicks. From the third point on every click is recorded as a closed contour, so that
/// nothing is lost while drawing; a polygon that is to be added or removed is recorded when it is closed.
class ClickTool final : public Tool {
public:
    ClickTool(ToolKind kind, Options options) : Tool(std::move(options)), m_kind(kind) {}
    [[nodiscard]] ToolKind kind() const noexcept override { return m_kind; }

private:
    Outcome onPress(const PointerEvent& event) override;
    Outcome onMove(const PointerEvent& event, bool dragging) override;
    Outcome onRelease(const PointerEvent& event) override;
    Outcome onDoubleClick(const PointerEvent& event) override;
    Outcome onKey(Key key) override;
    void onCancel() override;
    void onLeave() override;
    bool goesOnWith(const std::optional<geometry::PlaneCurve>& curve) override;
    void onPreview(Preview& preview) const override;
    [[nodiscard]] bool isBusy() const noexcept override { return m_drawing || m_handles.dragging(); }

    [[nodiscard]] bool crosses(const geometry::PlaneCurve& curve, std::size_t which) const;
    [[nodiscard]] bool onFirstPoint(const PointerEvent& event) const;
    [[nodiscard]] bool recordsClicks() const { return m_mode == RegionMode::Replace; }
    std::optional<Edit> record(const char* description);
    Outcome close();
    Outcome takeBack();

    ToolKind m_kind;
    Handles m_handles; ///< while not drawing

    bool m_drawing = false;
    RegionMode m_mode = RegionMode::Replace;
    geometry::PlaneCurve m_drawn;                ///< the points so far
    std::optional<geometry::PlaneCurve> m_start; ///< the contour before the first point
    bool m_recorded = false;                     ///< the contour is the drawn one
    std::optional<std::size_t> m_grabbed;        ///< point that follows the pointer until release
    std::optional<PointerEvent> m_pointer;
    /// What was last found out about the points drawn, and about them with the pointer.
    struct Judged {
        geometry::PlaneCurve curve;
        bool crosses = false;
    };
    mutable std::array<Judged, 2> m_judged;
};

} // namespace forameter::tools
