// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/tools/tool.hpp"
#include "handles.hpp"

namespace forameter::tools {

/// Edits the points of a finished contour.
class VertexTool final : public Tool {
public:
    explicit VertexTool(Options options) : Tool(std::move(options)) {}
    [[nodiscard]] ToolKind kind() const noexcept override { return ToolKind::Vertex; }

private:
    Outcome onPress(const PointerEvent& event) override;
    Outcome onMove(const PointerEvent& event, bool dragging) override;
    Outcome onRelease(const PointerEvent& event) override;
    Outcome onKey(Key key) override;
    void onCancel() override { m_handles.cancel(); }
    void onLeave() override { m_handles.leave(); }
    void onPreview(Preview& preview) const override { m_handles.show(curve(), preview); }
    [[nodiscard]] bool isBusy() const noexcept override { return m_handles.dragging(); }

    Handles m_handles;
};

} // namespace forameter::tools
