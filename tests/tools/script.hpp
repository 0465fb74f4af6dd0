// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <numbers>
#include <vector>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/tools/tool.hpp"

namespace forameter::tools {

inline constexpr Modifiers kShift{true, false, false}, kControl{false, true, false}, kAlt{false, false, true};

/// A hand that works a tool and the record that its edits go to, with undo.
class Script {
public:
    explicit Script(ToolKind kind, Options options = {}) : tool(makeTool(kind, std::move(options))) {}

    Script& press(geometry::PlanePoint p, Modifiers m = {}) { return take(tool->press({p, m, scale})); }
    Script& move(geometry::PlanePoint p, Modifiers m = {}) { return take(tool->move({p, m, scale})); }
    Script& release(geometry::PlanePoint p, Modifiers m = {}) { return take(tool->release({p, m, scale})); }
    Script& click(geometry::PlanePoint p, Modifiers m = {}) { return press(p, m).release(p, m); }
    Script& doubleClick(geometry::PlanePoint p, Modifiers m = {}) {
        return click(p, m).take(tool->doubleClick({p, m, scale})).release(p, m);
    }
    Script& key(Key k) { return take(tool->key(k)); }
    Script& drag(const std::vector<geometry::PlanePoint>& path, Modifiers m = {}) {
        press(path.front(), m);
        for (const auto& p : path)
            move(p, m);
        return release(path.back(), m);
    }
    Script& undo() {
        if (!record.empty()) record.pop_back();
        tool->setCurve(current());
        return *this;
    }
    Script& start(const geometry::PlaneCurve& curve) {
        record.push_back({curve, "Start"});
        tool->setCurve(curve);
        return *this;
    }

    [[nodiscard]] const std::optional<geometry::PlaneCurve>& current() const {
        return record.empty() ? m_none : record.back().curve;
    }
    [[nodiscard]] double area() const { return current() ? geometry::area(*current()).value() : 0.0; }
    [[nodiscard]] bool warns(Warning w) const {
        const auto warnings = tool->preview().warnings;
        return std::find(warnings.begin(), warnings.end(), w) != warnings.end();
    }

    std::unique_ptr<Tool> tool;
    std::vector<Edit> record;
    double scale = 0.1; // mm per screen pixel
    bool handled = false;
    std::optional<Warning> refused; ///< of the last event

private:
    const std::optional<geometry::PlaneCurve> m_none;

    Script& take(Outcome outcome) {
        handled = outcome.handled;
        refused = outcome.refused;
        if (outcome.edit) {
            if (outcome.edit->curve) {
                EXPECT_TRUE(validate(*outcome.edit->curve));
            }
            EXPECT_FALSE(outcome.edit->description.empty());
            record.push_back(std::move(*outcome.edit));
            // What comes back went through the patient's coordinates.
            auto back = record.back().curve;
            if (back)
                for (auto& p : back->points)
                    p.x += 1e-9;
            tool->setCurve(back);
        }
        return *this;
    }
};

inline geometry::PlaneCurve circle(int n, double r, geometry::PlanePoint center = {},
                                   geometry::CurveKind kind = geometry::CurveKind::Spline) {
    geometry::PlaneCurve curve{kind, {}, {}};
    for (int i = 0; i < n; ++i) {
        const double t = 2.0 * std::numbers::pi * i / n;
        curve.points.push_back(center + r * geometry::PlanePoint{std::cos(t), std::sin(t)});
    }
    return curve;
}
inline geometry::PlaneCurve square(double x0, double y0, double x1, double y1) {
    return {geometry::CurveKind::Polygon, {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}, {}};
}

} // namespace forameter::tools
