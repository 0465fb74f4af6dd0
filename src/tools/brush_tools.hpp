// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "dense_curve.hpp"
#include "forameter/tools/tool.hpp"
#include "region.hpp"

namespace forameter::tools {

/// Paints with a disk. The stroke is the union of the capsules between the pointer's places, so that it has
/// no gaps.
class BrushTool final : public Tool {
public:
    explicit BrushTool(Options options) : Tool(std::move(options)) {}
    [[nodiscard]] ToolKind kind() const noexcept override { return ToolKind::Brush; }

private:
    Outcome onPress(const PointerEvent& event) override;
    Outcome onMove(const PointerEvent& event, bool dragging) override;
    Outcome onRelease(const PointerEvent& event) override;
    Outcome onKey(Key key) override;
    void onCancel() override;
    void onLeave() override { m_pointer.reset(); }
    void onPreview(Preview& preview) const override;
    [[nodiscard]] bool isBusy() const noexcept override { return !m_swept.empty(); }

    void sweepTo(geometry::PlanePoint to);

    std::vector<geometry::PlaneCurve> m_swept; ///< the stroke so far; empty: no stroke
    geometry::PlanePoint m_last;
    RegionMode m_mode = RegionMode::Add;
    std::optional<PointerEvent> m_pointer;
    std::optional<geometry::PlaneCurve> m_result; ///< of the stroke so far
};

/// Sculpt and smooth: deform the contour under a round brush.
class DeformTool : public Tool {
protected:
    using Tool::Tool;

private:
    Outcome onPress(const PointerEvent& event) override;
    Outcome onMove(const PointerEvent& event, bool dragging) override;
    Outcome onRelease(const PointerEvent& event) override;
    Outcome onKey(Key key) override;
    void onCancel() override { m_dense.reset(), m_result.reset(); }
    void onLeave() override { m_pointer.reset(); }
    void onPreview(Preview& preview) const override;
    [[nodiscard]] bool isBusy() const noexcept override { return m_dense.has_value(); }

    /// What the brush does on its way from one place to the next.
    virtual void deform(DenseCurve& dense, geometry::PlanePoint from, geometry::PlanePoint to) const = 0;
    [[nodiscard]] virtual const char* description() const = 0;
    void apply(geometry::PlanePoint to);

    std::optional<DenseCurve> m_dense;
    geometry::PlanePoint m_last;
    std::optional<geometry::PlanePoint> m_pointer;
    std::optional<geometry::PlaneCurve> m_result; ///< the contour as deformed so far
};

class SculptTool final : public DeformTool {
public:
    explicit SculptTool(Options options) : DeformTool(std::move(options)) {}
    [[nodiscard]] ToolKind kind() const noexcept override { return ToolKind::Sculpt; }

private:
    void deform(DenseCurve& dense, geometry::PlanePoint from, geometry::PlanePoint to) const override;
    [[nodiscard]] const char* description() const override { return "Sculpt"; }
};

class SmoothTool final : public DeformTool {
public:
    explicit SmoothTool(Options options) : DeformTool(std::move(options)) {}
    [[nodiscard]] ToolKind kind() const noexcept override { return ToolKind::Smooth; }

private:
    Outcome onDoubleClick(const PointerEvent&) override { return smoothAll(); }
    Outcome onKey(Key key) override;
    void deform(DenseCurve& dense, geometry::PlanePoint from, geometry::PlanePoint to) const override;
    [[nodiscard]] const char* description() const override { return "Smooth"; }
    Outcome smoothAll();
};

} // namespace forameter::tools
