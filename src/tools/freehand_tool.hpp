// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/tools/tool.hpp"
#include "region.hpp"

namespace forameter::tools {

/// A line drawn around the region with the button down. Where it overshoots its own beginning, the overshoot
/// is cut off.
class FreehandTool final : public Tool {
public:
    explicit FreehandTool(Options options) : Tool(std::move(options)) {}
    [[nodiscard]] ToolKind kind() const noexcept override { return ToolKind::Freehand; }

private:
    Outcome onPress(const PointerEvent& event) override;
    Outcome onMove(const PointerEvent& event, bool dragging) override;
    Outcome onRelease(const PointerEvent& event) override;
    Outcome onKey(Key key) override;
    void onCancel() override { cancelLine(); }
    void onPreview(Preview& preview) const override;
    [[nodiscard]] bool isBusy() const noexcept override { return !m_line.empty(); }

    void cancelLine() { m_line.clear(), m_now = {}; }
    /// The line with its ends joined.
    [[nodiscard]] geometry::PlaneCurve outline() const;

    std::vector<geometry::PlanePoint> m_line;
    RegionMode m_mode = RegionMode::Replace;
    RegionResult m_now; ///< of the stroke so far
};

} // namespace forameter::tools
