// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <array>
#include <optional>
#include <vector>

#include "forameter/geometry/closed_curve.hpp"

namespace forameter::ui {

/// What is painted over a slice, all positions in millimetres of the slice's plane. Plain values: controllers
/// fill them from the open study, SliceView paints them.

struct LineMark {
    geometry::PlanePoint from, to;
    bool current = false; ///< the image shown in the other view; the others are fainter
    bool dashed = false;  ///< where it lies is assumed

    friend bool operator==(const LineMark&, const LineMark&) = default;
};

struct LabelMark {
    geometry::PlanePoint at;
    QString text;
    bool draft = false; ///< not yet confirmed
    bool far = false;   ///< projected from further away
    bool dot = false;   ///< with a dot at its place, and the name beside it

    friend bool operator==(const LabelMark&, const LabelMark&) = default;
};

struct CurveMark {
    geometry::PlaneCurve curve;
    QColor color;
    bool current = false; ///< of the cell being worked on: stronger and filled
    bool dashed = false;  ///< crosses itself, so that it counts for nothing
    bool offered = false; ///< by a model: dashed, never filled

    friend bool operator==(const CurveMark&, const CurveMark&) = default;
};

struct BoxMark {
    std::array<geometry::PlanePoint, 4> corners;

    friend bool operator==(const BoxMark&, const BoxMark&) = default;
};

struct SliceMarks {
    std::vector<LineMark> lines;
    std::vector<LabelMark> labels;
    std::vector<CurveMark> curves;
    std::vector<BoxMark> boxes;
    std::optional<geometry::PlanePoint> crosshair;

    friend bool operator==(const SliceMarks&, const SliceMarks&) = default;
};

/// Words in the corners.
struct SliceText {
    QStringList topLeft;  ///< the first line is the title
    QStringList topRight; ///< below the side letter
    QStringList warnings; ///< below topLeft, in the warning colour
    QString side;         ///< "R", "L" or nothing
    QString bottomRight;  ///< above the scale bar
    QString empty;        ///< what to say where there is no image
    bool oriented = true; ///< the letters at the edges are known
    bool scaled = true;   ///< millimetres are known: there is a scale bar

    friend bool operator==(const SliceText&, const SliceText&) = default;
};

/// The live measurement in large figures.
struct LiveFigure {
    QString value;   ///< "112.6 mm²"
    QString details; ///< "pixels 113.1 · height 21.3 mm"
    QString warning; ///< replaces details

    friend bool operator==(const LiveFigure&, const LiveFigure&) = default;
};

} // namespace forameter::ui
