// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainterPath>
#include <QRect>

#include "forameter/tools/tool.hpp"
#include "slice_mapping.hpp"
#include "slice_marks.hpp"

class QPainter;

namespace forameter::ui {

// The parts of a slice view, each painted by one function; all positions on screen in logical pixels. `clip`
// lets a part that lies outside what is being repainted be left out.

void paintEmpty(QPainter& painter, const QRect& area, const SliceText& text);
/// Reference lines, boxes and vertebra labels.
void paintGuides(QPainter& painter, const SliceMarks& marks, const SliceMapping& mapping);
void paintCurve(QPainter& painter, const CurveMark& mark, const SliceMapping& mapping);
void paintPreview(QPainter& painter, const tools::Preview& preview, const SliceMapping& mapping);
void paintCursor(QPainter& painter, QPointF at);
void paintCross(QPainter& painter, QPointF at);
/// Orientation letters at the four edges, from the patient directions of the screen's axes.
void paintOrientation(QPainter& painter, const QRect& area, const SliceMapping& mapping,
                      const geometry::ImagePlane& plane, const QRect& clip);
void paintText(QPainter& painter, const QRect& area, const SliceText& text, bool full, const QRect& clip);
void paintScaleBar(QPainter& painter, const QRect& area, double pixelsPerMm, const QString& caption,
                   bool full, const QRect& clip);
void paintFigure(QPainter& painter, const QRect& area, const LiveFigure& figure, bool faint);

/// The curve as the painter draws it: its Beziers, exactly.
[[nodiscard]] QPainterPath pathOf(const geometry::PlaneCurve& curve, const SliceMapping& mapping);

} // namespace forameter::ui
