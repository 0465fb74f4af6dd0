// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "forameter/report/plot.hpp"

// What stands in a plot, in the data's own coordinates; canvas.hpp lays it out and paints it.
namespace forameter::report {

inline constexpr double kEdge = std::numeric_limits<double>::infinity(); ///< ±kEdge: to the plot area's edge

struct Ink {
    Rgb color = 0;
    double width = 1.0; ///< of a line
    double alpha = 1.0;
    std::vector<double> dash = {};
};

struct Band { ///< a filled rectangle
    double x0, y0, x1, y1;
    Ink ink;
};
struct Line {
    double x0, y0, x1, y1;
    Ink ink;
};
struct Outline { ///< closed; `fill` with alpha 0: none
    std::vector<Plot::Place> points;
    Ink line, fill;
};
struct Dot {
    double x, y;
    Marker marker = Marker::Circle;
    Ink ink;
    double size = 7.0;
    bool filled = true;
};
/// Words at a place, moved by (dx, dy) in the plot's units.
struct Words {
    double x, y;
    std::string text;
    enum class Align { Left, Centre, Right } align = Align::Left;
    Rgb color = 0;
    double dx = 0.0, dy = 0.0;
    double size = 1.0; ///< times the style's
    bool bold = false;
};
using Mark = std::variant<Band, Line, Outline, Dot, Words>;

struct Axis {
    std::string title = {}; ///< with the unit: "Area (mm²)"
    double low = 0.0, high = 1.0;
    bool whole = false; ///< counts: no ticks between whole numbers
    struct Category {
        std::string label;
        bool heading = false;
    };
    std::vector<Category> categories = {}; ///< at 0, 1, ...; the first to the left or on top
};

/// Values right of the plot area, one per category of the y axis, under a heading.
struct SideColumn {
    std::string heading;
    std::vector<std::string> texts;
};

struct LegendEntry {
    std::string label;
    Rgb color = 0;
    enum class Kind { Dot, OpenDot, Line, Swatch } kind = Kind::Dot;
    Marker marker = Marker::Circle;
    std::vector<double> dash = {};
};

struct Plot::Content {
    std::string title = {}, description = {};
    Axis x = {}, y = {};
    bool axes = true; ///< false: a drawing with equal scales both ways
    std::vector<Mark> marks = {};
    std::vector<SideColumn> side = {};
    std::vector<LegendEntry> legend = {};
    std::string note = {};    ///< below
    std::string nothing = {}; ///< shown instead of everything else where not empty
    double height = 0.62;     ///< of the plot area's width, where the y axis has no categories
};

/// An axis around values with nice ends.
[[nodiscard]] Axis axisAround(std::string title, double low, double high, double margin = 0.04);
/// 1, 2 or 5 times a power of ten, so that at most `ticks` of them lie in the range.
[[nodiscard]] double niceStep(double range, double ticks);

} // namespace forameter::report
