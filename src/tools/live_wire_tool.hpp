// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/tools/tool.hpp"

namespace forameter::tools {

/// Clicks joined by the cheapest way along edges. From the third click on the contour, closed by one more
/// such way, is recorded.
class LiveWireTool final : public Tool {
public:
    explicit LiveWireTool(Options options) : Tool(std::move(options)) {}
    [[nodiscard]] ToolKind kind() const noexcept override { return ToolKind::LiveWire; }

private:
    using Line = std::vector<geometry::PlanePoint>;

    Outcome onPress(const PointerEvent& event) override;
    Outcome onMove(const PointerEvent& event, bool dragging) override;
    Outcome onRelease(const PointerEvent& event) override;
    Outcome onDoubleClick(const PointerEvent& event) override;
    Outcome onKey(Key key) override;
    void onCancel() override;
    void onLeave() override { m_live.clear(); }
    bool goesOnWith(const std::optional<geometry::PlaneCurve>& curve) override;
    void onPreview(Preview& preview) const override;
    [[nodiscard]] bool isBusy() const noexcept override { return !m_clicks.empty(); }

    /// The way without its last point, which begins the next one.
    [[nodiscard]] Line way(geometry::PlanePoint from, geometry::PlanePoint to) const;
    std::optional<Edit> record(const char* description);
    Outcome takeBack();

    /// A click, the way that led to it, and the contour as it was recorded with it.
    struct Click {
        geometry::PlanePoint at;
        Line way;
        std::optional<geometry::PlaneCurve> recorded;
    };
    std::vector<Click> m_clicks;
    std::optional<geometry::PlaneCurve> m_start; ///< the contour before the first click
    Line m_live;                                 ///< from the last click to the pointer
    bool m_onFirst = false;
};

} // namespace forameter::tools
