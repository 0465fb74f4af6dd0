// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainterPath>
#include <QRect>
#include <QRegion>
#include <array>
#include <span>

#include "forameter/tools/tool.hpp"
#include "slice_mapping.hpp"
#include "slice_marks.hpp"

class QPainter;

namespace forameter::ui {

// The parts of a slice view, each painted by one function; all positions on screen in logical pixels. `clip`
// lets a part that lies outside what is being repainted be left out.

void paintEmpty(QPainter& painter, const QRect& area, const SliceText& text);
/// An orientation letter and where it stands.
struct Letter {
    QString text;
    QRectF box;
};
/// At the left, right, upper and lower edge, from the patient directions of the screen's axes; the upper and
/// lower ones make way for the words in the corners and for `figureHeight` pixels of numbers at the foot.
[[nodiscard]] std::array<Letter, 4> orientationLetters(const QRect& area, const SliceMapping& mapping,
                                                       const geometry::ImagePlane& plane,
                                                       const SliceText& text, double figureHeight);
void paintOrientation(QPainter& painter, std::span<const Letter> letters, const QRect& clip);
[[nodiscard]] QRectF wordsAtUpperLeft(const QRect& area, const SliceText& text);
/// Reference lines, boxes and vertebra labels; labels keep clear of the letters and the `words`.
void paintGuides(QPainter& painter, const QRectF& area, const SliceMarks& marks, const SliceMapping& mapping,
                 std::span<const Letter> letters, const QRectF& words, const QRect& clip);
void paintCurve(QPainter& painter, const CurveMark& mark, const SliceMapping& mapping, const QRect& clip);
void paintPreview(QPainter& painter, const tools::Preview& preview, const SliceMapping& mapping,
                  const QRect& clip);
/// What has to be painted anew where one preview takes another's place.
[[nodiscard]] QRegion changedPixels(const tools::Preview& before, const tools::Preview& after,
                                    const SliceMapping& mapping);
void paintCursor(QPainter& painter, QPointF at);
void paintCross(QPainter& painter, QPointF at);
void paintText(QPainter& painter, const QRect& area, const SliceText& text, bool full, const QRect& clip);
[[nodiscard]] double scaleBarLeft(const QRect& area, double pixelsPerMm);
void paintScaleBar(QPainter& painter, const QRect& area, double pixelsPerMm, const QString& caption,
                   bool full, const QRect& clip);
/// `right`: where the scale bar, or what else stands at the right, begins.
void paintFigure(QPainter& painter, const QRect& area, const LiveFigure& figure, double right, bool faint);
/// The part of the area that the figure covers.
[[nodiscard]] QRect figureExtent(const QRect& area, const LiveFigure& figure, double right);

/// The curve as the painter draws it: its Beziers, exactly.
[[nodiscard]] QPainterPath pathOf(const geometry::PlaneCurve& curve, const SliceMapping& mapping);

} // namespace forameter::ui
