// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QRectF>

class QPainter;
class QStyleOptionViewItem;

// What the rows of the worklist and of the review list have in common.
namespace forameter::ui {

inline constexpr int kListRowHeight = 62;

/// The row's frame: raised where it is open or under the mouse, outlined where the keyboard is. Gives the box
/// to draw in.
QRectF drawListRowFrame(QPainter& painter, const QStyleOptionViewItem& option, bool open);
/// The thin bar at the foot of the box, filled to `share` (0..1) with `color`.
void drawListRowBar(QPainter& painter, const QRectF& box, bool open, double share, const QColor& color);

} // namespace forameter::ui
